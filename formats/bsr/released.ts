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
	timestampSchema,
} from '../payload';
import type { Clip, RecorderEvent, Room, RoomState, Session, Streamer } from '../recorderEvent';
import { type BuildOptions, defineEvent, defineFormat } from '../recorderFormat';
import { isoFromUnixSeconds, timestampWithOffset } from '../time';
import { bsrDelivery } from './delivery';
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
	unlistedBodySchema,
	userSchema,
} from './envelope';
import { bsrLifecycle } from './lifecycle';

/*
 * Members and their order: src-tauri/src/webhook/events.rs, src-tauri/src/database/*.rs and
 * src-tauri/crates/recorder/src/lib.rs, read tag by tag from v2.12.0 to v2.21.0 (FACTS section 2).
 * Room ids were numbers in rows until 2.15 and in RecorderInfo until 2.14; 2.15.0 replaced RecorderInfo's shape.
 */

const platformSchema = z
	.string()
	.nullish()
	.describe('bilibili, douyin, huya, youtube, kuaishou, …');
const createdAtSchema = timestampSchema.nullish().describe('When the row was made');

const recorderRowSchema = z.lazy(() =>
	z.looseObject({
		room_id: idSchema.describe('Room id'),
		created_at: createdAtSchema,
		platform: platformSchema,
		auto_start: z.boolean().nullish().describe('Whether it records when the room goes live'),
		extra: z
			.string()
			.nullish()
			.describe('What the platform needs besides, e.g. Douyin’s sec_user_id'),
	}),
);

const recorderInfo = () =>
	z.looseObject({
		room_info: z.looseObject({
			platform: platformSchema,
			room_id: idSchema.describe('Room id'),
			room_title: z.string().nullish().describe('Title of the live room'),
			room_cover: z.string().nullish().describe('Address of the cover'),
			status: z.boolean().nullish().describe('Whether the room is live'),
		}),
		user_info: userSchema,
		platform_live_id: optionalIdSchema.describe('The platform’s id of the live; 0 while offline'),
		live_id: optionalIdSchema.describe(
			'When the recording started, Unix milliseconds; empty if none',
		),
		recording: z.boolean().nullish().describe('Whether the room is being recorded'),
		enabled: z.boolean().nullish().describe('Whether it records when the room goes live'),
		room_id: optionalIdSchema.describe('Until 2.14: room id'),
		total_length: z.number().nullish().describe('Until 2.14: seconds recorded so far'),
		current_live_id: optionalIdSchema.describe('Until 2.14: the same as live_id'),
		live_status: z.boolean().nullish().describe('Until 2.14: whether the room is live'),
		is_recording: z.boolean().nullish().describe('Until 2.14: whether the room is being recorded'),
		auto_start: z.boolean().nullish().describe('Until 2.14: the same as enabled'),
		platform: z.string().nullish().describe('Until 2.14: platform'),
	});
const recorderInfoSchema = z.lazy(recorderInfo);

const recordRowSchema = z.lazy(() =>
	z.looseObject({
		platform: platformSchema,
		parent_id: optionalIdSchema.describe('What several archives of one live have in common'),
		live_id: optionalIdSchema.describe('When the recording started, Unix milliseconds'),
		room_id: idSchema.describe('Room id'),
		title: z.string().nullish().describe('Title of the live room'),
		length: z.number().nullish().describe('Duration in seconds'),
		size: z.number().int().nullish().describe('Size in bytes'),
		created_at: createdAtSchema,
		cover: z.string().nullish().describe('Path of the cover below the cache folder'),
	}),
);

const videoRowSchema = z.lazy(() =>
	z.looseObject({
		id: optionalIdSchema.describe('Number of the clip'),
		room_id: optionalIdSchema.describe('Room id; 0 or any for an imported video'),
		cover: z.string().nullish().describe('Path of the cover below the output folder'),
		file: z.string().min(1).describe('Path of the clip below the output folder'),
		note: z.string().nullish(),
		length: z.number().nullish().describe('Duration in seconds'),
		size: z.number().int().nullish().describe('Size in bytes'),
		status: z.number().int().nullish().describe('0 new, 1 uploaded or imported'),
		bvid: z.string().nullish().describe('Id of the upload on bilibili'),
		title: z.string().nullish().describe('Title of the upload'),
		desc: z.string().nullish().describe('Description of the upload'),
		tags: z.string().nullish().describe('Tags of the upload'),
		area: z.number().int().nullish().describe('Category of the upload'),
		created_at: createdAtSchema,
		platform: platformSchema,
	}),
);

