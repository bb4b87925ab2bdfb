import fc from 'fast-check';

import { aodianyun } from '../../formats/aodianyun';
import { formDelivery } from '../../formats/aodianyun/delivery';
import { isJsonObject, type JsonObject, type JsonValue } from '../../formats/json';
import { type RecorderEvent, recorderEventSchema } from '../../formats/recorderEvent';
import type { RecorderFormat } from '../../formats/recorderFormat';
import { formatsOf, recorders } from '../../formats/registry';
import formOfStart from '../fixtures/corpus/aodianyun/recon-form-sys_notify_lss-StartPublish.json';
import formOfQuality from '../fixtures/corpus/aodianyun/recon-form-sys_notify_lss_fluency.json';
import formOfUpload from '../fixtures/corpus/aodianyun/recon-form-sys_notify_upload_dvr-uploaded.json';
import formOfVod from '../fixtures/corpus/aodianyun/recon-form-sys_notify_live_dvr.json';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { RECEIVED_AT, eventOf, parsed, refused } from './parsing';

const corpus = loadCorpus('aodianyun');

const format: RecorderFormat = (() => {
	const [only] = aodianyun.formats;
	if (only === undefined) throw new Error('No format');
	return only;
})();

function bodyOf(name: string): JsonObject {
	const found = corpus.find(({ file }) => file === `${name}.json`);
	if (found === undefined) throw new Error(`No ${name}.json in the corpus`);
	return structuredClone(found.body);
}

/** An event without what differs between encodings of one event. */
function content(event: RecorderEvent): Partial<RecorderEvent> {
	const { raw, ...rest } = event;
	expect(raw).toBeDefined();
	return rest;
}

function samplesByType(): Array<[string, JsonObject]> {
	return [...format.events].flatMap(([nativeType, { samples }]) =>
		samples.map((sample): [string, JsonObject] => [nativeType, sample]),
	);
}

function valueOf(body: JsonObject): JsonObject {
	if (!isJsonObject(body.event_value)) throw new Error('event_value is no object');
	return body.event_value;
}

/** The body with other members in event_value. */
function withValue(body: JsonObject, members: JsonObject): JsonObject {
	return { ...body, event_value: { ...valueOf(body), ...members } };
}

function asJsonText(body: JsonObject): JsonObject {
	return { ...body, event_value: JSON.stringify(body.event_value) };
}

/** What a form decoder makes of the bytes. */
function asForm(body: JsonObject): JsonObject {
	return Object.fromEntries(new URLSearchParams(formDelivery.encode(body)));
}

function asJson(body: JsonObject): JsonValue {
	return JSON.parse(format.delivery.encode(body));
}

function reversed(value: JsonValue): JsonValue {
	if (!isJsonObject(value)) return value;
	const entries = Object.entries(value).reverse();
	return Object.fromEntries(entries.map(([name, member]) => [name, reversed(member)]));
}

const sample = (nativeType: string): JsonObject => {
	const [first] = format.events.get(nativeType)?.samples ?? [];
	if (first === undefined) throw new Error(`No sample of ${nativeType}`);
	return structuredClone(first);
};

const everyEvent = {
	recorder: 'aodianyun',
	format: 'aodianyun',
	receivedAt: RECEIVED_AT,
	warnings: [],
	state: { live: null, recording: null, danmakuConnected: null },
	remembered: [],
};
const room1042 = {
	id: '1042',
	shortId: null,
	platform: 'aodianyun',
	title: null,
	url: null,
	coverUrl: null,
	area: { parent: null, child: null },
};
const account1140 = { id: '1140', name: null, avatarUrl: null };
const noSession = { id: null, startedAt: null, endedAt: null, platformLiveId: null };
const span = { startedAt: '2015-07-09T01:50:28.000Z', endedAt: '2015-07-09T02:18:31.000Z' };
const uploadUrl =
	'http://13830.long-vod.cdn.aodianyun.com/u/13830/webm/0x0/ad6b883587c20c0e7c338d9729c8f23c.webm';

