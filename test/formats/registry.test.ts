import * as fc from 'fast-check';
import { z } from 'zod/v4';

import {
	isJsonObject,
	type JsonObject,
	type JsonValue,
	type PathSegment,
} from '../../formats/json';
import { parseJsonLosslessly } from '../../formats/parseJson';
import { idOrNull, timestampSchema } from '../../formats/payload';
import {
	eventGroups,
	eventKinds,
	kindTitle,
	type RecorderEvent,
	recorderEventSchema,
} from '../../formats/recorderEvent';
import {
	defineEvent,
	defineFormat,
	type EventDefinition,
	type InvalidEvent,
	type ParsedEvent,
	type Recorder,
	type RecorderFormat,
} from '../../formats/recorderFormat';
import { formatsOf, recorders } from '../../formats/registry';
import { isoFromTimestamp } from '../../formats/time';
import { compactJson, writeJson } from '../../formats/wire';
import lssWithComment from '../fixtures/corpus/_not-wire/aodianyun-docs-lss-raw-with-comment.json';
import uploadEscaped from '../fixtures/corpus/_not-wire/aodianyun-docs-upload_dvr-raw-escaped.json';
import sessionStartedWithComments from '../fixtures/corpus/_not-wire/bililiverecorder-docs-2.0-SessionStarted-raw-with-comments.json';
import deletedWithoutComma from '../fixtures/corpus/bsr/draft2025-stream.deleted.json';
import { loadCorpus, loadWholeCorpus } from '../fixtures/loadCorpus.cjs';
import { RECEIVED_AT, eventOf, parsed } from './parsing';

/* --- A recorder nobody has: all that the generic machinery needs is this one object. --- */

const partyTape = defineFormat({
	id: 'party-tape.v1',
	recorder: 'party-tape',
	title: 'PartyTape Webhook',
	recognise: (body) => 'partyTape' in body,
	typeOf: (body) => (typeof body.partyTape === 'string' ? body.partyTape : null),
	idOf: () => null,
	changesOnRetry: ['attempt'],
	sameContentWindowSeconds: 60,
	lifecycle: { begins: [], ends: [], sessionId: 'none', finalFile: 'closed' },
	delivery: {
		headers: { 'Content-Type': 'application/json' },
		waitsSeconds: [5],
		timeoutSeconds: 10,
		success: '2xx',
		encode: (body) => writeJson(body, compactJson),
		bodyOfAttempt: (body, attempt) => ({ ...body, attempt }),
	},
	events: {
		onAir: defineEvent({
			kind: 'live.started',
			title: 'On Air',
			description: 'The party began',
			schema: () =>
				z.looseObject({
					partyTape: z.literal('onAir'),
					at: timestampSchema.nullish(),
					room: z.string().min(1),
					host: z.string().nullish(),
				}),
			samples: [{ partyTape: 'onAir', at: '2026-08-08T20:00:00+08:00', room: '1', host: 'Ann' }],
			describe: ({ at, room, host }) => ({
				kind: 'live.started',
				occurredAt: isoFromTimestamp(at),
				room: { id: idOrNull(room) },
				streamer: { name: host ?? null },
			}),
			build: ({ room, streamer, occurredAt }) =>
				room.id === null
					? null
					: { partyTape: 'onAir', at: occurredAt, room: room.id, host: streamer.name },
		}),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: () => z.looseObject({ partyTape: z.string() }),
		samples: [],
		describe: () => ({ kind: 'unknown', occurredAt: null }),
	}),
});

const partyTapeRecorder: Recorder = {
	id: 'party-tape',
	title: 'PartyTape',
	documentation: 'https://example.com/webhook',
	formats: [partyTape],
	setup: ['Press record'],
	limits: [],
};

const everyRecorder: readonly Recorder[] = [...recorders, partyTapeRecorder];
const everyFormat = formatsOf(everyRecorder);

/* --- Looking into JSON and changing it. --- */

interface Place {
	readonly path: readonly PathSegment[];
	readonly value: JsonValue;
}

