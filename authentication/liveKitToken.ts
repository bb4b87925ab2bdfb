import { createHash, createHmac } from 'node:crypto';

import { isJsonObject, type JsonObject } from '../formats/json';
import { givenHeader, withHeaders } from './requests';
import { allowed, missing, type Scheme, wrong } from './scheme';
import {
	currentSecret,
	isOneOfBytes,
	keyProblem,
	type Secrets,
	secretsProblem,
	storedSecrets,
	storedText,
	strictBase64,
	textProblem,
	usableSecrets,
} from './secrets';

/**
 * LiveKit's webhook token: a JSON Web Token (HS256) as the whole Authorization header, made with an API secret, that names
 * the API key and the hash of the body (FACTS-MORE 5; protocol webhook/verifier.go). Retries carry the same token.
 */
export interface LiveKitTokenAuthentication {
	readonly mode: 'liveKitToken';
	/** The token's issuer. */
	readonly apiKey: string | null;
	readonly secrets: Secrets;
}

/** How far the clocks of the two may be apart. */
const LEEWAY_SECONDS = 60;

/** LiveKit's tokens count for five minutes; one for much longer was not made for a webhook. */
const LONGEST_LIFETIME_SECONDS = 3600;

/** LiveKit's have some 300 characters. */
const LONGEST_TOKEN = 4096;

const HEADER = { alg: 'HS256', typ: 'JWT' };

function signatureOf(secret: string, signed: string): Buffer {
	return createHmac('sha256', secret).update(signed).digest();
}

function hashOf(body: string | Buffer): Buffer {
	return createHash('sha256').update(body).digest();
}

/** Bytes in base64url, exactly and without padding; null for anything else. */
function strictBase64Url(text: string): Buffer | null {
	const bytes = Buffer.from(text, 'base64url');
	return bytes.toString('base64url') === text ? bytes : null;
}

function objectIn(part: string): JsonObject | null {
	try {
		const value: unknown = JSON.parse(strictBase64Url(part)?.toString('utf8') ?? '');
		return isJsonObject(value) ? value : null;
	} catch {
		return null;
	}
}

/** What is wrong with the claims of a token whose signature is right; null where nothing is. */
function claimsProblem(
	claims: JsonObject,
	apiKey: string,
	body: Buffer,
	now: number,
): string | null {
	const { iss, nbf, exp, sha256 } = claims;
	const seconds = now / 1000;
	if (iss !== apiKey) return 'The token is of another API key';
	if (typeof exp !== 'number' || exp < seconds - LEEWAY_SECONDS) return 'The token has expired';
	if (exp > seconds + LONGEST_LIFETIME_SECONDS) return 'The token counts for too long';
	if (nbf !== undefined && (typeof nbf !== 'number' || nbf > seconds + LEEWAY_SECONDS)) {
		return 'The token does not count yet';
	}
	const hash = typeof sha256 === 'string' ? strictBase64(sha256) : null;
	return hash !== null && isOneOfBytes(hash, [hashOf(body)])
		? null
		: 'The token is of another body';
}

export const liveKitToken: Scheme<LiveKitTokenAuthentication> = {
	read: (fields) => ({
		mode: 'liveKitToken',
		apiKey: storedText(fields, 'apiKey'),
		secrets: storedSecrets(fields),
	}),
	problem: ({ apiKey, secrets }) => {
		const keyIssue = textProblem(apiKey);
		if (keyIssue !== null) return `The API key ${keyIssue}`;
		return secretsProblem(secrets, (secret) => keyProblem(Buffer.from(secret, 'utf8')));
	},
	advice: () => null,
	verify: (request, { apiKey, secrets }, now) => {
		const given = givenHeader(request, 'authorization');
		if (given.status === 'missing') return missing("The header 'Authorization' is missing");
		if (given.status === 'repeated') return wrong("The header 'Authorization' may come once");
		const token = given.text.replace(/^Bearer +/i, '');
		const [header = '', payload = '', signature = '', ...others] =
			token.length > LONGEST_TOKEN ? [] : token.split('.');
		const signatureBytes = strictBase64Url(signature);
		// The algorithm is not the sender's to choose.
		const isReadable = others.length === 0 && objectIn(header)?.alg === HEADER.alg;
		if (!isReadable || signatureBytes === null)
			return wrong('The token is no LiveKit webhook token');
		const expected = usableSecrets(secrets).map((secret) =>
			signatureOf(secret, `${header}.${payload}`),
		);
		if (!isOneOfBytes(signatureBytes, expected)) {
			return wrong('The token is not signed with this secret');
		}
		const claims = objectIn(payload);
		const problem =
			claims === null
				? 'The token cannot be read'
				: claimsProblem(claims, apiKey ?? '', request.body, now);
		return problem === null ? allowed() : wrong(problem);
	},
	sign: (request, { apiKey, secrets }, { now }) => {
		const seconds = Math.trunc(now / 1000);
		const claims = {
			iss: apiKey ?? '',
			nbf: seconds,
			exp: seconds + 300,
			sha256: hashOf(request.body).toString('base64'),
		};
		const signed = [HEADER, claims]
			.map((part) => Buffer.from(JSON.stringify(part), 'utf8').toString('base64url'))
			.join('.');
		const signature = signatureOf(currentSecret(secrets), signed).toString('base64url');
		return withHeaders(request, { Authorization: `${signed}.${signature}` });
	},
	secretPlaces: ({ secrets }) => ({
		texts: usableSecrets(secrets),
		headers: ['Authorization'],
		parameters: [],
	}),
};
