import { z } from 'zod/v4';

import { isJsonObject, type JsonObject } from '../json';
import { withExtension } from '../paths';
import {
	amountOrNull,
	bytesOrNull,
	describeFile,
	durationOf,
	idOrNull,
	livePageUrl,
	longNumberSchema,
	noRoomNumber,
	numericIdOrNull,
	recordingOf,
	textOrNull,
	timestampSchema,
} from '../payload';
import type { RecorderEvent, Room, RoomState, Session, Streamer } from '../recorderEvent';
import { type BuildOptions, defineEvent, defineFormat } from '../recorderFormat';
import { isoFromTimestamp, timestampWithOffset } from '../time';
import { uuidOf } from '../uuid';
import { bililiveRecorderDelivery } from './delivery';

/*
 * Members and their order: BililiveRecorder.Core/Event/*.cs and SimpleWebhook/*.cs at c428086, documents 000 and 001.
 * Recording, Streaming and DanmakuConnected came with 2.0.0, as did the Stream* events, which have no SessionId.
 */

const roomMembers = () => ({
	RoomId: longNumberSchema.describe('Room number'),
	ShortId: longNumberSchema.nullish().describe('Short room number, 0 where there is none'),
	Name: z.string().nullish().describe('Name of the streamer'),
	Title: z.string().nullish().describe('Title of the live room'),
	AreaNameParent: z.string().nullish().describe('Parent category'),
	AreaNameChild: z.string().nullish().describe('Category'),
	Recording: z.boolean().nullish().describe('Whether the room is being recorded'),
	Streaming: z.boolean().nullish().describe('Whether the room is live'),
	DanmakuConnected: z.boolean().nullish().describe('Whether the danmaku server is connected'),
});

const sessionMember = {
	SessionId: z.string().nullish().describe('Id of the recording session'),
};

function bodySchema<T extends string, S extends z.core.$ZodLooseShape>(eventType: T, data: S) {
	return z.looseObject({
		EventType: z.literal(eventType),
		EventTimestamp: timestampSchema.nullish().describe('When it happened'),
		EventId: z.string().min(1).describe('Random id, the same for every attempt'),
		EventData: z.looseObject(data),
	});
}

const streamSchema = <T extends string>(eventType: T) => bodySchema(eventType, roomMembers());

const sessionSchema = <T extends string>(eventType: T) =>
	bodySchema(eventType, { ...sessionMember, ...roomMembers() });

const fileOpeningSchema = z.lazy(() =>
	bodySchema('FileOpening', {
		...sessionMember,
		RelativePath: z.string().min(1).describe('Path below the work folder'),
		FileOpenTime: timestampSchema.nullish(),
		...roomMembers(),
	}),
);

const fileClosedSchema = z.lazy(() =>
	bodySchema('FileClosed', {
		...sessionMember,
		RelativePath: z.string().min(1).describe('Path below the work folder'),
		FileSize: z.number().int().nullish().describe('Size in bytes'),
		Duration: z.number().nullish().describe('Duration in seconds'),
		FileOpenTime: timestampSchema.nullish(),
		FileCloseTime: timestampSchema.nullish(),
		...roomMembers(),
	}),
);

const unlistedSchema = z.lazy(() =>
	z.looseObject({
		EventType: z.string().min(1),
		EventTimestamp: timestampSchema.nullish(),
		EventId: z.string().min(1),
		EventData: z
			.looseObject({
				...sessionMember,
				...roomMembers(),
				RoomId: roomMembers().RoomId.nullish(),
			})
			.nullish(),
	}),
);

type RoomData = NonNullable<z.infer<typeof unlistedSchema>['EventData']>;

