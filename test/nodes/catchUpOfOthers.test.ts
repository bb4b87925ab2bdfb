import { connectedRecorders } from '../../apis/connect';
import { Pace } from '../../apis/pace';
import { aodianyun as aodianyunRecorder } from '../../formats/aodianyun';
import { blrec as blrecRecorder } from '../../formats/blrec';
import { ddtv as ddtvRecorder } from '../../formats/ddtv';
import type { RecorderEvent } from '../../formats/recorderEvent';
import type { Recorder } from '../../formats/recorderFormat';
import { isWanted } from '../../inbound/filter';
import { ListedFiles } from '../../inbound/listedFiles';
import { MemoryClaimStore } from '../../inbound/memoryClaims';
import { CatchUpJob } from '../../nodes/trigger/catchUpJob';
import type { CatchUpSetting } from '../../nodes/trigger/catchUpSetting';
import { aodianyun, blrec, ddtv, stopStandIns } from '../apis/standIns';
import { ManualClock } from '../inbound/manualClock';

/* Recorders whose listings have no times, and whose files have no event of their own. */

afterEach(stopStandIns);

const MINUTE = 60_000;
const WINDOW_HOURS = 72;

function jobOf(
	recorder: Recorder,
	connect: CatchUpSetting['connect'],
	events: string[],
	changes: Partial<CatchUpSetting> = {},
) {
	const clock = new ManualClock();
	const firstRanAt = clock.now();
	const claims = new MemoryClaimStore(clock);
	const filter = { events: new Set(events), rooms: new Set<string>() };
	const started: RecorderEvent[] = [];
	const noted: RecorderEvent[] = [];
	const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
	const node = { name: 'Trigger', id: 'n', type: 't', typeVersion: 1, parameters: {} };
	const position: [number, number] = [0, 0];
	const setting: CatchUpSetting = {
		recorder,
		everyMinutes: 5,
		claimSeconds: WINDOW_HOURS * 3600,
		rooms: filter.rooms,
		firstRanAt: () => firstRanAt,
		isFirst: true,
		listed: new ListedFiles(),
		claimsSince: () => claims.completeSince,
		connect,
		claims: async () => claims,
		aheadMilliseconds: () => 0,
		isWanted: (subject) => isWanted(subject, filter),
		noteForLive: async (event) => {
			noted.push(event);
			return true;
		},
		complete: (event) => event,
		noteEnd: async () => {},
		start: async (event) => {
			started.push(event);
			return true;
		},
		breathe: async () => {},
		credentialMark: async () => '',
		save: async () => true,
		...changes,
	};
	const job = new CatchUpJob({ getNode: () => ({ ...node, position }), logger }, setting, clock);
	const look = async () => {
		clock.jump(5 * MINUTE);
		await job.run();
	};
	return { clock, claims, setting, job, started, noted, look };
}

const pathsOf = (events: readonly RecorderEvent[]) =>
	events.map((event) => ('file' in event ? event.file.path : null));

it('blrec: what was there when the trigger was first published is old, what is recorded then comes', async () => {
	const { recorder, api } = await blrec();
	const finished = { path: '/rec/old.flv', size: 5, status: 'completed' };
	const running = { path: '/rec/new.flv', size: 5, status: 'recording' };
	recorder.addTask(1, { videos: [finished, running] });
	const test = jobOf(blrecRecorder, async () => api, ['VideoPostprocessingCompletedEvent']);
	await test.job.start();
	recorder.addTask(1, { videos: [finished, { ...running, status: 'completed' }] });
	await test.look();
	await test.look();
	expect(pathsOf(test.started)).toEqual(['/rec/new.flv']);
});

/** blrec with a finished file that was put out, and a job that looks at its list. */
async function blrecThatListsAFile() {
	const { recorder, api } = await blrec();
	recorder.addTask(1, { videos: [{ path: '/rec/a.flv', size: 5, status: 'completed' }] });
	const events = ['VideoPostprocessingCompletedEvent'];
	const listingJob = (changes: Partial<CatchUpSetting> = {}) =>
		jobOf(blrecRecorder, async () => api, events, { isFirst: false, ...changes });
	const test = listingJob();
	await test.look();
	await test.look();
	return { recorder, listingJob, test };
}

it('blrec: what it still lists is not put out again when its claim is over, nor after a restart', async () => {
	const { recorder, listingJob, test } = await blrecThatListsAFile();
	test.clock.jump((WINDOW_HOURS + 1) * 60 * MINUTE);
	await test.look();
	expect(pathsOf(test.started)).toEqual(['/rec/a.flv']);
	const listed = new ListedFiles();
	listed.merge(test.setting.listed.serialise());
	const restarted = listingJob({ listed });
	await restarted.look();
	await restarted.look();
	expect(restarted.started).toEqual([]);
	// Listed no more, it is forgotten.
	recorder.addTask(1, { videos: [] });
	await restarted.look();
	expect(listed.serialise()).toBe('');
});

