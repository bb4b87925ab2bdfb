import fc from 'fast-check';

import { blrec } from '../../formats/blrec';
import { isJsonObject, type JsonObject, type JsonValue, objectAt } from '../../formats/json';
import { type RecorderEvent, recorderEventSchema } from '../../formats/recorderEvent';
import type { RecorderFormat } from '../../formats/recorderFormat';
import { formatsOf, recorders } from '../../formats/registry';
import { loadCorpus, loadWholeCorpus } from '../fixtures/loadCorpus.cjs';
import { RECEIVED_AT, eventOf, parsed, refused } from './parsing';

const corpus = loadCorpus('blrec');

const format: RecorderFormat = (() => {
	const [only] = blrec.formats;
	if (only === undefined) throw new Error('No format');
	return only;
})();

function bodyOf(name: string): JsonObject {
	const found = corpus.find(({ file }) => file === `recon-${name}.json`);
	if (found === undefined) throw new Error(`No recon-${name}.json in the corpus`);
	return structuredClone(found.body);
}

/** The body with other members in data, or in one of its objects. */
function withData(body: JsonObject, members: JsonObject, within?: string): JsonObject {
	if (!isJsonObject(body.data)) throw new Error('data is no object');
	if (within === undefined) return { ...body, data: { ...body.data, ...members } };
	const inner = body.data[within];
	if (!isJsonObject(inner)) throw new Error(`${within} is no object`);
	return { ...body, data: { ...body.data, [within]: { ...inner, ...members } } };
}

function samplesByType(): Array<[string, JsonObject]> {
	return [...format.events].flatMap(([nativeType, { samples }]) =>
		samples.map((sample): [string, JsonObject] => [nativeType, sample]),
	);
}

/** The names of all members, in order and with their depth. */
function memberNames(value: JsonValue | undefined, prefix = ''): string[] {
	if (!isJsonObject(value)) return [];
	return Object.entries(value).flatMap(([name, member]) => [
		`${prefix}${name}`,
		...memberNames(member, `${prefix}${name}.`),
	]);
}

const everyEvent = {
	recorder: 'blrec',
	format: 'blrec',
	occurredAt: '2023-12-26T17:39:33.070Z',
	receivedAt: RECEIVED_AT,
	state: { live: null, recording: null, danmakuConnected: null },
	warnings: [],
	remembered: [],
};
const unknownArea = { parent: null, child: null };
const noRoom = {
	id: null,
	shortId: null,
	platform: null,
	title: null,
	url: null,
	coverUrl: null,
	area: unknownArea,
};
const numberedRoom = {
	...noRoom,
	id: '21263208',
	platform: 'bilibili',
	url: 'https://live.bilibili.com/21263208',
};
const area = { parent: '网游', child: '逃离塔科夫' };
const fullRoom = {
	...numberedRoom,
	title: '直播测试',
	coverUrl:
		'https://i0.hdslb.com/bfs/live/new_room_cover/9cfbd0572a361bffef897f94cc1d5b4bcbf6f322.jpg',
	area,
};
const noStreamer = { id: null, name: null, avatarUrl: null };
const numberedStreamer = { ...noStreamer, id: '400964421' };
const fullStreamer = {
	id: '400964421',
	name: 'NN4nfeng',
	avatarUrl: 'https://i1.hdslb.com/bfs/face/x.jpg',
};
const noSession = { id: null, startedAt: null, endedAt: null, platformLiveId: null };
const liveSession = { ...noSession, startedAt: '2023-12-26T17:39:31.000Z' };
const nothingRecorded = { paths: [], localPaths: [], sizeBytes: null, durationSeconds: null };
const folder = 'C:\\Users\\tt\\Desktop\\TT\\21263208 - NN4nfeng\\';
const stem = 'blive_21263208_2023-12-27-013945';

function fileOf(extension: string, role: string, more: object = {}): object {
	return {
		path: `${folder}${stem}.${extension}`,
		localPath: null,
		name: `${stem}.${extension}`,
		extension,
		role,
		sizeBytes: null,
		durationSeconds: null,
		openedAt: null,
		closedAt: null,
		sourcePath: null,
		danmakuPath: null,
		coverPath: null,
		relatedPaths: [],
		sourceLocalPath: null,
		danmakuLocalPath: null,
		coverLocalPath: null,
		relatedLocalPaths: [],
		...more,
	};
}

