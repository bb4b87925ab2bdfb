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
	if (text.length > LONGEST || !hasSeparators(text)) return null;
	// The places of all parts but the fraction are fixed, counted from either end: reading them takes half the time
	// of Date.parse, and every event has several times, each read twice.
	const year = twoDigitsAt(text, 0) * 100 + twoDigitsAt(text, 2);
	const month = twoDigitsAt(text, 5);
	const day = twoDigitsAt(text, 8);
	const hour = twoDigitsAt(text, 11);
	const minute = twoDigitsAt(text, 14);
	const second = twoDigitsAt(text, 17);
	// Not carried over into the next day, as Date.UTC would: 31 April and 24:00 are a mistake, not a time.
	if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
	if (!isWithin(hour, 23) || !isWithin(minute, 59) || !isWithin(second, 59)) return null;
	const offset = offsetMinutes(text);
	if (offset === null) return null;
	const minutes = dayNumber(year, month, day) * MINUTES_IN_A_DAY + hour * 60 + minute - offset;
	return minutes * 60_000 + second * 1000 + thousandths(text);
}

const MINUTES_IN_A_DAY = 1_440;

const ZERO = 0x30;
const DASH = 0x2d;
const COLON = 0x3a;
const SPACE = 0x20;
const DOT = 0x2e;
const COMMA = 0x2c;
const PLUS = 0x2b;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const SMALL_Z = 0x7a;

/** `-`, `-`, `T` or a space, `:`, `:` in their places. */
function hasSeparators(text: string): boolean {
	const middle = text.charCodeAt(10);
	return (
		text.charCodeAt(4) === DASH &&
		text.charCodeAt(7) === DASH &&
		(middle === LETTER_T || middle === SPACE) &&
		text.charCodeAt(13) === COLON &&
		text.charCodeAt(16) === COLON
	);
}

/** The number of two digits; far below 0 where something else stands there. */
function twoDigitsAt(text: string, place: number): number {
	const tens = text.charCodeAt(place) - ZERO;
	const ones = text.charCodeAt(place + 1) - ZERO;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NO_NUMBER;
}

/** Below 0 even when the last two digits of a year are added to its hundredfold, or the first. */
const NO_NUMBER = -1_000_000;

function isDigitAt(text: string, place: number): boolean {
	const code = text.charCodeAt(place);
	return code >= ZERO && code <= ZERO + 9;
}

function isWithin(number: number, most: number): boolean {
	return number >= 0 && number <= most;
}

/** The place after the seconds and their fraction, which has digits if there is one; -1 where it has none. */
function endOfFraction(text: string): number {
	const mark = text.charCodeAt(19);
	if (mark !== DOT && mark !== COMMA) return 19;
	let place = 20;
	while (isDigitAt(text, place)) place++;
	return place === 20 ? -1 : place;
}

function isSpace(code: number): boolean {
	return code === SPACE || (code >= 0x09 && code <= 0x0d);
}

/** Days of a year before each month, one that is no leap year. */
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

function daysInMonth(year: number, month: number): number {
	if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from the first of the year 0 to that of 1970. */
const DAYS_BEFORE_1970 = 719_528;

/** Days since 1970 in the Gregorian calendar, of the years 0 to 9999; Date.UTC takes as long for it as all the rest does. */
function dayNumber(year: number, month: number, day: number): number {
	// A leap year's own day counts from March on.
	const until = month > 2 ? year : year - 1;
	const leapDays = Math.floor(until / 4) - Math.floor(until / 100) + Math.floor(until / 400);
	return year * 365 + leapDays + (DAYS_BEFORE[month - 1] ?? 0) + day - DAYS_BEFORE_1970;
}

/** The first three digits of a timestamp's fraction; digits it doesn't have are zeros. */
function thousandths(text: string): number {
	const mark = text.charCodeAt(19);
	if (mark !== DOT && mark !== COMMA) return 0;
	let value = 0;
	let worth = 100;
	for (let place = 20; place < 23 && isDigitAt(text, place); place++) {
		value += (text.charCodeAt(place) - ZERO) * worth;
		worth /= 10;
	}
	return value;
}

/**
 * A timestamp's offset in minutes east of UTC: what stands behind the seconds and their fraction is `Z`, `+08:00` or `+0800`, with spaces
 * in front of it or not. Null where it is something else.
 */
function offsetMinutes(text: string): number | null {
	let place = endOfFraction(text);
	if (place === -1) return null;
	while (isSpace(text.charCodeAt(place))) place++;
	const length = text.length - place;
	const first = text.charCodeAt(place);
	if (first === LETTER_Z || first === SMALL_Z) return length === 1 ? 0 : null;
	if (first !== PLUS && first !== DASH) return null;
	if (length !== 5 && (length !== 6 || text.charCodeAt(place + 3) !== COLON)) return null;
	const hours = twoDigitsAt(text, place + 1);
	const minutes = twoDigitsAt(text, text.length - 2);
	if (!isWithin(hours, 23) || !isWithin(minutes, 59)) return null;
	return (first === DASH ? -1 : 1) * (hours * 60 + minutes);
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
	const minute = Math.trunc(ofDay / 60_000);
	const ofMinute = ofDay - minute * 60_000;
	const second = Math.trunc(ofMinute / 1000);
	const minuteText = (minuteTexts[minute] ??= minuteTextOf(minute));
	const secondText = (secondTexts[second] ??= `${twoDigits(second)}.`);
	const thousandth = ofMinute - second * 1000;
	return `${dateOf(day)}${minuteText}${secondText}${threeDigits(thousandth)}Z`;
}

/** `09:52:` by minutes of a day. */
const minuteTexts: string[] = [];

/** `54.` by seconds of a minute. */
const secondTexts: string[] = [];

function minuteTextOf(minute: number): string {
	return `${twoDigits(Math.trunc(minute / 60))}:${twoDigits(minute % 60)}:`;
}

/** The inverse of {@link isoTime}: milliseconds since 1970, NaN for what is no time. Takes half the time of `Date.parse`. */
export function timeOf(isoTime: string): number {
	return parseTimestamp(isoTime) ?? NaN;
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
