import { FileTimes } from '../../apis/fileTimes';
import { processorMilliseconds } from '../processorTime.cjs';
import {
	aodianyun,
	bililiveRecorder,
	blrec,
	bsr,
	ddtv,
	everything,
	problemOf,
	stopStandIns,
} from './standIns';

afterEach(stopStandIns);

const NOW = Date.UTC(2026, 4, 1, 20);
const NAMES = '23058-主播/录制-23058 #1 100%[a]&b.flv';

describe('BililiveRecorder', () => {
	it('lists folder by folder, whatever the names, only what is new where that is asked', async () => {
		const { recorder, api } = await bililiveRecorder();
		recorder.files.set(NAMES, { size: 10, modified: NOW });
		recorder.files.set('23058-主播/2026/05/old.flv', { size: 20, modified: NOW - 86_400_000 });
		recorder.files.set('config.json', { size: 1, modified: NOW });
		const all = await api.listRecordings(everything);
		expect(all.recordings.map(({ path }) => path).sort()).toEqual(
			['23058-主播/2026/05/old.flv', NAMES, 'config.json'].sort(),
		);
		expect(all.recordings.find(({ path }) => path === NAMES)).toMatchObject({
			sizeBytes: 10,
			modifiedAt: '2026-05-01T20:00:00.000Z',
			state: 'unknown',
		});
		const fresh = await api.listRecordings({ ...everything, since: NOW - 1000 });
		expect(fresh.recordings).toHaveLength(2);
		expect(await api.listRecordings({ ...everything, limit: 1 })).toMatchObject({
			isComplete: false,
			recordings: [{}],
		});
		expect(await problemOf(api.listRecordings({ ...everything, folder: 'missing' }))).toMatchObject(
			{ reason: 'not found' },
		);
		expect(await problemOf(api.listRecordings({ ...everything, folder: '../etc' }))).toMatchObject({
			reason: 'setting',
		});
	});

	it('lists ten thousand files at no more per file than one thousand', async () => {
		/** Processor time in milliseconds, the stand-in's own work included; the least of three. */
		const costOf = async (files: number): Promise<number> => {
			const { recorder, api } = await bililiveRecorder();
			for (let index = 0; index < files; index++) {
				recorder.files.set(`23058-主播/录制-23058-${index}.flv`, { size: index, modified: NOW });
			}
			const once = async () => {
				const before = processorMilliseconds();
				const { recordings } = await api.listRecordings({ ...everything, since: NOW + 1 });
				expect(recordings).toEqual([]);
				return processorMilliseconds() - before;
			};
			return Math.min(await once(), await once(), await once());
		};
		await costOf(1_000);
		expect((await costOf(10_000)) / (await costOf(1_000))).toBeLessThan(30);
	});

	it('makes a request for a download, percent-encoded, and none that leads upwards', async () => {
		const { recorder, api } = await bililiveRecorder();
		const { url, headers } = await api.recordingRequest(NAMES);
		expect(url).toBe(
			`${recorder.url}/file/23058-%E4%B8%BB%E6%92%AD/%E5%BD%95%E5%88%B6-23058%20%231%20100%25%5Ba%5D%26b.flv`,
		);
		expect(headers.Authorization).toMatch(/^Basic /);
		for (const path of ['../config.json', 'a/../../b', 'a\\..\\b', '..']) {
			await expect(api.recordingRequest(path)).rejects.toThrow(/leads out/);
		}
	});
});

