/** Lives that several processes share, in a real Redis. */

import { Redis } from 'ioredis';

import { lifecycleOf } from '../../inbound/lifecycles';
import { type LivesRedis, RedisLives } from '../../inbound/sessions/redisLives';
import { SETTLE_ROOM } from '../../inbound/sessions/redisLivesScripts';
import { UntilKnown } from '../../inbound/sessions/untilKnown';
import { ManualClock } from '../inbound/manualClock';
import { required } from '../inbound/requests';
import { eventFrom, ORIGIN, settings, type Told } from '../inbound/sessions/drive';
import { until } from '../until';
import { missingForRedis, type RedisServer, startRedisServer } from './redisServer.cjs';

const SPAN = 60_000;
const at = (seconds: number) => ORIGIN + seconds * 1_000;

const live: Told[] = [
	{ kind: 'live.started', at: 0 },
	{ kind: 'recording.started', at: 1, session: 'A' },
	{ kind: 'file.opened', at: 2, path: 'a.flv', session: 'A' },
	{ kind: 'file.closed', at: 1000, opened: 2, path: 'a.flv', session: 'A' },
	{ kind: 'recording.ended', at: 1001, session: 'A' },
];
const OVER = 1001 + 5 * 60;

const describeWithRedis = missingForRedis === undefined ? describe : describe.skip;
if (missingForRedis !== undefined) {
	describe('Redis', () => {
		it.todo(`is not tested: ${missingForRedis} is not installed`);
	});
}

