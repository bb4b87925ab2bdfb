import type { DeliveryProfile } from '../delivery';
import { compactJson, writeJson } from '../wire';

/**
 * Nothing is known of how OneLiveRec delivers: it is closed source, its documentation (document 003) says no more than
 * "HTTP POST with a JSON payload", and no capture is public. So this claims as little as possible: one attempt, a JSON
 * content type, any 2xx, and a timeout of our own choice.
 */
export const oneLiveRecDelivery: DeliveryProfile = {
	headers: { 'Content-Type': 'application/json' },
	waitsSeconds: [],
	timeoutSeconds: 30,
	success: '2xx',
	encode: (body, numbers) => writeJson(body, compactJson, numbers),
};