describe('blrec', () => {
	it('tells what is written, what is converted and what is finished', async () => {
		const { recorder, api } = await blrec();
		recorder.addTask(23058, {
			status: {
				running_status: 'recording',
				recording_path: '/rec/3.flv',
				postprocessing_path: '/rec/2.flv',
			},
			videos: [
				{ path: '/rec/1.mp4', size: 1, status: 'completed' },
				{ path: '/rec/2.flv', size: 2, status: 'completed' },
				{ path: '/rec/3.flv', size: 3, status: 'recording' },
				{ path: '/rec/4.flv', size: 4, status: 'unknown' },
				{ path: '/rec/5.flv', size: 5, status: 'missing' },
				{ path: 6 },
			],
			danmakus: [{ path: '/rec/1.xml', size: 1, status: 'completed' }],
		});
		const { recordings } = await api.listRecordings(everything);
		expect(Object.fromEntries(recordings.map(({ path, state }) => [path, state]))).toEqual({
			'/rec/1.mp4': 'finished',
			'/rec/1.xml': 'finished',
			'/rec/2.flv': 'processing',
			'/rec/3.flv': 'recording',
			'/rec/4.flv': 'unknown',
			'/rec/5.flv': 'missing',
		});
		expect(recordings[0]).toMatchObject({
			room: { id: '23058', platform: 'bilibili' },
			download: null,
		});
	});
});

describe('BSR', () => {
	const record = (liveId: number, details: object = {}) => ({
		platform: 'bilibili',
		parent_id: 'p',
		live_id: String(liveId),
		room_id: '1',
		title: 't',
		length: 60.5,
		size: 5,
		created_at: new Date(liveId).toISOString(),
		cover: null,
		...details,
	});

	it('lists archives and clips, page by page, and knows what is still recorded', async () => {
		const { recorder, api } = await bsr();
		for (let index = 0; index < 120; index++) recorder.records.push(record(NOW + index * 100_000));
		recorder.addRecorder('bilibili', '1', {
			recording: true,
			live_id: String(NOW + 119 * 100_000),
		});
		recorder.videos.push({
			id: 1,
			room_id: '1',
			file: '[1] #夹/a.mp4',
			length: 3,
			size: 9,
			title: 'c',
			created_at: '2026-05-01T20:00:00+08:00',
			platform: 'bilibili',
		});
		const { recordings, isComplete } = await api.listRecordings(everything);
		expect([recordings.length, isComplete]).toEqual([121, true]);
		expect(recordings[0]).toMatchObject({
			type: 'archive',
			state: 'recording',
			path: `bilibili/1/${NOW + 119 * 100_000}`,
		});
		expect(recordings[1]).toMatchObject({ state: 'finished', durationSeconds: 60.5 });
		const clip = recordings.at(-1);
		expect(clip).toMatchObject({
			type: 'clip',
			path: '[1] #夹/a.mp4',
			download: 'output/[1] #夹/a.mp4',
		});
		expect((await api.recordingRequest(clip?.download ?? '')).url).toBe(
			`${recorder.url}/output/%5B1%5D%20%23%E5%A4%B9/a.mp4`,
		);
		for (const path of ['output/../config', '../passwd', 'cache/..\\x']) {
			await expect(api.recordingRequest(path)).rejects.toThrow(/leads out/);
		}
	});

	it('does not page into a past that was not asked for', async () => {
		const { recorder, api } = await bsr();
		for (let index = 0; index < 500; index++)
			recorder.records.push(record(NOW - index * 86_400_000));
		const { recordings } = await api.listRecordings({ ...everything, since: NOW - 1000 });
		expect(recordings).toHaveLength(1);
		expect(recorder.requests.filter(({ path }) => path === '/api/get_recent_record')).toHaveLength(
			1,
		);
	});
});

