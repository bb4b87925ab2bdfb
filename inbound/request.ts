/** An HTTP request as far as receiving a webhook needs it: what n8n's request has, without its types. */
export interface InboundRequest {
	/** Header names in lower case, as Node.js gives them. */
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	readonly query: Readonly<Record<string, unknown>>;
	/** The body's bytes as they arrived: what is verified and what is parsed. */
	readonly body: Buffer;
	/** The sender's address, and those that trusted proxies report, as Express's `req.ip` and `req.ips`. */
	readonly addresses: readonly string[];
}

/** A header's value; the first where it was sent several times. */
export function headerValue(request: InboundRequest, name: string): string | null {
	const value = request.headers[name.toLowerCase()];
	if (typeof value === 'string') return value;
	return value?.[0] ?? null;
}

/** Every value of a query parameter: `?key=a&key=b` has two. */
export function queryValues(request: InboundRequest, name: string): readonly string[] {
	const value = Object.hasOwn(request.query, name) ? request.query[name] : undefined;
	if (typeof value === 'string') return [value];
	return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
