import { createHmac } from 'node:crypto';

import { givenHeader, withHeaders } from './requests';
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
 * Owncast's signature, from 0.3.0 on: `Owncast-Signature: t=<Unix seconds>.s=<hex>`, HMAC-SHA256 of the time, a dot and the body
 * (FACTS-MORE 3; webhooks/auth.go). The two parts are divided by a dot, too.
 */
export interface OwncastAuthentication {
	readonly mode: 'owncast';
	readonly secrets: Secrets;
}

const HEADER = 'Owncast-Signature';

/** As its documentation says. */
const TOLERANCE_SECONDS = 300;

function signatureOf(secret: string, timestamp: string, body: string | Buffer): Buffer {
	return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
}

export const owncast: Scheme<OwncastAuthentication> = {
	read: (fields) => ({ mode: 'owncast', secrets: storedSecrets(fields) }),
	problem: ({ secrets }) =>
		secretsProblem(secrets, (secret) => keyProblem(Buffer.from(secret, 'utf8'))),
	advice: () => null,
	verify: (request, { secrets }, now) => {
		const given = givenHeader(request, HEADER);
		if (given.status === 'missing') {
			return missing(`The header '${HEADER}' is missing; Owncast signs from 0.3.0 on`);
		}
		if (given.status === 'repeated') return wrong(`The header '${HEADER}' may come once`);
		const [, timestamp = '', hex = ''] = /^t=(\d{1,12})\.s=([0-9a-f]{64})$/i.exec(given.text) ?? [];
		const signature = strictHex(hex);
		if (timestamp === '' || signature === null)
			return wrong(`'${HEADER}' must be like t=TIME.s=HEX`);
		const ageSeconds = Math.abs(Math.trunc(now / 1000) - Number(timestamp));
		if (ageSeconds > TOLERANCE_SECONDS) {
			return wrong(`'${HEADER}' is ${ageSeconds} s off; ${TOLERANCE_SECONDS} s are allowed`);
		}
		const expected = usableSecrets(secrets).map((secret) =>
			signatureOf(secret, timestamp, request.body),
		);
		return isOneOfBytes(signature, expected)
			? allowed()
			: wrong(`'${HEADER}' does not match the body`);
	},
	sign: (request, { secrets }, { now }) => {
		const timestamp = String(Math.trunc(now / 1000));
		const signature = signatureOf(currentSecret(secrets), timestamp, request.body);
		return withHeaders(request, { [HEADER]: `t=${timestamp}.s=${signature.toString('hex')}` });
	},
	secretPlaces: ({ secrets }) => ({
		texts: usableSecrets(secrets),
		headers: [HEADER],
		parameters: [],
	}),
};