const unlistedPayloadSchema = z.lazy(() => {
	const { shape } = recorderInfo();
	const { shape: roomInfo } = shape.room_info;
	return z.looseObject({
		...shape,
		room_info: z.looseObject({ ...roomInfo, room_id: optionalIdSchema }).nullish(),
	});
});

type RecorderInfo = z.infer<typeof recorderInfoSchema>;
type VideoRow = z.infer<typeof videoRowSchema>;

/** A video that was imported or cut from another one runs on no platform, whatever its row says. */
const NOT_PLATFORMS = new Set(['imported', 'clip']);

function platformOrNull(platform: string | null | undefined): string | null {
	const text = textOrNull(platform);
	return text === null || NOT_PLATFORMS.has(text) ? null : text;
}

function describeRecorder(info: z.infer<typeof unlistedPayloadSchema>): {
	room: Partial<Room>;
	streamer: Streamer;
	state: Partial<RoomState>;
} {
	const { room_info: roomInfo } = info;
	const platform = platformOrNull(roomInfo?.platform) ?? platformOrNull(info.platform);
	const { id, url } = describeRoom(platform, roomInfo?.room_id ?? info.room_id);
	return {
		room: {
			id,
			platform,
			url,
			title: textOrNull(roomInfo?.room_title),
			coverUrl: textOrNull(roomInfo?.room_cover),
		},
		streamer: describeStreamer(info.user_info),
		state: {
			live: roomInfo?.status ?? info.live_status ?? null,
			recording: info.recording ?? info.is_recording ?? null,
		},
	};
}

/** Both shapes of RecorderInfo: `live_id` since 2.15, `current_live_id` before. */
function recordingSession(
	info: Pick<RecorderInfo, 'live_id' | 'current_live_id' | 'platform_live_id'>,
): Session {
	return describeSession(idOrNull(info.live_id) ?? info.current_live_id, info.platform_live_id);
}

function describeClip(row: VideoRow): {
	room: Partial<Room>;
	session: Session;
	clip: Clip;
} {
	return {
		room: describeRoom(platformOrNull(row.platform), row.room_id),
		session: describeSession(liveIdInName(row.file, idOrNull(row.room_id))),
		clip: {
			id: idOrNull(row.id),
			title: textOrNull(row.title),
			path: row.file,
			localPath: null,
			sizeBytes: bytesOrNull(row.size),
			durationSeconds: amountOrNull(row.length),
			coverPath: textOrNull(row.cover),
			coverLocalPath: null,
			note: textOrNull(row.note),
			uploadId: textOrNull(row.bvid),
		},
	};
}

/**
 * A clip's row doesn't say what it was cut from, but its name does unless the user chose another pattern: the default is
 * `[{room_id}][{live_id}][{title}][{created_at}].mp4` (default_clip_name_format in src-tauri/src/config.rs).
 */
function liveIdInName(file: string, roomId: string | null): string | null {
	const match = /^\[([^\]]+)\]\[(\d{13})\]/.exec(file);
	return match !== null && match[1] === roomId ? (match[2] ?? null) : null;
}

/** chrono's to_rfc3339: an offset, never Z; a fraction only where there is one. */
function rfc3339(isoTime: string, utcOffsetMinutes: number): string {
	return timestampWithOffset(isoTime, utcOffsetMinutes, 'full').replace('.000', '');
}

function buildRecorderRow(type: string, event: RecorderEvent): JsonObject | string {
	const { id, platform } = event.room;
	if (id === null) return noRoomNumber(null);
	return buildBody(type, event, {
		room_id: id,
		created_at: rfc3339(event.occurredAt ?? event.receivedAt, 0),
		platform: platform ?? '',
		auto_start: true,
		extra: '',
	});
}

