import fc from 'fast-check';
import { z } from 'zod/v4';

import type { JsonObject } from '../../formats/json';
import { formatsOf, recorders } from '../../formats/registry';
import { MAX_ISSUES, validatorOf } from '../../formats/validation';

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

describe('what fits', () => {
	it.each(definitions)('takes the samples of $name as zod does', ({ definition }) => {
		const { fits } = validatorOf(definition.schema);
		for (const sample of definition.samples) {
			expect(fits(sample)).toBe(definition.schema.safeParse(sample).success);
		}
	});

	it.each(definitions)('agrees with zod about damaged bodies of $name', ({ definition }) => {
		const { fits, mend } = validatorOf(definition.schema);
		const [sample] = definition.samples;
		if (sample === undefined) return;
		fc.assert(
			fc.property(fc.nat(60), fc.oneof(fc.jsonValue(), fc.constant(undefined)), (place, value) => {
				const body = damaged(sample, place, value);
				// Zod leaves out members of this name; so does decoding, before any schema sees them.
				fc.pre(!String(JSON.stringify(body)).includes('__proto__'));
				const before = structuredClone(body);
				const result = definition.schema.safeParse(body);
				expect(fits(body)).toBe(result.success);
				if (result.success) expect(result.data).toEqual(body);
				const { mended, issues } = mend(body);
				expect(body).toEqual(before);
				if (result.success) expect([mended, issues]).toEqual([body, []]);
				// What a union says of a value that fits none of its options is the union's own.
				else if (result.error.issues[0]?.code !== 'invalid_union') {
					expect(issues[0]?.message).toBe(result.error.issues[0]?.message);
				}
				// Zod has nothing more to say about what fits now.
				if (fits(mended)) expect(definition.schema.safeParse(mended).data).toEqual(mended);
			}),
			{ numRuns: 30 },
		);
	});

	it.each([
		['a text', z.string(), 'a', true],
		['a number for a text', z.string(), 1, false],
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
		['an array that is too short', z.array(z.string()).min(1), [], false],
		['a tuple with a rest', z.tuple([z.string()], z.int()), ['a', 1, 2], true],
		['a tuple with a wrong rest', z.tuple([z.string()], z.int()), ['a', 'b'], false],
		['a tuple that is too long', z.tuple([z.string()]), ['a', 'b'], false],
		['a tuple that is too short', z.tuple([z.string()]), [], false],
		['an object with more members', z.looseObject({ a: z.int() }), { a: 1, b: 2 }, true],
		['an object without a member', z.looseObject({ a: z.int() }), { b: 2 }, false],
		['an array for an object', z.looseObject({}), [], false],
		['a record', z.record(z.string(), z.int()), { a: 1 }, true],
		['a record with a wrong member', z.record(z.string(), z.int()), { a: 'b' }, false],
		['a value that is refined', z.string().refine((text) => text === 'a'), 'b', false],
	])('%s', (_name, schema, value, expected) => {
		expect(validatorOf(schema).fits(value)).toBe(expected);
	});

	it.each([
		['drops members', z.object({ a: z.int() })],
		['has a default', z.int().default(1)],
		['transforms', z.string().transform((text) => `${text}!`)],
		['makes texts', z.coerce.string()],
		['takes whatever is wrong', z.string().catch('')],
	])('no schema that %s is a payload’s', (_name, schema) => {
		expect(() => validatorOf(z.looseObject({ a: schema.nullish() }))).toThrow(TypeError);
	});
});

describe('what is mended', () => {
	const schema = z.looseObject({
		id: z.string(),
		title: z.string().nullish(),
		tags: z.array(z.looseObject({ name: z.string().nullish() })).nullish(),
		sizes: z.record(z.string(), z.int()).nullish(),
		either: z.union([z.string(), z.array(z.string())]).nullish(),
		first: z.tuple([z.string()], z.string()).nullish(),
		some: z.array(z.string()).min(1).nullish(),
	});
	const { fits, mend } = validatorOf(schema);

	it.each([
		['a member', { title: 5 }, {}, ['title']],
		[
			'elements',
			{ tags: [1, { name: 2 }, { name: 'a' }] },
			{ tags: [{}, { name: 'a' }] },
			['tags[0]', 'tags[1].name'],
		],
		['members of a record', { sizes: { a: 1, b: 'c' } }, { sizes: { a: 1 } }, ['sizes.b']],
		['a union as a whole', { either: ['a', 1] }, {}, ['either']],
		['the rest of a tuple', { first: ['a', 1, 'b'] }, { first: ['a', 'b'] }, ['first[1]']],
		['a list that is too short', { some: [] }, {}, ['some']],
		['a list with nothing right in it', { some: [1, 2] }, {}, ['some[0]', 'some[1]', 'some']],
	])('%s', (_name, members, left, paths) => {
		const body = { id: 'a', more: 1, ...members };
		const { mended, issues } = mend(body);
		expect(mended).toEqual({ id: 'a', more: 1, ...left });
		expect(issues.map(({ path }) => path)).toEqual(paths);
		expect(fits(mended)).toBe(true);
	});

	it.each([
		['a required member', { id: 5 }, ['id']],
		['all that a tuple must have', { first: [1] }, ['first[0]']],
	])('not %s', (_name, members, paths) => {
		const { mended, issues } = mend({ id: 'a', ...members });
		expect(issues.map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
		expect(fits(mended)).toBe(false);
	});

	it('what a refinement names', () => {
		const refined = validatorOf(
			schema.refine(({ title }) => title !== 'b', { path: ['title'], error: 'Not b' }),
		);
		const { mended, issues } = refined.mend({ id: 'a', title: 'b' });
		expect([mended, issues]).toEqual([{ id: 'a' }, [{ path: 'title', message: 'Not b' }]]);
	});

	it('counts issues, however many, and lists a few', () => {
		const { mended, issues } = mend({ id: 'a', tags: Array.from({ length: 300_000 }, () => 5) });
		expect(mended).toEqual({ id: 'a', tags: [] });
		expect(issues).toHaveLength(MAX_ISSUES);
		expect(issues.at(-1)).toEqual({ path: '', message: '299951 more like these' });
	});
});
