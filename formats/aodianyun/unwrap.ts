import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { parseJsonLosslessly } from '../parseJson';

/*
 * Document 004 calls event_value "data in JSON format" and shows no whole request; the vendor's configuration API knows
 * the content type application/x-www-form-urlencoded (FACTS section 4). So one event may come as JSON with event_value
 * as an object, as JSON with event_value as JSON text, or as a form, where every member is text.
 */

/** Members that stay text even where they look like numbers: a stream may be called `1042`. */
const TEXT_MEMBERS: ReadonlySet<string> = new Set([
	'event_type',
	'cmd',
	'app',
	'stream',
	'url',
	'm3u8',
	'image',
	'filename',
	'adaptive',
]);

/** Names, that may be all digits: the document doesn't say that they are text. */
const NAMES: ReadonlySet<string> = new Set(['app', 'stream', 'filename']);

/** The URL of one rendition, `m3u8_720`. */
const RENDITION_URL = /^m3u8_/;

/**
 * The same body for every encoding of one event: event_value an object, numbers numbers, names text. What isn't JSON stays text.
 * Digits that a double can't hold stay text too, as they are when they come as a JSON number.
 */
export function unwrapBody(body: JsonObject): JsonObject {
	const unwrapped = withTypes(body);
	const value = unwrapped.event_value;
	const content = typeof value === 'string' ? objectOfText(value) : value;
	if (!isJsonObject(content)) return unwrapped;
	const read = withTypes(content);
	return read === value ? unwrapped : { ...unwrapped, event_value: read };
}

function objectOfText(text: string): JsonObject | null {
	try {
		const value = parseJsonLosslessly(text);
		return isJsonObject(value) ? value : null;
	} catch {
		return null;
	}
}

/** The object itself where it holds no number as text and no name as a number, else a copy. */
function withTypes(members: JsonObject): JsonObject {
	let copy: JsonObject | null = null;
	for (const [name, value] of Object.entries(members)) {
		const read = typeof value === 'number' && NAMES.has(name) ? String(value) : asNumber(value);
		if (read === value) continue;
		if (typeof read === 'number' && isText(name)) continue;
		copy ??= { ...members };
		copy[name] = read;
	}
	return copy ?? members;
}

function isText(name: string): boolean {
	return TEXT_MEMBERS.has(name) || RENDITION_URL.test(name);
}

/** A text that is exactly how a number is written becomes that number; `007` and `1e3` are no such texts. */
function asNumber(value: JsonValue): JsonValue {
	// Nearly all texts are none: they begin with a character behind the digits and the sign.
	if (typeof value !== 'string' || value.length > 24 || value >= ':') return value;
	const number = Number(value);
	const isWritten = Number.isFinite(number) && String(number) === value;
	return isWritten && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : value;
}
