import { z } from 'zod/v4';

import { type JsonObject, objectAt } from '../json';
import { fileRole, withExtension } from '../paths';
import {
	bytesOrNull,
	describeFile,
	idOrNull,
	idSchema,
	isLiveStatus,
	livePageUrl,
	noRoomNumber,
	numericIdOrNull,
	recordingOf,
	textOrNull,
	timestampSchema,
} from '../payload';
import type {
	RecordedFile,
	RecorderEvent,
	Room,
	RoomState,
	Session,
	Streamer,
} from '../recorderEvent';
import { defineEvent, defineFormat } from '../recorderFormat';
import { isoFromTimestamp, isoFromUnixSeconds, timestampWithOffset } from '../time';
import { blrecDelivery } from './delivery';

/*
 * Members and their order: src/blrec/event/models.py and src/blrec/bili/models.py at 47f16f2 (2.0.0-beta.5).
 * 1.0 to 1.3.2 knew LiveBegan, LiveEnded, RoomChange, FileCompleted, SpaceNoEnough and Error only.
 * File events name the room by its number, at data.room_id; recording events by data.room_info, without the user.
 */

const userSchema = z.lazy(() =>
	z.looseObject({
		uid: idSchema.nullish().describe('User id of the streamer'),
		name: z.string().nullish().describe('Name of the streamer'),
		gender: z.string().nullish(),
		face: z.string().nullish().describe('Avatar of the streamer'),
	}),
);

const roomSchema = z.lazy(() =>
	z.looseObject({
		uid: idSchema.nullish().describe('User id of the streamer'),
		room_id: idSchema.describe('Room number'),
		short_room_id: idSchema.nullish().describe('Short room number, 0 where there is none'),
		area_name: z.string().nullish().describe('Category'),
		parent_area_name: z.string().nullish().describe('Parent category'),
		live_status: z.number().nullish().describe('0 offline, 1 live, 2 replaying'),
		live_start_time: z
			.number()
			.nullish()
			.describe('Since when it is live, Unix seconds; 0 offline'),
		title: z.string().nullish().describe('Title of the live room'),
		cover: z.string().nullish().describe('Cover of the live room'),
	}),
);

function bodySchema<T extends string, S extends z.core.$ZodLooseShape>(type: T, data: S) {
	return z.looseObject({
		id: z.string().min(1).describe('Id, the same for every attempt'),
		date: timestampSchema.nullish().describe('When it happened'),
		type: z.literal(type),
		data: z.looseObject(data),
	});
}

const liveSchema = <T extends string>(type: T) =>
	bodySchema(type, { user_info: userSchema.nullish(), room_info: roomSchema });

const roomEventSchema = <T extends string>(type: T) => bodySchema(type, { room_info: roomSchema });

const roomNumberMember = { room_id: idSchema.nullish().describe('Room number') };

const fileSchema = <T extends string>(type: T) =>
	bodySchema(type, {
		...roomNumberMember,
		path: z.string().min(1).describe('Absolute path, as the recorder’s system writes it'),
	});

const filesSchema = z.lazy(() =>
	bodySchema('PostprocessingCompletedEvent', {
		...roomNumberMember,
		files: z
			.tuple([z.string().min(1)], z.string().min(1))
			.describe('The video first, then what belongs to it: danmaku, raw danmaku, cover'),
	}),
);

const spaceSchema = z.lazy(() =>
	bodySchema('SpaceNoEnoughEvent', {
		path: z.string().nullish().describe('Where recordings go'),
		threshold: z.number().int().nullish().describe('Space that should be free, in bytes'),
		usage: z
			.looseObject({
				total: z.number().int().nullish().describe('Bytes in all'),
				used: z.number().int().nullish().describe('Bytes used'),
				free: z.number().int().nullish().describe('Bytes free'),
			})
			.nullish(),
	}),
);

