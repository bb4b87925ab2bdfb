import type { EventKind, RecorderEvent } from '../formats/recorderEvent';

/** What the filter looks at, beside the event itself. */
export interface FilterSubject {
	readonly event: RecorderEvent;
	/** False for a type newer than this package. */
	readonly known: boolean;
	readonly housekeeping: boolean;
}

/** Which events a workflow wants. */
export interface EventFilter {
	/**
	 * Event types by their native names, or kinds, as the trigger lists them. {@link ALL_EVENTS} is everything but a recorder's
	 * housekeeping; {@link UNLISTED_EVENTS} is types newer than this package; {@link HOUSEKEEPING_EVENTS} is all housekeeping.
	 */
	readonly events: ReadonlySet<string>;
	/** Room ids or short ids; empty for all rooms. */
	readonly rooms: ReadonlySet<string>;
}

export const ALL_EVENTS = '*';
export const UNLISTED_EVENTS = 'unlisted';
export const HOUSEKEEPING_EVENTS = 'housekeeping';

/** True where the workflow wants the event. Events that belong to no room (low disk, app start) pass every room filter. */
export function isWanted(subject: FilterSubject, filter: EventFilter): boolean {
	return isEventWanted(subject, filter.events) && isRoomWanted(subject.event, filter.rooms);
}

function isEventWanted(
	{ event, known, housekeeping }: FilterSubject,
	events: ReadonlySet<string>,
): boolean {
	if (events.has(event.nativeType)) return true;
	if (housekeeping) return events.has(HOUSEKEEPING_EVENTS);
	if (events.has(ALL_EVENTS)) return true;
	if (!known) return events.has(UNLISTED_EVENTS);
	const kind: EventKind = event.kind;
	return events.has(kind);
}

/** Events that belong to no room are wanted of every room. */
export function isRoomWanted({ room }: RecorderEvent, rooms: ReadonlySet<string>): boolean {
	if (rooms.size === 0 || room.id === null) return true;
	return rooms.has(room.id) || (room.shortId !== null && rooms.has(room.shortId));
}
