import fc from 'fast-check';

import {
	type Claim,
	claimDigest,
	type ClaimResult,
	type ClaimStore,
	MAX_WAIT_MILLISECONDS,
	Patience,
	PENDING_LEASE_MILLISECONDS,
	UnavailableClaimStore,
} from '../../inbound/claims';
import { MemoryClaimStore } from '../../inbound/memoryClaims';
import {
	DIGEST_LENGTH,
	GROUP_HEAD_LENGTH,
	GROUP_SECONDS,
	MAX_PERSISTED_LENGTH,
} from '../../inbound/persistedClaims';
import { ManualClock, settled } from './manualClock';

const HOUR = 3600;

function create(generationSize?: number) {
	const clock = new ManualClock();
	return { clock, store: new MemoryClaimStore(clock, generationSize) };
}

async function take(store: ClaimStore, key = 'a', seconds = HOUR): Promise<Claim> {
	const result = await store.claim(key, seconds);
	if (result.status !== 'new') throw new Error(`Expected a new claim, got '${result.status}'`);
	return result.claim;
}

async function statusOf(store: ClaimStore, key = 'a', seconds = HOUR): Promise<string> {
	return (await store.claim(key, seconds)).status;
}

describe('MemoryClaimStore', () => {
	it('lets the first delivery through and no other', async () => {
		const { store } = create();
		const claim = await take(store);
		await claim.keep();
		expect([await statusOf(store), await statusOf(store), await statusOf(store, 'b')]).toEqual([
			'repeat',
			'repeat',
			'new',
		]);
	});

	it('takes a delivery after a failed one as new', async () => {
		const { store } = create();
		await (await take(store)).release();
		await (await take(store)).keep();
		expect(await statusOf(store)).toBe('repeat');
	});

	it('settles a claim once: what comes later changes nothing', async () => {
		const { store } = create();
		const first = await take(store);
		await first.release();
		await first.keep();
		first.markStored();
		expect(store.serialise()).toBe('');
		const second = await take(store);
		await second.keep();
		await second.release();
		expect(await statusOf(store)).toBe('repeat');
	});

	it.each([
		['kept', 'keep', ['repeat', 'repeat', 'repeat']],
		['released', 'release', ['new', 'waiting', 'waiting']],
	] as const)(
		'has repeats wait for a pending claim until it is %s',
		async (_title, how, expected) => {
			const { store } = create();
			const claim = await take(store);
			const outcomes: string[] = ['waiting', 'waiting', 'waiting'];
			for (const index of outcomes.keys()) {
				void Promise.resolve(store.claim('a', HOUR)).then(
					({ status }) => (outcomes[index] = status),
				);
			}
			await settled();
			expect(outcomes).toEqual(['waiting', 'waiting', 'waiting']);
			await claim[how]();
			await settled();
			expect(outcomes).toEqual(expected);
		},
	);

	it('tells a repeat to come back when the first delivery stays open', async () => {
		const { clock, store } = create();
		await take(store);
		let outcome = 'waiting';
		void Promise.resolve(store.claim('a', HOUR)).then(({ status }) => (outcome = status));
		await clock.advance(MAX_WAIT_MILLISECONDS - 1);
		expect(outcome).toBe('waiting');
		await clock.advance(1);
		expect(outcome).toBe('pending');
	});

	it('answers a waiting repeat before BSR, the most impatient recorder that retries, hangs up', () => {
		expect(MAX_WAIT_MILLISECONDS).toBeLessThan(30_000 - 2_000);
	});

	it('has a repeat wait no longer than that, however often the first changes and wherever the clock jumps', async () => {
		const { clock, store } = create();
		let claim = await take(store);
		const outcomes: string[] = [];
		for (let waiter = 0; waiter < 5; waiter++) {
			void Promise.resolve(store.claim('a', HOUR)).then((result) => {
				outcomes.push(result.status);
				if (result.status === 'new') claim = result.claim;
			});
		}
		await clock.advance(10_000);
		clock.jump(-HOUR * 1000);
		await claim.release();
		await clock.advance(10_000);
		expect(outcomes).toEqual(['new']);
		clock.jump(-HOUR * 1000);
		await clock.advance(5_000);
		expect(outcomes).toEqual(['new', 'pending', 'pending', 'pending', 'pending']);
	});

	it('counts a claim as long as its window', async () => {
		const { clock, store } = create();
		await (await take(store)).keep();
		clock.jump(HOUR * 1000 - 1);
		expect(await statusOf(store)).toBe('repeat');
		clock.jump(1);
		expect(await statusOf(store)).toBe('new');
	});

	it('gives up a pending claim whose request was lost', async () => {
		const { clock, store } = create();
		const lost = await take(store);
		await clock.advance(PENDING_LEASE_MILLISECONDS);
		await (await take(store)).keep();
		await lost.release();
		expect(await statusOf(store)).toBe('repeat');
	});

	it.each([
		['a little back', -1_000, 'repeat'],
		['an hour and more back', -HOUR * 1000, 'repeat'],
		['years back', -10 * 365 * 24 * HOUR * 1000, 'repeat'],
		['a little on', 1_000, 'repeat'],
		['years on', 10 * 365 * 24 * HOUR * 1000, 'new'],
	])(
		'never turns an event away for longer than its window when the clock is set %s',
		async (_title, jump, expected) => {
			const { clock, store } = create();
			await (await take(store)).keep();
			clock.jump(jump);
			expect(await statusOf(store)).toBe(expected);
		},
	);

	it('takes a new event of the same content when its window is over, though the clock was set back', async () => {
		const { clock, store } = create();
		await (await take(store, 'content', 30)).keep();
		await clock.advance(40_000);
		clock.jump(-40_000);
		expect(await statusOf(store, 'content', 30)).toBe('new');
	});

	it('counts the time that the machine slept, which only the time of day knows of', async () => {
		const { clock, store } = create();
		await (await take(store, 'content', 30)).keep();
		clock.jump(31_000);
		expect(await statusOf(store, 'content', 30)).toBe('new');
	});

	it('counts a claim from before a restart once more for its window at the most, wherever the clock was set', async () => {
		const { clock, store } = create();
		await (await take(store)).keep();
		clock.jump(-73 * HOUR * 1000);
		const successor = new MemoryClaimStore(clock);
		successor.merge(store.serialise());
		expect(await statusOf(successor)).toBe('repeat');
		await clock.advance(HOUR * 1000);
		expect(await statusOf(successor)).toBe('new');
	});

	it('never lets a repeat begin a window anew', async () => {
		const { clock, store } = create();
		await (await take(store, 'content', 30)).keep();
		for (let second = 5; second < 30; second += 5) {
			await clock.advance(5_000);
			expect(await statusOf(store, 'content', 30)).toBe('repeat');
		}
		await clock.advance(5_000);
		expect(await statusOf(store, 'content', 30)).toBe('new');
	});

	it('keeps a pending claim when the clock is set back', async () => {
		const { clock, store } = create();
		await take(store);
		clock.jump(-10 * HOUR * 1000);
		const second = store.claim('a', HOUR);
		await clock.advance(MAX_WAIT_MILLISECONDS);
		expect((await second).status).toBe('pending');
	});

	it('of any number of deliveries at once, exactly one is first', async () => {
		const { store } = create();
		const results = Array.from({ length: 500 }, () => store.claim('a', HOUR));
		const [first] = await Promise.all(results.slice(0, 1));
		if (first?.status !== 'new') throw new Error('The first delivery must be new');
		await first.claim.keep();
		const others = await Promise.all(results.slice(1));
		expect(new Set(others.map(({ status }) => status))).toEqual(new Set(['repeat']));
	});

	it('remembers at most two generations, and no open delivery loses its claim', async () => {
		const { clock, store } = create(100);
		const open = await take(store, 'open');
		await (await take(store, 'recent')).keep();
		for (let index = 0; index < 10_000; index++) {
			await (await take(store, `event ${index}`)).keep();
			expect(store.size).toBeLessThanOrEqual(201);
		}
		expect(await statusOf(store, 'event 9999')).toBe('repeat');
		expect(await statusOf(store, 'event 9901')).toBe('repeat');
		expect(await statusOf(store, 'recent')).toBe('new');
		const repeat = store.claim('open', HOUR);
		await open.keep();
		await clock.advance(0);
		expect((await repeat).status).toBe('repeat');
	});
});

