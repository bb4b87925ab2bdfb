/**
 * How far a recorder's clock may be ahead of ours, milliseconds: more than a mistaken time zone. What was said to be of the year 9999
 * would be newer than all that follows, and stand for ever: a room's title, a session, a live that has every later file for its own.
 */
const MOST_AHEAD = 24 * 3_600_000;

/** A time as a recorder says it, ISO 8601; null where it says none, or one far ahead of when the event came. */
export function withoutFuture(time: string | null, receivedAt: string): string | null {
	if (time === null || isNotAfter(time, receivedAt)) return time;
	return Date.parse(time) > Date.parse(receivedAt) + MOST_AHEAD ? null : time;
}

/** True where the texts alone tell, as they nearly always do: both in UTC, to the millisecond, with four digits for the year. */
function isNotAfter(time: string, other: string): boolean {
	return time.length === other.length && time.endsWith('Z') && time <= other;
}
