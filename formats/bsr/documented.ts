import { z } from 'zod/v4';

import type { JsonObject } from '../json';
import {
	amountOrNull,
	bytesOrNull,
	idOrNull,
	idSchema,
	noRoomNumber,
	numericIdOrNull,
	recordingOf,
	textOrNull,
} from '../payload';
import type { Clip, RecorderEvent, Room, Session, Streamer } from '../recorderEvent';
import { defineEvent, defineFormat } from '../recorderFormat';
import { isoFromUnixSeconds } from '../time';
import { bsrDocumentedDelivery } from './delivery';
import {
	bodySchema,
	buildBody,
	buildUser,
	describeRoom,
	describeSession,
	describeStreamer,
	dialectOf,
	idOf,
	optionalIdSchema,
	typeOf,
	unixSeconds,
	unlistedBodySchema,
	userSchema,
} from './envelope';
import { bsrLifecycle } from './lifecycle';

/* Members and their order: document 002, a draft of 2025-09-02 that no release follows but that others have built on. */

const roomMembers = () => ({
	room_id: idSchema.describe('Room id'),
	platform: z.string().nullish().describe('bilibili, douyin, huya, youtube, …'),
	room_title: z.string().nullish().describe('Title of the live room'),
	room_cover: z.string().nullish().describe('Address of the cover'),
	room_owner: userSchema,
});

const roomSchema = z.lazy(() => z.looseObject(roomMembers()));

/** Where something else is what the event is about, a room without id is no reason to refuse it. */
const optionalRoom = () => z.looseObject({ ...roomMembers(), room_id: optionalIdSchema });
const optionalRoomSchema = z.lazy(optionalRoom);

const unixSecondsSchema = z.number().int().nullish();

const liveMembers = () => ({
	live_id: optionalIdSchema.describe('Id of the live'),
	room: roomSchema,
	start_time: unixSecondsSchema.describe('When it started, Unix seconds'),
	end_time: unixSecondsSchema.describe('When it ended, Unix seconds; null until then'),
});

const liveSchema = z.lazy(() => z.looseObject(liveMembers()));
const optionalLive = () => z.looseObject({ ...liveMembers(), room: optionalRoomSchema.nullish() });
const optionalLiveSchema = z.lazy(optionalLive);

/**
 * The document has a clip in two shapes: under the events (`clip_file`, `clip_length`, …) and as ClipObject
 * (`file`, `length`, …, with the live as a block). Both are read; the events' shape is built.
 */
const clipSchema = z.lazy(() =>
	z
		.looseObject({
			live_id: optionalIdSchema.describe('Id of the live'),
			room: optionalRoomSchema.nullish(),
			clip_id: optionalIdSchema.describe('Number of the clip'),
			clip_title: z.string().nullish().describe('Title of the clip'),
			clip_file: z.string().nullish().describe('Path of the clip'),
			clip_length: z.number().nullish().describe('Duration in seconds'),
			live: optionalLiveSchema.nullish().describe('ClipObject: the live it was cut from'),
			note: z.string().nullish().describe('ClipObject: note'),
			cover: z.string().nullish().describe('ClipObject: cover'),
			file: z.string().nullish().describe('ClipObject: the same as clip_file'),
			size: z.number().int().nullish().describe('ClipObject: size in bytes'),
			length: z.number().nullish().describe('ClipObject: the same as clip_length'),
		})
		.refine((clip) => clipFile(clip) !== null, {
			path: ['clip_file'],
			error: 'The file is missing',
		}),
);

const unlistedPayloadSchema = z.lazy(() =>
	z.looseObject({
		...optionalRoom().shape,
		...optionalLive().shape,
		live: optionalLiveSchema.nullish(),
	}),
);

function clipFile(clip: {
	clip_file?: string | null | undefined;
	file?: string | null | undefined;
}): string | null {
	return textOrNull(clip.clip_file) ?? textOrNull(clip.file);
}

type RoomObject = z.infer<typeof optionalRoomSchema>;
type LiveTimes = Partial<Pick<z.infer<typeof liveSchema>, 'live_id' | 'start_time' | 'end_time'>>;

function describeRoomObject(room: RoomObject): { room: Partial<Room>; streamer: Streamer } {
	const { id, platform, url } = describeRoom(textOrNull(room.platform), room.room_id);
	return {
		room: {
			id,
			platform,
			url,
			title: textOrNull(room.room_title),
			coverUrl: textOrNull(room.room_cover),
		},
		streamer: describeStreamer(room.room_owner),
	};
}

function describeTimes(live: LiveTimes): Session {
	const session = describeSession(live.live_id);
	return {
		id: session.id,
		startedAt: isoFromUnixSeconds(live.start_time) ?? session.startedAt,
		endedAt: isoFromUnixSeconds(live.end_time),
		platformLiveId: session.platformLiveId,
	};
}

function describeLive(live: z.infer<typeof liveSchema>): {
	room: Partial<Room>;
	streamer: Streamer;
	session: Session;
} {
	return { ...describeRoomObject(live.room), session: describeTimes(live) };
}

