/** A JSON value as decoded from a request body. Integers that a double can't hold are strings of their digits. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object as decoded from a request body. */
export interface JsonObject {
	[key: string]: JsonValue;
}

/** True for a plain JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that these members lead to, each within the one before; null where one of them is no object. */
export function objectAt(body: JsonObject, ...names: readonly string[]): JsonObject | null {
	let current = body;
	for (const name of names) {
		const member = current[name];
		if (!isJsonObject(member)) return null;
		current = member;
	}
	return current;
}

/** One step into a JSON document: a member name or an array index. */
export type PathSegment = string | number;

/** `['EventData', 'files', 2]` -> `EventData.files[2]`; the document itself is ''. */
export function formatPath(path: readonly PropertyKey[]): string {
	let text = '';
	for (const segment of path) {
		if (typeof segment === 'number') text += `[${segment}]`;
		else text += text === '' ? String(segment) : `.${String(segment)}`;
	}
	return text;
}

/**
 * Whether a value is nested deeper than so many levels. Level by level instead of by recursion: depth costs memory for one level
 * only, and never the stack.
 */
export function isDeeperThan(value: JsonValue, limit: number): boolean {
	let level: JsonValue[] = [value];
	for (let depth = 1; level.length > 0; depth++) {
		if (depth > limit) return true;
		const next: JsonValue[] = [];
		for (const entry of level) {
			if (Array.isArray(entry)) {
				for (const element of entry) if (isContainer(element)) next.push(element);
			} else if (isJsonObject(entry)) {
				for (const member of Object.values(entry)) {
					if (isContainer(member)) next.push(member);
				}
			}
		}
		level = next;
	}
	return false;
}

function isContainer(value: JsonValue): boolean {
	return typeof value === 'object' && value !== null;
}
