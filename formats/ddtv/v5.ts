import { z } from 'zod/v4';

import { type JsonObject, objectAt } from '../json';
import { fileExtension, fileName } from '../paths';
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
import type { RecorderEvent, Room, RoomState, Streamer } from '../recorderEvent';
import {
	type BuildOptions,
	defineEvent,
	defineFormat,
	type DetailsOf,
	type EventDefinition,
} from '../recorderFormat';
import { isoFromTimestamp, isoFromUnixSeconds, timestampWithOffset } from '../time';
import { ddtv5Delivery } from './delivery';
import { ddtvLifecycle } from './lifecycle';

/*
 * Members and their order: Core/RuntimeObject/RoomInfo.cs as captured in 2024-12 (FACTS section 6). When each event is
 * sent and what its message says: Core/RuntimeObject/{Detect,RoomInfo,Danmu,Account}.cs and Download/Basics.cs.
 */

/** Core/LogModule/Opcode.cs: the number decides, the name is for people. */
const OPCODES = {
	ReadingConfigurationFile: 10101,
	UpdateToConfigurationFile: 10102,
	ReadingRoomFiles: 10103,
	UpdateToRoomFile: 10104,
	ModifyConfiguration: 10105,
	UpdateDetect: 10106,
	SuccessfullyAddedRoom: 20101,
	FailedToAddRoomConfiguration: 20102,
	ModifyRoomRecordingConfiguration: 20103,
	ModifyRoomBulletScreenConfiguration: 20104,
	ModifyRoomPromptConfiguration: 20105,
	ManuallyTriggeringRecordingTasks: 20106,
	SuccessfullyDeletedRoom: 20107,
	FailedToDeleteRoom: 20108,
	CancelRecordingSuccessful: 20109,
	CancelRecordingFail: 20110,
	SuccessfullyTriggeredQuickCut: 20111,
	TriggerQuickCutFail: 20112,
	SuccessfullyAddedRecordingTask: 20113,
	FailedToAddRecordingTask: 20114,
	UserConsentAgreement: 30101,
	UserDoesNotAgreeToAgreement: 30102,
	TriggerLoginAgain: 30103,
	LoginSuccessful: 30104,
	UpdateLoginStateCache: 30105,
	InvalidLoginStatus: 30106,
	ScanCodeConfirmation: 30107,
	QrCodeWaitingForScann: 30108,
	ScannedCodeWaitingForConfirmation: 30109,
	QrCodeExpir: 30110,
	SaveBulletScreenFile: 40101,
	StartLiveEvent: 40102,
	StartBroadcastingReminder: 40103,
	StartRecording: 40104,
	RecordingEnd: 40105,
	StopLiveEvent: 40106,
	Reconnect: 40107,
	HlsTaskStart: 40108,
	FlvTaskStart: 40109,
	EndBroadcastingReminder: 40110,
} as const;

type Opcode = keyof typeof OPCODES;

const NAME_OF_CODE: ReadonlyMap<number, string> = new Map(
	Object.entries(OPCODES).map(([name, code]) => [code, name]),
);

/** Nothing was saved where the video was too small to keep, or nobody wrote: then there is no file to speak of. */
const NOTHING_SAVED = 'SaveBulletScreenFile (no file)';

/** Members that Bilibili's API fills are wrapped: `{ "Value": … }`. */
function wrapped<S extends z.ZodType>(value: S) {
	return z.looseObject({ Value: value.nullish() }).nullish();
}

const paths = z.array(z.string()).nullish();

const listenerMembers = {
	File: z.string().nullish().describe('Path of the current part, without suffix'),
};
const listenerSchema = z.looseObject(listenerMembers).nullish();

const fileListMembers = () => ({
	VideoFile: paths.describe('Videos recorded so far'),
	DanmuFile: paths.describe('Danmaku files saved so far'),
	SCFile: paths.describe('Super chat lists saved so far'),
	GiftFile: paths.describe('Gift lists saved so far'),
	GuardFile: paths.describe('Guard lists saved so far'),
	CurrentOperationVideoFile: z.string().nullish().describe('Video being written'),
});
const fileListSchema = z.lazy(() => z.looseObject(fileListMembers()));

type FileList = z.infer<typeof fileListSchema>;

const downloadMembers = () => ({
	IsDownload: z.boolean().nullish().describe('Whether it is being recorded'),
	DownloadSize: z.number().nullish().describe('Bytes downloaded so far'),
	StartTime: timestampSchema.nullish().describe('Start of the current part, 1970 where unset'),
	EndTime: timestampSchema.nullish().describe('End of the last recording, 1970 where unset'),
	LiveChatListener: listenerSchema,
	DownloadFileList: fileListSchema.nullish(),
});
const downloadSchema = z.lazy(() => z.looseObject(downloadMembers()));

