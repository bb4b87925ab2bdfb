import { sleep as pause } from 'n8n-workflow';

import { MAX_WAIT_MILLISECONDS, PENDING_LEASE_MILLISECONDS } from '../../inbound/claims';
import { MemoryClaimStore } from '../../inbound/memoryClaims';
import { settleClaim, type SettlingResponse } from '../../nodes/trigger/settleClaim';
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

	it.each<[string, number | null, number, number, string]>([
		['200', null, 0, 200, 'kept'],
		['204', null, 0, 204, 'kept'],
		['400', null, 0, 400, 'released'],
		['500', null, 0, 500, 'released'],
		['503 after a while', null, 60, 503, 'released'],
		['200, to a sender that has hung up', 20, 150, 200, 'kept'],
		['500, to a sender that has hung up', 20, 150, 500, 'released'],
	])('answer %s', async (_title, hangUpAfter, answerAfter, status, fate) => {
		const { claim, fates } = recordedClaim();
		const server = await startAnsweringServer((response) => {
			settleClaim(claim, response, clock);
			void pause(answerAfter).then(() => response.writeHead(status).end());
		});
		servers.push(server);
		expect(await server.send(hangUpAfter)).toBe(hangUpAfter === null ? status : null);
		if (hangUpAfter !== null) {
			await pause(60);
			expect(fates).toEqual([]);
		}
		await pause(200);
		expect(fates).toEqual([fate]);
	});

	it.each([
		[200, 'kept'],
		[500, 'released'],
	])(
		'answer %s, to a sender that was gone before anybody asked for the claim: %s',
		async (status, fate) => {
			const { claim, fates } = recordedClaim();
			const server = await startAnsweringServer((response) => {
				void pause(150).then(async () => {
					expect(response.closed).toBe(true);
					settleClaim(claim, response, clock);
					await pause(50);
					response.writeHead(status).end();
				});
			});
			servers.push(server);
			expect(await server.send(20)).toBeNull();
			await pause(400);
			expect(fates).toEqual([fate]);
		},
	);

	it('settles nothing before there is an answer', async () => {
		const { claim, fates } = recordedClaim();
		const answers: Array<() => void> = [];
		const server = await startAnsweringServer((response) => {
			settleClaim(claim, response, clock);
			answers.push(() => response.end());
		});
		servers.push(server);
		const sent = server.send();
		await pause(100);
		expect(fates).toEqual([]);
		for (const answer of answers) answer();
		expect(await sent).toBe(200);
		await pause(20);
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
	});

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
			void store.claim('event', 3600).then((result) => {
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