describe('Aodianyun corpus', () => {
	it.each(corpus.map(({ file, body }) => [file, body] as const))(
		'%s is recognised by this format alone, parses and normalises',
		(name, body) => {
			const recognising = formatsOf(recorders).filter((candidate) => candidate.recognise(body));
			expect(recognising.map(({ id }) => id)).toEqual(['aodianyun']);
			const event = parsed(format, body);
			expect(event.known).toBe(true);
			expect(event.event.warnings).toEqual([]);
			expect(name).toContain(event.event.nativeType.split(':')[0]?.replaceAll('/', '_'));
			const item = event.event;
			expect(recorderEventSchema.parse(item)).toEqual(item);
			expect(item.raw).toBe(body);
		},
	);

	it('has every event type', () => {
		const types = new Set(corpus.map(({ body }) => parsed(format, body).event.nativeType));
		expect([...types].sort()).toEqual([...format.events.keys()].sort());
	});

	it.each([
		[
			'recon-json-object-sys_notify_lss-StartPublish',
			{
				kind: 'live.started',
				nativeType: 'sys/notify/lss:StartPublish',
				occurredAt: '2017-01-06T07:18:26.000Z',
				session: { ...noSession, startedAt: '2017-01-06T07:18:26.000Z' },
			},
		],
		[
			'recon-json-string-sys_notify_lss-StopPublish',
			{
				kind: 'live.ended',
				nativeType: 'sys/notify/lss:StopPublish',
				occurredAt: '2017-01-06T07:18:26.000Z',
				session: { ...noSession, endedAt: '2017-01-06T07:18:26.000Z' },
			},
		],
		[
			'recon-form-sys_notify_lss_fluency',
			{
				kind: 'live.quality_reported',
				nativeType: 'sys/notify/lss_fluency',
				occurredAt: '2017-01-06T07:18:26.000Z',
				session: noSession,
				quality: { forward: 100, play: 100, publish: 100 },
			},
		],
		[
			'recon-form-sys_notify_live_dvr',
			{
				kind: 'vod.created',
				nativeType: 'sys/notify/live_dvr',
				occurredAt: '2017-01-06T07:18:26.000Z',
				session: noSession,
				vod: {
					ownerId: null,
					url: null,
					playlistUrl: null,
					filename: null,
					renditions: [],
					...span,
					uploadedAt: '2015-07-09T02:19:07.000Z',
				},
			},
		],
		[
			'recon-json-string-sys_notify_live_dvr_preview_image',
			{
				kind: 'snapshot.created',
				nativeType: 'sys/notify/live_dvr_preview_image',
				occurredAt: '2017-01-06T07:18:26.000Z',
				session: noSession,
				snapshot: { url: null, ...span, uploadedAt: '2015-07-09T02:19:07.000Z' },
			},
		],
		[
			'recon-form-sys_notify_upload_dvr-uploaded',
			{
				kind: 'vod.uploaded',
				nativeType: 'sys/notify/upload_dvr:uploaded',
				occurredAt: '2017-01-06T07:18:26.000Z',
				session: noSession,
				vod: {
					ownerId: '13830',
					url: uploadUrl,
					playlistUrl: null,
					filename: 'movie',
					renditions: [],
					startedAt: null,
					endedAt: null,
					uploadedAt: '2016-12-15T10:07:47.000Z',
				},
			},
		],
		[
			'recon-json-string-sys_notify_upload_dvr-transcoded',
			{
				kind: 'vod.transcoded',
				nativeType: 'sys/notify/upload_dvr:transcoded',
				occurredAt: '2017-01-06T07:18:26.000Z',
				session: noSession,
				vod: {
					ownerId: '13830',
					url: uploadUrl,
					playlistUrl:
						'http://13830.long-vod.cdn.aodianyun.com/u/13830/m3u8/adaptive/ad6b883587c20c0e7c338d9729c8f23c.m3u8',
					filename: null,
					renditions: [
						{
							height: 240,
							url: 'http://13830.long-vod.cdn.aodianyun.com/u/13830/m3u8/426x240/ad6b883587c20c0e7c338d9729c8f23c/ad6b883587c20c0e7c338d9729c8f23c.m3u8',
							sizeBytes: 3266531,
						},
					],
					startedAt: null,
					endedAt: null,
					uploadedAt: null,
				},
			},
		],
	])('%s becomes the event expected', (name, expected) => {
		const body = bodyOf(name);
		const { id } = eventOf(format, body);
		expect(id).toMatch(/^content:[\w-]{43}$/);
		expect(eventOf(format, body)).toEqual({
			...everyEvent,
			id,
			room: room1042,
			streamer: account1140,
			raw: body,
			...expected,
		});
	});

	it('gives one identity to the encodings of one event and different ones to different events', () => {
		const identities = new Map<string, Set<string>>();
		for (const { file, body } of corpus) {
			const event = file.replace(/^recon-(?:form|json-string|json-object)-/, '');
			const seen = identities.get(event) ?? new Set();
			identities.set(event, seen.add(parsed(format, body).event.id));
		}
		const all = [...identities.values()].flatMap((seen) => [...seen]);
		expect(all).toHaveLength(identities.size);
		expect(new Set(all).size).toBe(identities.size);
	});
});

