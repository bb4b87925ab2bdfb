import { FinishedRecordings } from '../../apis/catchUp';
import { ApiProblem } from '../../apis/problem';
import { RecorderClock } from '../../apis/recorderClock';
import { bililiveRecorder as recorder } from '../../formats/bililiveRecorder';
import { recorderEventSchema, type RecorderEvent } from '../../formats/recorderEvent';
import { MemoryClaimStore } from '../../inbound/memoryClaims';
import { isWanted } from '../../inbound/filter';
import { FirstRun } from '../../inbound/firstRun';
import { ListedFiles } from '../../inbound/listedFiles';
import { unmappedPaths } from '../../inbound/pathMapping';
import { receive, type Reception } from '../../inbound/receive';
import { CatchUpJob } from '../../nodes/trigger/catchUpJob';
import type { CatchUpSetting } from '../../nodes/trigger/catchUpSetting';
import { nodeHttp } from '../apis/nodeHttp.cjs';
import { bililiveRecorder, stopStandIns } from '../apis/standIns';
import { ManualClock } from '../inbound/manualClock';
import { requestOf } from '../inbound/requests';

afterEach(stopStandIns);

const MINUTE = 60_000;

const FILE = {
	type: 'file' as const,
	path: '23058-a/1.flv',
	name: '1.flv',
	sizeBytes: 10,
	durationSeconds: null,
	startedAt: null,
	state: 'unknown' as const,
	room: { id: null, platform: 'bilibili' },
	title: null,
	sessionId: null,
	download: null,
};

async function start(changes: Partial<CatchUpSetting> = {}, password = 's3cret') {
	const clock = new ManualClock();
	const firstRun = new FirstRun();
	const credential = { password };
	const { recorder: standIn, connect } = await bililiveRecorder();
	const recorderClock = new RecorderClock(() => Date.now());
	const claims = new MemoryClaimStore(clock);
	const started: RecorderEvent[] = [];
	const noted: RecorderEvent[] = [];
	const ends: RecorderEvent[] = [];
	const log: string[] = [];
	const filter = { events: new Set(['FileClosed']), rooms: new Set<string>() };
	standIn.addRoom(23058);
	const context = {
		getNode: () => ({
			name: 'Trigger',
			id: 'n',
			type: 't',
			typeVersion: 1,
			position: [0, 0] as [number, number],
			parameters: {},
		}),
		logger: {
			debug: () => {},
			info: (message: string) => log.push(message),
			warn: (message: string) => log.push(message),
			error: (message: string) => log.push(message),
		},
	};
	const job = new CatchUpJob(
		context,
		{
			recorder,
			everyMinutes: 5,
			claimSeconds: 72 * 3600,
			rooms: filter.rooms,
			firstRanAt: () => firstRun.note(clock.now()),
			credentialMark: async () => JSON.stringify(credential),
			connect: async () => connect(credential, recorderClock.watch(nodeHttp)),
			claims: async () => claims,
			aheadMilliseconds: () => recorderClock.aheadMilliseconds,
			isWanted: (subject) => isWanted(subject, filter),
			isFirst: false,
			listed: new ListedFiles(),
			claimsSince: () => claims.completeSince,
			noteForLive: async (event) => {
				noted.push(event);
				return true;
			},
			complete: (event) => event,
			noteEnd: async (event) => {
				ends.push(event);
			},
			start: async (event) => {
				started.push(event);
				return true;
			},
			breathe: async () => {},
			save: async () => true,
			...changes,
		},
		clock,
	);
	const webhook = async (path: string, size: number, id = path): Promise<Reception> => {
		const body = {
			EventType: 'FileClosed',
			EventTimestamp: '2026-03-01T00:00:00+00:00',
			EventId: id,
			EventData: {
				SessionId: 's',
				RelativePath: path,
				FileSize: size,
				Duration: 1,
				FileOpenTime: '2026-03-01T00:00:00+00:00',
				FileCloseTime: '2026-03-01T00:00:00+00:00',
				RoomId: 23058,
				ShortId: 0,
				Name: 'n',
				Title: 't',
				AreaNameParent: '',
				AreaNameChild: '',
			},
		};
		const settings = {
			formats: recorder.formats,
			filter,
			invalid: 'output' as const,
			mapPath: unmappedPaths,
			claimSeconds: 72 * 3600,
			whenStoreUnavailable: 'accept' as const,
			notesFiles: true,
		};
		const reception = await receive(requestOf(body), settings, { claims, rooms: null, clock });
		await reception.claim?.keep();
		return reception;
	};
	const record = (path: string, size = 10, at = clock.now()): void => {
		standIn.files.set(path, { size, modified: at });
	};
	firstRun.note(clock.now());
	return { clock, credential, standIn, claims, started, noted, ends, log, job, webhook, record };
}

