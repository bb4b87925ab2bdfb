import { z } from 'zod/v4';

import type { DeliveryProfile } from '../../formats/delivery';
import { isJsonObject, type JsonObject, type JsonValue } from '../../formats/json';
import { type RecorderEvent, recorderEventSchema } from '../../formats/recorderEvent';
import {
	defineEvent,
	defineFormat,
	type FormatSpecification,
	type ParsedEvent,
} from '../../formats/recorderFormat';

const RECEIVED_AT = '2026-08-08T12:00:01.000Z';

const delivery: DeliveryProfile = {
	headers: {},
	waitsSeconds: [],
	timeoutSeconds: 1,
	success: '2xx',
	encode: (body) => JSON.stringify(body),
};

const started = defineEvent({
	kind: 'live.started',
	title: 'Started',
	description: 'It began',
	schema: () =>
		z.looseObject({
			type: z.literal('started'),
			id: z.string().nullish(),
			room: z.looseObject({
				number: z.number(),
				title: z.string().nullish(),
				tags: z.array(z.looseObject({ name: z.string().nullish() })).nullish(),
			}),
		}),
	samples: [{ type: 'started', id: 'a', room: { number: 1 } }],
	describe: ({ room }) => ({
		kind: 'live.started',
		occurredAt: null,
		room: {
			id: String(room.number),
			title: room.title ?? (room.tags ?? []).map(({ name }) => name).join(' '),
		},
	}),
	build: ({ id, room }, { utcOffsetMinutes }) =>
		room.id === null ? null : { type: 'started', id, room: room.id, utcOffsetMinutes },
});

const chatter = defineEvent({
	kind: 'unknown',
	title: 'Chatter',
	description: 'Nobody asked',
	housekeeping: true,
	schema: () => z.looseObject({ type: z.literal('chatter') }),
	samples: [{ type: 'chatter' }],
	describe: () => ({ kind: 'unknown', occurredAt: null }),
});

const unlisted = defineEvent({
	kind: 'unknown',
	title: 'Other Event',
	description: 'A type newer than this package',
	schema: () => z.looseObject({ id: z.string().nullish() }),
	samples: [],
	describe: () => ({ kind: 'unknown', occurredAt: null }),
});

function formatWith(changes: Partial<FormatSpecification> = {}) {
	return defineFormat({
		id: 'made-up.v1',
		recorder: 'made-up',
		title: 'Made-Up Webhook',
		lifecycle: { begins: [], ends: [], sessionId: 'none', finalFile: 'closed' },
		recognise: (body) => 'type' in body,
		typeOf: (body) => (typeof body.type === 'string' ? body.type : null),
		idOf: (body) => (typeof body.id === 'string' ? body.id : null),
		delivery,
		events: { started, chatter },
		unlisted,
		...changes,
	});
}

const format = formatWith();

function parsed(body: JsonValue, among = format): ParsedEvent {
	const result = among.parse(body, RECEIVED_AT);
	if (result.status !== 'event') throw new Error(JSON.stringify(result.issues));
	return result;
}

function sampleEvent(): RecorderEvent {
	return parsed({ type: 'started', id: 'a', room: { number: 1 } }).event;
}

