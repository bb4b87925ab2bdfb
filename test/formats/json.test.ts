import fc from 'fast-check';

import { formatPath, isJsonObject, type JsonValue } from '../../formats/json';
import { contentText } from '../../formats/contentText';
import { parseJsonLosslessly } from '../../formats/parseJson';
import { processorMilliseconds } from '../processorTime.cjs';

describe('parseJsonLosslessly', () => {
	it.each([
		['9007199254740991', 9007199254740991],
		['9007199254740992', '9007199254740992'],
		['9007199254740993', '9007199254740993'],
		['-9007199254740991', -9007199254740991],
		['-9007199254740993', '-9007199254740993'],
		['123456789012345678901234567890', '123456789012345678901234567890'],
		['[12345678901234567,1 , 98765432109876543]', ['12345678901234567', 1, '98765432109876543']],
		['{"a":{"b":[7281947362518364712]}}', { a: { b: ['7281947362518364712'] } }],
		[' {"room_id" : 7281947362518364712\n}', { room_id: '7281947362518364712' }],
		[
			'{"7281947362518364712":7281947362518364712}',
			{ '7281947362518364712': '7281947362518364712' },
		],
		[
			'["\\"7281947362518364712\\\\",7281947362518364712]',
			['"7281947362518364712\\', '7281947362518364712'],
		],
	])('keeps every digit of the integers in %s', (text, expected) => {
		expect(parseJsonLosslessly(text)).toEqual(expected);
	});

	it.each([
		['0.12345678901234567', 0.12345678901234566],
		['1234567890123456789.5', 1234567890123456800],
		['1E5', 100000],
		['1e-400', 0],
	])('reads the fraction or exponent %s as a double', (text, expected) => {
		expect(parseJsonLosslessly(text)).toBe(expected);
	});

	it.each(['1e400', '-1E+0400', '1.5e999', `${'9'.repeat(400)}.5`])(
		'keeps %s, which no double reaches, as it is written',
		(text) => {
			expect(parseJsonLosslessly(`[${text}]`)).toEqual([text]);
		},
	);

	it.each([
		['{"__proto__":{"polluted":1},"a":1}'],
		['{"\\u005f_proto__":{"polluted":1},"a":1}'],
		['{"__\\u0070roto__":{"polluted":1},"a":1}'],
		['{"__p\\u0072oto__":1,"a":1}'],
		['{"__pr\\u006Fto__":1,"a":1}'],
		['{"__pro\\u0074o__":1,"a":1}'],
	])('leaves out the member __proto__ of %s', (text) => {
		const value = parseJsonLosslessly(text);
		expect(value).toEqual({ a: 1 });
		expect(Object.keys(value ?? {})).toEqual(['a']);
	});

	it('leaves out __proto__ at any depth, beside inexact numbers', () => {
		const value = parseJsonLosslessly('[{"b":[{"__proto__":1,"id":12345678901234567890}]}]');
		expect(JSON.stringify(value)).toBe('[{"b":[{"id":"12345678901234567890"}]}]');
		expect(Reflect.get({}, 'polluted')).toBeUndefined();
	});

	it('keeps text values that mention __proto__', () => {
		expect(parseJsonLosslessly('{"a":"__proto__"}')).toEqual({ a: '__proto__' });
	});

	it.each([
		'',
		'{',
		'nul',
		'{7281947362518364712:1}',
		'07281947362518364712',
		'7281947362518364712 1',
		'"7281947362518364712',
		'[-]',
	])('refuses %j as JSON does', (text) => {
		expect(() => parseJsonLosslessly(text)).toThrow(SyntaxError);
	});

	it('differs from JSON.parse in integers beyond a double only', () => {
		const withDigits = (_member: string, value: unknown) =>
			typeof value === 'number' &&
			Number.isInteger(value) &&
			!Number.isSafeInteger(value) &&
			!String(value).includes('e')
				? String(value)
				: value;
		fc.assert(
			fc.property(fc.json({ maxDepth: 4 }), (text) => {
				fc.pre(!text.includes('__proto__'));
				expect(parseJsonLosslessly(text)).toEqual(JSON.parse(text, withDigits));
			}),
		);
	});

	it('keeps every integer, whatever stands beside it', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.string(), fc.bigInt()), { minLength: 1 }), (pairs) => {
				const text = `[${pairs.map(([a, n]) => `[${JSON.stringify(a)} ,${n}]`).join(',')}]`;
				const expected = pairs.map(([a, n]) => {
					const isSafe = n >= Number.MIN_SAFE_INTEGER && n <= Number.MAX_SAFE_INTEGER;
					return [a, isSafe ? Number(n) : String(n)];
				});
				expect(parseJsonLosslessly(text)).toEqual(expected);
			}),
		);
	});

	it('throws nothing but SyntaxError, whatever the text', () => {
		const pieces = [
			'{',
			'}',
			'[',
			']',
			',',
			':',
			'"',
			'\\',
			'-',
			'.',
			'e',
			'1'.repeat(17),
			'true',
			' ',
			'__proto__',
		];
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...pieces)), (parts) => {
				try {
					parseJsonLosslessly(parts.join(''));
				} catch (error) {
					expect(error).toBeInstanceOf(SyntaxError);
				}
			}),
		);
	});

	const manyTimes = 1_000_000;
	it.each([
		['one long number', `[${'7'.repeat(10 * manyTimes)}]`],
		['many numbers one digit short', `["${'123456789012345a'.repeat(manyTimes / 2)}"]`],
		['many long numbers', `[${'12345678901234567,'.repeat(manyTimes / 20 - 1)}1]`],
		['backslashes', `["${'\\\\'.repeat(5 * manyTimes)}",12345678901234567]`],
		['quotes', `["${'\\"'.repeat(5 * manyTimes)}",12345678901234567]`],
		['underscores', `["${'_'.repeat(10 * manyTimes)}",12345678901234567]`],
		[
			'depth',
			`${'{"__proto__":1,"a":'.repeat(manyTimes / 10)}12345678901234567${'}'.repeat(manyTimes / 10)}`,
		],
	])('reads a body of %s within seconds', (_name, text) => {
		const started = processorMilliseconds();
		parseJsonLosslessly(text);
		expect(processorMilliseconds() - started).toBeLessThan(5000);
	});
});