/** Lets time pass without running what sleeps: a look waits for nothing here. */
function pass({ clock }: { clock: ManualClock }, minutes: number): void {
	clock.jump(minutes * MINUTE);
}

it('puts out what no event told of, once, as the recorder’s own event', async () => {
	const test = await start();
	for (let index = 0; index < 20; index++) test.record(`23058-a/${index}.flv`, 10 + index);
	test.record('23058-a/0.xml');
	pass(test, 3);
	await test.job.run();
	await test.job.run();
	expect(test.started).toHaveLength(20);
	const event = recorderEventSchema.parse(test.started.find(({ raw }) => raw));
	expect(event).toMatchObject({
		kind: 'file.closed',
		nativeType: 'FileClosed',
		recovered: true,
		room: { id: '23058', platform: 'bilibili' },
		streamer: { name: '主播23058' },
		warnings: [{ path: 'room.id' }],
	});
});

it('leaves out what an event told of, however it writes the path', async () => {
	const test = await start();
	test.record('23058-a/1.flv');
	test.record('23058-a/2.flv');
	expect((await test.webhook('23058-a\\1.flv', 10)).outcome).toBe('event');
	pass(test, 3);
	await test.job.run();
	expect(test.started.map((event) => 'file' in event && event.file.path)).toEqual([
		'23058-a/2.flv',
	]);
});

it('takes an event that comes afterwards for a repeat, and a new file of the same name for new', async () => {
	const test = await start();
	test.record('23058-a/1.flv', 10);
	pass(test, 3);
	await test.job.run();
	const late = await test.webhook('23058-a/1.flv', 10);
	expect(late).toMatchObject({
		outcome: 'answered',
		answer: { status: 200, body: { status: 'duplicate' } },
	});
	expect((await test.webhook('23058-a/1.flv', 999, 'another')).outcome).toBe('event');
	// Two events of one path are no repeats of each other.
	expect((await test.webhook('23058-a/3.flv', 1, 'one')).outcome).toBe('event');
	expect((await test.webhook('23058-a/3.flv', 1, 'two')).outcome).toBe('event');
});

it('puts out nothing that is still written, was there before, or n8n did not take', async () => {
	let isTaken = false;
	const started: string[] = [];
	const test = await start({
		start: async (event) => {
			started.push('file' in event ? event.file.path : '');
			return isTaken;
		},
	});
	test.record('23058-a/old.flv', 10, test.clock.now() - MINUTE);
	test.standIn.addRoom(7, { recording: true });
	test.record('7-b/now.flv');
	test.record('23058-a/1.flv');
	pass(test, 3);
	await test.job.run();
	expect(started).toEqual(['23058-a/1.flv']);
	isTaken = true;
	await test.job.run();
	await test.job.run();
	expect(started).toEqual(['23058-a/1.flv', '23058-a/1.flv']);
});

it('a recorder that says its version in another way is caught up on all the same', async () => {
	const { connect } = await bililiveRecorder();
	const notKnown = async () => await Promise.reject(new ApiProblem('not the recorder', '', ''));
	const test = await start({
		aheadMilliseconds: () => null,
		connect: async () => ({
			...connect({ password: 's3cret' }),
			check: notKnown,
			listRecordings: async () => ({ recordings: [], isComplete: true }),
		}),
	});
	await test.job.run();
	expect(test.log).toEqual([]);
});