describe('reading', () => {
	test('a good body is an event; what it leaves open is unknown', () => {
		const body = { type: 'started', id: 'a', room: { number: 1, more: true } };
		const result = parsed(body);
		expect(result).toMatchObject({ status: 'event', format, known: true, housekeeping: false });
		const item = result.event;
		expect(recorderEventSchema.parse(item)).toEqual(item);
		expect(item).toEqual({
			id: 'a',
			kind: 'live.started',
			recorder: 'made-up',
			format: 'made-up.v1',
			nativeType: 'started',
			occurredAt: null,
			receivedAt: RECEIVED_AT,
			room: {
				id: '1',
				shortId: null,
				platform: null,
				title: '',
				url: null,
				coverUrl: null,
				area: { parent: null, child: null },
			},
			streamer: { id: null, name: null, avatarUrl: null },
			session: { id: null, startedAt: null, endedAt: null, platformLiveId: null },
			state: { live: null, recording: null, danmakuConnected: null },
			warnings: [],
			remembered: [],
			raw: body,
		});
		expect(item.raw).toBe(body);
	});

	test('housekeeping is told apart', () => {
		expect(parsed({ type: 'chatter' })).toMatchObject({
			housekeeping: true,
			event: { kind: 'unknown' },
		});
	});

	test.each([null, 5, 'text', true, [], [{ type: 'started' }]])('%j is no object', (body) => {
		expect(format.recognise(body)).toBe(false);
		expect(format.parse(body, RECEIVED_AT)).toEqual({
			status: 'invalid',
			format,
			nativeType: null,
			identity: expect.stringMatching(/^content:/),
			issues: [{ path: '', message: 'Expected a JSON object' }],
		});
	});

	test('a missing type is said so, unless more is wrong', () => {
		expect(format.parse({ id: 'a' }, RECEIVED_AT)).toMatchObject({
			status: 'invalid',
			nativeType: null,
			issues: [{ path: '', message: 'The event type is missing' }],
		});
	});

	test('a type from the future is unknown, a name of Object.prototype too', () => {
		for (const type of ['brandNew', 'constructor', '__proto__', 'toString']) {
			expect(parsed({ type, id: 'a' })).toMatchObject({
				event: { nativeType: type, kind: 'unknown' },
				known: false,
				housekeeping: false,
			});
		}
	});

	test('what is required is missed, with its path', () => {
		expect(format.parse({ type: 'started', room: { title: 't' } }, RECEIVED_AT)).toMatchObject({
			status: 'invalid',
			nativeType: 'started',
			identity: expect.stringMatching(/^content:/),
			issues: [{ path: 'room.number', message: expect.stringContaining('expected number') }],
		});
	});
});

describe('odd optional members', () => {
	test('are left out with a warning, everything else stays', () => {
		const tags = [{ name: 'a' }, { name: 5 }, 'odd', { name: 'b' }, { name: {} }, { name: 'c' }];
		const body = { type: 'started', id: 7, room: { number: 1, tags } };
		const before = structuredClone(body);
		const event = parsed(body);
		expect(event.event.warnings.map(({ path }) => path)).toEqual([
			'id',
			'room.tags[1].name',
			'room.tags[2]',
			'room.tags[4].name',
		]);
		expect(event.event.room.title).toBe('a  b  c');
		expect(body).toEqual(before);
		expect(event.event.raw).toBe(body);
	});

	test('an array loses its odd elements only', () => {
		const list = formatWith({
			events: {
				list: defineEvent({
					kind: 'unknown',
					title: 'List',
					description: 'A list',
					schema: () => z.looseObject({ values: z.array(z.string()).nullish() }),
					samples: [],
					describe: ({ values }) => ({
						kind: 'unknown',
						occurredAt: null,
						room: { title: (values ?? []).join('') },
					}),
				}),
			},
		});
		const values = [1, 'a', 2, 3, 'b', null, 'c', 4];
		const event = parsed({ type: 'list', values }, list);
		expect(event.event.warnings).toHaveLength(5);
		expect(event.event.room.title).toBe('abc');
		expect(values).toHaveLength(8);
	});

	test('nested lists are cut where they are odd', () => {
		const nested = formatWith({
			events: {
				nested: defineEvent({
					kind: 'unknown',
					title: 'Nested',
					description: 'Lists in lists',
					schema: () => z.looseObject({ rows: z.array(z.array(z.string())).nullish() }),
					samples: [],
					describe: ({ rows }) => ({
						kind: 'unknown',
						occurredAt: null,
						room: { title: (rows ?? []).map((row) => row.join('')).join('|') },
					}),
				}),
			},
		});
		const event = parsed({ type: 'nested', rows: [['a', 1], 5, [2, 'b', 'c']] }, nested);
		expect(event.event.room.title).toBe('a|bc');
	});

	test('any number of them is listed as fifty', () => {
		const tags = Array.from({ length: 200_000 }, () => 5);
		const event = parsed({ type: 'started', room: { number: 1, tags } });
		expect(event.event.warnings).toHaveLength(50);
		expect(event.event.warnings.at(-1)).toEqual({ path: '', message: '199951 more like these' });
		expect(event.event.room.title).toBe('');
	});

	test('an odd body of 10,000 levels is still read', () => {
		const deep: JsonValue = JSON.parse('['.repeat(10_000) + ']'.repeat(10_000));
		const event = parsed({ type: 'started', deep, id: 5, room: { number: 1, title: deep } });
		expect(event.event.warnings.map(({ path }) => path)).toEqual(['id', 'room.title']);
		expect(event.event.id).toMatch(/^content:/);
	});
});