const danmakuPath = `${folder}${stem}.xml`;
const ofRoomNumber = { room: numberedRoom, streamer: noStreamer, session: noSession };
const opened = { openedAt: everyEvent.occurredAt };
/** Whether the room is live is said by its live_status. */
const stateIn = (body: JsonObject) => {
	const { live_status: status } = objectAt(body, 'data', 'room_info') ?? {};
	return { ...everyEvent.state, live: status === undefined ? null : status === 1 };
};
const closed = { closedAt: everyEvent.occurredAt };

describe('blrec corpus', () => {
	it.each(corpus.map(({ file, body }) => [file, body] as const))(
		'%s is recognised by this format alone, parses and normalises',
		(name, body) => {
			const recognising = formatsOf(recorders).filter((candidate) => candidate.recognise(body));
			expect(recognising.map(({ id }) => id)).toEqual(['blrec']);
			const event = parsed(format, body);
			expect(event.known).toBe(true);
			expect(event.event.warnings).toEqual([]);
			expect(name).toContain(event.event.nativeType);
			expect(event.event.id).toBe(body.id);
			const item = event.event;
			expect(recorderEventSchema.parse(item)).toEqual(item);
			expect(item.raw).toBe(body);
		},
	);

	it.each([
		[
			'LiveBeganEvent',
			{ kind: 'live.started', room: fullRoom, streamer: fullStreamer, session: liveSession },
		],
		[
			'LiveEndedEvent',
			{
				kind: 'live.ended',
				room: fullRoom,
				streamer: fullStreamer,
				session: { ...noSession, endedAt: everyEvent.occurredAt },
			},
		],
		[
			'RecordingStartedEvent',
			{
				kind: 'recording.started',
				room: fullRoom,
				streamer: numberedStreamer,
				session: liveSession,
				recording: nothingRecorded,
			},
		],
		[
			'RecordingFinishedEvent',
			{
				kind: 'recording.ended',
				room: fullRoom,
				streamer: numberedStreamer,
				session: noSession,
				recording: nothingRecorded,
			},
		],
		[
			'RecordingCancelledEvent',
			{
				kind: 'recording.cancelled',
				room: fullRoom,
				streamer: numberedStreamer,
				session: liveSession,
				recording: nothingRecorded,
			},
		],
		[
			'VideoFileCreatedEvent-windows',
			{
				kind: 'file.opened',
				...ofRoomNumber,
				file: fileOf('flv', 'video', { ...opened, danmakuPath }),
			},
		],
		[
			'VideoFileCompletedEvent-windows',
			{
				kind: 'file.closed',
				...ofRoomNumber,
				file: fileOf('flv', 'video', { ...closed, danmakuPath }),
			},
		],
		[
			'DanmakuFileCreatedEvent',
			{ kind: 'file.opened', ...ofRoomNumber, file: fileOf('xml', 'danmaku', opened) },
		],
		[
			'DanmakuFileCompletedEvent',
			{ kind: 'file.closed', ...ofRoomNumber, file: fileOf('xml', 'danmaku', closed) },
		],
		[
			'RawDanmakuFileCreatedEvent',
			{ kind: 'file.opened', ...ofRoomNumber, file: fileOf('jsonl', 'raw_danmaku', opened) },
		],
		[
			'RawDanmakuFileCompletedEvent',
			{ kind: 'file.closed', ...ofRoomNumber, file: fileOf('jsonl', 'raw_danmaku', closed) },
		],
		[
			'CoverImageDownloadedEvent',
			{ kind: 'file.closed', ...ofRoomNumber, file: fileOf('jpg', 'cover', closed) },
		],
		[
			'VideoPostprocessingCompletedEvent',
			{
				kind: 'file.processed',
				...ofRoomNumber,
				file: fileOf('mp4', 'video', { danmakuPath }),
			},
		],
		[
			'PostprocessingCompletedEvent',
			{
				kind: 'file.processed',
				...ofRoomNumber,
				file: fileOf('mp4', 'video', { danmakuPath }),
			},
		],
		[
			'SpaceNoEnoughEvent',
			{
				kind: 'storage.low',
				room: noRoom,
				streamer: noStreamer,
				session: noSession,
				storage: {
					path: '/rec',
					thresholdBytes: 10737418240,
					freeBytes: 5204886016,
					totalBytes: 1000204886016,
				},
			},
		],
		[
			'Error',
			{
				kind: 'error',
				room: noRoom,
				streamer: noStreamer,
				session: noSession,
				error: {
					name: 'ZeroDivisionError',
					message:
						'Traceback (most recent call last):\n  File "/usr/lib/python3/site-packages/blrec/core/recorder.py", line 54, in <module>\n    try: 1/0\n         ~^~\nZeroDivisionError: division by zero\n',
				},
			},
		],
		[
			'v1.3-FileCompletedEvent',
			{
				kind: 'file.processed',
				...ofRoomNumber,
				occurredAt: '2022-01-29T17:39:33.070Z',
				file: fileOf('flv', 'video', { danmakuPath }),
			},
		],
	])('%s becomes the event expected', (name, expected) => {
		const body = bodyOf(name);
		const { id, type: nativeType } = body;
		expect(eventOf(format, body)).toEqual({
			...everyEvent,
			id,
			nativeType,
			state: stateIn(body),
			raw: body,
			...expected,
		});
	});

	it('a room change tells the new title and area, not the old ones', () => {
		const body: JsonObject = {
			...bodyOf('RecordingStartedEvent'),
			type: 'RoomChangeEvent',
		};
		expect(eventOf(format, body)).toEqual({
			...everyEvent,
			id: body.id,
			nativeType: 'RoomChangeEvent',
			kind: 'room.updated',
			room: fullRoom,
			streamer: numberedStreamer,
			session: liveSession,
			state: { ...everyEvent.state, live: true },
			change: { before: null, after: { title: '直播测试', area } },
			raw: body,
		});
	});
});