describe.each([
	['behind', -120 * MINUTE],
	['ahead', 120 * MINUTE],
])('a recorder whose clock is two hours %s', (_way, ahead) => {
	const paths = (events: readonly RecorderEvent[]) =>
		events.map((event) => ('file' in event ? event.file.path : null));

	it('is caught up on no later than others, and nothing old comes', async () => {
		const test = await start();
		test.standIn.ahead = ahead;
		test.record('23058-a/old.flv', 10, test.clock.now() + ahead - 30 * MINUTE);
		test.record('23058-a/1.flv', 10, test.clock.now() + ahead + MINUTE);
		pass(test, 5);
		await test.job.run();
		await test.job.run();
		expect(paths(test.started)).toEqual(['23058-a/1.flv']);
		// As the recorder says.
		expect(test.started[0]?.occurredAt).toBe(
			new Date(test.clock.now() + ahead - 4 * MINUTE).toISOString(),
		);
	});

	it('leaves a file’s own event its time, and a file that is written alone', async () => {
		const test = await start();
		test.standIn.ahead = ahead;
		test.standIn.addRoom(7, { recording: true });
		pass(test, 60);
		test.record('23058-a/1.flv', 10, test.clock.now() + ahead - MINUTE);
		test.record('7-b/written.flv', 10, test.clock.now() + ahead - MINUTE);
		await test.job.run();
		expect(test.started).toEqual([]);
		pass(test, 2);
		await test.job.run();
		expect(paths(test.started)).toEqual(['23058-a/1.flv']);
	});

	it('has the ends of its lives by its own clock', async () => {
		const test = await start();
		test.standIn.ahead = ahead;
		await test.job.run();
		pass(test, 5);
		await test.job.run();
		const [end, ...others] = test.ends;
		expect(others).toEqual([]);
		const endedAt = Date.parse(end?.session.endedAt ?? '');
		// Times in headers are in whole seconds.
		expect(Math.abs(endedAt - (test.clock.now() + ahead - 5 * MINUTE))).toBeLessThan(MINUTE);
	});
});

it('names of any kind: each file once, and its event is known for the same', async () => {
	const names = [
		'🎤直播😀👩‍👩‍👧',
		'#1 50% #',
		'100%25',
		'a%2Fb',
		'全角：？＊｜＜＞',
		'n'.repeat(196),
		'長'.repeat(82),
		'e\u0301  two  spaces',
	];
	const paths = names.map((name) => `23058-a/${name}.flv`);
	const test = await start();
	for (const path of paths) test.record(path);
	const [told = '', ...missed] = paths;
	expect((await test.webhook(told.replaceAll('/', '\\'), 10)).outcome).toBe('event');
	pass(test, 3);
	await test.job.run();
	await test.job.run();
	const found = test.started.map((event) => ('file' in event ? event.file.path : ''));
	expect(found.sort()).toEqual(missed.sort());
	for (const path of missed) expect((await test.webhook(path, 10)).outcome).toBe('answered');
});

it('puts out no more, and asks for no more, once its trigger is unpublished', async () => {
	const started: RecorderEvent[] = [];
	const test = await start({
		start: async (event) => {
			started.push(event);
			test.job.stop();
			return true;
		},
	});
	for (let index = 0; index < 3; index++) test.record(`23058-a/${index}.flv`);
	pass(test, 3);
	await test.job.run();
	expect(started).toHaveLength(1);
	expect(test.ends).toEqual([]);
	test.standIn.requests.length = 0;
	await test.job.run();
	expect(started).toHaveLength(1);
	expect(test.standIn.requests.filter(({ path }) => path.startsWith('/api/file'))).toEqual([]);
});

it('asks once with a wrong key, says so, and asks no more until that is changed', async () => {
	const test = await start({}, 'a wrong one');
	test.record('23058-a/1.flv');
	for (let look = 0; look < 3; look++) {
		await test.job.run();
		expect(await test.job.lookFirst()).toBe(false);
		expect((test.job.dueAt() ?? 0) - test.clock.now()).toBeGreaterThanOrEqual(5 * MINUTE);
	}
	expect(test.standIn.requests).toHaveLength(1);
	expect(test.log).toHaveLength(1);
	expect(test.log.join()).toMatch(
		/does not accept the user or password.*until the credential is changed, or the workflow is published again/,
	);
	expect(test.log.join()).not.toContain('a wrong one');
	test.credential.password = 's3cret';
	pass(test, 5);
	await test.job.run();
	expect(test.started).toHaveLength(1);
});

describe('the clock of n8n was days ahead, and is set back', () => {
	const DAYS = 3 * 24 * 60 * MINUTE;

	it('the next look is not put off, and what is recorded then comes', async () => {
		const test = await start();
		await test.job.run();
		test.clock.jump(-DAYS);
		await test.clock.advance(5 * MINUTE);
		expect(test.job.dueAt()).toBeLessThanOrEqual(test.clock.now());
		await test.job.run();
		await test.clock.advance(MINUTE);
		test.record('23058-a/1.flv');
		await test.clock.advance(5 * MINUTE);
		await test.job.run();
		expect(test.started).toHaveLength(1);
		expect((test.job.dueAt() ?? 0) - test.clock.now()).toBe(5 * MINUTE);
	});

	it('a file that was seen before is quiet once it has been so for long enough', () => {
		const finished = new FinishedRecordings();
		const recording = { ...FILE, modifiedAt: null };
		const among = (now: number) =>
			finished.among({
				recordings: [recording],
				rooms: null,
				since: 0,
				now,
				aheadMilliseconds: 0,
				graceMilliseconds: 0,
			});
		expect(among(DAYS)).toEqual([]);
		expect(among(1)).toEqual([]);
		expect(among(1 + 5 * MINUTE)).toEqual([recording]);
	});
});

