import * as fc from 'fast-check';

import { bililiveRecorder } from '../../formats/bililiveRecorder';
import { bililiveRecorderV1 } from '../../formats/bililiveRecorder/v1';
import { bililiveRecorderV2 } from '../../formats/bililiveRecorder/v2';
import { isJsonObject, type JsonObject, type JsonValue, objectAt } from '../../formats/json';
import { type RecorderEvent } from '../../formats/recorderEvent';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { RECEIVED_AT, built, eventOf, parsed } from './parsing';

const corpora = { v1: loadCorpus('bililiverecorder-v1'), v2: loadCorpus('bililiverecorder-v2') };

function bodyOf(version: keyof typeof corpora, name: string): JsonObject {
	const found = corpora[version].find(({ file }) => file === `${name}.json`);
	if (found === undefined) throw new Error(`No ${name}.json of ${version}`);
	return structuredClone(found.body);
}

function dataOf(body: JsonObject): JsonObject {
	if (!isJsonObject(body.EventData)) throw new Error('No EventData');
	return body.EventData;
}

const room = {
	id: '23058',
	shortId: '3',
	platform: 'bilibili',
	title: '哔哩哔哩音悦台',
	url: 'https://live.bilibili.com/23058',
	coverUrl: null,
	area: { parent: '生活', child: '影音馆' },
};
/** The room as the documents’ samples of 2.0.0 have it. */
const radio = { ...room, area: { parent: '电台', child: '唱见电台' } };
const streamer = { id: null, name: '3号直播间', avatarUrl: null };
const sessionId = '7c7f3672-70ce-405a-aa12-886702ced6e5';
const noSession = { id: null, startedAt: null, endedAt: null, platformLiveId: null };
const nothingOfRecording = { paths: [], localPaths: [], sizeBytes: null, durationSeconds: null };

