/** Where something stands in a text: from, and up to but not including. */
export type Range = readonly [from: number, to: number];

/** A beginning of a secret counts where a text ends, as it may be cut off there. */
const SHORTEST_BEGINNING = 8;

/** What is looked for. */
export interface Needles {
	/** As characters, and as the bytes of UTF-8, each read as one character. */
	readonly asTheyAre: readonly string[];
	/** Backwards, and all in capitals or in small letters. */
	readonly turned: readonly string[];
}

/** A secret's texts as they are looked for. */
export function needlesOf(secrets: Iterable<string | Buffer>): Needles {
	const needles = new Set<string>();
	const turned = new Set<string>();
	for (const secret of secrets) {
		needles.add(inLatin1(secret));
		if (typeof secret !== 'string') continue;
		needles.add(secret);
		// A shorter one's may be words.
		if (secret.length < SHORTEST_BEGINNING) continue;
		const backwards = [...secret].reverse().join('');
		for (const each of [backwards, secret.toUpperCase(), secret.toLowerCase()]) {
			turned.add(each).add(inLatin1(each));
		}
	}
	needles.delete('');
	return {
		asTheyAre: [...needles],
		turned: [...turned].filter((needle) => !needles.has(needle)),
	};
}

function inLatin1(secret: string | Buffer): string {
	return Buffer.from(secret).toString('latin1');
}

/**
 * Where a needle stands: whole, or most of it from its beginning, or most of it to its end (what stands in front of it may take
 * its first characters for a part of an escape), or as much of it as there is before the text ends.
 */
export function find(text: string, needle: string): readonly Range[] {
	const ranges: Range[] = [];
	const length = Math.max(SHORTEST_BEGINNING, Math.ceil(needle.length * 0.75));
	const head = needle.slice(0, length);
	for (let from = text.indexOf(head); from !== -1; from = text.indexOf(head, from + 1)) {
		let to = from + head.length;
		while (to - from < needle.length && text[to] === needle[to - from]) to++;
		ranges.push([from, to]);
	}
	if (needle.length > length) {
		const tail = needle.slice(-length);
		for (let at = text.indexOf(tail); at !== -1; at = text.indexOf(tail, at + 1)) {
			const begin = at - (needle.length - length);
			let from = at;
			while (from > 0 && text[from - 1] === needle[from - 1 - begin]) from--;
			ranges.push([from, at + length]);
		}
	}
	if (head.length <= SHORTEST_BEGINNING) return ranges;
	const beginning = needle.slice(0, SHORTEST_BEGINNING);
	const tailFrom = Math.max(0, text.length - head.length + 1);
	for (
		let from = text.indexOf(beginning, tailFrom);
		from !== -1;
		from = text.indexOf(beginning, from + 1)
	) {
		if (needle.startsWith(text.slice(from))) ranges.push([from, text.length]);
	}
	return ranges;
}