describe('Aodianyun normalised', () => {
	it.each([
		['live', 'hall', 'live/hall'],
		['', 'hall', 'hall'],
		['live', '', null],
		['', '', null],
		['live', '1042', 'live/1042'],
	])('app %j and stream %j are the session %j', (app, stream, id) => {
		const body = withValue(sample('sys/notify/lss:StartPublish'), { app, stream });
		expect(eventOf(format, body).session.id).toBe(id);
		expect(eventOf(format, asJsonText(body)).session.id).toBe(id);
	});

	it.each([
		[1483683500, '2017-01-06T06:18:20.000Z'],
		['1483683500', '2017-01-06T06:18:20.000Z'],
		['2017-01-06T14:18:20+08:00', '2017-01-06T06:18:20.000Z'],
		['2017-01-06 14:18:20', '2017-01-06T06:18:26.000Z'],
		['20170106141820', '2017-01-06T06:18:26.000Z'],
		['', '2017-01-06T06:18:26.000Z'],
		[0, '2017-01-06T06:18:26.000Z'],
		[null, '2017-01-06T06:18:26.000Z'],
	])('time %j is read as %s', (time, expected) => {
		const body = withValue(sample('sys/notify/lss:StartPublish'), { time });
		expect(eventOf(format, body).session.startedAt).toBe(expected);
		expect(eventOf(format, body).occurredAt).toBe('2017-01-06T06:18:26.000Z');
	});

	it.each([0, '0', null])('room_id %j is no room', (room_id) => {
		expect(eventOf(format, { ...sample('sys/notify/live_dvr'), room_id }).room.id).toBeNull();
	});

	it('loses no digit of ids in JSON text', () => {
		const body = sample('sys/notify/upload_dvr:uploaded');
		const event = eventOf(format, {
			...body,
			room_id: '7281947362518364712',
			event_value: '{"user":7281947362518364712,"url":"u"}',
		});
		expect(event.room.id).toBe('7281947362518364712');
		expect(event.warnings).toEqual([]);
	});

	it('lists renditions by height, whatever their order, with half of a pair too', () => {
		const event = eventOf(
			format,
			asForm({
				...sample('sys/notify/upload_dvr:transcoded'),
				event_value: {
					m3u8Size_1080: '30',
					m3u8_720: 'b',
					m3u8_240: 'a',
					m3u8Size_240: 10,
					m3u8_x: 'no height',
				},
			}),
		);
		expect(event).toMatchObject({
			kind: 'vod.transcoded',
			vod: {
				playlistUrl: null,
				renditions: [
					{ height: 240, url: 'a', sizeBytes: 10 },
					{ height: 720, url: 'b', sizeBytes: null },
					{ height: 1080, url: null, sizeBytes: 30 },
				],
			},
			warnings: [],
		});
	});
});