describe('Webhook V2', () => {
	test('FileClosed in full, as the documents print it', () => {
		const body = bodyOf('v2', 'docs-2.0-FileClosed');
		const path = '23058-3号直播间/录制-23058-20210514-175250-哔哩哔哩音悦台';
		expect(eventOf(bililiveRecorderV2, body)).toEqual({
			kind: 'file.closed',
			id: '98f85267-e08c-4f15-ad9a-1fc463d42b0b',
			recorder: 'bililive-recorder',
			format: 'bililive-recorder.v2',
			nativeType: 'FileClosed',
			occurredAt: '2021-05-14T09:52:54.946Z',
			receivedAt: RECEIVED_AT,
			room,
			streamer,
			session: { id: sessionId, startedAt: null, endedAt: null, platformLiveId: null },
			file: {
				path: `${path}.flv`,
				localPath: null,
				name: '录制-23058-20210514-175250-哔哩哔哩音悦台.flv',
				extension: 'flv',
				role: 'video',
				sizeBytes: 816412,
				durationSeconds: 4.992,
				openedAt: '2021-05-14T09:52:50.524Z',
				closedAt: '2021-05-14T09:52:54.946Z',
				sourcePath: null,
				danmakuPath: `${path}.xml`,
				coverPath: null,
				relatedPaths: [],
				sourceLocalPath: null,
				danmakuLocalPath: null,
				coverLocalPath: null,
				relatedLocalPaths: [],
			},
			state: { live: true, recording: true, danmakuConnected: true },
			warnings: [],
			remembered: [],
			raw: body,
		});
	});

	test.each<[string, Partial<RecorderEvent>]>([
		[
			'docs-1.3-SessionStarted',
			{
				kind: 'recording.started',
				session: {
					id: sessionId,
					startedAt: '2021-05-14T09:52:44.496Z',
					endedAt: null,
					platformLiveId: null,
				},
				recording: nothingOfRecording,
			},
		],
		['docs-2.0-SessionStarted', { kind: 'recording.started' }],
		['docs-1.3-FileOpening', { kind: 'file.opened' }],
		['docs-2.0-FileOpening', { kind: 'file.opened' }],
		['docs-1.3-FileClosed', { kind: 'file.closed' }],
		[
			'docs-1.3-SessionEnded',
			{
				kind: 'recording.ended',
				session: {
					id: sessionId,
					startedAt: null,
					endedAt: '2021-05-14T09:52:54.948Z',
					platformLiveId: null,
				},
				recording: nothingOfRecording,
			},
		],
		['docs-2.0-SessionEnded', { kind: 'recording.ended' }],
		['docs-2.0-StreamStarted', { kind: 'live.started', session: noSession, room: radio }],
		['docs-2.0-StreamEnded', { kind: 'live.ended', session: noSession, room: radio }],
	])('%s', (name, expected) => {
		expect(eventOf(bililiveRecorderV2, bodyOf('v2', name))).toMatchObject({
			room,
			streamer,
			warnings: [],
			...expected,
		});
	});

	test('a captured FileOpening: no short id, six fraction digits', () => {
		expect(eventOf(bililiveRecorderV2, bodyOf('v2', 'real-issue553-FileOpening-a'))).toMatchObject({
			kind: 'file.opened',
			occurredAt: '2023-11-28T15:47:45.594Z',
			room: { id: '11954219', shortId: null },
			file: { openedAt: '2023-11-28T15:47:45.594Z', closedAt: null, sizeBytes: null },
		});
	});

	test('every event names its room and streamer', () => {
		for (const { body } of corpora.v2) {
			const { room: found, streamer: who } = eventOf(bililiveRecorderV2, body);
			expect(found.id).toBe(String(dataOf(body).RoomId));
			expect(who.name).toBe(dataOf(body).Name);
		}
	});

	test('a newer type is passed on', () => {
		const body = bodyOf('v2', 'docs-2.0-SessionStarted');
		expect(parsed(bililiveRecorderV2, { ...body, EventType: 'PkStarted' })).toMatchObject({
			known: false,
			event: {
				kind: 'unknown',
				nativeType: 'PkStarted',
				room,
				streamer,
				session: { id: sessionId },
				occurredAt: '2021-05-14T09:52:44.496Z',
			},
		});
		const bare = { ...body, EventType: 'PkStarted', EventTimestamp: null, EventData: {} };
		expect(eventOf(bililiveRecorderV2, bare)).toMatchObject({ room: { id: null, url: null } });
	});

	test('odd optional members become warnings, the rest stays', () => {
		const body = bodyOf('v2', 'docs-2.0-FileClosed');
		Object.assign(dataOf(body), { Duration: 'long', FileCloseTime: 'now', Title: null });
		const event = eventOf(bililiveRecorderV2, body);
		expect(event.warnings.map(({ path }) => path).sort()).toEqual([
			'EventData.Duration',
			'EventData.FileCloseTime',
		]);
		expect(event).toMatchObject({
			room: { ...room, title: null },
			file: { durationSeconds: null, closedAt: null, sizeBytes: 816412 },
			warnings: event.warnings,
		});
	});

	test.each([
		['EventId', 'EventId'],
		['EventData', 'EventData'],
	])('without %s it is invalid', (member, path) => {
		const body = bodyOf('v2', 'docs-2.0-FileClosed');
		delete body[member];
		expect(bililiveRecorderV2.parse(body, RECEIVED_AT)).toMatchObject({
			status: 'invalid',
			nativeType: 'FileClosed',
			issues: [{ path }],
		});
	});

	test.each(['RoomId', 'RelativePath'])('without %s a file event is invalid', (member) => {
		const body = bodyOf('v2', 'docs-2.0-FileClosed');
		delete dataOf(body)[member];
		expect(bililiveRecorderV2.parse(body, RECEIVED_AT)).toMatchObject({
			status: 'invalid',
			issues: [{ path: `EventData.${member}` }],
		});
	});

	test.each([null, undefined, []])('a newer type may have %j for data', (EventData) => {
		const rest = bodyOf('v2', 'docs-2.0-SessionStarted');
		delete rest.EventData;
		const body = {
			...rest,
			EventType: 'PkStarted',
			...(EventData === undefined ? {} : { EventData }),
		};
		expect(bililiveRecorderV2.recognise(body)).toBe(true);
		expect(eventOf(bililiveRecorderV2, body)).toMatchObject({
			kind: 'unknown',
			nativeType: 'PkStarted',
		});
	});

	test('a type or id of another type is invalid', () => {
		const body = bodyOf('v2', 'docs-2.0-FileClosed');
		expect(bililiveRecorderV2.parse({ ...body, EventType: 5 }, RECEIVED_AT)).toMatchObject({
			status: 'invalid',
			nativeType: null,
		});
		expect(bililiveRecorderV2.parse({ ...body, EventId: 5 }, RECEIVED_AT)).toMatchObject({
			status: 'invalid',
		});
		expect(bililiveRecorderV2.recognise({ ...body, EventType: 5 })).toBe(false);
		expect(bililiveRecorderV2.recognise({ EventType: 'FileClosed', EventData: [] })).toBe(false);
	});

	test('what is built from a captured body is that body, up to the millisecond', () => {
		for (const { name, body } of corpora.v2.filter(({ file }) => file.startsWith('recon-2.x'))) {
			const event = eventOf(bililiveRecorderV2, body);
			const again = built(bililiveRecorderV2, event);
			expect(Object.keys(again)).toEqual(Object.keys(body));
			expect([name, ...Object.keys(dataOf(again))]).toEqual([name, ...Object.keys(dataOf(body))]);
			expect({ ...eventOf(bililiveRecorderV2, again), raw: null }).toEqual({
				...event,
				raw: null,
			});
		}
	});

	test('every sample is rebuilt from its own event', () => {
		for (const definition of bililiveRecorderV2.events.values()) {
			for (const sample of definition.samples) {
				const event = eventOf(bililiveRecorderV2, sample);
				const again = built(bililiveRecorderV2, event);
				expect({ ...eventOf(bililiveRecorderV2, again), raw: null }).toEqual({
					...event,
					raw: null,
				});
			}
		}
	});

	test('the recorder’s time zone is the sender’s choice', () => {
		const event = eventOf(bililiveRecorderV2, bodyOf('v2', 'docs-2.0-FileOpening'));
		const result = bililiveRecorderV2.build(event, { utcOffsetMinutes: 0 });
		expect(result).toMatchObject({
			ok: true,
			nativeType: 'FileOpening',
			body: { EventData: { FileOpenTime: '2021-05-14T09:52:50.524+00:00' } },
		});
	});

	test('says whether the recording broke off or the live ended', () => {
		const body = bodyOf('v2', 'docs-2.0-FileClosed');
		const [Recording, Streaming, DanmakuConnected] = [false, true, false];
		const data = objectAt(body, 'EventData') ?? {};
		const broken = { ...body, EventData: { ...data, Recording, Streaming, DanmakuConnected } };
		const event = eventOf(bililiveRecorderV2, broken);
		expect(event.state).toEqual({ live: true, recording: false, danmakuConnected: false });
		expect(built(bililiveRecorderV2, event)).toMatchObject({
			EventData: { Recording, Streaming, DanmakuConnected },
		});
		const silent = eventOf(bililiveRecorderV2, bodyOf('v2', 'docs-1.3-FileClosed'));
		expect(silent.state).toEqual({ live: null, recording: null, danmakuConnected: null });
	});

	test('gaps of an event are filled as BililiveRecorder fills them', () => {
		const closed = eventOf(bililiveRecorderV2, bodyOf('v2', 'docs-2.0-FileClosed'));
		if (closed.kind !== 'file.closed') throw new Error(closed.kind);
		const gaps = {
			occurredAt: null,
			room: { ...room, shortId: null, title: null, area: { parent: null, child: null } },
			streamer: { id: null, name: null, avatarUrl: null },
			session: noSession,
			state: { live: null, recording: null, danmakuConnected: null },
		};
		const file = {
			...closed.file,
			sizeBytes: null,
			durationSeconds: null,
			openedAt: null,
			closedAt: null,
		};
		const now = '2026-08-08T20:00:01+08:00';
		expect(built(bililiveRecorderV2, { ...closed, ...gaps, file })).toMatchObject({
			EventTimestamp: now,
			EventData: {
				SessionId: closed.id,
				FileSize: 0,
				Duration: 0,
				FileOpenTime: now,
				FileCloseTime: now,
				ShortId: 0,
				Name: '',
				Title: '',
				AreaNameParent: '',
				AreaNameChild: '',
			},
		});
		const opened = { ...closed, ...gaps, file, kind: 'file.opened' as const };
		expect(built(bililiveRecorderV2, opened)).toMatchObject({
			EventData: { SessionId: closed.id, FileOpenTime: now },
		});
		expect(
			built(bililiveRecorderV2, { ...opened, occurredAt: '2021-05-14T09:00:00.000Z' }),
		).toMatchObject({ EventData: { FileOpenTime: '2021-05-14T17:00:00+08:00' } });
		for (const kind of ['recording.started', 'recording.ended'] as const) {
			const event = { ...closed, ...gaps, kind, recording: nothingOfRecording };
			expect(built(bililiveRecorderV2, event)).toMatchObject({
				EventData: { SessionId: closed.id },
			});
		}
	});

	test('what it cannot say is not built', () => {
		const closed = eventOf(bililiveRecorderV2, bodyOf('v2', 'docs-2.0-FileClosed'));
		if (closed.kind !== 'file.closed') throw new Error(closed.kind);
		const textual = { ...closed, room: { ...room, id: 'some-channel' } };
		expect(bililiveRecorderV2.build(textual)).toEqual({
			ok: false,
			message:
				"BililiveRecorder Webhook V2 can't say this 'file.closed' event: its room ids are numbers, and 'some-channel' is none",
		});
		const danmaku = { ...closed, file: { ...closed.file, role: 'danmaku' as const } };
		expect(bililiveRecorderV2.build(danmaku)).toMatchObject({ ok: false });
		expect(bililiveRecorderV2.build({ ...danmaku, kind: 'file.opened' })).toMatchObject({
			ok: false,
		});
		expect(
			bililiveRecorderV2.build({ ...closed, kind: 'error', error: { name: null, message: null } }),
		).toMatchObject({ ok: false });
	});
});