describe('blrec described', () => {
	it.each([
		[['a.xml', 'a.mp4'], 'a.mp4', 'video', 'a.xml', null, []],
		[['a.flv', 'a.jsonl', 'a.jpg'], 'a.flv', 'video', null, 'a.jpg', ['a.jsonl']],
		[['a.m4s', 'b.mp4', 'a.xml', 'b.xml'], 'a.m4s', 'video', 'a.xml', null, ['b.mp4', 'b.xml']],
		[['a.xml', 'a.jsonl'], 'a.xml', 'danmaku', null, null, ['a.jsonl']],
		[['a.bin'], 'a.bin', 'other', null, null, []],
		[['a.flv', 'a.flv'], 'a.flv', 'video', null, null, []],
	])('sorts out the files %j', (files, path, role, danmaku, cover, relatedPaths) => {
		const event = eventOf(format, withData(bodyOf('PostprocessingCompletedEvent'), { files }));
		expect(event).toMatchObject({
			kind: 'file.processed',
			file: { path, role, danmakuPath: danmaku, coverPath: cover, relatedPaths },
		});
	});

	it('takes a raw HLS recording for a video', () => {
		const path = '/rec/blive.m4s';
		const event = eventOf(format, withData(bodyOf('VideoFileCompletedEvent-windows'), { path }));
		expect(event).toMatchObject({
			file: { role: 'video', extension: 'm4s', danmakuPath: '/rec/blive.xml' },
		});
	});

	it.each([
		['2023-12-27 01:39:33+08:00', '2023-12-26T17:39:33.000Z'],
		['2023-12-27 01:39:33.999999+08:00', '2023-12-26T17:39:33.999Z'],
		[null, null],
	])('date %j is %j', (date, occurredAt) => {
		expect(eventOf(format, { ...bodyOf('Error'), date }).occurredAt).toBe(occurredAt);
	});

	it('has a short id, and ids of any length', () => {
		const members = { short_room_id: 3, room_id: '7281947362518364712' };
		const { room } = eventOf(format, withData(bodyOf('LiveBeganEvent'), members, 'room_info'));
		expect(room).toMatchObject({ id: '7281947362518364712', shortId: '3' });
	});
});

