import * as fc from 'fast-check';

import {
	isoFromTimestamp,
	isoFromUnixMilliseconds,
	isoFromUnixSeconds,
	isoTime,
	isTimestamp,
	movedTimestamp,
	parseTimestamp,
	timeOf,
	timestampWithOffset,
} from '../../formats/time';

const twoDigits = (value: number) => String(value).padStart(2, '0');
/** From the day after 1970-01-01, which stands for "never", to a day before 10000, so that every zone writes four digits. */
const realTime = fc.integer({ min: 100_000_000, max: 253_402_200_000_000 });
const offsets = fc.integer({ min: -12 * 60, max: 14 * 60 });

describe('timestamps', () => {
	test.each([
		['2021-05-14T17:52:44.4960899+08:00', '2021-05-14T09:52:44.496Z'],
		['2023-11-28T23:47:45.594206+08:00', '2023-11-28T15:47:45.594Z'],
		['2021-05-14T17:52:44.5+08:00', '2021-05-14T09:52:44.500Z'],
		['2021-05-14T17:52:44+00:00', '2021-05-14T17:52:44.000Z'],
		['2026-03-11T05:22:38.393477700Z', '2026-03-11T05:22:38.393Z'],
		['2023-12-27 01:39:33.070123+08:00', '2023-12-26T17:39:33.070Z'],
		['2023-12-27 01:39:33 +0800', '2023-12-26T17:39:33.000Z'],
		['2023-12-27 01:39:33,25z', '2023-12-27T01:39:33.250Z'],
		['2024-02-29T23:59:59.9999999-03:30', '2024-03-01T03:29:59.999Z'],
	])('%s', (text, expected) => {
		expect(isTimestamp(text)).toBe(true);
		expect(isoFromTimestamp(text)).toBe(expected);
	});

	test.each([
		'',
		'now',
		'2021-05-14',
		'2021-05-14T17:52:44',
		'2021-05-14T17:52:44.',
		'2021-05-14T17:52+08:00',
		'2021-13-01T00:00:00Z',
		'2021-00-01T00:00:00Z',
		'2021-04-31T00:00:00Z',
		'2023-02-29T00:00:00Z',
		'2021-05-14T24:00:00Z',
		'2021-05-14T25:00:00Z',
		'2021-05-14T17:60:00Z',
		'2021-05-14T17:52:60Z',
		'2021-05-14T17:52:44+24:00',
		'2021-05-14T17:52:44+08:60',
		'2021-05-14T17:52:44+8:00',
		' 2021-05-14T17:52:44Z',
		'2021-05-14T17:52:44Z\n',
		'１2021-05-14T17:52:44Z',
	])('%j is none', (text) => {
		expect(parseTimestamp(text)).toBeNull();
		expect(isTimestamp(text)).toBe(false);
		expect(isoFromTimestamp(text)).toBeNull();
	});

	test.each([
		'1970-01-01T00:00:00Z',
		'1970-01-01T00:00:00+08:00',
		'1970-01-01T08:00:00+08:00',
		'1970-01-01T00:00:00-12:00',
		'0001-01-01T00:00:00+00:00',
		'0001-01-01T00:00:00Z',
	])('%s is a placeholder: well formed, but no time', (text) => {
		expect(isTimestamp(text)).toBe(true);
		expect(isoFromTimestamp(text)).toBeNull();
	});

	test('years before 100 are not taken for those of the 20th century', () => {
		expect(parseTimestamp('0001-01-01T00:00:00Z')).toBe(-62_135_596_800_000);
	});

	test('nothing is null', () => {
		expect(isoFromTimestamp(null)).toBeNull();
		expect(isoFromTimestamp(undefined)).toBeNull();
	});

	test('a time beyond year 9999 has no ISO 8601 form of four digits', () => {
		expect(isoFromTimestamp('9999-12-31T23:59:59.9999999-01:00')).toBeNull();
	});

	test('every time comes back from every zone and with any fraction', () => {
		fc.assert(
			fc.property(realTime, offsets, fc.stringMatching(/^\d{0,6}$/), (time, offset, digits) => {
				const iso = new Date(time).toISOString();
				const text = timestampWithOffset(iso, offset, 'full');
				const finer = text.replace(
					/\.(\d{3})/,
					(_, thousandths: string) => `.${thousandths}${digits}`,
				);
				expect(isoFromTimestamp(finer)).toBe(iso);
			}),
		);
	});

	test('no text makes it throw', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				expect(isTimestamp(text)).toBe(parseTimestamp(text) !== null);
			}),
		);
		const parts = fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 7, maxLength: 7 });
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 9999 }), parts, (year, numbers) => {
				const [month = 0, day = 0, hour = 0, minute = 0, second = 0, hours = 0, minutes = 0] =
					numbers;
				const date = [String(year).padStart(4, '0'), twoDigits(month), twoDigits(day)].join('-');
				const clock = [hour, minute, second].map(twoDigits).join(':');
				const iso = isoFromTimestamp(`${date}T${clock}+${twoDigits(hours)}:${twoDigits(minutes)}`);
				if (iso !== null) expect(new Date(iso).toISOString()).toBe(iso);
			}),
		);
	});
});

