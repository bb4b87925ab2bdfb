/** What starts executions without a request: the timer, one execution, and the job that puts lives out. */
import {
	createRunExecutionData,
	type INodeExecutionData,
	TimeoutExecutionCancelledError,
} from 'n8n-workflow';

import { type EmittingContext, startExecution } from '../../nodes/trigger/emission';
import { caughtUp, LivesJob } from '../../nodes/trigger/livesJob';
import { hasTimer, startTimer } from '../../nodes/trigger/timer';
import type { DueItem } from '../../nodes/trigger/triggerLives';
import { ManualClock, settled } from '../inbound/manualClock';
import { eventFrom } from '../inbound/sessions/drive';

type Emit = EmittingContext['emit'];
type Done = NonNullable<Parameters<Emit>[2]>;

/** n8n's `emit`, each call to be decided by the test. */
function emitter() {
	const calls: Array<{ data: INodeExecutionData[][]; done: Done; key: string | undefined }> = [];
	const emit: Emit = (data, _response, done, key) => {
		if (done === undefined) throw new Error('Nothing to tell the end to');
		calls.push({ data, done, key });
	};
	return { emit, calls };
}

const items = (): INodeExecutionData[][] => [[{ json: { id: '1' } }], []];

const run = {
	data: createRunExecutionData(),
	mode: 'trigger' as const,
	startedAt: new Date(0),
	status: 'success' as const,
};

describe('an execution without a request', () => {
	it.each<[string, (call: { data: INodeExecutionData[][]; done: Done }) => void, boolean]>([
		['runs', ({ data }) => void data[0]?.[0]?.pairedItem, true],
		[
			'is given its items’ origin',
			({ data }) => data.flat().forEach((item) => (item.pairedItem = { item: 0 })),
			true,
		],
		['has ended', ({ done }) => done.resolve({ ...run, storedAt: 'db' }), true],
		['was cancelled', ({ done }) => done.reject(new TimeoutExecutionCancelledError('1')), true],
		['could not be stored', ({ done }) => done.reject(new Error('SQLITE_READONLY')), false],
	])('is known to be stored or not once it %s', async (_title, happens, expected) => {
		const { emit, calls } = emitter();
		const stored = startExecution({ emit }, items(), 'key');
		let told: boolean | null = null;
		void stored.then((isStored) => (told = isStored));
		await settled();
		expect(told).toBeNull();
		const [call] = calls;
		if (call === undefined) throw new Error('Nothing was emitted');
		expect(call.key).toBe('key');
		expect(JSON.stringify(call.data)).toBe('[[{"json":{"id":"1"}}],[]]');
		happens(call);
		expect(await stored).toBe(expected);
	});
});

describe('the timer', () => {
	it('runs what is due, not before, and not twice at once', async () => {
		const clock = new ManualClock();
		const begun = clock.now();
		let dueAt: number | null = begun + 2_500;
		let runs = 0;
		const job = {
			dueAt: () => dueAt,
			run: async () => {
				runs++;
				await clock.sleep(5_000);
			},
		};
		const stop = startTimer('node', [job], clock);
		expect(hasTimer('node')).toBe(true);
		await clock.advance(2_000);
		expect(runs).toBe(0);
		await clock.advance(1_000);
		expect(runs).toBe(1);
		await clock.advance(3_000);
		expect(runs).toBe(1);
		await clock.advance(3_000);
		expect(runs).toBe(2);
		dueAt = null;
		await clock.advance(60_000);
		expect(runs).toBe(2);
		stop();
		expect(hasTimer('node')).toBe(false);
		await clock.advance(2_000);
		expect(clock.sleeping).toBe(0);
	});

	it('of a trigger that is published anew takes the place of the one before', async () => {
		const clock = new ManualClock();
		const ran: string[] = [];
		const jobOf = (name: string) => ({
			dueAt: () => clock.now(),
			run: async () => void ran.push(name),
		});
		const stopFirst = startTimer('node', [jobOf('first')], clock);
		const stopSecond = startTimer('node', [jobOf('second')], clock);
		await clock.advance(1_000);
		ran.length = 0;
		await clock.advance(3_000);
		expect(new Set(ran)).toEqual(new Set(['second']));
		stopFirst();
		expect(hasTimer('node')).toBe(true);
		stopSecond();
		expect(hasTimer('node')).toBe(false);
		await clock.advance(2_000);
	});
});

