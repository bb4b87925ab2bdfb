import { z } from 'zod/v4';

import { formatPath, isJsonObject, type JsonObject, type JsonValue } from '../formats/json';
import { parsedOrUndefined } from './jsonText';
import type { RecorderFormat } from '../formats/recorderFormat';
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
	/** A number of any number of digits: whoever reads the value must not make a double of it. */
	readonly isLongNumber: boolean;
	readonly required: boolean;
	/** Made anew for each event where nothing is given: its id, its times, the count of its attempts. */
	readonly madeAnew: boolean;
	/** Stands for all members beside these, whose names the schema can't list; null for one member. */
	readonly allBut: readonly string[] | null;
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
	const [sample] = definition.samples;
	return fieldsBelow(root, {
		path: [],
		required: true,
		sample,
		// What differs in a sample of another time and id is what is made anew for each event.
		fresh: freshSample(format, nativeType, SOME_OTHER_EVENT) ?? undefined,
		retried: sample && (format.delivery.bodyOfAttempt?.(sample, 2) ?? sample),
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
	/** The sample as the recorder sends it when it tries again. */
	readonly retried: JsonValue | undefined;
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
		const members = Object.entries(only.properties).flatMap(([name, member]) =>
			fieldsBelow(member, {
				path: [...place.path, name],
				required: required && names.includes(name),
				sample: memberOf(place.sample, name),
				fresh: memberOf(place.fresh, name),
				retried: memberOf(place.retried, name),
			}),
		);
		const further = furtherMembers(place, Object.keys(only.properties));
		return further === null ? members : [...members, further];
	}
	if (place.path.length === 0 || (only !== undefined && 'const' in only)) return [];
	const { sample, fresh, retried } = place;
	const type = typeOf(real, sample);
	return [
		{
			id: formatPath(place.path),
			path: place.path,
			description: typeof schema.description === 'string' ? schema.description : null,
			type,
			isLongNumber: type === 'number' && real.some((variant) => variant.type === 'string'),
			required,
			madeAnew:
				sample !== undefined && !(saysTheSame(sample, fresh) && saysTheSame(sample, retried)),
			allBut: null,
			outdated: sample === undefined && !required,
			sample,
		},
	];
}

/** One field for the sample's members that the schema doesn't list, such as m3u8_720; null where there are none. */
function furtherMembers({ path, sample }: Place, listed: readonly string[]): EventField | null {
	const object = objectOf(sample);
	if (object === undefined) return null;
	const further = Object.entries(object).filter(([name]) => !listed.includes(name));
	if (further.length === 0) return null;
	const names = further.map(([name]) => name);
	return {
		id: formatPath([...path, '*']),
		path,
		description: `further members, such as ${names.slice(0, 3).join(', ')}`,
		type: 'object',
		isLongNumber: false,
		required: false,
		madeAnew: false,
		allBut: listed,
		outdated: false,
		sample: Object.fromEntries(further),
	};
}

/** A member of an object, or of an object that is kept as JSON in a text. */
function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
	const object = objectOf(value);
	return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
	const object: unknown = typeof value === 'string' ? parsedOrUndefined(value) : value;
	return isJsonObject(object) ? object : undefined;
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
