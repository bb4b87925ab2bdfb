import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import { standardWebhookSignature } from '../signatures/standardWebhooks';
import { headerValue, type InboundRequest, queryValues } from './request';

/** How a sender proves who it is. Secrets come in lists so that a new one can be let in before the old one goes. */
export type Authentication =
	| { readonly mode: 'none' }
	| { readonly mode: 'query'; readonly name: string; readonly secrets: readonly string[] }
	| { readonly mode: 'header'; readonly name: string; readonly secrets: readonly string[] }
	| { readonly mode: 'basic'; readonly user: string; readonly password: string }
	| {
			/** Standard Webhooks 1.0: webhook-id, webhook-timestamp, webhook-signature. */
			readonly mode: 'standardWebhooks';
			/** `whsec_` and base64, or plain text. */
			readonly secrets: readonly string[];
			/** How far the timestamp may be off, either way. */
			readonly toleranceSeconds: number;
	  }
	| {
			/** HMAC-SHA256 of the body's bytes in a header of its own, as a signing proxy sets it. */
			readonly mode: 'hmac';
			readonly name: string;
			readonly encoding: 'hex' | 'base64';
			readonly secrets: readonly string[];
	  };

/** Let in, or not: 401 where the proof is missing, 403 where it is wrong. The message never holds a secret. */
export type AuthenticationResult =
	| { readonly ok: true }
	| {
			readonly ok: false;
			readonly status: 401 | 403;
			readonly message: string;
			/** Headers that belong to the answer, e.g. WWW-Authenticate. */
			readonly headers?: Readonly<Record<string, string>>;
	  };

const allowed: AuthenticationResult = { ok: true };

function missing(message: string, headers?: Record<string, string>): AuthenticationResult {
	return { ok: false, status: 401, message, ...(headers === undefined ? {} : { headers }) };
}

function wrong(message: string): AuthenticationResult {
	return { ok: false, status: 403, message };
}

/**
 * Checks the sender's proof. Every comparison of a secret takes the same time, wherever the difference is.
 * An authentication without a stored secret lets nobody in.
 *
 * @param now milliseconds since 1970, for signatures with a timestamp
 */
export function authenticate(
	request: InboundRequest,
	authentication: Authentication,
	now: number,
): AuthenticationResult {
	switch (authentication.mode) {
		case 'none':
			return allowed;
		case 'query': {
			const { name } = authentication;
			const secrets = stored(authentication.secrets);
			if (secrets.length === 0 || name === '') return nothingStored;
			const given = queryValues(request, name);
			if (given.length === 0) return missing(`The query parameter '${name}' is missing`);
			return anyEqual(given, secrets) ? allowed : wrong(`The query parameter '${name}' is wrong`);
		}
		case 'header': {
			const { name } = authentication;
			const secrets = stored(authentication.secrets);
			if (secrets.length === 0 || name === '') return nothingStored;
			const given = headerValue(request, name);
			if (given === null) return missing(`The header '${name}' is missing`);
			// `Authorization: Bearer …` is how most senders put a token there.
			const token =
				name.toLowerCase() === 'authorization' ? given.replace(/^Bearer +/i, '') : given;
			return anyEqual([given, token], secrets) ? allowed : wrong(`The header '${name}' is wrong`);
		}
		case 'basic': {
			const { user, password } = authentication;
			if (user === '' || password === '') return nothingStored;
			const given = headerValue(request, 'authorization');
			const encoded = given === null ? null : /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(given)?.[1];
			if (encoded === null || encoded === undefined) {
				return missing('User name and password are missing', {
					'WWW-Authenticate': 'Basic realm="Webhook"',
				});
			}
			const decoded = Buffer.from(encoded, 'base64');
			const matches = basicEncodings(`${user}:${password}`).map((bytes) => equal(decoded, bytes));
			return matches.includes(true) ? allowed : wrong('User name or password is wrong');
		}
		case 'standardWebhooks':
			return verifyStandardWebhook(request, authentication, now);
		case 'hmac': {
			const { name, encoding } = authentication;
			const secrets = stored(authentication.secrets);
			if (secrets.length === 0 || name === '') return nothingStored;
			const given = headerValue(request, name);
			if (given === null) return missing(`The signature header '${name}' is missing`);
			// GitHub's `sha256=…` is common among signing proxies.
			const signature = Buffer.from(given.trim().replace(/^sha256=/i, ''), encoding);
			const valid = secrets
				.map((secret) => createHmac('sha256', secret).update(request.body).digest())
				.map((expected) => equal(signature, expected))
				.includes(true);
			return valid ? allowed : wrong(`The signature in '${name}' does not match the body`);
		}
	}
}

const nothingStored = wrong(
	'The trigger asks for authentication, but its credential holds no secret: fill it in, or set Authentication to None',
);

/** UTF-8 as RFC 7617 says, and Latin-1, where that can hold it, as aiohttp sends it (blrec). */
function basicEncodings(pair: string): Buffer[] {
	const latin1 = Buffer.from(pair, 'latin1');
	return [Buffer.from(pair, 'utf8'), ...(latin1.toString('latin1') === pair ? [latin1] : [])];
}

function stored(secrets: readonly string[]): readonly string[] {
	return secrets.filter((secret) => secret !== '');
}

/** A sender has one signature per secret it rotates between. */
const MAX_SIGNATURES = 16;

function verifyStandardWebhook(
	request: InboundRequest,
	authentication: Extract<Authentication, { mode: 'standardWebhooks' }>,
	now: number,
): AuthenticationResult {
	const secrets = stored(authentication.secrets);
	if (secrets.length === 0) return nothingStored;
	const id = headerValue(request, 'webhook-id');
	const timestamp = headerValue(request, 'webhook-timestamp');
	const signatures = headerValue(request, 'webhook-signature');
	if (id === null || timestamp === null || signatures === null) {
		return missing('Needed headers: webhook-id, webhook-timestamp, webhook-signature');
	}
	if (!/^\d{1,12}$/.test(timestamp)) return wrong('webhook-timestamp must be whole Unix seconds');
	const ageSeconds = Math.trunc(now / 1000) - Number(timestamp);
	if (Math.abs(ageSeconds) > authentication.toleranceSeconds) {
		return wrong(
			`webhook-timestamp is ${Math.abs(ageSeconds)} s ${ageSeconds > 0 ? 'old' : 'ahead'}; ${authentication.toleranceSeconds} s are allowed`,
		);
	}
	const given = signatures
		.split(' ')
		.filter((entry) => entry.startsWith('v1,'))
		.slice(0, MAX_SIGNATURES)
		.map((entry) => Buffer.from(entry.slice('v1,'.length), 'base64'));
	const expected = secrets.map((secret) =>
		standardWebhookSignature(secret, id, timestamp, request.body),
	);
	// Every pair is compared, so that the time taken doesn't tell which secret was nearly right.
	const matches = given.flatMap((signature) => expected.map((mac) => equal(signature, mac)));
	return matches.includes(true) ? allowed : wrong('webhook-signature does not match');
}

function anyEqual(given: readonly string[], secrets: readonly string[]): boolean {
	const matches = given.flatMap((value) =>
		secrets.map((secret) => equal(Buffer.from(value, 'utf8'), Buffer.from(secret, 'utf8'))),
	);
	return matches.includes(true);
}

/** Compares in constant time, whatever the lengths: hashes have one length and tell nothing of where the difference is. */
function equal(given: Buffer, expected: Buffer): boolean {
	return timingSafeEqual(sha256(given), sha256(expected));
}

function sha256(bytes: Buffer): Buffer {
	return createHash('sha256').update(bytes).digest();
}
