import type { Clock } from '../inbound/clock';
import { ApiProblem } from './problem';

/** How often a recorder may be asked. */
export interface PaceLimit {
	/** Calls a minute in the long run. */
	readonly perMinute: number;
	/** Calls that may go at once after a pause; they count besides those of their minute. */
	readonly burst: number;
}

/** Who would have to wait longer is told so: calls that nobody waits for any more keep their turns, too. */
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * Keeps the calls of one key below what its recorder takes in a minute: a call that would be too many waits for its turn. A minute
 * has `perMinute` and `burst` calls at the most.
 */
export class Pace {
	/** When everything that was let through would be worked off at an even pace, by {@link Clock.elapsed}. */
	private evenUntil = -Infinity;

	constructor(
		private readonly limit: PaceLimit,
		private readonly clock: Pick<Clock, 'elapsed' | 'sleep'>,
	) {}

	/**
	 * Resolves when the next call may go.
	 *
	 * @throws ApiProblem where that is too far off
	 */
	async turn(): Promise<void> {
		const apart = 60_000 / this.limit.perMinute;
		const now = this.clock.elapsed();
		const even = Math.max(now, this.evenUntil);
		const wait = even - (this.limit.burst - 1) * apart - now;
		if (wait > LONGEST_WAIT_MS) {
			throw new ApiProblem(
				'refused',
				`Too many calls wait for their turn: ${this.limit.perMinute} a minute may go out with this key`,
				'Ask for less at once, or try again in some minutes.',
			);
		}
		this.evenUntil = even + apart;
		if (wait > 0) await this.clock.sleep(wait);
	}
}
