import type { ReceivedRequest } from '../authentication/requests';

/** An HTTP request as far as receiving a webhook needs it. */
export interface InboundRequest extends ReceivedRequest {
	/**
	 * The sender's address, as Express's `req.ip` gives it: of the proxies it names in X-Forwarded-For, those that n8n trusts
	 * (N8N_PROXY_HOPS) are left out. Null where there is none.
	 */
	readonly address: string | null;
}

/** A header's value; the first where it was sent several times. */
export function headerValue(request: ReceivedRequest, name: string): string | null {
	const value = request.headers[name.toLowerCase()];
	if (typeof value === 'string') return value;
	return value?.[0] ?? null;
}

/**
 * Headers with a list of values where one was sent several times, from Node.js's `headersDistinct`. Its `headers` join them, or
 * leave out all but the first: a proof that came twice would look as if it had come once.
 */
export function headersFrom(
	distinct: Readonly<Record<string, string[] | undefined>>,
): InboundRequest['headers'] {
	return Object.fromEntries(
		Object.entries(distinct).map(([name, values = []]) => [
			name,
			values.length === 1 ? values[0] : values,
		]),
	);
}