describe('reading by places', () => {
	/** The same by an expression and Date.UTC, as slow as it likes. */
	const GRAMMAR =
		/^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?[ \t\n\v\f\r]*(?:[Zz]|([+-])(\d{2}):?(\d{2}))$/;

	function byExpression(text: string): number | null {
		const parts = GRAMMAR.exec(text);
		if (parts === null) return null;
		const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
			.slice(1, 7)
			.map(Number);
		const [fraction = '', sign = '+', hours = 0, minutes = 0] = parts.slice(7);
		const date = new Date(0);
		date.setUTCFullYear(year, month - 1, day);
		const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
		if (!isDate || hour > 23 || minute > 59 || second > 59) return null;
		if (Number(hours) > 23 || Number(minutes) > 59) return null;
		const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
		date.setUTCHours(hour, minute, second, Number(fraction.padEnd(3, '0').slice(0, 3)));
		return date.getTime() - offset * 60_000;
	}

	it('says of every day from 0000 to 9999 what the calendar says', () => {
		for (let year = 0; year <= 9999; year += year > 1890 && year < 2110 ? 1 : 13) {
			for (let month = 1; month <= 12; month++) {
				for (const day of [1, 28, 29, 30, 31]) {
					const date = [String(year).padStart(4, '0'), twoDigits(month), twoDigits(day)].join('-');
					const text = `${date}T23:59:58.765Z`;
					expect([text, parseTimestamp(text)]).toEqual([text, byExpression(text)]);
				}
			}
		}
	});

	it('takes and refuses what an expression takes and refuses', () => {
		const character = fc.constantFrom(...'0123456789-:TZz .,+x\t\u00e9');
		const edit = fc.record({
			place: fc.nat(40),
			removed: fc.nat(2),
			added: fc.string({ unit: character, maxLength: 2 }),
		});
		const originals = [
			'2021-05-14T17:52:44.4960899+08:00',
			'2026-03-11T05:22:38.393477700Z',
			'2023-12-27 01:39:33.070123 +0800',
			'2024-02-29T00:00:00z',
		];
		fc.assert(
			fc.property(
				fc.constantFrom(...originals),
				fc.array(edit, { maxLength: 2 }),
				(original, edits) => {
					const text = edits.reduce(
						(left, { place, removed, added }) =>
							left.slice(0, place) + added + left.slice(place + removed),
						original,
					);
					expect([text, parseTimestamp(text)]).toEqual([text, byExpression(text)]);
				},
			),
			{ numRuns: 20_000 },
		);
	});

	test.each(['2023-12-27 01:39:33.070123+08:0z', '2023-12-27T01:39:33.Z', '2023-12-27T01:39:33'])(
		'%j is no timestamp',
		(text) => {
			expect(parseTimestamp(text)).toBeNull();
		},
	);

	it('gives back what was written', () => {
		fc.assert(
			fc.property(realTime, (milliseconds) => {
				expect(timeOf(isoTime(milliseconds))).toBe(milliseconds);
			}),
		);
		expect(timeOf('soon')).toBeNaN();
	});
});