describe('identity', () => {
	const body = { type: 'started', room: { number: 1, title: 't' } };

	test('is there for an invalid event, too: the same for every delivery of it', () => {
		const retrying = formatWith({ changesOnRetry: ['attempt'] });
		const identityOf = (candidate: JsonValue) => {
			const result = retrying.parse(candidate, RECEIVED_AT);
			if (result.status !== 'invalid') throw new Error('Taken');
			return result.identity;
		};
		const invalid = { type: 'started', room: {} };
		expect(identityOf({ ...invalid, id: 'abc' })).toBe('abc');
		expect(identityOf({ ...invalid, attempt: 1 })).toBe(identityOf({ attempt: 2, ...invalid }));
		expect(identityOf(invalid)).not.toBe(identityOf({ ...invalid, room: { number: '1' } }));
	});

	test('is the id where there is one', () => {
		expect(parsed({ ...body, id: 'abc' }).event.id).toBe('abc');
	});

	test('is the content else: the same in any order, another for another content', () => {
		const { id: identity } = parsed(body).event;
		expect(identity).toMatch(/^content:[\w-]{43}$/);
		expect(parsed({ room: { title: 't', number: 1 }, type: 'started' }).event.id).toBe(identity);
		expect(parsed({ ...body, id: '' }).event.id).not.toBe('');
		expect(parsed({ ...body, room: { number: 1, title: 'u' } }).event.id).not.toBe(identity);
		expect(parsed({ ...body, extra: null }).event.id).not.toBe(identity);
	});

	test('is the content where the id is endless; an endless type is none', () => {
		const endless = 'a'.repeat(1_000_000);
		expect(parsed({ ...body, id: endless }).event.id).toMatch(/^content:[\w-]{43}$/);
		expect(format.parse({ ...body, type: endless }, RECEIVED_AT)).toMatchObject({
			status: 'invalid',
			nativeType: null,
			issues: [{ path: '', message: 'The event type is too long' }],
		});
	});

	test('leaves out what changes on a retry, at the top only', () => {
		const retrying = formatWith({ changesOnRetry: ['attempt'] });
		const { id: identity } = parsed(body, retrying).event;
		expect(parsed({ ...body, attempt: 2 }, retrying).event.id).toBe(identity);
		const inside = { ...body, room: { ...body.room, attempt: 2 } };
		expect(parsed(inside, retrying).event.id).not.toBe(identity);
	});

	test('is that of the unwrapped body', () => {
		const unwrapping = formatWith({
			unwrap: (wrapped): JsonObject => {
				const room: JsonValue =
					typeof wrapped.room === 'string' ? JSON.parse(wrapped.room) : (wrapped.room ?? null);
				return { ...wrapped, room };
			},
		});
		const wrapped = { ...body, room: JSON.stringify(body.room) };
		const event = parsed(wrapped, unwrapping);
		expect(event.event.id).toBe(parsed(body, unwrapping).event.id);
		expect(event.event).toMatchObject({ room: { id: '1' }, raw: wrapped });
	});
});

describe('building', () => {
	test('finds the event type for a kind; the zone is +08:00 unless told', () => {
		expect(format.build(sampleEvent())).toEqual({
			ok: true,
			nativeType: 'started',
			body: { type: 'started', id: 'a', room: '1', utcOffsetMinutes: 480 },
		});
		expect(format.build(sampleEvent(), { utcOffsetMinutes: 0 })).toMatchObject({
			body: { utcOffsetMinutes: 0 },
		});
	});

	test('what no type can say is unsupported', () => {
		const event = sampleEvent();
		const unsupported = { ok: false, message: "Made-Up Webhook has no event for 'live.started'" };
		expect(format.build({ ...event, room: { ...event.room, id: null } })).toEqual(unsupported);
		const other = parsed({ type: 'chatter' }).event;
		expect(format.build(other)).toMatchObject({ ok: false });
	});
});

test('a format says when an identity may come back', () => {
	expect(format.sameContentWindowSeconds).toBeNull();
	expect(formatWith({ sameContentWindowSeconds: 30 }).sameContentWindowSeconds).toBe(30);
});

test('recognising looks at objects only', () => {
	expect(format.recognise({ type: 'x' })).toBe(true);
	expect(format.recognise({})).toBe(false);
	expect(isJsonObject([])).toBe(false);
});
