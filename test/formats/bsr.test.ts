import * as fc from 'fast-check';

import { bsr } from '../../formats/bsr';
import { bsrDocumented } from '../../formats/bsr/documented';
import { bsrReleased } from '../../formats/bsr/released';
import { isJsonObject, type JsonObject, type JsonValue } from '../../formats/json';
import { type RecorderEvent, recorderEventSchema } from '../../formats/recorderEvent';
import type { RecorderFormat } from '../../formats/recorderFormat';
import { formatsOf, recorders } from '../../formats/registry';
import { loadCorpus, loadWholeCorpus } from '../fixtures/loadCorpus.cjs';
import { RECEIVED_AT, eventOf, parsed } from './parsing';

const corpus = loadCorpus('bsr');
const unknownArea = { parent: null, child: null };
const nothingOfRecording = { paths: [], localPaths: [], sizeBytes: null, durationSeconds: null };

function bodyOf(name: string): JsonObject {
	const found = corpus.find(({ file }) => file === `${name}.json`);
	if (found === undefined) throw new Error(`No ${name}.json in the corpus`);
	return structuredClone(found.body);
}

function formatFor(name: string): RecorderFormat {
	return name.startsWith('draft2025-') ? bsrDocumented : bsrReleased;
}

/** The part of an event that its type decides: without what every event of the format has. */
function essence(event: RecorderEvent): Partial<RecorderEvent> {
	const { receivedAt, raw, remembered, warnings, recorder, format, nativeType, state, ...rest } =
		event;
	expect(state.danmakuConnected).toBeNull();
	expect({ receivedAt, remembered, recorder }).toEqual({
		receivedAt: RECEIVED_AT,
		remembered: [],
		recorder: 'bsr',
	});
	expect(warnings).toEqual([]);
	expect(raw).toMatchObject({ event: nativeType });
	expect(format).toMatch(/^bsr/);
	return rest;
}

/** A copy of the body with one member replaced, or taken out where the value is undefined. */
function withMember(body: JsonObject, path: readonly string[], value?: JsonValue): JsonObject {
	const copy = structuredClone(body);
	let parent = copy;
	for (const name of path.slice(0, -1)) {
		const child = parent[name];
		if (!isJsonObject(child)) throw new Error(`${name} is no object`);
		parent = child;
	}
	const last = path.at(-1) ?? '';
	if (value === undefined) delete parent[last];
	else parent[last] = value;
	return copy;
}

/** The paths of all members, those of nested objects included. */
function memberPaths(body: JsonObject): string[][] {
	return Object.entries(body).flatMap(([name, value]) => [
		[name],
		...(isJsonObject(value) ? memberPaths(value).map((path) => [name, ...path]) : []),
	]);
}

const xinrea = {
	id: '475210',
	name: 'Xinrea',
	avatarUrl: 'https://i1.hdslb.com/bfs/face/91beb3bf444b295fe12bae1f3dc6d9fc4fe4c224.jpg',
};
const shiori = {
	id: '1609526545',
	name: '栞栞Shiori',
	avatarUrl: 'https://i1.hdslb.com/bfs/face/47e8dbabb895de44ec6cace085d4dc1d40307277.jpg',
};
const nobody = { id: null, name: null, avatarUrl: null };
const noSession = { id: null, startedAt: null, endedAt: null, platformLiveId: null };
const room843610 = {
	id: '843610',
	shortId: null,
	platform: 'bilibili',
	title: '登顶！',
	url: 'https://live.bilibili.com/843610',
	coverUrl:
		'https://i0.hdslb.com/bfs/live/new_room_cover/73aea43f4b4624c314d62fea4b424822fb506dfb.jpg',
	area: unknownArea,
};
const room26966466 = {
	...room843610,
	id: '26966466',
	title: '早安獭獭栞！下播前抽fufu',
	url: 'https://live.bilibili.com/26966466',
	coverUrl: 'https://i0.hdslb.com/bfs/live/user_cover/b810c36855168034557e905e5916b1dba1761fa4.jpg',
};
const bareRoom = (id: string, platform = 'bilibili', page = 'live.bilibili.com') => ({
	id,
	shortId: null,
	platform,
	title: null,
	url: `https://${page}/${id}`,
	coverUrl: null,
	area: unknownArea,
});
const documentedId = '23dd6c5d-c33b-4023-8b00-ec60e8abee3c';
const documentedRoom = {
	id: '123456',
	shortId: null,
	platform: 'bilibili',
	title: '测试直播间',
	url: 'https://live.bilibili.com/123456',
	coverUrl: 'https://example.com/cover.jpg',
	area: unknownArea,
};
const documentedStreamer = {
	id: '123456',
	name: '测试主播',
	avatarUrl: 'https://example.com/avatar.jpg',
};
const documentedTime = '2024-07-01T16:00:00.000Z';
const documentedStart = {
	id: '123456',
	startedAt: documentedTime,
	endedAt: null,
	platformLiveId: null,
};
const documentedEnd = { ...documentedStart, endedAt: documentedTime };
const documentedClip = {
	id: '123456',
	title: '测试切片',
	path: 'test.mp4',
	sizeBytes: null,
	durationSeconds: 33,
	localPath: null,
	coverPath: null,
	note: null,
	coverLocalPath: null,
	uploadId: null,
};
const documented = {
	id: documentedId,
	occurredAt: documentedTime,
	room: documentedRoom,
	streamer: documentedStreamer,
};

