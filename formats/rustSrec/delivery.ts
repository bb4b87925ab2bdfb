import type { DeliveryProfile } from '../delivery';
import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { compactJson, doubleWithPoint, type JsonStyle, writeJson } from '../wire';

/** An f64 always has its point in serde_json. */
const serdeJson: JsonStyle = {
	...compactJson,
	writeNumber: (value, member) =>
		member === 'duration_secs' ? doubleWithPoint(value) : String(value),
};

/** Members in the order of their names, on every level: serde_json's maps are sorted unless it is told otherwise. */
function inOrder(value: JsonValue): JsonValue {
	if (!isJsonObject(value)) return Array.isArray(value) ? value.map(inOrder) : value;
	return sorted(value);
}

function sorted(object: JsonObject): JsonObject {
	const members = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)]));
}

/**
 * Three attempts of the same bytes, the second after about 10 seconds, the third after 20 more, each wait up to a quarter
 * longer (rust-srec/src/notification/service/delivery.rs at 87fc320). reqwest adds `Accept` and sends no User-Agent.
 */
export const rustSrecDelivery: DeliveryProfile = {
	headers: { 'Content-Type': 'application/json', Accept: '*/*' },
	waitsSeconds: [10, 20],
	timeoutSeconds: 30,
	success: '2xx',
	followsRedirects: true,
	encode: (body, numbers) => writeJson(sorted(body), serdeJson, numbers),
};
