import { ddtv } from '../../formats/ddtv';
import { ddtv3 } from '../../formats/ddtv/v3';
import { ddtv5 } from '../../formats/ddtv/v5';
import { isJsonObject, type JsonObject, type JsonValue } from '../../formats/json';
import { type RecorderEvent } from '../../formats/recorderEvent';
import type { RecorderFormat } from '../../formats/recorderFormat';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { RECEIVED_AT, built, eventOf, parsed } from './parsing';

const corpora = { ddtv3: loadCorpus('ddtv3'), ddtv5: loadCorpus('ddtv5') };

function bodyOf(folder: keyof typeof corpora, name: string): JsonObject {
	const found = corpora[folder].find(({ file }) => file === `${name}.json`);
	if (found === undefined) throw new Error(`No ${name}.json in ${folder}`);
	return structuredClone(found.body);
}

function objectIn(parent: JsonObject, ...names: readonly string[]): JsonObject {
	let current = parent;
	for (const name of names) {
		const child = current[name];
		if (!isJsonObject(child)) throw new Error(`${name} is no object`);
		current = child;
	}
	return current;
}

/** A sample of an event type, by its native name. */
function sampleOf(format: RecorderFormat, nativeType: string): JsonObject {
	const body = format.events.get(nativeType)?.samples[0];
	if (body === undefined) throw new Error(`No sample of ${nativeType}`);
	return structuredClone(body);
}

const nothingOfRecording = { paths: [], localPaths: [], sizeBytes: null, durationSeconds: null };

