import * as fc from 'fast-check';

import type { JsonValue } from '../../formats/json';
import {
	asciiString,
	compactJson,
	dotnetDouble,
	dotnetString,
	doubleWithPoint,
	withoutLoneSurrogates,
	writeJson,
} from '../../formats/wire';

describe('numbers', () => {
	// Seen from the sender's own code (FACTS section 9), the last ones by .NET's rule.
	test.each([
		[0, '0.0'],
		[3600, '3600.0'],
		[4.992, '4.992'],
		[0.06, '0.06'],
		[8610.49, '8610.49'],
		[123456789.123, '123456789.123'],
		[1e-7, '1E-07'],
		[1e-5, '1E-05'],
		[0.0001, '0.0001'],
		[-1.5, '-1.5'],
		[0.000012345, '1.2345E-05'],
		[-2.5e-9, '-2.5E-09'],
		[1e-100, '1E-100'],
		[1e15, '1000000000000000.0'],
		[1234567890123456, '1234567890123456.0'],
		[99999999999999980, '99999999999999980.0'],
		[1e17, '1E+17'],
		[123456789012345680, '1.2345678901234568E+17'],
		[123456789012345680000, '1.2345678901234568E+20'],
		[1.5e21, '1.5E+21'],
		[999999999999999, '999999999999999.0'],
	])('.NET writes %d as %s', (value, expected) => {
		expect(dotnetDouble(value)).toBe(expected);
	});

	test.each([
		[3600, '3600.0'],
		[0, '0.0'],
		[52.96700000000001, '52.96700000000001'],
		[1e-7, '1e-7'],
	])('serde_json and Python write %d as %s', (value, expected) => {
		expect(doubleWithPoint(value)).toBe(expected);
	});

	test('every double is read back as it was, and never looks like an integer', () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
				for (const write of [dotnetDouble, doubleWithPoint]) {
					expect(Number(write(value)) === value).toBe(true);
					expect(write(value)).toMatch(/[.eE]/);
				}
			}),
		);
	});
});

describe('strings', () => {
	test.each([
		['打mua将！', '"打mua将！"'],
		['a"b\\c/<>&\'', '"a\\"b\\\\c/<>&\'"'],
		['\b\f\n\r\t\u0000\u001f', '"\\b\\f\\n\\r\\t\\u0000\\u001f"'],
		['\u007f\u0085\u2028\u2029', '"\u007f\\u0085\\u2028\\u2029"'],
		['😀', '"😀"'],
		['\ud83d', '"\ufffd"'],
	])('.NET writes %j', (text, expected) => {
		expect(dotnetString(text)).toBe(expected);
	});

	test.each([
		['é打', '"\\u00e9\\u6253"'],
		['\u007f', '"\\u007f"'],
		['😀', '"\\ud83d\\ude00"'],
		['\ud83d', '"\\ud83d"'],
		['a"\\/\n', '"a\\"\\\\/\\n"'],
	])('Python writes %j', (text, expected) => {
		expect(asciiString(text)).toBe(expected);
	});

	test('half a surrogate pair becomes U+FFFD, whole ones stay', () => {
		expect(withoutLoneSurrogates('a\ud83db\ude00c😀\ude00\ud83d')).toBe(
			'a\ufffdb\ufffdc😀\ufffd\ufffd',
		);
	});

	test('every text is read back as it was, as far as UTF-8 can carry it', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				expect(JSON.parse(asciiString(text))).toBe(text);
				expect(asciiString(text)).toMatch(/^[\x20-\x7e]*$/);
				expect(JSON.parse(dotnetString(text))).toBe(withoutLoneSurrogates(text));
				expect(Buffer.from(dotnetString(text)).toString()).toBe(dotnetString(text));
			}),
		);
	});
});

describe('whole bodies', () => {
	const value: JsonValue = { a: [1, null, true, { b: 'c' }], d: {}, e: [], f: 1.5 };

	test('compact', () => {
		expect(writeJson(value, compactJson)).toBe(
			'{"a":[1,null,true,{"b":"c"}],"d":{},"e":[],"f":1.5}',
		);
	});

	test('in a recorder’s own style, numbers by the member they belong to', () => {
		const style = {
			itemSeparator: ', ',
			nameSeparator: ': ',
			writeString: asciiString,
			writeNumber: (number: number, member: string) => `${number}${member}`,
		};
		expect(writeJson(value, style)).toBe(
			'{"a": [1, null, true, {"b": "c"}], "d": {}, "e": [], "f": 1.5f}',
		);
	});

	test('compact JSON is what JSON.stringify writes', () => {
		const anything = fc.json().map((text): JsonValue => JSON.parse(text));
		fc.assert(
			fc.property(anything, (json) => {
				expect(writeJson(json, compactJson)).toBe(JSON.stringify(json));
			}),
		);
	});
});
