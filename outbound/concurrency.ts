/**
 * Applies `task` to every item, at most `limit` at a time; the results are in the order of the items.
 * After a failure no further item is begun; those under way are waited for, then the first failure is thrown.
 */
export async function mapConcurrently<T, R>(
	items: readonly T[],
	limit: number,
	task: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
	const results = new Map<number, R>();
	const failures: Array<{ index: number; error: unknown }> = [];
	const remaining = items.entries();
	const work = async (): Promise<void> => {
		for (const [index, item] of remaining) {
			try {
				results.set(index, await task(item, index));
			} catch (error) {
				failures.push({ index, error });
			}
			if (failures.length > 0) return;
		}
	};
	const workers = Math.max(1, Math.min(Math.trunc(limit), items.length));
	await Promise.all(Array.from({ length: workers }, work));
	const [first] = failures.sort((a, b) => a.index - b.index);
	if (first !== undefined) throw first.error;
	return [...results.entries()].sort(([a], [b]) => a - b).map(([, result]) => result);
}