it('has its turns while many rooms are gone through, and none after its trigger is unpublished', async () => {
	let turns = 0;
	const test = await start({
		breathe: async () => {
			turns++;
			if (turns === 13) test.job.stop();
		},
	});
	for (let id = 1; id <= 1_999; id++) test.standIn.addRoom(id);
	await test.job.run();
	expect(turns).toBe(10);
	test.clock.jump(5 * MINUTE);
	await test.job.run();
	expect(turns).toBe(13);
	expect(test.ends.length).toBeGreaterThan(0);
	expect(test.ends.length).toBeLessThan(700);
});

it('asks less often while the recorder is away, and goes on when it is back', async () => {
	const test = await start();
	test.record('23058-a/1.flv');
	await test.standIn.stop();
	await test.job.run();
	await test.job.run();
	expect((test.job.dueAt() ?? 0) - test.clock.now()).toBe(20 * MINUTE);
	await test.standIn.start();
	test.standIn.mood = 'cut';
	await test.job.run();
	test.standIn.mood = null;
	pass(test, 3);
	await test.job.run();
	expect(test.started).toHaveLength(1);
	expect((test.job.dueAt() ?? 0) - test.clock.now()).toBe(5 * MINUTE);
});

it('has what it put out saved with each file, and again where that failed', async () => {
	const saves: boolean[] = [];
	const test = await start({
		save: async () => {
			// With the files, n8n can't yet; then it fails once more.
			saves.push(saves.length > 2);
			return saves.length > 3;
		},
	});
	for (const name of ['a', 'b']) test.record(`23058-a/${name}.flv`);
	pass(test, 3);
	await test.job.run();
	expect(saves).toHaveLength(3);
	await test.clock.advance(1_000);
	expect(saves).toEqual([false, false, false, true]);
	await test.clock.advance(60_000);
	expect(saves).toHaveLength(4);
});

it('tells of the end of a room that records no more, with its files or once it was seen so for long enough', async () => {
	const test = await start();
	test.record('23058-a/1.flv');
	pass(test, 3);
	await test.job.run();
	expect(test.ends.map(({ kind, room, occurredAt }) => [kind, room.id, occurredAt])).toEqual([
		['recording.ended', '23058', new Date(test.clock.now() - 3 * MINUTE).toISOString()],
	]);
	test.standIn.addRoom(7);
	test.standIn.addRoom(8, { recording: true });
	await test.job.run();
	expect(test.ends).toHaveLength(1);
	pass(test, 3);
	await test.job.run();
	expect(test.ends.map(({ room }) => room.id).slice(1)).toEqual(['23058', '7']);
});

it('puts out nothing of a time of which claims were forgotten', async () => {
	const test = await start();
	for (let index = 0; index < 900; index++) {
		pass(test, 1);
		test.record(`23058-a/${index}.flv`);
		await test.webhook(`23058-a/${index}.flv`, 10);
	}
	test.record('23058-a/missed.flv');
	const restarted = new MemoryClaimStore(test.clock);
	restarted.merge(test.claims.serialise());
	const after = await start({
		claims: async () => restarted,
		claimsSince: () => restarted.completeSince,
		firstRanAt: () => 0,
	});
	after.clock.jump(test.clock.now() - after.clock.now() + 3 * MINUTE);
	for (const [path, file] of test.standIn.files) after.standIn.files.set(path, file);
	await after.job.run();
	expect(after.started.map((event) => 'file' in event && event.file.path)).toEqual([
		'23058-a/missed.flv',
	]);
});

it('looks at most once before lives are put out, and not while the recorder gives no answer', async () => {
	const test = await start();
	expect(await test.job.lookFirst()).toBe(true);
	expect(await test.job.lookFirst()).toBe(false);
	await test.clock.advance(MINUTE);
	await test.standIn.stop();
	expect(await test.job.lookFirst()).toBe(true);
	await test.clock.advance(MINUTE);
	expect(await test.job.lookFirst()).toBe(false);
});