describe('DDTV 3', () => {
	const room = {
		id: '50443',
		shortId: null,
		platform: 'bilibili',
		title: '【转播】GPU架构（试讲）',
		url: 'https://live.bilibili.com/50443',
		coverUrl: 'https://i0.hdslb.com/bfs/live/b739712a6923b96c48374567c1111a112129f3eb.jpg',
		area: { parent: '学习', child: '科技科普' },
	};
	const streamer = {
		id: '7855561',
		name: '灬莱瓦汀',
		avatarUrl: 'https://i1.hdslb.com/bfs/face/8f6e9c1a5c178b9437b8584292ef5881febe43a2.png',
	};
	const hookTime = '2023-02-10T17:45:49.045Z';
	const noSession = { id: null, startedAt: null, endedAt: null, platformLiveId: null };

	test('the documents’ sample', () => {
		const body = bodyOf('ddtv3', 'docs-StartLive');
		expect(eventOf(ddtv3, body)).toEqual({
			kind: 'live.started',
			id: '3a3485e2-8e17-4446-ad49-8e423c16ee7f',
			recorder: 'ddtv',
			format: 'ddtv.v3',
			nativeType: 'StartLive',
			occurredAt: '2022-04-10T17:45:49.045Z',
			receivedAt: RECEIVED_AT,
			room,
			streamer,
			session: {
				id: null,
				startedAt: '2022-04-10T17:45:44.000Z',
				endedAt: null,
				platformLiveId: null,
			},
			state: { live: true, recording: null, danmakuConnected: null },
			warnings: [],
			remembered: [],
			raw: body,
		});
	});

	test.each<[string, Partial<RecorderEvent>]>([
		['01-StopLive', { kind: 'live.ended', session: { ...noSession, endedAt: hookTime } }],
		['02-StartRec', { kind: 'recording.started', session: { ...noSession, startedAt: hookTime } }],
		['03-RecComplete', { kind: 'unknown', session: noSession }],
		['04-CancelRec', { kind: 'recording.cancelled', recording: nothingOfRecording }],
		['06-SaveDanmuComplete', { kind: 'unknown' }],
		['07-SaveSCComplete', { kind: 'unknown' }],
		['08-SaveGiftComplete', { kind: 'unknown' }],
		['09-SaveGuardComplete', { kind: 'unknown' }],
		['10-RunShellComplete', { kind: 'unknown' }],
		[
			'11-DownloadEndMissionSuccess',
			{
				kind: 'recording.ended',
				session: { ...noSession, endedAt: hookTime },
				recording: {
					paths: [
						'D:\\DDTV\\Rec\\50443_灬莱瓦汀\\2023_02_11\\a_fix.mp4',
						'D:\\DDTV\\Rec\\50443_灬莱瓦汀\\2023_02_11\\a.flv',
						'D:\\DDTV\\Rec\\50443_灬莱瓦汀\\2023_02_11\\a.xml',
					],
					localPaths: [null, null, null],
					sizeBytes: null,
					durationSeconds: null,
				},
			},
		],
		['16-ShellExecutionComplete', { kind: 'unknown' }],
		['StartLive-type_name-bug', { kind: 'live.started', nativeType: 'StartLive' }],
	])('%s', (name, expected) => {
		expect(eventOf(ddtv3, bodyOf('ddtv3', `recon-2023-${name}`))).toMatchObject({
			occurredAt: hookTime,
			room,
			streamer,
			...expected,
		});
	});

	test.each<[string, Partial<RecorderEvent>]>([
		['13-LoginFailure', { kind: 'error', error: { name: 'LoginFailure', message: null } }],
		[
			'14-LoginWillExpireSoon',
			{ kind: 'error', error: { name: 'LoginWillExpireSoon', message: null } },
		],
		['15-UpdateAvailable', { kind: 'unknown' }],
	])('%s belongs to no room', (name, expected) => {
		expect(eventOf(ddtv3, bodyOf('ddtv3', `recon-2023-${name}`))).toMatchObject({
			occurredAt: hookTime,
			room: { id: null, url: null },
			streamer: { id: null, name: null, avatarUrl: null },
			...expected,
		});
	});

	test('a full disk', () => {
		const body = bodyOf('ddtv3', 'recon-2023-13-LoginFailure');
		expect(eventOf(ddtv3, { ...body, type: 12 })).toMatchObject({
			kind: 'storage.low',
			nativeType: 'SpaceIsInsufficientWarn',
			storage: { path: null, thresholdBytes: null, freeBytes: null, totalBytes: null },
		});
	});

	test('only chatter is housekeeping', () => {
		const chatter = [...ddtv3.events]
			.filter(([, definition]) => definition.housekeeping)
			.map(([nativeType]) => nativeType);
		expect(chatter.sort()).toEqual([
			'RecComplete',
			'RunShellComplete',
			'SaveDanmuComplete',
			'SaveGiftComplete',
			'SaveGuardComplete',
			'SaveSCComplete',
			'ShellExecutionComplete',
			'TranscodingComplete (no file)',
			'UpdateAvailable',
		]);
	});

	test('the number decides, not type_name', () => {
		const body = { ...bodyOf('ddtv3', 'docs-StartLive'), type: 1, type_name: 'StartLive' };
		expect(eventOf(ddtv3, body)).toMatchObject({ kind: 'live.ended', nativeType: 'StopLive' });
	});

	test.each([
		[17, 'WarnedByAdmin', true],
		[18, 'LiveCutOff', true],
		[19, '19', false],
		[-1, '-1', false],
	])('type %i is %s', (type, nativeType, known) => {
		const event = parsed(ddtv3, { ...bodyOf('ddtv3', 'docs-StartLive'), type });
		expect(event).toMatchObject({
			event: { nativeType, kind: 'unknown' },
			known,
			housekeeping: false,
		});
		expect(event.event).toMatchObject({ kind: 'unknown', room, streamer });
	});

	describe('files', () => {
		function withFiles(type: number, files: JsonObject): JsonObject {
			const body = { ...bodyOf('ddtv3', 'docs-StartLive'), type };
			objectIn(body, 'room_Info').DownloadedFileInfo = files;
			return body;
		}

		test('the early shape of the file list', () => {
			const files = { FlvFile: '/rec/a.flv', Mp4File: '/rec/a.mp4', DanMuFile: '/rec/a.xml' };
			expect(eventOf(ddtv3, withFiles(11, files))).toMatchObject({
				recording: { paths: ['/rec/a.mp4', '/rec/a.flv', '/rec/a.xml'] },
			});
			expect(eventOf(ddtv3, withFiles(5, files))).toMatchObject({
				kind: 'file.processed',
				nativeType: 'TranscodingComplete',
				file: {
					path: '/rec/a.mp4',
					role: 'video',
					sourcePath: '/rec/a.flv',
					danmakuPath: '/rec/a.xml',
				},
			});
		});

		test('super chats, guards and gifts are files of the recording too', () => {
			const files = {
				SCFile: 'sc.csv',
				GuardFile: 'guard.csv',
				GiftFile: 'gift.csv',
				DanMuFile: '',
			};
			expect(eventOf(ddtv3, withFiles(11, files))).toMatchObject({
				recording: { paths: ['sc.csv', 'guard.csv', 'gift.csv'] },
			});
		});

		test('the last transcoded file is the one meant, with its own source', () => {
			const files = {
				AfterRepairFiles: ['D:\\Rec\\a_fix.mp4', 'D:\\Rec\\b_fix.mp4'],
				BeforeRepairFiles: ['D:\\Rec\\a.flv', 'D:\\Rec\\b.mp4'],
			};
			expect(eventOf(ddtv3, withFiles(5, files))).toMatchObject({
				file: {
					path: 'D:\\Rec\\b_fix.mp4',
					localPath: null,
					sourcePath: 'D:\\Rec\\b.mp4',
					danmakuPath: null,
				},
			});
		});

		test('an unknown source is null', () => {
			const files = { AfterRepairFiles: ['a_fix.mp4'], BeforeRepairFiles: ['other.flv'] };
			expect(eventOf(ddtv3, withFiles(5, files))).toMatchObject({ file: { sourcePath: null } });
			expect(eventOf(ddtv3, withFiles(5, { AfterRepairFiles: ['a_fix.mp4'] }))).toMatchObject({
				file: { sourcePath: null },
			});
		});

		test.each<[string, JsonObject]>([
			['empty lists', { AfterRepairFiles: [], Mp4File: null }],
			['an empty name', { AfterRepairFiles: [''] }],
			['nothing at all', {}],
			['other types', { AfterRepairFiles: 5, Mp4File: {} }],
			['other elements', { AfterRepairFiles: [1] }],
		])('transcoding with %s is no file event', (_, files) => {
			expect(parsed(ddtv3, withFiles(5, files))).toMatchObject({
				event: { nativeType: 'TranscodingComplete (no file)', kind: 'unknown' },
				housekeeping: true,
			});
		});

		test('transcoding without a room is no file event', () => {
			const body = { ...bodyOf('ddtv3', 'recon-2023-13-LoginFailure'), type: 5 };
			expect(parsed(ddtv3, body).event.nativeType).toBe('TranscodingComplete (no file)');
		});

		test('an odd element is cut out with a warning', () => {
			const event = parsed(ddtv3, withFiles(5, { AfterRepairFiles: ['a_fix.mp4', 7] }));
			expect(event.event.warnings).toEqual([
				{
					path: 'room_Info.DownloadedFileInfo.AfterRepairFiles[1]',
					message: expect.stringContaining('expected string'),
				},
			]);
			expect(event.event).toMatchObject({ file: { path: 'a_fix.mp4' } });
		});
	});

	test('odd optional members become warnings', () => {
		const body = bodyOf('ddtv3', 'docs-StartLive');
		objectIn(body, 'room_Info').title = 5;
		objectIn(body, 'user_info').name = null;
		body.hook_time = 'yesterday';
		const event = parsed(ddtv3, body);
		expect(event.event.warnings.map(({ path }) => path).sort()).toEqual([
			'hook_time',
			'room_Info.title',
		]);
		expect(event.event).toMatchObject({
			occurredAt: null,
			room: { title: null },
			streamer: { name: '灬莱瓦汀' },
		});
	});

	test('the streamer is known from user_info where uid is missing', () => {
		const body = bodyOf('ddtv3', 'docs-StartLive');
		body.uid = null;
		expect(eventOf(ddtv3, body)).toMatchObject({ streamer: { id: '7855561' } });
	});

	test('without an id it is invalid', () => {
		const { id, ...body } = bodyOf('ddtv3', 'docs-StartLive');
		expect(id).toBeDefined();
		expect(ddtv3.parse(body, RECEIVED_AT)).toMatchObject({
			status: 'invalid',
			issues: [{ path: 'id' }],
		});
		expect(ddtv3.parse({ ...body, id: 5 }, RECEIVED_AT)).toMatchObject({ status: 'invalid' });
	});

	test('without a whole number as type it is not recognised, and invalid', () => {
		for (const type of ['0', 0.5, null]) {
			const body = { ...bodyOf('ddtv3', 'docs-StartLive'), type };
			expect(ddtv3.recognise(body)).toBe(false);
			expect(ddtv3.parse(body, RECEIVED_AT)).toMatchObject({ status: 'invalid', nativeType: null });
		}
	});

	test('building keeps what the format can say', () => {
		for (const [nativeType, definition] of ddtv3.events) {
			if (definition.kind === 'unknown') continue;
			const event = eventOf(ddtv3, sampleOf(ddtv3, nativeType));
			const again = eventOf(ddtv3, built(ddtv3, event));
			expect({ ...again, raw: null }).toEqual({ ...event, raw: null });
		}
	});

	test('a built body has the members and the order of a captured one', () => {
		const sample = bodyOf('ddtv3', 'recon-2023-11-DownloadEndMissionSuccess');
		const body = built(ddtv3, eventOf(ddtv3, sample));
		expect(Object.keys(body)).toEqual(Object.keys(sample));
		expect(Object.keys(objectIn(body, 'room_Info'))).toEqual(
			Object.keys(objectIn(sample, 'room_Info')),
		);
		expect(objectIn(body, 'room_Info', 'DownloadedFileInfo')).toEqual(
			objectIn(sample, 'room_Info', 'DownloadedFileInfo'),
		);
		expect(body).toMatchObject({ type: 11, type_name: 'hookType' });
	});

	test('what it cannot say is not built', () => {
		const live = eventOf(ddtv3, bodyOf('ddtv3', 'docs-StartLive'));
		expect(ddtv3.build({ ...live, room: { ...live.room, id: 'abc' } })).toMatchObject({
			ok: false,
		});
		const trouble = eventOf(ddtv3, bodyOf('ddtv3', 'recon-2023-13-LoginFailure'));
		if (trouble.kind !== 'error') throw new Error(trouble.kind);
		const other = { ...trouble, error: { name: 'SomethingElse', message: null } };
		expect(ddtv3.build(other)).toEqual({
			ok: false,
			message: "DDTV 3 WebHook has no event for 'error'",
		});
		const processed = eventOf(ddtv3, sampleOf(ddtv3, 'TranscodingComplete'));
		if (processed.kind !== 'file.processed') throw new Error(processed.kind);
		const subtitles = { ...processed, file: { ...processed.file, role: 'danmaku' as const } };
		expect(ddtv3.build(subtitles)).toMatchObject({ ok: false });
	});

	test('gaps of an event are filled as DDTV fills them', () => {
		const processed = eventOf(ddtv3, sampleOf(ddtv3, 'TranscodingComplete'));
		if (processed.kind !== 'file.processed') throw new Error(processed.kind);
		const body = built(ddtv3, {
			...processed,
			occurredAt: null,
			file: { ...processed.file, sourcePath: null, danmakuPath: null },
			room: { ...processed.room, title: null, coverUrl: null, area: { parent: null, child: null } },
			streamer: { id: null, name: null, avatarUrl: null },
		});
		expect(body).toMatchObject({
			uid: 0,
			hook_time: '2026-08-08T20:00:01+08:00',
			user_info: { name: '', face: '', uid: 0 },
			room_Info: { title: '', cover_from_user: '', area_v2_name: '', live_time: 1786190401 },
		});
		expect(objectIn(body, 'room_Info', 'DownloadedFileInfo')).toMatchObject({
			BeforeRepairFiles: [],
			DanMuFile: null,
		});
	});

	test('is delivered once', () => {
		expect(ddtv3.delivery).toMatchObject({
			waitsSeconds: [],
			success: '2xx',
			headers: { 'Content-Type': 'application/json; charset=UTF-8' },
		});
		expect(ddtv3.delivery.encode({ title: '打！\u2028', level: 0 })).toBe(
			'{"title":"打！\\u2028","level":0}',
		);
	});
});

