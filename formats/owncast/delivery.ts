import type { DeliveryProfile } from '../delivery';
import { compactJson, goString, writeJson } from '../wire';

/**
 * One attempt without a time-out, whatever the answer; Go writes `<`, `>` and `&` as escapes (FACTS-MORE 3). The time-out is ours:
 * a sender must end some time.
 */
export const owncastDelivery: DeliveryProfile = {
	headers: {
		'User-Agent': 'Go-http-client/1.1',
		'Content-Type': 'application/json',
		'Accept-Encoding': 'gzip',
	},
	waitsSeconds: [],
	timeoutSeconds: 60,
	success: 'any answer',
	encode: (body) => writeJson(body, { ...compactJson, writeString: goString }),
};
