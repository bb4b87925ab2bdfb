import { z } from 'zod/v4';

import type { JsonObject } from '../json';
import { idOrNull, textOrNull, timestampSchema } from '../payload';
import type { RecorderEvent, Room, Session, Streamer } from '../recorderEvent';
import { isoFromTimestamp } from '../time';

/*
 * The envelope of every event (rust-srec/src/notification/channels/webhook.rs at 87fc320; FACTS section 10).
 */

/** The same instant as the envelope's. */
export const timestamp = () => timestampSchema.nullish();

/** Members of `data` that name whom it is about. */
export const streamerMembers = () => ({
	streamer_id: z.string().nullish().describe('rust-srec’s id of the streamer'),
	streamer_name: z.string().nullish().describe('Name of the streamer'),
	timestamp: timestamp(),
});

/** The same where a recording session is named, too. */
export const sessionMembers = () => ({
	session_id: z.string().nullish().describe('Id of the recording session'),
	...streamerMembers(),
});

export const sampleStreamer = {
	streamer_id: '5d0f3c7a-2b1e-4c89-9a60-71e4d8f2b305',
	streamer_name: 'Nathan',
};

export const sampleSession = {
	session_id: 'c1a87e44-90d3-4f1b-8b52-6e0d9f3a7c18',
	...sampleStreamer,
};

/** A size, as text where it has more digits than a double holds. */
export const sizeSchema = () => z.union([z.number(), z.string().regex(/^\d+$/)]).nullish();

/** The number of bytes, where it can be one. */
export function sizeOrNull(value: z.infer<ReturnType<typeof sizeSchema>>): number | null {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

const priorityMembers = () => ({
	// A word up to 0.2.1, a number with a label since.
	priority: z.union([z.number().int(), z.string()]).nullish().describe('2, 5, 8 or 10'),
	priority_label: z.string().nullish().describe('low, normal, high or critical'),
	streamer_id: z.string().nullish().describe('rust-srec’s id of the streamer'),
	timestamp: timestampSchema.nullish().describe('When it happened'),
	title: z.string().nullish().describe('For people, in the language of the channel'),
});

const description = () =>
	z.string().nullish().describe('For people, in the language of the channel');

/** The whole body of one event type; `data` has one member, named after the type. */
export function bodySchema<T extends string, S extends z.core.$ZodLooseShape>(type: T, data: S) {
	return z.looseObject({
		data: z.looseObject(data),
		description: description(),
		event_type: z.literal(type),
		...priorityMembers(),
	});
}

/** A type newer than this package. */
export const unlistedSchema = () =>
	z.looseObject({
		data: z.looseObject({}).nullish(),
		description: description(),
		event_type: z.string().min(1),
		...priorityMembers(),
		timestamp: timestampSchema,
	});

/** Members of an event's `data` that it may name its streamer and session by. */
interface About {
	readonly streamer_id?: string | null | undefined;
	readonly streamer_name?: string | null | undefined;
	readonly session_id?: string | null | undefined;
}

/** When and about whom. rust-srec knows no rooms: a streamer is one address to record, and its id stands for the room. */
export function describeEnvelope(
	body: { timestamp?: string | null | undefined; streamer_id?: string | null | undefined },
	about: About = {},
): {
	occurredAt: string | null;
	room: Partial<Room>;
	streamer: Partial<Streamer>;
	session: Partial<Session>;
} {
	const id = idOrNull(about.streamer_id) ?? idOrNull(body.streamer_id);
	return {
		occurredAt: isoFromTimestamp(body.timestamp),
		room: { id },
		streamer: { id, name: textOrNull(about.streamer_name) },
		session: { id: idOrNull(about.session_id) },
	};
}

/* The four priorities, as the current release says them. */
export const LOW = { priority: 2, priority_label: 'low' };
export const NORMAL = { priority: 5, priority_label: 'normal' };
export const HIGH = { priority: 8, priority_label: 'high' };
export const CRITICAL = { priority: 10, priority_label: 'critical' };

/** What an event type says besides its data. */
export interface Wording {
	readonly priority: number;
	readonly priority_label: string;
	readonly title: string;
	readonly description: string;
}

/** The body of an event type. `data` is given without its timestamp. */
export function buildBody(
	type: string,
	variant: string,
	event: RecorderEvent,
	data: JsonObject,
	{ priority, priority_label: label, title, description: text }: Wording,
): JsonObject {
	const happenedAt = event.occurredAt ?? event.receivedAt;
	return {
		data: { [variant]: { ...data, timestamp: happenedAt } },
		description: text,
		event_type: type,
		priority,
		priority_label: label,
		streamer_id: typeof data.streamer_id === 'string' ? data.streamer_id : null,
		timestamp: happenedAt.replace('Z', '+00:00'),
		title,
	};
}

/** `streamer_id` and `streamer_name`; another recorder's room stands for the streamer. */
export function buildStreamer({ room, streamer }: RecorderEvent): JsonObject {
	return { streamer_id: room.id ?? '', streamer_name: streamer.name ?? '' };
}

/** The same with the session. */
export function buildRecording(event: RecorderEvent): JsonObject {
	return { ...buildStreamer(event), session_id: event.session.id ?? event.id };
}
