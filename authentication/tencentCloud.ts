import { createHash } from 'node:crypto';

import { isJsonObject, type JsonObject } from '../formats/json';
import { allowed, missing, type Scheme, wrong } from './scheme';
import {
	currentSecret,
	isOneOfBytes,
	keyProblem,
	type Secrets,
	secretsProblem,
	storedSecrets,
	strictHex,
	usableSecrets,
} from './secrets';

/**
 * The proof in the callbacks of Tencent Cloud CSS: `sign` is the MD5 of the key and of `t`, Unix seconds, both members of the body
 * (FACTS-MORE 7). It proves that the sender knew the key at some time, and nothing about the rest of the body.
 */
export interface TencentCloudAuthentication {
	readonly mode: 'tencentCloud';
	readonly secrets: Secrets;
}

/** `t` is ten minutes after the event, and retries go on for twelve, with or without a new `t`: nobody says. */
const LONGEST_SECONDS_OFF = 3600;

/** Callbacks have some 1,000 bytes. A larger body is not read before its sender is known. */
const MOST_BYTES = 65_536;

function signatureOf(secret: string, t: string): Buffer {
	return createHash('md5').update(`${secret}${t}`).digest();
}

function objectIn(body: Buffer): JsonObject | null {
	if (body.length > MOST_BYTES) return null;
	try {
		const value: unknown = JSON.parse(body.toString('utf8'));
		return isJsonObject(value) ? value : null;
	} catch {
		return null;
	}
}

export const tencentCloud: Scheme<TencentCloudAuthentication> = {
	read: (fields) => ({ mode: 'tencentCloud', secrets: storedSecrets(fields) }),
	problem: ({ secrets }) =>
		secretsProblem(secrets, (secret) => keyProblem(Buffer.from(secret, 'utf8'))),
	advice: () => 'This signature does not cover the event: better add a secret to the URL, too',
	verify: (request, { secrets }, now) => {
		const body = objectIn(request.body);
		if (body === null || body.sign === undefined || body.t === undefined) {
			return missing("The members 't' and 'sign' are missing");
		}
		// Of an object, its own `toString` would be called.
		const t = typeof body.t === 'number' || typeof body.t === 'string' ? String(body.t) : '';
		const signature = typeof body.sign === 'string' ? strictHex(body.sign) : null;
		if (!/^\d{9,12}$/.test(t) || signature === null) return wrong("'t' or 'sign' cannot be read");
		if (Math.abs(now / 1000 - Number(t)) > LONGEST_SECONDS_OFF) return wrong("'t' is too far off");
		const expected = usableSecrets(secrets).map((secret) => signatureOf(secret, t));
		return isOneOfBytes(signature, expected) ? allowed() : wrong("'sign' is wrong");
	},
	sign: (request, { secrets }, { now }) => {
		const body = objectIn(Buffer.from(request.body, 'utf8'));
		if (body === null) return request;
		const t = Math.trunc(now / 1000) + 600;
		const sign = signatureOf(currentSecret(secrets), String(t)).toString('hex');
		return { ...request, body: JSON.stringify({ ...body, sign, t }) };
	},
	secretPlaces: ({ secrets }) => ({ texts: usableSecrets(secrets), headers: [], parameters: [] }),
};
