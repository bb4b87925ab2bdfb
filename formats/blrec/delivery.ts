import type { DeliveryProfile } from '../delivery';
import { asciiString, type JsonStyle, writeJson } from '../wire';

/** Python's json.dumps with its defaults. */
const pythonJson: JsonStyle = {
	itemSeparator: ', ',
	nameSeparator: ': ',
	writeString: asciiString,
	numericMembers: new Set(['uid', 'room_id', 'short_room_id']),
	writeNumber: (value) => String(value),
};

/**
 * Retried with doubling waits of up to 15 s until 180 s have gone by: sixteen requests at 0, 1, 3, 7, 15, 30, 45, … 180 s,
 * the same bytes each time (webhook/webhook_emitter.py at 47f16f2; timed in FACTS section 9).
 */
export const blrecDelivery: DeliveryProfile = {
	headers: {
		'User-Agent': 'blrec/2.0.0-beta.5',
		Accept: '*/*',
		'Accept-Encoding': 'gzip, deflate',
		'Content-Type': 'application/json',
	},
	waitsSeconds: [1, 2, 4, 8, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15],
	timeoutSeconds: 300,
	giveUpAfterSeconds: 180,
	success: 'below 400',
	followsRedirects: true,
	encode: (body, numbers) => writeJson(body, pythonJson, numbers),
};
