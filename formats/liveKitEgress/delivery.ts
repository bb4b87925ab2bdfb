import type { DeliveryProfile } from '../delivery';
import { compactJson, writeJson } from '../wire';

/**
 * Up to five attempts, 1, 2, 4 and 8 s between; again only after connection errors, 429 and 5xx: any other answer counts as
 * delivered (FACTS-MORE 5). A time-out is not set there; this one is ours.
 */
export const liveKitDelivery: DeliveryProfile = {
	headers: {
		'User-Agent': 'LiveKit',
		'Content-Type': 'application/webhook+json',
		'Accept-Encoding': 'gzip',
	},
	waitsSeconds: [1, 2, 4, 8],
	timeoutSeconds: 60,
	success: 'neither 429 nor 5xx',
	encode: (body) => writeJson(body, compactJson),
};
