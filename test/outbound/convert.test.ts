import { isJsonObject } from '../../formats/json';
import { convert, readRecorderEvent } from '../../outbound/convert';
import { leavesOf } from '../../outbound/leaves';
import { loadWholeCorpus } from '../fixtures/loadCorpus.cjs';
import { eventOf, everyEvent, formatById, formats, RECEIVED_AT, sampleOf } from './everyEvent';

const bililiveRecorder = formatById('bililive-recorder.v2');

describe('converting to the format an event came in', () => {
	it.each(everyEvent)('loses nothing of %s', (_name, { format, nativeType, body, event }) => {
		expect(convert(event, format)).toMatchObject({
			status: 'converted',
			nativeType,
			body,
			lost: [],
		});
	});

	it('loses nothing of any request in the corpus', () => {
		for (const { name, body } of loadWholeCorpus()) {
			const format = formats.find((candidate) => candidate.recognise(body));
			if (format === undefined || format.parse(body, RECEIVED_AT).status === 'invalid') continue;
			const event = JSON.parse(JSON.stringify(eventOf(format, body)));
			expect([name, convert(event, format)]).toMatchObject([
				name,
				{ status: 'converted', body, lost: [] },
			]);
		}
	});

	it('keeps the payload when only local things are new', () => {
		const { format, body, event } = sampleOf('bililive-recorder.v2', 'FileClosed');
		if (event.kind !== 'file.closed') throw new Error(event.kind);
		const enriched = {
			...event,
			receivedAt: '2026-11-23T00:00:00.000Z',
			file: { ...event.file, localPath: '/mnt/rec/1.flv' },
			streamer: { ...event.streamer, avatarUrl: 'https://example.com/a.png' },
			remembered: ['streamer'],
		};
		expect(convert(enriched, format)).toMatchObject({
			body,
			lost: ['streamer.avatarUrl'],
		});
	});

	it('writes the event anew when it was changed', () => {
		const { format, event } = sampleOf('bililive-recorder.v2', 'FileClosed');
		const changed = { ...event, room: { ...event.room, title: 'Another title' } };
		const conversion = convert(changed, format);
		expect(conversion).toMatchObject({
			status: 'converted',
			body: { EventId: event.id, EventData: { Title: 'Another title', FileSize: 816412 } },
			lost: [],
		});
	});
});

describe('converting to BililiveRecorder v2', () => {
	it.each(everyEvent)(
		'%s is accepted without warnings, or has no counterpart',
		(_name, { event }) => {
			const conversion = convert(event, bililiveRecorder);
			if (conversion.status === 'unsupported') {
				expect(conversion.message).toMatch(/^BililiveRecorder Webhook V2 /);
				return;
			}
			if (conversion.status === 'invalid') throw new Error(JSON.stringify(conversion.issues));
			const parsed = bililiveRecorder.parse(conversion.body, RECEIVED_AT);
			expect(parsed).toMatchObject({
				status: 'event',
				known: true,
				event: { kind: event.kind, warnings: [] },
			});
		},
	);

	it('carries over everything that it has a member for', () => {
		const { event } = sampleOf('blrec', 'VideoFileCompletedEvent');
		const conversion = convert(event, bililiveRecorder);
		expect(conversion).toMatchObject({
			status: 'converted',
			nativeType: 'FileClosed',
			body: { EventType: 'FileClosed', EventId: event.id, EventData: { RoomId: 41682 } },
		});
	});

	it('has a counterpart for each kind it knows, from some other recorder', () => {
		const kinds = new Set([...bililiveRecorder.events.values()].map(({ kind }) => kind));
		const converted = everyEvent
			.filter(([, { format }]) => format.recorder !== 'bililive-recorder')
			.filter(([, { event }]) => convert(event, bililiveRecorder).status === 'converted')
			.map(([, { event }]) => event.kind);
		expect(new Set(converted)).toEqual(kinds);
	});
});

