/** Elements that are gone through on end: some milliseconds. */
const PORTION = 200;

/** Lets others have their turn. */
export type Breathe = () => Promise<void>;

/** One element after the other, a portion at a time: an answer may hold hundreds of thousands, and n8n does other things besides. */
export async function* inPortions<T>(elements: Iterable<T>, breathe: Breathe): AsyncGenerator<T> {
	let count = 0;
	for (const element of elements) {
		yield element;
		if (++count % PORTION === 0) await breathe();
	}
}
