/** Elements that are looked at on end: some milliseconds. */
const PORTION = 500;

/** Lets others have their turn. */
export type Breathe = () => Promise<void>;

/** Looks at each element, a portion at a time: an answer may hold hundreds of thousands, and n8n does other things besides. */
export async function inPortions<T>(
	elements: Iterable<T>,
	look: (element: T) => void,
	breathe: Breathe,
): Promise<void> {
	let count = 0;
	for (const element of elements) {
		look(element);
		if (++count % PORTION === 0) await breathe();
	}
}
