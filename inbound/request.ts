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
