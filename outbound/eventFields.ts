import { z } from 'zod/v4';

import { formatPath, isJsonObject, type JsonObject, type JsonValue } from '../formats/json';
import type { Issue, RecorderFormat } from '../formats/recorderFormat';
import { freshSample } from './freshSample';
import { saysTheSame } from './leaves';

/** One member of an event's body, as a person fills it in. */
export interface EventField {
	/** Its path as text, e.g. `EventData.RoomId`: unique within the event. */
	readonly id: string;
	readonly path: readonly string[];
	readonly description: string | null;
	/** `array` and `object` are given as JSON. */
	readonly type: 'string' | 'number' | 'boolean' | 'array' | 'object';
	readonly required: boolean;
	/** Made anew for each event where nothing is given: its id, its times. */
	readonly madeAnew: boolean;
	/** Not sent by the current release. */
	readonly outdated: boolean;
	/** What the event's sample has there. */
	readonly sample: JsonValue | undefined;
}

/** The members of an event's body, as a person fills them in. Null where the format has no such event type. */
export function eventFields(
	format: RecorderFormat,
	nativeType: string,
): readonly EventField[] | null {
	const definition = format.events.get(nativeType);
	if (definition === undefined) return null;
	const root: unknown = z.toJSONSchema(definition.schema, { io: 'input', unrepresentable: 'any' });
	return fieldsBelow(root, {
		path: [],
		required: true,
		sample: definition.samples[0],
		// What differs in a sample of another time and id is what is made anew for each event.
		fresh: freshSample(format, nativeType, SOME_OTHER_EVENT) ?? undefined,
	});
}

const SOME_OTHER_EVENT = {
	id: '00000000-0000-4000-8000-000000000000',
	now: Date.UTC(2001, 1, 3, 4, 5, 6, 789),
	utcOffsetMinutes: 480,
};

interface Place {
	readonly path: readonly string[];
	readonly required: boolean;
	readonly sample: JsonValue | undefined;
	readonly fresh: JsonValue | undefined;
}

/** Members with one possible value (the event type) are left out: they are no one's choice. */
function fieldsBelow(schema: unknown, place: Place): EventField[] {
	if (!isJsonObject(schema)) return [];
	const variants = variantsOf(schema);
	const required = place.required && variants.every((variant) => variant.type !== 'null');
	const real = variants.filter((variant) => variant.type !== 'null');
	const [only] = real;
	if (real.length === 1 && only !== undefined && isJsonObject(only.properties)) {
		const names = Array.isArray(only.required) ? only.required : [];
		return Object.entries(only.properties).flatMap(([name, member]) =>
			fieldsBelow(member, {
				path: [...place.path, name],
				required: required && names.includes(name),
				sample: memberOf(place.sample, name),
				fresh: memberOf(place.fresh, name),
			}),
		);
	}
	if (place.path.length === 0 || (only !== undefined && 'const' in only)) return [];
	const { sample, fresh } = place;
	return [
		{
			id: formatPath(place.path),
			path: place.path,
			description: typeof schema.description === 'string' ? schema.description : null,
			type: typeOf(real, sample),
			required,
			madeAnew: sample !== undefined && !saysTheSame(sample, fresh),
			outdated: sample === undefined && !required,
			sample,
		},
	];
}

/** A member of an object, or of an object that is kept as JSON in a text. */
function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
	const object: unknown = typeof value === 'string' ? parsedOrUndefined(value) : value;
	return isJsonObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

function variantsOf(schema: JsonObject): JsonObject[] {
	const { anyOf } = schema;
	return Array.isArray(anyOf) ? anyOf.filter(isJsonObject).flatMap(variantsOf) : [schema];
}

function typeOf(
	variants: readonly JsonObject[],
	sample: JsonValue | undefined,
): EventField['type'] {
	// Where a recorder sends a number in one release and text in another, the current release decides.
	if (typeof sample === 'string') return 'string';
	if (typeof sample === 'number') return 'number';
	if (typeof sample === 'boolean') return 'boolean';
	if (Array.isArray(sample)) return 'array';
	if (isJsonObject(sample)) return 'object';
	const [first] = variants;
	switch (first?.type) {
		case 'number':
		case 'integer':
			return 'number';
		case 'boolean':
			return 'boolean';
		case 'array':
			return 'array';
		case 'object':
			return 'object';
		default:
			return 'string';
	}
}

/** A body put together from fields, or what is wrong with them. */
export type FilledBody =
	| { readonly ok: true; readonly body: JsonObject }
	| { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * A body from the values of fields. Order and fixed members are those of `template` (a fresh sample), so that the body
 * reads as the recorder writes it; a field without a value is left out, unless it is one that is made anew.
 */
export function bodyFromFields(
	template: JsonObject,
	fields: readonly EventField[],
	values: Readonly<Record<string, unknown>>,
): FilledBody {
	const body = structuredClone(template);
	const issues: Issue[] = [];
	for (const id of Object.keys(values)) {
		if (!fields.some((field) => field.id === id)) {
			issues.push({ path: id, message: 'This event has no such field' });
		}
	}
	for (const field of fields) {
		const given = Object.hasOwn(values, field.id) ? values[field.id] : undefined;
		const isEmpty = given === undefined || given === null || (given === '' && field.madeAnew);
		if (isEmpty) {
			if (!field.madeAnew) removeAt(body, field.path);
			continue;
		}
		const read = readValue(given, field.type);
		if (read.ok) setAt(body, field.path, read.value);
		else issues.push({ path: field.id, message: read.message });
	}
	return issues.length === 0 ? { ok: true, body } : { ok: false, issues };
}

function readValue(
	given: unknown,
	type: EventField['type'],
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
			return typeof number === 'number' && Number.isFinite(number)
				? { ok: true, value: number }
				: { ok: false, message: 'Expected a number' };
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

function parsedOrUndefined(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** What came out of JSON is JSON: everything but undefined and functions, which an expression could give. */
function isJsonValue(value: unknown): value is JsonValue {
	return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

/**
 * Some recorders put JSON as text into a member (Aodianyun's event_value): a path may lead into that text.
 */
function editAt(
	body: JsonObject,
	path: readonly string[],
	edit: (parent: JsonObject, name: string) => void,
): void {
	const [name, ...rest] = path;
	if (name === undefined) return;
	if (rest.length === 0) {
		edit(body, name);
		return;
	}
	const child = body[name];
	if (typeof child === 'string') {
		const inner = parsedOrUndefined(child);
		if (isJsonObject(inner)) {
			editAt(inner, rest, edit);
			body[name] = JSON.stringify(inner);
		}
		return;
	}
	const parent: JsonObject = isJsonObject(child) ? child : {};
	editAt(parent, rest, edit);
	if (isJsonObject(child) || Object.keys(parent).length > 0) body[name] = parent;
}

function setAt(body: JsonObject, path: readonly string[], value: JsonValue): void {
	editAt(body, path, (parent, name) => {
		parent[name] = value;
	});
}

function removeAt(body: JsonObject, path: readonly string[]): void {
	editAt(body, path, (parent, name) => {
		delete parent[name];
	});
}