const cardMembers = () => ({
	Title: wrapped(z.string()).describe('Title of the live room'),
	cover_from_user: wrapped(z.string()).describe('Cover of the live room'),
	live_status: wrapped(z.number()).describe('0 offline, 1 live, 2 replaying, -1 where unset'),
	live_time: wrapped(z.number()).describe('Start of the live, Unix seconds'),
	short_id: wrapped(idSchema).describe('Short room number, 0 or -1 where there is none'),
	area_v2_name: wrapped(z.string()).describe('Category (builds of 2024-06)'),
	area_v2_parent_name: wrapped(z.string()).describe('Parent category (builds of 2024-06)'),
	face: wrapped(z.string()).describe('Avatar of the streamer (builds of 2024-06)'),
	Name: z.string().nullish().describe('Name of the streamer'),
	RoomId: idSchema.nullish().describe('Room number, -1 where unset'),
	UID: idSchema.nullish().describe('Number of the streamer, -1 where unset'),
	DownInfo: downloadSchema.nullish(),
});
const cardSchema = z.lazy(() => z.looseObject(cardMembers()));

const packMembers = () => ({
	cmd: z.string().nullish().describe('Name of the event'),
	data: cardSchema.nullish().describe('Card of the room; null where the event has none'),
	message: z.string().nullish().describe('What happened, in Chinese'),
});

function packSchema(cmd: Opcode) {
	return z.looseObject({ code: z.literal(OPCODES[cmd]), ...packMembers() });
}

const unlistedSchema = z.lazy(() => z.looseObject({ code: z.number().int(), ...packMembers() }));

/** Only this event is about one file, so only here the file list must be one. */
const savedSchema = z.lazy(() =>
	z.looseObject({
		...packMembers(),
		code: z.literal(OPCODES.SaveBulletScreenFile),
		data: z.looseObject({
			...cardMembers(),
			DownInfo: z.looseObject({
				...downloadMembers(),
				DownloadFileList: z.looseObject({
					...fileListMembers(),
					DanmuFile: z.array(z.string()).min(1).describe('Danmaku files saved so far'),
				}),
			}),
		}),
	}),
);

type Pack = z.infer<typeof unlistedSchema>;

/** -1 is how DDTV 5 says that a number isn't set. */
function knownId(id: string | number | null | undefined): string | null {
	const text = idOrNull(id);
	return text === null || text.startsWith('-') ? null : text;
}