describe('Webhook V1', () => {
	test('the documents’ sample', () => {
		const body = bodyOf('v1', 'docs-v1');
		expect(eventOf(bililiveRecorderV1, body)).toEqual({
			kind: 'file.closed',
			id: 'bc2d0a41-2711-4f9b-8619-e54104fe90d8',
			recorder: 'bililive-recorder',
			format: 'bililive-recorder.v1',
			nativeType: 'FileClosed',
			occurredAt: '2021-01-07T08:06:16.169Z',
			receivedAt: RECEIVED_AT,
			room: {
				id: '14846654',
				shortId: null,
				platform: 'bilibili',
				title: body.Title,
				url: 'https://live.bilibili.com/14846654',
				coverUrl: null,
				area: { parent: null, child: null },
			},
			streamer: { id: null, name: '小司无常', avatarUrl: null },
			session: noSession,
			file: {
				path: body.RelativePath,
				localPath: null,
				name: expect.stringMatching(/\.flv$/),
				extension: 'flv',
				role: 'video',
				sizeBytes: body.FileSize,
				durationSeconds: null,
				openedAt: '2021-01-07T07:06:16.138Z',
				closedAt: '2021-01-07T08:06:16.169Z',
				sourcePath: null,
				danmakuPath: String(body.RelativePath).replace(/\.flv$/, '.xml'),
				coverPath: null,
				relatedPaths: [],
				sourceLocalPath: null,
				danmakuLocalPath: null,
				coverLocalPath: null,
				relatedLocalPaths: [],
			},
			state: { live: null, recording: null, danmakuConnected: null },
			warnings: [],
			remembered: [],
			raw: body,
		});
	});

	test('is not V2, and V2 is not V1', () => {
		for (const { body } of corpora.v1) expect(bililiveRecorderV2.recognise(body)).toBe(false);
		for (const { body } of corpora.v2) expect(bililiveRecorderV1.recognise(body)).toBe(false);
	});

	test('without an id it is invalid', () => {
		expect(
			bililiveRecorderV1.parse({ RoomId: 1, RelativePath: 'a.flv' }, RECEIVED_AT),
		).toMatchObject({
			status: 'invalid',
			issues: [{ path: 'EventRandomId' }],
		});
	});

	test('is rebuilt from its own event, in its own order', () => {
		const body = bodyOf('v1', 'docs-v1');
		const event = eventOf(bililiveRecorderV1, body);
		const again = built(bililiveRecorderV1, event);
		expect(Object.keys(again)).toEqual(Object.keys(body));
		expect({ ...eventOf(bililiveRecorderV1, again), raw: null }).toEqual({
			...event,
			raw: null,
		});
	});

	test('gaps are filled, other roles and textual rooms are not built', () => {
		const event = eventOf(bililiveRecorderV1, bodyOf('v1', 'docs-v1'));
		if (event.kind !== 'file.closed') throw new Error(event.kind);
		const gaps = {
			...event,
			occurredAt: null,
			room: { ...event.room, title: null },
			streamer: { id: null, name: null, avatarUrl: null },
			file: { ...event.file, sizeBytes: null, openedAt: null, closedAt: null },
		};
		expect(built(bililiveRecorderV1, gaps)).toMatchObject({
			Name: '',
			Title: '',
			FileSize: 0,
			StartRecordTime: '2026-08-08T20:00:01+08:00',
			EndRecordTime: '2026-08-08T20:00:01+08:00',
		});
		const cover = { ...event, file: { ...event.file, role: 'cover' as const } };
		expect(bililiveRecorderV1.build(cover)).toMatchObject({ ok: false });
		expect(bililiveRecorderV1.build({ ...event, room: { ...event.room, id: null } })).toMatchObject(
			{ ok: false },
		);
	});
});

