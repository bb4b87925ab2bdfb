import * as fc from 'fast-check';

import { generic } from '../../formats/generic';
import { genericEvents } from '../../formats/generic/format';
import { nest } from '../../formats/generic/nest';
import type { JsonObject, JsonValue } from '../../formats/json';
import { eventKinds } from '../../formats/recorderEvent';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import * as parsing from './parsing';

const corpus = loadCorpus('generic');

const eventOf = (body: JsonValue) => parsing.eventOf(genericEvents, body);

function issuesOf(body: JsonValue): readonly string[] {
	const result = genericEvents.parse(body, parsing.RECEIVED_AT);
	return result.status === 'invalid' ? result.issues.map(({ path }) => path) : [];
}

function bodyOf(name: string): JsonObject {
	const found = corpus.find(({ file }) => file === `${name}.json`);
	if (found === undefined) throw new Error(`No ${name}.json in the corpus`);
	return found.body;
}

describe('what a script sends', () => {
	test.each<[string, JsonObject]>([
		[
			'docs-mediamtx-segment-complete',
			{
				kind: 'file.closed',
				room: { id: '主播 "A"&B' },
				file: {
					path: '/recordings/主播 "A"&B/2026-08-08_20-00-03-123456.mp4',
					name: '2026-08-08_20-00-03-123456.mp4',
					role: 'video',
					durationSeconds: 3600.033,
					sizeBytes: null,
				},
			},
		],
		['docs-mediamtx-unavailable', { kind: 'live.ended', session: { id: null } }],
		[
			'docs-file-closed-shortest',
			{ kind: 'file.closed', occurredAt: null, room: { id: null }, file: { name: 'live.mp4' } },
		],
		[
			'docs-file-closed-full',
			{
				id: 'studio-42',
				occurredAt: '2026-08-08T13:00:03.000Z',
				room: { id: 'studio', platform: 'obs', title: 'Evening run' },
				streamer: { name: 'Nathan' },
				file: { name: 'studio 42.mkv', sizeBytes: 1073741824, durationSeconds: 3600.5 },
			},
		],
		['docs-live-started-unix', { occurredAt: '2026-08-08T12:00:03.000Z' }],
		['edge-newer-kind', { kind: 'unknown', nativeType: 'room.pinned', room: { id: 'studio' } }],
	])('%s', (name, expected) => {
		const event = eventOf(bodyOf(name));
		expect(event).toMatchObject(expected);
		expect(event.warnings).toEqual([]);
	});

	test('what is wrong is named by its path', () => {
		expect(issuesOf({ kind: 'file.closed' })).toEqual(['file']);
		expect(issuesOf({ kind: 'file.closed', 'file.sizeBytes': '1' })).toEqual(['file.path']);
		expect(issuesOf({})).toEqual(['kind']);
		const odd = { kind: 'file.closed', file: { path: 'a.mp4', sizeBytes: 'big', openedAt: 'now' } };
		const { warnings, ...event } = eventOf(odd);
		expect(warnings).toEqual([
			{ path: 'file.sizeBytes', message: 'Expected a number, 0 or more' },
			{ path: 'file.openedAt', message: expect.stringContaining('Unix seconds') },
		]);
		expect(event).toMatchObject({ file: { sizeBytes: null, openedAt: null } });
	});

	test('something else with a kind is none of it', () => {
		for (const kind of ['Pod', 'closed', '', 1, null]) {
			expect([kind, genericEvents.recognise({ kind })]).toEqual([kind, false]);
		}
	});
});

describe('identity', () => {
	test('is the sender’s id where it has one', () => {
		expect(eventOf({ kind: 'live.ended', id: 7 }).id).toBe('7');
		expect(eventOf({ kind: 'live.ended', id: 'a', room: { id: '1' } }).id).toBe('a');
	});

	test('is the content else, and only as long as curl goes on trying', () => {
		const body = { kind: 'live.ended', room: { id: 'studio' } };
		expect(eventOf(body).id).toBe(eventOf({ kind: 'live.ended', 'room.id': 'studio' }).id);
		const waits = genericEvents.delivery.waitsSeconds.reduce((sum, wait) => sum + wait, 0);
		expect(genericEvents.sameContentWindowSeconds).toBeGreaterThan(waits);
	});
});

describe('names of a form', () => {
	test('are paths', () => {
		expect(nest({ kind: 'x', 'a.b.c': '1', 'a.b.d': '2', a: 'lost' })).toEqual({
			kind: 'x',
			a: 'lost',
		});
		expect(nest({ kind: 'x', 'a.b.c': '1', 'a.b.d': '2' })).toEqual({
			kind: 'x',
			a: { b: { c: '1', d: '2' } },
		});
		expect(nest({ a: { b: 1 }, 'a.c': 2 })).toEqual({ a: { b: 1, c: 2 } });
	});

	test('whatever they are, nothing else is touched, and their order decides nothing', () => {
		const name = fc.oneof(
			fc.string(),
			fc
				.array(fc.constantFrom('a', 'b', '', '__proto__', 'constructor'))
				.map((steps) => steps.join('.')),
		);
		fc.assert(
			fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 8 }), (members) => {
				const body = Object.fromEntries(members);
				const reversed = Object.fromEntries(Object.entries(body).reverse());
				expect(nest(reversed)).toEqual(nest(body));
				expect(Object.hasOwn(Object.prototype, 'a')).toBe(false);
			}),
		);
	});
});

describe('what it writes', () => {
	test('has a word for every kind but those only this package says', () => {
		const missing = eventKinds.filter((kind) => !genericEvents.events.has(kind));
		const own = new Set<string>(['unknown', 'live.quality_reported', 'session.completed']);
		expect(missing.filter((kind) => !own.has(kind))).toEqual([]);
	});

	test('a form says what JSON says', () => {
		const { formDelivery } = genericEvents;
		if (formDelivery === null) throw new Error('No form');
		for (const { samples } of genericEvents.events.values()) {
			for (const sample of samples) {
				const form = Object.fromEntries(new URLSearchParams(formDelivery.encode(sample)));
				const { id, raw, ...said } = eventOf(form);
				const { id: otherId, raw: otherRaw, ...expected } = eventOf(sample);
				expect(said).toEqual(expected);
				expect([id, form]).toEqual([otherId, raw]);
				expect(otherRaw).toEqual(sample);
			}
		}
	});
});

test('a path with what breaks hand-written JSON goes through curl’s form', () => {
	expect(generic.setup.join('\n')).toContain('--data-urlencode');
});
