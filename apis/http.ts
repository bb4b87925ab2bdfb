/**
 * What the recorders' APIs need of an HTTP client. Handed in, so that nothing here knows n8n, and tests can answer themselves.
 */

/** One request. */
export interface ApiRequest {
	readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
	/** Absolute, percent-encoded. */
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | null;
	/** For the whole answer. */
	readonly timeoutSeconds: number;
	/** How much of the answer is read; the rest is left on the wire. */
	readonly maxBytes: number;
	/** Whether any certificate will do over TLS. */
	readonly acceptsAnyCertificate: boolean;
}

/** An answer, whatever its status. */
export interface ApiAnswer {
	readonly status: number;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** UTF-8. */
	readonly text: string;
	/** There was more than `maxBytes`. */
	readonly isCut: boolean;
}

/** No answer came, and why. */
export interface NoApiAnswer {
	readonly status: null;
	readonly reason: 'unreachable' | 'timeout' | 'closed' | 'garbled' | 'blocked' | 'certificate';
	/** In a few words, e.g. `Connection refused`. */
	readonly message: string;
}

/** Sends one request. Never follows a redirect, never tries twice, never throws for a status. */
export type ApiHttp = (request: ApiRequest) => Promise<ApiAnswer | NoApiAnswer>;