function describeRoom(data: RoomData): {
	room: Partial<Room>;
	streamer: Partial<Streamer>;
	state: RoomState;
} {
	const id = idOrNull(data.RoomId);
	return {
		room: {
			id,
			shortId: idOrNull(data.ShortId),
			platform: 'bilibili',
			title: textOrNull(data.Title),
			url: livePageUrl('bilibili', id),
			area: { parent: textOrNull(data.AreaNameParent), child: textOrNull(data.AreaNameChild) },
		},
		streamer: { name: textOrNull(data.Name) },
		state: {
			live: data.Streaming ?? null,
			recording: data.Recording ?? null,
			danmakuConnected: data.DanmakuConnected ?? null,
		},
	};
}

function describeSession(
	data: RoomData,
	times: Partial<Session> = {},
): { session: Partial<Session> } {
	return { session: { id: textOrNull(data.SessionId), ...times } };
}

/**
 * The session's id; for a recorder that has none, one made of what tells its sessions apart, the same for all events of one.
 * Where nothing does, the event is alone.
 */
function sessionIdOf({ id, recorder, room, session }: RecorderEvent): string {
	if (session.id !== null) return session.id;
	if (room.id === null || session.startedAt === null) return id;
	return uuidOf([recorder, room.platform, room.id, session.startedAt]);
}

/**
 * The body members, in the order of the wire since 2.0: SessionId and file members before those of the room. Where the event
 * doesn't say whether the room was recorded and live, it is what is usual at such an event.
 */
function buildBody(
	eventType: string,
	event: RecorderEvent,
	{ utcOffsetMinutes }: BuildOptions,
	data: JsonObject,
	usual: { Recording: boolean; Streaming: boolean; DanmakuConnected: boolean },
): JsonObject | string {
	// BililiveRecorder's room ids are .NET ints: other recorders' textual ids have no counterpart.
	const roomId = numericIdOrNull(event.room.id);
	if (roomId === null) return noRoomNumber(event.room.id);
	return {
		EventType: eventType,
		EventTimestamp: timestampWithOffset(event.occurredAt ?? event.receivedAt, utcOffsetMinutes),
		EventId: event.id,
		EventData: {
			...data,
			RoomId: roomId,
			ShortId: numericIdOrNull(event.room.shortId) ?? 0,
			Name: event.streamer.name ?? '',
			Title: event.room.title ?? '',
			AreaNameParent: event.room.area.parent ?? '',
			AreaNameChild: event.room.area.child ?? '',
			Recording: event.state.recording ?? usual.Recording,
			Streaming: event.state.live ?? usual.Streaming,
			DanmakuConnected: event.state.danmakuConnected ?? usual.DanmakuConnected,
		},
	};
}

const recordingState = { Recording: true, Streaming: true, DanmakuConnected: true };

const sampleRoom = {
	RoomId: 23058,
	ShortId: 3,
	Name: '3号直播间',
	Title: '哔哩哔哩音悦台',
	AreaNameParent: '生活',
	AreaNameChild: '影音馆',
};
const sampleSession = { SessionId: '7c7f3672-70ce-405a-aa12-886702ced6e5' };
const samplePath = '23058-3号直播间/录制-23058-20210514-175250-哔哩哔哩音悦台.flv';
const sampleOpenTime = '2021-05-14T17:52:50.5246401+08:00';

