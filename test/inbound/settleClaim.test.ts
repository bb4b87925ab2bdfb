import type { Response } from 'express';
import { sleep as pause } from 'n8n-workflow';

import { MAX_WAIT_MILLISECONDS, PENDING_LEASE_MILLISECONDS } from '../../inbound/claims';
import { MemoryClaimStore } from '../../inbound/memoryClaims';
import { settleClaim, type SettlingResponse } from '../../nodes/trigger/settleClaim';
import { until } from '../until';
import { type AnsweringServer, startAnsweringServer } from './answeringServer';
import { ManualClock, settled } from './manualClock';

const clock = { now: () => Date.now(), elapsed: () => performance.now(), sleep: pause };

function recordedClaim() {
	const fates: string[] = [];
	return {
		fates,
		claim: {
			markStored: () => {},
			keep: async () => void fates.push('kept'),
			release: async () => void fates.push('released'),
		},
	};
}

describe('settleClaim, with a real server', () => {
	const servers: AnsweringServer[] = [];
	afterEach(async () => {
		await Promise.all(servers.splice(0).map(async (server) => await server.close()));
	});

	/** Sends a request; resolves with the response that n8n would give, once the request is there. */
	async function arrive(signal?: AbortSignal) {
		const responses: Response[] = [];
		const server = await startAnsweringServer((response) => responses.push(response));
		servers.push(server);
		const sent = server.send(signal);
		await until(() => responses.length > 0);
		const [response] = responses;
		if (response === undefined) throw new Error('Nothing arrived');
		return { response, sent };
	}

	it.each([
		[200, 'kept'],
		[204, 'kept'],
		[400, 'released'],
		[500, 'released'],
		[503, 'released'],
	])('answer %i: %s', async (status, fate) => {
		const { claim, fates } = recordedClaim();
		const { response, sent } = await arrive();
		settleClaim(claim, response, clock);
		response.writeHead(status).end();
		expect(await sent).toBe(status);
		await until(() => fates.length > 0);
		expect(fates).toEqual([fate]);
	});

	it.each([
		['before', 200, 'kept'],
		['before', 500, 'released'],
		['after', 200, 'kept'],
		['after', 500, 'released'],
	])(
		'a sender that hangs up %s anybody asked for the claim; answer %i: %s',
		async (moment, status, fate) => {
			const { claim, fates } = recordedClaim();
			const hangUp = new AbortController();
			const { response, sent } = await arrive(hangUp.signal);
			if (moment === 'after') settleClaim(claim, response, clock);
			hangUp.abort();
			expect(await sent).toBeNull();
			await until(() => response.closed);
			if (moment === 'before') settleClaim(claim, response, clock);
			await pause(60);
			expect(fates).toEqual([]);
			response.writeHead(status).end();
			await until(() => fates.length > 0);
			expect(fates).toEqual([fate]);
		},
	);

	it('settles nothing before there is an answer', async () => {
		const { claim, fates } = recordedClaim();
		const { response, sent } = await arrive();
		settleClaim(claim, response, clock);
		await pause(100);
		expect(fates).toEqual([]);
		response.end();
		expect(await sent).toBe(200);
		await until(() => fates.length > 0);
		expect(fates).toEqual(['kept']);
	});
});

/** A response that is told what happens to it. */
class ToldResponse implements SettlingResponse {
	statusCode = 200;

	writableEnded = false;

	closed = false;

	private readonly listeners: Array<[string, () => void]> = [];

	once(event: 'finish' | 'close', listener: () => void): void {
		this.listeners.push([event, listener]);
	}

	tell(event: 'finish' | 'close'): void {
		for (const [name, listener] of this.listeners) if (name === event) listener();
	}
}

describe('settleClaim, when n8n takes long to answer', () => {
	it('gives the event back a day after the sender hung up, whatever the clock says', async () => {
		const manual = new ManualClock();
		const { claim, fates } = recordedClaim();
		const response = new ToldResponse();
		settleClaim(claim, response, manual);
		response.tell('close');
		await manual.advance(PENDING_LEASE_MILLISECONDS / 2);
		manual.jump(-3_600_000);
		await manual.advance(PENDING_LEASE_MILLISECONDS / 2 - 2_000);
		expect(fates).toEqual([]);
		await manual.advance(3_000);
		expect(fates).toEqual(['released']);
		response.writableEnded = true;
		response.tell('finish');
		await settled();
		expect(fates).toEqual(['released']);
		// 86,400 seconds one by one: a minute and a half on a busy machine has been seen.
	}, 600_000);

	/*
	 * BSR: three attempts, 30 s time-out each, 1 s between (webhook/poster.rs). n8n has stored the execution of the first and
	 * waits for a slot: none of the others may be a second one.
	 */
	it('holds the claim over all attempts of a recorder that n8n leaves waiting', async () => {
		const manual = new ManualClock();
		const store = new MemoryClaimStore(manual);
		const responses: ToldResponse[] = [];
		const outcomes: string[] = [];
		for (let attempt = 1; attempt <= 3; attempt++) {
			const response = new ToldResponse();
			responses.push(response);
			void Promise.resolve(store.claim('event', 3600)).then((result) => {
				outcomes.push(result.status);
				if (result.status === 'new') settleClaim(result.claim, response, manual);
			});
			await manual.advance(30_000);
			response.tell('close');
			await manual.advance(1_000);
		}
		expect(outcomes).toEqual(['new', 'pending', 'pending']);
		await manual.advance(20 * 60_000);
		for (const response of responses) response.writableEnded = true;
		await manual.advance(1_000);
		expect((await store.claim('event', 3600)).status).toBe('repeat');
		expect(MAX_WAIT_MILLISECONDS).toBeLessThan(30_000);
	});
});
