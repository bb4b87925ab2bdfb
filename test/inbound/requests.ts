import type { InboundRequest } from '../../inbound/request';

/** A request with this body, and whatever else matters to a test. */
export function requestOf(
	body: string | Buffer | object,
	others: Partial<Omit<InboundRequest, 'body'>> = {},
): InboundRequest {
	const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
	return {
		headers: { 'content-type': 'application/json' },
		query: {},
		address: '192.0.2.1',
		...others,
		body: Buffer.from(isRaw ? body : JSON.stringify(body)),
	};
}

/** The value, where a test can't go on without one. */
export function required<T>(value: T | null | undefined): T {
	if (value === null || value === undefined) throw new Error('The test lacks a value it needs');
	return value;
}