describe('DDTV', () => {
	it('lists its tree under the names that webhooks use, and asks for times only where names are no help', async () => {
		const { recorder, api } = await ddtv();
		recorder.addRoom(23058);
		recorder.addRoom(7, { recording: true });
		recorder.files.set('23058_主播/2026_05_01/2026_05_01_20_00_00_100%_fix.mp4', {
			size: 5,
			modified: NOW,
		});
		recorder.files.set('23058_主播/2024_05_01/2024_05_01_20_00_00.mp4', { size: 5, modified: NOW });
		recorder.files.set('7_x/2026_05_01/2026_05_01_20_00_00_original.mp4', {
			size: 5,
			modified: NOW,
		});
		const { recordings } = await api.listRecordings({ ...everything, since: NOW - 1000 });
		expect(recordings).toMatchObject([
			{
				path: './Rec/23058_主播/2026_05_01/2026_05_01_20_00_00_100%_fix.mp4',
				modifiedAt: '2026-05-01T20:00:00.000Z',
				state: 'finished',
				room: { id: '23058' },
				download: '/rec_file/23058_主播/2026_05_01/2026_05_01_20_00_00_100%_fix.mp4',
			},
			{ state: 'processing', room: { id: '7' } },
		]);
		expect(recorder.requests.filter(({ method }) => method === 'HEAD')).toHaveLength(2);
		await expect(api.recordingRequest('/rec_file/../x')).rejects.toThrow(/leads out/);
		for (const path of ['./Rec/7_x/a.mp4', '.\\\\Rec\\\\7_x/a.mp4', '/rec_file/7_x/a.mp4']) {
			expect((await api.recordingRequest(path)).url).toBe(`${recorder.url}/rec_file/7_x/a.mp4`);
		}
	});

	describe('with more files without a date in their names than a listing asks for', () => {
		const FILES = 2_300;
		const PER_LISTING = 1_000;

		async function withOldFiles() {
			const { recorder, connect } = await ddtv();
			for (let index = 0; index < FILES; index++) {
				recorder.files.set(`7_x/${index}.mp4`, { size: 5, modified: NOW - 2_000 });
			}
			const times = new FileTimes();
			const list = async () => {
				const before = recorder.requests.length;
				const { recordings, isComplete } = await connect({}, { times }).listRecordings({
					...everything,
					since: NOW - 1000,
				});
				const asked = recorder.requests.slice(before).filter(({ method }) => method === 'HEAD');
				return { paths: recordings.map(({ path }) => path), isComplete, asked: asked.length };
			};
			return { recorder, list };
		}

		it('each listing gets further, until none is left out', async () => {
			const { recorder, list } = await withOldFiles();
			const path = '7_x/1000.mp4';
			recorder.files.set(path, { size: 5, modified: NOW });
			// Danmaku and covers don't hold up videos.
			for (let index = 0; index < PER_LISTING; index++) {
				recorder.files.set(`7_x/z${index}.xml`, { size: 5, modified: NOW - 2_000 });
			}
			const found = [await list(), await list(), await list(), await list()];
			expect(found.map(({ asked }) => asked)).toEqual([1_000, 1_000, 1_000, 301]);
			expect(found.map(({ isComplete }) => isComplete)).toEqual([false, false, false, true]);
			expect(new Set(found.slice(0, 3).flatMap(({ paths }) => paths))).toEqual(
				new Set([`./Rec/${path}`]),
			);
			expect(found[3]?.paths).toEqual([`./Rec/${path}`]);
			expect(await list()).toEqual({ paths: [`./Rec/${path}`], isComplete: true, asked: 1 });
		});

		it('a file that grew, or is new, is asked for at once', async () => {
			const { recorder, list } = await withOldFiles();
			for (let listing = 0; listing < 3; listing++) await list();
			recorder.files.set('7_x/5.mp4', { size: 6, modified: NOW });
			recorder.files.set('7_x/new.mp4', { size: 6, modified: NOW });
			const { paths, asked } = await list();
			expect(paths.sort()).toEqual(['./Rec/7_x/5.mp4', './Rec/7_x/new.mp4']);
			expect(asked).toBe(2);
		});

		it('what gives no time is asked for after what was never asked for', async () => {
			const { recorder, list } = await withOldFiles();
			recorder.files.clear();
			// Of a type that DDTV doesn't serve.
			for (let index = 0; index < PER_LISTING; index++) {
				recorder.files.set(`7_x/z${index}.m4s`, { size: 5, modified: NOW });
			}
			recorder.files.set('7_x/a.mp4', { size: 5, modified: NOW });
			expect((await list()).paths).not.toContain('./Rec/7_x/a.mp4');
			expect((await list()).paths).toContain('./Rec/7_x/a.mp4');
		});
	});
});

