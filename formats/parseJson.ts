import { formatPath, isJsonObject, type JsonValue, type PathSegment } from './json';
import { CLOSING_BRACE, CLOSING_BRACKET, COMMA, endOfString, excessOf, QUOTE } from './jsonLimits';

/**
 * A JSON text as a value that loses no digit: integers that a double can't hold become strings of their digits,
 * numbers beyond a double's range strings as they are written. Own members named `__proto__` are left out.
 * Takes time in proportion to the text, whatever the text.
 *
 * @throws SyntaxError where the text is no JSON
 * @throws RangeError where it holds too much
 */
export function parseJsonLosslessly(text: string): JsonValue {
	return parseJson(text).value;
}

/** The warning at each of {@link ParsedJson.inexact}: by it a sender knows that the recorder wrote a number there. */
export const KEPT_AS_TEXT = 'A number of more digits than JavaScript can hold, kept as text';

/** A JSON text as a value, and what the value doesn't show. */
export interface ParsedJson {
	readonly value: JsonValue;
	/** Objects and arrays: the value is nested no deeper than that. */
	readonly containers: number;
	/** Paths of texts that are numbers in the JSON text, the first {@link LISTED_NUMBERS}: a double can't hold them. */
	readonly inexact: readonly string[];
}

/**
 * As {@link parseJsonLosslessly}, telling more.
 *
 * @throws SyntaxError where the text is no JSON
 * @throws RangeError where it holds too much: see {@link excessOf}
 */
export function parseJson(text: string): ParsedJson {
	const excess = excessOf(text);
	if (excess !== null) throw new RangeError(`has ${excess}`);
	// Parsed as it is first: only a text that is JSON may be rewritten below.
	const value: JsonValue = JSON.parse(text);
	const { hasInexactNumber, hasProtoMember, containers } = inspect(value);
	const exact: JsonValue = hasInexactNumber ? JSON.parse(withInexactNumbersQuoted(text)) : value;
	if (hasProtoMember) dropProtoMembers(exact);
	return {
		value: exact,
		containers,
		inexact: hasInexactNumber ? numbersNowText(value, exact) : [],
	};
}

/** A payload has a few long ids; a million of them is a stranger's doing. */
const LISTED_NUMBERS = 50;

/** No recorder's member lies so deep or has such a name. */
const LONGEST_PATH = 300;

/** A place in a value, by the place above it: paths are written out only where they are asked for. */
interface Place {
	readonly above: Place | null;
	readonly segment: PathSegment;
}

/** The path of a place; null where it is too long to be a recorder's. */
function pathOf(place: Place | null): string | null {
	const segments: PathSegment[] = [];
	for (let next = place; next !== null; next = next.above) {
		segments.push(next.segment);
		if (segments.length > LONGEST_PATH) return null;
	}
	const path = formatPath(segments.reverse());
	return path.length > LONGEST_PATH ? null : path;
}

/** Where one value has a number and the other text. Level by level: the first that are listed lie highest. */
function numbersNowText(inexact: JsonValue, exact: JsonValue): string[] {
	const paths: string[] = [];
	const pending: Array<{ place: Place | null; before: JsonValue | undefined; now: JsonValue }> = [
		{ place: null, before: inexact, now: exact },
	];
	for (const { place, before, now } of pending) {
		if (typeof before === 'number' && typeof now === 'string') {
			const path = pathOf(place);
			if (path !== null) paths.push(path);
		}
		if (paths.length >= LISTED_NUMBERS) break;
		if (Array.isArray(before) && Array.isArray(now)) {
			for (const [segment, element] of now.entries()) {
				pending.push({ place: { above: place, segment }, before: before[segment], now: element });
			}
		} else if (isJsonObject(before) && isJsonObject(now)) {
			for (const [segment, member] of Object.entries(now)) {
				pending.push({ place: { above: place, segment }, before: before[segment], now: member });
			}
		}
	}
	return paths;
}

interface Inspection {
	/** There are numbers that may have lost a digit. */
	readonly hasInexactNumber: boolean;
	/** There are members named `__proto__`. */
	readonly hasProtoMember: boolean;
	/** Objects and arrays, the value itself included. */
	readonly containers: number;
}

/** Looks at the values, not at the text: most of a text is strings, which JSON.parse has passed over much faster. */
function inspect(value: JsonValue): Inspection {
	let hasInexactNumber = false;
	let hasProtoMember = false;
	let containers = 0;
	const pending: JsonValue[] = [];
	const visit = (entry: JsonValue) => {
		if (typeof entry === 'object') {
			if (entry !== null) pending.push(entry);
		} else if (typeof entry === 'number' && !(Math.abs(entry) <= Number.MAX_SAFE_INTEGER)) {
			hasInexactNumber = true;
		}
	};
	visit(value);
	for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
		containers++;
		if (Array.isArray(next)) {
			for (const element of next) visit(element);
		} else if (isJsonObject(next)) {
			for (const name in next) {
				if (name === '__proto__') hasProtoMember = true;
				const member = next[name];
				if (member !== undefined) visit(member);
			}
		}
	}
	return { hasInexactNumber, hasProtoMember, containers };
}

const MINUS = 0x2d;
const SPACE = 0x20;

/** Recorders' longest ids may be such numbers; reading each twice costs as much as twenty others. */
export const MAX_INEXACT_NUMBERS = 50_000;

/** Rewrites a valid JSON text: each number that a double changes becomes a string. */
function withInexactNumbersQuoted(text: string): string {
	const parts: string[] = [];
	let copiedUpTo = 0;
	let position = 0;
	while (position < text.length) {
		const code = text.charCodeAt(position);
		if (code === QUOTE) {
			position = endOfString(text, position);
		} else if (code === MINUS || isDigit(code)) {
			const end = endOfNumber(text, position);
			const number = text.slice(position, end);
			if (!isExact(number)) {
				if (parts.length > 4 * MAX_INEXACT_NUMBERS) {
					throw new RangeError(`has more than ${MAX_INEXACT_NUMBERS} numbers that are too long`);
				}
				parts.push(text.slice(copiedUpTo, position), '"', number, '"');
				copiedUpTo = end;
			}
			position = end;
		} else {
			position++;
		}
	}
	parts.push(text.slice(copiedUpTo));
	return parts.join('');
}

function endOfNumber(text: string, start: number): number {
	let position = start;
	while (position < text.length && !endsNumber(text.charCodeAt(position))) position++;
	return position;
}

function isDigit(code: number): boolean {
	return code >= 0x30 && code <= 0x39;
}

/** What can follow a number in a valid JSON text. */
function endsNumber(code: number): boolean {
	return code <= SPACE || code === COMMA || code === CLOSING_BRACKET || code === CLOSING_BRACE;
}

/** False for what a double can't tell from its neighbours (integers) or can't reach (any number). */
function isExact(number: string): boolean {
	const value = Number(number);
	if (!Number.isFinite(value)) return false;
	return /[.eE]/.test(number) || Number.isSafeInteger(value);
}

/** Iterative, as depth is up to the sender. */
function dropProtoMembers(value: JsonValue): void {
	const pending: JsonValue[] = [value];
	for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
		if (typeof next !== 'object' || next === null) continue;
		if (Object.hasOwn(next, '__proto__')) Reflect.deleteProperty(next, '__proto__');
		for (const child of Object.values(next)) pending.push(child);
	}
}