describe('blrec bodies that are odd', () => {
	it.each([
		['LiveBeganEvent', { name: 5 }, 'user_info', 'data.user_info.name'],
		['LiveBeganEvent', { title: ['a'] }, 'room_info', 'data.room_info.title'],
		['LiveEndedEvent', { short_room_id: 1.5 }, 'room_info', 'data.room_info.short_room_id'],
		['LiveEndedEvent', { user_info: 'me' }, undefined, 'data.user_info'],
		[
			'RecordingStartedEvent',
			{ live_start_time: '' },
			'room_info',
			'data.room_info.live_start_time',
		],
		['DanmakuFileCreatedEvent', { room_id: {} }, undefined, 'data.room_id'],
		['PostprocessingCompletedEvent', { files: ['a.mp4', 5, 'a.xml'] }, undefined, 'data.files[1]'],
		['PostprocessingCompletedEvent', { files: [null, 'a.mp4'] }, undefined, 'data.files[0]'],
		['SpaceNoEnoughEvent', { threshold: 1e300 }, undefined, 'data.threshold'],
		['SpaceNoEnoughEvent', { usage: 90 }, undefined, 'data.usage'],
		['Error', { detail: 5 }, undefined, 'data.detail'],
	])('%s with %j is an event with a warning', (name, members, within, path) => {
		const body = withData(bodyOf(name), members, within);
		const event = eventOf(format, body);
		expect(event.warnings.map((warning) => warning.path)).toEqual([path]);
		expect(recorderEventSchema.parse(event)).toEqual(event);
		expect(event.raw).toBe(body);
	});

	it('keeps the good files among bad ones, however many', () => {
		const files = Array.from({ length: 400_000 }, (_, index) => (index % 2 === 0 ? 0 : 'a.mp4'));
		const event = eventOf(format, withData(bodyOf('PostprocessingCompletedEvent'), { files }));
		expect(event).toMatchObject({ file: { path: 'a.mp4', relatedPaths: [] } });
		expect(event.warnings).toHaveLength(50);
		expect(event.warnings.at(-1)).toEqual({ path: '', message: '199951 more like these' });
	});

	it('members of old versions and new ones are no trouble', () => {
		const body = withData(bodyOf('LiveBeganEvent'), { level: 21, sign: 'hi' }, 'user_info');
		expect(parsed(format, { ...body, version: '3.0.0' }).event.warnings).toEqual([]);
	});

	it('an odd date is a warning', () => {
		const event = eventOf(format, { ...bodyOf('Error'), date: 1703641254000 });
		expect(event.occurredAt).toBeNull();
		expect(event.warnings.map(({ path }) => path)).toEqual(['date']);
	});

	it('passes on an event whose list of files is empty', () => {
		const body = withData(bodyOf('PostprocessingCompletedEvent'), { files: [] });
		expect(eventOf(format, body)).toMatchObject({
			kind: 'unknown',
			nativeType: 'PostprocessingCompletedEvent (no file)',
		});
	});

	it.each([
		['VideoFileCreatedEvent-linux', { path: '' }, 'data.path'],
		['VideoFileCreatedEvent-linux', { path: null }, 'data.path'],
		['PostprocessingCompletedEvent', { files: [0] }, 'data.files[0]'],
		['PostprocessingCompletedEvent', { files: 'a.mp4' }, 'data.files'],
		['RecordingStartedEvent', { room_info: null }, 'data.room_info'],
		['RecordingStartedEvent', { room_info: {} }, 'data.room_info.room_id'],
	])('%s with %j is invalid', (name, members, path) => {
		const body = withData(bodyOf(name), members);
		expect(format.recognise(body)).toBe(true);
		expect(refused(format, body).issues.map((issue) => issue.path)).toEqual([path]);
	});

	it.each([
		[{ id: '' }, 'id'],
		[{ id: 5 }, 'id'],
		[{ data: null }, 'data'],
		[{ data: [] }, 'data'],
	])('a body with %j is invalid', (members: JsonObject, path) => {
		const body = { ...bodyOf('Error'), ...members };
		expect(format.recognise(body)).toBe(true);
		expect(refused(format, body).issues.map((issue) => issue.path)).toEqual([path]);
	});

	it('a newer type is passed on as unknown', () => {
		const ofRoom: JsonObject = { ...bodyOf('LiveBeganEvent'), type: 'LivePausedEvent' };
		expect(eventOf(format, ofRoom)).toEqual({
			...everyEvent,
			id: ofRoom.id,
			nativeType: 'LivePausedEvent',
			state: { ...everyEvent.state, live: true },
			kind: 'unknown',
			room: fullRoom,
			streamer: fullStreamer,
			session: liveSession,
			raw: ofRoom,
		});
		const ofFile: JsonObject = {
			...bodyOf('DanmakuFileCompletedEvent'),
			type: 'SubtitleFileCompletedEvent',
		};
		expect(eventOf(format, ofFile)).toMatchObject({ kind: 'unknown', room: { id: '21263208' } });
		const ofNothing: JsonObject = { ...bodyOf('Error'), type: 'constructor', data: {} };
		expect(eventOf(format, ofNothing)).toMatchObject({ kind: 'unknown', room: noRoom });
		expect(parsed(format, ofNothing).known).toBe(false);
	});

	it('leaves other recorders’ bodies alone', () => {
		const others = loadWholeCorpus().filter(({ name }) => !name.startsWith('blrec/'));
		expect(others.filter(({ body }) => format.recognise(body))).toEqual([]);
		expect(others.length).toBeGreaterThan(100);
	});

	it('never throws', () => {
		const types = [...format.events.keys(), 'NewEvent'];
		const members = {
			id: fc.oneof(fc.uuid(), fc.jsonValue()),
			date: fc.oneof(fc.constant('2023-12-27 01:39:33+08:00'), fc.jsonValue()),
			type: fc.oneof(fc.constantFrom(...types), fc.jsonValue()),
			data: fc.oneof(
				fc.record(
					{
						room_info: fc.oneof(fc.record({ room_id: fc.integer() }), fc.jsonValue()),
						user_info: fc.jsonValue(),
						room_id: fc.jsonValue(),
						path: fc.oneof(fc.string(), fc.jsonValue()),
						files: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
						usage: fc.jsonValue(),
					},
					{ requiredKeys: [] },
				),
				fc.jsonValue(),
			),
		};
		fc.assert(
			fc.property(fc.record(members, { requiredKeys: [] }), (record) => {
				const result = format.parse(JSON.parse(JSON.stringify(record)), RECEIVED_AT);
				if (result.status === 'event') {
					const event = result.event;
					expect(recorderEventSchema.parse(event)).toEqual(event);
				}
			}),
		);
	});
});

