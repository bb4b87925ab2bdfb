import { aodianyunApi } from '../../apis/aodianyun';
import { bililiveRecorderApi } from '../../apis/bililiveRecorder';
import { blrecApi } from '../../apis/blrec';
import { bsrApi } from '../../apis/bsr';
import { FinishedRecordings } from '../../apis/catchUp';
import { connectedRecorders } from '../../apis/connect';
import { ddtvApi } from '../../apis/ddtv';
import type { ApiHttp, ApiRequest } from '../../apis/http';
import { ApiProblem } from '../../apis/problem';
import type { RecorderApi } from '../../apis/recorderApi';
import { processorMilliseconds } from '../processorTime.cjs';
import { everything } from './standIns';

/** A recorder that answers what a test says, in bounds as the real client keeps them. */
function answering(textOf: (request: ApiRequest, count: number) => string): {
	http: ApiHttp;
	requests: ApiRequest[];
} {
	const requests: ApiRequest[] = [];
	const http: ApiHttp = async (request) => {
		requests.push(request);
		const text = textOf(request, requests.length);
		const isCut = text.length > request.maxBytes;
		const headers = { 'content-type': 'application/json' };
		return { status: 200, headers, text: isCut ? text.slice(0, request.maxBytes) : text, isCut };
	};
	return { http, requests };
}

const fields = {
	url: 'http://127.0.0.1:9',
	user: 'user',
	password: 'password',
	apiKey: 'long-enough-key',
	authentication: 'none',
	accessKeyId: 'id',
	accessKeySecret: 'secret',
	adminId: '1',
};

const open: ReadonlyArray<readonly [string, (http: ApiHttp, now: () => number) => RecorderApi]> = [
	['aodianyun', (http, now) => aodianyunApi(fields, http, { now })],
	['bililive-recorder', (http, now) => bililiveRecorderApi(fields, http, { now })],
	['blrec', (http, now) => blrecApi(fields, http, { now })],
	['bsr', (http, now) => bsrApi(fields, http, { now })],
	['ddtv', (http, now) => ddtvApi(fields, http, { now })],
];

const repeated = (text: string, count: number): string =>
	Array.from({ length: count }, () => text).join(',');

/** What each recorder's listing would be, of as much as an answer may hold, and going on for ever. */
const FOLDERS = `{"exist":true,"x":"${'x'.repeat(1_000_000)}","files":[${repeated('{"isFolder":true,"name":"f"}', 20)}]}`;
const TASKS = `[${repeated('{"room_info":{"room_id":1}}', 10_000)}]`;
const FILES = `[${repeated('{"path":"/a"}', 130_000)}]`;