describe('the persisted form of claims', () => {
	it('brings the newest claims into a process that starts', async () => {
		const { clock, store } = create();
		for (let index = 0; index < 3_000; index++) {
			await (await take(store, `event ${index}`)).keep();
			expect(store.serialise().length).toBeLessThanOrEqual(MAX_PERSISTED_LENGTH);
		}
		const successor = new MemoryClaimStore(clock);
		successor.merge(store.serialise());
		const oldest = 3_000 - successor.size;
		expect(successor.size).toBeGreaterThan(1_100);
		expect(await statusOf(successor, 'event 2999')).toBe('repeat');
		expect(await statusOf(successor, `event ${oldest}`)).toBe('repeat');
		expect(await statusOf(successor, `event ${oldest - 1}`)).toBe('new');
	});

	it('counts the later of two claims of one event', async () => {
		const { clock, store } = create();
		await (await take(store)).keep();
		clock.jump(HOUR * 1000);
		await (await take(store)).keep();
		const successor = new MemoryClaimStore(clock);
		successor.merge(store.serialise());
		expect(await statusOf(successor)).toBe('repeat');
	});

	it('leaves the claim alone that was taken anew when an older one that was given up is settled', async () => {
		const { clock, store } = create();
		const [lost, late] = [await take(store, 'a'), await take(store, 'b')];
		lost.markStored();
		await clock.advance(PENDING_LEASE_MILLISECONDS);
		for (const key of ['a', 'b']) await (await take(store, key)).keep();
		const written = store.serialise();
		await lost.release();
		await late.keep();
		expect(store.serialise()).toBe(written);
	});

	it('takes over what another process adds, time and again', async () => {
		const { clock, store } = create();
		const other = new MemoryClaimStore(clock);
		for (let index = 0; index < 50; index++) {
			await (await take(store, `one ${index}`)).keep();
			other.merge(store.serialise());
			await (await take(other, `other ${index}`)).keep();
			store.merge(other.serialise());
			expect(await statusOf(other, `one ${index}`)).toBe('repeat');
			expect(await statusOf(store, `other ${index}`)).toBe('repeat');
		}
		expect(store.size).toBe(100);
	});

	it('leaves out what is only pending: the process may die before n8n has the event', async () => {
		const { clock, store } = create();
		const claim = await take(store);
		const successor = new MemoryClaimStore(clock);
		successor.merge(store.serialise());
		expect(await statusOf(successor)).toBe('new');

		claim.markStored();
		const later = new MemoryClaimStore(clock);
		later.merge(store.serialise());
		expect(await statusOf(later)).toBe('repeat');
		// In its own process the delivery is still open.
		let outcome = 'waiting';
		void Promise.resolve(store.claim('a', HOUR)).then(({ status }) => (outcome = status));
		await settled();
		expect(outcome).toBe('waiting');
	});

	it('does not bring a released claim back from an older copy', async () => {
		const { store } = create();
		const claim = await take(store);
		claim.markStored();
		const written = store.serialise();
		await claim.release();
		expect(store.serialise()).toBe('');
		store.merge(written);
		expect(await statusOf(store)).toBe('new');
	});

	it('keeps the age of a claim, and is never more than a group too old', async () => {
		const { clock, store } = create();
		clock.jump(789);
		await (await take(store, 'first')).keep();
		clock.jump(GROUP_SECONDS * 1000 - 790);
		await (await take(store, 'of its group')).keep();
		const successor = new MemoryClaimStore(clock);
		successor.merge(store.serialise());
		clock.jump((29 - GROUP_SECONDS) * 1000);
		expect(await statusOf(successor, 'first', 30)).toBe('repeat');
		expect(await statusOf(successor, 'of its group', 30)).toBe('repeat');
		clock.jump(1_001);
		expect(await statusOf(successor, 'first', 30)).toBe('new');
		clock.jump(GROUP_SECONDS * 1000);
		expect(await statusOf(successor, 'of its group', 30)).toBe('new');
	});

	it.each([
		['before 2020', Date.UTC(2019, 0, 1), Date.UTC(2020, 0, 1)],
		['after 2054', Date.UTC(2099, 0, 1), Date.UTC(2020, 0, 1) + (2 ** 30 - 1) * 1000],
	])('holds the nearest time it can for a clock %s', async (_title, time, nearest) => {
		const clock = new ManualClock(time);
		const store = new MemoryClaimStore(clock);
		await (await take(store)).keep();
		const successorClock = new ManualClock(nearest);
		const successor = new MemoryClaimStore(successorClock);
		successor.merge(store.serialise());
		expect(await statusOf(successor)).toBe('repeat');
	});

	it.each([
		['nothing', undefined],
		['null', null],
		['a number', 17],
		['an object', { claims: 'x' }],
		['too little', 'abc'],
		['other characters', '!'.repeat(100)],
		['a foreign script', '录'.repeat(100)],
		['digests without a time', 'abcdefgh'.repeat(100)],
	])('ignores %s', (_title, text) => {
		const { store } = create();
		store.merge(text);
		expect(store.size).toBe(0);
	});

	it('takes what is readable of a text that was cut off or spoilt', async () => {
		const { clock, store } = create();
		for (const key of ['a', 'b', 'c']) await (await take(store, key)).keep();
		const text = store.serialise();
		const successor = new MemoryClaimStore(clock);
		successor.merge(text.slice(0, GROUP_HEAD_LENGTH + 2 * DIGEST_LENGTH + 3));
		expect(successor.size).toBe(2);
		successor.merge(`${text.slice(0, 3)}${'*'.repeat(20)}${text}`);
		expect(successor.size).toBe(3);
	});

	it('gives different events different digests of one length', () => {
		const digests = new Set<string>();
		for (let index = 0; index < 100_000; index++) digests.add(claimDigest(`event ${index}`));
		expect(digests.size).toBe(100_000);
		expect(DIGEST_LENGTH).toBe(8);
		expect([...digests].every((digest) => /^[\w-]{8}$/.test(digest))).toBe(true);
	});
});

