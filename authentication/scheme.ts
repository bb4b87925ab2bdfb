import type { OutgoingRequest, ReceivedRequest } from './requests';

/**
 * Let in, or not: 401 where the proof is missing, 403 where it is wrong, 503 where nobody could prove anything, because the
 * authentication is not usable. The message is for the sender: it never holds a secret, nor what is wrong with the set-up.
 */
export type AuthenticationResult =
	| {
			readonly ok: true;
			/** The message's id, where it is part of what was proven: a second message with it is a replay. */
			readonly messageId: string | null;
	  }
	| {
			readonly ok: false;
			readonly status: 401 | 403 | 503;
			readonly message: string;
			/** Headers that belong to the answer, e.g. WWW-Authenticate. */
			readonly headers?: Readonly<Record<string, string>>;
	  };

/** The result of a proof that was right. */
export function allowed(messageId: string | null = null): AuthenticationResult {
	return { ok: true, messageId };
}

/** The result where no proof was given. */
export function missing(message: string, headers?: Record<string, string>): AuthenticationResult {
	return { ok: false, status: 401, message, ...(headers === undefined ? {} : { headers }) };
}

/** The result of a proof that was wrong. */
export function wrong(message: string): AuthenticationResult {
	return { ok: false, status: 403, message };
}

/** What a signature says beside the body. */
export interface SigningContext {
	/** The same for every attempt to deliver one event. */
	readonly messageId: string;
	/** When this attempt is made, milliseconds since 1970. */
	readonly now: number;
}

/** Where a scheme's secrets are in a request, and what they are: what nobody is to see. */
export interface SecretPlaces {
	readonly texts: readonly string[];
	/** Headers that hold a secret, or a signature that would pass as one until it expires. */
	readonly headers: readonly string[];
	readonly parameters: readonly string[];
}

/** The fields of the stored credential, by name. A user may have given any by an expression: they can be anything. */
export type StoredFields = Readonly<Record<string, unknown>>;

/** One way of proving who sent a request, from both sides. Adding one is a file and a row in `schemes.ts`. */
export interface Scheme<A> {
	/** The stored credential as this scheme. What can't be read is there as what {@link problem} refuses. */
	read(fields: StoredFields): A;
	/** Why it can't be used, in words for the person who set it up; null where it can. */
	problem(authentication: A): string | null;
	/** What could be better, though it can be used; null where nothing could. */
	advice(authentication: A): string | null;
	/**
	 * Checks the sender's proof. Every comparison takes the same time, wherever the difference is.
	 * Asked only where there is no {@link problem}.
	 *
	 * @param now milliseconds since 1970
	 */
	verify(request: ReceivedRequest, authentication: A, now: number): AuthenticationResult;
	/** The request with its proof, made with the current secret. */
	sign(request: OutgoingRequest, authentication: A, context: SigningContext): OutgoingRequest;
	secretPlaces(authentication: A): SecretPlaces;
}