describe('a recorder that answers without end', () => {
	it('BililiveRecorder: folders within folders', async () => {
		const { http, requests } = answering(() => FOLDERS);
		const { recordings, isComplete } = await bililiveRecorderApi(fields, http).listRecordings(
			everything,
		);
		expect(recordings).toEqual([]);
		expect(isComplete).toBe(false);
		expect(requests.length).toBeLessThan(300);
	}, 60_000);

	it('BililiveRecorder: a folder of many names', async () => {
		const huge = 'x'.repeat(3_000_000);
		const { http, requests } = answering(
			() =>
				`{"exist":true,"files":[{"isFolder":true,"name":"a"},{"isFolder":true,"name":"b"},{"isFolder":false,"name":"${huge}"}]}`,
		);
		const { recordings } = await bililiveRecorderApi(fields, http).listRecordings(everything);
		expect(recordings).toEqual([]);
		expect(requests.length).toBeLessThan(100);
	}, 60_000);

	it('blrec: rooms that are never all, and files of each', async () => {
		const long = `[${repeated(`{"path":"/${'a'.repeat(4000)}"}`, 100)}]`;
		const { http, requests } = answering(({ url }) => (url.includes('/data?') ? TASKS : long));
		const { isComplete, recordings } = await blrecApi(fields, http).listRecordings(everything);
		expect(isComplete).toBe(false);
		expect(recordings.length).toBeLessThanOrEqual(everything.limit);
		expect(requests.length).toBeLessThan(300);
	}, 60_000);

	it('blrec: a file list of 130,000', async () => {
		const { http } = answering(({ url }) =>
			url.includes('/data?') ? '[{"room_info":{"room_id":1}}]' : FILES,
		);
		const { recordings } = await blrecApi(fields, http).listRecordings({
			...everything,
			limit: 129_999,
		});
		expect(recordings).toHaveLength(129_999);
	}, 60_000);

	it('DDTV: many files in many rooms', async () => {
		/** Processor time in milliseconds of a list of so many files, with as many rooms; the least of three. */
		const costOf = async (count: number): Promise<number> => {
			const tree = `{"code":0,"data":{"Children":[${repeated('{"Type":"file","RelativePath":"/rec_file/700_a/a.flv"}', count)}]}}`;
			const rooms = Array.from({ length: count }, (_, index) => ({
				roomInfo: { roomId: index + 2 },
			}));
			const listed = JSON.stringify({ code: 0, data: { completeInfoList: rooms } });
			const { http } = answering(({ url }) => {
				if (url.includes('get_file_structure')) return tree;
				return url.includes('get_recording_path') ? '{"code":0,"data":"/rec"}' : listed;
			});
			const once = async () => {
				const before = processorMilliseconds();
				const { recordings } = await ddtvApi(fields, http).listRecordings(everything);
				expect(recordings).toHaveLength(Math.min(count, everything.limit));
				expect(recordings[0]?.room.id).toBe('700');
				return processorMilliseconds() - before;
			};
			return Math.min(await once(), await once(), await once());
		};
		await costOf(1_000);
		// Ten times as many of both: 10, or 100 where each file is compared with each room.
		expect((await costOf(10_000)) / (await costOf(1_000))).toBeLessThan(35);
	}, 120_000);

	it('BSR and Aodianyun: pages of megabytes that never end', async () => {
		const title = 'x'.repeat(50_000);
		const record = `{"platform":"bilibili","live_id":1,"room_id":2,"title":"${title}","created_at":"2099-01-01T00:00:00Z"}`;
		const bsr = answering((request) =>
			request.url.includes('get_recorder_list')
				? '{"code":0,"data":{"recorders":[]}}'
				: `{"code":0,"data":[${repeated(record, 60)}]}`,
		);
		const listed = await bsrApi(fields, bsr.http).listRecordings(everything);
		expect(listed.isComplete).toBe(false);
		expect(bsr.requests.length).toBeLessThan(50);
		const aodianyun = answering(
			(_request, count) =>
				`{"Flag":100,"rows":[${Array.from({ length: 100 }, (_, row) => `{"url":"https://a/${count}/${row}","title":"${title.slice(0, 30_000)}"}`).join(',')}]}`,
		);
		const vods = await aodianyunApi(fields, aodianyun.http).listRecordings(everything);
		expect(vods.isComplete).toBe(false);
		expect(aodianyun.requests.length).toBeLessThan(50);
	}, 60_000);

	it.each<[string, (text: ApiRequest) => string]>([
		['bililive-recorder', () => `[${repeated('{"roomId":1}', 10_001)}]`],
		[
			'bsr',
			() => `{"code":0,"data":{"recorders":[${repeated('{"room_info":{"room_id":1}}', 10_001)}]}}`,
		],
		[
			'ddtv',
			() =>
				`{"code":0,"data":{"completeInfoList":[${repeated('{"roomInfo":{"roomId":1}}', 10_001)}]}}`,
		],
	])('%s: more rooms than anybody has are not looked at', async (name, textOf) => {
		const { http } = answering(textOf);
		const api = open.find(([id]) => id === name)?.[1](http, Date.now);
		await expect(api?.listRooms?.()).rejects.toMatchObject({
			reason: 'too large',
			message: expect.stringContaining('more than 10000 rooms'),
		});
	});

	const MANY = 20_000;
	const PORTIONS = MANY / 500;
	it.each<[string, (request: ApiRequest) => string]>([
		[
			'bililive-recorder',
			() => `{"exist":true,"files":[${repeated('{"isFolder":false,"name":"a"}', MANY)}]}`,
		],
		[
			'blrec',
			({ url }) =>
				url.includes('/data?')
					? '[{"room_info":{"room_id":1}}]'
					: `[${repeated('{"path":"/a"}', MANY)}]`,
		],
		[
			'bsr',
			({ url }) => {
				if (url.includes('get_recorder_list')) return '{"code":0,"data":{"recorders":[]}}';
				return url.includes('get_all_videos')
					? `{"code":0,"data":[${repeated('{"file":"a"}', MANY)}]}`
					: '{"code":0,"data":[]}';
			},
		],
		[
			'ddtv',
			({ url }) => {
				if (url.includes('get_file_structure')) {
					return `{"code":0,"data":{"Children":[${repeated('{"Type":"file","RelativePath":"/rec_file/a"}', MANY)}]}}`;
				}
				return url.includes('get_recording_path')
					? '{"code":0,"data":"/rec"}'
					: '{"code":0,"data":{"completeInfoList":[]}}';
			},
		],
	])('%s: n8n has its turns while many files are looked at', async (name, textOf) => {
		const { http } = answering(textOf);
		let turns = 0;
		const recorder = connectedRecorders.find(({ id }) => id === name);
		const api = recorder?.connect(fields, http, {
			breathe: async () => {
				turns++;
			},
		});
		const listed = await api?.listRecordings?.({ ...everything, limit: MANY });
		expect(listed?.recordings).toHaveLength(MANY);
		expect(turns).toBeGreaterThanOrEqual(PORTIONS);
	});

	it('BSR and Aodianyun: of a page, no more than was asked for', async () => {
		const bsr = answering(({ url }) => {
			if (url.includes('get_recorder_list')) return '{"code":0,"data":{"recorders":[]}}';
			return url.includes('get_all_videos')
				? '{"code":0,"data":[]}'
				: `{"code":0,"data":[${Array.from({ length: 2000 }, (_, row) => `{"platform":"b","live_id":${row},"room_id":1}`).join(',')}]}`;
		});
		const records = await bsrApi(fields, bsr.http).listRecordings({
			...everything,
			limit: 100_000,
		});
		expect(records.recordings.length).toBeLessThanOrEqual(50 * bsr.requests.length);
		const aodianyun = answering(
			(_request, page) =>
				`{"Flag":100,"rows":[${Array.from({ length: 2000 }, (_, row) => `{"url":"https://a/${page}/${row}"}`).join(',')}]}`,
		);
		const vods = await aodianyunApi(fields, aodianyun.http).listRecordings({
			...everything,
			limit: 100_000,
		});
		expect(vods.recordings.length).toBeLessThanOrEqual(100 * aodianyun.requests.length);
	});

	it.each(open)('%s: answers that take long end the listing', async (_name, connect) => {
		let now = Date.UTC(2026, 0, 1);
		const { http, requests } = answering(({ url }, count) => {
			now += 19_000;
			if (url.includes('/api/file?')) {
				return `{"exist":true,"files":[{"isFolder":true,"name":"a"},{"isFolder":true,"name":"b"}]}`;
			}
			if (url.includes('/tasks/data')) {
				return `[${Array.from({ length: 100 }, (_, index) => `{"room_info":{"room_id":${index + 1 + 100 * count}}}`).join(',')}]`;
			}
			if (url.includes('/videos') || url.includes('/danmakus')) return '[]';
			if (url.includes('get_recorder_list')) return '{"code":0,"data":{"recorders":[]}}';
			if (url.includes('get_recent_record')) {
				return `{"code":0,"data":[${repeated('{"platform":"b","live_id":1,"room_id":2}', 50)}]}`;
			}
			if (url.includes('get_all_videos')) return '{"code":0,"data":[]}';
			if (url.includes('getRoomDvrList')) {
				return `{"Flag":100,"rows":[${Array.from({ length: 100 }, (_, row) => `{"url":"https://a/${count}/${row}"}`).join(',')}]}`;
			}
			if (url.includes('get_file_structure')) {
				return `{"code":0,"data":{"Children":[${Array.from({ length: 1000 }, (_, index) => `{"Type":"file","RelativePath":"/rec_file/${index}.mp4"}`).join(',')}]}}`;
			}
			if (url.includes('get_recording_path')) return '{"code":0,"data":"/rec"}';
			return '{"code":0,"data":{"completeInfoList":[]}}';
		});
		const listed = await connect(http, () => now).listRecordings?.({ ...everything, since: 1 });
		expect(listed?.isComplete).toBe(false);
		expect(requests.length).toBeLessThan(60);
	});
});

