import { find, type Needles, type Range } from './needles';

/**
 * Finding a secret in a text in whatever spelling it stands there: percent-encoded, escaped for JSON, HTML or a mail, in base64 (any
 * alignment, either alphabet) or hex, and one in another. Not by writing down each spelling, of which there are too many,
 * but by reading the text in every way it may be meant and looking whether the secret comes out.
 */

/** A text read in another way. */
interface Reading {
	readonly text: string;
	/** How many readings of readings led here. */
	readonly depth: number;
	/** Bytes that base64 or hex gave, each as one character. */
	readonly isBytes: boolean;
	/** Where in the very first text a range of this one stands. Asked for what was found only, as most readings give nothing. */
	origin(range: Range): Range;
}

/** How many spellings may be one in another. */
const DEPTH = 3;

/** Shorter ones come out of other people's base64 by chance. */
const SHORTEST_IN_BYTES = 3;

/** Where in a text one of these secrets stands, in any spelling; in no order, and they may overlap. */
export function rangesOfSecrets(
	text: string,
	{ asTheyAre: needles, turned }: Needles,
): readonly Range[] {
	if (needles.length === 0 || text === '') return [];
	const ranges: Range[] = [];
	const shortest = Math.max(SHORTEST_IN_BYTES, Math.min(...needles.map(({ length }) => length)));
	const unescapings = needles.some((needle) => needle.includes(' '))
		? UNESCAPING
		: UNESCAPING.filter((each) => each !== inForm);
	const seen = new Set<string>();

	const read = (reading: Reading): void => {
		const { isBytes } = reading;
		// Of a run of base64 there may be another like it elsewhere: only the whole text is looked at once.
		if (!isBytes) {
			if (seen.has(reading.text)) return;
			seen.add(reading.text);
		}
		for (const needle of needles) {
			if (isBytes && needle.length < SHORTEST_IN_BYTES) continue;
			for (const range of find(reading.text, needle)) ranges.push(reading.origin(range));
		}
		// Not in everybody's base64: each run of it is read in several ways, and this is far-fetched enough.
		for (const needle of isBytes ? [] : turned) {
			let from = reading.text.indexOf(needle);
			for (; from !== -1; from = reading.text.indexOf(needle, from + 1)) {
				ranges.push(reading.origin([from, from + needle.length]));
			}
		}
		if (reading.depth === DEPTH || (isBytes && !MAY_BE_TEXT.test(reading.text))) return;
		for (const unescape of unescapings) {
			const unescaped = unescape(reading);
			if (unescaped !== null) read(unescaped);
		}
		forEachRun(reading, BASE64, shortest, read);
		forEachRun(reading, HEX, shortest, read);
	};
	read({ text, depth: 0, isBytes: false, origin: (range) => range });
	return ranges;
}

/**
 * Bytes among which something may be spelled once more: digits of base64 or hex, or an escape, though what is beside it need
 * not be ASCII.
 */