describe('UnavailableClaimStore', () => {
	it('says why, and has a claim that can be settled', async () => {
		const result = await new UnavailableClaimStore('no client').claim();
		expect(result).toMatchObject({ status: 'unavailable', reason: 'no client' });
		if (result.status !== 'unavailable') return;
		result.claim.markStored();
		await result.claim.keep();
		await result.claim.release();
	});
});

describe('Patience', () => {
	it('starts when it is first asked for', async () => {
		const clock = new ManualClock();
		const patience = new Patience(clock, 1_000);
		await clock.advance(5_000);
		expect(patience.isOver).toBe(false);
		const { over } = patience;
		expect(patience.over).toBe(over);
		await clock.advance(1_000);
		expect(patience.isOver).toBe(true);
		expect(await over).toBe('over');
	});
});

/*
 * Model: what every event's claim must be, with nothing but its last state and time; checked against any sequence of
 * deliveries, answers, clock jumps and restarts.
 */

type Step =
	| { readonly do: 'deliver' | 'keep' | 'release' | 'store'; readonly key: number }
	| { readonly do: 'pass'; readonly seconds: number }
	| { readonly do: 'restart' }
	| { readonly do: 'mergeOldCopy' };

const WINDOW = 600;
const key = fc.nat({ max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ do: fc.constant('deliver' as const), key }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constant('keep' as const), key }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), key }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constant('store' as const), key }) },
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant('pass' as const),
			// A group apart or at once: what is in between is known less exactly after a restart.
			seconds: fc.integer({ min: 1, max: 20 }).map((groups) => groups * 2 * GROUP_SECONDS),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('mergeOldCopy' as const) }) },
);