describe('every event in every format', () => {
	it('names exactly the values that did not survive', () => {
		for (const [name, { event }] of everyEvent) {
			for (const target of formats) {
				const conversion = convert(event, target);
				if (conversion.status === 'unsupported') continue;
				if (conversion.status === 'invalid') throw new Error(`${name}: invalid`);
				const back = eventOf(target, conversion.body);
				expect([name, target.id, back.kind]).toEqual([name, target.id, event.kind]);
				const said = JSON.stringify(conversion.lost);
				const titleSurvived = back.room.title === event.room.title;
				expect([name, target.id, said.includes('"room.title"')]).toEqual([
					name,
					target.id,
					!titleSurvived && (event.room.title !== null || Boolean(back.room.title)),
				]);
			}
		}
	});
});

describe('what is lost', () => {
	it('lists values by their paths, and members that users added by their names', () => {
		const { event } = sampleOf('bililive-recorder.v2', 'SessionStarted');
		const aodianyun = formats.filter(({ recorder }) => recorder === 'aodianyun');
		expect(convert({ ...event, note: { text: 'mine' } }, bililiveRecorder)).toMatchObject({
			lost: ['note'],
		});
		for (const target of aodianyun) {
			expect(convert(event, target)).toMatchObject({ status: 'unsupported' });
		}
		const { event: closed } = sampleOf('bililive-recorder.v2', 'FileClosed');
		const conversion = convert(closed, formatById('bililive-recorder.v1'));
		expect(conversion).toMatchObject({
			status: 'converted',
			lost: [
				'room.shortId',
				'room.area.parent',
				'room.area.child',
				'state.live',
				'state.recording',
				'state.danmakuConnected',
				'session.id',
				'file.durationSeconds',
			],
		});
	});
});

describe('what is no RecorderEvent', () => {
	it.each([
		[null, ''],
		['text', ''],
		[[], ''],
		[{}, 'kind'],
		[{ kind: 'file.exploded' }, 'kind'],
		[{ kind: 'file.closed' }, 'id'],
	])('%j is refused with the path %j', (candidate, path) => {
		const read = readRecorderEvent(candidate);
		if (read.ok) throw new Error('It was taken');
		expect(read.issues.map((issue) => issue.path)).toContain(path);
		expect(convert(candidate, bililiveRecorder).status).toBe('invalid');
	});

	it('names the member that is wrong', () => {
		const { event } = sampleOf('bililive-recorder.v2', 'FileClosed');
		const wrong = { ...event, file: { path: 'a.flv', sizeBytes: '12' }, receivedAt: RECEIVED_AT };
		const conversion = convert(wrong, bililiveRecorder);
		if (conversion.status !== 'invalid') throw new Error(conversion.status);
		expect(conversion.issues.map(({ path }) => path)).toContain('file.sizeBytes');
	});
});

describe('what is far from being a RecorderEvent', () => {
	const { event } = sampleOf('bililive-recorder.v2', 'FileClosed');
	const live = (files: unknown[], eventIds: unknown[] = []) => {
		const lists = { files, sessionIds: [], titles: [], missing: [], leftOut: [], eventIds };
		const sums = { sizeBytes: null, durationSeconds: null, reason: 'ended' };
		const recording = { paths: [], localPaths: [], sizeBytes: null, durationSeconds: null };
		return { ...event, kind: 'session.completed', recording, summary: { ...lists, ...sums } };
	};

	it.each<[string, (count: number) => object]>([
		['wrong elements', (count) => live(Array(count).fill(1))],
		['empty elements', (count) => live(Array(count).fill({}))],
		[
			'wrong elements in elements',
			(count) =>
				live(Array.from({ length: count / 1000 }, () => ({ relatedPaths: Array(1000).fill(1) }))),
		],
		['wrong warnings', (count) => ({ ...event, warnings: Array(count).fill(1) })],
	])('is told of in fifty issues, and not looked through: a million %s', (_what, eventOfCount) => {
		for (const count of [2000, 1_000_000]) {
			const before = performance.now();
			const read = readRecorderEvent(eventOfCount(count));
			if (read.ok) throw new Error('It was taken');
			expect(read.issues.length).toBeLessThanOrEqual(50);
			// Ten seconds where zod looks through it.
			expect(performance.now() - before).toBeLessThan(4000);
		}
	});

	it('is no live of 3,000 files, nor a payload of a million values', () => {
		if (event.kind !== 'file.closed') throw new Error(event.kind);
		const file = { ...event.file, relatedPaths: ['a.xml'], relatedLocalPaths: [null] };
		const long = live(
			Array(3000).fill(file),
			Array.from({ length: 6000 }, (_, index) => `event-${index}`),
		);
		expect(readRecorderEvent(long)).toMatchObject({ ok: true });
		const raw = { ...event, raw: { values: Array(1_000_000).fill(1) } };
		expect(readRecorderEvent(raw)).toMatchObject({ ok: true });
	});
});

