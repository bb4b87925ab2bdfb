import { givenParameter } from './requests';
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

/** The secret as a query parameter: the one way every recorder's users have. */
export interface QueryAuthentication {
	readonly mode: 'query';
	readonly name: string | null;
	readonly secrets: Secrets;
}

/** Brackets make lists and objects of a query, for n8n's parser; the others divide one. */
const UNUSABLE = /[[\]&=#?%+\s]/;

function nameProblem(name: string | null): string | null {
	if (name === null || name === '') return 'The name of the query parameter is missing';
	// n8n's parser leaves out what would hide a member that every object has, as 'toString'.
	if (UNUSABLE.test(name) || !name.isWellFormed() || name in {}) {
		return "The name of the query parameter can't be read from a URL: take letters and digits";
	}
	return null;
}

export const query: Scheme<QueryAuthentication> = {
	read: (fields) => ({
		mode: 'query',
		name: storedText(fields, 'name'),
		secrets: storedSecrets(fields),
	}),
	problem: ({ name, secrets }) => nameProblem(name) ?? secretsProblem(secrets),
	advice: ({ secrets }) => lengthAdvice(secrets),
	verify: (request, { name, secrets }) => {
		const given = givenParameter(request, name ?? '');
		if (given.status === 'missing') return missing(`The query parameter '${name}' is missing`);
		if (given.status === 'repeated') return wrong(`The query parameter '${name}' may come once`);
		return isOneOf(given.text, secrets)
			? allowed()
			: wrong(`The query parameter '${name}' is wrong`);
	},
	sign: (request, { name, secrets }) => {
		const url = new URL(request.url);
		url.searchParams.set(name ?? '', currentSecret(secrets));
		return { ...request, url: url.href };
	},
	secretPlaces: ({ name, secrets }) => ({
		texts: usableSecrets(secrets),
		headers: [],
		parameters: [name ?? ''],
	}),
};
