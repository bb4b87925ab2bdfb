import { createHash, createHmac } from 'node:crypto';

import { givenHeader, type ReceivedRequest, withHeaders } from './requests';
import { allowed, type AuthenticationResult, missing, type Scheme, wrong } from './scheme';
import {
	currentSecret,
	isOneOfBytes,
	keyProblem,
	type Secrets,
	secretsProblem,
	storedSecrets,
	strictBase64,
	usableSecrets,
} from './secrets';

/** Standard Webhooks 1.0, version v1 (HMAC-SHA256): webhook-id, webhook-timestamp, webhook-signature. */
export interface StandardWebhooksAuthentication {
	readonly mode: 'standardWebhooks';
	/** `whsec_` and base64, or plain text. */
	readonly secrets: Secrets;
	/** How far the timestamp may be off, either way; NaN where it can't be read. */
	readonly toleranceSeconds: number;
}

const DEFAULT_TOLERANCE_SECONDS = 300;
/** A clock that is off by more is to be set; and for twice as long each message's id is kept. */
const LONGEST_TOLERANCE_SECONDS = 3600;

const PREFIX = 'whsec_';

/** The key bytes of a secret: base64 after `whsec_`, or else the text itself; null where that is no base64. */
export function standardWebhookKey(secret: string): Buffer | null {
	return secret.startsWith(PREFIX)
		? strictBase64(secret.slice(PREFIX.length))
		: Buffer.from(secret, 'utf8');
}

function secretProblem(secret: string): string | null {
	if (/^wh[sp]k_/.test(secret)) return 'is an asymmetric key; only whsec_ can be used';
	const key = standardWebhookKey(secret);
	return key === null ? 'must be base64 after whsec_, with its padding' : keyProblem(key);
}

function keysOf(secrets: Secrets): readonly Buffer[] {
	return usableSecrets(secrets)
		.map(standardWebhookKey)
		.filter((key) => key !== null);
}

/**
 * HMAC-SHA256 over id, timestamp and body, divided by dots (Standard Webhooks, "Signature scheme").
 *
 * @param timestamp Unix seconds, as they stand in `webhook-timestamp`
 */
function signatureOf(key: Buffer, id: string, timestamp: string, body: string | Buffer): Buffer {
	return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

function toleranceIn(value: unknown): number {
	if (value === undefined) return DEFAULT_TOLERANCE_SECONDS;
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' ? number : Number.NaN;
}

function toleranceProblem(seconds: number): string | null {
	return seconds >= 1 && seconds <= LONGEST_TOLERANCE_SECONDS
		? null
		: `The tolerance must be 1 to ${LONGEST_TOLERANCE_SECONDS} seconds`;
}

export const standardWebhooks: Scheme<StandardWebhooksAuthentication> = {
	read: (fields) => ({
		mode: 'standardWebhooks',
		secrets: storedSecrets(fields),
		toleranceSeconds: toleranceIn(fields.toleranceSeconds),
	}),
	problem: ({ secrets, toleranceSeconds }) =>
		secretsProblem(secrets, secretProblem) ?? toleranceProblem(toleranceSeconds),
	advice: () => null,
	verify,
	sign: (request, { secrets }, { messageId, now }) => {
		const [key = Buffer.alloc(0)] = keysOf([currentSecret(secrets)]);
		const id = standardWebhookId(messageId);
		const timestamp = String(Math.trunc(now / 1000));
		const signature = signatureOf(key, id, timestamp, request.body);
		return withHeaders(request, {
			'webhook-id': id,
			'webhook-timestamp': timestamp,
			'webhook-signature': `v1,${signature.toString('base64')}`,
		});
	},
	secretPlaces: ({ secrets }) => ({
		texts: usableSecrets(secrets),
		headers: ['webhook-signature'],
		parameters: [],
	}),
};

/** A sender has one signature per secret it rotates between. */
const MAX_SIGNATURES = 16;

/** Version and signature, divided by spaces. Node.js joins a header that came twice with a comma and a space. */
const SIGNATURES = /^[^\s,]+,[^\s,]+(?: [^\s,]+,[^\s,]+)*$/;

/** Lengths beyond which no id is kept. Svix's have 31 characters. */
const LONGEST_ID = 512;

function verify(
	request: ReceivedRequest,
	{ secrets, toleranceSeconds }: StandardWebhooksAuthentication,
	now: number,
): AuthenticationResult {
	const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
	const given = names.map((name) => givenHeader(request, name));
	if (given.some(({ status }) => status === 'missing')) {
		return missing(`Needed headers: ${names.join(', ')}`);
	}
	const [id, timestamp, signatures] = given.map((header) =>
		header.status === 'text' ? header.text : undefined,
	);
	if (id === undefined || timestamp === undefined || signatures === undefined) {
		return wrong(`These headers may come once: ${names.join(', ')}`);
	}
	if (id === '' || id.length > LONGEST_ID) {
		return wrong(`webhook-id must have 1 to ${LONGEST_ID} characters`);
	}
	// Else what is signed could be divided elsewhere: a dot and digits in a body would pass for the time, what follows for the body.
	if (id.includes('.')) return wrong('webhook-id must have no dot');
	if (!/^\d{1,12}$/.test(timestamp)) return wrong('webhook-timestamp must be whole Unix seconds');
	const ageSeconds = Math.trunc(now / 1000) - Number(timestamp);
	if (Math.abs(ageSeconds) > toleranceSeconds) {
		return wrong(
			`webhook-timestamp is ${Math.abs(ageSeconds)} s ${ageSeconds > 0 ? 'old' : 'ahead'}; ${toleranceSeconds} s are allowed`,
		);
	}
	if (!SIGNATURES.test(signatures)) {
		return wrong('webhook-signature must be like v1,BASE64, several divided by a space');
	}
	const expected = keysOf(secrets).map((key) => signatureOf(key, id, timestamp, request.body));
	// Every pair is compared, so that the time taken doesn't tell which secret was nearly right.
	const matches = signatures
		.split(' ')
		.filter((entry) => entry.startsWith('v1,'))
		.slice(0, MAX_SIGNATURES)
		.map((entry) => strictBase64(entry.slice('v1,'.length)))
		.filter((signature) => signature !== null)
		.map((signature) => isOneOfBytes(signature, expected));
	return matches.includes(true) ? allowed(id) : wrong('webhook-signature does not match');
}

/** The id is part of what is signed, divided by dots: one with a dot, or unfit for a header, is replaced by its hash. */
function standardWebhookId(messageId: string): string {
	return /^[\x21-\x2d\x2f-\x7e]+$/.test(messageId) && messageId.length <= LONGEST_ID
		? messageId
		: createHash('sha256').update(messageId).digest('base64url');
}