describe('what a format needs and an event doesn’t say', () => {
	const startedAt = '2023-12-26T17:39:31.000Z';
	const ofOneRecording = [
		'RecordingStartedEvent',
		'VideoFileCreatedEvent',
		'VideoFileCompletedEvent',
		'RecordingFinishedEvent',
	].map((nativeType) => {
		const { event } = sampleOf('blrec', nativeType);
		return { ...event, session: { id: null, startedAt, endedAt: null } };
	});
	const sessionIdsOf = (events: readonly object[]) =>
		events.map((event) => {
			const conversion = convert(event, bililiveRecorder);
			if (conversion.status !== 'converted') throw new Error(JSON.stringify(conversion));
			const { EventData: data } = conversion.body;
			expect(conversion.lost).toContain('session.id');
			return isJsonObject(data) ? data['SessionId'] : undefined;
		});

	it('is one session id for all events of one recording', () => {
		const [first, ...others] = sessionIdsOf(ofOneRecording);
		expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
		expect(others).toEqual([first, first, first]);
	});

	it('is another session id for another recording, and for another room', () => {
		const [event] = ofOneRecording;
		if (event === undefined) throw new Error('No event');
		const later = {
			...event,
			session: { ...event.session, startedAt: '2023-12-27T17:39:31.000Z' },
		};
		const elsewhere = { ...event, room: { ...event.room, id: '7' } };
		expect(new Set(sessionIdsOf([event, later, elsewhere])).size).toBe(3);
	});

	it.each(['bililive-recorder.v2', 'one-live-rec'])(
		'is a duration that follows from opening and closing, in %s',
		(target) => {
			const { event } = sampleOf('bililive-recorder.v1', 'FileClosed');
			const conversion = convert(event, formatById(target));
			if (conversion.status !== 'converted') throw new Error(JSON.stringify(conversion));
			expect(leavesOf(conversion.body)).toContainEqual([
				expect.stringMatching(/\.[dD]uration$/),
				3600.031,
			]);
			expect(conversion.lost).not.toContain('file.durationSeconds');
		},
	);

	it('is named, each by its path', () => {
		const { event } = sampleOf('blrec', 'VideoFileCompletedEvent');
		expect(convert(event, bililiveRecorder)).toMatchObject({
			body: { EventData: { FileSize: 0, Duration: 0 } },
			lost: [
				'state.live',
				'state.recording',
				'state.danmakuConnected',
				'session.id',
				'file.sizeBytes',
				'file.durationSeconds',
				'file.openedAt',
			],
		});
		const { event: reminder } = sampleOf('ddtv.v5', 'StartLiveEvent');
		expect(convert(reminder, bililiveRecorder)).toMatchObject({
			lost: expect.arrayContaining(['occurredAt']),
		});
	});

	it('is named for every event in every format', () => {
		for (const [name, { event }] of everyEvent) {
			const known = leavesOf(event);
			for (const target of formats) {
				const conversion = convert(event, target);
				if (conversion.status !== 'converted') continue;
				const said = leavesOf(eventOf(target, conversion.body));
				const invented = [...said.keys()].filter(
					(path) =>
						/^(?:room|streamer|session|state|file|clip|vod|recording|storage)\./.test(path) &&
						!known.has(path) &&
						!conversion.lost.includes(path) &&
						path !== 'file.durationSeconds' &&
						!followsFromKind(event.kind, path, said.get(path)),
				);
				expect([name, target.id, invented]).toEqual([name, target.id, []]);
			}
		}
	});
});