function buildRecorderInfo(
	type: string,
	event: RecorderEvent,
	usual: { liveId: string; status: boolean; recording: boolean },
): JsonObject | string {
	const { room, streamer, session } = event;
	if (room.id === null) return noRoomNumber(null);
	return buildBody(type, event, {
		room_info: {
			platform: room.platform ?? '',
			room_id: room.id,
			room_title: room.title ?? '',
			room_cover: room.coverUrl ?? '',
			status: event.state.live ?? usual.status,
		},
		user_info: buildUser(streamer),
		// "0" is what BSR sends while it doesn't know the platform's id of the live.
		platform_live_id: session.platformLiveId ?? '0',
		live_id: usual.liveId,
		recording: event.state.recording ?? usual.recording,
		enabled: true,
	});
}

/** Another recorder's session id is kept as it is, so that the events of one recording still belong together. */
function liveIdOf(session: Session, startedAt: string | null = session.startedAt): string {
	return session.id ?? (startedAt === null ? '' : String(Date.parse(startedAt)));
}

function buildVideoRow(
	type: string,
	event: Extract<RecorderEvent, { kind: 'clip.created' | 'clip.deleted' }>,
	{ utcOffsetMinutes }: BuildOptions,
): JsonObject {
	const { clip, room } = event;
	return buildBody(type, event, {
		id: numericIdOrNull(clip.id) ?? 0,
		room_id: room.id ?? '',
		cover: clip.coverPath ?? '',
		file: clip.path,
		note: clip.note ?? '',
		length: Math.trunc(clip.durationSeconds ?? 0),
		size: clip.sizeBytes ?? 0,
		status: 0,
		bvid: clip.uploadId ?? '',
		title: clip.title ?? '',
		desc: '',
		tags: '',
		area: 0,
		created_at: rfc3339(event.occurredAt ?? event.receivedAt, utcOffsetMinutes),
		platform: room.platform ?? 'imported',
	});
}

const sampleRow = {
	room_id: '843610',
	created_at: '2026-08-08T03:33:14.258796123+00:00',
	platform: 'bilibili',
	auto_start: true,
	extra: '',
};
const sampleLive = {
	room_info: {
		platform: 'bilibili',
		room_id: '843610',
		room_title: '登顶！',
		room_cover:
			'https://i0.hdslb.com/bfs/live/new_room_cover/73aea43f4b4624c314d62fea4b424822fb506dfb.jpg',
		status: true,
	},
	user_info: {
		user_id: '475210',
		user_name: 'Xinrea',
		user_avatar: 'https://i1.hdslb.com/bfs/face/91beb3bf444b295fe12bae1f3dc6d9fc4fe4c224.jpg',
	},
	platform_live_id: '1786190385',
	live_id: '1786190400123',
	recording: false,
	enabled: true,
};
const sampleClip = {
	id: 316,
	room_id: '843610',
	cover: '[843610][1786190400123][登顶！][2026-08-08_20-30-11].jpg',
	file: '[843610][1786190400123][登顶！][2026-08-08_20-30-11].mp4',
	note: '',
	length: 121,
	size: 53049119,
	status: 0,
	bvid: '',
	title: '',
	desc: '',
	tags: '',
	area: 0,
	created_at: '2026-08-08T20:30:11.747461123+08:00',
	platform: 'bilibili',
};