const errorSchema = z.lazy(() =>
	bodySchema('Error', {
		name: z.string().nullish().describe('Class of the exception'),
		detail: z.string().nullish().describe('Traceback'),
	}),
);

const unlistedSchema = z.lazy(() =>
	z.looseObject({
		id: z.string().min(1),
		date: timestampSchema.nullish(),
		type: z.string().min(1),
		data: z
			.looseObject({
				...roomNumberMember,
				user_info: userSchema.nullish(),
				room_info: roomSchema.nullish(),
			})
			.nullish(),
	}),
);

type UserInfo = z.infer<typeof userSchema>;
type RoomInfo = z.infer<typeof roomSchema>;

/** A room of which the event gives the number only. */
function roomOfNumber(number: string | number | null | undefined): Partial<Room> {
	const id = idOrNull(number);
	return id === null ? {} : { id, platform: 'bilibili', url: livePageUrl('bilibili', id) };
}

/**
 * Room, streamer and session as room_info and user_info tell them. blrec has no session id; what it knows of the
 * session is since when the room is live.
 */
function describeRoom(
	room: RoomInfo,
	user?: UserInfo | null,
	endedAt: string | null = null,
): {
	room: Partial<Room>;
	streamer: Partial<Streamer>;
	session: Partial<Session>;
	state: Partial<RoomState>;
} {
	const { id = null, platform = null, url = null } = roomOfNumber(room.room_id);
	return {
		room: {
			id,
			platform,
			url,
			shortId: idOrNull(room.short_room_id),
			title: textOrNull(room.title),
			coverUrl: textOrNull(room.cover),
			area: { parent: textOrNull(room.parent_area_name), child: textOrNull(room.area_name) },
		},
		streamer: {
			id: idOrNull(user?.uid ?? room.uid),
			name: textOrNull(user?.name),
			avatarUrl: textOrNull(user?.face),
		},
		session: { startedAt: isoFromUnixSeconds(room.live_start_time), endedAt },
		state: { live: isLiveStatus(room.live_status) },
	};
}

/** By blrec's convention the danmaku file is the video with the extension xml, where danmaku are recorded (path/helpers.py). */
function danmakuPathOf(videoPath: string): string {
	return withExtension(videoPath, 'xml');
}

/** Python's str(datetime), always in +08:00: the fraction is absent where it is 0, else it has six digits. */
function pythonDate(isoTime: string): string {
	const local = timestampWithOffset(isoTime, 480, 'full');
	const fraction = local.slice(20, 23);
	const digits = fraction === '000' ? '' : `.${fraction}000`;
	return `${local.slice(0, 10)} ${local.slice(11, 19)}${digits}${local.slice(23)}`;
}

function buildBody(type: string, event: RecorderEvent, data: JsonObject): JsonObject {
	return { id: event.id, date: pythonDate(event.occurredAt ?? event.receivedAt), type, data };
}

function buildRoomEvent(
	type: string,
	event: RecorderEvent,
	isUsuallyLive: boolean,
	after: Pick<Room, 'title' | 'area'> = event.room,
	before: JsonObject = {},
): JsonObject | string {
	const { room, streamer, session } = event;
	const roomId = numericIdOrNull(room.id);
	if (roomId === null) return noRoomNumber(room.id);
	const liveSince = session.startedAt ?? (event.kind === 'live.started' ? event.occurredAt : null);
	return buildBody(type, event, {
		...before,
		room_info: {
			uid: numericIdOrNull(streamer.id) ?? 0,
			room_id: roomId,
			short_room_id: numericIdOrNull(room.shortId) ?? 0,
			area_id: 0,
			area_name: after.area.child ?? '',
			parent_area_id: 0,
			parent_area_name: after.area.parent ?? '',
			live_status: (event.state.live ?? isUsuallyLive) ? 1 : 0,
			live_start_time: liveSince === null ? 0 : Math.floor(Date.parse(liveSince) / 1000),
			online: 0,
			title: after.title ?? '',
			cover: room.coverUrl ?? '',
			tags: '',
			description: '',
		},
	});
}

