/**
 * Finding a secret in a text in whatever spelling it stands there: percent-encoded, escaped for JSON or HTML, in base64 (any
 * alignment, either alphabet) or hex, and one in another. Not by writing down each spelling, of which there are too many,
 * but by reading the text in every way it may be meant and looking whether the secret comes out.
 */

/** Where something stands in a text: from, and up to but not including. */
export type Range = readonly [from: number, to: number];

/** A text read in another way, and where in the text it came from each of its characters begins and ends. */
interface Reading {
	readonly text: string;
	readonly from: ArrayLike<number>;
	readonly to: ArrayLike<number>;
}

/** How many spellings may be one in another. */
const DEPTH = 3;

/** Shorter ones come out of other people's base64 by chance. */
const SHORTEST_IN_BYTES = 3;

/** A beginning of a secret counts where a text ends, as it may be cut off there. */
const SHORTEST_BEGINNING = 8;

/** Where in a text one of these secrets stands, in any spelling; in no order, and they may overlap. */
export function rangesOfSecrets(text: string, needles: readonly string[]): readonly Range[] {
	if (needles.length === 0 || text === '') return [];
	const ranges: Range[] = [];
	const shortest = Math.min(...needles.map((needle) => needle.length));
	const seen = new Set<string>();
	const read = (reading: Reading, depth: number, isBytes: boolean): void => {
		// Of a run of base64 there may be another like it elsewhere: only the whole text is looked at once.
		if (!isBytes && seen.has(reading.text)) return;
		seen.add(reading.text);
		for (const needle of needles) {
			if (isBytes && needle.length < SHORTEST_IN_BYTES) continue;
			for (const [from, to] of find(reading.text, needle)) {
				ranges.push([reading.from[from] ?? 0, reading.to[to - 1] ?? text.length]);
			}
		}
		if (depth === DEPTH) return;
		for (const unescape of UNESCAPING) {
			const unescaped = unescape(reading);
			if (unescaped !== null) read(unescaped, depth + 1, isBytes);
		}
		for (const decoded of decodedRuns(reading, shortest)) read(decoded, depth + 1, true);
	};
	const from = Int32Array.from({ length: text.length }, (_, index) => index);
	read({ text, from, to: from.map((index) => index + 1) }, 0, false);
	return ranges;
}

/** A secret's texts as they are looked for: as characters, and as the bytes of UTF-8, each read as one character. */
export function needlesOf(secrets: Iterable<string | Buffer>): readonly string[] {
	const needles = new Set<string>();
	for (const secret of secrets) {
		if (typeof secret === 'string') needles.add(secret);
		needles.add(Buffer.from(secret).toString('latin1'));
	}
	needles.delete('');
	return [...needles];
}

/** Where a needle stands: whole, or most of it from its beginning, or as much of it as there is before the text ends. */
function find(text: string, needle: string): Range[] {
	const ranges: Range[] = [];
	const head = needle.slice(0, Math.max(SHORTEST_BEGINNING, Math.ceil(needle.length * 0.75)));
	for (let from = text.indexOf(head); from !== -1; from = text.indexOf(head, from + 1)) {
		let to = from + head.length;
		while (to - from < needle.length && text[to] === needle[to - from]) to++;
		ranges.push([from, to]);
	}
	for (let length = head.length - 1; length >= SHORTEST_BEGINNING; length--) {
		if (text.endsWith(needle.slice(0, length))) {
			return [...ranges, [text.length - length, text.length]];
		}
	}
	return ranges;
}

type Unescape = (reading: Reading) => Reading | null;

/** Reads what a pattern matches as what `meaning` says; null where it matches nothing. */
function unescaping(
	mark: string,
	pattern: RegExp,
	meaning: (match: RegExpExecArray) => string,
): Unescape {
	return ({ text, from, to }) => {
		if (!text.includes(mark)) return null;
		let unescaped = '';
		const starts: number[] = [];
		const ends: number[] = [];
		let done = 0;
		const copyUpTo = (end: number): void => {
			unescaped += text.slice(done, end);
			for (let index = done; index < end; index++) {
				starts.push(from[index] ?? 0);
				ends.push(to[index] ?? 0);
			}
			done = end;
		};
		for (const match of text.matchAll(pattern)) {
			copyUpTo(match.index);
			done += match[0].length;
			const characters = meaning(match);
			unescaped += characters;
			for (let index = 0; index < characters.length; index++) {
				starts.push(from[match.index] ?? 0);
				ends.push(to[done - 1] ?? 0);
			}
		}
		if (done === 0) return null;
		copyUpTo(text.length);
		return { text: unescaped, from: starts, to: ends };
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

function character(digits: string | undefined, radix: number): string {
	const code = Number.parseInt(digits ?? '', radix);
	return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

const percent = /%([0-9a-f]{2})|%u([0-9a-f]{4})/gi;

const UNESCAPING: readonly Unescape[] = [
	unescaping('%', percent, ([, byte, unit]) => character(byte ?? unit, 16)),
	unescaping('+', new RegExp(`${percent.source}|\\+`, 'gi'), ([, byte, unit]) =>
		byte === undefined && unit === undefined ? ' ' : character(byte ?? unit, 16),
	),
	unescaping('\\', /\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gis, ([, unit, byte, letter = '']) =>
		unit === undefined && byte === undefined
			? (ESCAPE_LETTERS.get(letter) ?? letter)
			: character(unit ?? byte, 16),
	),
	unescaping(
		'&',
		/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,6}));/gi,
		([whole, hex, digits, name]) => {
			if (hex !== undefined) return character(hex, 16);
			if (digits !== undefined) return character(digits, 10);
			return HTML_NAMES.get(name?.toLowerCase() ?? '') ?? whole;
		},
	),
];

const BASE64 = {
	encoding: 'base64',
	bitsPerDigit: 6,
	offsets: 4,
	run: /[A-Za-z0-9+/_-]{4,}/g,
} as const;
const HEX = { encoding: 'hex', bitsPerDigit: 4, offsets: 2, run: /[0-9a-f]{6,}/gi } as const;

/**
 * Every run of base64 or hex in a text that is long enough for so many bytes, decoded from each place where it may begin: what
 * stands in front of it may look like a part of it.
 */
function* decodedRuns(reading: Reading, bytes: number): Generator<Reading> {
	const bits = 8 * Math.max(SHORTEST_IN_BYTES, bytes);
	for (const digits of [BASE64, HEX]) {
		for (const { 0: run, index } of reading.text.matchAll(digits.run)) {
			if (run.length * digits.bitsPerDigit < bits) continue;
			for (let offset = 0; offset < digits.offsets; offset++) {
				yield bytesOf(run.slice(offset), index + offset, digits, reading);
			}
		}
	}
}

/** The bytes of a run, each as one character; each begins and ends with the digits that hold a part of it. */
function bytesOf(
	run: string,
	start: number,
	{ encoding, bitsPerDigit }: typeof BASE64 | typeof HEX,
	{ from, to }: Reading,
): Reading {
	const text = Buffer.from(run, encoding).toString('latin1');
	const starts = new Int32Array(text.length);
	const ends = new Int32Array(text.length);
	for (let index = 0; index < text.length; index++) {
		starts[index] = from[start + Math.floor((index * 8) / bitsPerDigit)] ?? 0;
		ends[index] = to[start + Math.floor((index * 8 + 7) / bitsPerDigit)] ?? 0;
	}
	return { text, from: starts, to: ends };
}
