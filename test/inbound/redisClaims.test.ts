import fc from 'fast-check';

import { type Claim, type ClaimResult, MAX_WAIT_MILLISECONDS } from '../../inbound/claims';
import { MemoryClaimStore } from '../../inbound/memoryClaims';
import { LayeredClaimStore } from '../../inbound/layeredClaims';
import {
	COMMAND_MILLISECONDS,
	HOLD_MILLISECONDS,
	LEASE_MILLISECONDS,
	probeClaims,
	RedisClaimStore,
	WATCH_MILLISECONDS,
} from '../../inbound/redisClaims';
import { FakeRedis } from './fakeRedis';
import { ManualClock, settled } from './manualClock';

const HOUR = 3600;

function create(processes = 2) {
	const clock = new ManualClock();
	const redis = new FakeRedis(clock);
	const stores = Array.from({ length: processes }, () => new RedisClaimStore(redis, clock, 'p:'));
	const [one, two] = stores;
	if (one === undefined) throw new Error('There must be a process');
	return { clock, redis, one, two: two ?? one };
}

/** A claim's result while time stands still; 'waiting' where it takes time. */
async function now(result: Promise<ClaimResult>): Promise<ClaimResult | 'waiting'> {
	let seen: ClaimResult | 'waiting' = 'waiting';
	void result.then((value) => (seen = value));
	await settled();
	return seen;
}

function claimOf(result: ClaimResult | 'waiting'): Claim {
	if (result === 'waiting' || !('claim' in result)) throw new Error(JSON.stringify(result));
	return result.claim;
}

