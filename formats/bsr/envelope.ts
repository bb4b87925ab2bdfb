import { z } from 'zod/v4';

import { isJsonObject, type JsonObject } from '../json';
import { idOrNull, livePageUrl, textOrNull } from '../payload';
import type { RecorderEvent, Room, Session, Streamer } from '../recorderEvent';
import { isoFromUnixMilliseconds } from '../time';

/* What the released and the documented dialect have in common: src-tauri/src/webhook/events.rs at 960f5c2, document 002. */

/** An id that may be missing: '' and 0 say "none". */
export const optionalIdSchema = z.lazy(() => z.union([z.number().int(), z.string()]).nullish());

/** UserInfo in the code, UserObject in the documents: the same three members. */
export const userSchema = z.lazy(() =>
	z
		.looseObject({
			user_id: optionalIdSchema.describe('Id of the streamer'),
			user_name: z.string().nullish().describe('Name of the streamer'),
			user_avatar: z.string().nullish().describe('Address of the avatar'),
		})
		.nullish(),
);

const envelopeMembers = () => ({
	id: z.string().nullish().describe('Random id, the same for every attempt'),
	timestamp: z.number().int().nullish().describe('When it was sent, Unix seconds'),
});

/** The whole body of one event type. */
export function bodySchema<T extends string, P extends z.ZodType>(event: T, payload: P) {
	const { id, timestamp } = envelopeMembers();
	return z.looseObject({ id, event: z.literal(event), payload, timestamp });
}

/** The whole body of an event type newer than this package. */
export function unlistedBodySchema<P extends z.ZodType>(payload: P) {
	const { id, timestamp } = envelopeMembers();
	return z.looseObject({ id, event: z.string().min(1), payload, timestamp });
}

/** Members at the top of a payload that only the documents know; `live` is that of their ClipObject. */
const DOCUMENTED_MEMBERS = ['room', 'room_owner', 'room_title', 'live'];

/**
 * Which of the two dialects a body is written in, or null where it isn't from BSR.
 * The released dialect has no event room.* or stream.* and none of the documented members at the top of its payload.
 */
export function dialectOf(body: JsonObject): 'released' | 'documented' | null {
	const { event, payload, id, timestamp } = body;
	if (typeof event !== 'string' || payload === undefined) return null;
	// Many a sender writes events with payloads: without id and time it is not BSR's.
	if (!Object.hasOwn(body, 'id') && !Object.hasOwn(body, 'timestamp')) return null;
	// A later type may have another payload, or none: then the envelope has to be whole.
	if (!isJsonObject(payload) && (typeof id !== 'string' || typeof timestamp !== 'number'))
		return null;
	if (event.startsWith('room.') || event.startsWith('stream.')) return 'documented';
	if (!isJsonObject(payload)) return 'released';
	const documented = DOCUMENTED_MEMBERS.some((member) => Object.hasOwn(payload, member));
	return documented ? 'documented' : 'released';
}

/** The event type in BSR's own words. */
export function typeOf(body: JsonObject): string | null {
	return typeof body.event === 'string' ? body.event : null;
}

/** The event's uuid. */
export function idOf(body: JsonObject): string | null {
	return typeof body.id === 'string' ? body.id : null;
}

/** The room's id, platform and page. */
export function describeRoom(
	platform: string | null,
	roomId: string | number | null | undefined,
): Pick<Room, 'id' | 'platform' | 'url'> {
	const id = idOrNull(roomId);
	return { id, platform, url: livePageUrl(platform, id) };
}

/** The streamer, by UserInfo or UserObject. */
export function describeStreamer(user: z.infer<typeof userSchema>): Streamer {
	return {
		id: idOrNull(user?.user_id),
		name: textOrNull(user?.user_name),
		avatarUrl: textOrNull(user?.user_avatar),
	};
}

/** A live_id is the Unix time in milliseconds at which the recording started. The documents' example isn't. */
const MILLISECONDS = /^\d{13}$/;

/** The recording session that a live_id names; its start is in the id itself. `parentId` is the platform's id of the live. */
export function describeSession(
	liveId: string | number | null | undefined,
	parentId?: string | number | null,
): Session {
	const id = idOrNull(liveId);
	const startedAt = id !== null && MILLISECONDS.test(id) ? isoFromUnixMilliseconds(id) : null;
	return { id, startedAt, endedAt: null, platformLiveId: idOrNull(parentId) };
}

/** The four members of every body, in the order of the wire. */
export function buildBody(type: string, event: RecorderEvent, payload: JsonObject): JsonObject {
	return {
		id: event.id,
		event: type,
		payload,
		timestamp: unixSeconds(event.occurredAt ?? event.receivedAt),
	};
}

/** An ISO 8601 time as Unix seconds. */
export function unixSeconds(isoTime: string): number {
	return Math.floor(Date.parse(isoTime) / 1000);
}

/** UserInfo or UserObject. */
export function buildUser({ id, name, avatarUrl }: Streamer): JsonObject {
	return { user_id: id ?? '', user_name: name ?? '', user_avatar: avatarUrl ?? '' };
}