describe('a recorder that names files as none has them', () => {
	const WRONG = [
		'..',
		'../../etc/passwd',
		'a/../../b.mp4',
		'..\\\\..\\\\b.mp4',
		'a\\u0000b.mp4',
		'a'.repeat(5000),
	];

	it('BililiveRecorder: nothing with a path for a name', async () => {
		const names = [...WRONG, '/etc/passwd', 'C:\\\\Windows\\\\a', 'a/b.flv', '.'];
		const list = names.flatMap((name) => [
			`{"isFolder":false,"name":"${name}"}`,
			`{"isFolder":true,"name":"${name}"}`,
		]);
		const { http, requests } = answering(({ url }) =>
			decodeURIComponent(url).endsWith('path=/')
				? `{"exist":true,"files":[${list.join(',')},{"isFolder":false,"name":"%2e%2e.flv"}]}`
				: '{"exist":true,"files":[{"isFolder":false,"name":"inside.flv"}]}',
		);
		const api = bililiveRecorderApi(fields, http);
		const { recordings } = await api.listRecordings(everything);
		expect(recordings.map(({ path }) => path)).toEqual(['%2e%2e.flv']);
		expect(requests).toHaveLength(1);
		const { url } = await api.recordingRequest('%2e%2e.flv');
		expect(url).toBe('http://127.0.0.1:9/file/%252e%252e.flv');
	});

	it('half a character in a name keeps nobody from the other files', async () => {
		const half = String.raw`\ud800`;
		const files = answering(({ url }) =>
			decodeURIComponent(url).endsWith('path=/')
				? `{"exist":true,"files":[{"isFolder":true,"name":"${half}"},{"isFolder":false,"name":"a${half}.flv"},{"isFolder":false,"name":"b.flv"}]}`
				: '{"exist":false,"files":[]}',
		);
		const api = bililiveRecorderApi(fields, files.http);
		const { recordings } = await api.listRecordings(everything);
		expect(recordings.map(({ path }) => path)).toEqual(['a\ud800.flv', 'b.flv']);
		const { url } = await api.recordingRequest('a\ud800.flv');
		expect(url).toBe('http://127.0.0.1:9/file/a%EF%BF%BD.flv');
		const tree = answering(({ url: asked }) => {
			if (asked.includes('get_file_structure')) {
				return `{"code":0,"data":{"Children":[{"Type":"file","RelativePath":"/rec_file/${half}.mp4"}]}}`;
			}
			return asked.includes('get_recording_path')
				? '{"code":0,"data":"/rec"}'
				: '{"code":0,"data":{"completeInfoList":[]}}';
		});
		const listed = await ddtvApi(fields, tree.http).listRecordings({ ...everything, since: 1 });
		expect(listed.recordings).toHaveLength(1);
	});

	it.each<[string, string]>([
		['bililive-recorder', 'roomId": 1, "title": "LONG", "name": "LONG'],
		['blrec', 'room_info": {"room_id": 1, "title": "LONG"}, "user_info": {"name": "LONG"}, "x": "'],
		[
			'bsr',
			'room_info": {"room_id": 1, "room_title": "LONG"}, "user_info": {"user_name": "LONG", "user_id": "LONG"}, "x": "',
		],
		[
			'ddtv',
			'roomInfo": {"roomId": 1, "title": "LONG", "shortId": "LONG"}, "userInfo": {"name": "LONG"}, "x": "',
		],
	])('%s: a name of a megabyte is none', async (name, members) => {
		const room = `{"${members.replaceAll('LONG', 'x'.repeat(1_000_000))}"}`;
		const { http } = answering(() => {
			if (name === 'bsr') return `{"code":0,"data":{"recorders":[${room}]}}`;
			return name === 'ddtv' ? `{"code":0,"data":{"completeInfoList":[${room}]}}` : `[${room}]`;
		});
		const rooms = await open
			.find(([id]) => id === name)?.[1](http, Date.now)
			.listRooms?.();
		expect(rooms).toHaveLength(1);
		expect(JSON.stringify(rooms).length).toBeLessThan(1_000);
	});

	it('DDTV: nothing outside its folder', async () => {
		const children = WRONG.map((name) => `{"Type":"file","RelativePath":"/rec_file/${name}"}`);
		const { http } = answering(({ url }) => {
			if (url.includes('get_file_structure')) {
				return `{"code":0,"data":{"Children":[${children.join(',')},{"Type":"file","RelativePath":"/rec_file/a.mp4"}]}}`;
			}
			return url.includes('get_recording_path')
				? '{"code":0,"data":"/rec"}'
				: '{"code":0,"data":{"completeInfoList":[]}}';
		});
		const { recordings } = await ddtvApi(fields, http).listRecordings(everything);
		expect(recordings.map(({ path }) => path)).toEqual(['/rec/a.mp4']);
	});
});

