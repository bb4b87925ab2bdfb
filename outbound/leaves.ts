import { formatPath, type PathSegment } from '../formats/json';

/** A value without members: what a comparison of two events ends at. */
export type Leaf = string | number | boolean;

/** A leaf and where it stands. */
export interface PlacedLeaf {
	readonly path: readonly PathSegment[];
	readonly leaf: Leaf;
}

/** Every text, number and boolean in a value, in its order. Iterative, so that no depth of nesting can exhaust the stack. */
export function* placedLeaves(value: unknown): Generator<PlacedLeaf> {
	const pending: Array<{ path: readonly PathSegment[]; value: unknown }> = [{ path: [], value }];
	for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
		const { path, value: current } = next;
		if (
			typeof current === 'string' ||
			typeof current === 'number' ||
			typeof current === 'boolean'
		) {
			yield { path, leaf: current };
		} else if (Array.isArray(current)) {
			for (let index = current.length - 1; index >= 0; index--) {
				pending.push({ path: [...path, index], value: current[index] });
			}
		} else if (typeof current === 'object' && current !== null) {
			for (const [name, member] of Object.entries(current).reverse()) {
				pending.push({ path: [...path, name], value: member });
			}
		}
	}
}

/** Every text, number and boolean in a value by its path, e.g. `room.area.parent`. Null counts as absent. */
export function leavesOf(value: unknown): Map<string, Leaf> {
	const leaves = new Map<string, Leaf>();
	for (const { path, leaf } of placedLeaves(value)) leaves.set(formatPath(path), leaf);
	return leaves;
}

/** True where both say the same, whatever the order of members; null and absent are the same. */
export function saysTheSame(one: unknown, other: unknown): boolean {
	const left = leavesOf(one);
	const right = leavesOf(other);
	if (left.size !== right.size) return false;
	for (const [path, leaf] of left) if (right.get(path) !== leaf) return false;
	return true;
}