/** What each of these bodies says, member by member. */
const expectations: Record<string, Partial<RecorderEvent>> = {
	'docs-v2.12-live.started': {
		kind: 'live.started',
		id: 'f12f3424-f7d8-4b2f-a8b7-55477411482e',
		occurredAt: '2025-09-07T03:53:10.000Z',
		room: room843610,
		streamer: xinrea,
		session: noSession,
	},
	'docs-head-live.ended': {
		kind: 'live.ended',
		id: 'e8b0756a-02f9-4655-b5ae-a170bf9547bd',
		occurredAt: '2025-09-07T03:56:05.000Z',
		room: room843610,
		streamer: xinrea,
		session: noSession,
	},
	'docs-v2.12-record.started': {
		kind: 'recording.started',
		id: '5ec1ea10-2b31-48fd-8deb-f2d7d2ea5985',
		occurredAt: '2025-09-07T03:34:05.000Z',
		room: room26966466,
		streamer: shiori,
		session: {
			id: '1757216045412',
			startedAt: '2025-09-07T03:34:05.412Z',
			endedAt: null,
			platformLiveId: null,
		},
		recording: nothingOfRecording,
	},
	'docs-v2.12-record.ended': {
		kind: 'recording.ended',
		id: '56fd03e5-3965-4c2e-a6a9-bb6932347eb3',
		occurredAt: '2025-09-07T03:34:00.000Z',
		room: room26966466,
		streamer: shiori,
		session: {
			id: '1757215994597',
			startedAt: '2025-09-07T03:33:14.597Z',
			endedAt: '2025-09-07T03:34:00.000Z',
			platformLiveId: null,
		},
		recording: { paths: [], localPaths: [], sizeBytes: null, durationSeconds: 52.96700000000001 },
	},
	'docs-v2.12-archive.deleted': {
		kind: 'recording.deleted',
		id: 'c32bc811-ab4b-49fd-84c7-897727905d16',
		occurredAt: '2025-09-06T16:30:19.000Z',
		room: { ...bareRoom('1967212929'), title: '灶台O.o' },
		streamer: nobody,
		session: {
			id: '1756607084705',
			startedAt: '2025-08-31T02:24:44.705Z',
			endedAt: null,
			platformLiveId: null,
		},
		recording: { paths: [], localPaths: [], sizeBytes: 1927112, durationSeconds: 9 },
	},
	'docs-v2.12-recorder.added': {
		kind: 'room.added',
		id: 'a96a5e9f-9857-4c13-b889-91da2ace208a',
		occurredAt: '2025-09-07T03:33:14.000Z',
		room: bareRoom('26966466'),
		streamer: nobody,
		session: noSession,
	},
	'docs-v2.12-clip.generated': {
		kind: 'clip.created',
		id: 'f542e0e1-688b-4f1a-8ce1-e5e51530cf5d',
		occurredAt: '2025-09-06T16:16:11.000Z',
		room: bareRoom('27183290'),
		streamer: nobody,
		session: {
			id: '1757172501727',
			startedAt: '2025-09-06T15:28:21.727Z',
			endedAt: null,
			platformLiveId: null,
		},
		clip: {
			id: '316',
			title: null,
			path: '[27183290][1757172501727][一起看凡人修仙传][2025-09-07_00-16-11].mp4',
			sizeBytes: 53049119,
			durationSeconds: 121,
			localPath: null,
			coverPath: '[27183290][1757172501727][一起看凡人修仙传][2025-09-07_00-16-11].jpg',
			note: null,
			coverLocalPath: null,
			uploadId: null,
		},
	},
	'recon-v2.15-recorder.added': {
		kind: 'room.added',
		id: '00000003-0000-4000-8000-000000000000',
		occurredAt: '2025-10-26T03:33:14.000Z',
		room: bareRoom('26966466', 'huya', 'www.huya.com'),
		streamer: nobody,
		session: noSession,
	},
	'recon-v2.16+-recorder.added-douyin-extra': {
		kind: 'room.added',
		id: '00000007-0000-4000-8000-000000000000',
		occurredAt: '2026-01-07T03:33:14.000Z',
		room: bareRoom('7520000000000000001', 'douyin', 'live.douyin.com'),
		streamer: nobody,
		session: noSession,
	},
	'recon-v2.16+-recorder.removed': {
		kind: 'room.removed',
		id: '00000009-0000-4000-8000-000000000000',
		occurredAt: '2026-01-07T03:36:55.000Z',
		room: bareRoom('27183290'),
		streamer: nobody,
		session: noSession,
	},
	'recon-v2.16+-live.started': {
		kind: 'live.started',
		id: '00000010-0000-4000-8000-000000000000',
		occurredAt: '2026-01-07T03:39:50.000Z',
		room: room26966466,
		streamer: shiori,
		session: noSession,
	},
	'recon-v2.16+-live.ended': {
		kind: 'live.ended',
		id: '00000011-0000-4000-8000-000000000000',
		occurredAt: '2026-01-07T06:29:25.000Z',
		room: room26966466,
		streamer: shiori,
		session: { ...noSession, platformLiveId: '1767757190' },
	},
	'recon-v2.16+-record.started-huya': {
		kind: 'recording.started',
		id: '00000014-0000-4000-8000-000000000000',
		occurredAt: '2026-01-07T03:40:00.000Z',
		room: {
			...room26966466,
			id: '660000',
			platform: 'huya',
			url: 'https://www.huya.com/660000',
		},
		streamer: { ...shiori, id: '1199512345678', name: '主播' },
		session: {
			id: '1767757200123',
			startedAt: '2026-01-07T03:40:00.123Z',
			endedAt: null,
			platformLiveId: '7331234567890',
		},
		recording: nothingOfRecording,
	},
	'recon-v2.16+-record.ended': {
		kind: 'recording.ended',
		id: '00000015-0000-4000-8000-000000000000',
		occurredAt: '2026-01-07T06:29:20.000Z',
		room: room26966466,
		streamer: shiori,
		session: {
			id: '1767757200123',
			startedAt: '2026-01-07T03:40:00.123Z',
			endedAt: '2026-01-07T06:29:20.000Z',
			platformLiveId: '1767757190',
		},
		recording: nothingOfRecording,
	},
	'recon-v2.16-archive.deleted': {
		kind: 'recording.deleted',
		id: '00000017-0000-4000-8000-000000000000',
		occurredAt: '2026-01-07T15:33:20.000Z',
		room: { ...bareRoom('1967212929'), title: '灶台O.o' },
		streamer: nobody,
		session: {
			id: '1767757200123',
			startedAt: '2026-01-07T03:40:00.123Z',
			endedAt: null,
			platformLiveId: '1767757190',
		},
		recording: { paths: [], localPaths: [], sizeBytes: 1927112, durationSeconds: 9 },
	},
	'recon-v2.16+-clip.generated': {
		kind: 'clip.created',
		id: '00000019-0000-4000-8000-000000000000',
		occurredAt: '2026-01-06T16:16:11.000Z',
		room: bareRoom('27183290'),
		streamer: nobody,
		session: {
			id: '1757172501727',
			startedAt: '2025-09-06T15:28:21.727Z',
			endedAt: null,
			platformLiveId: null,
		},
		clip: {
			id: '316',
			title: null,
			path: '[27183290][1757172501727][一起看凡人修仙传][2026-01-07_00-16-11].mp4',
			sizeBytes: 53049119,
			durationSeconds: 121,
			localPath: null,
			coverPath: '[27183290][1757172501727][一起看凡人修仙传][2026-01-07_00-16-11].jpg',
			note: '高光\n"笑死"😂',
			coverLocalPath: null,
			uploadId: null,
		},
	},
	'recon-v2.16+-clip.deleted-uploaded': {
		kind: 'clip.deleted',
		id: '00000020-0000-4000-8000-000000000000',
		occurredAt: '2026-01-06T16:40:17.000Z',
		room: bareRoom('27183290'),
		streamer: nobody,
		session: noSession,
		clip: {
			id: '313',
			title: '投稿标题',
			path: 'c.mp4',
			sizeBytes: 18530098,
			durationSeconds: 32,
			localPath: null,
			coverPath: 'c.jpg',
			note: null,
			coverLocalPath: null,
			uploadId: 'BV1xx411c7mD',
		},
	},
	'draft2025-room.added': { ...documented, kind: 'room.added', session: noSession },
	'draft2025-room.removed': { ...documented, kind: 'room.removed', session: noSession },
	'draft2025-live.started': { ...documented, kind: 'live.started', session: documentedStart },
	'draft2025-live.ended': { ...documented, kind: 'live.ended', session: documentedEnd },
	'draft2025-stream.started': {
		...documented,
		kind: 'recording.started',
		session: documentedStart,
		recording: nothingOfRecording,
	},
	'draft2025-stream.ended': {
		...documented,
		kind: 'recording.ended',
		session: documentedEnd,
		recording: nothingOfRecording,
	},
	'draft2025-stream.deleted': {
		...documented,
		kind: 'recording.deleted',
		session: documentedEnd,
		recording: nothingOfRecording,
	},
	'draft2025-clip.generated': {
		...documented,
		kind: 'clip.created',
		session: { id: '123456', startedAt: null, endedAt: null, platformLiveId: null },
		clip: documentedClip,
	},
	'draft2025-clip.deleted': {
		...documented,
		kind: 'clip.deleted',
		session: { id: '123456', startedAt: null, endedAt: null, platformLiveId: null },
		clip: documentedClip,
	},
};

