import { LiveRecorderTrigger } from '../../nodes/LiveRecorderTrigger/LiveRecorderTrigger.node';
import { corpusFolders, loadCorpus } from '../fixtures/loadCorpus.cjs';
import { startWebhookServer } from '../n8n/webhookServer';
import { createRandom, fuzzRequests, fuzzSeed, heapInUse, mutate } from './mutations.cjs';

const AT_A_TIME = 8;
/** A request that hangs, not one on a machine that is busy with others. */
const MAX_MILLISECONDS = 60_000;
const MAX_GROWTH = 24e6;

const texts = corpusFolders()
	.filter((folder) => !folder.startsWith('_'))
	.flatMap((folder) => loadCorpus(folder).map(({ body }) => JSON.stringify(body)));

describe('any recorder’s trigger in an n8n-core WebhookContext, over HTTP', () => {
	it(
		`answers ${fuzzRequests} mutated payloads: no exception, no 500, no hang, no growth`,
		async () => {
			const server = await startWebhookServer(new LiveRecorderTrigger());
			const random = createRandom(fuzzSeed);
			const statuses = new Map<number, number>();
			let slowest = 0;
			let sent = 0;

			async function sendSome(upTo: number): Promise<void> {
				while (sent < upTo) {
					sent++;
					const { body, contentType } = mutate(texts, random);
					const startedAt = Date.now();
					const answer = await server.post(body, { headers: { 'content-type': contentType } });
					slowest = Math.max(slowest, Date.now() - startedAt);
					statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
					if (answer.status !== 200) {
						expect(answer.json).toMatchObject({ status: 'refused', message: expect.any(String) });
					}
					server.executions.length = 0;
				}
			}
			async function sendUpTo(count: number): Promise<void> {
				await Promise.all(Array.from({ length: AT_A_TIME }, async () => await sendSome(count)));
			}

			// Half of them fill what is bounded (claims, rooms, the compiler's caches); the other half must not add to it.
			await sendUpTo(Math.ceil(fuzzRequests / 2));
			const heapBefore = heapInUse();
			await sendUpTo(fuzzRequests);
			const growth = heapInUse() - heapBefore;
			await server.close();

			expect(server.errors).toEqual([]);
			expect([...statuses.keys()].sort()).toEqual([200, 400]);
			expect(statuses.get(200)).toBeGreaterThan(fuzzRequests / 20);
			expect(statuses.get(400)).toBeGreaterThan(fuzzRequests / 20);
			expect(slowest).toBeLessThan(MAX_MILLISECONDS);
			expect(growth).toBeLessThan(MAX_GROWTH);
			expect(Reflect.get({}, 'polluted')).toBeUndefined();
		},
		60 * 60_000,
	);
});
