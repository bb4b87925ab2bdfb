/** What a JSON text is made of, and how much one may hold. */

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
export const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
export const CLOSING_BRACE = 0x7d;

/**
 * As many values as a body may have. The most that a recorder sends come from DDTV 5, which drags all unsaved danmaku along,
 * eleven values each: 45,000 of them pass. Beyond that, reading alone holds the event loop for a second.
 */
export const MAX_VALUES = 500_000;

/** As many different names as a body's members may have. Recorders' have some two hundred, and each costs a hundred values. */
export const MAX_NAMES = 10_000;

/** No text this short can hold so much that reading it takes long. */
const LARGE_TEXT = 100_000;

/**
 * What a JSON text has too much of, or null. Told without reading it, in some milliseconds for a megabyte; what is no JSON is
 * for the parser to refuse.
 */
export function excessOf(text: string): string | null {
	if (text.length < LARGE_TEXT) return null;
	const names = new Set<string>();
	let values = 1;
	let stringStart = 0;
	let stringEnd = 0;
	for (let position = 0; position < text.length; position++) {
		const code = text.charCodeAt(position);
		if (code === QUOTE) {
			stringStart = position;
			stringEnd = endOfString(text, position);
			position = stringEnd - 1;
		} else if (code === COMMA || code === OPENING_BRACKET || code === OPENING_BRACE) {
			if (++values > MAX_VALUES) return `more than ${MAX_VALUES} values`;
		} else if (code === COLON) {
			// By themselves, quotes and all: a hash of our own would be one that strangers find other names for, and V8's of digits is none.
			names.add(text.slice(stringStart, stringEnd));
			if (names.size > MAX_NAMES) return `more than ${MAX_NAMES} names of members`;
		}
	}
	return null;
}

/** The position after the closing quote of the string that opens at `start`. */
export function endOfString(text: string, start: number): number {
	let position = start + 1;
	while (position < text.length) {
		const code = text.charCodeAt(position);
		if (code === QUOTE) return position + 1;
		position += code === BACKSLASH ? 2 : 1;
	}
	return position;
}
