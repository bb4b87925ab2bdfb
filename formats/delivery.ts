import type { JsonObject } from './json';

/** Which answers a recorder takes as "delivered". */
export type SuccessRule =
	| '2xx'
	| 'exactly 200'
	| 'below 400'
	| 'neither 429 nor 5xx'
	| 'any answer';

/**
 * How a recorder delivers a webhook: what a receiver sees on the wire, and when it sees it again.
 * Pure data, so that the sending side can imitate it and the documents can print it.
 */
export interface DeliveryProfile {
	/** Request headers in the order in which the recorder sends them, without Host and Content-Length. */
	readonly headers: Readonly<Record<string, string>>;
	/** Seconds to wait before each further attempt: `[1, 2]` is three attempts. */
	readonly waitsSeconds: readonly number[];
	/** Seconds until an attempt without an answer counts as failed. */
	readonly timeoutSeconds: number;
	/** Seconds after the first attempt from when on no further attempt is made, however many were left. */
	readonly giveUpAfterSeconds?: number;
	readonly success: SuccessRule;
	/** What the body must look like besides, for a sender that reads it. */
	readonly successBody?: RegExp;
	/**
	 * Follows redirects as HTTP clients do: 307 and 308 are posted again, 301 to 303 become a GET without the body. Left out
	 * where nothing is known.
	 */
	readonly followsRedirects?: boolean;
	/** Waits as long as `Retry-After` asks for. Left out: takes no notice of it. */
	readonly honoursRetryAfter?: boolean;
	/**
	 * The body as the recorder writes it: number formats, escapes, spaces, order.
	 *
	 * @param numbers paths of texts that are the digits of a number, as `writeJson` takes them
	 */
	encode(body: JsonObject, numbers?: ReadonlySet<string>): string;
	/** The body of a further attempt (2, 3, …) where the recorder changes it; without this it is the same bytes. */
	readonly bodyOfAttempt?: (body: JsonObject, attempt: number) => JsonObject;
}

/** Seconds from a recorder's first attempt until its last one has failed, if every attempt takes as long as it may. */
export function retrySpanSeconds(profile: DeliveryProfile): number {
	const { waitsSeconds, timeoutSeconds, giveUpAfterSeconds = Infinity } = profile;
	const attempts = waitsSeconds.length + 1;
	const waits = waitsSeconds.reduce((sum, wait) => sum + wait, 0);
	return Math.min(waits, giveUpAfterSeconds) + attempts * timeoutSeconds;
}