describe('an answer of any shape', () => {
	// Deep enough for any stack, and not too many values in all.
	const depth = 50_000;
	const deep = '['.repeat(depth) + ']'.repeat(depth);

	it.each(open)(
		'%s: JSON of 50,000 levels is a problem of the recorder',
		async (_name, connect) => {
			const { http } = answering(
				() =>
					`{"code":0,"Flag":100,"x":${deep},"data":${deep},"rows":[{"url":"https://a","is_living":{"toString":1}}],"webhooks":[{"x":${deep}}],"optionalWebHookUrlsV2":{"hasValue":false,"value":null,"x":${deep}},"Info":{"url":"","event":{"x":${deep}}}}`,
			);
			const api = connect(http, Date.now);
			const calls = [
				async () => await api.check(),
				async () => await api.listRooms?.(),
				async () => await api.listRecordings?.(everything),
				async () => await api.webhooks?.add('https://n8n/webhook/a', () => false, true),
				async () => await api.addRoom?.({ id: '1', platform: null }, { autoRecord: true }),
			];
			const errors = await Promise.all(
				calls.map(async (call) => {
					const nothing = () => null;
					return await call().then(nothing, (thrown: unknown) => thrown);
				}),
			);
			const thrown = errors.filter((error) => error !== null);
			expect(thrown.filter((error) => !(error instanceof ApiProblem))).toEqual([]);
			expect(thrown.map(String)).toContainEqual(expect.stringContaining('levels deep'));
		},
	);
});

