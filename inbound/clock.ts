/** The time, and a way to wait: handed in, so that tests need no real time. */
export interface Clock {
	/** Milliseconds since 1970. May be set back and forth. */
	now(): number;
	/** Milliseconds since some moment. Never goes back; may stand still while the machine sleeps. */
	elapsed(): number;
	sleep(milliseconds: number): Promise<void>;
}
