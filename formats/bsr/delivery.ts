import type { DeliveryProfile } from '../delivery';
import { compactJson, doubleWithPoint, type JsonStyle, writeJson } from '../wire';

/** A RecordRow's `length` is an f64, which serde_json writes with a point; a VideoRow's is an i64 (both `length`). */
const serdeJsonWithFloatLength: JsonStyle = {
	...compactJson,
	writeNumber: (value, member) => (member === 'length' ? doubleWithPoint(value) : String(value)),
};

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
	encode: (body) =>
		writeJson(body, body.event === 'archive.deleted' ? serdeJsonWithFloatLength : compactJson),
};