const samples = bsr.formats.flatMap((format) =>
	[...format.events].flatMap(([nativeType, { samples: bodies }]) =>
		bodies.map((body) => ({ format, name: `${format.id} ${nativeType}`, nativeType, body })),
	),
);

describe('corpus', () => {
	it.each(corpus)('$file is read', ({ file: name, body }) => {
		const recognisedBy = formatsOf(recorders).filter((format) => format.recognise(body));
		expect(recognisedBy).toEqual([formatFor(name)]);

		const result = parsed(formatFor(name), body);
		expect(result).toMatchObject({ known: true, event: { warnings: [], id: body.id } });
		const { event } = result;
		expect(recorderEventSchema.parse(event)).toEqual(event);
		expect(event.raw).toBe(body);
		expect(name).toContain(event.nativeType);
	});

	it.each(Object.entries(expectations))('%s says what it says', (name, expected) => {
		expect(essence(eventOf(formatFor(name), bodyOf(name)))).toEqual(expected);
	});

	it('has an expectation for every event type of both formats', () => {
		for (const format of bsr.formats) {
			const types = Object.keys(expectations)
				.filter((name) => formatFor(name) === format)
				.map((name) => bodyOf(name).event);
			expect(new Set(types)).toEqual(new Set(format.events.keys()));
		}
	});

	it('of other recorders is not recognised', () => {
		const others = loadWholeCorpus().filter(({ name }) => !name.startsWith('bsr/'));
		expect(others.length).toBeGreaterThan(50);
		for (const { body } of others) {
			expect(bsr.formats.filter((format) => format.recognise(body))).toEqual([]);
		}
	});
});

