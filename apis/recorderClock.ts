import type { ApiHttp, ApiAnswer, NoApiAnswer } from './http';

/** Less than an answer may take on its way, and than anybody has to care for. */
const LEAST_MS = 60_000;

/** A clock that is off by more tells of nothing. */
const MOST_MS = 24 * 3_600_000;

/**
 * By how much a recorder's clock is ahead of n8n's: the times of its files are by its own clock. Told by the `Date` of its answers; a
 * proxy in front that puts its own there hides it.
 */
export class RecorderClock {
	private ahead: number | null = null;

	constructor(private readonly now: () => number) {}

	/** A client whose answers are noted. */
	watch(http: ApiHttp): ApiHttp {
		return async (request) => {
			const answer = await http(request);
			this.note(answer);
			return answer;
		};
	}

	/** Milliseconds, below 0 where it is behind, 0 where it is about right; null before there was an answer. */
	get aheadMilliseconds(): number | null {
		return this.ahead;
	}

	private note(answer: ApiAnswer | NoApiAnswer): void {
		if (answer.status === null) return;
		const ahead = Date.parse(answer.headers.date ?? '') - this.now();
		const isOff = Math.abs(ahead) >= LEAST_MS && Math.abs(ahead) <= MOST_MS;
		this.ahead = isOff ? ahead : 0;
	}
}
