import * as fc from 'fast-check';

import { isJsonObject, type JsonObject, type JsonValue } from '../../formats/json';
import { oneLiveRec } from '../../formats/oneLiveRec';
import { oneLiveRecWebhook } from '../../formats/oneLiveRec/webhook';
import { type RecorderEvent, recorderEventSchema } from '../../formats/recorderEvent';
import { formatsOf, recorders } from '../../formats/registry';
import { loadCorpus, loadWholeCorpus } from '../fixtures/loadCorpus.cjs';
import { RECEIVED_AT, eventOf, parsed } from './parsing';

const corpus = loadCorpus('oneliverec');
const unknownArea = { parent: null, child: null };

function bodyOf(name: string): JsonObject {
	const found = corpus.find(({ file }) => file === `${name}.json`);
	if (found === undefined) throw new Error(`No ${name}.json in the corpus`);
	return structuredClone(found.body);
}

/** The part of an event that its type decides: without what every event of the format has. */
function essence(event: RecorderEvent): Partial<RecorderEvent> {
	const { receivedAt, raw, remembered, warnings, recorder, format, nativeType, state, ...rest } =
		event;
	expect([null, true, false]).toContain(state.live);
	expect({ receivedAt, remembered, warnings, recorder, format }).toEqual({
		receivedAt: RECEIVED_AT,
		remembered: [],
		warnings: [],
		recorder: 'one-live-rec',
		format: 'one-live-rec',
	});
	expect(raw).toMatchObject({ type: nativeType });
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

const nobody = { id: null, name: null, avatarUrl: null };
const noSession = { id: null, startedAt: null, endedAt: null, platformLiveId: null };
const noRoom = {
	id: null,
	shortId: null,
	platform: null,
	title: null,
	url: null,
	coverUrl: null,
	area: unknownArea,
};
const channelRoom = { ...noRoom, id: '<CHANNEL>', platform: '<PLATFORM>' };
const liveRoom = { ...channelRoom, url: 'https://live.example.com' };
const area = { parent: '<PRIMARY CATEGORY>', child: '<SECONDARY CATEGORY>' };
const described = { title: '<TITLE>', coverUrl: 'https://live.example.com/cover.jpg', area };
const streamer = {
	id: '<USER ID>',
	name: '<USER NAME>',
	avatarUrl: 'https://live.example.com/avatar.jpg',
};
const liveSession = {
	id: '<LIVE ID>',
	startedAt: '2026-03-11T05:22:38.000Z',
	endedAt: null,
	platformLiveId: null,
};
const video = {
	localPath: null,
	role: 'video' as const,
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
};
const tsFile = { ...video, path: 'path/to/file.ts', name: 'file.ts', extension: 'ts' };
const mp4File = { ...video, path: 'path/to/file.mp4', name: 'file.mp4', extension: 'mp4' };
const outputFile = {
	...video,
	path: 'path/to/output.file',
	name: 'output.file',
	extension: 'file',
	sourcePath: 'path/to/input.file',
};
const finished = { sizeBytes: 1073741824, durationSeconds: 3600 };
const noChange = { before: null, after: null };
const somethingWrong = { name: null, message: 'Something went wrong' };

/** The events of the documents' fragments have neither id nor time. */
const fragment = { occurredAt: null, streamer: nobody, session: noSession };
const full = (digit: number) => ({
	id: `398ea849-7c4b-45c4-bd2f-00000000000${digit}`,
	occurredAt: `2026-03-11T05:22:0${digit}.393Z`,
});

/** What each of these bodies says, member by member. Fragments get their id from their content. */
const expectations: Record<string, Partial<RecorderEvent>> = {
	'docs-envelope': {
		kind: 'unknown',
		id: '398ea849-7c4b-45c4-bd2f-093df217266c',
		occurredAt: '2026-03-11T05:22:38.393Z',
		room: noRoom,
		streamer: nobody,
		session: noSession,
	},
	'docs-fragment-app_launch': { ...fragment, kind: 'app.started', room: noRoom },
	'docs-fragment-app_exit': { ...fragment, kind: 'app.stopped', room: noRoom },
	'docs-fragment-live_start': { ...fragment, kind: 'live.started', room: liveRoom },
	'docs-fragment-live_end': { ...fragment, kind: 'live.ended', room: liveRoom },
	'docs-fragment-video_file_create': {
		...fragment,
		kind: 'file.opened',
		room: channelRoom,
		file: tsFile,
	},
	'docs-fragment-video_file_finish': {
		...fragment,
		kind: 'file.closed',
		room: channelRoom,
		file: { ...mp4File, ...finished },
	},
	'docs-fragment-video_transmux_finish': {
		...fragment,
		kind: 'file.processed',
		room: channelRoom,
		file: outputFile,
	},
	'docs-fragment-title_change': {
		...fragment,
		kind: 'room.title_changed',
		room: channelRoom,
		change: noChange,
	},
	'docs-fragment-category_change': {
		...fragment,
		kind: 'room.category_changed',
		room: channelRoom,
		change: noChange,
	},
	'docs-fragment-error': {
		...fragment,
		kind: 'error',
		room: channelRoom,
		error: somethingWrong,
	},
	'recon-full-app_launch': {
		kind: 'app.started',
		...full(0),
		room: noRoom,
		streamer: nobody,
		session: noSession,
	},
	'recon-full-live_start': {
		kind: 'live.started',
		...full(2),
		room: { ...liveRoom, ...described },
		streamer,
		session: liveSession,
	},
	'recon-full-live_end': {
		kind: 'live.ended',
		...full(3),
		room: { ...liveRoom, ...described },
		streamer,
		session: { ...noSession, endedAt: '2026-03-11T05:22:03.393Z' },
	},
	'recon-full-video_file_create': {
		kind: 'file.opened',
		...full(4),
		room: channelRoom,
		streamer: nobody,
		session: noSession,
		file: { ...tsFile, openedAt: '2026-03-11T05:22:04.393Z' },
	},
	'recon-full-video_file_finish': {
		kind: 'file.closed',
		...full(5),
		room: channelRoom,
		streamer: nobody,
		session: noSession,
		file: { ...mp4File, ...finished, closedAt: '2026-03-11T05:22:05.393Z' },
	},
	'recon-full-video_transmux_finish': {
		kind: 'file.processed',
		...full(6),
		room: channelRoom,
		streamer: nobody,
		session: noSession,
		file: outputFile,
	},
	'recon-full-title_change': {
		kind: 'room.title_changed',
		...full(7),
		room: { ...channelRoom, ...described },
		streamer,
		session: liveSession,
		change: { before: { title: '<OLD TITLE>', area }, after: { title: '<TITLE>', area } },
	},
	'recon-full-error': {
		kind: 'error',
		...full(9),
		room: channelRoom,
		streamer: nobody,
		session: noSession,
		error: somethingWrong,
	},
};

const samples = [...oneLiveRecWebhook.events].flatMap(([nativeType, definition]) =>
	definition.samples.map((body) => ({ nativeType, body })),
);

function sampleOf(type: string): JsonObject {
	const found = samples.find(({ nativeType }) => nativeType === type);
	if (found === undefined) throw new Error(`No sample of ${type}`);
	return structuredClone(found.body);
}

describe('the status', () => {
	it.each([
		['live', true],
		['offline', false],
		[null, null],
	])('%j is said as it is, and written so', (status, live) => {
		const body = withMember(sampleOf('live_end'), ['data', 'live_info', 'status'], status);
		const event = eventOf(oneLiveRecWebhook, body);
		expect(event.state).toEqual({ live, recording: null, danmakuConnected: null });
		expect(oneLiveRecWebhook.build(event)).toMatchObject({
			body: { data: { live_info: { status: status ?? 'offline' } } },
		});
	});
});

describe('corpus', () => {
	it.each(corpus)('$file is read', ({ file, body }) => {
		const recognisedBy = formatsOf(recorders).filter((format) => format.recognise(body));
		expect(recognisedBy).toEqual([oneLiveRecWebhook]);

		const result = parsed(oneLiveRecWebhook, body);
		expect(result).toMatchObject({ known: file !== 'docs-envelope.json', event: { warnings: [] } });
		const event = result.event;
		expect(recorderEventSchema.parse(event)).toEqual(event);
		expect(event.raw).toBe(body);
	});

	it('has an expectation for each of its files', () => {
		expect(
			Object.keys(expectations)
				.map((name) => `${name}.json`)
				.sort(),
		).toEqual(corpus.map(({ file }) => file).sort());
	});

	it.each(Object.entries(expectations))('%s says what it says', (name, expected) => {
		const event = eventOf(oneLiveRecWebhook, bodyOf(name));
		if (expected.id === undefined) {
			expect(essence(event)).toEqual({ ...expected, id: expect.stringMatching(/^content:/) });
		} else {
			expect(essence(event)).toEqual(expected);
		}
	});

	it('of other recorders is not recognised', () => {
		const others = loadWholeCorpus().filter(({ name }) => !name.startsWith('oneliverec/'));
		expect(others.length).toBeGreaterThan(50);
		for (const { body } of others) expect(oneLiveRecWebhook.recognise(body)).toBe(false);
	});
});

describe('recognising', () => {
	const envelope = { id: 'x', ts: '2026-03-11T05:22:38Z', type: 'disk_full' };

	it.each<[JsonValue, boolean]>([
		[envelope, true],
		[{ ...envelope, data: 'odd' }, true],
		[{ ...envelope, date: '2023-12-27 01:39:33.070123+08:00' }, false],
		[{ ...envelope, id: 7 }, false],
		[{ type: 'disk_full', ts: envelope.ts }, false],
		[{ type: 'disk_full', id: 'x' }, false],
		[{ type: 'app_launch' }, true],
		[{ type: 'app_launch', data: null }, true],
		[{ type: 'error', data: {} }, true],
		[{ type: 'error', data: 'text' }, false],
		[{ type: 'error', date: '2023-12-27 01:39:33.070123+08:00', data: {} }, false],
		[{ type: 'Error', data: {} }, false],
		[{ type: 'constructor', data: {} }, false],
		[{ type: 0 }, false],
		[{}, false],
		[[], false],
		[null, false],
		['app_launch', false],
	])('%j: %s', (body, expected) => {
		expect(oneLiveRecWebhook.recognise(body)).toBe(expected);
	});
});

describe('details', () => {
	const live = sampleOf('live_start');

	it.each<[JsonValue | undefined, { parent: string | null; child: string | null }]>([
		[['Games', 'Celeste'], { parent: 'Games', child: 'Celeste' }],
		[['Games', 'Celeste', 'Any%'], { parent: 'Games', child: 'Celeste' }],
		[['Games'], { parent: null, child: 'Games' }],
		[['Games', ''], { parent: null, child: 'Games' }],
		[[], unknownArea],
		[null, unknownArea],
		[undefined, unknownArea],
	])('reads the categories %j as %j', (categories, expected) => {
		const body = withMember(live, ['data', 'live_info', 'categories'], categories);
		expect(parsed(oneLiveRecWebhook, body).event.warnings).toEqual([]);
		expect(eventOf(oneLiveRecWebhook, body).room.area).toEqual(expected);
	});

	it.each([null, {}, undefined])('knows nothing of a live with live_info %j', (info) => {
		const event = eventOf(oneLiveRecWebhook, withMember(live, ['data', 'live_info'], info));
		expect(event).toMatchObject({
			room: { id: 'oneliverec_demo', title: null, coverUrl: null, area: unknownArea },
			streamer: nobody,
			session: noSession,
			warnings: [],
		});
	});

	it('makes the link from platform and channel where the event has none', () => {
		expect(eventOf(oneLiveRecWebhook, sampleOf('video_file_create')).room.url).toBe(
			'https://www.twitch.tv/oneliverec_demo',
		);
		expect(
			eventOf(oneLiveRecWebhook, withMember(live, ['data', 'url'], 'https://example.com/a')).room
				.url,
		).toBe('https://example.com/a');
	});

	it('reads a changed category', () => {
		expect(eventOf(oneLiveRecWebhook, sampleOf('category_change'))).toMatchObject({
			room: { area: { parent: 'IRL', child: 'Just Chatting' } },
			change: {
				before: { title: 'Speedrun practice', area: { parent: 'Games', child: 'Celeste' } },
				after: { title: 'Speedrun practice', area: { parent: 'IRL', child: 'Just Chatting' } },
			},
		});
	});

	it('takes fractional durations and whole channel numbers', () => {
		const body = withMember(sampleOf('video_file_finish'), ['data', 'duration'], 0.5);
		expect(
			eventOf(oneLiveRecWebhook, withMember(body, ['data', 'channel'], 21452505)),
		).toMatchObject({
			file: { durationSeconds: 0.5 },
			room: { id: '21452505' },
			warnings: [],
		});
	});

	it('knows an event by its id, else by its content', () => {
		const { id, ...rest } = sampleOf('live_start');
		expect(parsed(oneLiveRecWebhook, { id: 'same', ...rest }).event.id).toBe('same');
		expect(typeof id).toBe('string');
		const { id: identity } = parsed(oneLiveRecWebhook, rest).event;
		expect(
			parsed(oneLiveRecWebhook, Object.fromEntries(Object.entries(rest).reverse())).event.id,
		).toBe(identity);
		expect(parsed(oneLiveRecWebhook, { ...rest, ts: '2026-03-12T05:22:38Z' }).event.id).not.toBe(
			identity,
		);
		expect(parsed(oneLiveRecWebhook, bodyOf('docs-fragment-app_exit')).event.id).not.toBe(
			parsed(oneLiveRecWebhook, bodyOf('docs-fragment-app_launch')).event.id,
		);
		expect(oneLiveRecWebhook.sameContentWindowSeconds).toBe(60);
	});
});

/** A file event is of no use without the file. */
function isRequired(nativeType: string, path: readonly string[]): boolean {
	return /^video_/.test(nativeType) && /^data(?:,path|,output)?$/.test(path.join());
}

describe('what the schema doesn’t expect', () => {
	it.each([
		['video_file_create', 'path'],
		['video_file_finish', 'path'],
		['video_transmux_finish', 'output'],
	])('%s without %s is invalid', (type, member) => {
		for (const value of [undefined, null, '', 5]) {
			const body = withMember(sampleOf(type), ['data', member], value);
			expect(oneLiveRecWebhook.parse(body, RECEIVED_AT)).toMatchObject({
				status: 'invalid',
				issues: [{ path: `data.${member}` }],
			});
		}
	});

	const everyMember = samples.flatMap(({ nativeType, body }) =>
		memberPaths(body)
			.filter((path) => path.join() !== 'type' && !isRequired(nativeType, path))
			.map((path) => ({ name: `${nativeType} without ${path.join('.')}`, body, path })),
	);

	it.each(everyMember)('$name is still an event', ({ body, path }) => {
		for (const value of [undefined, null]) {
			const lacking = withMember(body, path, value);
			expect(oneLiveRecWebhook.recognise(lacking)).toBe(true);
			const result = parsed(oneLiveRecWebhook, lacking);
			expect(result).toMatchObject({ known: true, event: { warnings: [] } });
			const event = result.event;
			expect(recorderEventSchema.parse(event)).toEqual(event);
		}
	});

	it.each<[string, string[], JsonValue, string]>([
		['live_start', ['ts'], 'yesterday', 'ts'],
		['live_start', ['data'], 'odd', 'data'],
		['live_start', ['data', 'live_info'], [], 'data.live_info'],
		['live_start', ['data', 'live_info', 'status'], 'paused', 'data.live_info.status'],
		['live_start', ['data', 'live_info', 'categories'], ['a', 5], 'data.live_info.categories[1]'],
		['live_start', ['data', 'live_info', 'start_time'], 1773206558, 'data.live_info.start_time'],
		['video_file_finish', ['data', 'filesize'], '1 GiB', 'data.filesize'],
		['error', ['data', 'error'], { code: 5 }, 'data.error'],
		['app_launch', ['id'], 5, 'id'],
	])('%s with an odd %j is an event with a warning', (type, path, value, warned) => {
		const result = parsed(oneLiveRecWebhook, withMember(sampleOf(type), path, value));
		expect(result.event.warnings.map((warning) => warning.path)).toEqual([warned]);
		const event = result.event;
		expect(recorderEventSchema.parse(event)).toEqual(event);
	});

	it('leaves the good categories where one is odd', () => {
		const body = withMember(sampleOf('live_start'), ['data', 'live_info', 'categories'], ['a', 5]);
		expect(eventOf(oneLiveRecWebhook, body).room.area).toEqual({ parent: null, child: 'a' });
	});

	it.each<[JsonValue, string | null, string[]]>([
		[{ type: 'disk_full' }, 'disk_full', ['id', 'ts']],
		[{ id: 'x', ts: 'yesterday', type: 'disk_full' }, 'disk_full', ['ts']],
		[{ id: 'x', ts: '2026-03-11T05:22:38Z', type: '' }, '', ['type']],
		[{ id: 'x', ts: '2026-03-11T05:22:38Z' }, null, ['type']],
		[null, null, ['']],
		[[], null, ['']],
	])('%j is invalid', (body, nativeType, paths) => {
		const result = oneLiveRecWebhook.parse(body, RECEIVED_AT);
		if (result.status !== 'invalid') throw new Error('read');
		expect(result.nativeType).toBe(nativeType);
		expect(result.issues.map((issue) => issue.path)).toEqual(paths);
	});
});

describe('a type newer than this package', () => {
	it('is passed on with the channel it names', () => {
		const body = { ...sampleOf('live_start'), type: 'live_pause' };
		expect(parsed(oneLiveRecWebhook, body).known).toBe(false);
		expect(eventOf(oneLiveRecWebhook, body)).toMatchObject({
			warnings: [],
			kind: 'unknown',
			nativeType: 'live_pause',
			occurredAt: '2026-03-11T05:22:38.393Z',
			room: { id: 'oneliverec_demo', platform: 'twitch', title: 'Speedrun practice' },
			session: { id: '41375541868' },
		});
	});

	it('may have odd data', () => {
		const result = parsed(oneLiveRecWebhook, {
			id: 'x',
			ts: '2026-03-11T05:22:38Z',
			type: 'new',
			data: [1],
		});
		expect(result.event.warnings.map((warning) => warning.path)).toEqual(['data']);
	});
});

describe('building', () => {
	it.each(samples)('$nativeType comes back the same', ({ nativeType, body }) => {
		const event = eventOf(oneLiveRecWebhook, body);
		const built = oneLiveRecWebhook.build(event);
		if (!built.ok) throw new Error(built.message);
		expect(built.nativeType).toBe(nativeType);
		expect(formatsOf(recorders).filter((format) => format.recognise(built.body))).toEqual([
			oneLiveRecWebhook,
		]);
		const again = parsed(oneLiveRecWebhook, built.body);
		expect(again.event.warnings).toEqual([]);
		expect({ ...again.event, raw: {} }).toEqual({ ...event, raw: {} });
	});

	it.each(samples)('$nativeType is written as documented', ({ body }) => {
		const built = oneLiveRecWebhook.build(eventOf(oneLiveRecWebhook, body));
		if (!built.ok) throw new Error(built.message);
		// Times are kept to the millisecond.
		const ts = String(body.ts).replace(/(\.\d{3})\d{6}Z$/, '$1000000Z');
		expect(JSON.stringify(built.body)).toBe(JSON.stringify({ ...body, ts }));
	});

	it.each(corpus.filter(({ file }) => file.startsWith('recon-')))(
		'$name can be built again',
		({ body }) => {
			const built = oneLiveRecWebhook.build(eventOf(oneLiveRecWebhook, body));
			if (!built.ok) throw new Error(built.message);
			expect(built.nativeType).toBe(body.type);
			expect(essence(eventOf(oneLiveRecWebhook, built.body))).toEqual(
				essence(eventOf(oneLiveRecWebhook, body)),
			);
		},
	);

	it.each([
		['video_file_create', 'danmaku'],
		['video_file_finish', 'cover'],
		['video_transmux_finish', 'other'],
	] as const)('has no %s for a %s file', (type, role) => {
		const event = eventOf(oneLiveRecWebhook, sampleOf(type));
		if (!('file' in event)) throw new Error('no file');
		expect(oneLiveRecWebhook.build({ ...event, file: { ...event.file, role } }).ok).toBe(false);
	});

	it('leaves an unknown input empty, never names the output', () => {
		const event = eventOf(oneLiveRecWebhook, sampleOf('video_transmux_finish'));
		if (event.kind !== 'file.processed') throw new Error('another kind');
		const built = oneLiveRecWebhook.build({ ...event, file: { ...event.file, sourcePath: null } });
		expect(built).toMatchObject({ body: { data: { input: '' } } });
	});

	it('says an error’s name and message', () => {
		const event = eventOf(oneLiveRecWebhook, sampleOf('error'));
		if (event.kind !== 'error') throw new Error('another kind');
		const message = (error: { name: string | null; message: string | null }) => {
			const built = oneLiveRecWebhook.build({ ...event, error });
			return built.ok && isJsonObject(built.body.data) ? built.body.data.error : undefined;
		};
		expect(message({ name: 'OSError', message: 'disk full' })).toBe('OSError: disk full');
		expect(message({ name: 'OSError', message: null })).toBe('OSError');
		expect(message({ name: null, message: null })).toBe('');
	});

	it('says what it can’t say', () => {
		const event = eventOf(oneLiveRecWebhook, sampleOf('live_start'));
		const unsupported = oneLiveRecWebhook.build({ ...event, kind: 'room.added' });
		expect(unsupported).toMatchObject({ ok: false });
	});
});

describe('delivery', () => {
	it('claims no more than is known', () => {
		expect(oneLiveRecWebhook.delivery).toMatchObject({
			headers: { 'Content-Type': 'application/json' },
			waitsSeconds: [],
			success: '2xx',
		});
		expect(oneLiveRec.formats).toEqual([oneLiveRecWebhook]);
	});

	it('writes compact JSON', () => {
		const body = sampleOf('live_start');
		expect(oneLiveRecWebhook.delivery.encode(body)).toBe(JSON.stringify(body));
	});
});

describe('any payload', () => {
	const json = fc.jsonValue().map((value): JsonValue => JSON.parse(JSON.stringify(value)));

	it('with any member replaced by anything is an event if it is recognised at all', () => {
		const mutation = fc.constantFrom(...samples).chain(({ body }) =>
			fc.record({
				body: fc.constant(body),
				path: fc.constantFrom(...memberPaths(body)),
				value: fc.oneof(json, fc.constantFrom(undefined, '', 0, -1, 1e300, '0', null)),
			}),
		);
		fc.assert(
			fc.property(mutation, ({ body, path, value }) => {
				const mutated = withMember(body, path, value);
				const result = oneLiveRecWebhook.parse(mutated, RECEIVED_AT);
				if (result.status === 'invalid') {
					expect(path.join() === 'type' || isRequired(String(body.type), path)).toBe(true);
					return;
				}
				const event = result.event;
				expect(recorderEventSchema.parse(event)).toEqual(event);
				const built = oneLiveRecWebhook.build(event);
				if (built.ok) expect(parsed(oneLiveRecWebhook, built.body).event.warnings).toEqual([]);
			}),
		);
	});
});
