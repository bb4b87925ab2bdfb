/** A JSON value as decoded from a request body. Integers that a double can't hold are strings of their digits. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object as decoded from a request body. */
export interface JsonObject {
	[key: string]: JsonValue;
}

/** True for a plain JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One step into a JSON document: a member name or an array index. */
export type PathSegment = string | number;

/** `['EventData', 'files', 2]` -> `EventData.files[2]`; the document itself is ''. */
export function formatPath(path: readonly PropertyKey[]): string {
	let text = '';
	for (const segment of path) {
		if (typeof segment === 'number') text += `[${segment}]`;
		else text += text === '' ? String(segment) : `.${String(segment)}`;
	}
	return text;
}

/**
 * The same text for the same content, whatever the order of members, and another text for any other content: what a content
 * identity is made from. Texts are written with their length in front, which is quicker than to escape them.
 * Iterative, so that no depth of nesting can exhaust the stack.
 */
export function contentText(
	value: JsonValue,
	omitMembers: ReadonlySet<string> = new Set(),
): string {
	if (!isContainer(value)) return scalarText(value);
	const open: OpenContainer[] = [openContainer(value, omitMembers)];
	let text = opening(value);
	for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
		const { container, members } = last;
		const index = last.written++;
		let child: JsonValue | undefined;
		if (members === null) {
			child = container[index];
		} else {
			const member = members[index];
			if (member !== undefined) {
				child = container[member.name];
				if (child !== undefined) text += member.label;
			}
		}
		if (index >= (members ?? container).length) {
			text += members === null ? ']' : '}';
			open.pop();
		} else if (child === undefined) {
			continue;
		} else if (isContainer(child)) {
			text += opening(child);
			open.push(openContainer(child));
		} else {
			text += scalarText(child);
		}
	}
	return text;
}

/** An object or array whose beginning is written. */
type OpenContainer =
	| { readonly container: JsonObject; readonly members: readonly Member[]; written: number }
	| { readonly container: JsonValue[]; readonly members: null; written: number };

/** An object's member, and what is written in front of its value. */
interface Member {
	readonly name: string;
	readonly label: string;
}

function isContainer(value: JsonValue): value is JsonObject | JsonValue[] {
	return typeof value === 'object' && value !== null;
}

function opening(container: JsonObject | JsonValue[]): string {
	return Array.isArray(container) ? '[' : '{';
}

function openContainer(
	container: JsonObject | JsonValue[],
	omitMembers?: ReadonlySet<string>,
): OpenContainer {
	if (Array.isArray(container)) return { container, members: null, written: 0 };
	const members = inOrder(Object.keys(container));
	return {
		container,
		members:
			omitMembers === undefined || omitMembers.size === 0
				? members
				: members.filter(({ name }) => !omitMembers.has(name)),
		written: 0,
	};
}

function scalarText(value: Exclude<JsonValue, JsonObject | JsonValue[]>): string {
	return typeof value === 'string' ? `"${value.length}:${value}` : `${value},`;
}

/** Members in their order, by the names in the order in which they came: a recorder's payloads are of few shapes. */
const orders = new Map<string, { names: readonly string[]; members: readonly Member[] }>();

/** A bound for what strangers can have remembered: so many shapes, of so many names, of so many characters. */
const MAX_ORDERS = 128;
const MAX_NAMES = 100;
const MAX_NAME_LENGTH = 100;

function inOrder(names: readonly string[]): readonly Member[] {
	const key = `${names.length}${names[0]}`;
	const known = orders.get(key);
	if (known?.names.every((name, index) => name === names[index]) === true) return known.members;
	const members = [...names].sort().map((name) => ({ name, label: `${name.length}:${name}` }));
	const isRemembered =
		names.length <= MAX_NAMES && names.every(({ length }) => length <= MAX_NAME_LENGTH);
	if (isRemembered) {
		if (orders.size >= MAX_ORDERS) orders.clear();
		orders.set(key, { names, members });
	}
	return members;
}

/**
 * A JSON text as a value that loses no digit: integers that a double can't hold become strings of their digits,
 * numbers beyond a double's range strings as they are written. Own members named `__proto__` are left out.
 * Takes time in proportion to the text, whatever the text.
 *
 * @throws SyntaxError where the text is no JSON
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
 */
export function parseJson(text: string): ParsedJson {
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

/** A place in a value, by the place above it: paths are written out only where they are asked for. */
interface Place {
	readonly above: Place | null;
	readonly segment: PathSegment;
}

function pathOf(place: Place | null): string {
	const segments: PathSegment[] = [];
	for (let next = place; next !== null; next = next.above) segments.push(next.segment);
	return formatPath(segments.reverse());
}

/** Where one value has a number and the other text. Level by level: the first that are listed lie highest. */
function numbersNowText(inexact: JsonValue, exact: JsonValue): string[] {
	const paths: string[] = [];
	const pending: Array<{ place: Place | null; before: JsonValue | undefined; now: JsonValue }> = [
		{ place: null, before: inexact, now: exact },
	];
	for (const { place, before, now } of pending) {
		if (typeof before === 'number' && typeof now === 'string') paths.push(pathOf(place));
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

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const COMMA = 0x2c;
const CLOSING_BRACKET = 0x5d;
const CLOSING_BRACE = 0x7d;
const SPACE = 0x20;

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

/** The position after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
	let position = start + 1;
	while (position < text.length) {
		const code = text.charCodeAt(position);
		if (code === QUOTE) return position + 1;
		position += code === BACKSLASH ? 2 : 1;
	}
	return position;
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
