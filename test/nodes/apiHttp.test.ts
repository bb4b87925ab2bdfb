import { sleep } from 'n8n-workflow';
import { z } from 'zod/v4';

import { createClient } from '../../apis/client';
import { apiHttpOf } from '../../nodes/shared/apiHttp';

/** A body of a byte every few milliseconds, without end, for a client that knows no signal. */
class Drip {
	isDestroyed = false;

	destroy(): void {
		this.isDestroyed = true;
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<string> {
		while (!this.isDestroyed) {
			await sleep(5);
			yield 'x';
		}
	}
}

it('an answer that drips is left alone once its time is over', async () => {
	const body = new Drip();
	const http = apiHttpOf({
		helpers: { httpRequest: async () => ({ statusCode: 200, headers: {}, body }) },
	});
	const answer = await http({
		method: 'GET',
		url: 'http://127.0.0.1:9/',
		headers: {},
		body: null,
		timeoutSeconds: 0.2,
		maxBytes: 1_000_000,
		acceptsAnyCertificate: false,
	});
	expect(answer).toMatchObject({ status: null, reason: 'timeout' });
	expect(body.isDestroyed).toBe(true);
});

it('an answer without end is read as far as it is wanted, and closed', async () => {
	let given = 0;
	let isClosed = false;
	async function* body() {
		try {
			// More than is wanted, and an end, so that a reader without bounds comes to one.
			for (; given < 1_000; given++) yield Buffer.alloc(10_000, 'x');
		} finally {
			isClosed = true;
		}
	}
	const http = apiHttpOf({
		helpers: { httpRequest: async () => ({ statusCode: 200, headers: {}, body: body() }) },
	});
	const answer = await http({
		method: 'GET',
		url: 'http://127.0.0.1:9/',
		headers: {},
		body: null,
		timeoutSeconds: 10,
		maxBytes: 95_000,
		acceptsAnyCertificate: false,
	});
	expect(answer).toMatchObject({ status: 200, isCut: true, text: 'x'.repeat(95_000) });
	expect(given).toBeLessThan(12);
	expect(isClosed).toBe(true);
});

it.each([
	['HPE_HEADER_OVERFLOW', 'Parse Error: Header overflow'],
	['HPE_INVALID_CONTENT_LENGTH', 'Parse Error: Invalid character in Content-Length'],
	['HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/'],
	['Z_DATA_ERROR', 'incorrect header check'],
	['ERR__ERROR_FORMAT_PADDING_1', 'Decompression failed'],
])(
	'an answer that is none (%s) is no closed connection and no missing recorder',
	async (code, message) => {
		const httpRequest = async () => {
			throw new Error('Request failed', { cause: Object.assign(new Error(message), { code }) });
		};
		const client = createClient(
			{
				title: 'BSR',
				baseUrl: 'http://127.0.0.1:9',
				headers: {},
				secrets: [],
				acceptsAnyCertificate: false,
				closedMeans: { message: 'BSR refused', advice: 'Unlock it.' },
			},
			apiHttpOf({ helpers: { httpRequest } }),
		);
		await expect(client.read({ method: 'GET', path: '/' }, z.unknown())).rejects.toMatchObject({
			reason: 'not the recorder',
			message: expect.stringContaining('What answered is not BSR'),
			advice: expect.stringContaining('https instead of http'),
		});
	},
);