describe('RedisClaimStore', () => {
	it('lets one process through and no other', async () => {
		const { one, two, redis } = create();
		const claim = claimOf(await now(one.claim('a', HOUR)));
		claim.markStored();
		await claim.keep();
		expect(await now(two.claim('a', HOUR))).toMatchObject({ status: 'repeat' });
		expect(await now(one.claim('a', HOUR))).toMatchObject({ status: 'repeat' });
		expect([...redis.keys.keys()]).toEqual([expect.stringMatching(/^p:[\w-]{43}$/)]);
	});

	it('has another process wait, and tells it what became of the event', async () => {
		const { clock, one, two } = create();
		for (const how of ['release', 'keep'] as const) {
			const claim = claimOf(await now(one.claim('a', HOUR)));
			const repeat = two.claim('a', HOUR);
			await clock.advance(5_000);
			expect(await now(repeat)).toBe('waiting');
			await claim[how]();
			await clock.advance(200);
			const seen = await now(repeat);
			if (how === 'keep') expect(seen).toMatchObject({ status: 'repeat' });
			else await claimOf(seen).release();
		}
	});

	it('keeps a claim pending as long as its process lives, and has repeats come back', async () => {
		const { clock, one, two } = create();
		const claim = claimOf(await now(one.claim('a', HOUR)));
		await clock.advance(3 * LEASE_MILLISECONDS);
		const repeat = two.claim('a', HOUR);
		await clock.advance(MAX_WAIT_MILLISECONDS + 200);
		expect(await now(repeat)).toEqual({ status: 'pending' });
		await claim.keep();
		expect(await now(two.claim('a', HOUR))).toMatchObject({ status: 'repeat' });
	});

	it('frees the claim of a process that died while a repeat is still waiting', async () => {
		const { clock, redis, two } = create();
		const dead = new RedisClaimStore(redis, new ManualClock(clock.now()), 'p:');
		await now(dead.claim('a', HOUR));
		const repeat = two.claim('a', HOUR);
		await clock.advance(LEASE_MILLISECONDS - 200);
		expect(await now(repeat)).toBe('waiting');
		await clock.advance(600);
		// A repeat that comes later looks for a while whether the process is heard of, and still has time to.
		expect(WATCH_MILLISECONDS).toBeLessThan(MAX_WAIT_MILLISECONDS / 2);
		expect(await now(repeat)).toMatchObject({ status: 'new' });
		expect(LEASE_MILLISECONDS).toBeLessThan(MAX_WAIT_MILLISECONDS);
	});

	it('settles a claim once, and touches no claim but its own', async () => {
		const { clock, one, two, redis } = create();
		const dead = new RedisClaimStore(redis, new ManualClock(clock.now()), 'p:');
		const lost = claimOf(await now(dead.claim('a', HOUR)));
		await clock.advance(LEASE_MILLISECONDS);
		const taking = two.claim('a', HOUR);
		await clock.advance(WATCH_MILLISECONDS + 200);
		const claim = claimOf(await now(taking));
		await lost.release();
		expect(await now(one.claim('a', HOUR))).toBe('waiting');
		await claim.keep();
		await claim.release();
		await claim.keep();
		expect(await now(one.claim('a', HOUR))).toMatchObject({ status: 'repeat' });
	});

	it('forgets a kept claim after its window', async () => {
		const { clock, one, two } = create();
		await claimOf(await now(one.claim('a', 60))).keep();
		await clock.advance(59_999);
		expect(await now(two.claim('a', 60))).toMatchObject({ status: 'repeat' });
		await clock.advance(1);
		expect(await now(two.claim('a', 60))).toMatchObject({ status: 'new' });
	});

	it('says that Redis is away, and nothing of where it is', async () => {
		const { one, redis } = create();
		redis.behaviour = 'fails';
		const result = await now(one.claim('a', HOUR));
		expect(result).toMatchObject({ status: 'unavailable' });
		expect(JSON.stringify(result)).not.toMatch(/10\.0\.0\.5|ECONN/);
	});

	it('never takes longer than its bound, and asks a Redis that hangs only now and then', async () => {
		const { clock, one, redis } = create();
		redis.behaviour = 'hangs';
		const first = one.claim('a', HOUR);
		await clock.advance(COMMAND_MILLISECONDS);
		expect(await now(first)).toMatchObject({ status: 'unavailable' });
		const { commands } = redis;
		for (let event = 0; event < 100; event++) {
			expect(await now(one.claim(`event ${event}`, HOUR))).toMatchObject({ status: 'unavailable' });
		}
		expect(redis.commands).toBe(commands);
		redis.behaviour = 'works';
		await clock.advance(2_000);
		expect(await now(one.claim('b', HOUR))).toMatchObject({ status: 'new' });
	});

	it('tells Redis of an event that was taken while it was away, when it comes back', async () => {
		const { clock, one, two, redis } = create();
		redis.behaviour = 'fails';
		const claim = claimOf(await now(one.claim('a', HOUR)));
		void claim.keep();
		await clock.advance(1_000);
		redis.behaviour = 'works';
		await clock.advance(1_000);
		expect(await now(two.claim('a', HOUR))).toMatchObject({ status: 'repeat' });
	});

	it('tells Redis until the window is over, and then no more', async () => {
		const { clock, one, two, redis } = create();
		redis.behaviour = 'fails';
		const claim = claimOf(await now(one.claim('a', 300)));
		let isDone = false;
		void claim.keep().then(() => (isDone = true));
		await clock.advance(120_000);
		redis.behaviour = 'works';
		await clock.advance(6_000);
		expect(isDone).toBe(true);
		expect(await now(two.claim('a', 300))).toMatchObject({ status: 'repeat' });

		redis.behaviour = 'fails';
		isDone = false;
		void claimOf(await now(one.claim('b', 300)))
			.keep()
			.then(() => (isDone = true));
		await clock.advance(301_000 + COMMAND_MILLISECONDS);
		expect(isDone).toBe(true);
		expect(clock.sleeping).toBe(0);
	});

	it.each(['fails', 'hangs'] as const)(
		'holds its claim while Redis is away for 20 seconds between claim and answer: it %s',
		async (behaviour) => {
			const { clock, one, two, redis } = create();
			const claim = claimOf(await now(one.claim('a', HOUR)));
			redis.behaviour = behaviour;
			await clock.advance(20_000);
			redis.behaviour = 'works';
			const repeat = two.claim('a', HOUR);
			await clock.advance(WATCH_MILLISECONDS + 2_000);
			expect(await now(repeat)).toBe('waiting');
			await claim.keep();
			await clock.advance(200);
			expect(await now(repeat)).toMatchObject({ status: 'repeat' });
		},
	);

	it('holds the claim of a process that stood still for 16 seconds', async () => {
		const clock = new ManualClock();
		const redis = new FakeRedis(clock);
		const ownClock = new ManualClock(clock.now());
		const stalled = new RedisClaimStore(redis, ownClock, 'p:');
		const other = new RedisClaimStore(redis, clock, 'p:');
		const claim = claimOf(await now(stalled.claim('a', HOUR)));
		await clock.advance(4_900);
		const repeat = other.claim('a', HOUR);
		await clock.advance(16_000);
		expect(await now(repeat)).toBe('waiting');
		// It goes on: what was due meanwhile happens now.
		await ownClock.advance(20_900);
		await clock.advance(3_000);
		expect(await now(repeat)).toBe('waiting');
		await claim.keep();
		await clock.advance(200);
		expect(await now(repeat)).toMatchObject({ status: 'repeat' });
	});

	it('counts a window from the claim, however late n8n answers and whoever asks', async () => {
		const { clock, one, two } = create();
		const claim = claimOf(await now(one.claim('a', 60)));
		await clock.advance(40_000);
		await claim.keep();
		expect(await now(two.claim('a', 60))).toEqual({ status: 'repeat', age: 40_000 });
		await clock.advance(20_000);
		const next = claimOf(await now(two.claim('a', 60)));
		await clock.advance(70_000);
		await next.keep();
		expect(await now(one.claim('a', 60))).toMatchObject({ status: 'new' });
	});

	it.each([
		["OOM command not allowed when used memory > 'maxmemory'.", /out of memory/],
		['READONLY You can’t write against a read only replica.', /replica/],
		['NOPERM User x has no permissions to run the ‘eval’ command', /may not run EVAL/],
		['WRONGTYPE Operation against a key holding the wrong kind of value', /Key Prefix/],
		['MOVED 3999 10.0.0.5:6381', /Redis Cluster/],
		["ERR unknown command 'eval'", /unknown command/],
		[
			'ERR Error running script (call to f_1): @user_script:4: -OOM command not allowed',
			/out of memory/,
		],
	])('says what a Redis that answers with an error needs: %s', async (message, said) => {
		const clock = new ManualClock();
		const redis = { eval: async () => await Promise.reject(new Error(message)) };
		const reports: string[] = [];
		const store = new RedisClaimStore(redis, clock, 'p:', (trouble) => reports.push(trouble));
		expect(await now(store.claim('a', HOUR))).toMatchObject({ status: 'unavailable' });
		expect(reports).toEqual([expect.stringMatching(said)]);
		expect(reports.join()).not.toContain('10.0.0.5');
		expect(await probeClaims(redis, 'p:')).toBe(reports[0]);
	});

	it('says nothing of its own when the connection is gone, which the client reports', async () => {
		const clock = new ManualClock();
		const redis = { eval: async () => await Promise.reject(new Error('Connection is closed.')) };
		const reports: string[] = [];
		const store = new RedisClaimStore(redis, clock, 'p:', (trouble) => reports.push(trouble));
		await now(store.claim('a', HOUR));
		expect(reports).toEqual([]);
	});

	it('reports an event that two processes took', async () => {
		const clock = new ManualClock();
		const redis = new FakeRedis(clock);
		const reports: string[] = [];
		const one = new RedisClaimStore(redis, new ManualClock(), 'p:', (said) => reports.push(said));
		const claim = claimOf(await now(one.claim('a', HOUR)));
		await clock.advance(HOLD_MILLISECONDS);
		await now(new RedisClaimStore(redis, clock, 'p:').claim('a', HOUR));
		await claim.keep();
		expect(reports).toEqual([expect.stringContaining('taken by two processes')]);
	});

	it('probes with what receiving uses, and leaves nothing behind', async () => {
		const { redis } = create();
		expect(await probeClaims(redis, 'p:')).toBeNull();
		expect(redis.keys.size).toBe(0);
		expect(redis.commands).toBeGreaterThan(4);
	});

	it('holds its claim although the answer to it was lost', async () => {
		const { clock, one, two, redis } = create();
		redis.behaviour = 'works but its answer is lost';
		const claim = claimOf(await now(one.claim('a', HOUR)));
		redis.behaviour = 'works';
		expect(await now(two.claim('a', HOUR))).toBe('waiting');
		await claim.keep();
		await clock.advance(200);
		expect(await now(two.claim('a', HOUR))).toMatchObject({ status: 'repeat' });
	});

	it('puts a pending claim back into a Redis that lost its memory', async () => {
		const { clock, one, two, redis } = create();
		await now(one.claim('a', HOUR));
		redis.keys.clear();
		await clock.advance(5_000);
		expect(await now(two.claim('a', HOUR))).toBe('waiting');
	});

	it('leaves no timer and no renewal behind', async () => {
		const { clock, one, redis } = create();
		for (let event = 0; event < 50; event++) {
			const claim = claimOf(await now(one.claim(`event ${event}`, HOUR)));
			await (event % 2 === 0 ? claim.keep() : claim.release());
		}
		await clock.advance(LEASE_MILLISECONDS);
		const { commands } = redis;
		await clock.advance(10 * 60_000);
		expect([clock.sleeping, redis.commands]).toEqual([0, commands]);
	});

	it('renews a claim for as long as n8n may take to answer', async () => {
		const { clock, one, two } = create();
		await now(one.claim('a', HOUR));
		await clock.advance(40 * 60_000);
		expect(await now(two.claim('a', HOUR))).toBe('waiting');
	});
});

