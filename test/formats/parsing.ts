import type { JsonObject, JsonValue } from '../../formats/json';
import { type RecorderEvent, recorderEventSchema } from '../../formats/recorderEvent';
import type { InvalidEvent, ParsedEvent, RecorderFormat } from '../../formats/recorderFormat';

/** When the requests of format tests arrived. */
export const RECEIVED_AT = '2026-08-08T12:00:01.000Z';

/** A valid body of a format. */
export function parsed(format: RecorderFormat, body: JsonValue): ParsedEvent {
	const result = format.parse(body, RECEIVED_AT);
	if (result.status !== 'event') throw new Error(JSON.stringify(result.issues));
	return result;
}

/** What a valid body says; it is one of the events that the schema of all events describes. */
export function eventOf(format: RecorderFormat, body: JsonValue): RecorderEvent {
	const { event } = parsed(format, body);
	expect(recorderEventSchema.parse(event)).toStrictEqual(event);
	return event;
}

/** A body that breaks its format. */
export function refused(format: RecorderFormat, body: JsonValue): InvalidEvent {
	const result = format.parse(body, RECEIVED_AT);
	if (result.status !== 'invalid') throw new Error(`Taken as ${result.event.nativeType}`);
	return result;
}

/** An event in a format's own words. */
export function built(format: RecorderFormat, event: RecorderEvent): JsonObject {
	const result = format.build(event);
	if (!result.ok) throw new Error(result.message);
	return result.body;
}