describe('delivery', () => {
	const { delivery } = bililiveRecorderV2;

	test('three attempts after 0, 1 and 2 seconds', () => {
		expect(delivery).toMatchObject({
			headers: { 'User-Agent': 'BililiveRecorder/2.11.2', 'Content-Type': 'application/json' },
			waitsSeconds: [1, 2],
			timeoutSeconds: 100,
			success: '2xx',
		});
		expect(delivery.bodyOfAttempt).toBeUndefined();
		for (const { delivery: same } of bililiveRecorder.formats) expect(same).toBe(delivery);
	});

	test('durations have a point, sizes have none', () => {
		const body = { FileSize: 3600, Duration: 3600, RoomId: 3 };
		expect(delivery.encode(body)).toBe('{"FileSize":3600,"Duration":3600.0,"RoomId":3}');
	});

	test('any event is decoded from its bytes as it was', () => {
		const text = fc.string({ unit: 'grapheme', maxLength: 30 });
		fc.assert(
			fc.property(
				text,
				text,
				fc.double({ min: 0, max: 1e9, noNaN: true }),
				(name, title, length) => {
					const body = bodyOf('v2', 'docs-2.0-FileClosed');
					Object.assign(dataOf(body), { Name: name, Title: title, Duration: length });
					const decoded: JsonValue = JSON.parse(delivery.encode(body));
					expect(decoded).toEqual(body);
				},
			),
		);
	});
});