/** Every value in a document, the document itself left out. */
function placesIn(value: JsonValue, path: readonly PathSegment[] = []): Place[] {
	const children: Array<[PathSegment, JsonValue]> = Array.isArray(value)
		? [...value.entries()]
		: isJsonObject(value)
			? Object.entries(value)
			: [];
	return children.flatMap(([segment, child]) => [
		{ path: [...path, segment], value: child },
		...placesIn(child, [...path, segment]),
	]);
}

/** A copy with one value replaced, or taken out where the replacement is undefined. */
function changed(
	value: JsonValue,
	[segment, ...rest]: readonly PathSegment[],
	replacement: JsonValue | undefined,
): JsonValue {
	if (segment === undefined) return replacement ?? null;
	const drop = rest.length === 0 && replacement === undefined;
	if (Array.isArray(value)) {
		const copy = [...value];
		if (drop) copy.splice(Number(segment), 1);
		else copy[Number(segment)] = changed(copy[Number(segment)] ?? null, rest, replacement);
		return copy;
	}
	if (!isJsonObject(value)) return value;
	if (drop) {
		return Object.fromEntries(Object.entries(value).filter(([name]) => name !== segment));
	}
	return Object.fromEntries(
		Object.entries(value).map(([name, child]): [string, JsonValue] => [
			name,
			name === segment ? changed(child, rest, replacement) : child,
		]),
	);
}

function changedObject(
	body: JsonObject,
	path: readonly PathSegment[],
	replacement: JsonValue | undefined,
): JsonObject {
	const result = changed(body, path, replacement);
	if (!isJsonObject(result)) throw new Error('No longer an object');
	return result;
}

/** The same content, its members in an order that depends on the seed. */
function reordered(value: JsonValue, seed: number): JsonValue {
	if (Array.isArray(value)) return value.map((element) => reordered(element, seed));
	if (!isJsonObject(value)) return value;
	const rank = (name: string) =>
		[...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0) + seed) % 65_521, seed);
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => rank(a) - rank(b))
			.map(([name, child]) => [name, reordered(child, seed)]),
	);
}

/* --- What must hold for every format. --- */

function samplesOf(format: RecorderFormat): JsonObject[] {
	return [...format.events.values()].flatMap((definition) => [...definition.samples]);
}

function recognisers(body: JsonValue): string[] {
	return everyFormat.filter((format) => format.recognise(body)).map(({ id }) => id);
}

/** Whatever comes in, this is what may come out; deep bodies aren't compared, as comparing recurses. */
function expectSound(result: ParsedEvent | InvalidEvent): void {
	if (result.status === 'event') {
		const event = result.event;
		const { success, error } = recorderEventSchema.safeParse(event);
		expect([success, error?.issues]).toEqual([true, undefined]);
		expect(result.event.id.length).toBeGreaterThan(0);
		return;
	}
	expect(result.issues.length).toBeGreaterThan(0);
	for (const { path, message } of result.issues) {
		expect(typeof path).toBe('string');
		expect(message).not.toBe('');
	}
}

const SMALL_WORDS = new Set(['a', 'an', 'and', 'by', 'for', 'in', 'is', 'of', 'or', 'the', 'to']);