function describeClip(payload: z.infer<typeof clipSchema>): {
	room: Partial<Room>;
	streamer: Streamer;
	session: Session;
	clip: Clip;
} {
	const path = clipFile(payload) ?? '';
	return {
		...describeRoomObject(payload.room ?? payload.live?.room ?? {}),
		session: describeTimes(payload.live ?? { live_id: payload.live_id }),
		clip: {
			id: idOrNull(payload.clip_id),
			title: textOrNull(payload.clip_title),
			path,
			localPath: null,
			sizeBytes: bytesOrNull(payload.size),
			durationSeconds: amountOrNull(payload.clip_length ?? payload.length),
			coverPath: textOrNull(payload.cover),
			coverLocalPath: null,
			note: textOrNull(payload.note),
			uploadId: null,
		},
	};
}

/** Room ids are numbers in the document: other recorders' textual ids have no counterpart. */
function buildRoomObject({ room, streamer }: RecorderEvent): JsonObject | string {
	const roomId = numericIdOrNull(room.id);
	if (roomId === null) return noRoomNumber(room.id);
	return {
		room_id: roomId,
		platform: room.platform ?? '',
		room_title: room.title ?? '',
		room_cover: room.coverUrl ?? '',
		room_owner: buildUser(streamer),
	};
}

function buildRoomBody(type: string, event: RecorderEvent): JsonObject | string {
	const room = buildRoomObject(event);
	return typeof room === 'string' ? room : buildBody(type, event, room);
}

function buildLiveBody(
	type: string,
	event: RecorderEvent,
	startedAt: string | null,
	endedAt: string | null,
): JsonObject | string {
	const room = buildRoomObject(event);
	if (typeof room === 'string') return room;
	return buildBody(type, event, {
		live_id: event.session.id ?? '',
		room,
		// The document has no word for an unknown start: 0 keeps it a number.
		start_time: startedAt === null ? 0 : unixSeconds(startedAt),
		end_time: endedAt === null ? null : unixSeconds(endedAt),
	});
}

function buildStart(type: string, event: RecorderEvent): JsonObject | string {
	const startedAt = event.session.startedAt ?? event.occurredAt ?? event.receivedAt;
	return buildLiveBody(type, event, startedAt, null);
}

function buildEnd(type: string, event: RecorderEvent): JsonObject | string {
	const { startedAt, endedAt } = event.session;
	return buildLiveBody(type, event, startedAt, endedAt ?? event.occurredAt ?? event.receivedAt);
}

function buildClipBody(
	type: string,
	event: Extract<RecorderEvent, { kind: 'clip.created' | 'clip.deleted' }>,
): JsonObject | string {
	const room = buildRoomObject(event);
	if (typeof room === 'string') return room;
	const { clip, session } = event;
	return buildBody(type, event, {
		live_id: session.id ?? '',
		room,
		clip_id: numericIdOrNull(clip.id) ?? 0,
		clip_title: clip.title ?? '',
		clip_file: clip.path,
		clip_length: Math.trunc(clip.durationSeconds ?? 0),
	});
}

const sampleRoom = {
	room_id: 843610,
	platform: 'bilibili',
	room_title: '登顶！',
	room_cover:
		'https://i0.hdslb.com/bfs/live/new_room_cover/73aea43f4b4624c314d62fea4b424822fb506dfb.jpg',
	room_owner: {
		user_id: '475210',
		user_name: 'Xinrea',
		user_avatar: 'https://i1.hdslb.com/bfs/face/91beb3bf444b295fe12bae1f3dc6d9fc4fe4c224.jpg',
	},
};
const sampleStart = {
	live_id: '1756812600123',
	room: sampleRoom,
	start_time: 1756812600,
	end_time: null,
};
const sampleEnd = { ...sampleStart, end_time: 1756819805 };
const sampleClip = {
	live_id: '1756812600123',
	room: sampleRoom,
	clip_id: 316,
	clip_title: '登顶的那一刻',
	clip_file: '[843610][1756812600123][登顶！][2025-09-02_20-00-11].mp4',
	clip_length: 33,
};