describe('blrec identity', () => {
	it('is the id: the same for any order of members, another for another event', () => {
		const someSample = fc.constantFrom(...samplesByType().map(([, body]) => body));
		fc.assert(
			fc.property(someSample, fc.uuid(), fc.uuid(), (body, id, otherId) => {
				fc.pre(id !== otherId);
				const reversed = Object.fromEntries(Object.entries({ ...body, id }).reverse());
				expect(parsed(format, reversed).event.id).toBe(parsed(format, { ...body, id }).event.id);
				expect(parsed(format, { ...body, id: otherId }).event.id).not.toBe(
					parsed(format, reversed).event.id,
				);
			}),
		);
	});
});

describe('blrec built', () => {
	it('has a sample of each type, all with ids of their own', () => {
		expect(format.events.size).toBe(18);
		expect(samplesByType().map(([nativeType]) => nativeType)).toEqual([...format.events.keys()]);
		expect(new Set(samplesByType().map(([, { id }]) => id)).size).toBe(18);
	});

	it.each(samplesByType())('%s: a sample survives normalise and build', (nativeType, body) => {
		const event = eventOf(format, body);
		expect(event.nativeType).toBe(nativeType);
		expect(event.warnings).toEqual([]);
		const built = format.events.get(nativeType)?.build(event, { utcOffsetMinutes: 0 });
		if (!isJsonObject(built)) throw new Error(`Not built: ${String(built)}`);
		expect(memberNames(built)).toEqual(memberNames(body));
		expect({ ...eventOf(format, built), raw: {} }).toEqual({ ...event, raw: {} });
		const decoded: JsonValue = JSON.parse(format.delivery.encode(built));
		expect(decoded).toEqual(built);
	});

	it.each(samplesByType().filter(([type]) => type !== 'FileCompletedEvent'))(
		'%s is the event that the format builds for its sample',
		(nativeType, body) => {
			expect(format.build(eventOf(format, body))).toMatchObject({ ok: true, nativeType });
		},
	);

	it.each([
		['2023-12-26T17:39:33.070Z', '2023-12-27 01:39:33.070000+08:00'],
		['2023-12-26T17:39:33.000Z', '2023-12-27 01:39:33+08:00'],
		['2023-12-26T15:59:59.001Z', '2023-12-26 23:59:59.001000+08:00'],
	])('writes %s as %s', (occurredAt, date) => {
		const event: RecorderEvent = { ...eventOf(format, bodyOf('Error')), occurredAt };
		expect(format.build(event, { utcOffsetMinutes: -300 })).toMatchObject({ body: { date } });
		expect(format.build({ ...event, occurredAt: null })).toMatchObject({
			body: { date: '2026-08-08 20:00:01+08:00' },
		});
	});

	it.each([
		['flv', 'video', 'VideoFileCompletedEvent'],
		['xml', 'danmaku', 'DanmakuFileCompletedEvent'],
		['jsonl', 'raw_danmaku', 'RawDanmakuFileCompletedEvent'],
		['jpg', 'cover', 'CoverImageDownloadedEvent'],
	] as const)('a closed .%s file of role %s is a %s', (extension, role, nativeType) => {
		const event = eventOf(format, bodyOf('VideoFileCompletedEvent-windows'));
		if (event.kind !== 'file.closed') throw new Error(event.kind);
		const path = `/rec/a.${extension}`;
		const built = format.build({ ...event, file: { ...event.file, role, path } });
		expect(built).toMatchObject({ nativeType, body: { data: { room_id: 21263208, path } } });
	});

	it('says what it has no event for', () => {
		const event = eventOf(format, bodyOf('Error'));
		expect(format.build({ ...event, kind: 'app.started' }).ok).toBe(false);
		const live = eventOf(format, bodyOf('LiveBeganEvent'));
		expect(format.build({ ...live, room: { ...live.room, id: 'douyin-room' } }).ok).toBe(false);
		const file = eventOf(format, bodyOf('VideoFileCompletedEvent-windows'));
		if (file.kind !== 'file.closed') throw new Error(file.kind);
		const other: RecorderEvent = { ...file, file: { ...file.file, role: 'other' } };
		expect(format.build(other)).toEqual({
			ok: false,
			message: "blrec Webhook has no event for 'file.closed'",
		});
	});

	it('tells all files where they are more than a video and its danmaku', () => {
		const files = ['/rec/a.mp4', '/rec/a.xml', '/rec/a.jsonl', '/rec/a.png'];
		const event = eventOf(format, withData(bodyOf('PostprocessingCompletedEvent'), { files }));
		expect(format.build(event)).toMatchObject({
			nativeType: 'PostprocessingCompletedEvent',
			body: { data: { room_id: 21263208, files } },
		});
		const fewer = eventOf(format, bodyOf('PostprocessingCompletedEvent'));
		expect(format.build(fewer)).toMatchObject({
			nativeType: 'VideoPostprocessingCompletedEvent',
		});
	});
});