describe('Aodianyun bodies that are odd', () => {
	it.each([
		['sys/notify/lss_fluency', { play_fluency: 'good' }, 'event_value.play_fluency'],
		['sys/notify/live_dvr', { url: 5 }, 'event_value.url'],
		['sys/notify/live_dvr', { start: { at: 1 } }, 'event_value.start'],
		['sys/notify/live_dvr_preview_image', { app: [] }, 'event_value.app'],
		['sys/notify/upload_dvr:uploaded', { filename: true }, 'event_value.filename'],
		['sys/notify/upload_dvr:transcoded', { m3u8_240: 5 }, 'event_value.m3u8_240'],
		['sys/notify/upload_dvr:transcoded', { m3u8Size_240: 'big' }, 'event_value.m3u8Size_240'],
		['sys/notify/upload_dvr:transcoded', { m3u8Size_240: 1e300 }, 'event_value.m3u8Size_240'],
		['sys/notify/upload_dvr:transcoded', { adaptive: {} }, 'event_value.adaptive'],
	])('%s with %j is an event with a warning at %s', (nativeType, members, path) => {
		const body = withValue(sample(nativeType), members);
		const event = eventOf(format, body);
		expect(event.nativeType).toBe(nativeType);
		expect(event.warnings.map((warning) => warning.path)).toEqual([path]);
		expect(recorderEventSchema.parse(event)).toEqual(event);
		expect(event.raw).toBe(body);
	});

	it.each([
		[{ event_value: '{"cmd":"StartPublish"' }, 'event_value'],
		[{ event_value: 'StartPublish' }, 'event_value'],
		[{ event_value: '' }, 'event_value'],
		[{ event_value: '[]' }, 'event_value'],
		[{ event_value: 'null' }, 'event_value'],
		[{ event_value: null }, 'event_value'],
		[{ event_value: [] }, 'event_value'],
		[{ event_value: `${'['.repeat(200_000)}` }, 'event_value'],
		[{ event_value: {} }, 'event_value.cmd'],
		[{ event_value: { cmd: 1 } }, 'event_value.cmd'],
		[{ event_type: '' }, 'event_type'],
		[{ event_type: null }, 'event_type'],
		[{ started_at: null }, 'started_at'],
		[{ started_at: '' }, 'started_at'],
	])('a body with %j is invalid at %s', (members: JsonObject, path) => {
		const body = { ...sample('sys/notify/lss:StartPublish'), ...members };
		expect(format.recognise(body)).toBe(true);
		expect(refused(format, body).issues.map((issue) => issue.path)).toContain(path);
	});

	it.each([[null], ['text'], [1], [[]], [[{ event_type: 'a', event_value: {} }]]])(
		'%j is no body of this format',
		(body) => {
			expect(format.recognise(body)).toBe(false);
			expect(refused(format, body).issues).toHaveLength(1);
		},
	);

	it.each([
		['sys/notify/lss', { cmd: 'PausePublish', app: 'live', stream: 'hall' }],
		['sys/notify/new', { app: 'live', stream: 'hall' }],
	])('a newer type %s is passed on as unknown', (event_type, event_value) => {
		const body = asJsonText({ ...sample('sys/notify/live_dvr'), event_type, event_value });
		const event = eventOf(format, body);
		expect(event.kind).toBe('unknown');
		expect(event.session.id).toBe('live/hall');
		expect(event.room.id).toBe('1042');
		expect(event.raw).toBe(body);
		expect(recorderEventSchema.parse(event)).toEqual(event);
		expect(parsed(format, body).known).toBe(false);
	});

	it('takes deep nesting inside JSON text, in an event and in one with a warning', () => {
		const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
		const body = sample('sys/notify/live_dvr');
		expect(eventOf(format, { ...body, event_value: `{"extra":${deep}}` }).warnings).toEqual([]);
		const odd = eventOf(format, { ...body, event_value: `{"extra":${deep},"url":1}` });
		expect(odd.warnings.map(({ path }) => path)).toEqual(['event_value.url']);
	});

	it('can’t be made to change prototypes', () => {
		const body = sample('sys/notify/upload_dvr:uploaded');
		const value = '{"__proto__":{"url":"evil"},"user":1}';
		expect(eventOf(format, { ...body, event_value: value })).toMatchObject({ vod: { url: null } });
		const own: JsonObject = JSON.parse('{"__proto__":{"event_type":"sys/notify/lss"}}');
		expect(format.parse(own, RECEIVED_AT).status).toBe('invalid');
	});

	it('never throws', () => {
		const members = {
			event_type: fc.oneof(
				fc.constantFrom('sys/notify/lss', 'sys/notify/upload_dvr', 'sys/notify/live_dvr'),
				fc.jsonValue(),
			),
			event_value: fc.oneof(fc.json(), fc.jsonValue()),
			started_at: fc.oneof(fc.nat(), fc.jsonValue()),
			room_id: fc.jsonValue(),
		};
		fc.assert(
			fc.property(fc.record(members, { requiredKeys: [] }), (record) => {
				const body: JsonValue = JSON.parse(JSON.stringify(record));
				const result = format.parse(body, RECEIVED_AT);
				if (result.status === 'event') {
					const event = result.event;
					expect(recorderEventSchema.parse(event)).toEqual(event);
				}
			}),
		);
	});
});

