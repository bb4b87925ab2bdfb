import { isJsonObject, type JsonObject, type JsonValue } from '../formats/json';
import { recorderEventSchema, type RecorderEvent } from '../formats/recorderEvent';
import { movedTimestamp } from '../formats/time';
import type { EventDefinition, RecorderFormat } from '../formats/recorderFormat';
import { editPayload } from './editPayload';

/** What makes a sample a new event. */
export interface Freshness {
	readonly id: string;
	/** When it is to have happened, milliseconds since 1970. */
	readonly now: number;
	readonly utcOffsetMinutes: number;
}

/**
 * An event type's sample as if it happened now: with an id of its own and times moved, so that a receiver that drops
 * repeats takes it every time. Null where the event type has no sample.
 */
export function freshSample(
	format: RecorderFormat,
	nativeType: string,
	freshness: Freshness,
): JsonObject | null {
	const definition = format.events.get(nativeType);
	const sample = definition?.samples[0];
	if (definition === undefined || sample === undefined) return null;
	const event = sampleEvent(format, sample);
	if (event === null) return structuredClone(sample);
	const body = moved(format, definition, sample, event, freshness);
	if (body !== null) return body;
	const { occurredAt } = event;
	const later = occurredAt === null ? 0 : freshness.now - Date.parse(occurredAt);
	return withId(movedMembers(sample, later), event.id, freshness.id);
}

/** A sample as a RecorderEvent. */
export function sampleEvent(format: RecorderFormat, sample: JsonObject): RecorderEvent | null {
	const parsed = format.parse(sample, '2021-05-14T09:52:54.946Z');
	return parsed.status === 'invalid' ? null : parsed.event;
}

/** The sample with id and times edited, if its event type can write them. */
function moved(
	format: RecorderFormat,
	{ build }: EventDefinition,
	sample: JsonObject,
	event: RecorderEvent,
	{ id, now, utcOffsetMinutes }: Freshness,
): JsonObject | null {
	const happenedAt = event.occurredAt === null ? null : Date.parse(event.occurredAt);
	const receivedAt = new Date(now).toISOString();
	const later = recorderEventSchema.safeParse({
		...withTimesMoved(event, happenedAt === null ? 0 : now - happenedAt),
		id,
		receivedAt,
	});
	if (!later.success) return null;
	const before = build(event, { utcOffsetMinutes });
	const after = build(later.data, { utcOffsetMinutes });
	if (!isJsonObject(before) || !isJsonObject(after)) return null;
	const body = editPayload(sample, before, after);
	const parsed = format.parse(body, receivedAt);
	return parsed.status === 'event' && parsed.event.nativeType === event.nativeType ? body : null;
}

function withTimesMoved(event: RecorderEvent, milliseconds: number): JsonObject {
	const members: JsonObject = {};
	for (const [name, member] of Object.entries(event)) {
		members[name] = name === 'raw' ? {} : movedValue(member, milliseconds);
	}
	return members;
}

function movedValue(value: unknown, milliseconds: number): JsonValue {
	if (typeof value === 'string') return movedTimestamp(value, milliseconds) ?? value;
	if (typeof value === 'number' || typeof value === 'boolean') return value;
	if (Array.isArray(value)) return value.map((element) => movedValue(element, milliseconds));
	return isJsonObject(value) ? movedMembers(value, milliseconds) : null;
}

function movedMembers(object: JsonObject, milliseconds: number): JsonObject {
	return Object.fromEntries(
		Object.entries(object).map(([name, member]) => [name, movedValue(member, milliseconds)]),
	);
}

/** A copy of the sample with another id, wherever the format keeps it. */
function withId(sample: JsonObject, oldId: string, newId: string): JsonObject {
	const copy: JsonObject = {};
	for (const [name, member] of Object.entries(sample)) {
		if (member === oldId) copy[name] = newId;
		else copy[name] = isJsonObject(member) ? withId(member, oldId, newId) : structuredClone(member);
	}
	return copy;
}