/** BililiveRecorder Webhook V2: all six event types, and whatever types may follow. */
export const bililiveRecorderV2 = defineFormat({
	id: 'bililive-recorder.v2',
	recorder: 'bililive-recorder',
	title: 'BililiveRecorder Webhook V2',
	recognise: (body) =>
		typeof body.EventType === 'string' && (isJsonObject(body.EventData) || 'EventId' in body),
	typeOf: (body) => (typeof body.EventType === 'string' ? body.EventType : null),
	idOf: (body) => (typeof body.EventId === 'string' ? body.EventId : null),
	lifecycle: {
		begins: ['live.started', 'recording.started'],
		ends: ['recording.ended'],
		sessionId: 'recording',
		finalFile: 'closed',
	},
	delivery: bililiveRecorderDelivery,
	events: {
		SessionStarted: defineEvent({
			kind: 'recording.started',
			title: 'Session Started',
			description: 'A recording began',
			schema: () => sessionSchema('SessionStarted'),
			samples: [
				{
					EventType: 'SessionStarted',
					EventTimestamp: '2021-05-14T17:52:44.4960899+08:00',
					EventId: 'e3e1c9ec-f386-4bc3-9e5a-661bf3ed2fb2',
					EventData: { ...sampleSession, ...sampleRoom, ...recordingState },
				},
			],
			describe: ({ EventTimestamp, EventData }) => {
				const occurredAt = isoFromTimestamp(EventTimestamp);
				return {
					kind: 'recording.started',
					occurredAt,
					...describeRoom(EventData),
					...describeSession(EventData, { startedAt: occurredAt }),
					recording: recordingOf(),
				};
			},
			build: (event, options) =>
				buildBody(
					'SessionStarted',
					event,
					options,
					{ SessionId: sessionIdOf(event) },
					recordingState,
				),
		}),
		FileOpening: defineEvent({
			kind: 'file.opened',
			title: 'File Opening',
			description: 'A file was opened for writing; one recording may have several',
			schema: () => fileOpeningSchema,
			samples: [
				{
					EventType: 'FileOpening',
					EventTimestamp: '2021-05-14T17:52:50.5256394+08:00',
					EventId: '6e7b33e5-4695-4d25-87ee-b09f66e20ba0',
					EventData: {
						...sampleSession,
						RelativePath: samplePath,
						FileOpenTime: sampleOpenTime,
						...sampleRoom,
						...recordingState,
					},
				},
			],
			describe: ({ EventTimestamp, EventData }) => ({
				kind: 'file.opened',
				occurredAt: isoFromTimestamp(EventTimestamp),
				...describeRoom(EventData),
				...describeSession(EventData),
				file: describeFile(EventData.RelativePath, {
					role: 'video',
					openedAt: isoFromTimestamp(EventData.FileOpenTime),
					danmakuPath: withExtension(EventData.RelativePath, 'xml'),
				}),
			}),
			build: (event, options) =>
				event.file.role !== 'video'
					? null
					: buildBody(
							'FileOpening',
							event,
							options,
							{
								SessionId: sessionIdOf(event),
								RelativePath: event.file.path,
								FileOpenTime: timestampWithOffset(
									event.file.openedAt ?? event.occurredAt ?? event.receivedAt,
									options.utcOffsetMinutes,
								),
							},
							recordingState,
						),
		}),
		FileClosed: defineEvent({
			kind: 'file.closed',
			title: 'File Closed',
			description: 'A file is complete; its danmaku file is closed by then too',
			schema: () => fileClosedSchema,
			samples: [
				{
					EventType: 'FileClosed',
					EventTimestamp: '2021-05-14T17:52:54.9461101+08:00',
					EventId: '98f85267-e08c-4f15-ad9a-1fc463d42b0b',
					EventData: {
						...sampleSession,
						RelativePath: samplePath,
						FileSize: 816412,
						Duration: 4.992,
						FileOpenTime: sampleOpenTime,
						FileCloseTime: '2021-05-14T17:52:54.9461101+08:00',
						...sampleRoom,
						...recordingState,
					},
				},
			],
			describe: ({ EventTimestamp, EventData }) => ({
				kind: 'file.closed',
				occurredAt: isoFromTimestamp(EventTimestamp),
				...describeRoom(EventData),
				...describeSession(EventData),
				file: describeFile(EventData.RelativePath, {
					role: 'video',
					sizeBytes: bytesOrNull(EventData.FileSize),
					durationSeconds: amountOrNull(EventData.Duration),
					openedAt: isoFromTimestamp(EventData.FileOpenTime),
					closedAt: isoFromTimestamp(EventData.FileCloseTime),
					danmakuPath: withExtension(EventData.RelativePath, 'xml'),
				}),
			}),
			build: (event, options) => {
				if (event.file.role !== 'video') return null;
				const happenedAt = event.occurredAt ?? event.receivedAt;
				const { openedAt, closedAt } = event.file;
				return buildBody(
					'FileClosed',
					event,
					options,
					{
						SessionId: sessionIdOf(event),
						RelativePath: event.file.path,
						FileSize: event.file.sizeBytes ?? 0,
						Duration: durationOf(event.file) ?? 0,
						FileOpenTime: timestampWithOffset(openedAt ?? happenedAt, options.utcOffsetMinutes),
						FileCloseTime: timestampWithOffset(closedAt ?? happenedAt, options.utcOffsetMinutes),
					},
					recordingState,
				);
			},
		}),
		SessionEnded: defineEvent({
			kind: 'recording.ended',
			title: 'Session Ended',
			description: 'A recording ended; may arrive before the last File Closed',
			schema: () => sessionSchema('SessionEnded'),
			samples: [
				{
					EventType: 'SessionEnded',
					EventTimestamp: '2021-05-14T17:52:54.9481095+08:00',
					EventId: 'e1f4a36e-e34c-4ada-80bb-f6cfc90e99e9',
					EventData: { ...sampleSession, ...sampleRoom, ...recordingState, Recording: false },
				},
			],
			describe: ({ EventTimestamp, EventData }) => {
				const occurredAt = isoFromTimestamp(EventTimestamp);
				return {
					kind: 'recording.ended',
					occurredAt,
					...describeRoom(EventData),
					...describeSession(EventData, { endedAt: occurredAt }),
					recording: recordingOf(),
				};
			},
			build: (event, options) =>
				buildBody(
					'SessionEnded',
					event,
					options,
					{ SessionId: sessionIdOf(event) },
					{ ...recordingState, Recording: false },
				),
		}),
		StreamStarted: defineEvent({
			kind: 'live.started',
			title: 'Stream Started',
			description: 'The streamer went live (BililiveRecorder 2.0.0 and later)',
			schema: () => streamSchema('StreamStarted'),
			samples: [
				{
					EventType: 'StreamStarted',
					EventTimestamp: '2022-05-17T18:17:29.1604718+08:00',
					EventId: '2aafd4be-4a6d-44f6-9178-5b04d1929140',
					EventData: {
						...sampleRoom,
						Recording: false,
						Streaming: true,
						DanmakuConnected: false,
					},
				},
			],
			describe: ({ EventTimestamp, EventData }) => ({
				kind: 'live.started',
				occurredAt: isoFromTimestamp(EventTimestamp),
				...describeRoom(EventData),
			}),
			build: (event, options) =>
				buildBody(
					'StreamStarted',
					event,
					options,
					{},
					{
						Recording: false,
						Streaming: true,
						DanmakuConnected: false,
					},
				),
		}),
		StreamEnded: defineEvent({
			kind: 'live.ended',
			title: 'Stream Ended',
			description: 'The streamer went offline (BililiveRecorder 2.0.0 and later); may never come',
			schema: () => streamSchema('StreamEnded'),
			samples: [
				{
					EventType: 'StreamEnded',
					EventTimestamp: '2022-05-17T18:18:21.3751494+08:00',
					EventId: 'b49b0ed1-2d8f-43a6-b5c6-dece91e5402d',
					EventData: {
						...sampleRoom,
						Recording: false,
						Streaming: false,
						DanmakuConnected: false,
					},
				},
			],
			describe: ({ EventTimestamp, EventData }) => ({
				kind: 'live.ended',
				occurredAt: isoFromTimestamp(EventTimestamp),
				...describeRoom(EventData),
			}),
			build: (event, options) =>
				buildBody(
					'StreamEnded',
					event,
					options,
					{},
					{
						Recording: false,
						Streaming: false,
						DanmakuConnected: false,
					},
				),
		}),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: () => unlistedSchema,
		samples: [],
		describe: ({ EventTimestamp, EventData }) => ({
			kind: 'unknown',
			occurredAt: isoFromTimestamp(EventTimestamp),
			...describeRoom(EventData ?? {}),
			...describeSession(EventData ?? {}),
		}),
	}),
});
