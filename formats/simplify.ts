import { blocksOfKind, type RecorderEvent } from './recorderEvent';

/** What a message or an upload usually needs of an event: at most ten members. */
export interface SimplifiedEvent {
	readonly id: string;
	readonly kind: string;
	readonly recorder: string;
	readonly occurredAt: string;
	readonly roomId: string | null;
	readonly roomTitle: string | null;
	readonly roomUrl: string | null;
	readonly coverUrl: string | null;
	readonly streamerName: string | null;
	/** The block of the event's kind: `file`, `clip`, `error`, … */
	readonly [block: string]: string | object | null;
}

/** The event cut down to what most flows need; `occurredAt` is when it arrived where the recorder names no time. */
export function simplify(event: RecorderEvent): SimplifiedEvent {
	const blocks = blocksOfKind(event.kind).map((name): [string, object] => [
		name,
		Reflect.get(event, name),
	]);
	return {
		id: event.id,
		kind: event.kind,
		recorder: event.recorder,
		occurredAt: event.occurredAt ?? event.receivedAt,
		roomId: event.room.id,
		roomTitle: event.room.title,
		roomUrl: event.room.url,
		coverUrl: event.room.coverUrl,
		streamerName: event.streamer.name,
		...Object.fromEntries(blocks),
	};
}