describe('the two dialects', () => {
	const body = (event: string, payload: JsonValue) => ({ id: 'a', event, payload });

	it.each([
		['room.moved', {}, ['bsr.documented']],
		['stream.paused', {}, ['bsr.documented']],
		['live.started', { room: {} }, ['bsr.documented']],
		['live.paused', { room_title: '' }, ['bsr.documented']],
		['clip.generated', { clip_id: 1, live: {}, file: 'a.mp4' }, ['bsr.documented']],
		['live.started', { room_info: {} }, ['bsr']],
		['room', {}, ['bsr']],
		['account.added', { uid: 1 }, ['bsr']],
		['live.started', null, []],
		['live.started', [], []],
	])('%s with %j is read by %j', (event, payload, expected) => {
		const recognisedBy = bsr.formats.filter((format) => format.recognise(body(event, payload)));
		expect(recognisedBy.map((format) => format.id)).toEqual(expected);
	});

	it.each([null, 'text', 1, [], {}, { event: 'live.started' }, { event: 1, payload: {} }])(
		'%j is neither',
		(value) => {
			expect(bsr.formats.filter((format) => format.recognise(value))).toEqual([]);
		},
	);
});

describe('details', () => {
	it('reads room ids beyond 2^53, which the decoder hands over as text', () => {
		const body = withMember(
			bodyOf('docs-v2.12-recorder.added'),
			['payload', 'room_id'],
			'9007199254740993',
		);
		expect(eventOf(bsrReleased, body).room.id).toBe('9007199254740993');
	});

	it('has no session for a recording that could not be started', () => {
		const body = withMember(bodyOf('recon-v2.16+-record.ended'), ['payload', 'live_id'], '');
		expect(eventOf(bsrReleased, body).session).toEqual({
			...noSession,
			platformLiveId: '1767757190',
		});
	});

	it('keeps a live id that is no time, without a start', () => {
		const body = withMember(bodyOf('recon-v2.16+-record.ended'), ['payload', 'live_id'], 'abc');
		expect(eventOf(bsrReleased, body).session).toMatchObject({ id: 'abc', startedAt: null });
	});

	it('gives two recordings of one live id two identities and one session', () => {
		const first = bodyOf('recon-v2.16+-record.started-bilibili');
		const second = { ...first, id: 'another', timestamp: 1767760000 };
		expect(parsed(bsrReleased, first).event.id).not.toBe(parsed(bsrReleased, second).event.id);
		expect(eventOf(bsrReleased, first).session).toEqual(eventOf(bsrReleased, second).session);
	});

	it.each(['imported', 'clip'])('takes %s for no platform', (platform) => {
		const body = withMember(
			bodyOf('recon-v2.16+-clip.generated'),
			['payload', 'platform'],
			platform,
		);
		expect(eventOf(bsrReleased, body).room).toMatchObject({ platform: null, url: null });
	});

	it.each([0, '', '0', null])('takes a clip of room %j for one of no room', (roomId) => {
		const body = withMember(bodyOf('recon-v2.16+-clip.generated'), ['payload', 'room_id'], roomId);
		expect(eventOf(bsrReleased, body)).toMatchObject({ room: { id: null }, session: noSession });
	});

	it('takes no session from a clip’s name that begins with another room', () => {
		const body = withMember(bodyOf('recon-v2.16+-clip.generated'), ['payload', 'room_id'], '1');
		expect(eventOf(bsrReleased, body).session).toEqual(noSession);
	});

	it('knows no link for a platform whose pages don’t follow from the room id', () => {
		const body = withMember(
			bodyOf('recon-v2.16+-live.started'),
			['payload', 'room_info', 'platform'],
			'xiaohongshu',
		);
		expect(eventOf(bsrReleased, body).room).toMatchObject({
			platform: 'xiaohongshu',
			url: null,
		});
	});

	it('identifies an event without id by its content, whatever the order of its members', () => {
		const { id, ...rest } = bodyOf('recon-v2.16+-live.started');
		const reordered = Object.fromEntries(Object.entries(rest).reverse());
		const { id: identity } = parsed(bsrReleased, rest).event;
		expect(typeof id).toBe('string');
		expect(identity).toMatch(/^content:/);
		expect(parsed(bsrReleased, reordered).event.id).toBe(identity);
		expect(parsed(bsrReleased, { ...rest, timestamp: 1 }).event.id).not.toBe(identity);
		expect(bsr.formats.map((format) => format.sameContentWindowSeconds)).toEqual([null, null]);
	});

	it('reads the ClipObject of the documents too', () => {
		const body = {
			id: documentedId,
			event: 'clip.generated',
			payload: {
				clip_id: 123456,
				live: {
					live_id: '123456',
					room: { room_id: 123456, platform: 'bilibili', room_title: '测试直播间' },
					start_time: 1719849600,
					end_time: 1719849600,
				},
				range: { start: 0, end: 0 },
				note: '测试切片',
				cover: 'https://example.com/cover.jpg',
				file: 'test.mp4',
				size: 123456,
				length: 33,
				with_danmaku: false,
				with_subtitle: false,
			},
			timestamp: 1719849600,
		};
		expect(essence(eventOf(bsrDocumented, body))).toEqual({
			kind: 'clip.created',
			id: documentedId,
			occurredAt: documentedTime,
			room: { ...documentedRoom, coverUrl: null },
			streamer: nobody,
			session: documentedEnd,
			clip: {
				...documentedClip,
				title: null,
				sizeBytes: 123456,
				localPath: null,
				coverPath: 'https://example.com/cover.jpg',
				note: '测试切片',
				coverLocalPath: null,
				uploadId: null,
			},
		});
	});
});

