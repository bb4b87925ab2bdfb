import type { DeliveryProfile } from '../delivery';
import { dotnetDouble, dotnetString, type JsonStyle, writeJson } from '../wire';

/** Both versions write JSON with Newtonsoft.Json; the only double in what is built here is the download speed. */
const newtonsoft: JsonStyle = {
	itemSeparator: ',',
	nameSeparator: ':',
	writeString: dotnetString,
	numericMembers: new Set(['RoomId', 'UID', 'room_id', 'roomid', 'uid', 'short_id']),
	writeNumber: (value, member) =>
		member === 'RealTimeDownloadSpe' ? dotnetDouble(value) : String(value),
};

/**
 * Exactly one attempt: the documents promise three, but the loop in NetworkRequestModule/WebHook/WebHook.cs goes on
 * `while (ReNum > 3)`, which is never true. Time-out and redirects are HttpWebRequest's own, as nothing is set.
 */
export const ddtv3Delivery: DeliveryProfile = {
	headers: {
		'Content-Type': 'application/json; charset=UTF-8',
		'User-Agent': 'DDTV_CLI/3.0.2.2',
	},
	waitsSeconds: [],
	timeoutSeconds: 100,
	success: '2xx',
	followsRedirects: true,
	encode: (body, numbers) => writeJson(body, newtonsoft, numbers),
};

/** One attempt, whatever the answer; 8 seconds since 2024-06-17 (FACTS section 6). HttpClient follows redirects. */
export const ddtv5Delivery: DeliveryProfile = {
	headers: { 'Content-Type': 'application/json; charset=utf-8' },
	waitsSeconds: [],
	timeoutSeconds: 8,
	success: 'any answer',
	followsRedirects: true,
	encode: (body, numbers) => writeJson(body, newtonsoft, numbers),
};