/** BSR's webhook as its first documents describe it (room.*, live.*, stream.*, clip.*). */
export const bsrDocumented = defineFormat({
	id: 'bsr.documented',
	recorder: 'bsr',
	title: 'BSR Webhook (documented draft)',
	recognise: (body) => dialectOf(body) === 'documented',
	typeOf,
	idOf,
	lifecycle: bsrLifecycle,
	delivery: bsrDocumentedDelivery,
	events: {
		'room.added': defineEvent({
			kind: 'room.added',
			title: 'Room Added (Draft)',
			description: 'A room was added to BSR',
			schema: () => bodySchema('room.added', roomSchema),
			samples: [
				{
					id: '0b1f2f0e-6d3a-4a57-9a0c-0b7b3a2d9c01',
					event: 'room.added',
					payload: sampleRoom,
					timestamp: 1756809000,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'room.added',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeRoomObject(payload),
			}),
			build: (event) => buildRoomBody('room.added', event),
		}),
		'room.removed': defineEvent({
			kind: 'room.removed',
			title: 'Room Removed (Draft)',
			description: 'A room was removed from BSR',
			schema: () => bodySchema('room.removed', roomSchema),
			samples: [
				{
					id: '0b1f2f0e-6d3a-4a57-9a0c-0b7b3a2d9c02',
					event: 'room.removed',
					payload: sampleRoom,
					timestamp: 1756895400,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'room.removed',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeRoomObject(payload),
			}),
			build: (event) => buildRoomBody('room.removed', event),
		}),
		'live.started': defineEvent({
			kind: 'live.started',
			title: 'Live Started (Draft)',
			description: 'The streamer went live; doesn’t mean that recording has started',
			schema: () => bodySchema('live.started', liveSchema),
			samples: [
				{
					id: '0b1f2f0e-6d3a-4a57-9a0c-0b7b3a2d9c03',
					event: 'live.started',
					payload: sampleStart,
					timestamp: 1756812600,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'live.started',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeLive(payload),
			}),
			build: (event) => buildStart('live.started', event),
		}),
		'live.ended': defineEvent({
			kind: 'live.ended',
			title: 'Live Ended (Draft)',
			description: 'The streamer went offline',
			schema: () => bodySchema('live.ended', liveSchema),
			samples: [
				{
					id: '0b1f2f0e-6d3a-4a57-9a0c-0b7b3a2d9c04',
					event: 'live.ended',
					payload: sampleEnd,
					timestamp: 1756819805,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'live.ended',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeLive(payload),
			}),
			build: (event) => buildEnd('live.ended', event),
		}),
		'stream.started': defineEvent({
			kind: 'recording.started',
			title: 'Stream Started (Draft)',
			description: 'A recording began',
			schema: () => bodySchema('stream.started', liveSchema),
			samples: [
				{
					id: '0b1f2f0e-6d3a-4a57-9a0c-0b7b3a2d9c05',
					event: 'stream.started',
					payload: sampleStart,
					timestamp: 1756812600,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'recording.started',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeLive(payload),
				recording: recordingOf(),
			}),
			build: (event) => buildStart('stream.started', event),
		}),
		'stream.ended': defineEvent({
			kind: 'recording.ended',
			title: 'Stream Ended (Draft)',
			description: 'A recording ended',
			schema: () => bodySchema('stream.ended', liveSchema),
			samples: [
				{
					id: '0b1f2f0e-6d3a-4a57-9a0c-0b7b3a2d9c06',
					event: 'stream.ended',
					payload: sampleEnd,
					timestamp: 1756819805,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'recording.ended',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeLive(payload),
				recording: recordingOf(),
			}),
			build: (event) => buildEnd('stream.ended', event),
		}),
		'stream.deleted': defineEvent({
			kind: 'recording.deleted',
			title: 'Stream Deleted (Draft)',
			description: 'A recording was deleted',
			schema: () => bodySchema('stream.deleted', liveSchema),
			samples: [
				{
					id: '0b1f2f0e-6d3a-4a57-9a0c-0b7b3a2d9c07',
					event: 'stream.deleted',
					payload: sampleEnd,
					timestamp: 1756882800,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'recording.deleted',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeLive(payload),
				recording: recordingOf(),
			}),
			// The recording ended long before it was deleted: an unknown end stays unknown.
			build: (event) =>
				buildLiveBody('stream.deleted', event, event.session.startedAt, event.session.endedAt),
		}),
		'clip.generated': defineEvent({
			kind: 'clip.created',
			title: 'Clip Generated (Draft)',
			description: 'A clip was cut from a recording',
			schema: () => bodySchema('clip.generated', clipSchema),
			samples: [
				{
					id: '0b1f2f0e-6d3a-4a57-9a0c-0b7b3a2d9c08',
					event: 'clip.generated',
					payload: sampleClip,
					timestamp: 1756814411,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'clip.created',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeClip(payload),
			}),
			build: (event) => buildClipBody('clip.generated', event),
		}),
		'clip.deleted': defineEvent({
			kind: 'clip.deleted',
			title: 'Clip Deleted (Draft)',
			description: 'A clip was deleted',
			schema: () => bodySchema('clip.deleted', clipSchema),
			samples: [
				{
					id: '0b1f2f0e-6d3a-4a57-9a0c-0b7b3a2d9c09',
					event: 'clip.deleted',
					payload: sampleClip,
					timestamp: 1756886400,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'clip.deleted',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeClip(payload),
			}),
			build: (event) => buildClipBody('clip.deleted', event),
		}),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event (Draft)',
		description: 'A type that the documents don’t know',
		schema: () => unlistedBodySchema(unlistedPayloadSchema.nullish()),
		samples: [],
		describe: ({ payload, timestamp }) => ({
			kind: 'unknown',
			occurredAt: isoFromUnixSeconds(timestamp),
			...describeRoomObject(payload?.room ?? payload?.live?.room ?? payload ?? {}),
			session: describeTimes(payload?.live ?? payload ?? {}),
		}),
	}),
});