/** BSR's webhook as every release since 2.12.0 sends it. */
export const bsrReleased = defineFormat({
	id: 'bsr',
	recorder: 'bsr',
	title: 'BSR Webhook',
	recognise: (body) => dialectOf(body) === 'released',
	typeOf,
	idOf,
	lifecycle: bsrLifecycle,
	delivery: bsrDelivery,
	events: {
		'live.started': defineEvent({
			kind: 'live.started',
			title: 'Live Started',
			description: 'The streamer went live; doesn’t mean that recording has started',
			schema: () => bodySchema('live.started', recorderInfoSchema),
			samples: [
				{
					id: 'f12f3424-f7d8-4b2f-a8b7-55477411482e',
					event: 'live.started',
					// The platform's id of the live is still that of the poll before.
					payload: { ...sampleLive, platform_live_id: '0', live_id: '' },
					timestamp: 1786190390,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'live.started',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeRecorder(payload),
				session: recordingSession(payload),
			}),
			build: (event) =>
				buildRecorderInfo('live.started', event, {
					liveId: event.session.id ?? '',
					status: true,
					recording: false,
				}),
		}),
		'live.ended': defineEvent({
			kind: 'live.ended',
			title: 'Live Ended',
			description: 'The streamer went offline',
			schema: () => bodySchema('live.ended', recorderInfoSchema),
			samples: [
				{
					id: 'e8b0756a-02f9-4655-b5ae-a170bf9547bd',
					event: 'live.ended',
					payload: {
						...sampleLive,
						room_info: { ...sampleLive.room_info, status: false },
						live_id: '',
					},
					timestamp: 1786197610,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'live.ended',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeRecorder(payload),
				session: recordingSession(payload),
			}),
			build: (event) =>
				buildRecorderInfo('live.ended', event, {
					liveId: event.session.id ?? '',
					status: false,
					recording: false,
				}),
		}),
		'record.started': defineEvent({
			kind: 'recording.started',
			title: 'Recording Started',
			description:
				'A recording began; comes again with the same live_id when the stream was renewed',
			schema: () => bodySchema('record.started', recorderInfoSchema),
			samples: [
				{
					id: '5ec1ea10-2b31-48fd-8deb-f2d7d2ea5985',
					event: 'record.started',
					payload: sampleLive,
					timestamp: 1786190400,
				},
			],
			describe: ({ payload, timestamp }) => {
				const occurredAt = isoFromUnixSeconds(timestamp);
				const session = recordingSession(payload);
				return {
					kind: 'recording.started',
					occurredAt,
					...describeRecorder(payload),
					session: { ...session, startedAt: session.startedAt ?? occurredAt },
					recording: recordingOf(),
				};
			},
			build: (event) =>
				buildRecorderInfo('record.started', event, {
					liveId: liveIdOf(
						event.session,
						event.session.startedAt ?? event.occurredAt ?? event.receivedAt,
					),
					status: true,
					// For bilibili BSR takes the snapshot before it says that it records (platforms/bilibili.rs).
					recording: event.room.platform !== 'bilibili',
				}),
		}),
		'record.ended': defineEvent({
			kind: 'recording.ended',
			title: 'Recording Ended',
			description: 'A recording ended, or could not be started: then there is no live_id',
			schema: () => bodySchema('record.ended', recorderInfoSchema),
			samples: [
				{
					id: '56fd03e5-3965-4c2e-a6a9-bb6932347eb3',
					event: 'record.ended',
					payload: { ...sampleLive, recording: true },
					timestamp: 1786197605,
				},
			],
			describe: ({ payload, timestamp }) => {
				const occurredAt = isoFromUnixSeconds(timestamp);
				const session = recordingSession(payload);
				return {
					kind: 'recording.ended',
					occurredAt,
					...describeRecorder(payload),
					// Without a live_id no recording had started: there is no session that could have ended.
					session: { ...session, endedAt: session.id === null ? null : occurredAt },
					recording: recordingOf({ durationSeconds: amountOrNull(payload.total_length) }),
				};
			},
			build: (event) =>
				buildRecorderInfo('record.ended', event, {
					liveId: liveIdOf(event.session),
					status: true,
					recording: true,
				}),
		}),
		'archive.deleted': defineEvent({
			kind: 'recording.deleted',
			title: 'Archive Deleted',
			description: 'A recording was deleted; one event for each of several',
			schema: () => bodySchema('archive.deleted', recordRowSchema),
			samples: [
				{
					id: 'c32bc811-ab4b-49fd-84c7-897727905d16',
					event: 'archive.deleted',
					payload: {
						platform: 'bilibili',
						parent_id: '1786190385',
						live_id: '1786190400123',
						room_id: '843610',
						title: '登顶！',
						length: 7204.967,
						size: 3749098123,
						created_at: '2026-08-08T12:00:00.147616321+00:00',
						cover: null,
					},
					timestamp: 1786233600,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'recording.deleted',
				occurredAt: isoFromUnixSeconds(timestamp),
				room: {
					...describeRoom(platformOrNull(payload.platform), payload.room_id),
					title: textOrNull(payload.title),
				},
				session: describeSession(payload.live_id, payload.parent_id),
				recording: recordingOf({
					sizeBytes: bytesOrNull(payload.size),
					durationSeconds: amountOrNull(payload.length),
				}),
			}),
			build: (event) => {
				const { room, session, recording } = event;
				if (room.id === null) return noRoomNumber(null);
				const madeAt = session.startedAt ?? event.occurredAt ?? event.receivedAt;
				return buildBody('archive.deleted', event, {
					platform: room.platform ?? '',
					parent_id: session.platformLiveId ?? '',
					live_id: liveIdOf(session),
					room_id: room.id,
					title: room.title ?? '',
					length: recording.durationSeconds ?? 0,
					size: recording.sizeBytes ?? 0,
					created_at: rfc3339(madeAt, 0),
					cover: null,
				});
			},
		}),
		'clip.generated': defineEvent({
			kind: 'clip.created',
			title: 'Clip Generated',
			description: 'A clip was cut from a recording',
			schema: () => bodySchema('clip.generated', videoRowSchema),
			samples: [
				{
					id: 'f542e0e1-688b-4f1a-8ce1-e5e51530cf5d',
					event: 'clip.generated',
					payload: sampleClip,
					timestamp: 1786192211,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'clip.created',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeClip(payload),
			}),
			build: (event, options) => buildVideoRow('clip.generated', event, options),
		}),
		'clip.deleted': defineEvent({
			kind: 'clip.deleted',
			title: 'Clip Deleted',
			description: 'A clip is about to be deleted; its file still exists at that moment',
			schema: () => bodySchema('clip.deleted', videoRowSchema),
			samples: [
				{
					id: '5c7ca728-753d-4a7d-a0b4-02c997ad2f92',
					event: 'clip.deleted',
					payload: {
						...sampleClip,
						status: 1,
						bvid: 'BV1xx411c7mD',
						title: '登顶！直播切片',
						desc: '登顶的那一刻',
						tags: '直播,切片',
						area: 27,
					},
					timestamp: 1786237200,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'clip.deleted',
				occurredAt: isoFromUnixSeconds(timestamp),
				...describeClip(payload),
			}),
			build: (event, options) => buildVideoRow('clip.deleted', event, options),
		}),
		'recorder.added': defineEvent({
			kind: 'room.added',
			title: 'Recorder Added',
			description: 'A room was added to BSR',
			schema: () => bodySchema('recorder.added', recorderRowSchema),
			samples: [
				{
					id: 'a96a5e9f-9857-4c13-b889-91da2ace208a',
					event: 'recorder.added',
					payload: sampleRow,
					timestamp: 1786159994,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'room.added',
				occurredAt: isoFromUnixSeconds(timestamp),
				room: describeRoom(platformOrNull(payload.platform), payload.room_id),
			}),
			build: (event) => buildRecorderRow('recorder.added', event),
		}),
		'recorder.removed': defineEvent({
			kind: 'room.removed',
			title: 'Recorder Removed',
			description: 'A room was removed from BSR',
			schema: () => bodySchema('recorder.removed', recorderRowSchema),
			samples: [
				{
					id: 'e33623d4-e040-4390-88f5-d351ceeeace7',
					event: 'recorder.removed',
					payload: sampleRow,
					timestamp: 1786276800,
				},
			],
			describe: ({ payload, timestamp }) => ({
				kind: 'room.removed',
				occurredAt: isoFromUnixSeconds(timestamp),
				room: describeRoom(platformOrNull(payload.platform), payload.room_id),
			}),
			build: (event) => buildRecorderRow('recorder.removed', event),
		}),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: () => unlistedBodySchema(unlistedPayloadSchema.nullish()),
		samples: [],
		describe: ({ payload, timestamp }) => ({
			kind: 'unknown',
			occurredAt: isoFromUnixSeconds(timestamp),
			...describeRecorder(payload ?? {}),
			session: recordingSession(payload ?? {}),
		}),
	}),
});