describe('Aodianyun identity', () => {
	const someSample = fc.constantFrom(...samplesByType().map(([, body]) => body));

	it('is the same for every retry, order of members and encoding', () => {
		fc.assert(
			fc.property(
				someSample,
				fc.integer({ min: 2, max: 4 }),
				fc.constantFrom<(body: JsonObject) => JsonValue>(
					asForm,
					asJson,
					asJsonText,
					reversed,
					(body) => reversed(asForm(body)),
					(body) => asJsonText({ ...body, started_at: String(body.started_at) }),
				),
				(body, attempt, encoded) => {
					const retry = format.delivery.bodyOfAttempt?.(body, attempt) ?? body;
					expect(retry.retry_times).toBe(attempt);
					expect(parsed(format, encoded(retry)).event.id).toBe(parsed(format, body).event.id);
					expect({ ...content(eventOf(format, encoded(retry))) }).toEqual(
						content(eventOf(format, body)),
					);
				},
			),
		);
	});

	it('differs where room, account, time or content differ', () => {
		const member = fc.constantFrom('room_id', 'admin_id', 'started_at');
		fc.assert(
			fc.property(someSample, member, fc.nat(), (body, name, number) => {
				fc.pre(body[name] !== number);
				const other = { ...body, [name]: number };
				expect(parsed(format, other).event.id).not.toBe(parsed(format, body).event.id);
			}),
		);
		fc.assert(
			fc.property(someSample, fc.string(), fc.boolean(), (body, url, isText) => {
				fc.pre(valueOf(body).url !== url);
				const other = withValue(body, { url });
				const { id: identity } = parsed(format, isText ? asForm(other) : other).event;
				expect(identity).not.toBe(parsed(format, body).event.id);
			}),
		);
	});

	it('tells retry_times within the content from the counter', () => {
		const body = sample('sys/notify/live_dvr');
		const other = withValue(body, { retry_times: 2 });
		expect(parsed(format, other).event.id).not.toBe(parsed(format, body).event.id);
	});

	it('tells integers apart that a double can’t', () => {
		const body = sample('sys/notify/upload_dvr:uploaded');
		const first = { ...body, event_value: '{"user":9007199254740992}' };
		const second = { ...body, event_value: '{"user":9007199254740993}' };
		expect(parsed(format, first).event.id).not.toBe(parsed(format, second).event.id);
	});
});

