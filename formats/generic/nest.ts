import { isJsonObject, type JsonObject, type JsonValue } from '../json';

/** A form's names are paths: `file.path=a.mp4` -> `{ file: { path: 'a.mp4' } }`. What is nested already stays. */
export function nest(body: JsonObject): JsonObject {
	// In order, so that the order of members decides nothing where one name is the beginning of another.
	const names = Object.keys(body).sort();
	if (!names.some((name) => name.includes('.'))) return body;
	const root: Branch = new Map();
	for (const name of names) {
		const value = body[name];
		if (value !== undefined) plant(root, name.split('.').slice(0, MAX_STEPS), value);
	}
	return grown(root);
}

/** `change.before.area.child` is the longest path there is; a stranger's may be longer. */
const MAX_STEPS = 8;

type Branch = Map<string, Branch | { readonly value: JsonValue }>;

function plant(branch: Branch, [step = '', ...rest]: readonly string[], value: JsonValue): void {
	const existing = branch.get(step);
	if (rest.length === 0) {
		if (existing === undefined) branch.set(step, branchOf(value) ?? { value });
		return;
	}
	if (existing !== undefined && !(existing instanceof Map)) return;
	const child: Branch = existing ?? new Map();
	branch.set(step, child);
	plant(child, rest, value);
}

/** An object that a path may add to, one level deep: forms and JSON are hardly ever mixed. */
function branchOf(value: JsonValue): Branch | null {
	if (!isJsonObject(value)) return null;
	return new Map(Object.entries(value).map(([name, child]) => [name, { value: child }]));
}

function grown(branch: Branch): JsonObject {
	return Object.fromEntries(
		[...branch].map(([name, child]): [string, JsonValue] => [
			name,
			child instanceof Map ? grown(child) : child.value,
		]),
	);
}
