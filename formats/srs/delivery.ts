import type { DeliveryProfile } from '../delivery';
import { compactJson, type JsonStyle, writeJson } from '../wire';

/** Numbers with a fraction have two digits, `10.00`; of a hook's members only `duration` is one. */
const srsJson: JsonStyle = {
	...compactJson,
	writeNumber: (value, member) => (member === 'duration' ? value.toFixed(2) : String(value)),
};

/** `0`, or an object with the code 0; an empty body, a text, an object without code cut the client off. */
const GOES_ON = /^\s*(?:0\s*$|\{(?:.*,)?\s*"code"\s*:\s*0\s*[,}])/s;

/**
 * One attempt, while the client that publishes waits (trunk/src/app/srs_app_http_hooks.cpp, srs_app_http_client.cpp;
 * FACTS section 11). Headers are sorted by their names.
 */
export const srsDelivery: DeliveryProfile = {
	headers: {
		Connection: 'Keep-Alive',
		'Content-Type': 'application/json',
		'User-Agent': 'SRS/6.0.157(Hang)',
	},
	waitsSeconds: [],
	timeoutSeconds: 30,
	success: '2xx',
	successBody: GOES_ON,
	followsRedirects: false,
	encode: (body, numbers) => writeJson(body, srsJson, numbers),
};
