const TIMESTAMP =
	/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?\s*(?:[Zz]|[+-]\d{2}:?\d{2})$/;

/** No recorder writes so many digits or spaces. */
const LONGEST = 64;

/**
 * Milliseconds since 1970 for a timestamp with a UTC offset, or null where the text is no such timestamp.
 *
 * Takes what recorders send: `2021-05-14T17:52:44.4960899+08:00` (.NET, 0 to 7 digits, BililiveRecorder),
 * `2026-03-11T05:22:38.393477700Z` (OneLiveRec, 9 digits), `2023-12-27 01:39:33.070123+08:00` (blrec, with a space).
 * Digits after the millisecond are cut off, not rounded, so that a time never moves into the next second.
 */
export function parseTimestamp(text: string): number | null {
	if (text.length > LONGEST || !TIMESTAMP.test(text)) return null;
	// The places of all parts but the fraction are fixed, counted from either end: reading them takes a fifth of the time
	// that groups in the expression and Date.parse would, and every event has several times, each read twice.
	const year = digitsAt(text, 0, 4);
	const month = digitsAt(text, 5, 2);
	const day = digitsAt(text, 8, 2);
	const hour = digitsAt(text, 11, 2);
	const minute = digitsAt(text, 14, 2);
	const second = digitsAt(text, 17, 2);
	// Date.UTC would carry 31 April and 24:00 over into the next day: such a date is a mistake, not a time.
	if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
	if (hour > 23 || minute > 59 || second > 59) return null;
	const offset = offsetMinutes(text);
	if (offset === null) return null;
	// Date.UTC takes the years 0 to 99 for 1900 to 1999; the calendar repeats every 400 years.
	const wholeSeconds = Date.UTC(year + 400, month - 1, day, hour, minute, second);
	return wholeSeconds - MILLISECONDS_IN_400_YEARS + thousandths(text) - offset * 60_000;
}

const MILLISECONDS_IN_400_YEARS = 146_097 * 86_400_000;

const ZERO = 0x30;

/** The number of so many digits, which are there. */
function digitsAt(text: string, start: number, count: number): number {
	let value = 0;
	for (let place = start; place < start + count; place++) {
		value = value * 10 + text.charCodeAt(place) - ZERO;
	}
	return value;
}

