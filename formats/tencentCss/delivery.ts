import type { DeliveryProfile } from '../delivery';
import { compactJson, writeJson } from '../wire';

/** Again every minute, twelve times; nothing but 200 within 20 s will do (FACTS-MORE 7). */
export const tencentCssDelivery: DeliveryProfile = {
	headers: { 'Content-Type': 'application/json' },
	waitsSeconds: Array.from({ length: 12 }, () => 60),
	timeoutSeconds: 20,
	success: 'exactly 200',
	encode: (body) => writeJson(body, compactJson),
};