describe('blrec delivery', () => {
	it('has sixteen attempts within 180 seconds', () => {
		const attempts = [0];
		for (const wait of format.delivery.waitsSeconds) attempts.push((attempts.at(-1) ?? 0) + wait);
		expect(attempts).toEqual([0, 1, 3, 7, 15, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180]);
		expect(format.delivery.timeoutSeconds).toBe(300);
		expect(format.delivery.success).toBe('below 400');
		expect(format.delivery.bodyOfAttempt).toBeUndefined();
	});

	it('sends the headers of blrec in their order', () => {
		expect(Object.entries(format.delivery.headers)).toEqual([
			['User-Agent', 'blrec/2.0.0-beta.5'],
			['Accept', '*/*'],
			['Accept-Encoding', 'gzip, deflate'],
			['Content-Type', 'application/json'],
		]);
	});

	it('writes JSON as Python does', () => {
		const body = {
			id: 'a',
			data: { path: 'C:\\早\u007f/稻😀', files: ['a', 'b'], room_id: 41682, none: null },
		};
		expect(format.delivery.encode(body)).toBe(
			'{"id": "a", "data": {"path": "C:\\\\\\u65e9\\u007f/\\u7a3b\\ud83d\\ude00", "files": ["a", "b"], "room_id": 41682, "none": null}}',
		);
	});
});
