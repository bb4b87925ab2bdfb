/** The any-recorder trigger never guesses: what is left of one recorder's event, or mixed with another's, is nobody else's. */
import fc from 'fast-check';

import { isJsonObject, type JsonObject, type JsonValue } from '../../formats/json';
import type { RecorderFormat } from '../../formats/recorderFormat';
import { formatsOf, parseAmong, recorders } from '../../formats/registry';
import { loadWholeCorpus } from '../fixtures/loadCorpus.cjs';

const RECEIVED_AT = '2026-03-01T00:00:00.000Z';
const formats = formatsOf(recorders);

/** Told by its name in a failure: a whole format would fill pages. */
interface Known {
	readonly recorder: string;
	readonly format: string;
	readonly body: JsonObject;
}

const samples: readonly Known[] = formats.flatMap((format) =>
	[...format.events.values()]
		.flatMap((event) => event.samples)
		.map((body): Known => ({ recorder: format.recorder, format: format.id, body })),
);

const captured: readonly Known[] = loadWholeCorpus().flatMap(({ body }) => {
	const [format] = formats.filter((each) => each.recognise(body));
	if (format === undefined || !isJsonObject(body)) return [];
	return [{ recorder: format.recorder, format: format.id, body }];
});

const known = fc.oneof(fc.constantFrom(...samples), fc.constantFrom(...captured));

function recognisersOf(body: JsonValue): readonly RecorderFormat[] {
	return formats.filter((format) => format.recognise(body));
}

const odd = fc.constantFrom<JsonValue>(null, '', 0, -1, true, 'x', '1', [], {}, [1], { a: 1 });

it('takes nothing that lacks members for another recorder’s', () => {
	fc.assert(
		fc.property(known, fc.nat(), fc.nat(), ({ recorder, body }, one, two) => {
			const names = Object.keys(body);
			const gone = [one, two].map((place) => names[place % names.length]);
			const left = Object.fromEntries(
				Object.entries(body).filter(([name]) => !gone.includes(name)),
			);
			for (const other of recognisersOf(left)) expect(other.recorder).toBe(recorder);
		}),
		{ numRuns: 3_000 },
	);
});

it('takes nothing with other values for another recorder’s', () => {
	fc.assert(
		fc.property(known, fc.nat(), odd, ({ recorder, body }, place, value) => {
			const names = Object.keys(body);
			const name = names[place % names.length] ?? '';
			for (const other of recognisersOf({ ...body, [name]: value })) {
				expect(other.recorder).toBe(recorder);
			}
		}),
		{ numRuns: 3_000 },
	);
});

/** Every two formats, whatever their events. */
const pairs = formats.flatMap((first, index) =>
	formats
		.slice(index + 1)
		.map((second): [string, RecorderFormat, RecorderFormat] => [
			`${first.id} and ${second.id}`,
			first,
			second,
		]),
);

it.each(pairs)('%s: of an event that is both, no guess is made', (_title, first, second) => {
	const bodiesOf = (format: RecorderFormat) =>
		fc.constantFrom(...[...samples, ...captured].filter((each) => each.format === format.id));
	fc.assert(
		fc.property(bodiesOf(first), bodiesOf(second), fc.boolean(), (a, b, isFirst) => {
			const mixed = isFirst ? { ...b.body, ...a.body } : { ...a.body, ...b.body };
			const found = recognisersOf(mixed);
			const parsed = parseAmong(mixed, formats, RECEIVED_AT);
			if (found.length > 1) expect(parsed.status).toBe('unrecognised');
			// Of members that both have, one has the say: it is that one's, or nobody's.
			for (const { recorder } of found)
				expect([first.recorder, second.recorder]).toContain(recorder);
		}),
		{ numRuns: 60 },
	);
});
