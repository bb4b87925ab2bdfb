import type { DeliveryProfile } from '../delivery';
import type { JsonObject } from '../json';
import { asciiString, type JsonStyle, withoutLoneSurrogates, writeJson } from '../wire';

/** As PHP's json_encode writes: document 004 prints its samples with `\/`. */
const phpJson: JsonStyle = {
	itemSeparator: ',',
	nameSeparator: ':',
	writeString: (text) => asciiString(text).replaceAll('/', '\\/'),
	writeNumber: (value) => String(value),
};

/** Delivered unless the answer is 200 exactly: three retries after 5, 20 and 60 s, counted in the body (document 004). */
const schedule = {
	waitsSeconds: [5, 20, 60],
	// The document names no limit.
	timeoutSeconds: 30,
	success: 'exactly 200',
	bodyOfAttempt: (body: JsonObject, attempt: number): JsonObject => ({
		...body,
		retry_times: attempt,
	}),
} as const;

/** Aodianyun with the content type application/json. */
export const aodianyunDelivery: DeliveryProfile = {
	...schedule,
	headers: { 'Content-Type': 'application/json' },
	encode: (body, numbers) => writeJson(body, phpJson, numbers),
};

/**
 * Aodianyun with the content type application/x-www-form-urlencoded, the one in the vendor's getWebHookConfig example:
 * every member a field, event_value as JSON text.
 */
export const formDelivery: DeliveryProfile = {
	...schedule,
	headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
	encode: (body) =>
		Object.entries(body)
			.map(([name, value]) => {
				const text = typeof value === 'string' ? value : writeJson(value, phpJson);
				return `${formEncoded(name)}=${formEncoded(text)}`;
			})
			.join('&'),
};

/** As PHP's urlencode: a space is `+`, and of punctuation only `-`, `_` and `.` stay. */
function formEncoded(text: string): string {
	return encodeURIComponent(withoutLoneSurrogates(text))
		.replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
		.replaceAll('%20', '+');
}