describe('what the schema doesn’t expect', () => {
	it.each([
		['recon-v2.16+-live.started', ['payload', 'user_info'], 'nobody'],
		['recon-v2.16+-live.started', ['payload', 'user_info', 'user_name'], 5],
		['recon-v2.16+-live.started', ['payload', 'room_info', 'status'], 'yes'],
		['recon-v2.16+-record.ended', ['payload', 'live_id'], { ms: 1 }],
		['docs-v2.12-record.ended', ['payload', 'total_length'], 'long'],
		['recon-v2.16-archive.deleted', ['payload', 'size'], 1.5],
		['recon-v2.16-archive.deleted', ['payload', 'created_at'], 'yesterday'],
		['recon-v2.16+-clip.generated', ['payload', 'tags'], ['a', 'b']],
		['recon-v2.16+-recorder.added', ['timestamp'], '1767756794'],
		['recon-v2.16+-recorder.added', ['id'], 7],
		['draft2025-live.started', ['payload', 'start_time'], 'now'],
		['draft2025-clip.generated', ['payload', 'clip_length'], '33'],
		['draft2025-clip.generated', ['payload', 'room', 'room_id'], true],
		['draft2025-room.added', ['payload', 'room_owner'], []],
	])('%s with an odd %j is an event with a warning', (name, path, value) => {
		const result = parsed(formatFor(name), withMember(bodyOf(name), path, value));
		expect(result.event.warnings.map((warning) => warning.path)).toEqual([path.join('.')]);
		const event = result.event;
		expect(recorderEventSchema.parse(event)).toEqual(event);
		expect(event.warnings).toEqual(result.event.warnings);
	});

	it('doesn’t mind members it has never heard of', () => {
		const body = withMember(bodyOf('recon-v2.16+-live.started'), ['payload', 'viewers'], 3);
		expect(parsed(bsrReleased, body).event.warnings).toEqual([]);
	});

	it.each([
		['recon-v2.16+-live.started', ['payload', 'room_info']],
		['recon-v2.16+-live.started', ['payload', 'room_info', 'room_id']],
		['docs-v2.12-record.ended', ['payload', 'room_info', 'room_id']],
		['recon-v2.16-archive.deleted', ['payload', 'room_id']],
		['recon-v2.16+-recorder.added', ['payload', 'room_id']],
		['recon-v2.16+-clip.generated', ['payload', 'file']],
		['draft2025-room.added', ['payload', 'room_id']],
		['draft2025-stream.ended', ['payload', 'room']],
		['draft2025-clip.deleted', ['payload', 'clip_file']],
	])('%s without %j is invalid', (name, path) => {
		const format = formatFor(name);
		const missing = format.parse(withMember(bodyOf(name), path), RECEIVED_AT);
		expect(missing).toMatchObject({
			status: 'invalid',
			nativeType: bodyOf(name).event,
			issues: [{ path: path.join('.') }],
		});
		const odd = format.parse(withMember(bodyOf(name), path, false), RECEIVED_AT);
		expect(odd).toMatchObject({ status: 'invalid', issues: [{ path: path.join('.') }] });
	});

	it.each([null, 'text', 5, []])('%j is invalid', (body) => {
		for (const format of bsr.formats)
			expect(format.parse(body, RECEIVED_AT).status).toBe('invalid');
	});

	it('a body without event or with an empty payload is invalid', () => {
		for (const format of bsr.formats) {
			expect(format.parse({ payload: {} }, RECEIVED_AT)).toMatchObject({
				status: 'invalid',
				nativeType: null,
			});
			expect(format.parse({ event: 'live.started', payload: {} }, RECEIVED_AT).status).toBe(
				'invalid',
			);
			expect(format.recognise({ event: 'future', id: 'a', timestamp: 1 })).toBe(false);
		}
	});
});

