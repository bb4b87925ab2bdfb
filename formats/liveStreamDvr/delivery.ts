import type { DeliveryProfile } from '../delivery';
import { compactJson, writeJson } from '../wire';

/** By axios: one attempt, without a time-out (this one is ours); a refusal is a line in its log (FACTS-MORE 6). */
export const liveStreamDvrDelivery: DeliveryProfile = {
	headers: {
		Accept: 'application/json, text/plain, */*',
		'Content-Type': 'application/json',
		'User-Agent': 'axios/1.6.8',
		'Accept-Encoding': 'gzip, compress, deflate, br',
	},
	waitsSeconds: [],
	timeoutSeconds: 60,
	success: '2xx',
	encode: (body) => writeJson(body, compactJson),
};