describe('a recorder that calls more URLs than anybody has', () => {
	const urls = Array.from({ length: 100_000 }, (_, index) => `http://a/${index}`);

	it.each<[string, string]>([
		[
			'bililive-recorder',
			JSON.stringify({ optionalWebHookUrlsV2: { hasValue: true, value: urls.join('\n') } }),
		],
		['blrec', JSON.stringify({ webhooks: urls.map((url) => ({ url })) })],
	])('%s: they are not looked through', async (name, text) => {
		const { http, requests } = answering(() => text);
		const webhooks = open.find(([id]) => id === name)?.[1](http, Date.now).webhooks;
		let looks = 0;
		const isOurs = () => {
			looks++;
			return false;
		};
		for (const attempt of [
			webhooks?.add('http://n8n/a', isOurs, true),
			webhooks?.remove(isOurs, null),
		]) {
			await expect(attempt).rejects.toMatchObject({
				reason: 'too large',
				message: expect.stringContaining('more than 1000 webhook URLs'),
			});
		}
		expect(looks).toBe(0);
		expect(requests).toHaveLength(2);
	});
});

describe('something else at the recorder’s address', () => {
	const FOREIGN = [
		'{}',
		'[]',
		'null',
		'"ok"',
		'{"status":"ok"}',
		'{"code":0}',
		'{"code":0,"message":"","data":{}}',
		'{"code":0,"message":"","data":null}',
		'{"code":404,"message":"not found"}',
		'{"version":"1.0.0","name":"something"}',
		'{"Flag":null,"rows":[]}',
	];

	it.each(open.flatMap(([name, connect]) => FOREIGN.map((text) => [name, text, connect] as const)))(
		'%s: %s is not taken for it',
		async (_name, text, connect) => {
			const { http } = answering(() => text);
			const problem: unknown = await connect(http, Date.now)
				.check()
				.catch((error: unknown) => error);
			expect(problem).toMatchObject({
				reason: 'not the recorder',
				message: expect.stringMatching(/^What answered is not /),
				advice: expect.stringContaining('something else is there'),
			});
		},
	);
});