/** The same JSON with all members in the order of their names. */
function sorted(value: JsonValue): JsonValue {
	if (Array.isArray(value)) return value.map(sorted);
	if (!isJsonObject(value)) return value;
	const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

function reversed(value: JsonValue): JsonValue {
	if (Array.isArray(value)) return value.map(reversed);
	if (!isJsonObject(value)) return value;
	const members = Object.entries(value).reverse();
	return Object.fromEntries(members.map(([name, member]) => [name, reversed(member)]));
}

describe('contentText', () => {
	// Few different texts and names, so that equal contents and shapes come up.
	const word = fc.constantFrom('', 'a', 'b', '1:a', '}', '"1:a', 'null,', '1', '__proto__x');
	const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
		json: fc.oneof(
			{ maxDepth: 3 },
			word,
			fc.constantFrom(null, true, false, 0, 1, 11, 0.5),
			fc.array(tie('json'), { maxLength: 3 }),
			fc.dictionary(word, tie('json'), { maxKeys: 3 }),
		),
	}));

	it('is the same for any order of members, whatever came before', () => {
		fc.assert(
			fc.property(json, (value) => {
				expect(contentText(reversed(value))).toBe(contentText(value));
			}),
		);
	});

	it('differs for all content that differs', () => {
		fc.assert(
			fc.property(fc.array(json, { minLength: 2, maxLength: 20 }), (values) => {
				const contents = new Set(values.map((value) => JSON.stringify(sorted(value))));
				expect(new Set(values.map((value) => contentText(value))).size).toBe(contents.size);
			}),
		);
	});

	it('leaves out named members at the top only', () => {
		const retry = new Set(['a']);
		expect(contentText({ b: { a: 1 }, a: 2 }, retry)).toBe(contentText({ b: { a: 1 } }));
		expect(contentText({ b: { a: 1 } }, retry)).not.toBe(contentText({ b: {} }, retry));
	});

	it('passes over what is undefined, as JSON does', () => {
		const lacking: object = { a: undefined, b: 1 };
		expect(isJsonObject(lacking) && contentText(lacking)).toBe(contentText({ b: 1 }));
	});

	it('takes any depth and any number of shapes', () => {
		let deep: JsonValue = 1;
		for (let depth = 0; depth < 100_000; depth++) deep = depth % 2 === 0 ? [deep] : { a: deep };
		expect(contentText(deep)).toHaveLength(50_000 * (2 + 2 + '1:a'.length) + 2);
		for (let shape = 0; shape < 1000; shape++) {
			expect(contentText({ [`b${shape}`]: 1, a: 2 })).toBe(contentText({ a: 2, [`b${shape}`]: 1 }));
		}
	});
});

describe('formatPath', () => {
	it.each([
		[[], ''],
		[['a'], 'a'],
		[['a', 'b', 0, 'c'], 'a.b[0].c'],
	])('writes %j as %j', (path, expected) => {
		expect(formatPath(path)).toBe(expected);
	});
});