describe('a type newer than this package', () => {
	it('is passed on with the room it names, in either place', () => {
		const body = {
			...bodyOf('recon-v2.16+-record.started-huya'),
			event: 'record.renewed',
		};
		expect(parsed(bsrReleased, body).known).toBe(false);
		expect(eventOf(bsrReleased, body)).toMatchObject({
			kind: 'unknown',
			nativeType: 'record.renewed',
			occurredAt: '2026-01-07T03:40:00.000Z',
			room: { id: '660000', platform: 'huya' },
			session: { id: '1767757200123' },
		});
		const row = { ...bodyOf('recon-v2.16+-recorder.added'), event: 'recorder.paused' };
		expect(eventOf(bsrReleased, row).room).toEqual(bareRoom('26966466'));
	});

	it('is passed on in the documented dialect', () => {
		const live = { ...bodyOf('draft2025-live.ended'), event: 'stream.paused' };
		expect(eventOf(bsrDocumented, live)).toMatchObject({
			kind: 'unknown',
			room: documentedRoom,
			streamer: documentedStreamer,
			session: documentedEnd,
		});
		const room = { ...bodyOf('draft2025-room.added'), event: 'room.renamed' };
		expect(eventOf(bsrDocumented, room)).toMatchObject({
			kind: 'unknown',
			room: documentedRoom,
		});
	});

	it('may say nothing at all', () => {
		const event = eventOf(bsrReleased, { event: 'account.added', payload: {} });
		expect(recorderEventSchema.parse(event)).toEqual(event);
		expect(event).toMatchObject({ kind: 'unknown', occurredAt: null, room: { id: null } });
	});

	it('isn’t a type for having the name of an object’s own member', () => {
		expect(parsed(bsrReleased, { event: 'constructor', payload: {} }).known).toBe(false);
	});
});