describeWithRedis('lives in Redis', () => {
	let server: RedisServer;
	let redis: Redis;
	let number = 0;
	let prefix = '';

	beforeAll(async () => {
		server = await startRedisServer({ password: 'secret' });
		redis = new Redis({ port: server.port, password: 'secret' });
	});
	afterAll(async () => {
		redis.disconnect();
		await server.discard();
	});
	beforeEach(() => {
		prefix = `test:${++number}:`;
	});

	const clock = new ManualClock();
	const untilKnownOf = (maxLength?: number) => new UntilKnown(clock, () => {}, maxLength);
	const processOf = (client: LivesRedis = redis, untilKnown = untilKnownOf()) =>
		new RedisLives(client, prefix, settings, SPAN, lifecycleOf, untilKnown);

	async function noteAll(told: readonly Told[], processes: readonly RedisLives[]): Promise<void> {
		for (const [index, each] of told.entries()) {
			const { [index % processes.length]: lives } = processes;
			expect(await lives?.note(eventFrom(each))).toBe('noted');
		}
	}

	const filesOf = (due: Awaited<ReturnType<RedisLives['due']>>) =>
		due.map(({ event }) =>
			event.kind === 'session.completed' ? event.summary.files.map(({ path }) => path) : event.kind,
		);

	it('puts a live out once, of which two processes had the events', async () => {
		const [one, other, main] = [processOf(), processOf(), processOf()];
		await noteAll([...live, ...live], [one, other]);
		expect(await main.due(at(OVER - 1))).toEqual([]);
		const due = await main.due(at(OVER));
		expect(filesOf(due)).toEqual([['a.flv']]);
		expect(await main.due(at(OVER))).toEqual([]);
		expect(await processOf().due(at(OVER))).toEqual([]);
		for (const { settle } of due) await settle();
		expect(await processOf().due(at(OVER + 10))).toEqual([]);
		expect(await redis.exists(`${prefix}lives:room:["bililive-recorder","bilibili","1"]`)).toBe(0);
	});

	it('puts it out by another process, where the one that had it died', async () => {
		await noteAll(live, [processOf()]);
		const [first] = await processOf().due(at(OVER));
		const locks = await redis.keys(`${prefix}lives:lock:*`);
		expect(locks).toHaveLength(1);
		await redis.del(...locks);
		const [second] = await processOf().due(at(OVER + 61));
		expect(second?.event.id).toBe(first?.event.id);
	});

	it('tells of what comes late, and of nothing twice', async () => {
		const lives = processOf();
		await noteAll(live, [lives]);
		for (const { settle } of await lives.due(at(OVER))) await settle();
		const late: Told = {
			kind: 'file.closed',
			at: 900,
			opened: 500,
			comes: 2000,
			path: 'b.flv',
			session: 'A',
		};
		await noteAll([{ ...live[3], kind: 'file.closed', comes: 2000 }, late], [processOf()]);
		const due = await processOf().due(at(2000 + 5 * 60));
		expect(filesOf(due)).toEqual([['b.flv']]);
	});

	it('looks again when something came while it looked', async () => {
		const lives = processOf();
		await noteAll(live, [lives]);
		const due = await lives.due(at(OVER));
		const next: Told = { kind: 'recording.started', at: OVER + 1000, session: 'B' };
		await noteAll([next], [processOf()]);
		for (const { settle } of due) await settle();
		expect(await redis.zcard(`${prefix}lives:due`)).toBe(1);
		await noteAll([{ kind: 'recording.ended', at: OVER + 2000, session: 'B' }], [processOf()]);
		expect(filesOf(await lives.due(at(OVER + 2000 + 5 * 60)))).toEqual([[]]);
	});

	it('holds an end, and withdraws it with the start that follows at another process', async () => {
		const [one, other] = [processOf(), processOf()];
		const end = eventFrom({ kind: 'live.ended', at: 0 });
		expect(await one.judge(end, true)).toBe('hold');
		expect(await one.due(at(59))).toEqual([]);
		expect(await other.judge(eventFrom({ kind: 'live.started', at: 30 }), true)).toBe('leave_out');
		expect(await one.due(at(61))).toEqual([]);
		expect(await other.judge(eventFrom({ kind: 'live.ended', at: 100 }), true)).toBe('hold');
		const due = await one.due(at(161));
		expect(due.map(({ event }) => event.occurredAt)).toEqual([new Date(at(100)).toISOString()]);
		for (const { settle } of due) await settle();
		expect(await other.due(at(170))).toEqual([]);
		expect(await other.judge(eventFrom({ kind: 'live.started', at: 300 }), true)).toBe('pass');
	});

	/** A Redis that can be reached or not. */
	function redisThatIsAway() {
		const client = {
			isAway: true,
			eval: async (script: string, keys: number, ...values: string[]) =>
				client.isAway
					? await Promise.reject(new Error('gone'))
					: await redis.eval(script, keys, ...values),
		};
		return client;
	}

	it('tells Redis what was noted while it was away, as soon as it is back', async () => {
		const client = redisThatIsAway();
		const untilKnown = untilKnownOf();
		const lives = processOf(client, untilKnown);
		for (const each of live) expect(await lives.note(eventFrom(each))).toBe('owed');
		await clock.advance(5_000);
		expect(untilKnown.size).toBe(live.length);
		client.isAway = false;
		await clock.advance(1_000);
		await until(() => untilKnown.size === 0);
		expect(filesOf(await processOf().due(at(OVER)))).toEqual([['a.flv']]);
	});

	it('says so where it can keep no more until Redis is back', async () => {
		const lives = processOf(redisThatIsAway(), untilKnownOf(100));
		expect(await lives.note(eventFrom(required(live[0])))).toBe('unavailable');
	});

	it('puts nothing out again that Redis could not be told of, however long it was away', async () => {
		const client = redisThatIsAway();
		client.isAway = false;
		const untilKnown = untilKnownOf();
		const lives = processOf(client, untilKnown);
		await noteAll(live, [lives]);
		expect(await lives.judge(eventFrom({ kind: 'live.ended', at: 1002 }), true)).toBe('hold');
		const due = await lives.due(at(OVER));
		expect(due).toHaveLength(2);
		client.isAway = true;
		for (const { settle } of due) await settle();
		client.isAway = false;
		await redis.del(...(await redis.keys(`${prefix}lives:lock:*`)));
		expect(await lives.due(at(OVER + 61))).toEqual([]);
		await clock.advance(1_000);
		await until(() => untilKnown.size === 0);
		await redis.del(...(await redis.keys(`${prefix}lives:lock:*`)), `${prefix}none`);
		expect(await processOf().due(at(OVER + 122))).toEqual([]);
	});

	it('keeps what was put out, whatever it could not tell Redis of looks before', async () => {
		let isAway = false;
		const client: LivesRedis = {
			eval: async (script, keyCount, ...values) => {
				if (isAway && script === SETTLE_ROOM) throw new Error('away');
				return await redis.eval(script, keyCount, ...values);
			},
		};
		const lives = processOf(client);
		await noteAll(live.slice(0, 4), [lives]);
		isAway = true;
		expect(await lives.due(at(1000 + 5 * 60))).toEqual([]);
		await noteAll(live.slice(4), [lives]);
		// The lease is over.
		await redis.del(...(await redis.keys(`${prefix}lives:lock:*`)));
		isAway = false;
		for (const { settle } of await lives.due(at(OVER))) await settle();
		await clock.advance(10_000);
		const late: Told = { kind: 'file.closed', at: 900, comes: 2000, path: 'b.flv', session: 'A' };
		await noteAll([late], [lives]);
		const [due] = await lives.due(at(2000 + 5 * 60));
		expect(due?.event.id).toMatch(/:late-1$/);
	});

	it('is over no later for what comes again and again', async () => {
		const lives = processOf();
		await noteAll(live, [lives]);
		await noteAll([{ ...required(live[4]), comes: OVER - 10 }], [processOf()]);
		expect(filesOf(await lives.due(at(OVER)))).toEqual([['a.flv']]);
	});

	it('looks again at once at what was put back, and not at what was stored beside it', async () => {
		const lives = processOf();
		await noteAll(live, [lives]);
		for (const { putBack } of await lives.due(at(OVER))) putBack();
		const [again] = await lives.due(at(OVER));
		await required(again).settle();
		required(again).putBack();
		const late: Told[] = [
			{ kind: 'file.closed', at: 900, opened: 500, comes: 9_000, path: 'b.flv', session: 'A' },
			{ kind: 'recording.started', at: 8_000, session: 'B' },
			{ kind: 'recording.ended', at: 8_999, comes: 9_000, session: 'B' },
		];
		await noteAll(late, [lives]);
		const two = await lives.due(at(9_000 + 5 * 60));
		expect(filesOf(two)).toEqual([['b.flv'], []]);
		required(two[0]).putBack();
		await required(two[1]).settle();
		expect(filesOf(await processOf().due(at(9_000 + 5 * 60)))).toEqual([['b.flv']]);
	});

	it('knows of a live that runs and of which nothing was heard', async () => {
		const lives = processOf();
		const key = '["bililive-recorder","bilibili","1"]';
		expect(await lives.runsUnheardSince(key, at(1))).toBe(false);
		await noteAll(live.slice(0, 3), [lives]);
		expect(await lives.runsUnheardSince(key, at(2))).toBe(false);
		expect(await lives.runsUnheardSince(key, at(3))).toBe(true);
		await noteAll(live.slice(3), [lives]);
		expect(await lives.runsUnheardSince(key, at(2000))).toBe(false);
	});

	it('says so when Redis cannot be reached', async () => {
		const gone = processOf(redisThatIsAway());
		const first = required(live[0]);
		expect(await gone.judge(eventFrom(first), true)).toBe('unavailable');
		expect(await gone.due(at(OVER))).toEqual([]);
	});
});
