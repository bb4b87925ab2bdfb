/**
 * A header of our own that simulated events have: how many seconds a room has to be quiet after them until its session is complete,
 * where that is less than the receiving trigger would wait. Recorders send no such thing.
 */
export const SESSION_WAIT_HEADER = 'X-Live-Recorder-Session-Wait';

/** What the header says, in milliseconds; null where it says nothing that could be a wait. */
export function readSessionWait(value: string | null): number | null {
	return value !== null && /^\d{1,6}(?:\.\d{1,3})?$/.test(value) ? Number(value) * 1000 : null;
}

/** Seconds as the header says them. */
export function writeSessionWait(seconds: number): string {
	return String(Math.round(seconds * 1000) / 1000);
}