function daysInMonth(year: number, month: number): number {
	if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The first three digits of a timestamp's fraction; digits it doesn't have are zeros. */
function thousandths(text: string): number {
	const mark = text.charAt(19);
	let hasEnded = mark !== '.' && mark !== ',';
	let value = 0;
	for (let place = 20; place < 23; place++) {
		const digit = text.charCodeAt(place) - ZERO;
		if (!(digit >= 0 && digit <= 9)) hasEnded = true;
		value = value * 10 + (hasEnded ? 0 : digit);
	}
	return value;
}

/** A timestamp's offset in minutes east of UTC; null where there is no such offset. */
function offsetMinutes(text: string): number | null {
	const last = text.charAt(text.length - 1);
	if (last === 'Z' || last === 'z') return 0;
	const signAt = text.length - (text.charAt(text.length - 3) === ':' ? 6 : 5);
	const hours = digitsAt(text, signAt + 1, 2);
	const minutes = digitsAt(text, text.length - 2, 2);
	if (hours > 23 || minutes > 59) return null;
	return (text.charAt(signAt) === '-' ? -1 : 1) * (hours * 60 + minutes);
}

const PARTS = /^(\d{4}-\d{2}-\d{2})([T ])(\d{2}:\d{2}:\d{2})(?:([.,])(\d+))?(.*)$/;

/**
 * A timestamp so many milliseconds later, in the form it has: the same separators, offset and number of digits (those after the
 * millisecond are zeros). Null where the text is no timestamp, or its year leaves four digits.
 */
export function movedTimestamp(text: string, milliseconds: number): string | null {
	const before = parseTimestamp(text);
	const parts = PARTS.exec(text);
	if (before === null || parts === null) return null;
	const [, , separator, , mark = '', fraction = '', rest = ''] = parts;
	const local = new Date(before + milliseconds + (offsetMinutes(text) ?? 0) * 60_000);
	if (
		Number.isNaN(local.getTime()) ||
		local.getUTCFullYear() < 0 ||
		local.getUTCFullYear() > 9999
	) {
		return null;
	}
	const [date, time = ''] = local.toISOString().split('T');
	const digits = time.slice(9, 12).padEnd(fraction.length, '0').slice(0, fraction.length);
	return `${date}${separator}${time.slice(0, 8)}${mark}${digits}${rest}`;
}

/** True for a text that {@link parseTimestamp} understands. */
export function isTimestamp(text: string): boolean {
	return parseTimestamp(text) !== null;
}

/** The start of 1970 in the zone furthest behind UTC: no recorder has recorded anything so early. */
const LATEST_PLACEHOLDER = 12 * 60 * 60 * 1000;

/**
 * A recorder's timestamp as ISO 8601 in UTC with milliseconds.
 * Null for what is missing, no timestamp, or a placeholder for "never": 1970-01-01 (DDTV) and 0001-01-01 (.NET).
 */
export function isoFromTimestamp(text: string | null | undefined): string | null {
	if (text === null || text === undefined) return null;
	const milliseconds = parseTimestamp(text);
	return milliseconds === null || milliseconds <= LATEST_PLACEHOLDER
		? null
		: isoFromMilliseconds(milliseconds);
}

/** Unix seconds (a number or its digits) as ISO 8601 in UTC with milliseconds; null for missing, 0 and negative values. */
export function isoFromUnixSeconds(seconds: number | string | null | undefined): string | null {
	return isoFromUnix(seconds, 1000);
}

/** Unix milliseconds (a number or its digits) as ISO 8601 in UTC with milliseconds; null for missing, 0 and negative values. */
export function isoFromUnixMilliseconds(
	milliseconds: number | string | null | undefined,
): string | null {
	return isoFromUnix(milliseconds, 1);
}

/** Unix nanoseconds as digits (more than a double holds) as ISO 8601 in UTC with milliseconds; null for anything else. */
export function isoFromUnixNanoseconds(digits: string | number | null | undefined): string | null {
	const text = String(digits ?? '');
	return /^\d{7,25}$/.test(text) ? isoFromUnix(text.slice(0, -6), 1) : null;
}

function isoFromUnix(value: number | string | null | undefined, factor: number): string | null {
	if (value === null || value === undefined) return null;
	// Number() would also take '', '0x10' and '1e9'.
	if (typeof value === 'string' && !/^\d+(?:\.\d+)?$/.test(value)) return null;
	return isoFromMilliseconds(Math.trunc(Number(value) * factor));
}

const START_OF_YEAR_0 = -62_167_219_200_000;
const END_OF_YEAR_9999 = 253_402_300_799_999;

function isoFromMilliseconds(milliseconds: number): string | null {
	return milliseconds > 0 && milliseconds <= END_OF_YEAR_9999 ? isoTime(milliseconds) : null;
}

const MILLISECONDS_IN_A_DAY = 86_400_000;

/** `2021-05-14T` by days since 1970. Times that are handled together are of few days. */
const dates = new Map<number, string>();

const MAX_DATES = 64;

function dateOf(day: number): string {
	const known = dates.get(day);
	if (known !== undefined) return known;
	if (dates.size >= MAX_DATES) dates.clear();
	const date = new Date(day * MILLISECONDS_IN_A_DAY)
		.toISOString()
		.slice(0, -'00:00:00.000Z'.length);
	dates.set(day, date);
	return date;
}

/**
 * Milliseconds since 1970 as ISO 8601 in UTC with milliseconds, as `Date.toISOString` writes it, which takes five times as
 * long.
 */
export function isoTime(milliseconds: number): string {
	const day = Math.floor(milliseconds / MILLISECONDS_IN_A_DAY);
	const ofDay = Math.trunc(milliseconds) - day * MILLISECONDS_IN_A_DAY;
	const seconds = Math.trunc(ofDay / 1000);
	const minutes = Math.trunc(seconds / 60);
	const hour = twoDigits(Math.trunc(minutes / 60));
	return `${dateOf(day)}${hour}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}.${threeDigits(ofDay % 1000)}Z`;
}

function twoDigits(number: number): string {
	return number < 10 ? `0${number}` : `${number}`;
}

function threeDigits(number: number): string {
	return number < 100 ? `0${twoDigits(number)}` : `${number}`;
}

/**
 * An ISO 8601 time in UTC as a local time with its offset, up to milliseconds:
 * `2021-05-14T09:52:54.946Z` at 480 minutes -> `2021-05-14T17:52:54.946+08:00`.
 *
 * @param fraction how the milliseconds are written: 'trimmed' leaves out trailing zeros (.NET), 'full' writes three digits
 */
export function timestampWithOffset(
	isoTime: string,
	utcOffsetMinutes: number,
	fraction: 'trimmed' | 'full' = 'trimmed',
): string {
	const localTime = Date.parse(isoTime) + utcOffsetMinutes * 60_000;
	if (localTime < START_OF_YEAR_0 || localTime > END_OF_YEAR_9999) {
		// A year of four digits is all that recorders can write: in UTC it has one.
		return timestampWithOffset(isoTime, 0, fraction);
	}
	const local = new Date(localTime).toISOString();
	const milliseconds = local.slice(20, 23);
	const digits = fraction === 'full' ? milliseconds : milliseconds.replace(/0+$/, '');
	const sign = utcOffsetMinutes < 0 ? '-' : '+';
	const offset = Math.abs(utcOffsetMinutes);
	const hours = String(Math.trunc(offset / 60)).padStart(2, '0');
	const minutes = String(offset % 60).padStart(2, '0');
	return `${local.slice(0, 19)}${digits === '' ? '' : `.${digits}`}${sign}${hours}:${minutes}`;
}
