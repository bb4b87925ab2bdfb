import { isJsonObject, type JsonObject, type JsonValue } from '../formats/json';
import { editJsonText } from './jsonText';
import { saysTheSame } from './leaves';

/**
 * A payload with an edit in it: where what an event type writes of the edited event (`after`) differs from what it writes of
 * the original one (`before`), the payload says what `after` says. Everything else stays as it came: members that events have
 * no place for, finer times, other spellings.
 */
export function editPayload(
	payload: JsonObject,
	before: JsonObject,
	after: JsonObject,
): JsonObject {
	const edited: JsonObject = {};
	for (const [name, value] of Object.entries(payload)) {
		const [was, is] = [before[name], after[name]];
		if (is === undefined) {
			if (was === undefined) edited[name] = value;
		} else {
			edited[name] = editValue(value, was, is);
		}
	}
	for (const [name, value] of Object.entries(after)) {
		// Where there was a value and the payload has no such member, it says so elsewhere.
		const isNew = !Object.hasOwn(payload, name) && saysNothing(before[name]);
		if (isNew && !same(before[name], value)) edited[name] = value;
	}
	return edited;
}

function editValue(value: JsonValue, was: JsonValue | undefined, is: JsonValue): JsonValue {
	if (same(was, is)) return value;
	if (isJsonObject(was) && isJsonObject(is)) return editMembers(value, was, is);
	if (Array.isArray(value) && Array.isArray(was) && Array.isArray(is)) {
		return editElements(value, was, is);
	}
	return inTheTypeOf(value, is);
}

function editMembers(value: JsonValue, was: JsonObject, is: JsonObject): JsonValue {
	if (isJsonObject(value)) return editPayload(value, was, is);
	// Some recorders write an object as JSON text (Aodianyun's event_value).
	const edited =
		typeof value === 'string' ? editJsonText(value, (inner) => editPayload(inner, was, is)) : null;
	return edited ?? is;
}

/** Elements are found by what they were: the payload may have more of them, or in another order. */
function editElements(
	value: readonly JsonValue[],
	was: readonly JsonValue[],
	is: readonly JsonValue[],
): JsonValue[] {
	const edited: Array<JsonValue | undefined> = [...value];
	const added: JsonValue[] = [];
	for (let index = 0; index < Math.max(was.length, is.length); index++) {
		const [old, next] = [was[index], is[index]];
		if (same(old, next)) continue;
		const place = old === undefined ? -1 : placeOf(value, old, index, was.length);
		const element = value[place];
		if (element !== undefined && old !== undefined) {
			edited[place] = next === undefined ? undefined : editValue(element, old, next);
		} else if (old === undefined && next !== undefined) {
			added.push(next);
		}
	}
	return [...edited.filter((element) => element !== undefined), ...added];
}

/** -1 where the payload has no such element: it may have more of them, and objects may have more members. */
function placeOf(
	value: readonly JsonValue[],
	old: JsonValue,
	index: number,
	count: number,
): number {
	const place = value.findIndex((element) => same(element, old));
	if (place !== -1) return place;
	return isJsonObject(value[index]) || value.length === count ? index : -1;
}

/** Ids and times come as numbers from some releases and as text from others, and stay what they are. */
function inTheTypeOf(value: JsonValue, is: JsonValue): JsonValue {
	if (typeof value === 'string' && typeof is === 'number') {
		return value === '' || Number.isNaN(Number(value)) ? is : String(is);
	}
	if (typeof value === 'number' && typeof is === 'string' && String(Number(is)) === is) {
		return Number(is);
	}
	return is;
}

/** How recorders say that they have nothing to say. */
function saysNothing(value: JsonValue | undefined): boolean {
	return value === undefined || value === null || value === '' || value === 0;
}

function same(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
	if (one === other) return true;
	const areContainers = typeof one === 'object' && typeof other === 'object';
	return areContainers && saysTheSame(one, other) && isJsonObject(one) === isJsonObject(other);
}