describe('building', () => {
	it.each(samples)('$name comes back the same', ({ format, nativeType, body }) => {
		const event = eventOf(format, body);
		const built = format.build(event);
		if (!built.ok) throw new Error(built.message);
		expect(built.nativeType).toBe(nativeType);
		expect(formatsOf(recorders).filter((other) => other.recognise(built.body))).toEqual([format]);
		const again = parsed(format, built.body);
		expect(again.event.warnings).toEqual([]);
		expect({ ...again.event, raw: {} }).toEqual({ ...event, raw: {} });
	});

	it.each(samples)('$name has all members in the order of the sample', ({ format, body }) => {
		const built = format.build(eventOf(format, body));
		if (!built.ok) throw new Error(built.message);
		expect(memberPaths(built.body)).toEqual(memberPaths(body));
	});

	it.each(corpus)('$file can be built again', ({ file: name, body }) => {
		const format = formatFor(name);
		const built = format.build(eventOf(format, body));
		if (!built.ok) throw new Error(built.message);
		expect(built.nativeType).toBe(body.event);
		expect(format.parse(built.body, RECEIVED_AT)).toMatchObject({
			status: 'event',
			event: { warnings: [] },
		});
	});

	it.each([
		'recon-v2.16+-recorder.added',
		'recon-v2.16+-live.started',
		'recon-v2.16+-live.ended',
		'recon-v2.16+-record.started-huya',
		'recon-v2.16+-record.started-bilibili',
		'recon-v2.16+-record.ended',
	])('%s is written as BSR writes it', (name) => {
		const body = bodyOf(name);
		const built = bsrReleased.build(eventOf(bsrReleased, body));
		if (!built.ok) throw new Error(built.message);
		// An event doesn't carry when a room was added.
		const expected = Object.hasOwn(isJsonObject(body.payload) ? body.payload : {}, 'created_at')
			? withMember(body, ['payload', 'created_at'], '2026-01-07T03:33:14+00:00')
			: body;
		expect(JSON.stringify(built.body)).toBe(JSON.stringify(expected));
	});

	it('keeps another recorder’s session id, and makes one from the start where there is none', () => {
		const event = eventOf(bsrReleased, bodyOf('recon-v2.16+-record.started-bilibili'));
		const liveId = (session: Partial<RecorderEvent['session']>) => {
			const built = bsrReleased.build({ ...event, session: { ...noSession, ...session } });
			return built.ok && isJsonObject(built.body.payload) ? built.body.payload.live_id : undefined;
		};
		expect(liveId({ id: '7c7f3672-70ce-405a-aa12-886702ced6e5' })).toBe(
			'7c7f3672-70ce-405a-aa12-886702ced6e5',
		);
		expect(liveId({ startedAt: '2026-01-07T03:40:00.123Z' })).toBe('1767757200123');
		expect(liveId({})).toBe('1767757200000');
	});

	it('writes clips’ times in the sender’s zone and rows’ in UTC', () => {
		const clip = eventOf(bsrReleased, bodyOf('recon-v2.16+-clip.generated'));
		expect(bsrReleased.build(clip, { utcOffsetMinutes: -210 })).toMatchObject({
			body: { payload: { created_at: '2026-01-06T12:46:11-03:30' } },
		});
		const row = { ...eventOf(bsrReleased, bodyOf('recon-v2.16+-recorder.added')) };
		const built = bsrReleased.build({ ...row, occurredAt: '2026-01-07T03:33:14.250Z' });
		expect(built).toMatchObject({
			body: { payload: { created_at: '2026-01-07T03:33:14.250+00:00' }, timestamp: 1767756794 },
		});
	});

	it('says what it can’t say', () => {
		const live = eventOf(bsrReleased, bodyOf('recon-v2.16+-live.started'));
		const roomless = { ...live, room: { ...live.room, id: null } };
		const textual = { ...live, room: { ...live.room, id: 'xqc' } };
		expect(bsrReleased.build(roomless).ok).toBe(false);
		expect(bsrDocumented.build(roomless).ok).toBe(false);
		expect(bsrReleased.build(textual).ok).toBe(true);
		expect(bsrDocumented.build(textual).ok).toBe(false);
	});
});

