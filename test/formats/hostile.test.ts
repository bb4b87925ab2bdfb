import * as fc from 'fast-check';
import { z } from 'zod/v4';

import {
	isJsonObject,
	type JsonObject,
	type JsonValue,
	type PathSegment,
} from '../../formats/json';
import type { RecorderFormat } from '../../formats/recorderFormat';
import { formatsOf, parseAmong, recorders } from '../../formats/registry';
import { MAX_ISSUES } from '../../formats/validation';
import { processorMilliseconds } from '../processorTime.cjs';
import { RECEIVED_AT } from './parsing';

/** Bodies made from the schemas: whatever is wrong in them, and however often, reading them takes no time to speak of. */

/** The places of a schema: every member, and an element of every list and record. */
function placesOf(schema: z.core.$ZodType, path: readonly PathSegment[] = []): PathSegment[][] {
	if (schema instanceof z.core.$ZodNullable || schema instanceof z.core.$ZodOptional) {
		return placesOf(schema._zod.def.innerType, path);
	}
	const here = [...path];
	if (schema instanceof z.core.$ZodObject) {
		const members = Object.entries(schema._zod.def.shape);
		return [here, ...members.flatMap(([name, member]) => placesOf(member, [...path, name]))];
	}
	if (schema instanceof z.core.$ZodArray) {
		return [here, ...placesOf(schema._zod.def.element, [...path, 0])];
	}
	if (schema instanceof z.core.$ZodTuple) {
		return [
			here,
			...schema._zod.def.items.flatMap((item, index) => placesOf(item, [...path, index])),
		];
	}
	if (schema instanceof z.core.$ZodRecord) {
		return [here, ...placesOf(schema._zod.def.valueType, [...path, 'name'])];
	}
	if (schema instanceof z.core.$ZodUnion) {
		return [here, ...schema._zod.def.options.flatMap((option) => placesOf(option, path))];
	}
	return [here];
}

/** The body with another value in one place; what leads there is made where it is missing. */
function put(
	body: JsonValue,
	[first, ...others]: readonly PathSegment[],
	value: JsonValue,
): JsonValue {
	if (first === undefined) return value;
	if (typeof first === 'number') {
		const elements = Array.isArray(body) ? [...body] : [];
		elements[first] = put(elements[first] ?? null, others, value);
		return elements;
	}
	const members: JsonObject = isJsonObject(body) ? { ...body } : {};
	members[first] = put(members[first] ?? null, others, value);
	return members;
}

/** Values by the number of characters they take as JSON: 1,000,000 are a body of 1 MB. */
const HOSTILE: Readonly<Record<string, (characters: number) => JsonValue>> = {
	'wrong numbers': (characters) => Array.from({ length: characters / 2 }, () => 1),
	'empty texts': (characters) => Array.from({ length: characters / 3 }, () => ''),
	'short texts': (characters) => Array.from({ length: characters / 4 }, () => 'a'),
	'empty objects': (characters) => Array.from({ length: characters / 3 }, () => ({})),
	'lists in lists': (characters) =>
		Array.from({ length: characters / 2000 }, () => Array.from({ length: 1000 }, () => 1)),
	'members of all names': (characters) =>
		Object.fromEntries(
			Array.from({ length: Math.min(10_000, characters / 10) }, (_, index) => [
				`m3u8_${index}`,
				{},
			]),
		),
	'one long text': (characters) => 'a'.repeat(characters),
	'a path of separators': (characters) => 'a/'.repeat(characters / 2),
	'a time of digits': (characters) => `2026-01-01T00:00:00.${'0'.repeat(characters)}`,
	dots: (characters) => '.'.repeat(characters),
};

function expectCheap(body: JsonValue, formats: readonly RecorderFormat[]): void {
	const startedAt = processorMilliseconds();
	const result = parseAmong(body, formats, RECEIVED_AT);
	// A second is what it may take; ten times that on a busy machine. What grows with the square takes minutes.
	expect(processorMilliseconds() - startedAt).toBeLessThan(10_000);
	const issues = result.status === 'event' ? result.event.warnings : result.issues;
	expect(issues.length).toBeLessThanOrEqual(MAX_ISSUES);
	expect(JSON.stringify(issues).length).toBeLessThan(50_000);
	if (result.status === 'unrecognised') return;
	const identity = result.status === 'event' ? result.event.id : result.identity;
	expect(identity.length).toBeLessThanOrEqual(256);
}

const formats = formatsOf(recorders);
const FEW = 10_000;

describe.each(formats.map((format) => [format.id, format] as const))('%s', (_id, format) => {
	// Event types share most of their places: each once.
	const byPath = new Map(
		[...format.events.values()].flatMap(({ schema, samples: [sample = {}] }) =>
			placesOf(schema).map((path) => [JSON.stringify(path), { sample, path }] as const),
		),
	);
	const places = [...byPath.values()];

	test.each(Object.keys(HOSTILE))('%s in every place of every schema', (what) => {
		const value = HOSTILE[what]?.(FEW) ?? null;
		for (const { sample, path } of places) expectCheap(put(sample, path, value), [format]);
	});

	test('a megabyte in any place', () => {
		const megabytes = Object.values(HOSTILE).map((make) => make(1_000_000));
		fc.assert(
			fc.property(
				fc.constantFrom(...places),
				fc.constantFrom(...megabytes),
				({ sample, path }, value) => {
					expectCheap(put(sample, path, value), formats);
				},
			),
			{ numRuns: 5 },
		);
	});
});
