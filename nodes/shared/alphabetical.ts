/** The order of the editor's lists: by letters, capital or not. Not by a locale's rules, which take n8n's start 10 ms to load. */
export function alphabetical(a: string, b: string): number {
	const [first, second] = [a.toLowerCase(), b.toLowerCase()];
	if (first === second) return 0;
	return first < second ? -1 : 1;
}
