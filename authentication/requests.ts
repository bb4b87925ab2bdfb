/** What of a received request a proof may be in: what n8n's request has, without its types. */
export interface ReceivedRequest {
	/** Names in lower case; a list of values where a header was sent several times. */
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	readonly query: Readonly<Record<string, unknown>>;
	/** The body's bytes as they arrived: what is verified and what is parsed. */
	readonly body: Buffer;
}

/** One HTTP request, ready to be put on the wire. */
export interface OutgoingRequest {
	readonly method: 'POST';
	readonly url: string;
	/** In the order in which they go on the wire, without Host and Content-Length. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/**
 * What a request gives once and as text, or else how it doesn't. A secret that may come several times would be that many
 * guesses with one request, and a proxy in front may have looked at another of them.
 */
export type Given =
	| { readonly status: 'text'; readonly text: string }
	| { readonly status: 'missing' }
	| { readonly status: 'repeated' };

/** A header that may come once. */
export function givenHeader({ headers }: ReceivedRequest, name: string): Given {
	const lowerCase = name.toLowerCase();
	return given(Object.hasOwn(headers, lowerCase) ? headers[lowerCase] : undefined);
}

/** A query parameter that may come once: not `?key=a&key=b`, and not what n8n's parser makes of `?key[]=a` or `?key[x]=a`. */
export function givenParameter({ query }: ReceivedRequest, name: string): Given {
	return given(Object.hasOwn(query, name) ? query[name] : undefined);
}

function given(value: unknown): Given {
	if (value === undefined) return { status: 'missing' };
	return typeof value === 'string' ? { status: 'text', text: value } : { status: 'repeated' };
}

/** The request with these headers, in place of those of the same name. */
export function withHeaders(
	request: OutgoingRequest,
	headers: Readonly<Record<string, string>>,
): OutgoingRequest {
	const replaced = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
	const kept = Object.entries(request.headers).filter(
		([name]) => !replaced.has(name.toLowerCase()),
	);
	return { ...request, headers: { ...Object.fromEntries(kept), ...headers } };
}