function isTitleCase(title: string): boolean {
	return title
		.split(' ')
		.every((word, index) => /^\(?[A-Z0-9]/.test(word) || (index > 0 && SMALL_WORDS.has(word)));
}

const anyJson: fc.Arbitrary<JsonValue> = fc.oneof(
	fc.json({ maxDepth: 3 }).map((text): JsonValue => JSON.parse(text)),
	fc.constantFrom<JsonValue[]>(
		null,
		'',
		'\ud800',
		'\0',
		'-1',
		'__proto__',
		-1,
		0,
		0.5,
		2 ** 53,
		1e308,
		'9007199254740993',
		'not a time',
		'0001-01-01T00:00:00Z',
		'../../etc/passwd',
		[],
		{},
		[[]],
	),
	fc
		.constant('{"__proto__":{"polluted":true},"constructor":1,"toString":null}')
		.map((text): JsonValue => JSON.parse(text)),
);

/** A sample with a few of its values taken out, replaced by others, or new ones added. */
function disturbed(samples: readonly JsonObject[]): fc.Arbitrary<JsonObject> {
	const change = fc.record({
		place: fc.nat(),
		replacement: fc.option(anyJson, { nil: undefined, freq: 2 }),
	});
	const added = fc.dictionary(fc.string(), anyJson, { maxKeys: 2 });
	return fc
		.record({
			sample: fc.constantFrom(...samples),
			changes: fc.array(change, { maxLength: 3 }),
			added,
		})
		.map(({ sample, changes, added: members }) =>
			changes.reduce<JsonObject>(
				(body, { place, replacement }) => {
					const places = placesIn(body);
					const { path } = places[place % Math.max(places.length, 1)] ?? { path: ['none'] };
					return changedObject(body, path, replacement);
				},
				{ ...members, ...sample },
			),
		);
}

/** Members at the top that a further attempt of the delivery changes. */
function changingMembers({ delivery }: RecorderFormat, body: JsonObject): Set<PathSegment> {
	const again = delivery.bodyOfAttempt?.(body, 2) ?? body;
	return new Set(
		Object.keys({ ...body, ...again }).filter(
			(name) => JSON.stringify(again[name]) !== JSON.stringify(body[name]),
		),
	);
}

const DEPTH = 10_000;
const deepArray: JsonValue = JSON.parse('['.repeat(DEPTH) + ']'.repeat(DEPTH));
const deepObject: JsonValue = JSON.parse('{"a":'.repeat(DEPTH) + '1' + '}'.repeat(DEPTH));
const hugeText = 'x'.repeat(300_000);

describe.each(everyRecorder.map((recorder) => ({ recorder, id: recorder.id })))(
	'recorder $id',
	({ recorder }) => {
		test('describes itself', () => {
			expect(recorder.title).not.toBe('');
			expect(recorder.documentation).toMatch(/^https?:\/\//);
			expect(recorder.formats.length).toBeGreaterThan(0);
			expect(recorder.setup.length).toBeGreaterThan(0);
			for (const sentence of [...recorder.setup, ...recorder.limits]) {
				expect(sentence).toMatch(/^\S.*[^.\s]$/);
			}
			for (const format of recorder.formats) {
				expect(format.recorder).toBe(recorder.id);
				expect(`${format.id}.`.startsWith(`${recorder.id}.`)).toBe(true);
			}
		});
	},
);

describe.each(everyFormat.map((format) => ({ format, id: format.id })))(
	'format $id',
	({ format }) => {
		const samples = samplesOf(format);

		test('every event type has a title, a description and samples of its own', () => {
			expect(format.title).not.toBe('');
			expect(format.events.size).toBeGreaterThan(0);
			const titles = new Set<string>();
			for (const [nativeType, definition] of format.events) {
				expect([nativeType, isTitleCase(definition.title)]).toEqual([nativeType, true]);
				expect(definition.description).toMatch(/^\S.*[^.\s]$/);
				titles.add(definition.title);
				expect(definition.samples.length).toBeGreaterThan(0);
				for (const sample of definition.samples) {
					expect(parsed(format, sample)).toMatchObject({
						known: true,
						housekeeping: definition.housekeeping,
					});
					expect(eventOf(format, sample)).toMatchObject({
						kind: definition.kind,
						recorder: format.recorder,
						format: format.id,
						nativeType,
						receivedAt: RECEIVED_AT,
						warnings: [],
						remembered: [],
						raw: sample,
					});
				}
			}
			expect(titles.size).toBe(format.events.size);
		});

		test('describing changes nothing in the payload', () => {
			for (const sample of samples) {
				const before = JSON.stringify(sample);
				eventOf(format, sample);
				expect(JSON.stringify(sample)).toBe(before);
			}
		});

		test('schemas can be shown as JSON Schema', () => {
			for (const definition of format.events.values()) {
				expect(z.toJSONSchema(definition.schema, { unrepresentable: 'any' })).toBeDefined();
			}
		});

		test('what a file is called is where it is', () => {
			for (const sample of samples) {
				const event = eventOf(format, sample);
				if (!('file' in event)) continue;
				expect(event.file.path).not.toBe('');
				expect(event.file.path.endsWith(event.file.name)).toBe(true);
				expect(event.file.localPath).toBeNull();
			}
		});

		test('samples are different events', () => {
			const identities = samples.map((sample) => parsed(format, sample).event.id);
			expect(new Set(identities).size).toBe(samples.length);
		});

		test('is written as it is read', () => {
			const type = format.delivery.headers['Content-Type'] ?? '';
			expect(type).not.toBe('');
			for (const sample of samples) {
				const text = format.delivery.encode(sample);
				if (type.startsWith('application/json')) {
					expect(parseJsonLosslessly(text)).toEqual(sample);
				}
				expect(text).not.toBe('');
			}
		});

		test('any valid payload is recognised by this format and by no other', () => {
			fc.assert(
				fc.property(disturbed(samples), fc.nat(1000), (body, seed) => {
					const result = format.parse(body, RECEIVED_AT);
					fc.pre(result.status === 'event' && format.recognise(body));
					expect(recognisers(body)).toEqual([format.id]);
					expect(recognisers(reordered(body, seed))).toEqual([format.id]);
				}),
			);
		});

		test('whatever is done to a payload, it becomes a sound event or names what is wrong', () => {
			fc.assert(
				fc.property(disturbed(samples), (body) => {
					recognisers(body);
					expectSound(format.parse(body, RECEIVED_AT));
				}),
			);
		});

		test('any JSON at all is taken without throwing', () => {
			fc.assert(
				fc.property(anyJson, (body) => {
					recognisers(body);
					expectSound(format.parse(body, RECEIVED_AT));
				}),
			);
			expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
		});

		test('depth and length do no harm, wherever they are', () => {
			const [sample] = samples;
			if (sample === undefined) throw new Error('No sample');
			for (const monster of [deepArray, deepObject, hugeText]) {
				expectSound(format.parse(monster, RECEIVED_AT));
				expectSound(format.parse({ ...sample, monster }, RECEIVED_AT));
				for (const { path } of placesIn(sample)) {
					const body = changedObject(sample, path, monster);
					recognisers(body);
					expectSound(format.parse(body, RECEIVED_AT));
				}
			}
			if (!isJsonObject(deepObject)) throw new Error('No object');
			expectSound(format.parse({ ...deepObject, ...sample }, RECEIVED_AT));
		});

		test('identity ignores the order of members', () => {
			fc.assert(
				fc.property(disturbed(samples), fc.nat(1000), (body, seed) => {
					const event = format.parse(body, RECEIVED_AT);
					fc.pre(event.status === 'event');
					expect(parsed(format, reordered(body, seed)).event.id).toBe(event.event.id);
				}),
			);
		});

		test('identity is the same for every attempt of a delivery', () => {
			for (const sample of samples) {
				const { id: identity } = parsed(format, sample).event;
				for (const attempt of [2, 3, 4]) {
					const again = format.delivery.bodyOfAttempt?.(sample, attempt) ?? sample;
					expect(parsed(format, again).event.id).toBe(identity);
					expect(recognisers(again)).toEqual([format.id]);
				}
			}
		});

		test('identity differs between different events', () => {
			for (const sample of samples) {
				const { id: identity } = parsed(format, sample).event;
				const volatile = changingMembers(format, sample);
				const isOfContent = identity.startsWith('content:');
				let compared = 0;
				for (const { path, value } of placesIn(sample)) {
					const [top = ''] = path;
					if (typeof value !== 'string' || volatile.has(top)) continue;
					// An id that is put together, or lies deeper, is made of the values that stand in it.
					if (!isOfContent && (value.length < 4 || !identity.includes(value))) continue;
					const other = format.parse(changedObject(sample, path, `${value}0`), RECEIVED_AT);
					if (other.status !== 'event') continue;
					compared++;
					expect([path, other.event.id]).not.toEqual([path, identity]);
				}
				expect(compared).toBeGreaterThan(0);
			}
		});

		test('what it builds, it reads as the same kind of event', () => {
			const kinds = new Set<string>();
			for (const source of everyFormat) {
				for (const sample of samplesOf(source)) {
					const event = eventOf(source, sample);
					const result = format.build(event);
					if (!result.ok) {
						expect(result.message).toContain(event.kind);
						continue;
					}
					expect(recognisers(result.body)).toEqual([format.id]);
					const again = eventOf(format, result.body);
					expect(again).toMatchObject({
						nativeType: result.nativeType,
						kind: event.kind,
						warnings: [],
					});
					const { room } = again;
					if (room.id !== null) expect([room.id]).toEqual([event.room.id]);
					kinds.add(event.kind);
				}
			}
			expect(kinds.size).toBeGreaterThan(0);
		});

		test('an event type from the future is passed on as unknown', () => {
			const [sample] = samples;
			if (sample === undefined) throw new Error('No sample');
			const futures = placesIn(sample).flatMap(({ path, value }) =>
				[typeof value === 'number' ? 987_654 : 'FromTheFuture']
					.map((replacement) => format.parse(changedObject(sample, path, replacement), RECEIVED_AT))
					.filter((result) => result.status === 'event' && !result.known),
			);
			// Formats with a single, unnamed event have no room for another.
			if (format.events.size > 1) expect(futures.length).toBeGreaterThan(0);
			for (const result of futures) {
				expectSound(result);
				expect(result).toMatchObject({
					event: { kind: 'unknown' },
					known: false,
					housekeeping: false,
				});
			}
		});
	},
);

test('recorders and formats have ids of their own', () => {
	const recorderIds = everyRecorder.map(({ id }) => id);
	const formatIds = everyFormat.map(({ id }) => id);
	expect(new Set(recorderIds).size).toBe(recorderIds.length);
	expect(new Set(formatIds).size).toBe(formatIds.length);
	for (const id of recorderIds) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

describe('kinds of events', () => {
	test('each is in exactly one group', () => {
		const grouped = eventGroups.flatMap(({ kinds }) => kinds);
		expect(eventKinds).toEqual(grouped);
		expect(new Set(eventGroups.map(({ id }) => id)).size).toBe(eventGroups.length);
	});

	test('each has a title', () => {
		const titles = [...eventKinds.map(kindTitle), ...eventGroups.map(({ title }) => title)];
		for (const title of titles) expect([title, isTitleCase(title)]).toEqual([title, true]);
		expect(new Set(eventKinds.map(kindTitle)).size).toBe(eventKinds.length);
	});

	test('each is one that some recorder speaks of', () => {
		const spoken = new Set<string>(
			formatsOf(recorders).flatMap((format) => [
				'unknown',
				// Made by the triggers.
				'session.completed',
				...[...format.events.values()].map(({ kind }: EventDefinition) => kind),
			]),
		);
		expect(eventKinds.filter((kind) => !spoken.has(kind))).toEqual([]);
	});
});

/* --- Requests as recorders send them, or as documents print them. --- */

const FORMAT_OF_FOLDER: Readonly<Record<string, RegExp>> = {
	aodianyun: /^aodianyun$/,
	'bililiverecorder-v1': /^bililive-recorder\.v1$/,
	'bililiverecorder-v2': /^bililive-recorder\.v2$/,
	'bililive-tools': /^bililive-tools\./,
	'bililive-tools-custom': /^bililive-tools\.custom$/,
	blrec: /^blrec$/,
	bsr: /^bsr(\.documented)?$/,
	ddtv3: /^ddtv\.v3$/,
	ddtv5: /^ddtv\.v5$/,
	'livekit-egress': /^livekit-egress$/,
	livestreamdvr: /^livestreamdvr$/,
	oneliverec: /^one-live-rec$/,
	owncast: /^owncast$/,
	'tencent-css': /^tencent-css$/,
	generic: /^generic$/,
	'rust-srec': /^rust-srec$/,
	srs: /^srs$/,
};

describe('the corpus', () => {
	const corpus = loadWholeCorpus();

	test.each(corpus)('$name', ({ name, body }) => {
		const [folder = ''] = name.split('/');
		const found = recognisers(body);
		expect(found).toEqual([expect.stringMatching(FORMAT_OF_FOLDER[folder] ?? /^$/)]);
		const format = everyFormat.find(({ id }) => id === found[0]);
		if (format === undefined) throw new Error(`No format for ${name}`);
		const { room, streamer, session, warnings } = eventOf(format, body);
		expect(warnings).toEqual([]);
		const text = JSON.stringify(body);
		for (const id of [room.id, room.shortId, streamer.id, session.id]) {
			// SRS 4 and earlier name the parts of a stream's id only.
			const parts = folder === 'srs' ? id?.split('/') : [id];
			for (const part of parts ?? []) {
				if (part !== null) expect(text).toContain(JSON.stringify(part).slice(1, -1));
			}
		}
	});

	test('covers every registered format', () => {
		const spoken = new Set(corpus.flatMap(({ body }) => recognisers(body)));
		expect(formatsOf(recorders).filter(({ id }) => !spoken.has(id))).toEqual([]);
	});

	test('receivers’ logs of events do no harm', () => {
		for (const { body } of loadCorpus('_not-wire')) {
			for (const format of everyFormat) {
				recognisers(body);
				expectSound(format.parse(body, RECEIVED_AT));
			}
		}
	});
});

describe('examples as the documents print them', () => {
	/** `// …` at the end of a line; a `//` within a URL has no space before it. */
	const withoutComments = (text: string) => text.replace(/\s\/\/.*$/gm, '');

	/** The only format that recognises a body. */
	function read(text: string): RecorderEvent {
		const body = parseJsonLosslessly(text);
		const [id, ...others] = recognisers(body);
		expect(others).toEqual([]);
		const format = everyFormat.find((candidate) => candidate.id === id);
		if (format === undefined) throw new Error('Nobody recognises this');
		return eventOf(format, body);
	}

	test('BililiveRecorder, comments taken out', () => {
		const { raw_body: text } = sessionStartedWithComments;
		expect(() => parseJsonLosslessly(text)).toThrow(SyntaxError);
		const event = read(withoutComments(text));
		expect(event).toMatchObject({ nativeType: 'SessionStarted', warnings: [] });
		expect(event).toMatchObject({ kind: 'recording.started', room: { id: '23058' } });
	});

	test('BSR, the missing comma put in', () => {
		const { raw_body: text } = deletedWithoutComma;
		expect(() => parseJsonLosslessly(text)).toThrow(SyntaxError);
		const event = read(text.replace(/\}(\s+"start_time")/, '},$1'));
		expect(event).toMatchObject({ nativeType: 'stream.deleted', warnings: [] });
		expect(event.kind).toBe('recording.deleted');
	});

	test.each([
		['sys/notify/lss', withoutComments(lssWithComment.raw_body), 'live.started'],
		['sys/notify/upload_dvr', uploadEscaped.raw_body, 'vod.uploaded'],
	])('Aodianyun %s, put into its envelope', (type, value, kind) => {
		const envelope = { room_id: 1042, admin_id: 1140, retry_times: 1, started_at: 1483687106 };
		for (const eventValue of [value, parseJsonLosslessly(value)]) {
			const body = { ...envelope, event_type: type, event_value: eventValue };
			const event = read(JSON.stringify(body));
			expect(event.warnings).toEqual([]);
			expect(event.kind).toBe(kind);
		}
	});
});
