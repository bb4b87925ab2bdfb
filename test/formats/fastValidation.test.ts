import fc from 'fast-check';
import { z } from 'zod/v4';

import { fitsAsItIs } from '../../formats/fastValidation';
import type { JsonObject } from '../../formats/json';
import { formatsOf, recorders } from '../../formats/registry';

const definitions = formatsOf(recorders).flatMap((format) =>
	[...format.events].map(([type, definition]) => ({ name: `${format.id} ${type}`, definition })),
);

/** The body with one of its values, at any depth, replaced or left out. */
function damaged(body: JsonObject, place: number, value: unknown): unknown {
	let count = -1;
	return JSON.parse(JSON.stringify(body), (_name, member: unknown) => {
		count++;
		return count === place ? value : member;
	});
}

describe('fitsAsItIs', () => {
	it.each(definitions)('takes the samples of $name without zod', ({ definition }) => {
		const fits = fitsAsItIs(definition.schema);
		// Aodianyun's samples are unwrapped before they are validated: those zod may decide on.
		for (const sample of definition.samples) {
			const { success } = definition.schema.safeParse(sample);
			expect(fits(sample)).toBe(success);
		}
	});

	it.each(definitions)('takes nothing of $name that zod refuses or changes', ({ definition }) => {
		const fits = fitsAsItIs(definition.schema);
		const [sample] = definition.samples;
		if (sample === undefined) return;
		fc.assert(
			fc.property(fc.nat(60), fc.oneof(fc.jsonValue(), fc.constant(undefined)), (place, value) => {
				const body = damaged(sample, place, value);
				// Zod leaves out members of this name; so does decoding, before any schema sees them.
				fc.pre(!String(JSON.stringify(body)).includes('__proto__'));
				if (!fits(body)) return;
				const result = definition.schema.safeParse(body);
				expect(result.success).toBe(true);
				expect(result.data).toEqual(body);
			}),
			{ numRuns: 30 },
		);
	});

	it.each([
		['a text', z.string(), 'a', true],
		['a number for a text', z.string(), 1, false],
		['a text that is made from something', z.coerce.string(), 'a', true],
		['a number that becomes a text', z.coerce.string(), 1, false],
		['a text that is too short', z.string().min(1), '', false],
		['a text that is trimmed', z.string().trim(), ' a', false],
		['a text that needs no trimming', z.string().trim(), 'a', true],
		['an integer', z.int(), 1, true],
		['a fraction for an integer', z.int(), 1.5, false],
		['an integer without precision', z.number().int(), 2 ** 53, false],
		['no number', z.number(), Number.NaN, false],
		['null where it may be', z.string().nullable(), null, true],
		['undefined where null may be', z.string().nullable(), undefined, false],
		['undefined where it may be', z.string().optional(), undefined, true],
		['a literal', z.literal(['a', 1]), 1, true],
		['another literal', z.literal(['a', 1]), 2, false],
		['one of several', z.enum(['a', 'b']), 'b', true],
		['a union', z.union([z.string(), z.int()]), 1, true],
		['nothing of a union', z.union([z.string(), z.int()]), true, false],
		['an array with a wrong element', z.array(z.string()), ['a', 1], false],
		['a tuple with a rest', z.tuple([z.string()], z.int()), ['a', 1, 2], true],
		['a tuple with a wrong rest', z.tuple([z.string()], z.int()), ['a', 'b'], false],
		['a tuple that is too long', z.tuple([z.string()]), ['a', 'b'], false],
		['a tuple that is too short', z.tuple([z.string()]), [], false],
		['an object with more members', z.looseObject({ a: z.int() }), { a: 1, b: 2 }, true],
		['an object without a member', z.looseObject({ a: z.int() }), { b: 2 }, false],
		['an array for an object', z.looseObject({}), [], false],
		['an object that is stripped', z.object({ a: z.int() }), { a: 1, b: 2 }, false],
		['a value with a default', z.int().default(1), undefined, false],
		['a value that is transformed', z.string().transform((text) => `${text}!`), 'a', false],
		['a value that is refined', z.string().refine((text) => text === 'a'), 'b', false],
	])('%s', (_name, schema, value, expected) => {
		expect(fitsAsItIs(schema)(value)).toBe(expected);
	});
});
