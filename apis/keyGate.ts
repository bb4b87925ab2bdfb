import { ApiProblem } from './problem';

/**
 * Keeps a key that was refused from being sent again: until a key has proved good, one request at a time goes out with it, and
 * after a refusal none. Ten items at once with a wrong key would be ten tries, and blrec locks a client out at the fourth (APIS 2).
 */
export class KeyGate {
	private isProved = false;

	private refusal: ApiProblem | null = null;

	/** The request that goes alone, and the time-out where it got no answer. */
	private trial: Promise<ApiProblem | null> | null = null;

	/** Lets a call through when it may go, and learns from what becomes of it. */
	async pass<T>(call: () => Promise<T>): Promise<T> {
		while (this.trial !== null && !this.isProved) {
			const timeout = await this.trial;
			// To whom nobody answers, each in its turn would wait as long again.
			if (timeout !== null) throw timeout;
		}
		if (this.refusal !== null) throw this.refusal;
		const going = call();
		const learned = going.then(
			() => {
				this.isProved = true;
				return null;
			},
			(error: unknown) => {
				if (!(error instanceof ApiProblem)) return null;
				if (error.forbidsAskingAgain) this.refusal = error;
				// It said no to something else than the key.
				else if (error.reason === 'refused' || error.reason === 'not found') this.isProved = true;
				return error.reason === 'timeout' ? error : null;
			},
		);
		this.trial = learned;
		void learned.then(() => {
			if (this.trial === learned) this.trial = null;
		});
		await learned;
		return await going;
	}

	/** The key may be tried once more: somebody asked for just that. */
	forgive(): void {
		this.refusal = null;
		this.isProved = false;
	}

	/** Why nothing goes out any more; null while something does. */
	get closedBy(): ApiProblem | null {
		return this.refusal;
	}
}
