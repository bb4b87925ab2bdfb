import { basicAuthorization } from '../authentication/basic';
import { unescaped } from '../authentication/redactor';
import type { OutgoingRequest } from '../authentication/requests';

/**
 * The user name and password of a URL become a header, as curl and blrec send them; HTTP clients refuse or drop them.
 */
export function userInfoAsHeader(request: OutgoingRequest): OutgoingRequest {
	if (!request.url.includes('@')) return request;
	const url = new URL(request.url);
	if (url.username === '' && url.password === '') return request;
	const user = unescaped(url.username);
	const password = unescaped(url.password);
	url.username = '';
	url.password = '';
	const headers = { ...request.headers, Authorization: basicAuthorization(user, password) };
	return { ...request, url: url.href, headers };
}