/** What starts is live or recorded then, what ends is not: that is said. */
function followsFromKind(kind: string, path: string, said: unknown): boolean {
	const [what, how] = kind.split('.');
	return (
		(path === 'state.live'
			? what === 'live'
			: path === 'state.recording' && what === 'recording') && said === (how === 'started')
	);
}

describe('whether a room is recorded and live', () => {
	it('goes from one recorder to another where both say it, and is named where it is made up', () => {
		const { event } = sampleOf('bsr', 'record.started');
		expect(event.state).toEqual({ live: true, recording: false, danmakuConnected: null });
		expect(convert(event, bililiveRecorder)).toMatchObject({
			body: { EventData: { Recording: false, Streaming: true, DanmakuConnected: true } },
			lost: expect.arrayContaining(['state.danmakuConnected']),
		});
		const conversion = convert(event, bililiveRecorder);
		if (conversion.status !== 'converted') throw new Error(conversion.status);
		expect(conversion.lost).not.toContain('state.live');
		expect(conversion.lost).not.toContain('state.recording');
	});
});

describe('an event sent on after an edit', () => {
	const edited = (formatId: string, nativeType: string, room: object) => {
		const { format, body, event } = sampleOf(formatId, nativeType);
		return { format, body, event: { ...event, room: { ...event.room, ...room } } };
	};

	it.each([
		[
			'bililive-recorder.v2',
			'FileClosed',
			{ EventData: { Streaming: false, DanmakuConnected: false } },
		],
		[
			'bsr',
			'clip.deleted',
			{ payload: { bvid: 'BV1xx411c7mD', status: 1, area: 27, tags: '直播,切片' } },
		],
		[
			'blrec',
			'LiveBeganEvent',
			{ data: { room_info: { area_id: 745, parent_area_id: 9, online: 0 } } },
		],
		['blrec', 'PostprocessingCompletedEvent', { type: 'PostprocessingCompletedEvent' }],
		['aodianyun', 'sys/notify/upload_dvr:uploaded', { event_value: { user: '13830' } }],
	])('keeps what only %s has in %s', (formatId, nativeType, kept) => {
		const { format, body } = sampleOf(formatId, nativeType);
		const streaming = isJsonObject(body['EventData'])
			? { ...body, EventData: { ...body['EventData'], Streaming: false, DanmakuConnected: false } }
			: body;
		const event = eventOf(format, streaming);
		const changed = { ...event, room: { ...event.room, id: '4711' } };
		expect(convert(changed, format)).toMatchObject({
			status: 'converted',
			nativeType,
			body: kept,
		});
	});

	it('keeps a third category, and a processed file of a video and its danmaku', () => {
		const { format, body, event } = edited('one-live-rec', 'live_start', { title: 'New' });
		const raw = JSON.parse(JSON.stringify(body).replace('"Celeste"', '"Celeste","Any%"'));
		expect(convert({ ...event, raw }, format)).toMatchObject({
			body: { data: { live_info: { title: 'New', categories: ['Games', 'Celeste', 'Any%'] } } },
			lost: [],
		});
		const processed = sampleOf('blrec', 'PostprocessingCompletedEvent');
		const files = ['/rec/1.mp4', '/rec/1.xml'];
		const two = { ...processed.body, data: { room_id: 41682, files } };
		const said = eventOf(processed.format, two);
		const moved = { ...said, room: { ...said.room, id: '7', url: 'https://live.bilibili.com/7' } };
		expect(convert(moved, processed.format)).toMatchObject({
			nativeType: 'PostprocessingCompletedEvent',
			body: { data: { room_id: 7, files } },
			lost: [],
		});
	});
});
