import type { DeliveryProfile } from '../delivery';
import { compactJson, writeJson } from '../wire';

/** By axios 1.15: one attempt, ten seconds; any other status than 2xx is a line in its log (FACTS-MORE 4). */
export const biliLiveToolsDelivery: DeliveryProfile = {
	headers: {
		Accept: 'application/json, text/plain, */*',
		'Content-Type': 'application/json',
		'User-Agent': 'axios/1.15.0',
		'Accept-Encoding': 'gzip, compress, deflate, br',
	},
	waitsSeconds: [],
	timeoutSeconds: 10,
	success: '2xx',
	encode: (body) => writeJson(body, compactJson),
};
