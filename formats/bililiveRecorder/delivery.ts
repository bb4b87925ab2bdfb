import type { DeliveryProfile } from '../delivery';
import { dotnetDouble, dotnetString, type JsonStyle, writeJson } from '../wire';

const newtonsoft: JsonStyle = {
	itemSeparator: ',',
	nameSeparator: ':',
	writeString: dotnetString,
	numericMembers: new Set(['RoomId', 'ShortId']),
	writeNumber: (value, member) => (member === 'Duration' ? dotnetDouble(value) : String(value)),
};

/**
 * Both versions are sent by the same code: three attempts, the same bytes each time, no charset in the content type
 * (BililiveRecorder.Core/SimpleWebhook/BasicWebhookV2.cs at c428086; timed in FACTS section 9).
 */
export const bililiveRecorderDelivery: DeliveryProfile = {
	headers: { 'User-Agent': 'BililiveRecorder/2.11.2', 'Content-Type': 'application/json' },
	waitsSeconds: [1, 2],
	timeoutSeconds: 100,
	success: '2xx',
	followsRedirects: true,
	encode: (body, numbers) => writeJson(body, newtonsoft, numbers),
};
