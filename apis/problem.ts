/** Why a recorder's API could not be used; what follows from it is decided by this, never by words. */
export type ApiProblemReason =
	/** A field of the credential or a parameter can't be used as it is. */
	| 'setting'
	/** Nobody answered: wrong address, recorder not running. */
	| 'unreachable'
	/** n8n itself doesn't let requests go there. */
	| 'blocked'
	| 'timeout'
	/** The connection was closed without an answer. */
	| 'closed'
	/** Somebody else answered: a proxy's login page, another program. */
	| 'not the recorder'
	/** Wrong or missing key, user or password. Nothing may ask again with it. */
	| 'key'
	/** The recorder takes no request from here any more. Nothing may ask again. */
	| 'locked out'
	/** Too old a version, or an answer in a form that isn't known. */
	| 'version'
	/** Switched off in the recorder. */
	| 'disabled'
	/** The recorder understood and said no. */
	| 'refused'
	| 'not found'
	/** The one place for a webhook URL holds somebody else's. */
	| 'occupied'
	| 'too large';

/** A recorder's API could not be used: what happened, why, and what to do about it. Never holds a secret. */
export class ApiProblem extends Error {
	override readonly name = 'ApiProblem';

	constructor(
		readonly reason: ApiProblemReason,
		message: string,
		/** What to do, in whole sentences. */
		readonly advice: string,
		/** The HTTP status behind it; null where there was none. */
		readonly status: number | null = null,
	) {
		super(message);
	}

	/** Asking again with the same key does harm: blrec locks a client out at its fourth request (APIS 2). */
	get forbidsAskingAgain(): boolean {
		return this.reason === 'key' || this.reason === 'locked out';
	}
}
