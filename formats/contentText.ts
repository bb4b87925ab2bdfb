import type { JsonObject, JsonValue } from './json';

/**
 * The same text for the same content, whatever the order of members, and another text for any other content: what a content
 * identity is made from. Texts are written with their length in front, which is quicker than to escape them.
 * Iterative, so that no depth of nesting can exhaust the stack.
 */
export function contentText(
	value: JsonValue,
	omitMembers: ReadonlySet<string> = new Set(),
): string {
	if (!isContainer(value)) return scalarText(value);
	const open: OpenContainer[] = [openContainer(value, omitMembers)];
	let text = opening(value);
	for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
		const { container, members } = last;
		const index = last.written++;
		let child: JsonValue | undefined;
		if (members === null) {
			child = container[index];
		} else {
			const member = members[index];
			if (member !== undefined) {
				child = container[member.name];
				if (child !== undefined) text += member.label;
			}
		}
		if (index >= (members ?? container).length) {
			text += members === null ? ']' : '}';
			open.pop();
		} else if (child === undefined) {
			continue;
		} else if (isContainer(child)) {
			text += opening(child);
			open.push(openContainer(child));
		} else {
			text += scalarText(child);
		}
	}
	return text;
}

/** An object or array whose beginning is written. */
type OpenContainer =
	| { readonly container: JsonObject; readonly members: readonly Member[]; written: number }
	| { readonly container: JsonValue[]; readonly members: null; written: number };

/** An object's member, and what is written in front of its value. */
interface Member {
	readonly name: string;
	readonly label: string;
}

function isContainer(value: JsonValue): value is JsonObject | JsonValue[] {
	return typeof value === 'object' && value !== null;
}

function opening(container: JsonObject | JsonValue[]): string {
	return Array.isArray(container) ? '[' : '{';
}

function openContainer(
	container: JsonObject | JsonValue[],
	omitMembers?: ReadonlySet<string>,
): OpenContainer {
	if (Array.isArray(container)) return { container, members: null, written: 0 };
	const members = inOrder(Object.keys(container));
	return {
		container,
		members:
			omitMembers === undefined || omitMembers.size === 0
				? members
				: members.filter(({ name }) => !omitMembers.has(name)),
		written: 0,
	};
}

function scalarText(value: Exclude<JsonValue, JsonObject | JsonValue[]>): string {
	return typeof value === 'string' ? `"${value.length}:${value}` : `${value},`;
}

/** Members in their order, by the names in the order in which they came: a recorder's payloads are of few shapes. */
const orders = new Map<string, { names: readonly string[]; members: readonly Member[] }>();

/** A bound for what strangers can have remembered: so many shapes, of so many names, of so many characters. */
const MAX_ORDERS = 128;
const MAX_NAMES = 100;
const MAX_NAME_LENGTH = 100;

function inOrder(names: readonly string[]): readonly Member[] {
	const key = `${names.length}${names[0]}`;
	const known = orders.get(key);
	if (known?.names.every((name, index) => name === names[index]) === true) return known.members;
	const members = [...names].sort().map((name) => ({ name, label: `${name.length}:${name}` }));
	const isRemembered =
		names.length <= MAX_NAMES && names.every(({ length }) => length <= MAX_NAME_LENGTH);
	if (isRemembered) {
		if (orders.size >= MAX_ORDERS) orders.clear();
		orders.set(key, { names, members });
	}
	return members;
}