function buildLiveEvent(type: string, event: RecorderEvent, isLive: boolean): JsonObject | string {
	const { streamer } = event;
	return buildRoomEvent(type, event, isLive, event.room, {
		user_info: {
			name: streamer.name ?? '',
			gender: '保密',
			face: streamer.avatarUrl ?? '',
			uid: numericIdOrNull(streamer.id) ?? 0,
		},
	});
}

function buildFileEvent(type: string, event: RecorderEvent, file: JsonObject): JsonObject | string {
	const roomId = numericIdOrNull(event.room.id);
	return roomId === null
		? noRoomNumber(event.room.id)
		: buildBody(type, event, { room_id: roomId, ...file });
}

const sampleId = (digits: string) => `baedf2${digits}-a415-11ee-829f-18c04df90736`;
const sampleUser = {
	name: '早稻叽',
	gender: '保密',
	face: 'https://i1.hdslb.com/bfs/face/a6dbbfb4a2a3bbcd8e1a8bd8c8a9e4a7a5f1a9c2.jpg',
	uid: 1950658,
};
const sampleRoom = {
	uid: 1950658,
	room_id: 41682,
	short_room_id: 0,
	area_id: 745,
	area_name: '虚拟Gamer',
	parent_area_id: 9,
	parent_area_name: '虚拟主播',
	live_status: 1,
	live_start_time: 1703612371,
	online: 0,
	title: '【早稻叽】晚上好',
	cover:
		'https://i0.hdslb.com/bfs/live/new_room_cover/9cfbd0572a361bffef897f94cc1d5b4bcbf6f322.jpg',
	tags: '',
	description: '',
};
const sampleRoomOffline = { ...sampleRoom, live_status: 0, live_start_time: 0 };
const sampleStem = '/rec/41682 - 早稻叽/blive_41682_2023-12-27-013945';

interface FileEventTexts {
	readonly title: string;
	readonly description: string;
	/** What differs between the samples. */
	readonly sample: { readonly id: string; readonly date: string; readonly path: string };
}

function sampleFileEvent(type: string, { sample }: FileEventTexts): JsonObject {
	return {
		id: sampleId(sample.id),
		date: sample.date,
		type,
		data: { room_id: sampleRoom.room_id, path: sample.path },
	};
}

/** A file of the given role was opened for writing. */
function defineFileOpened(type: string, role: RecordedFile['role'], texts: FileEventTexts) {
	return defineEvent({
		kind: 'file.opened',
		title: texts.title,
		description: texts.description,
		schema: () => fileSchema(type),
		samples: [sampleFileEvent(type, texts)],
		describe: ({ date, data }) => {
			const openedAt = isoFromTimestamp(date);
			const danmakuPath = role === 'video' ? danmakuPathOf(data.path) : null;
			return {
				kind: 'file.opened',
				occurredAt: openedAt,
				room: roomOfNumber(data?.room_id),
				file: describeFile(data.path, { role, openedAt, danmakuPath }),
			};
		},
		build: (event) =>
			event.file.role === role ? buildFileEvent(type, event, { path: event.file.path }) : null,
	});
}

/** A file of the given role is written. */
function defineFileClosed(type: string, role: RecordedFile['role'], texts: FileEventTexts) {
	return defineEvent({
		kind: 'file.closed',
		title: texts.title,
		description: texts.description,
		schema: () => fileSchema(type),
		samples: [sampleFileEvent(type, texts)],
		describe: ({ date, data }) => {
			const closedAt = isoFromTimestamp(date);
			const danmakuPath = role === 'video' ? danmakuPathOf(data.path) : null;
			return {
				kind: 'file.closed',
				occurredAt: closedAt,
				room: roomOfNumber(data?.room_id),
				file: describeFile(data.path, { role, closedAt, danmakuPath }),
			};
		},
		build: (event) =>
			event.file.role === role ? buildFileEvent(type, event, { path: event.file.path }) : null,
	});
}

