/** How long things are waited for, in milliseconds. */
export interface SessionWaits {
	/** How long a room must have been quiet after the end. */
	readonly quiet: number;
	/** How long a file that was opened is waited for after the end. */
	readonly giveUp: number;
}

/** An end that never came is waited for so long after the last event. */
export const LONGEST_SILENCE = 24 * 3_600_000;
