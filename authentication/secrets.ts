import { createHash, timingSafeEqual } from 'node:crypto';

import type { StoredFields } from './scheme';

/**
 * What a usable secret is. Said here once, for receiving, sending and the test of the credential.
 */

/**
 * The shortest key of a signature. Whoever has seen one signed request can try keys without asking anybody, so a short one
 * is none. RFC 2104 advises the length of the hash (32 bytes), Standard Webhooks 24 at least; half of the hash is the floor.
 */
export const LEAST_KEY_BYTES = 16;

/** Shorter secrets of the other methods can be used, as each guess costs a request; the credential's test says so. */
export const ADVISED_CHARACTERS = 16;

/** A stored text, without the white space that comes along when it is pasted; null where it is no text. */
export function storedText(fields: StoredFields, name: string): string | null {
	const value = fields[name];
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value.trim();
	// `={{ 20240501 }}` is a number to n8n. One that a double can't hold has lost digits.
	return Number.isSafeInteger(value) ? String(value) : null;
}

/** Secrets, the current one first. They come in lists so that a new one can be let in before the old one goes. */
export type Secrets = readonly (string | null)[];

/** The current secret and, where there is one, the previous. */
export function storedSecrets(fields: StoredFields): Secrets {
	const previous = storedText(fields, 'previousSecret');
	return [storedText(fields, 'secret'), ...(previous === '' ? [] : [previous])];
}

/** Those that are texts: all of them, where there is no {@link secretsProblem}. */
export function usableSecrets(secrets: Secrets): readonly string[] {
	return secrets.filter((secret) => secret !== null);
}

/** The secret that is sent with: the current one. */
export function currentSecret(secrets: Secrets): string {
	return secrets[0] ?? '';
}

/** Why secrets can't be used, each by `problemOf` too; null where they can. */
export function secretsProblem(
	secrets: Secrets,
	problemOf: (secret: string) => string | null = () => null,
): string | null {
	if (secrets.length === 0) return 'The secret is missing';
	for (const [index, secret] of secrets.entries()) {
		const name = index === 0 ? 'The secret' : 'The previous secret';
		const problem = textProblem(secret) ?? problemOf(secret ?? '');
		if (problem !== null) return `${name} ${problem}`;
	}
	return null;
}

/** Why a text is no secret, as the rest of a sentence; null where it is one. */
export function textProblem(text: string | null): string | null {
	if (text === null) return 'is no text';
	if (text === '') return 'is missing';
	// Half of a surrogate pair becomes U+FFFD on the wire: any other half would be let in, too.
	if (!text.isWellFormed()) return 'contains half a character';
	if (OF_NOTHING.test(text)) return `is '${text}', which is what an expression that fails gives`;
	return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? null : 'has no visible character';
}

/** What JavaScript writes where there was no text. An expression of a variable that isn't set must not give everybody's secret. */
const OF_NOTHING = /^(?:undefined|null|NaN|\[object \w+\])$/;

/** Why bytes are no key of a signature, as the rest of a sentence; null where they are one. */
export function keyProblem(key: Buffer): string | null {
	return key.length < LEAST_KEY_BYTES
		? `has ${key.length} bytes; a signature needs ${LEAST_KEY_BYTES} or more`
		: null;
}

/** What to say about a secret that is easily guessed; null for one that is not. */
export function lengthAdvice(secrets: Secrets): string | null {
	const shortest = Math.min(...usableSecrets(secrets).map((secret) => [...secret].length));
	return shortest < ADVISED_CHARACTERS
		? `A secret of ${shortest} characters is easily guessed: better take ${ADVISED_CHARACTERS} or more`
		: null;
}

/** Bytes written as base64, exactly: its alphabet, its padding, no bits left over. Null for anything else. */
export function strictBase64(text: string): Buffer | null {
	const bytes = Buffer.from(text, 'base64');
	return bytes.toString('base64') === text ? bytes : null;
}

/** Bytes written in hex digits of either case. Null for anything else. */
export function strictHex(text: string): Buffer | null {
	return /^(?:[0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : null;
}

/** Whether one of the secrets is given. Every one is compared, so that the time taken doesn't tell which was nearly right. */
export function isOneOf(given: string, secrets: Secrets): boolean {
	const bytes = Buffer.from(given, 'utf8');
	return isOneOfBytes(
		bytes,
		usableSecrets(secrets).map((secret) => Buffer.from(secret, 'utf8')),
	);
}

/** As {@link isOneOf}, for bytes. */
export function isOneOfBytes(given: Buffer, expected: readonly Buffer[]): boolean {
	return expected.map((bytes) => isEqual(given, bytes)).includes(true);
}

/** Compares in constant time, whatever the lengths: hashes have one length and tell nothing of where the difference is. */
function isEqual(given: Buffer, expected: Buffer): boolean {
	return timingSafeEqual(sha256(given), sha256(expected));
}

function sha256(bytes: Buffer): Buffer {
	return createHash('sha256').update(bytes).digest();
}
