import { createHmac } from 'node:crypto';

/** The key bytes of a Standard Webhooks secret: `whsec_` and base64, or else the text itself. */
export function standardWebhookKey(secret: string): Buffer {
	return secret.startsWith('whsec_')
		? Buffer.from(secret.slice('whsec_'.length), 'base64')
		: Buffer.from(secret, 'utf8');
}

/**
 * HMAC-SHA256 over id, timestamp and body, divided by dots (Standard Webhooks, "Signature scheme").
 *
 * @param timestamp Unix seconds, as they stand in `webhook-timestamp`
 */
export function standardWebhookSignature(
	secret: string,
	id: string,
	timestamp: string,
	body: string | Buffer,
): Buffer {
	return createHmac('sha256', standardWebhookKey(secret))
		.update(`${id}.${timestamp}.`)
		.update(body)
		.digest();
}
