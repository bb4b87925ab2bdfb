import { givenHeader, withHeaders } from './requests';
import { allowed, missing, type Scheme, wrong } from './scheme';
import { isOneOfBytes, lengthAdvice, storedText, strictBase64, textProblem } from './secrets';

/** User and password, in the header or in front of the URL (RFC 7617). */
export interface BasicAuthentication {
	readonly mode: 'basic';
	readonly user: string | null;
	readonly password: string | null;
}

export const basic: Scheme<BasicAuthentication> = {
	read: (fields) => ({
		mode: 'basic',
		user: storedText(fields, 'user'),
		password: storedText(fields, 'password'),
	}),
	problem: ({ user, password }) => {
		const userProblem = textProblem(user);
		if (userProblem !== null) return `The user name ${userProblem}`;
		if (user?.includes(':') === true) return "The user name can't contain a colon";
		const passwordProblem = textProblem(password);
		return passwordProblem === null ? null : `The password ${passwordProblem}`;
	},
	advice: ({ password }) => lengthAdvice([password]),
	verify: (request, { user, password }) => {
		const given = givenHeader(request, 'authorization');
		if (given.status === 'repeated') return wrong('The header Authorization may come once');
		const encoded = given.status === 'text' ? /^Basic +(.+)$/is.exec(given.text)?.[1] : undefined;
		if (encoded === undefined) {
			return missing('User name and password are missing', {
				'WWW-Authenticate': 'Basic realm="Webhook"',
			});
		}
		const decoded = strictBase64(encoded);
		if (decoded === null) return wrong('User name and password are not in base64');
		return isOneOfBytes(decoded, bytesOf(`${user}:${password}`))
			? allowed()
			: wrong('User name or password is wrong');
	},
	sign: (request, { user, password }) =>
		withHeaders(request, { Authorization: basicAuthorization(user ?? '', password ?? '') }),
	secretPlaces: ({ user, password }) => ({
		texts: [`${user}:${password}`, password ?? ''],
		headers: ['Authorization'],
		parameters: [],
	}),
};

/** UTF-8 as RFC 7617 says, and Latin-1, where that can hold it, as aiohttp sends it (blrec). */
function bytesOf(pair: string): Buffer[] {
	const latin1 = Buffer.from(pair, 'latin1');
	return [Buffer.from(pair, 'utf8'), ...(latin1.toString('latin1') === pair ? [latin1] : [])];
}

/** User and password as they go into the header. */
export function basicAuthorization(user: string, password: string): string {
	return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}
