import { sleep } from 'n8n-workflow';

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
