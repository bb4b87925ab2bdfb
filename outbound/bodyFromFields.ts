import { isJsonObject, type JsonObject, type JsonValue } from '../formats/json';
import type { Issue } from '../formats/recorderFormat';
import type { EventField } from './eventFields';
import { editJsonText, parsedOrUndefined } from './jsonText';

/** A body put together from fields, or what is wrong with them. */
export type FilledBody =
	| {
			readonly ok: true;
			readonly body: JsonObject;
			/** Paths of numbers that are kept as text, as a double can't hold them. */
			readonly numbers: readonly string[];
	  }
	| { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * A body from the values of fields. Order and fixed members are those of `template` (a fresh sample), so that the body
 * reads as the recorder writes it; a field without a value is left out, unless it is one that is made anew: nothing of the
 * sample goes out as if it were the user's.
 */
export function bodyFromFields(
	template: JsonObject,
	fields: readonly EventField[],
	values: Readonly<Record<string, unknown>>,
): FilledBody {
	const body = structuredClone(template);
	const issues: Issue[] = [];
	const numbers: string[] = [];
	for (const id of Object.keys(values)) {
		if (!fields.some((field) => field.id === id)) {
			issues.push({ path: id, message: 'This event has no such field' });
		}
	}
	for (const field of fields) {
		const given = Object.hasOwn(values, field.id) ? values[field.id] : undefined;
		const isEmpty = given === undefined || given === null || (given === '' && field.madeAnew);
		if (isEmpty) {
			// Where the recorder itself says null, nothing is said by null, not by a missing member.
			if (!field.madeAnew && field.sample !== null) removeAt(body, field);
			continue;
		}
		const read = readValue(given, field);
		if (!read.ok) {
			issues.push({ path: field.id, message: read.message });
			continue;
		}
		setAt(body, field, read.value);
		if (field.type === 'number' && typeof read.value === 'string') numbers.push(field.id);
	}
	return issues.length === 0 ? { ok: true, body, numbers } : { ok: false, issues };
}

function readValue(
	given: unknown,
	{ type, isLongNumber }: EventField,
):
	| { readonly ok: true; readonly value: JsonValue }
	| { readonly ok: false; readonly message: string } {
	switch (type) {
		case 'string':
			return typeof given === 'object'
				? { ok: false, message: 'Expected text' }
				: { ok: true, value: String(given) };
		case 'number': {
			const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
			if (typeof number !== 'number' || !Number.isFinite(number)) {
				return { ok: false, message: 'Expected a number' };
			}
			if (!isLongNumber || Math.abs(number) <= Number.MAX_SAFE_INTEGER) {
				return { ok: true, value: number };
			}
			return typeof given === 'string' && /^\d+$/.test(given.trim())
				? { ok: true, value: given.trim() }
				: { ok: false, message: 'Has lost digits: give so long a number as text' };
		}
		case 'boolean':
			if (typeof given === 'boolean') return { ok: true, value: given };
			if (given === 'true' || given === 'false') return { ok: true, value: given === 'true' };
			return { ok: false, message: 'Expected true or false' };
		case 'array':
		case 'object': {
			const value = typeof given === 'string' ? parsedOrUndefined(given) : given;
			const fits = type === 'array' ? Array.isArray(value) : isJsonObject(value);
			return fits && isJsonValue(value)
				? { ok: true, value }
				: { ok: false, message: `Expected a JSON ${type}` };
		}
	}
}

/** What came out of JSON is JSON: everything but undefined and functions, which an expression could give. */
function isJsonValue(value: unknown): value is JsonValue {
	return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

/**
 * Edits the member of a path, or the object itself for an empty one. Some recorders put JSON as text into a member
 * (Aodianyun's event_value): a path may lead into that text.
 */
function editAt(
	body: JsonObject,
	path: readonly string[],
	edit: (object: JsonObject) => void,
): void {
	const [name, ...rest] = path;
	if (name === undefined) {
		edit(body);
		return;
	}
	const child = body[name];
	if (typeof child === 'string') {
		const edited = editJsonText(child, (inner) => {
			editAt(inner, rest, edit);
			return inner;
		});
		if (edited !== null) body[name] = edited;
		return;
	}
	const object: JsonObject = isJsonObject(child) ? child : {};
	editAt(object, rest, edit);
	if (isJsonObject(child) || Object.keys(object).length > 0) body[name] = object;
}

function setAt(body: JsonObject, field: EventField, value: JsonValue): void {
	const { path, allBut } = field;
	if (allBut !== null) removeAt(body, field);
	const parent = allBut === null ? path.slice(0, -1) : path;
	const members = allBut === null ? [[path.at(-1) ?? '', value] as const] : entriesOf(value);
	editAt(body, parent, (object) => {
		for (const [name, member] of members) {
			if (name !== '__proto__' && allBut?.includes(name) !== true) object[name] = member;
		}
	});
}

function entriesOf(value: JsonValue): Array<[string, JsonValue]> {
	return isJsonObject(value) ? Object.entries(value) : [];
}

function removeAt(body: JsonObject, { path, allBut }: EventField): void {
	editAt(body, allBut === null ? path.slice(0, -1) : path, (object) => {
		const names =
			allBut === null
				? [path.at(-1) ?? '']
				: Object.keys(object).filter((name) => !allBut.includes(name));
		for (const name of names) delete object[name];
	});
}