it('blrec: what was listed is still known where unpublishing cut a look short', async () => {
	const { test } = await blrecThatListsAFile();
	const known = test.setting.listed.serialise();
	expect(known).not.toBe('');
	const look = test.look();
	test.job.stop();
	await look;
	expect(test.setting.listed.serialise()).toBe(known);
});

it.each([
	[['RecordingEnd'], 'recording.ended'],
	[['SaveBulletScreenFile'], 'file.closed'],
])(
	'DDTV: a video comes as %s where that is chosen, and is told to its live',
	async (events, kind) => {
		const { recorder, api } = await ddtv();
		recorder.addRoom(23058);
		const test = jobOf(ddtvRecorder, async () => api, events);
		recorder.files.set('23058-a/1_fix.mp4', { size: 7, modified: test.clock.now() + MINUTE });
		await test.look();
		await test.look();
		expect(test.started.map((event) => event.kind)).toEqual([kind]);
		expect(test.started[0]).toMatchObject(
			kind === 'file.closed'
				? { file: { path: './Rec/23058-a/1_fix.mp4' } }
				: { recording: { paths: ['./Rec/23058-a/1_fix.mp4'], sizeBytes: 7 } },
		);
		expect(test.noted.map((event) => event.kind).sort()).toEqual([
			'file.closed',
			'recording.ended',
		]);
	},
);

it('Aodianyun: of chosen rooms only, although its lists name none', async () => {
	const { recorder, api } = await aodianyun();
	const events = ['sys/notify/live_dvr'];
	const rooms = new Set(['7', '9']);
	const test = jobOf(aodianyunRecorder, async () => api, events, { rooms, isFirst: false });
	const row = (room: number, url: string) => ({
		room,
		url,
		uptime: Math.floor(test.clock.now() / 1000),
		app: 'live',
		stream: 's',
		is_living: '0',
	});
	recorder.vods['7DayDvrList'] = [row(7, 'http://cdn/a'), row(8, 'http://cdn/b')];
	recorder.vods.DvrList = [row(9, 'http://cdn/c')];
	await test.look();
	expect(
		test.started.map((event) => ['vod' in event ? event.vod.url : null, event.room.id]),
	).toEqual([
		['http://cdn/a', '7'],
		['http://cdn/c', '9'],
	]);
});

describe('Aodianyun with 120 rooms chosen, in a minute that has 100 calls', () => {
	const ROOMS = 120;

	async function published() {
		const { recorder, connect } = await aodianyun();
		let passed = 0;
		// Only waiting takes time.
		recorder.now = () => passed;
		const clock = {
			elapsed: () => passed,
			sleep: async (milliseconds: number) => {
				passed += milliseconds;
			},
		};
		const limit = connectedRecorders.find(({ id }) => id === 'aodianyun')?.pace;
		const pace = new Pace(limit ?? { perMinute: Infinity, burst: Infinity }, clock);
		const rooms = new Set(Array.from({ length: ROOMS }, (_, index) => String(index + 1)));
		const test = jobOf(
			aodianyunRecorder,
			async () => connect({}, { pace }),
			['sys/notify/live_dvr'],
			{ rooms, isFirst: false },
		);
		const rows: object[] = [];
		recorder.vods['7DayDvrList'] = rows;
		const record = (room: number, changes: object = {}) => {
			const uptime = Math.floor(test.clock.now() / 1000);
			rows.push({ room, url: `http://cdn/${room}`, uptime, is_living: '0', ...changes });
		};
		const look = async () => {
			passed += 5 * MINUTE;
			const before = recorder.requests.length;
			await test.look();
			const calls = recorder.requests.slice(before);
			expect(calls.filter(({ status }) => status !== 200)).toEqual([]);
			return calls.length;
		};
		const roomsOf = () => test.started.map(({ room }) => room.id);
		return { rows, record, look, roomsOf };
	}

	it('a look with nothing new asks for the lists of all rooms alone', async () => {
		const { look } = await published();
		expect(await look()).toBe(3);
		expect(await look()).toBe(3);
	});

	it('what is new is asked for room by room, once, and never too often', async () => {
		const { record, look, roomsOf } = await published();
		record(1);
		record(ROOMS);
		// Of a room that isn't chosen.
		record(ROOMS + 1);
		expect(await look()).toBe(3 + 3 * ROOMS);
		expect(roomsOf()).toEqual(['1', String(ROOMS)]);
		expect(await look()).toBe(3);
		record(3, { url: 'http://cdn/3b' });
		expect(await look()).toBe(3 + 3 * 3);
		await look();
		expect(roomsOf()).toEqual(['1', String(ROOMS), '3']);
	});

	it('what is still written comes when it is finished', async () => {
		const { rows, record, look, roomsOf } = await published();
		record(2, { is_living: '1' });
		await look();
		expect(roomsOf()).toEqual([]);
		rows.length = 0;
		record(2);
		await look();
		await look();
		expect(roomsOf()).toEqual(['2']);
	});
});