describe('a recorder that writes into n8n’s log', () => {
	const LINES = 'no\r\n2026-01-01 | error | n8n is on fire\u001b[2J\u2028again\u0000\u0085';

	it.each(
		open.flatMap(([name, connect]) =>
			[
				JSON.stringify({
					code: 5,
					Flag: 101,
					FlagString: LINES,
					message: LINES,
					detail: LINES,
					msg: LINES,
				}),
				LINES,
			].flatMap((text) =>
				[200, 400, 404, 500].map((status) => [name, status, text, connect] as const),
			),
		),
	)('%s, by its answer %s', async (_name, status, text, connect) => {
		const http: ApiHttp = async () => ({ status, headers: {}, text, isCut: false });
		const problem: unknown = await connect(http, Date.now)
			.check()
			.then(() => null)
			.catch((error: unknown) => error);
		// Some of it is an answer.
		if (problem !== null) expect(problem).toBeInstanceOf(ApiProblem);
		expect(String(problem)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
	});
});

describe('catching up on many files', () => {
	const recordings = Array.from({ length: 2000 }, (_, index) => ({
		type: 'file' as const,
		path: `${(index % 200) + 1}-name/20260101-${index}000000.flv`,
		name: '',
		sizeBytes: 1,
		durationSeconds: null,
		startedAt: null,
		modifiedAt: '2026-01-01T00:00:00.000Z',
		state: 'unknown' as const,
		room: { id: null, platform: 'bilibili' },
		title: null,
		sessionId: null,
		download: null,
	}));

	/** Processor time in milliseconds, the least of three. */
	const costWith = (rooms: number, shortId: string | null): number => {
		const listed = Array.from({ length: rooms }, (_, index) => ({
			id: String(index + 1),
			shortId,
			platform: 'bilibili',
			title: null,
			streamer: { id: null, name: null },
			url: null,
			area: { parent: null, child: null },
			live: false,
			recording: false,
			autoRecord: true,
			current: null,
		}));
		const once = () => {
			const before = processorMilliseconds();
			const now = Date.UTC(2026, 0, 1, 1);
			const waits = { aheadMilliseconds: 0, graceMilliseconds: 0 };
			const question = { recordings, rooms: listed, since: 0, now, ...waits };
			expect(new FinishedRecordings().among(question)).toHaveLength(recordings.length);
			return processorMilliseconds() - before;
		};
		return Math.min(once(), once(), once());
	};

	it.each([
		['numbers of their own', null],
		['one number, which stands in every path', '20260101'],
	])('costs no more with many rooms than with few: %s', (_what, shortId) => {
		costWith(200, shortId);
		// Fifty times as many rooms: each of them compared with each file would be 50.
		expect(costWith(10_000, shortId) / costWith(200, shortId)).toBeLessThan(15);
	});
});
