import { ApiProblem } from './problem';

/** Where a recorder is and how it lets callers in: the fields of its credential, whatever they hold. */
export type ConnectionFields = Readonly<Record<string, unknown>>;

/** A field as text; '' where it isn't filled in. Spaces around it are nobody's intention. */
export function field(fields: ConnectionFields, name: string): string {
	const value = fields[name];
	return typeof value === 'string' ? value.trim() : '';
}

/**
 * The address of a recorder without a slash at its end. A path is kept: a proxy or the recorder may have put one there.
 *
 * @throws ApiProblem where it is none
 */
export function baseUrlOf(fields: ConnectionFields, example: string): string {
	const given = field(fields, 'url');
	if (given === '') throw wrongAddress('The address is missing', example);
	if (!/^https?:\/\//i.test(given)) {
		throw wrongAddress('The address does not start with http:// or https://', example);
	}
	let url: URL;
	try {
		url = new URL(given);
	} catch {
		throw wrongAddress('The address cannot be read', example);
	}
	if (url.username !== '' || url.password !== '') {
		throw new ApiProblem(
			'setting',
			'The address holds a user or password',
			'Put them into the fields of the credential: what is in an address ends up in logs.',
		);
	}
	if (url.search !== '' || url.hash !== '') {
		throw wrongAddress('The address goes on after ? or #', example);
	}
	return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function wrongAddress(message: string, example: string): ApiProblem {
	return new ApiProblem('setting', message, `Give the address of the recorder, e.g. ${example}`);
}

export function acceptsAnyCertificate(fields: ConnectionFields): boolean {
	return fields.ignoreSslIssues === true;
}

/** The headers of HTTP Basic, as UTF-8; none without user and password. */
export function basicHeaders(user: string, password: string): Record<string, string> {
	if (user === '' && password === '') return {};
	return {
		Authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`,
	};
}
