import { createHmac } from 'node:crypto';

import { headerNameProblem } from './headerNames';
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
	strictHex,
	usableSecrets,
} from './secrets';

/** HMAC-SHA256 of the body's bytes in a header of its own, as a signing proxy sets it. */
export interface HmacAuthentication {
	readonly mode: 'hmac';
	readonly name: string | null;
	/** Null where it can't be read. */
	readonly encoding: 'hex' | 'base64' | null;
	readonly secrets: Secrets;
}

function signatureOf(secret: string, body: string | Buffer): Buffer {
	return createHmac('sha256', secret).update(body).digest();
}

function encodingIn(value: unknown): HmacAuthentication['encoding'] {
	if (value === undefined) return 'hex';
	return value === 'hex' || value === 'base64' ? value : null;
}

export const hmac: Scheme<HmacAuthentication> = {
	read: (fields) => ({
		mode: 'hmac',
		name: storedText(fields, 'signatureHeader'),
		encoding: encodingIn(fields.encoding),
		secrets: storedSecrets(fields),
	}),
	problem: ({ name, encoding, secrets }) => {
		if (encoding === null) return 'The encoding must be hex or base64';
		return (
			headerNameProblem(name) ??
			secretsProblem(secrets, (secret) => keyProblem(Buffer.from(secret, 'utf8')))
		);
	},
	advice: () => null,
	verify: (request, { name, encoding, secrets }) => {
		const given = givenHeader(request, name ?? '');
		if (given.status === 'missing') return missing(`The signature header '${name}' is missing`);
		if (given.status === 'repeated') return wrong(`The signature header '${name}' may come once`);
		// GitHub's `sha256=…` is common among signing proxies.
		const encoded = given.text.trim().replace(/^sha256=/i, '');
		const signature = encoding === 'hex' ? strictHex(encoded) : strictBase64(encoded);
		if (signature === null) return wrong(`The signature in '${name}' is not in ${encoding}`);
		const expected = usableSecrets(secrets).map((secret) => signatureOf(secret, request.body));
		return isOneOfBytes(signature, expected)
			? allowed()
			: wrong(`The signature in '${name}' does not match the body`);
	},
	sign: (request, { name, encoding, secrets }) => {
		const signature = signatureOf(currentSecret(secrets), request.body);
		return withHeaders(request, { [name ?? '']: signature.toString(encoding ?? 'hex') });
	},
	secretPlaces: ({ name, secrets }) => ({
		texts: usableSecrets(secrets),
		headers: [name ?? ''],
		parameters: [],
	}),
};