describe('the job of whole lives', () => {
	function start(saves: readonly boolean[] = []) {
		const clock = new ManualClock();
		const { emit, calls } = emitter();
		const log: string[] = [];
		const fates: string[] = [];
		const item: DueItem = {
			event: eventFrom({ kind: 'live.ended', at: 0 }),
			key: 'session:1',
			markStored: () => void fates.push('stored'),
			putBack: () => void fates.push('put back'),
		};
		let due = [item];
		let saved = 0;
		const job = new LivesJob(
			{
				emit,
				getNode: () => ({ ...node }),
				getWorkflow: () => ({ id: 'w', name: 'W', active: true }),
				logger: {
					debug: () => {},
					info: () => {},
					error: () => {},
					warn: (line: string) => void log.push(line),
				},
			},
			{
				dueAt: () => 0,
				take: async () => due.splice(0),
				save: async () => saves[saved++] ?? true,
			},
			() => items(),
			clock,
		);
		return { clock, calls, log, fates, job, saves: () => saved, again: () => (due = [item]) };
	}

	const node = {
		id: 'n',
		name: 'Trigger',
		type: 't',
		typeVersion: 1.1,
		position: [0, 0] as [number, number],
		parameters: {},
	};

	it('notes what n8n has stored, and saves that', async () => {
		const { job, calls, fates, saves } = start();
		await job.run();
		await settled();
		expect(calls.map(({ key }) => key)).toEqual(['live-recorder:w:n:session:1']);
		expect([fates, saves()]).toEqual([[], 0]);
		calls[0]?.done.resolve({ ...run, storedAt: 'db' });
		await settled();
		expect([fates, saves()]).toEqual([['stored'], 1]);
	});

	it('tries again to save, for some seconds', async () => {
		const { job, calls, clock, saves } = start([false, false, false, false]);
		await job.run();
		calls[0]?.done.resolve({ ...run, storedAt: 'db' });
		await clock.advance(3_999);
		expect(saves()).toBe(2);
		await clock.advance(60_000);
		expect(saves()).toBe(3);
	});

	it('keeps what n8n did not take for half a minute, and tries again', async () => {
		const { job, calls, clock, fates, log } = start();
		await job.run();
		calls[0]?.done.reject(new Error('SQLITE_READONLY'));
		await clock.advance(29_999);
		expect(fates).toEqual([]);
		expect(log.join()).toContain('n8n did not take an item');
		await clock.advance(1);
		expect(fates).toEqual(['put back']);
	});

	it('holds publishing up for two seconds at the most', async () => {
		const { job, clock } = start();
		let isStarted = false;
		void job.start().then(() => (isStarted = true));
		await clock.advance(1_999);
		expect(isStarted).toBe(false);
		await clock.advance(1);
		expect(isStarted).toBe(true);
	});
});

describe('what is due, where missed files are caught up', () => {
	it.each([
		[true, ['taken', 'looked', 'put back', 'taken']],
		[false, ['taken', 'looked']],
	])('waits for a look (it looks: %s)', async (looks, expected) => {
		const steps: string[] = [];
		const item: DueItem = {
			event: eventFrom({ kind: 'live.ended', at: 0 }),
			key: '1',
			markStored: () => {},
			putBack: () => steps.push('put back'),
		};
		const source = {
			dueAt: () => 0,
			take: async () => {
				steps.push('taken');
				return [item];
			},
			save: async () => true,
		};
		const lookFirst = async () => {
			steps.push('looked');
			return looks;
		};
		expect(await caughtUp(source, { lookFirst }).take()).toEqual([item]);
		expect(steps).toEqual(expected);
	});

	it('asks nobody where nothing is due', async () => {
		const source = { dueAt: () => 0, take: async () => [], save: async () => true };
		const lookFirst = async () => await Promise.reject(new Error('asked'));
		expect(await caughtUp(source, { lookFirst }).take()).toEqual([]);
	});
});
