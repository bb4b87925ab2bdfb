import type { DeliveryProfile } from '../delivery';
import { isJsonObject, type JsonObject } from '../json';
import { compactJson, writeJson } from '../wire';

/** As `curl --retry 5` sends: the same bytes again after 1, 2, 4, 8 and 16 seconds. */
const likeCurl = {
	waitsSeconds: [1, 2, 4, 8, 16],
	timeoutSeconds: 30,
	success: '2xx',
	followsRedirects: false,
	honoursRetryAfter: true,
} as const;

export const genericDelivery: DeliveryProfile = {
	...likeCurl,
	headers: { 'Content-Type': 'application/json' },
	encode: (body, numbers) => writeJson(body, compactJson, numbers),
};

export const genericFormDelivery: DeliveryProfile = {
	...likeCurl,
	headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
	encode: (body) => new URLSearchParams(fieldsOf(body)).toString(),
};

/** `{ file: { path: 'a.mp4' } }` as the form has it: `file.path` and `a.mp4`. What is null or a list stays out. */
function fieldsOf(object: JsonObject, prefix = ''): Array<[name: string, value: string]> {
	return Object.entries(object).flatMap(([name, value]): Array<[string, string]> => {
		if (isJsonObject(value)) return fieldsOf(value, `${prefix}${name}.`);
		return value === null || Array.isArray(value) ? [] : [[`${prefix}${name}`, String(value)]];
	});
}