describe('Aodianyun', () => {
	it('asks for each of its lists, page by page, and takes what is in two once', async () => {
		const { recorder, api } = await aodianyun();
		const row = (index: number) => ({
			id: index,
			url: `http://cdn/${index}.m3u8`,
			uptime: String(NOW / 1000),
			start: NOW / 1000 - 60,
			duration: '60',
			size: '7',
			is_living: index === 0 ? '1' : '0',
			room: index === 150 ? 8 : 7,
			app: 'live',
			stream: `stream${index}`,
			m3u8: `http://cdn/${index}-all.m3u8`,
		});
		recorder.vods['7DayDvrList'] = Array.from({ length: 150 }, (_, index) => row(index));
		recorder.vods.DvrList = [row(149), row(150)];
		const { recordings, isComplete } = await api.listRecordings(everything);
		expect([recordings.length, isComplete]).toEqual([151, true]);
		expect(recordings[0]).toMatchObject({
			state: 'recording',
			sizeBytes: 7,
			durationSeconds: 60,
			modifiedAt: '2026-05-01T20:00:00.000Z',
			// As its webhook names the broadcast.
			sessionId: 'live/stream0',
			vod: { playlistUrl: 'http://cdn/0-all.m3u8', uploadedAt: '2026-05-01T20:00:00.000Z' },
		});
		const ofRoom = await api.listRecordings({ ...everything, room: { id: '8', platform: null } });
		expect(ofRoom.recordings.map(({ path, room }) => [path, room.id])).toEqual([
			['http://cdn/150.m3u8', '8'],
		]);
		expect(await api.recordingRequest('http://cdn/1.mp4')).toEqual({
			url: 'http://cdn/1.mp4',
			headers: {},
			acceptsAnyCertificate: false,
		});
	});
});

describe('of ten thousand old recordings', () => {
	const COUNT = 10_000;
	const MOST_REQUESTS = 10;
	const OLD = NOW - 20 * 86_400_000;
	const all = <T>(of: (index: number) => T): T[] =>
		Array.from({ length: COUNT }, (_, at) => of(at));
	const old = {
		async BililiveRecorder() {
			const { recorder, api } = await bililiveRecorder();
			for (const index of all(Number)) {
				recorder.files.set(`1-x/${index}.flv`, { size: 5, modified: OLD });
			}
			return { recorder, api };
		},
		async 'DDTV, by the dates in their names'() {
			const { recorder, api } = await ddtv();
			for (const index of all(Number)) {
				const path = `7_x/2026_04_11/2026_04_11_20_00_00_${index}_fix.mp4`;
				recorder.files.set(path, { size: 5, modified: OLD });
			}
			return { recorder, api };
		},
		async BSR() {
			const { recorder, api } = await bsr();
			const created_at = new Date(OLD).toISOString();
			const row = { platform: 'bilibili', room_id: '1', length: 60, size: 5, created_at };
			recorder.records = all((index) => ({ ...row, live_id: String(OLD + index), title: '' }));
			recorder.videos = all((index) => ({ ...row, id: index, file: `${index}.mp4` }));
			return { recorder, api };
		},
		async Aodianyun() {
			const { recorder, api } = await aodianyun();
			const row = { uptime: String(OLD / 1000), is_living: '0' };
			recorder.vods.DvrList = all((index) => ({ ...row, url: `http://cdn/${index}` }));
			return { recorder, api };
		},
	};

	it.each(Object.entries(old))('%s: none comes, and few requests are made', async (_name, open) => {
		const { recorder, api } = await open();
		const { recordings, isComplete } = await api.listRecordings({ ...everything, since: NOW });
		expect([recordings, isComplete]).toEqual([[], true]);
		expect(recorder.requests.length).toBeLessThan(MOST_REQUESTS);
	});
});