const MAY_BE_TEXT = /[!-~]\0{1,3}[!-~]|[\w+/-]{4}|\\[ -~]|[%=][0-9a-f]{2}|&[#\w]+;|\+/i;

type Unescape = (reading: Reading) => Reading | null;

/** Reads what a pattern matches as what `meaning` says; null where it matches nothing. All that it matches has the mark in it. */
function unescaping(mark: string, pattern: RegExp, meaning: (match: string[]) => string): Unescape {
	return (reading) => {
		if (!reading.text.includes(mark)) return null;
		const matches = [...reading.text.matchAll(pattern)];
		if (matches.length === 0) return null;
		/** Where each match stands in the text as it is, and where in the text as it is read. */
		const places: Array<{ from: number; to: number; readFrom: number; readTo: number }> = [];
		let text = '';
		let done = 0;
		for (const match of matches) {
			text += reading.text.slice(done, match.index);
			const readFrom = text.length;
			text += meaning(match);
			done = match.index + match[0].length;
			places.push({ from: match.index, to: done, readFrom, readTo: text.length });
		}
		text += reading.text.slice(done);
		return {
			text,
			depth: reading.depth + 1,
			isBytes: reading.isBytes,
			origin: ([from, to]) => {
				const place = (index: number, isEnd: boolean): number => {
					const last = places.filter(({ readFrom }) => readFrom <= index).at(-1);
					if (last === undefined) return index;
					if (index < last.readTo) return isEnd ? last.to - 1 : last.from;
					return index - last.readTo + last.to;
				};
				return reading.origin([place(from, false), place(to - 1, true) + 1]);
			},
		};
	};
}

const ESCAPE_LETTERS: ReadonlyMap<string, string> = new Map([
	['b', '\b'],
	['f', '\f'],
	['n', '\n'],
	['r', '\r'],
	['t', '\t'],
]);

const HTML_NAMES: ReadonlyMap<string, string> = new Map([
	['amp', '&'],
	['lt', '<'],
	['gt', '>'],
	['quot', '"'],
	['apos', "'"],
	['nbsp', '\u00a0'],
]);

function character(digits: string, radix: number): string {
	const code = Number.parseInt(digits, radix);
	return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

const percent = /%([0-9a-f]{2})|%u([0-9a-f]{4})/gi;

/** With `+` for a space, as forms have it. */
const inForm = unescaping('+', new RegExp(`${percent.source}|\\+`, 'gi'), ([, byte, unit]) => {
	const digits = byte ?? unit;
	return digits === undefined ? ' ' : character(digits, 16);
});

const OF_HEX = /(?:[0-9a-f]{2}){1,2}/;
const OF_DECIMALS = /\d{1,5}/;

/**
 * Bytes one by one, four or more, as languages print them: `[115, 101, …]`, `73:65:…`, `0x73, 0x65, …`, `<Buffer 73 65 …>`. What is
 * found in a list takes all of the list with it.
 */
function list(separator: string, { source }: RegExp, meaning: (item: string) => string): Unescape {
	const item = `(?:0x)?${source}`;
	const further = `${separator}\\s{0,40}${item}`;
	const pattern = new RegExp(`(?<!\\w)${item}(?:${further}){3,}(?!\\w)`, 'gi');
	return unescaping(separator, pattern, ([whole = '']) =>
		whole
			.split(separator)
			.map((each) => meaning(each.trim().replace(/^0x/i, '')))
			.join(''),
	);
}

const bytesOfHex = (digits: string): string => Buffer.from(digits, 'hex').toString('latin1');
const ofCode = (digits: string): string => String.fromCharCode(Number(digits));

const LISTS: readonly Unescape[] = [
	...[' ', ',', ':', '-'].map((separator) => list(separator, OF_HEX, bytesOfHex)),
	...[' ', ','].map((separator) => list(separator, OF_DECIMALS, ofCode)),
];

const UNESCAPING: readonly Unescape[] = [
	...LISTS,
	// UTF-16 or UTF-32, read as if it were UTF-8.
	unescaping('\0', /\0+/g, () => ''),
	// Base64 as mails have it, in lines.
	unescaping('\n', /\r?\n/g, () => ''),
	unescaping('%', percent, ([, byte, unit = '']) => character(byte ?? unit, 16)),
	// Quoted-printable, as mails have text, in lines.
	unescaping('=', /=(?:([0-9a-f]{2})|\r?\n)/gi, ([, byte]) =>
		byte === undefined ? '' : character(byte, 16),
	),
	inForm,
	unescaping(
		'\\',
		/\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2})|([0-3][0-7]{2})|(.))/gis,
		([, unit, point, byte, octal, letter = '']) => {
			if (octal !== undefined) return character(octal, 8);
			const digits = unit ?? point ?? byte;
			return digits === undefined ? (ESCAPE_LETTERS.get(letter) ?? letter) : character(digits, 16);
		},
	),
	unescaping(
		'&',
		/&(?:#x([0-9a-f]{1,6});?|#(\d{1,7});?|(\w{1,6});)/gi,
		([whole = '', hex, digits, name = '']) => {
			if (hex !== undefined) return character(hex, 16);
			if (digits !== undefined) return character(digits, 10);
			return HTML_NAMES.get(name.toLowerCase()) ?? whole;
		},
	),
];

/** Bytes written in digits. A byte may begin at any of `alignments` digits of a run. */
interface Digits {
	readonly encoding: 'base64' | 'hex';
	readonly bitsPerDigit: number;
	readonly alignments: number;
	readonly run: RegExp;
}

const BASE64: Digits = {
	encoding: 'base64',
	bitsPerDigit: 6,
	alignments: 4,
	run: /[A-Za-z0-9+/_-]{4,}/g,
};
const HEX: Digits = { encoding: 'hex', bitsPerDigit: 4, alignments: 2, run: /[0-9a-f]{6,}/gi };

/**
 * Every run of digits that is long enough for so many bytes, read from each place where it may begin: what stands in front of it
 * may look like a part of it.
 */
function forEachRun(
	reading: Reading,
	{ encoding, bitsPerDigit, alignments, run: pattern }: Digits,
	bytes: number,
	read: (reading: Reading) => void,
): void {
	for (const { 0: run, index } of reading.text.matchAll(pattern)) {
		for (let offset = 0; offset < alignments; offset++) {
			if ((run.length - offset) * bitsPerDigit < bytes * 8) break;
			const start = index + offset;
			read({
				text: Buffer.from(run.slice(offset), encoding).toString('latin1'),
				depth: reading.depth + 1,
				isBytes: true,
				// A byte begins and ends with the digits that hold a part of it.
				origin: ([from, to]) =>
					reading.origin([
						start + Math.floor((from * 8) / bitsPerDigit),
						start + Math.ceil((to * 8) / bitsPerDigit),
					]),
			});
		}
	}
}