/** The final files of one video, sorted out: the video (else the first file) and what goes with it. */
function describeFiles(files: readonly [string, ...string[]]): RecordedFile {
	const main = files.find((path) => fileRole(path) === 'video') ?? files[0];
	const others = files.filter((path) => path !== main);
	const danmakuPath = others.find((path) => fileRole(path) === 'danmaku') ?? null;
	const coverPath = others.find((path) => fileRole(path) === 'cover') ?? null;
	const relatedPaths = others.filter((path) => path !== danmakuPath && path !== coverPath);
	return describeFile(main, { danmakuPath, coverPath, relatedPaths });
}

/** Where nothing is left of a video (too short, deleted), the list is empty: an event, but of no file. */
function typeOf(body: JsonObject): string | null {
	if (typeof body.type !== 'string') return null;
	const files = objectAt(body, 'data')?.files;
	const hasNoFile =
		body.type === 'PostprocessingCompletedEvent' && Array.isArray(files) && files.length === 0;
	return hasNoFile ? `${body.type} (no file)` : body.type;
}

/** blrec's webhook: the 17 event types of 1.4 to 2.0, and the one that only 1.0 to 1.3.2 have. */
export const blrecFormat = defineFormat({
	id: 'blrec',
	recorder: 'blrec',
	title: 'blrec Webhook',
	recognise: (body) =>
		typeof body.type === 'string' && 'id' in body && 'date' in body && 'data' in body,
	typeOf,
	idOf: (body) => (typeof body.id === 'string' ? body.id : null),
	lifecycle: {
		begins: ['live.started', 'recording.started'],
		ends: ['recording.ended', 'recording.cancelled'],
		sessionId: 'none',
		finalFile: 'processed',
	},
	delivery: blrecDelivery,
	events: {
		LiveBeganEvent: defineEvent({
			kind: 'live.started',
			title: 'Live Began',
			description: 'The streamer went live',
			schema: () => liveSchema('LiveBeganEvent'),
			samples: [
				{
					id: sampleId('01'),
					date: '2023-12-27 01:39:33.070123+08:00',
					type: 'LiveBeganEvent',
					data: { user_info: sampleUser, room_info: sampleRoom },
				},
			],
			describe: ({ date, data }) => ({
				kind: 'live.started',
				occurredAt: isoFromTimestamp(date),
				...describeRoom(data.room_info, data.user_info),
			}),
			build: (event) => buildLiveEvent('LiveBeganEvent', event, true),
		}),
		LiveEndedEvent: defineEvent({
			kind: 'live.ended',
			title: 'Live Ended',
			description: 'The streamer went offline',
			schema: () => liveSchema('LiveEndedEvent'),
			samples: [
				{
					id: sampleId('02'),
					date: '2023-12-27 03:02:10.513402+08:00',
					type: 'LiveEndedEvent',
					data: { user_info: sampleUser, room_info: sampleRoomOffline },
				},
			],
			describe: ({ date, data }) => {
				const endedAt = isoFromTimestamp(date);
				return {
					kind: 'live.ended',
					occurredAt: endedAt,
					...describeRoom(data.room_info, data.user_info, endedAt),
				};
			},
			build: (event) => buildLiveEvent('LiveEndedEvent', event, false),
		}),
		RoomChangeEvent: defineEvent({
			kind: 'room.updated',
			title: 'Room Changed',
			description:
				'Title, category or another member of the room changed; the old value is not sent',
			schema: () => roomEventSchema('RoomChangeEvent'),
			samples: [
				{
					id: sampleId('03'),
					date: '2023-12-27 02:10:05+08:00',
					type: 'RoomChangeEvent',
					data: { room_info: { ...sampleRoom, title: '【早稻叽】唱歌' } },
				},
			],
			describe: ({ date, data }) => {
				const described = describeRoom(data.room_info);
				const { title = null, area = { parent: null, child: null } } = described.room;
				return {
					kind: 'room.updated',
					occurredAt: isoFromTimestamp(date),
					...described,
					change: { before: null, after: { title, area } },
				};
			},
			build: (event) => {
				const isLive = event.session.startedAt !== null && event.session.endedAt === null;
				return buildRoomEvent('RoomChangeEvent', event, isLive, event.change.after ?? event.room);
			},
		}),
		RecordingStartedEvent: defineEvent({
			kind: 'recording.started',
			title: 'Recording Started',
			description: 'A recording began',
			schema: () => roomEventSchema('RecordingStartedEvent'),
			samples: [
				{
					id: sampleId('04'),
					date: '2023-12-27 01:39:34.101456+08:00',
					type: 'RecordingStartedEvent',
					data: { room_info: sampleRoom },
				},
			],
			describe: ({ date, data }) => ({
				kind: 'recording.started',
				occurredAt: isoFromTimestamp(date),
				...describeRoom(data.room_info),
				recording: recordingOf(),
			}),
			build: (event) => buildRoomEvent('RecordingStartedEvent', event, true),
		}),
		RecordingFinishedEvent: defineEvent({
			kind: 'recording.ended',
			title: 'Recording Finished',
			description: 'A recording ended because the live did; its files may still be processed',
			schema: () => roomEventSchema('RecordingFinishedEvent'),
			samples: [
				{
					id: sampleId('05'),
					date: '2023-12-27 03:02:11.020731+08:00',
					type: 'RecordingFinishedEvent',
					data: { room_info: sampleRoomOffline },
				},
			],
			describe: ({ date, data }) => ({
				kind: 'recording.ended',
				occurredAt: isoFromTimestamp(date),
				...describeRoom(data.room_info),
				recording: recordingOf(),
			}),
			build: (event) => buildRoomEvent('RecordingFinishedEvent', event, false),
		}),
		RecordingCancelledEvent: defineEvent({
			kind: 'recording.cancelled',
			title: 'Recording Cancelled',
			description: 'A recording was stopped by hand; what was recorded is kept and processed',
			schema: () => roomEventSchema('RecordingCancelledEvent'),
			samples: [
				{
					id: sampleId('06'),
					date: '2023-12-27 02:40:00.250118+08:00',
					type: 'RecordingCancelledEvent',
					data: { room_info: sampleRoom },
				},
			],
			describe: ({ date, data }) => ({
				kind: 'recording.cancelled',
				occurredAt: isoFromTimestamp(date),
				...describeRoom(data.room_info),
				recording: recordingOf(),
			}),
			build: (event) => buildRoomEvent('RecordingCancelledEvent', event, true),
		}),
		VideoFileCreatedEvent: defineFileOpened('VideoFileCreatedEvent', 'video', {
			title: 'Video File Created',
			description: 'A video file was opened for writing; one recording may have several',
			sample: {
				id: '07',
				date: '2023-12-27 01:39:45.310877+08:00',
				path: `${sampleStem}.flv`,
			},
		}),
		VideoFileCompletedEvent: defineFileClosed('VideoFileCompletedEvent', 'video', {
			title: 'Video File Completed',
			description:
				'A video file is written, but not final: metadata are yet to be injected, or it is yet to be converted; wait for Video Postprocessing Completed to use it',
			sample: {
				id: '08',
				date: '2023-12-27 03:02:10.870155+08:00',
				path: `${sampleStem}.flv`,
			},
		}),
		DanmakuFileCreatedEvent: defineFileOpened('DanmakuFileCreatedEvent', 'danmaku', {
			title: 'Danmaku File Created',
			description: 'A danmaku file (xml) was opened for writing',
			sample: {
				id: '09',
				date: '2023-12-27 01:39:45.312004+08:00',
				path: `${sampleStem}.xml`,
			},
		}),
		DanmakuFileCompletedEvent: defineFileClosed('DanmakuFileCompletedEvent', 'danmaku', {
			title: 'Danmaku File Completed',
			description: 'A danmaku file (xml) is complete',
			sample: {
				id: '0a',
				date: '2023-12-27 03:02:10.873345+08:00',
				path: `${sampleStem}.xml`,
			},
		}),
		RawDanmakuFileCreatedEvent: defineFileOpened('RawDanmakuFileCreatedEvent', 'raw_danmaku', {
			title: 'Raw Danmaku File Created',
			description: 'A raw danmaku file (jsonl) was opened for writing',
			sample: {
				id: '0b',
				date: '2023-12-27 01:39:45.312991+08:00',
				path: `${sampleStem}.jsonl`,
			},
		}),
		RawDanmakuFileCompletedEvent: defineFileClosed('RawDanmakuFileCompletedEvent', 'raw_danmaku', {
			title: 'Raw Danmaku File Completed',
			description: 'A raw danmaku file (jsonl) is complete',
			sample: {
				id: '0c',
				date: '2023-12-27 03:02:10.874012+08:00',
				path: `${sampleStem}.jsonl`,
			},
		}),
		CoverImageDownloadedEvent: defineFileClosed('CoverImageDownloadedEvent', 'cover', {
			title: 'Cover Image Downloaded',
			description: 'The cover of the live room was saved (blrec 1.14.0 and later)',
			sample: {
				id: '0d',
				date: '2023-12-27 01:39:46.001302+08:00',
				path: `${sampleStem}.jpg`,
			},
		}),
		VideoPostprocessingCompletedEvent: defineEvent({
			kind: 'file.processed',
			title: 'Video Postprocessing Completed',
			description:
				'A video file is final: converted, or with its metadata injected, or as it was where neither is switched on',
			schema: () => fileSchema('VideoPostprocessingCompletedEvent'),
			samples: [
				{
					id: sampleId('0e'),
					date: '2023-12-27 03:02:19.440260+08:00',
					type: 'VideoPostprocessingCompletedEvent',
					data: { room_id: sampleRoom.room_id, path: `${sampleStem}.mp4` },
				},
			],
			describe: ({ date, data }) => ({
				kind: 'file.processed',
				occurredAt: isoFromTimestamp(date),
				room: roomOfNumber(data?.room_id),
				file: describeFile(data.path, {
					role: 'video',
					danmakuPath: danmakuPathOf(data.path),
				}),
			}),
			build: (event) => {
				const { path, role, danmakuPath, coverPath, relatedPaths } = event.file;
				const saysMore =
					coverPath !== null ||
					relatedPaths.length > 0 ||
					(danmakuPath !== null && danmakuPath !== danmakuPathOf(path));
				return role !== 'video' || saysMore
					? null
					: buildFileEvent('VideoPostprocessingCompletedEvent', event, { path });
			},
		}),
		PostprocessingCompletedEvent: defineEvent({
			kind: 'file.processed',
			title: 'Postprocessing Completed',
			description:
				'A video file is final, told with the files that belong to it (blrec 1.14.0 and later); follows each Video Postprocessing Completed',
			schema: () => filesSchema,
			samples: [
				{
					id: sampleId('0f'),
					date: '2023-12-27 03:02:19.441875+08:00',
					type: 'PostprocessingCompletedEvent',
					data: {
						room_id: sampleRoom.room_id,
						files: ['mp4', 'xml', 'jsonl', 'jpg'].map((extension) => `${sampleStem}.${extension}`),
					},
				},
			],
			describe: ({ date, data }) => ({
				kind: 'file.processed',
				occurredAt: isoFromTimestamp(date),
				room: roomOfNumber(data?.room_id),
				file: describeFiles(data.files),
			}),
			build: (event) => {
				const { path, danmakuPath, relatedPaths, coverPath } = event.file;
				const files = [path, danmakuPath, ...relatedPaths, coverPath];
				return buildFileEvent('PostprocessingCompletedEvent', event, {
					files: files.filter((file) => file !== null),
				});
			},
		}),
		SpaceNoEnoughEvent: defineEvent({
			kind: 'storage.low',
			title: 'Space Not Enough',
			description: 'Less space is free than the threshold set in blrec',
			schema: () => spaceSchema,
			samples: [
				{
					id: sampleId('10'),
					date: '2023-12-27 04:00:00.000911+08:00',
					type: 'SpaceNoEnoughEvent',
					data: {
						path: '/rec',
						threshold: 10737418240,
						usage: { total: 1000204886016, used: 995000000000, free: 5204886016 },
					},
				},
			],
			describe: ({ date, data }) => ({
				kind: 'storage.low',
				occurredAt: isoFromTimestamp(date),
				storage: {
					path: textOrNull(data.path),
					thresholdBytes: bytesOrNull(data.threshold),
					freeBytes: bytesOrNull(data.usage?.free),
					totalBytes: bytesOrNull(data.usage?.total),
				},
			}),
			build: (event) => {
				const { path, thresholdBytes, freeBytes, totalBytes } = event.storage;
				const total = totalBytes ?? 0;
				const free = freeBytes ?? 0;
				return buildBody('SpaceNoEnoughEvent', event, {
					path: path ?? '',
					threshold: thresholdBytes ?? 0,
					usage: { total, used: Math.max(0, total - free), free },
				});
			},
		}),
		Error: defineEvent({
			kind: 'error',
			title: 'Error',
			description:
				'An exception that blrec did not handle; with several webhooks, each gets it under an id of its own',
			schema: () => errorSchema,
			samples: [
				{
					id: sampleId('11'),
					date: '2023-12-27 04:12:07.618003+08:00',
					type: 'Error',
					data: {
						name: 'OSError',
						detail:
							'Traceback (most recent call last):\n  File "/usr/local/lib/python3.11/site-packages/blrec/core/stream_recorder_impl.py", line 213, in _run\nOSError: [Errno 28] No space left on device\n',
					},
				},
			],
			describe: ({ date, data }) => ({
				kind: 'error',
				occurredAt: isoFromTimestamp(date),
				error: { name: textOrNull(data.name), message: textOrNull(data.detail) },
			}),
			build: (event) =>
				buildBody('Error', event, {
					name: event.error.name ?? '',
					detail: event.error.message ?? '',
				}),
		}),
		FileCompletedEvent: defineEvent({
			kind: 'file.processed',
			title: 'File Completed (1.0 to 1.3.2)',
			// Sent by the postprocessor after injecting or converting: postprocess/postprocessor.py at 01b11768.
			description:
				'A video file is final; blrec 1.0 to 1.3.2 only, later versions send Video Postprocessing Completed',
			schema: () => fileSchema('FileCompletedEvent'),
			samples: [
				{
					id: 'baedf25c-a415-11ec-829f-18c04df90736',
					date: '2022-01-30 01:39:33.070123+08:00',
					type: 'FileCompletedEvent',
					data: {
						room_id: sampleRoom.room_id,
						path: '/rec/41682 - 早稻叽/blive_41682_2022-01-30-001502.flv',
					},
				},
			],
			describe: ({ date, data }) => ({
				kind: 'file.processed',
				occurredAt: isoFromTimestamp(date),
				room: roomOfNumber(data?.room_id),
				file: describeFile(data.path, {
					role: 'video',
					danmakuPath: danmakuPathOf(data.path),
				}),
			}),
			build: (event) =>
				event.file.role === 'video'
					? buildFileEvent('FileCompletedEvent', event, { path: event.file.path })
					: null,
		}),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: () => unlistedSchema,
		samples: [],
		describe: ({ date, data }) => ({
			kind: 'unknown',
			occurredAt: isoFromTimestamp(date),
			room: roomOfNumber(data?.room_id),
			...(data?.room_info ? describeRoom(data.room_info, data.user_info) : {}),
		}),
	}),
});
