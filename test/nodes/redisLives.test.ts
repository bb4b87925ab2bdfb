/** Lives that several processes share, in a real Redis. */

import { Redis } from 'ioredis';

import { lifecycleOf } from '../../inbound/lifecycles';
import { RedisLives } from '../../inbound/sessions/redisLives';
import { eventFrom, ORIGIN, settings, type Told } from '../inbound/sessions/drive';
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

	const processOf = () => new RedisLives(redis, prefix, settings, SPAN, lifecycleOf);

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

	it('says so when Redis cannot be reached', async () => {
		const gone = new RedisLives(
			{ eval: async () => await Promise.reject(new Error('gone')) },
			prefix,
			settings,
			SPAN,
			lifecycleOf,
		);
		const [first] = live;
		if (first === undefined) throw new Error('No event');
		expect(await gone.note(eventFrom(first))).toBe('unavailable');
		expect(await gone.judge(eventFrom(first), true)).toBe('unavailable');
		expect(await gone.due(at(OVER))).toEqual([]);
	});
});
