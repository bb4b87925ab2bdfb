import type { DeliveryProfile } from '../delivery';
import { isJsonObject, type JsonObject } from '../json';
import { compactJson, doubleWithPoint, type JsonStyle, writeJson } from '../wire';

/** serde_json writes an f64 with a point, which these members are; an i64 without. */
function withFloats(...members: readonly string[]): JsonStyle {
	return {
		...compactJson,
		writeNumber: (value, member) =>
			members.includes(member) ? doubleWithPoint(value) : String(value),
	};
}

/** `total_length` is in the payloads of up to 2.14 only. */
const style = withFloats('total_length');
const styleOfRecordRow = withFloats('length');

/**
 * `length` is an i64 in a VideoRow, and in a RecordRow until 2.17; a float in a RecordRow since 2.18. A row of up to 2.15 is
 * told by its room id, which is a number there; nothing tells 2.16 and 2.17 from what followed, and they are written as that.
 */
function styleOf({ event, payload }: JsonObject, numbers?: ReadonlySet<string>): JsonStyle {
	if (event !== 'archive.deleted' || !isJsonObject(payload)) return style;
	const isNumber = typeof payload.room_id === 'number' || numbers?.has('payload.room_id') === true;
	return isNumber ? style : styleOfRecordRow;
}

/**
 * Three attempts of the same bytes, one second between them, 30 seconds each (src-tauri/src/webhook/poster.rs at 960f5c2).
 * reqwest adds `Accept` after the request's own headers and sends no User-Agent (reqwest, async_impl/client.rs).
 */
export const bsrDelivery: DeliveryProfile = {
	headers: { 'Content-Type': 'application/json', Accept: '*/*' },
	waitsSeconds: [1, 1],
	timeoutSeconds: 30,
	success: '2xx',
	// reqwest's default policy.
	followsRedirects: true,
	encode: (body, numbers) => writeJson(body, styleOf(body, numbers), numbers),
};

/** The documented dialect, whose ids of rooms and clips are numbers. */
export const bsrDocumentedDelivery: DeliveryProfile = {
	...bsrDelivery,
	encode: (body, numbers) =>
		writeJson(body, { ...compactJson, numericMembers: new Set(['room_id', 'clip_id']) }, numbers),
};