describe('delivery', () => {
	const encode = (body: JsonObject) => bsrReleased.delivery.encode(body);

	it('writes an archive’s length as a double and a clip’s as an integer', () => {
		expect(encode(bodyOf('recon-v2.16-archive.deleted'))).toContain('"length":9.0,"size":1927112,');
		expect(encode(bodyOf('recon-v2.16+-clip.generated'))).toContain(
			'"length":121,"size":53049119,',
		);
	});

	it('writes compact JSON with raw UTF-8', () => {
		const body = bodyOf('recon-v2.16+-clip.generated');
		expect(encode(body)).toBe(JSON.stringify(body));
		expect(encode(body)).toContain('"note":"高光\\n\\"笑死\\"😂"');
	});

	it('is tried three times, one second apart, without a User-Agent', () => {
		for (const { delivery } of bsr.formats) {
			expect(delivery).toMatchObject({ waitsSeconds: [1, 1], timeoutSeconds: 30, success: '2xx' });
			expect(Object.keys(delivery.headers)).toEqual(['Content-Type', 'Accept']);
		}
	});
});

describe('any payload', () => {
	const json = fc.jsonValue().map((value): JsonValue => JSON.parse(JSON.stringify(value)));

	it('with any member replaced by anything is read or refused, never worse', () => {
		const mutation = fc.constantFrom(...samples).chain(({ format, body }) =>
			fc.record({
				format: fc.constant(format),
				body: fc.constant(body),
				path: fc.constantFrom(...memberPaths(body)),
				value: fc.oneof(json, fc.constantFrom(undefined, '', 0, -1, 1e300, '0', null)),
			}),
		);
		fc.assert(
			fc.property(mutation, ({ format, body, path, value }) => {
				const result = format.parse(withMember(body, path, value), RECEIVED_AT);
				if (result.status === 'invalid') {
					expect(result.issues.length).toBeGreaterThan(0);
					return;
				}
				const event = result.event;
				expect(recorderEventSchema.parse(event)).toEqual(event);
				const built = format.build(event);
				if (built.ok && result.known)
					expect(format.parse(built.body, RECEIVED_AT).status).toBe('event');
			}),
		);
	});

	it('is recognised by one dialect at the most, and parsed without throwing', () => {
		const payload = fc.dictionary(
			fc.constantFrom('room', 'room_id', 'room_info', 'room_title', 'room_owner', 'live', 'file'),
			json,
		);
		const event = fc.constantFrom(...samples.map((sample) => sample.nativeType), 'new.event');
		fc.assert(
			fc.property(fc.record({ event, payload }), (content) => {
				// Without id and time it could be anybody's.
				expect(bsr.formats.some((format) => format.recognise(content))).toBe(false);
				const body = { ...content, timestamp: 1 };
				expect(bsr.formats.filter((format) => format.recognise(body))).toHaveLength(1);
				for (const format of bsr.formats) format.parse(body, RECEIVED_AT);
			}),
		);
	});
});