describe('Unix times', () => {
	test.each([
		[1436406628, '2015-07-09T01:50:28.000Z'],
		['1436406628', '2015-07-09T01:50:28.000Z'],
		[1436406628.5, '2015-07-09T01:50:28.500Z'],
		['1436406628.25', '2015-07-09T01:50:28.250Z'],
	])('%j seconds', (seconds, expected) => {
		expect(isoFromUnixSeconds(seconds)).toBe(expected);
	});

	test.each([null, undefined, '', ' ', 0, '0', -1, '-1', -62170012800, 0.0001, NaN, Infinity])(
		'%j seconds are no time',
		(seconds) => {
			expect(isoFromUnixSeconds(seconds)).toBeNull();
		},
	);

	test.each(['0x10', '1e9', 'soon', '12 ', '1436406628s'])('%j is not Unix seconds', (text) => {
		expect(isoFromUnixSeconds(text)).toBeNull();
		expect(isoFromUnixMilliseconds(text)).toBeNull();
	});

	test('milliseconds', () => {
		expect(isoFromUnixMilliseconds(1703641254000)).toBe('2023-12-27T01:40:54.000Z');
		expect(isoFromUnixMilliseconds('1703641254123')).toBe('2023-12-27T01:40:54.123Z');
		expect(isoFromUnixMilliseconds(0)).toBeNull();
	});

	test('milliseconds taken for seconds lie beyond year 9999', () => {
		expect(isoFromUnixSeconds(1703641254000)).toBeNull();
		expect(isoFromUnixSeconds(253_402_300_799)).toBe('9999-12-31T23:59:59.000Z');
		expect(isoFromUnixSeconds(253_402_300_800)).toBeNull();
		expect(isoFromUnixSeconds(1e300)).toBeNull();
	});
});

describe('local times', () => {
	test.each([
		['2021-05-14T09:52:54.946Z', 480, '2021-05-14T17:52:54.946+08:00'],
		['2021-05-14T09:52:54.940Z', 480, '2021-05-14T17:52:54.94+08:00'],
		['2021-05-14T09:52:54.900Z', 0, '2021-05-14T09:52:54.9+00:00'],
		['2021-05-14T09:52:54.000Z', 480, '2021-05-14T17:52:54+08:00'],
		['2021-12-31T23:00:00.000Z', 330, '2022-01-01T04:30:00+05:30'],
		['2021-05-14T01:00:00.000Z', -210, '2021-05-13T21:30:00-03:30'],
		['9999-12-31T15:59:59.999Z', 480, '9999-12-31T23:59:59.999+08:00'],
		['9999-12-31T16:00:00.000Z', 480, '9999-12-31T16:00:00+00:00'],
		['0000-01-01T00:00:00.000Z', -60, '0000-01-01T00:00:00+00:00'],
	])('%s at %i minutes', (iso, offset, expected) => {
		expect(timestampWithOffset(iso, offset)).toBe(expected);
	});

	test('with all three digits where asked for', () => {
		expect(timestampWithOffset('2021-05-14T09:52:54.000Z', 480, 'full')).toBe(
			'2021-05-14T17:52:54.000+08:00',
		);
	});
});

describe('a timestamp moved', () => {
	test.each([
		['2026-08-22T12:00:03.512348917+00:00', 1_500, '2026-08-22T12:00:05.012000000+00:00'],
		['2026-08-22T12:00:03Z', 86_400_000, '2026-08-23T12:00:03Z'],
		['2026-08-22T23:59:59.5+08:00', 1_000, '2026-08-23T00:00:00.5+08:00'],
		['2026-08-22 23:59:59.070123+08:00', -1, '2026-08-22 23:59:59.069000+08:00'],
		['9999-12-31T23:59:59Z', 1_000, null],
		['yesterday', 1_000, null],
	])('%s by %i ms is %s', (text, milliseconds, expected) => {
		expect(movedTimestamp(text, milliseconds)).toBe(expected);
	});
});
