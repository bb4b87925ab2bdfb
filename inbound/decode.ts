import { isDeeperThan, type JsonObject, type JsonValue } from '../formats/json';
import { KEPT_AS_TEXT, parseJson } from '../formats/parseJson';
import type { EventWarning } from '../formats/recorderEvent';
import { onItsOwn } from './onItsOwn';
import { headerValue, type InboundRequest } from './request';

/** A body as JSON, or why it is none. */
export type Decoded =
	| { readonly ok: true; readonly body: JsonValue; readonly warnings: readonly EventWarning[] }
	| { readonly ok: false; readonly message: string };

/**
 * How deep a body may be nested. The deepest that a recorder sends (DDTV v5) is 6; n8n itself walks items recursively,
 * so that a body of some thousand levels would end its process.
 */
export const MAX_DEPTH = 64;

/**
 * The bytes of a request as JSON: a JSON text, or a form (Aodianyun) as an object of strings.
 * At most 500,000 values (see `excessOf`). Integers that a double can't hold become strings of their digits, with a warning;
 * bytes that are no UTF-8 become U+FFFD, with a warning.
 */
export function decode(request: InboundRequest): Decoded {
	const { body: bytes } = request;
	const contentType = headerValue(request, 'content-type') ?? '';
	// As nearly all recorders write it: told without an expression.
	const isJson = contentType.startsWith('application/json');
	if (!isJson && /^multipart\//i.test(contentType)) {
		return { ok: false, message: 'The body is multipart; expected JSON' };
	}
	if (bytes.length === 0) {
		return { ok: false, message: 'The request has no body, or one that cannot be read' };
	}
	const encoded = bytes.toString();
	const text = encoded.startsWith('\ufeff') ? encoded.slice(1) : encoded;
	const warnings: EventWarning[] = [];
	// Decoding puts U+FFFD where bytes are wrong; a sender may also mean the character itself.
	if (text.includes('\ufffd') && !Buffer.from(text, 'utf8').equals(withoutByteOrderMark(bytes))) {
		warnings.push({ path: '', message: 'Some bytes are no UTF-8 and were replaced by U+FFFD' });
	}

	if (!isJson && /^application\/x-www-form-urlencoded\b/i.test(contentType)) {
		const excess = excessOfForm(text);
		return excess === null
			? { ok: true, body: decodeForm(text), warnings }
			: { ok: false, message: excess };
	}
	let parsed: ReturnType<typeof parseJson>;
	try {
		parsed = parseJson(text);
	} catch (error) {
		const reason = error instanceof Error ? error.message.slice(0, 200) : 'unreadable';
		const isTooLarge = error instanceof RangeError;
		return { ok: false, message: `The body ${isTooLarge ? reason : `is not JSON (${reason})`}` };
	}
	const { value: body, containers, inexact } = parsed;
	for (const path of inexact) warnings.push({ path, message: KEPT_AS_TEXT });
	return containers > MAX_DEPTH && isDeeperThan(body, MAX_DEPTH)
		? { ok: false, message: `The body is nested more than ${MAX_DEPTH} levels deep` }
		: { ok: true, body, warnings };
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
	return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** The longest form that is read, and its fields: Aodianyun's has six, of some kilobytes. Decoding more would take seconds. */
const MAX_FORM_LENGTH = 1_000_000;
export const MAX_FIELDS = 1000;

function excessOfForm(text: string): string | null {
	if (text.length > MAX_FORM_LENGTH) return `The form has more than ${MAX_FORM_LENGTH} characters`;
	let fields = 1;
	for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) fields++;
	return fields > MAX_FIELDS ? `The form has more than ${MAX_FIELDS} fields` : null;
}

/** `a=1&b=2` -> `{ a: '1', b: '2' }`; the first of several values counts. */
function decodeForm(text: string): JsonObject {
	const members = new Map<string, string>();
	for (const [name, value] of new URLSearchParams(text)) {
		if (name !== '__proto__' && !members.has(name)) members.set(name, onItsOwn(value));
	}
	return Object.fromEntries(members);
}