/** The card is null once a room is deleted, but the message still says whose it was: `UID:[1855623989]`. */
function uidInMessage(message: string | null | undefined): string | null {
	return idOrNull(/UID:\[?(\d{1,20})/.exec(message ?? '')?.[1]);
}

/** DDTV 5 says nowhere when something happened. */
function describeRoom({ data: card, message }: Pack): {
	occurredAt: null;
	room: Partial<Room>;
	streamer: Partial<Streamer>;
	state: Partial<RoomState>;
} {
	const roomId = knownId(card?.RoomId);
	return {
		occurredAt: null,
		room: {
			id: roomId,
			shortId: knownId(card?.short_id?.Value),
			platform: 'bilibili',
			title: textOrNull(card?.Title?.Value),
			url: livePageUrl('bilibili', roomId),
			coverUrl: textOrNull(card?.cover_from_user?.Value),
			area: {
				parent: textOrNull(card?.area_v2_parent_name?.Value),
				child: textOrNull(card?.area_v2_name?.Value),
			},
		},
		streamer: {
			id: knownId(card?.UID) ?? uidInMessage(message),
			name: textOrNull(card?.Name),
			avatarUrl: textOrNull(card?.face?.Value),
		},
		state: {
			live: isLiveStatus(card?.live_status?.Value),
			recording: card?.DownInfo?.IsDownload ?? null,
		},
	};
}

/** What has been recorded, videos first. DDTV 5 sets the size to 0 before it says that a recording ended. */
function describeRecording({ data: card }: Pack): {
	recording: DetailsOf<'recording.ended'>['recording'];
} {
	const files = card?.DownInfo?.DownloadFileList;
	const sizeBytes = bytesOrNull(card?.DownInfo?.DownloadSize);
	return {
		recording: recordingOf({
			paths: [
				...(files?.VideoFile ?? []),
				...(files?.DanmuFile ?? []),
				...(files?.SCFile ?? []),
				...(files?.GiftFile ?? []),
				...(files?.GuardFile ?? []),
			].filter((path) => path !== ''),
			sizeBytes: sizeBytes === 0 ? null : sizeBytes,
		}),
	};
}

/** While a recording runs, EndTime is that of the one before (captured 2024-12): an end before the start is none. */
function endOfRecording({ data: card }: Pack): string | null {
	const startedAt = isoFromTimestamp(card?.DownInfo?.StartTime);
	const endedAt = isoFromTimestamp(card?.DownInfo?.EndTime);
	return startedAt !== null && endedAt !== null && endedAt < startedAt ? null : endedAt;
}

/**
 * Tells the files of the part just finished. All of them start with the part's name and `_`: `…_original.flv`, `…_1.xml`,
 * `…_1_礼物.csv` (Basics.HandleRecordingAsync, Danmu.SevaDanmu). The lists also hold the parts before. Folders aren't
 * compared: one body names the same folder as `./Rec`, `C:\Users` and `C:/..//` (captured 2024).
 */
function fileOfPart(part: string | null | undefined): (path: string) => boolean {
	const name = fileName(part ?? '');
	if (name === '') return (path) => path !== '';
	const start = `${name}_`;
	return (path) => fileName(path).startsWith(start);
}

/** Of a body not yet checked: does it name a danmaku file of the part just finished? */
function namesSavedFile(body: JsonObject): boolean {
	const download = objectAt(body, 'data', 'DownInfo');
	if (download === null) return false;
	const part = objectAt(download, 'LiveChatListener')?.File;
	const saved = objectAt(download, 'DownloadFileList')?.DanmuFile;
	const isOfPart = fileOfPart(typeof part === 'string' ? part : null);
	return Array.isArray(saved) && saved.some((path) => typeof path === 'string' && isOfPart(path));
}

function describeSavedFiles(files: FileList, part: string | null | undefined) {
	const isOfPart = fileOfPart(part);
	return {
		saved: (files.DanmuFile ?? []).filter(isOfPart),
		related: [
			files.CurrentOperationVideoFile ?? '',
			...(files.SCFile ?? []),
			...(files.GiftFile ?? []),
			...(files.GuardFile ?? []),
		].filter(isOfPart),
	};
}

interface CardState {
	readonly live: boolean;
	readonly downloading: boolean;
	readonly files?: JsonObject;
	/** Path of the current part without suffix; left out before danmaku are connected. */
	readonly part?: string;
}

interface CardValues extends CardState {
	readonly title: string;
	readonly cover: string;
	readonly liveTime: number;
	readonly shortId: number | string;
	readonly name: string;
	readonly roomId: number | string;
	readonly uid: number | string;
	readonly sizeBytes: number;
	readonly startTime: string;
	readonly endTime: string;
}

const UNSET_TIME = '1970-01-01T00:00:00Z';

const noFiles: JsonObject = {
	TranscodingCount: 0,
	VideoFile: [],
	DanmuFile: [],
	SCFile: [],
	GiftFile: [],
	GuardFile: [],
	CurrentOperationVideoFile: '',
	SnapshotGenerationInProgress: false,
};

/** The listener to a room's danmaku, nothing unsaved in it. */
function writeListener({ roomId, name, part }: CardValues): JsonObject | null {
	if (part === undefined) return null;
	return {
		RoomId: roomId,
		Name: name,
		File: part,
		State: true,
		Register: ['DetectRoom_LiveStart'],
		DanmuMessage: {
			FileName: null,
			TimeStopwatch: null,
			Danmu: [],
			SuperChat: [],
			Gift: [],
			GuardBuy: [],
		},
		TimeStopwatch: {
			IsRunning: true,
			Elapsed: '00:00:00.0001413',
			ElapsedMilliseconds: 0,
			ElapsedTicks: 1413,
		},
		SaveCount: 2,
	};
}

/** A room card in the order of the 2024-12 build. */
function writeCard(values: CardValues): JsonObject {
	return {
		cover_from_user: { Value: values.cover },
		CurrentMode: 0,
		description: { Value: '' },
		DownInfo: {
			LiveChatListener: writeListener(values),
			IsDownload: values.downloading,
			IsCut: false,
			taskType: values.downloading ? 1 : 0,
			DownloadSize: values.sizeBytes,
			RealTimeDownloadSpe: 0,
			Status: values.downloading ? 2 : 0,
			StartTime: values.startTime,
			EndTime: values.endTime,
			DownloadFileList: { ...noFiles, ...values.files },
		},
		keyframe: { Value: '' },
		live_status: { Value: values.live ? 1 : 0 },
		live_status_end_event: false,
		live_time: { Value: values.liveTime },
		short_id: { Value: values.shortId },
		Title: { Value: values.title },
		Name: values.name,
		Description: '',
		RoomId: values.roomId,
		UID: values.uid,
		IsAutoRec: true,
		IsRemind: true,
		IsRecDanmu: true,
		Like: false,
		Shell: '',
		AppointmentRecord: false,
		RoomCutAccordingToSize: 0,
		RoomCutAccordingToTime: 0,
	};
}

function writePack(cmd: Opcode, data: JsonObject | null, message: string): JsonObject {
	return { cmd, code: OPCODES[cmd], data, message };
}

const samplePart = 'C:/Rec/27209189-宅豆糕糕ki/2024-12-01/20241201-202940';
const sampleStart = '2024-12-01T20:29:40.6734313+08:00';

/** A body as DDTV 5 sends it; without a state it is an event without a card. */
function sample(cmd: Opcode, message: string, state?: Partial<CardValues>): JsonObject {
	if (state === undefined) return writePack(cmd, null, message);
	return writePack(
		cmd,
		writeCard({
			title: 'ow怀旧服~最后两天了似乎！?',
			cover:
				'https://i0.hdslb.com/bfs/live/new_room_cover/8a6d4b65d2fb90e4dc7528726a67d4111b598e20.jpg',
			liveTime: 1733056138,
			shortId: 0,
			name: '宅豆糕糕ki',
			roomId: 27209189,
			uid: 1855623989,
			sizeBytes: 0,
			startTime: UNSET_TIME,
			endTime: UNSET_TIME,
			live: true,
			downloading: false,
			...state,
		}),
		message,
	);
}

const recordingState = {
	downloading: true,
	part: samplePart,
	sizeBytes: 1018953322,
	startTime: sampleStart,
	files: { CurrentOperationVideoFile: `${samplePart}_original.flv` },
};

/** This format's body for an event of a room; why not, where the room has no number. */
function buildPack(
	cmd: Opcode,
	event: RecorderEvent,
	{ utcOffsetMinutes }: BuildOptions,
	message: (room: Pick<CardValues, 'uid' | 'roomId' | 'name'>) => string,
	state: CardState & { readonly sizeBytes?: number | null; readonly ended?: boolean },
): JsonObject | string {
	const { room, streamer, session } = event;
	const roomId = numericIdOrNull(room.id);
	if (roomId === null) return noRoomNumber(room.id);
	const uid = numericIdOrNull(streamer.id) ?? -1;
	const name = streamer.name ?? '';
	const happenedAt = event.occurredAt ?? event.receivedAt;
	const startedAt = session.startedAt ?? happenedAt;
	const local = (isoTime: string) => timestampWithOffset(isoTime, utcOffsetMinutes);
	const recorded = state.downloading || state.ended === true;
	const card = writeCard({
		...state,
		live: event.state.live ?? state.live,
		downloading: event.state.recording ?? state.downloading,
		title: room.title ?? '',
		cover: room.coverUrl ?? '',
		liveTime: state.live ? Math.trunc(Date.parse(startedAt) / 1000) : 0,
		shortId: numericIdOrNull(room.shortId) ?? 0,
		name,
		roomId,
		uid,
		sizeBytes: state.sizeBytes ?? 0,
		startTime: recorded ? local(startedAt) : UNSET_TIME,
		endTime: state.ended === true ? local(session.endedAt ?? happenedAt) : UNSET_TIME,
	});
	return writePack(cmd, card, message({ uid, roomId, name }));
}

/** Paths sorted back into the lists DDTV 5 has for them, by extension. */
function filesFromPaths(recorded: readonly string[]): JsonObject {
	const isDanmaku = (path: string) => fileExtension(path) === 'xml';
	return {
		VideoFile: recorded.filter((path) => !isDanmaku(path)),
		DanmuFile: recorded.filter(isDanmaku),
	};
}

/** Chatter without a kind of its own in the common vocabulary. */
function housekeeping(
	cmd: Opcode,
	title: string,
	description: string,
	example: JsonObject,
): EventDefinition {
	return defineEvent({
		kind: 'unknown',
		title,
		description,
		housekeeping: true,
		schema: () => packSchema(cmd),
		samples: [example],
		describe: (pack) => ({ kind: 'unknown', ...describeRoom(pack) }),
	});
}

/** Something DDTV could not do; the message says what. */
function failure(
	cmd: Opcode,
	title: string,
	description: string,
	example: JsonObject,
): EventDefinition {
	return defineEvent({
		kind: 'error',
		title,
		description,
		schema: () => packSchema(cmd),
		samples: [example],
		describe: (pack) => ({
			kind: 'error',
			...describeRoom(pack),
			error: { name: cmd, message: textOrNull(pack.message) },
		}),
		build: (event) =>
			event.error.name === cmd ? writePack(cmd, null, event.error.message ?? '') : null,
	});
}

const SAMPLE_UID = 'UID:[1855623989]';

/** DDTV 5: every operation is pushed, once, without id and time. */
export const ddtv5 = defineFormat({
	id: 'ddtv.v5',
	recorder: 'ddtv',
	title: 'DDTV 5 WebHook',
	recognise: (body) =>
		typeof body.cmd === 'string' && Number.isInteger(body.code) && 'message' in body,
	typeOf: (body) => {
		const { cmd, code } = body;
		if (typeof code !== 'number' || !Number.isInteger(code)) return null;
		const name = NAME_OF_CODE.get(code);
		if (name === 'SaveBulletScreenFile') return namesSavedFile(body) ? name : NOTHING_SAVED;
		if (name !== undefined) return name;
		// A new code may not take the name of an old one: the number decides.
		return typeof cmd === 'string' && cmd !== '' && !(cmd in OPCODES) ? cmd : String(code);
	},
	idOf: () => null,
	/*
	 * DDTV never sends an event again, so equal bodies come from something in between (a proxy, a queue) that got no answer:
	 * longer than DDTV's own time-out of 8 seconds, and well below the minute after which its login check repeats itself.
	 */
	sameContentWindowSeconds: 30,
	lifecycle: ddtvLifecycle,
	delivery: ddtv5Delivery,
	events: {
		StartLiveEvent: defineEvent({
			kind: 'live.started',
			title: 'Start Live',
			description: 'A streamer went live; sent again where a recording is started by hand',
			schema: () => packSchema('StartLiveEvent'),
			samples: [sample('StartLiveEvent', '开播事件，房间UID:1855623989', {})],
			describe: (pack) => ({
				kind: 'live.started',
				...describeRoom(pack),
				session: { startedAt: isoFromUnixSeconds(pack.data?.live_time?.Value) },
			}),
			build: (event, options) =>
				buildPack('StartLiveEvent', event, options, ({ uid }) => `开播事件，房间UID:${uid}`, {
					live: true,
					downloading: false,
				}),
		}),
		StopLiveEvent: defineEvent({
			kind: 'live.ended',
			title: 'Stop Live',
			description: 'A streamer went offline',
			schema: () => packSchema('StopLiveEvent'),
			samples: [
				sample('StopLiveEvent', '下播事件，房间：27209189(宅豆糕糕ki)', {
					live: false,
					liveTime: 0,
				}),
			],
			describe: (pack) => ({ kind: 'live.ended', ...describeRoom(pack) }),
			build: (event, options) =>
				buildPack(
					'StopLiveEvent',
					event,
					options,
					({ roomId, name }) => `下播事件，房间：${roomId}(${name})`,
					{ live: false, downloading: false },
				),
		}),
		StartRecording: defineEvent({
			kind: 'recording.started',
			title: 'Start Recording',
			description: 'A recording began; a reconnect within it is Reconnect',
			schema: () => packSchema('StartRecording'),
			samples: [
				sample('StartRecording', '开始录制，房间UID:1855623989', { downloading: true, part: '' }),
			],
			describe: (pack) => ({
				kind: 'recording.started',
				...describeRoom(pack),
				recording: recordingOf(),
			}),
			build: (event, options) =>
				buildPack('StartRecording', event, options, ({ uid }) => `开始录制，房间UID:${uid}`, {
					live: true,
					downloading: true,
					part: '',
				}),
		}),
		RecordingEnd: defineEvent({
			kind: 'recording.ended',
			title: 'Recording End',
			description: 'A recording ended, a cancelled one too; current releases name no files here',
			schema: () => packSchema('RecordingEnd'),
			samples: [
				sample('RecordingEnd', '宅豆糕糕ki(27209189)录制结束', {
					live: false,
					part: samplePart,
					startTime: sampleStart,
					endTime: '2024-12-01T22:01:12.8455716+08:00',
					files: {
						VideoFile: [`${samplePart}_original.flv`, `${samplePart}_fix.mp4`],
						DanmuFile: [`${samplePart}_1.xml`],
					},
				}),
			],
			describe: (pack) => ({
				kind: 'recording.ended',
				...describeRoom(pack),
				session: { endedAt: endOfRecording(pack) },
				...describeRecording(pack),
			}),
			build: (event, options) =>
				buildPack(
					'RecordingEnd',
					event,
					options,
					({ roomId, name }) => `${name}(${roomId})录制结束`,
					{
						live: false,
						downloading: false,
						ended: true,
						part: '',
						sizeBytes: event.recording.sizeBytes,
						files: filesFromPaths(event.recording.paths),
					},
				),
		}),
		CancelRecordingSuccessful: defineEvent({
			kind: 'recording.cancelled',
			title: 'Recording Cancelled',
			description: 'The user cancelled a recording, or one booked for the next live',
			schema: () => packSchema('CancelRecordingSuccessful'),
			samples: [
				sample(
					'CancelRecordingSuccessful',
					`取消录制成功，取消请求已触发,${SAMPLE_UID}`,
					recordingState,
				),
			],
			describe: (pack) => ({
				kind: 'recording.cancelled',
				...describeRoom(pack),
				...describeRecording(pack),
			}),
			build: (event, options) =>
				buildPack(
					'CancelRecordingSuccessful',
					event,
					options,
					({ uid }) => `取消录制成功，取消请求已触发,UID:[${uid}]`,
					{
						live: true,
						downloading: true,
						part: '',
						sizeBytes: event.recording.sizeBytes,
						files: filesFromPaths(event.recording.paths),
					},
				),
		}),
		SaveBulletScreenFile: defineEvent({
			kind: 'file.closed',
			title: 'Danmaku Saved',
			description:
				'The danmaku of a finished part were written; its video is among the related paths',
			schema: () => savedSchema,
			samples: [
				sample('SaveBulletScreenFile', '保存弹幕相关文件', {
					...recordingState,
					files: {
						DanmuFile: [`${samplePart}_1.xml`],
						GiftFile: [`${samplePart}_1_礼物.csv`],
						CurrentOperationVideoFile: `${samplePart}_original.flv`,
					},
				}),
			],
			describe: (pack) => {
				const { DownloadFileList: files, LiveChatListener: listener } = pack.data.DownInfo;
				const { saved, related } = describeSavedFiles(files, listener?.File);
				return {
					kind: 'file.closed',
					...describeRoom(pack),
					// The type is only chosen where there is such a file; each part appends its own.
					file: describeFile(saved.at(-1) ?? '', {
						role: 'danmaku',
						relatedPaths: related,
					}),
				};
			},
			build: (event, options) => {
				const { file } = event;
				if (file.role !== 'danmaku') return null;
				const video = file.relatedPaths.find((path) => /\.(?:flv|mp4)$/i.test(path)) ?? '';
				const lists = file.relatedPaths.filter((path) => path !== video);
				return buildPack('SaveBulletScreenFile', event, options, () => '保存弹幕相关文件', {
					live: true,
					downloading: true,
					// A name without a part's number is of no part that could be named.
					part: /_\d+\.xml$/i.test(file.path) ? file.path.replace(/_\d+\.xml$/i, '') : '',
					files: {
						DanmuFile: [file.path],
						SCFile: lists.filter((path) => path.endsWith('_SC.csv')),
						GiftFile: lists.filter((path) => path.endsWith('_礼物.csv')),
						GuardFile: lists.filter((path) => path.endsWith('_舰队.csv')),
						CurrentOperationVideoFile: video,
					},
				});
			},
		}),
		[NOTHING_SAVED]: housekeeping(
			'SaveBulletScreenFile',
			'No Danmaku to Save',
			'A part ended without danmaku, or was too small to keep',
			sample('SaveBulletScreenFile', '视频文件不存在，清理多余弹幕文件', recordingState),
		),
		SuccessfullyAddedRoom: defineEvent({
			kind: 'room.added',
			title: 'Room Added',
			description: 'A room was added',
			schema: () => packSchema('SuccessfullyAddedRoom'),
			samples: [
				sample('SuccessfullyAddedRoom', `添加房间成功,${SAMPLE_UID}`, { live: false, liveTime: 0 }),
			],
			describe: (pack) => ({ kind: 'room.added', ...describeRoom(pack) }),
			build: (event, options) =>
				buildPack(
					'SuccessfullyAddedRoom',
					event,
					options,
					({ uid }) => `添加房间成功,UID:[${uid}]`,
					{ live: false, downloading: false },
				),
		}),
		SuccessfullyDeletedRoom: defineEvent({
			kind: 'room.removed',
			title: 'Room Deleted',
			description:
				'A room was deleted; its card is gone by then, only the streamer’s number is left',
			schema: () => packSchema('SuccessfullyDeletedRoom'),
			samples: [sample('SuccessfullyDeletedRoom', `删除房间成功,${SAMPLE_UID}`)],
			describe: (pack) => ({ kind: 'room.removed', ...describeRoom(pack) }),
			build: (event) => {
				const uid = numericIdOrNull(event.streamer.id);
				return uid === null
					? 'it names the room by the streamer’s number, and the event has none'
					: writePack('SuccessfullyDeletedRoom', null, `删除房间成功,UID:[${uid}]`);
			},
		}),
		InvalidLoginStatus: failure(
			'InvalidLoginStatus',
			'Login Invalid',
			'The login to Bilibili is no longer valid',
			sample('InvalidLoginStatus', '触发登陆失效事件'),
		),
		FailedToAddRoomConfiguration: failure(
			'FailedToAddRoomConfiguration',
			'Adding a Room Failed',
			'A room could not be added',
			sample('FailedToAddRoomConfiguration', '添加房间失败'),
		),
		FailedToDeleteRoom: failure(
			'FailedToDeleteRoom',
			'Deleting a Room Failed',
			'A room could not be deleted',
			sample('FailedToDeleteRoom', '删除房间失败，房间不存在2,key:1855623989'),
		),
		CancelRecordingFail: failure(
			'CancelRecordingFail',
			'Cancelling Failed',
			'A recording could not be cancelled',
			sample('CancelRecordingFail', `取消录制失败,${SAMPLE_UID}`, {}),
		),
		TriggerQuickCutFail: failure(
			'TriggerQuickCutFail',
			'Quick Cut Failed',
			'A recording could not be cut',
			sample('TriggerQuickCutFail', `触发快剪失败,${SAMPLE_UID}`, {}),
		),
		FailedToAddRecordingTask: failure(
			'FailedToAddRecordingTask',
			'Adding a Recording Failed',
			'The room is being recorded already',
			sample(
				'FailedToAddRecordingTask',
				`新增录制或预约任务失败,该直播间目前已有录制任务进行中,${SAMPLE_UID}`,
				recordingState,
			),
		),
		StartBroadcastingReminder: housekeeping(
			'StartBroadcastingReminder',
			'Start Reminder',
			'Follows Start Live where the room has its reminder on',
			sample('StartBroadcastingReminder', '开播提醒，房间UID:1855623989', {}),
		),
		EndBroadcastingReminder: housekeeping(
			'EndBroadcastingReminder',
			'End Reminder',
			'Precedes Stop Live where the room has its reminder on',
			sample('EndBroadcastingReminder', '下播提醒，房间：27209189(宅豆糕糕ki)', { live: false }),
		),
		Reconnect: housekeeping(
			'Reconnect',
			'Reconnect',
			'A recording goes on in a new file after an interruption',
			sample('Reconnect', '录制连接，房间UID:1855623989', recordingState),
		),
		HlsTaskStart: housekeeping(
			'HlsTaskStart',
			'HLS Download Started',
			'The download of a part began, by HLS',
			sample('HlsTaskStart', 'HLS任务成功开始，房间UID:1855623989', recordingState),
		),
		FlvTaskStart: housekeeping(
			'FlvTaskStart',
			'FLV Download Started',
			'The download of a part began, by FLV',
			sample('FlvTaskStart', 'FLV任务成功开始，房间UID:1855623989', recordingState),
		),
		ManuallyTriggeringRecordingTasks: housekeeping(
			'ManuallyTriggeringRecordingTasks',
			'Recording Started by Hand',
			'The user started a recording; Start Recording comes too',
			sample(
				'ManuallyTriggeringRecordingTasks',
				'手动触发一个直播间的录制，房间UID:1855623989',
				recordingState,
			),
		),
		SuccessfullyAddedRecordingTask: housekeeping(
			'SuccessfullyAddedRecordingTask',
			'Recording Task Added',
			'The user asked for a recording, now or of the next live',
			sample(
				'SuccessfullyAddedRecordingTask',
				`录制请求已触发，如果当前直播间未开播，则默认预约下次单场直播,${SAMPLE_UID}`,
				{},
			),
		),
		SuccessfullyTriggeredQuickCut: housekeeping(
			'SuccessfullyTriggeredQuickCut',
			'Quick Cut',
			'The user had a recording cut: the next part goes to a new file',
			sample('SuccessfullyTriggeredQuickCut', `触发快剪成功,${SAMPLE_UID}`, recordingState),
		),
		ModifyRoomRecordingConfiguration: housekeeping(
			'ModifyRoomRecordingConfiguration',
			'Room Recording Setting Changed',
			'Whether a room is recorded was changed',
			sample('ModifyRoomRecordingConfiguration', '修改房间录制设置，房间UID:1855623989[True]', {}),
		),
		ModifyRoomBulletScreenConfiguration: housekeeping(
			'ModifyRoomBulletScreenConfiguration',
			'Room Danmaku Setting Changed',
			'Whether a room’s danmaku are recorded was changed',
			sample(
				'ModifyRoomBulletScreenConfiguration',
				'修改房间弹幕设置，房间UID:1855623989[True]',
				{},
			),
		),
		ModifyRoomPromptConfiguration: housekeeping(
			'ModifyRoomPromptConfiguration',
			'Room Reminder Setting Changed',
			'Whether a room has its reminder on was changed',
			sample('ModifyRoomPromptConfiguration', '修改房间提示设置，房间UID:1855623989[True]', {}),
		),
		ReadingConfigurationFile: housekeeping(
			'ReadingConfigurationFile',
			'Configuration Read',
			'The configuration file was read',
			sample('ReadingConfigurationFile', '读取配置文件'),
		),
		UpdateToConfigurationFile: housekeeping(
			'UpdateToConfigurationFile',
			'Configuration Written',
			'The configuration file was written',
			sample('UpdateToConfigurationFile', '更新到配置文件'),
		),
		ReadingRoomFiles: housekeeping(
			'ReadingRoomFiles',
			'Rooms Read',
			'The room file was read',
			sample('ReadingRoomFiles', '读取房间文件'),
		),
		UpdateToRoomFile: housekeeping(
			'UpdateToRoomFile',
			'Rooms Written',
			'The room file was written',
			sample('UpdateToRoomFile', '更新到房间文件'),
		),
		ModifyConfiguration: housekeeping(
			'ModifyConfiguration',
			'Configuration Changed',
			'A setting was changed',
			sample('ModifyConfiguration', '修改配置'),
		),
		UpdateDetect: housekeeping(
			'UpdateDetect',
			'Update Check',
			'DDTV looked for a newer version of itself',
			sample('UpdateDetect', '检查更新'),
		),
		UserConsentAgreement: housekeeping(
			'UserConsentAgreement',
			'Agreement Accepted',
			'The user accepted the agreement',
			sample('UserConsentAgreement', '用户同意协议'),
		),
		UserDoesNotAgreeToAgreement: housekeeping(
			'UserDoesNotAgreeToAgreement',
			'Agreement Not Accepted',
			'The user has not accepted the agreement',
			sample('UserDoesNotAgreeToAgreement', '用户未同意协议'),
		),
		TriggerLoginAgain: housekeeping(
			'TriggerLoginAgain',
			'Login Started Again',
			'The login to Bilibili was started again',
			sample('TriggerLoginAgain', '触发重新登陆'),
		),
		LoginSuccessful: housekeeping(
			'LoginSuccessful',
			'Login Successful',
			'The login to Bilibili succeeded',
			sample('LoginSuccessful', '登陆成功'),
		),
		UpdateLoginStateCache: housekeeping(
			'UpdateLoginStateCache',
			'Login State Refreshed',
			'The stored login state was refreshed',
			sample('UpdateLoginStateCache', '更新登录态缓存'),
		),
		ScanCodeConfirmation: housekeeping(
			'ScanCodeConfirmation',
			'Login Code Confirmed',
			'The login by QR code was confirmed',
			sample('ScanCodeConfirmation', '扫码登陆确认'),
		),
		QrCodeWaitingForScann: housekeeping(
			'QrCodeWaitingForScann',
			'Login Code Waiting',
			'The QR code for the login waits to be scanned',
			sample('QrCodeWaitingForScann', '二维码等待扫码'),
		),
		ScannedCodeWaitingForConfirmation: housekeeping(
			'ScannedCodeWaitingForConfirmation',
			'Login Code Scanned',
			'The QR code for the login was scanned and waits to be confirmed',
			sample('ScannedCodeWaitingForConfirmation', '已扫码等待确认'),
		),
		QrCodeExpir: housekeeping(
			'QrCodeExpir',
			'Login Code Expired',
			'The QR code for the login expired',
			sample('QrCodeExpir', '二维码已过期'),
		),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: () => unlistedSchema,
		samples: [],
		describe: (pack) => ({ kind: 'unknown', ...describeRoom(pack) }),
	}),
});
