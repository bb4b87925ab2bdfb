import { basicAuthorization } from '../authentication/basic';
import type { OutgoingRequest } from '../authentication/requests';

/**
 * The user name and password of a URL become a header, as curl and blrec send them; HTTP clients refuse or drop them.
 */
export function userInfoAsHeader(request: OutgoingRequest): OutgoingRequest {
	if (!request.url.includes('@')) return request;
	const url = new URL(request.url);
	if (url.username === '' && url.password === '') return request;
	const user = decodeUserInfo(url.username);
	const password = decodeUserInfo(url.password);
	url.username = '';
	url.password = '';
	const headers = { ...request.headers, Authorization: basicAuthorization(user, password) };
	return { ...request, url: url.href, headers };
}

function decodeUserInfo(text: string): string {
	return /%(?![0-9a-f]{2})/i.test(text) ? text : unescapePercent(text);
}

function unescapePercent(text: string): string {
	return Buffer.from(
		text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
			String.fromCharCode(Number.parseInt(digits, 16)),
		),
		'latin1',
	).toString('utf8');
}
