import { headerNameProblem } from './headerNames';
import { givenHeader, withHeaders } from './requests';
import { allowed, missing, type Scheme, wrong } from './scheme';
import {
	currentSecret,
	isOneOf,
	lengthAdvice,
	type Secrets,
	secretsProblem,
	storedSecrets,
	storedText,
	usableSecrets,
} from './secrets';

/** The secret in a header. */
export interface HeaderAuthentication {
	readonly mode: 'header';
	readonly name: string | null;
	readonly secrets: Secrets;
}

function valueProblem(secret: string): string | null {
	return /^[\t\x20-\x7e]+$/.test(secret)
		? null
		: "contains characters that can't stand in a header";
}

/** `Authorization: Bearer …` is how most senders put a token there: with the word or without it, it is the same token. */
function tokenIn(name: string | null, value: string): string {
	return name?.toLowerCase() === 'authorization' ? value.replace(/^Bearer +/i, '') : value;
}

export const header: Scheme<HeaderAuthentication> = {
	read: (fields) => ({
		mode: 'header',
		name: storedText(fields, 'headerName'),
		secrets: storedSecrets(fields),
	}),
	problem: ({ name, secrets }) =>
		headerNameProblem(name) ??
		secretsProblem(secrets, valueProblem) ??
		// `Bearer` alone would be an empty token.
		secretsProblem(usableSecrets(secrets).map((secret) => tokenIn(name, `${secret} `).trim())),
	advice: ({ name, secrets }) =>
		lengthAdvice(usableSecrets(secrets).map((secret) => tokenIn(name, secret))),
	verify: (request, { name, secrets }) => {
		const given = givenHeader(request, name ?? '');
		if (given.status === 'missing') return missing(`The header '${name}' is missing`);
		if (given.status === 'repeated') return wrong(`The header '${name}' may come once`);
		const tokens = usableSecrets(secrets).map((secret) => tokenIn(name, secret));
		return isOneOf(tokenIn(name, given.text), tokens)
			? allowed()
			: wrong(`The header '${name}' is wrong`);
	},
	sign: (request, { name, secrets }) =>
		withHeaders(request, { [name ?? '']: currentSecret(secrets) }),
	secretPlaces: ({ name, secrets }) => ({
		texts: usableSecrets(secrets).map((secret) => tokenIn(name, secret)),
		headers: [name ?? ''],
		parameters: [],
	}),
};