describe('DDTV 5', () => {
	const room = {
		id: '27209189',
		shortId: null,
		platform: 'bilibili',
		title: 'ow怀旧服~最后两天了似乎！?',
		url: 'https://live.bilibili.com/27209189',
		coverUrl:
			'https://i0.hdslb.com/bfs/live/new_room_cover/8a6d4b65d2fb90e4dc7528726a67d4111b598e20.jpg',
		area: { parent: null, child: null },
	};
	const streamer = { id: '1855623989', name: '宅豆糕糕ki', avatarUrl: null };
	const nobody = { id: null, name: null, avatarUrl: null };

	test('a captured SaveBulletScreenFile, its paths in three notations', () => {
		const body = bodyOf('ddtv5', 'real-SaveBulletScreenFile');
		const path =
			'C:\\Users\\1\\DDTV\\Desktop\\Rec\\4983935_小胖子等六名用户\\2024_06_26\\2024_06_26_21_28_22_100%鲜橙汁！_1.xml';
		expect(eventOf(ddtv5, body)).toEqual({
			kind: 'file.closed',
			id: expect.stringMatching(/^content:[\w-]{43}$/),
			recorder: 'ddtv',
			format: 'ddtv.v5',
			nativeType: 'SaveBulletScreenFile',
			occurredAt: null,
			receivedAt: RECEIVED_AT,
			room: {
				id: '4983935',
				shortId: null,
				platform: 'bilibili',
				title: '100%鲜橙汁！',
				url: 'https://live.bilibili.com/4983935',
				coverUrl:
					'https://i0.hdslb.com/bfs/live/new_room_cover/adca62f1ee80e67d19a0d56ba43d01074403c19f.jpg',
				area: { parent: '单机游戏', child: '其他单机' },
			},
			streamer: {
				id: '8511743',
				name: '小胖子等六名用户',
				avatarUrl: 'https://i2.hdslb.com/bfs/face/711b9992d2fb5bbc4ea72d4905826bdc633bc51f.jpg',
			},
			session: { id: null, startedAt: null, endedAt: null, platformLiveId: null },
			file: {
				path,
				localPath: null,
				name: '2024_06_26_21_28_22_100%鲜橙汁！_1.xml',
				extension: 'xml',
				role: 'danmaku',
				sizeBytes: null,
				durationSeconds: null,
				openedAt: null,
				closedAt: null,
				sourcePath: null,
				danmakuPath: null,
				coverPath: null,
				sourceLocalPath: null,
				danmakuLocalPath: null,
				coverLocalPath: null,
				relatedLocalPaths: [null],
				relatedPaths: [
					'/rec_file/4983935_小胖子等六名用户/2024_06_26/2024_06_26_21_28_22_100%鲜橙汁！_original.mp4',
				],
			},
			state: { live: false, recording: true, danmakuConnected: null },
			warnings: [],
			remembered: [],
			raw: body,
		});
	});

	test.each<[string, Partial<RecorderEvent>]>([
		['20101-SuccessfullyAddedRoom', { kind: 'room.added' }],
		['20107-SuccessfullyDeletedRoom', { kind: 'room.removed' }],
		[
			'20109-CancelRecordingSuccessful',
			{
				kind: 'recording.cancelled',
				recording: { paths: [], localPaths: [], sizeBytes: 1018953322, durationSeconds: null },
			},
		],
		[
			'20110-CancelRecordingFail',
			{
				kind: 'error',
				error: { name: 'CancelRecordingFail', message: 'CancelRecordingFail' },
			},
		],
		['20112-TriggerQuickCutFail', { kind: 'error' }],
		['40101-SaveBulletScreenFile', { kind: 'unknown' }],
		[
			'40102-StartLiveEvent',
			{
				kind: 'live.started',
				session: {
					id: null,
					startedAt: '2024-12-01T12:28:58.000Z',
					endedAt: null,
					platformLiveId: null,
				},
			},
		],
		['40103-StartBroadcastingReminder', { kind: 'unknown' }],
		['40104-StartRecording', { kind: 'recording.started', recording: nothingOfRecording }],
		[
			'40105-RecordingEnd',
			{
				kind: 'recording.ended',
				// EndTime is that of the recording before.
				session: { id: null, startedAt: null, endedAt: null, platformLiveId: null },
				recording: {
					paths: [
						'C:/Users/10632/Videos/bilibili/27209189-宅豆糕糕ki/2024-12-01/20241201-202908_fix.mp4',
						'C:/Users/10632/Videos/bilibili/27209189-宅豆糕糕ki/2024-12-01/20241201-202908_1.xml',
					],
					localPaths: [null, null],
					sizeBytes: 1018953322,
					durationSeconds: null,
				},
			},
		],
		['40107-Reconnect', { kind: 'unknown' }],
		['40108-HlsTaskStart', { kind: 'unknown' }],
		['40109-FlvTaskStart', { kind: 'unknown' }],
		['40110-EndBroadcastingReminder', { kind: 'unknown' }],
	])('%s', (name, expected) => {
		expect(eventOf(ddtv5, bodyOf('ddtv5', `recon-${name}`))).toMatchObject({
			occurredAt: null,
			room,
			streamer,
			...expected,
		});
	});

	test.each([
		'30106-InvalidLoginStatus',
		'20102-FailedToAddRoomConfiguration',
		'20108-FailedToDeleteRoom',
	])('%s has no card', (name) => {
		const cmd = name.slice(6);
		expect(eventOf(ddtv5, bodyOf('ddtv5', `recon-${name}`))).toMatchObject({
			kind: 'error',
			room: { id: null, url: null },
			streamer: nobody,
			error: { name: cmd, message: cmd },
		});
	});

	test('the two codes of which the corpus has no body', () => {
		const body = bodyOf('ddtv5', 'recon-40102-StartLiveEvent');
		expect(eventOf(ddtv5, { ...body, code: 40106 })).toMatchObject({
			kind: 'live.ended',
			nativeType: 'StopLiveEvent',
			room,
			streamer,
		});
		expect(eventOf(ddtv5, { ...body, code: 20114, message: 'Busy' })).toMatchObject({
			kind: 'error',
			error: { name: 'FailedToAddRecordingTask', message: 'Busy' },
		});
	});

	test('every code of the corpus has its own name', () => {
		for (const { name, body } of corpora.ddtv5) {
			const [nativeType] = parsed(ddtv5, { ...body, cmd: '' }).event.nativeType.split(' ');
			expect(name).toContain(`-${nativeType}.json`);
		}
	});

	test('all 40 codes are known, and only chatter is housekeeping', () => {
		const codes = [...ddtv5.events.values()].flatMap((definition) =>
			definition.samples.map((body) => body.code),
		);
		expect(new Set(codes).size).toBe(40);
		const wanted = [...ddtv5.events]
			.filter(([, definition]) => !definition.housekeeping)
			.map(([nativeType, { kind }]) => `${nativeType}: ${kind}`);
		expect(wanted.sort()).toEqual([
			'CancelRecordingFail: error',
			'CancelRecordingSuccessful: recording.cancelled',
			'FailedToAddRecordingTask: error',
			'FailedToAddRoomConfiguration: error',
			'FailedToDeleteRoom: error',
			'InvalidLoginStatus: error',
			'RecordingEnd: recording.ended',
			'SaveBulletScreenFile: file.closed',
			'StartLiveEvent: live.started',
			'StartRecording: recording.started',
			'StopLiveEvent: live.ended',
			'SuccessfullyAddedRoom: room.added',
			'SuccessfullyDeletedRoom: room.removed',
			'TriggerQuickCutFail: error',
		]);
		for (const definition of ddtv5.events.values()) {
			if (definition.housekeeping) expect(definition.kind).toBe('unknown');
		}
	});

	test('the number decides, not the name', () => {
		const body = bodyOf('ddtv5', 'recon-40102-StartLiveEvent');
		expect(parsed(ddtv5, { ...body, cmd: 'Renamed' })).toMatchObject({
			event: { nativeType: 'StartLiveEvent', kind: 'live.started' },
		});
		expect(parsed(ddtv5, { ...body, code: 40199, cmd: 'BrandNew' })).toMatchObject({
			event: { nativeType: 'BrandNew', kind: 'unknown' },
			known: false,
		});
		for (const cmd of ['StartLiveEvent', '']) {
			expect(parsed(ddtv5, { ...body, code: 40199, cmd })).toMatchObject({
				event: { nativeType: '40199' },
				known: false,
			});
		}
		expect(eventOf(ddtv5, { ...body, code: 40199, cmd: 'BrandNew' })).toMatchObject({
			room,
			streamer,
		});
	});

	test('without a whole number as code it is not recognised, and invalid', () => {
		for (const code of ['40102', 1.5, null]) {
			const body = { ...bodyOf('ddtv5', 'recon-40102-StartLiveEvent'), code };
			expect(ddtv5.recognise(body)).toBe(false);
			expect(ddtv5.parse(body, RECEIVED_AT)).toMatchObject({ status: 'invalid', nativeType: null });
		}
	});

	test('-1 means unset', () => {
		const body = bodyOf('ddtv5', 'recon-40102-StartLiveEvent');
		Object.assign(objectIn(body, 'data'), {
			RoomId: -1,
			UID: -1,
			short_id: { Value: -1 },
			live_time: { Value: -1 },
		});
		objectIn(body, 'data', 'DownInfo').DownloadSize = -1;
		body.message = 'Nobody';
		expect(eventOf(ddtv5, body)).toMatchObject({
			room: { id: null, shortId: null, url: null },
			streamer: { id: null },
			session: { startedAt: null },
		});
		expect(eventOf(ddtv5, { ...body, code: 40105 })).toMatchObject({
			recording: { sizeBytes: null },
		});
	});

	test('numbers above 2^53 keep their digits', () => {
		const body = bodyOf('ddtv5', 'recon-40102-StartLiveEvent');
		Object.assign(objectIn(body, 'data'), { UID: '9007199254740993' });
		expect(parsed(ddtv5, body).event.warnings).toEqual([]);
		expect(eventOf(ddtv5, body)).toMatchObject({ streamer: { id: '9007199254740993' } });
	});

	test.each([
		['删除房间成功,UID:[1855623989]', '1855623989'],
		['开播事件，房间UID:1855623989', '1855623989'],
		['UID:0', null],
		['宅豆糕糕ki(27209189)录制结束', null],
		[null, null],
	])('without a card the message tells whose it was: %s', (message, id) => {
		const body = { cmd: 'SuccessfullyDeletedRoom', code: 20107, data: null, message };
		expect(eventOf(ddtv5, body)).toMatchObject({
			kind: 'room.removed',
			room: { id: null },
			streamer: { ...nobody, id },
		});
	});

	test('members without their wrapper become warnings', () => {
		const body = bodyOf('ddtv5', 'recon-40102-StartLiveEvent');
		objectIn(body, 'data').Title = 'no wrapper';
		objectIn(body, 'data').live_time = null;
		const event = parsed(ddtv5, body);
		expect(event.event.warnings.map(({ path }) => path)).toEqual(['data.Title']);
		expect(event.event).toMatchObject({
			room: { ...room, title: null },
			session: { startedAt: null },
		});
	});

	test('the end of a recording', () => {
		const body = sampleOf(ddtv5, 'RecordingEnd');
		expect(eventOf(ddtv5, body)).toMatchObject({
			session: { endedAt: '2024-12-01T14:01:12.845Z' },
			recording: { sizeBytes: null },
		});
		objectIn(body, 'data', 'DownInfo').EndTime = '1970-01-01T00:00:00Z';
		expect(eventOf(ddtv5, body)).toMatchObject({ session: { endedAt: null } });
		objectIn(body, 'data', 'DownInfo').StartTime = '1970-01-01T00:00:00Z';
		objectIn(body, 'data', 'DownInfo').EndTime = '2024-12-01T22:01:12.8455716+08:00';
		expect(eventOf(ddtv5, body)).toMatchObject({
			session: { endedAt: '2024-12-01T14:01:12.845Z' },
		});
	});

	describe('which danmaku file was saved', () => {
		function saved(files: JsonObject, listener: JsonValue = { File: './Rec/20241201-202940' }) {
			const body = sampleOf(ddtv5, 'SaveBulletScreenFile');
			const download = objectIn(body, 'data', 'DownInfo');
			download.DownloadFileList = files;
			download.LiveChatListener = listener;
			return parsed(ddtv5, body);
		}

		test('the one of the part just finished, not of those before', () => {
			const event = saved({
				DanmuFile: ['C:/Rec/20241201-190000_1.xml', 'C:\\Rec\\20241201-202940_2.xml'],
				SCFile: ['C:/Rec/20241201-190000_1_SC.csv'],
				GiftFile: ['C:/Rec/20241201-190000_1_礼物.csv', 'C:/Rec/20241201-202940_2_礼物.csv'],
				GuardFile: ['C:/Rec/20241201-202940_2_舰队.csv'],
				CurrentOperationVideoFile: 'C:/Rec//20241201-202940_original.flv',
			});
			expect(event.event).toMatchObject({
				file: {
					path: 'C:\\Rec\\20241201-202940_2.xml',
					relatedPaths: [
						'C:/Rec//20241201-202940_original.flv',
						'C:/Rec/20241201-202940_2_礼物.csv',
						'C:/Rec/20241201-202940_2_舰队.csv',
					],
				},
			});
		});

		test.each<[string, JsonObject]>([
			['no file', { DanmuFile: [] }],
			['an empty name', { DanmuFile: [''] }],
			['files of earlier parts only', { DanmuFile: ['C:/Rec/20241201-190000_1.xml'] }],
			['a part that only begins alike', { DanmuFile: ['C:/Rec/20241201-2029401_1.xml'] }],
			['no list', {}],
			['another type', { DanmuFile: 'C:/Rec/20241201-202940_2.xml' }],
			['other elements', { DanmuFile: [5] }],
		])('%s: nothing was saved', (_, files) => {
			const event = saved(files);
			expect(event).toMatchObject({
				event: { nativeType: 'SaveBulletScreenFile (no file)', kind: 'unknown' },
				housekeeping: true,
			});
			expect(event.event).toMatchObject({ kind: 'unknown', room });
		});

		test.each<[string, JsonValue]>([
			['no listener', null],
			['a listener without a path', { File: '' }],
			['an odd listener', 'none'],
			['an odd path', { File: 5 }],
		])('%s: the last one', (_, listener) => {
			const event = saved({ DanmuFile: ['a_1.xml', 'b_2.xml'] }, listener);
			expect(event.event).toMatchObject({ file: { path: 'b_2.xml' } });
		});

		test('odd members beside it become warnings', () => {
			const event = saved(
				{
					DanmuFile: ['a_1.xml', 3],
					CurrentOperationVideoFile: 4,
					GiftFile: [null],
				},
				null,
			);
			expect(event.event.warnings.map(({ path }) => path).sort()).toEqual([
				'data.DownInfo.DownloadFileList.CurrentOperationVideoFile',
				'data.DownInfo.DownloadFileList.DanmuFile[1]',
				'data.DownInfo.DownloadFileList.GiftFile[0]',
			]);
			expect(event.event).toMatchObject({
				file: { path: 'a_1.xml', relatedPaths: [] },
			});
		});

		test('without a card nothing was saved', () => {
			const body = { cmd: 'SaveBulletScreenFile', code: 40101, data: null, message: '' };
			expect(parsed(ddtv5, body).event.kind).toBe('unknown');
		});
	});

	test('20,000 unsaved danmaku do no harm', () => {
		const body = sampleOf(ddtv5, 'SaveBulletScreenFile');
		const danmaku = Array.from({ length: 20_000 }, (_, number) => ({
			time: number / 10,
			Message: '哈哈哈',
			uid: number,
		}));
		objectIn(body, 'data', 'DownInfo', 'LiveChatListener', 'DanmuMessage').Danmu = danmaku;
		expect(eventOf(ddtv5, body)).toMatchObject({ kind: 'file.closed' });
	});

	test('equal bodies are one event for half a minute, unequal ones are two', () => {
		const body = bodyOf('ddtv5', 'recon-40105-RecordingEnd');
		const other = { ...body, message: 'Another' };
		expect(parsed(ddtv5, structuredClone(body)).event.id).toBe(parsed(ddtv5, body).event.id);
		expect(parsed(ddtv5, other).event.id).not.toBe(parsed(ddtv5, body).event.id);
		expect(ddtv5.sameContentWindowSeconds).toBe(30);
	});

	test('building keeps what the format can say', () => {
		const unsaid = { id: null, raw: null, session: null, receivedAt: null };
		for (const [nativeType, definition] of ddtv5.events) {
			if (definition.kind === 'unknown') continue;
			// Received when it happened: what the recorder leaves open is built as of then.
			const sampled = eventOf(ddtv5, sampleOf(ddtv5, nativeType));
			const event = { ...sampled, receivedAt: '2024-12-01T12:30:00.000Z' };
			const again = eventOf(ddtv5, built(ddtv5, event));
			// A failure is built without a card, so it loses its room.
			const lost =
				event.kind === 'error' ? { ...unsaid, room: null, streamer: null, state: null } : unsaid;
			expect({ ...again, ...lost }).toEqual({ ...event, ...lost });
			if (event.kind.startsWith('live')) expect(again.session).toEqual(event.session);
			if (event.kind === 'recording.ended') {
				expect(again.session.endedAt).toBe(event.session.endedAt);
			}
		}
	});

	test('a built body has the members and the order of a captured one', () => {
		const sample = bodyOf('ddtv5', 'recon-40105-RecordingEnd');
		const body = built(ddtv5, eventOf(ddtv5, sample));
		expect(Object.keys(body)).toEqual(Object.keys(sample));
		for (const path of [
			['data'],
			['data', 'DownInfo'],
			['data', 'DownInfo', 'LiveChatListener'],
			['data', 'DownInfo', 'LiveChatListener', 'DanmuMessage'],
			['data', 'DownInfo', 'DownloadFileList'],
		]) {
			expect(Object.keys(objectIn(body, ...path))).toEqual(Object.keys(objectIn(sample, ...path)));
		}
		expect(objectIn(body, 'data', 'DownInfo').DownloadSize).toBe(1018953322);
	});

	test('what it cannot say is not built', () => {
		const live = eventOf(ddtv5, bodyOf('ddtv5', 'recon-40102-StartLiveEvent'));
		expect(ddtv5.build({ ...live, room: { ...live.room, id: 'abc' } })).toMatchObject({
			ok: false,
		});
		const removed = eventOf(ddtv5, sampleOf(ddtv5, 'SuccessfullyDeletedRoom'));
		expect(ddtv5.build({ ...removed, streamer: nobody })).toMatchObject({ ok: false });
		const trouble = eventOf(ddtv5, sampleOf(ddtv5, 'InvalidLoginStatus'));
		if (trouble.kind !== 'error') throw new Error(trouble.kind);
		expect(ddtv5.build({ ...trouble, error: { name: 'Other', message: null } })).toMatchObject({
			ok: false,
		});
		const file = eventOf(ddtv5, sampleOf(ddtv5, 'SaveBulletScreenFile'));
		if (file.kind !== 'file.closed') throw new Error(file.kind);
		expect(ddtv5.build({ ...file, file: { ...file.file, role: 'video' } })).toEqual({
			ok: false,
			message: "DDTV 5 WebHook has no event for 'file.closed'",
		});
	});

	test('gaps of an event are filled as DDTV fills them', () => {
		const end = eventOf(ddtv5, bodyOf('ddtv5', 'recon-40105-RecordingEnd'));
		const body = built(ddtv5, {
			...end,
			room: { ...end.room, title: null, coverUrl: null },
			streamer: nobody,
		});
		expect(body).toMatchObject({
			message: '(27209189)录制结束',
			data: {
				Name: '',
				UID: -1,
				Title: { Value: '' },
				cover_from_user: { Value: '' },
				DownInfo: { EndTime: '2026-08-08T20:00:01+08:00' },
			},
		});
		const trouble = eventOf(ddtv5, sampleOf(ddtv5, 'InvalidLoginStatus'));
		if (trouble.kind !== 'error') throw new Error(trouble.kind);
		const silent = { ...trouble, error: { ...trouble.error, message: null } };
		expect(built(ddtv5, silent)).toMatchObject({ message: '', data: null });
	});

	test('danmaku whose name has no part number, without a video', () => {
		const event = eventOf(ddtv5, sampleOf(ddtv5, 'SaveBulletScreenFile'));
		if (event.kind !== 'file.closed') throw new Error(event.kind);
		const file = { ...event.file, path: '/rec/danmaku.xml', relatedPaths: [] };
		const again = eventOf(ddtv5, built(ddtv5, { ...event, file }));
		expect(again).toMatchObject({ file: { path: '/rec/danmaku.xml', relatedPaths: [] } });
	});

	test('is delivered once, whatever the answer', () => {
		expect(ddtv5.delivery).toMatchObject({
			headers: { 'Content-Type': 'application/json; charset=utf-8' },
			waitsSeconds: [],
			timeoutSeconds: 8,
			success: 'any answer',
		});
		expect(ddtv5.delivery.encode({ RealTimeDownloadSpe: 0, DownloadSize: 0 })).toBe(
			'{"RealTimeDownloadSpe":0.0,"DownloadSize":0}',
		);
	});
});

test('DDTV lists its newest format first', () => {
	expect(ddtv.formats.map(({ id }) => id)).toEqual(['ddtv.v5', 'ddtv.v3']);
});