describe('Aodianyun built', () => {
	it.each(samplesByType())('%s: a sample survives normalise and build', (nativeType, body) => {
		const event = eventOf(format, body);
		expect(event.nativeType).toBe(nativeType);
		expect(event.warnings).toEqual([]);
		const built = format.build(event);
		if (!built.ok) throw new Error(built.message);
		expect(built.nativeType).toBe(nativeType);
		expect(Object.keys(built.body)).toEqual(Object.keys(body));
		expect(Object.keys(valueOf(built.body))).toEqual(Object.keys(valueOf(body)));
		for (const encoded of [built.body, asForm(built.body), asJson(built.body)]) {
			const again = eventOf(format, encoded);
			expect({ ...again, id: '', raw: {} }).toEqual({ ...event, id: '', raw: {} });
		}
	});

	it('rebuilds the documented bodies to the byte where it has all their content', () => {
		const body = bodyOf('recon-json-object-sys_notify_lss-StartPublish');
		const built = format.build(eventOf(format, body));
		expect(built).toEqual({ ok: true, nativeType: 'sys/notify/lss:StartPublish', body });
	});

	it('writes a time of its own where it differs from that of the event', () => {
		const body = withValue(sample('sys/notify/lss:StopPublish'), { time: '1483687000' });
		expect(format.build(eventOf(format, body))).toMatchObject({ body });
	});

	it('says what it has no event for', () => {
		const event = eventOf(format, sample('sys/notify/live_dvr'));
		const unknown: RecorderEvent = { ...event, kind: 'app.started' };
		expect(format.build(unknown)).toEqual({
			ok: false,
			message: "Aodianyun Webhook has no event for 'app.started'",
		});
		const elsewhere = { ...event, room: { ...event.room, id: 'douyin-room' } };
		expect(format.build(elsewhere).ok).toBe(false);
	});

	it('keeps every digit of a long room id', () => {
		const event = eventOf(format, sample('sys/notify/live_dvr'));
		const built = format.build({ ...event, room: { ...event.room, id: '7281947362518364712' } });
		expect(built).toMatchObject({ body: { room_id: '7281947362518364712' } });
	});
});

describe('Aodianyun delivery', () => {
	it('is tried four times, and delivered by 200 only', () => {
		for (const profile of [format.delivery, formDelivery]) {
			expect(profile.waitsSeconds).toEqual([5, 20, 60]);
			expect(profile.success).toBe('exactly 200');
			const body = sample('sys/notify/live_dvr');
			const third = profile.bodyOfAttempt?.(body, 3) ?? {};
			expect(third).toEqual({ ...body, retry_times: 3 });
			expect(Object.keys(third)).toEqual(Object.keys(body));
			expect(body.retry_times).toBe(1);
		}
	});

	it('writes JSON as PHP does', () => {
		expect(format.delivery.headers).toEqual({ 'Content-Type': 'application/json' });
		expect(format.delivery.encode({ room_id: 1042, event_value: { url: 'http://a/录' } })).toBe(
			'{"room_id":1042,"event_value":{"url":"http:\\/\\/a\\/\\u5f55"}}',
		);
	});

	it.each([formOfStart, formOfQuality, formOfUpload, formOfVod])(
		'writes a form to the byte: $body.event_type',
		({ body, headers, raw_body }) => {
			const event_value: JsonValue = JSON.parse(body.event_value);
			expect(formDelivery.encode({ ...body, event_value })).toBe(raw_body);
			expect(formDelivery.headers).toEqual(headers);
		},
	);

	it('writes forms that any form decoder reads', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				const form = new URLSearchParams(formDelivery.encode({ text, number: 1 }));
				expect(Object.fromEntries(form)).toEqual({ text, number: '1' });
			}),
		);
		expect(formDelivery.encode({ text: " ~*!'()\ud800" })).toBe(
			'text=+%7E%2A%21%27%28%29%EF%BF%BD',
		);
	});
});
