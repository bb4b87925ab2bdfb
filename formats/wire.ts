import type { JsonValue } from './json';

/** How a recorder's JSON library writes what JSON leaves open. */
export interface JsonStyle {
	/** Between members and elements: `,` or `, `. */
	readonly itemSeparator: string;
	/** Between a member's name and its value: `:` or `: `. */
	readonly nameSeparator: string;
	/** A text as a JSON string, quotes included. */
	writeString(text: string): string;
	/** Members whose ids are numbers, however many digits they have: those that a double can't hold are kept as text. */
	readonly numericMembers?: ReadonlySet<string>;
	/** A number, by the name of the member it belongs to ('' in an array). */
	writeNumber(value: number, member: string): string;
}

/** No number is kept as text. */
const NO_NUMBERS: ReadonlySet<string> = new Set();

/**
 * A value as JSON in a recorder's own style. For payloads this package builds: their depth is that of their schema.
 *
 * @param numbers paths of texts that are the digits of a number which a double can't hold: `parseJson` gives them
 */
export function writeJson(
	value: JsonValue,
	style: JsonStyle,
	numbers: ReadonlySet<string> = NO_NUMBERS,
): string {
	return writeValue(value, style, '', numbers, numbers.size === 0 ? null : '');
}

/** `path` is null where nobody asks for it. */
function writeValue(
	value: JsonValue,
	style: JsonStyle,
	member: string,
	numbers: ReadonlySet<string>,
	path: string | null,
): string {
	if (value === null) return 'null';
	if (typeof value === 'string') {
		const isNumber =
			(path !== null && numbers.has(path)) ||
			(style.numericMembers?.has(member) === true && !Number.isSafeInteger(Number(value)));
		return isNumber && NUMBER.test(value) ? value : style.writeString(value);
	}
	if (typeof value === 'boolean') return String(value);
	if (typeof value === 'number') return style.writeNumber(value, member);
	if (Array.isArray(value)) {
		const elements = value.map((element, index) =>
			writeValue(element, style, '', numbers, path === null ? null : `${path}[${index}]`),
		);
		return `[${elements.join(style.itemSeparator)}]`;
	}
	const members = Object.entries(value).map(([name, content]) => {
		const place = path === null ? null : pathBelow(path, name);
		return `${style.writeString(name)}${style.nameSeparator}${writeValue(content, style, name, numbers, place)}`;
	});
	return `{${members.join(style.itemSeparator)}}`;
}

function pathBelow(path: string, name: string): string {
	return path === '' ? name : `${path}.${name}`;
}

/** How JSON writes a number; text of any other form stays text, whoever says that it is one. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * A double as .NET writes it into JSON: always with a `.` or an exponent, `3600.0`, `4.992`, `1E-07`
 * (FACTS section 9: the sender's own code, run). .NET changes to exponents below 1e-4 and, as a double may need 17 digits,
 * from 1e17 on.
 */
export function dotnetDouble(value: number): string {
	const magnitude = Math.abs(value);
	if (magnitude >= 1e17 || (magnitude > 0 && magnitude < 1e-4)) {
		const [mantissa = '', exponent = ''] = value.toExponential().split('e');
		return `${mantissa}E${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
	}
	const text = String(value);
	return text.includes('.') ? text : `${text}.0`;
}

/** A double as serde_json (Rust) and Python write it: `3600.0`, `52.96700000000001`. */
export function doubleWithPoint(value: number): string {
	const text = String(value);
	return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Texts that every JSON library writes as they are, but for those that write ASCII only: most names and values. */
const PLAIN = /^[ !#-[\]-~\u00a0-\u2027\u202a-\ud7ff\ue000-\uffff]*$/;

const DOTNET_ESCAPES = /[\u0085\u2028\u2029]/g;

/**
 * A string as Newtonsoft.Json writes it: U+0085, U+2028 and U+2029 escaped, lone surrogates replaced,
 * everything else that JSON allows as it is.
 */
export function dotnetString(text: string): string {
	if (PLAIN.test(text)) return `"${text}"`;
	return JSON.stringify(withoutLoneSurrogates(text)).replace(DOTNET_ESCAPES, escapeUnit);
}

const NOT_ASCII = /[\u007f-\uffff]/g;

/** A string as Python's json.dumps writes it by default: everything outside ASCII, and DEL, as lower-case `\uXXXX`. */
export function asciiString(text: string): string {
	return JSON.stringify(text).replace(NOT_ASCII, escapeUnit);
}

const GO_ESCAPES = /[<>&\u2028\u2029]/g;

/** A string as Go's encoding/json writes it by default: fit for HTML, so `<`, `>` and `&` are escapes. */
export function goString(text: string): string {
	return JSON.stringify(withoutLoneSurrogates(text)).replace(GO_ESCAPES, escapeUnit);
}

function escapeUnit(character: string): string {
	return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** What can't be encoded in UTF-8 becomes U+FFFD, as encoders do. */
export function withoutLoneSurrogates(text: string): string {
	return text.toWellFormed();
}

/** Compact JSON with raw UTF-8, numbers as JavaScript writes them. */
export const compactJson: JsonStyle = {
	itemSeparator: ',',
	nameSeparator: ':',
	writeString: (text) =>
		PLAIN.test(text) ? `"${text}"` : JSON.stringify(withoutLoneSurrogates(text)),
	writeNumber: (value) => String(value),
};