interface ModelEntry {
	state: 'pending' | 'kept';
	isStored: boolean;
	at: number;
}

describe('MemoryClaimStore against its model', () => {
	it('behaves as the model for any sequence of steps', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
				const clock = new ManualClock();
				let store = new MemoryClaimStore(clock);
				const model = new Map<number, ModelEntry>();
				let claims = new Map<number, Claim>();
				let oldCopy = '';
				for (const next of steps) {
					switch (next.do) {
						case 'deliver': {
							const known = model.get(next.key);
							const age = known === undefined ? Infinity : clock.now() - known.at;
							const limit = known?.state === 'pending' ? PENDING_LEASE_MILLISECONDS : WINDOW * 1000;
							const counts = known !== undefined && age < limit;
							let result: ClaimResult | null = null;
							void Promise.resolve(store.claim(String(next.key), WINDOW)).then(
								(value) => (result = value),
							);
							await settled();
							const seen: ClaimResult | null = result;
							if (!counts) {
								expect(seen).toMatchObject({ status: 'new' });
								model.set(next.key, { state: 'pending', isStored: false, at: clock.now() });
								claims.set(next.key, await claimOf(seen));
							} else if (known.state === 'kept') {
								expect(seen).toMatchObject({ status: 'repeat' });
							} else {
								// It waits; nobody waits in the steps that follow.
								expect(seen).toBeNull();
								const at = clock.now();
								await clock.advance(MAX_WAIT_MILLISECONDS);
								expect(clock.now()).toBe(at + MAX_WAIT_MILLISECONDS);
								expect(result).toEqual({ status: 'pending' });
							}
							break;
						}
						case 'keep':
						case 'release': {
							const entry = model.get(next.key);
							await claims.get(next.key)?.[next.do]();
							if (entry?.state !== 'pending') break;
							if (next.do === 'keep') Object.assign(entry, { state: 'kept', isStored: true });
							else model.delete(next.key);
							break;
						}
						case 'store': {
							const entry = model.get(next.key);
							claims.get(next.key)?.markStored();
							if (entry?.state === 'pending') entry.isStored = true;
							break;
						}
						case 'pass':
							await clock.advance(next.seconds * 1000);
							break;
						case 'restart': {
							const written = store.serialise();
							oldCopy = written;
							store = new MemoryClaimStore(clock);
							store.merge(written);
							claims = new Map();
							for (const [event, entry] of model) {
								if (entry.isStored) {
									entry.state = 'kept';
									entry.at = Math.trunc(entry.at / 1000) * 1000;
								} else model.delete(event);
							}
							break;
						}
						case 'mergeOldCopy':
							// A request that was loaded before others were saved brings what was true then; only claims this
							// process has seen are in it, so nothing changes.
							store.serialise();
							store.merge(oldCopy);
							break;
					}
				}
			}),
		);
	});
});

async function claimOf(result: ClaimResult | null): Promise<Claim> {
	if (result?.status !== 'new') throw new Error('Expected a new claim');
	return result.claim;
}