describe('LayeredClaimStore', () => {
	function processOn(redis: FakeRedis, clock: ManualClock) {
		const own = new MemoryClaimStore(clock);
		return {
			own,
			store: new LayeredClaimStore(own, new RedisClaimStore(redis, clock, 'p:'), clock),
		};
	}

	function createTwo() {
		const clock = new ManualClock();
		const redis = new FakeRedis(clock);
		return { clock, redis, one: processOn(redis, clock), two: processOn(redis, clock) };
	}

	it('asks Redis once per event and process', async () => {
		const { one, two, redis } = createTwo();
		const claim = claimOf(await now(one.store.claim('a', HOUR)));
		claim.markStored();
		expect(one.own.serialise()).not.toBe('');
		await claim.keep();
		expect(await now(two.store.claim('a', HOUR))).toMatchObject({ status: 'repeat' });
		const { commands } = redis;
		expect(await now(one.store.claim('a', HOUR))).toMatchObject({ status: 'repeat' });
		expect(await now(two.store.claim('a', HOUR))).toMatchObject({ status: 'repeat' });
		expect(redis.commands).toBe(commands);
	});

	it('begins no window anew with a repeat at another process', async () => {
		const { clock, one, two } = createTwo();
		await claimOf(await now(one.store.claim('content', 30))).keep();
		await clock.advance(20_000);
		expect(await now(two.store.claim('content', 30))).toEqual({ status: 'repeat', age: 20_000 });
		await clock.advance(10_000);
		expect(await now(two.store.claim('content', 30))).toMatchObject({ status: 'new' });
	});

	it('still drops the repeats of its own process while Redis is away', async () => {
		const { one, two, redis } = createTwo();
		redis.behaviour = 'fails';
		const claim = claimOf(await now(one.store.claim('a', HOUR)));
		void claim.keep();
		expect(await now(one.store.claim('a', HOUR))).toMatchObject({ status: 'repeat' });
		// The other process can't know: the risk that "take the event" takes.
		expect(await now(two.store.claim('a', HOUR))).toMatchObject({ status: 'unavailable' });
	});

	it('forgets what it refused while Redis was away', async () => {
		const { one, redis } = createTwo();
		redis.behaviour = 'fails';
		await claimOf(await now(one.store.claim('a', HOUR))).release();
		redis.behaviour = 'works';
		expect(await now(one.store.claim('a', HOUR))).toMatchObject({ status: 'new' });
	});

	it('waits for the other process no longer than for its own', async () => {
		const { clock, one, two } = createTwo();
		const claim = claimOf(await now(one.store.claim('a', HOUR)));
		const here = two.store.claim('a', HOUR);
		const alsoHere = two.store.claim('a', HOUR);
		await clock.advance(MAX_WAIT_MILLISECONDS + 200);
		expect([await now(here), await now(alsoHere)]).toEqual([
			{ status: 'pending' },
			{ status: 'pending' },
		]);
		await claim.release();
		expect(await now(two.store.claim('a', HOUR))).toMatchObject({ status: 'new' });
	});

	it('takes each event once, whatever the order of deliveries to two processes and their answers', async () => {
		const step = fc.record({
			process: fc.constantFrom(0, 1),
			event: fc.nat({ max: 3 }),
			does: fc.constantFrom('deliver', 'keep', 'release', 'pass'),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
				const { clock, one, two } = createTwo();
				const open = new Map<number, Claim>();
				const kept = new Map<number, number>();
				const grant = (event: number) => (result: ClaimResult) => {
					if (result.status !== 'new') return;
					expect(open.has(event)).toBe(false);
					expect(kept.has(event)).toBe(false);
					open.set(event, result.claim);
				};
				for (const { process, event, does } of steps) {
					const claim = open.get(event);
					if (does === 'deliver') {
						void [one, two][process]?.store.claim(String(event), HOUR).then(grant(event));
						await clock.advance(50);
					} else if (does === 'pass') {
						await clock.advance(event * 4_000);
					} else if (claim !== undefined) {
						open.delete(event);
						if (does === 'keep') kept.set(event, 1);
						await claim[does]();
						await clock.advance(0);
					}
				}
			}),
		);
	});
});
