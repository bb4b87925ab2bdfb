import { z } from 'zod/v4';

import { type JsonObject, objectAt } from '../json';
import { fileName } from '../paths';
import {
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
import { ddtv3Delivery } from './delivery';
import { ddtvLifecycle } from './lifecycle';

/*
 * Members and their order: DDTV_Core/SystemAssembly/NetworkRequestModule/WebHook/MessageProcessing.cs, DDTV 3.0.2.2 and
 * later, with the documents' sample (Doc/docs/AdvancedFeatures/WebHook.md). When each event is sent: DownloadModule/
 * Download.cs, RoomPatrolModule/RoomPatrol.cs and DanMuKuRec.cs of the same tree.
 */

/**
 * HookType of WebHook.cs, by its number. 17 and 18 come from a private build that webhookGo knows.
 * `type_name` isn't used: it is missing before 2023 and always the text "hookType" since.
 */
const HOOK_TYPES = [
	'StartLive',
	'StopLive',
	'StartRec',
	'RecComplete',
	'CancelRec',
	'TranscodingComplete',
	'SaveDanmuComplete',
	'SaveSCComplete',
	'SaveGiftComplete',
	'SaveGuardComplete',
	'RunShellComplete',
	'DownloadEndMissionSuccess',
	'SpaceIsInsufficientWarn',
	'LoginFailure',
	'LoginWillExpireSoon',
	'UpdateAvailable',
	'ShellExecutionComplete',
	'WarnedByAdmin',
	'LiveCutOff',
] as const;

type HookType = (typeof HOOK_TYPES)[number];

/** A transcoding whose file isn't named can't be a file event. */
const TRANSCODING_WITHOUT_FILE = 'TranscodingComplete (no file)';

const path = z.string().nullish();
const paths = z.array(z.string()).nullish();

/** Two shapes: FlvFile and Mp4File early in 2022, lists of repaired files later. */
const filesMembers = () => ({
	AfterRepairFiles: paths.describe('Transcoded videos'),
	BeforeRepairFiles: paths.describe('Videos as they were downloaded'),
	FlvFile: path.describe('Video as it was downloaded (early 2022)'),
	Mp4File: path.describe('Transcoded video (early 2022)'),
	DanMuFile: path.describe('Danmaku'),
	SCFile: path.describe('Super chats'),
	GuardFile: path.describe('Guard purchases'),
	GiftFile: path.describe('Gifts'),
});
const filesSchema = z.lazy(() => z.looseObject(filesMembers()));

type Files = z.infer<typeof filesSchema> | null | undefined;

const roomMembers = () => ({
	title: z.string().nullish().describe('Title of the live room'),
	room_id: idSchema.nullish().describe('Room number'),
	short_id: idSchema.nullish().describe('Short room number, 0 where there is none'),
	live_time: z.number().nullish().describe('Start of the live, Unix seconds'),
	live_status: z.number().nullish().describe('0 offline, 1 live, 2 replaying'),
	area_v2_name: z.string().nullish().describe('Category'),
	area_v2_parent_name: z.string().nullish().describe('Parent category'),
	uname: z.string().nullish().describe('Name of the streamer'),
	face: z.string().nullish().describe('Avatar of the streamer'),
	cover_from_user: z.string().nullish().describe('Cover of the live room'),
});

const commonMembers = () => ({
	id: z.string().min(1).describe('Random id of the event'),
	type_name: z.string().nullish().describe('Of no use: always the text "hookType"'),
	uid: idSchema.nullish().describe('Number of the streamer, 0 where there is none'),
	hook_time: timestampSchema.nullish().describe('When it was sent'),
	user_info: z
		.looseObject({
			name: z.string().nullish(),
			face: z.string().nullish(),
			uid: idSchema.nullish(),
		})
		.nullish(),
	room_Info: z
		.looseObject({ ...roomMembers(), DownloadedFileInfo: filesSchema.nullish() })
		.nullish(),
});

function bodySchema(type: HookType) {
	return z.looseObject({ type: z.literal(HOOK_TYPES.indexOf(type)), ...commonMembers() });
}

const unlistedSchema = z.lazy(() => z.looseObject({ type: z.number().int(), ...commonMembers() }));

type Body = z.infer<typeof unlistedSchema>;

function describeRoom(body: Body): {
	occurredAt: string | null;
	room: Partial<Room>;
	streamer: Partial<Streamer>;
	state: Partial<RoomState>;
} {
	const { room_Info: info, user_info: user } = body;
	const roomId = idOrNull(info?.room_id);
	return {
		occurredAt: isoFromTimestamp(body.hook_time),
		room: {
			id: roomId,
			shortId: idOrNull(info?.short_id),
			platform: 'bilibili',
			title: textOrNull(info?.title),
			url: livePageUrl('bilibili', roomId),
			coverUrl: textOrNull(info?.cover_from_user),
			area: {
				parent: textOrNull(info?.area_v2_parent_name),
				child: textOrNull(info?.area_v2_name),
			},
		},
		streamer: {
			id: idOrNull(body.uid) ?? idOrNull(user?.uid),
			name: textOrNull(user?.name) ?? textOrNull(info?.uname),
			avatarUrl: textOrNull(user?.face) ?? textOrNull(info?.face),
		},
		state: { live: isLiveStatus(info?.live_status) },
	};
}

/** Transcoded videos first: they are what people go on with. */
function filePaths(files: Files): string[] {
	return [
		...(files?.AfterRepairFiles ?? []),
		files?.Mp4File,
		...(files?.BeforeRepairFiles ?? []),
		files?.FlvFile,
		files?.DanMuFile,
		files?.SCFile,
		files?.GuardFile,
		files?.GiftFile,
	].filter((entry): entry is string => typeof entry === 'string' && entry !== '');
}

function describeRecording(body: Body): { recording: DetailsOf<'recording.ended'>['recording'] } {
	const recordedPaths = filePaths(body.room_Info?.DownloadedFileInfo);
	return { recording: recordingOf({ paths: recordedPaths }) };
}

/** DDTV 3 appends each transcoded file to the list and then sends the event: the last one is meant. */
function transcodedFile(files: Files): string | null {
	return textOrNull(files?.AfterRepairFiles?.at(-1)) ?? textOrNull(files?.Mp4File);
}

/** `a.flv` became `a_fix.mp4` beside it; early builds name the one source. */
function transcodingSource(files: Files, transcoded: string): string | null {
	const stem = fileName(transcoded).replace(/(_fix)?\.[^.]*$/, '');
	const sources = files?.BeforeRepairFiles ?? [];
	const source = sources.find((entry) => fileName(entry).replace(/\.[^.]*$/, '') === stem);
	return textOrNull(source) ?? textOrNull(files?.FlvFile);
}

/** Of a body not yet checked: does it name a transcoded file? */
function namesTranscodedFile(body: JsonObject): boolean {
	const files = objectAt(body, 'room_Info', 'DownloadedFileInfo');
	const { AfterRepairFiles: repaired, Mp4File: converted } = files ?? {};
	const texts = Array.isArray(repaired)
		? repaired.filter((entry) => typeof entry === 'string')
		: [];
	const path = typeof converted === 'string' ? converted : null;
	return transcodedFile({ AfterRepairFiles: texts, Mp4File: path }) !== null;
}

const sampleUser = {
	name: '灬莱瓦汀',
	face: 'https://i1.hdslb.com/bfs/face/8f6e9c1a5c178b9437b8584292ef5881febe43a2.png',
	uid: 7855561,
	sign: null,
	attention: 0,
};

interface RoomValues {
	readonly title: string;
	readonly roomId: number | string;
	readonly shortId: number | string;
	readonly uid: number | string;
	readonly name: string;
	readonly face: string;
	readonly cover: string;
	readonly areaParent: string;
	readonly areaChild: string;
	readonly liveTime: number;
	readonly live: boolean;
	readonly files: JsonObject;
}

const noFiles: JsonObject = {
	AfterRepairFiles: [],
	BeforeRepairFiles: [],
	DanMuFile: null,
	SCFile: null,
	GuardFile: null,
	GiftFile: null,
};

/** The whole room as DDTV 3 writes it: what nobody asks for stands at the value of a fresh room. */
function writeRoom(values: RoomValues): JsonObject {
	return {
		title: values.title,
		description: '',
		attention: 0,
		room_id: values.roomId,
		uid: values.uid,
		online: 0,
		live_time: values.liveTime,
		live_status: values.live ? 1 : 0,
		short_id: values.shortId,
		area: 0,
		area_name: '',
		area_v2_id: 0,
		area_v2_name: values.areaChild,
		area_v2_parent_name: values.areaParent,
		area_v2_parent_id: 0,
		uname: values.name,
		face: values.face,
		tag_name: '',
		tags: '',
		cover_from_user: values.cover,
		keyframe: '',
		lock_till: '0000-00-00 00:00:00',
		hidden_till: '0000-00-00 00:00:00',
		broadcast_type: 0,
		need_p2p: 0,
		is_hidden: false,
		is_locked: false,
		is_portrait: false,
		encrypted: false,
		pwd_verified: false,
		is_sp: 0,
		special_type: 0,
		roomStatus: 0,
		roundStatus: 0,
		url: '',
		IsAutoRec: true,
		IsRemind: true,
		IsRecDanmu: true,
		level: 0,
		sex: null,
		sign: null,
		DownloadedFileInfo: values.files,
		Shell: '',
	};
}

const sampleFolder = 'D:\\DDTV\\Rec\\50443_灬莱瓦汀\\2023_02_11';
const sampleFiles: JsonObject = {
	...noFiles,
	AfterRepairFiles: [`${sampleFolder}\\01_45_49_fix.mp4`],
	BeforeRepairFiles: [`${sampleFolder}\\01_45_49.flv`],
	DanMuFile: `${sampleFolder}\\01_45_49.xml`,
};

/** The room and its state in a sample; null for events that belong to no room. */
function sample(type: HookType, room: { live?: boolean; files?: JsonObject } | null): JsonObject {
	const number = HOOK_TYPES.indexOf(type);
	return {
		id: `3a3485e2-8e17-4446-ad49-8e423c16${String(number).padStart(4, '0')}`,
		type: number,
		type_name: 'hookType',
		uid: room === null ? 0 : sampleUser.uid,
		hook_time: '2023-02-11T01:45:49.0457189+08:00',
		user_info: room === null ? null : { ...sampleUser },
		room_Info:
			room === null
				? null
				: writeRoom({
						title: '【转播】GPU架构（试讲）',
						roomId: 50443,
						shortId: 0,
						uid: sampleUser.uid,
						name: sampleUser.name,
						face: sampleUser.face,
						cover: 'https://i0.hdslb.com/bfs/live/b739712a6923b96c48374567c1111a112129f3eb.jpg',
						areaParent: '学习',
						areaChild: '科技科普',
						liveTime: room.live === false ? 0 : 1676050944,
						live: room.live ?? true,
						files: room.files ?? noFiles,
					}),
	};
}

/** An event that belongs to no room: DDTV 3 sends it with uid 0 and nulls. */
function buildBody(type: HookType, event: RecorderEvent, options: BuildOptions): JsonObject {
	return {
		id: event.id,
		type: HOOK_TYPES.indexOf(type),
		type_name: 'hookType',
		uid: 0,
		hook_time: timestampWithOffset(event.occurredAt ?? event.receivedAt, options.utcOffsetMinutes),
		user_info: null,
		room_Info: null,
	};
}

/** An event of a room; why not, where the room has no number. */
function buildRoomBody(
	type: HookType,
	event: RecorderEvent,
	options: BuildOptions,
	state: { live: boolean; files?: JsonObject },
): JsonObject | string {
	const { room, streamer, session } = event;
	const roomId = numericIdOrNull(room.id);
	if (roomId === null) return noRoomNumber(room.id);
	const uid = numericIdOrNull(streamer.id) ?? 0;
	const name = streamer.name ?? '';
	const face = streamer.avatarUrl ?? '';
	const startedAt = session.startedAt ?? event.occurredAt ?? event.receivedAt;
	return {
		...buildBody(type, event, options),
		uid,
		user_info: { name, face, uid, sign: null, attention: 0 },
		room_Info: writeRoom({
			title: room.title ?? '',
			roomId,
			shortId: numericIdOrNull(room.shortId) ?? 0,
			uid,
			name,
			face,
			cover: room.coverUrl ?? '',
			areaParent: room.area.parent ?? '',
			areaChild: room.area.child ?? '',
			liveTime: state.live ? Math.trunc(Date.parse(startedAt) / 1000) : 0,
			live: event.state.live ?? state.live,
			files: state.files ?? noFiles,
		}),
	};
}

/** An event without a kind of its own in the common vocabulary. */
function otherEvent(
	type: HookType,
	title: string,
	description: string,
	{
		housekeeping = true,
		example = sample(type, {}),
	}: { housekeeping?: boolean; example?: JsonObject } = {},
): EventDefinition {
	return defineEvent({
		kind: 'unknown',
		title,
		description,
		housekeeping,
		schema: () => bodySchema(type),
		samples: [example],
		describe: (body) => ({ kind: 'unknown', ...describeRoom(body) }),
	});
}

/** Trouble with the account. DDTV 3 gives no text: the name of the event says it. */
function accountTrouble(type: HookType, title: string, description: string): EventDefinition {
	return defineEvent({
		kind: 'error',
		title,
		description,
		schema: () => bodySchema(type),
		samples: [sample(type, null)],
		describe: (body) => ({
			kind: 'error',
			...describeRoom(body),
			error: { name: type, message: null },
		}),
		build: (event, options) => (event.error.name === type ? buildBody(type, event, options) : null),
	});
}

/** DDTV 3 (3.0.2.2, 2022-04, to 2023-11): events numbered by an enum, one attempt each. */
export const ddtv3 = defineFormat({
	id: 'ddtv.v3',
	recorder: 'ddtv',
	title: 'DDTV 3 WebHook',
	recognise: (body) => typeof body.hook_time === 'string' && Number.isInteger(body.type),
	typeOf: (body) => {
		const { type } = body;
		if (typeof type !== 'number' || !Number.isInteger(type)) return null;
		const name = HOOK_TYPES[type] ?? String(type);
		return name === 'TranscodingComplete' && !namesTranscodedFile(body)
			? TRANSCODING_WITHOUT_FILE
			: name;
	},
	idOf: (body) => (typeof body.id === 'string' ? body.id : null),
	lifecycle: ddtvLifecycle,
	delivery: ddtv3Delivery,
	events: {
		StartLive: defineEvent({
			kind: 'live.started',
			title: 'Start Live',
			description: 'A streamer went live',
			schema: () => bodySchema('StartLive'),
			samples: [sample('StartLive', {})],
			describe: (body) => ({
				kind: 'live.started',
				...describeRoom(body),
				session: { startedAt: isoFromUnixSeconds(body.room_Info?.live_time) },
			}),
			build: (event, options) => buildRoomBody('StartLive', event, options, { live: true }),
		}),
		StopLive: defineEvent({
			kind: 'live.ended',
			title: 'Stop Live',
			description: 'A streamer went offline',
			schema: () => bodySchema('StopLive'),
			samples: [sample('StopLive', { live: false })],
			describe: (body) => ({
				kind: 'live.ended',
				...describeRoom(body),
				session: { endedAt: isoFromTimestamp(body.hook_time) },
			}),
			build: (event, options) => buildRoomBody('StopLive', event, options, { live: false }),
		}),
		StartRec: defineEvent({
			kind: 'recording.started',
			title: 'Start Rec',
			description: 'A recording began',
			schema: () => bodySchema('StartRec'),
			samples: [sample('StartRec', {})],
			describe: (body) => ({
				kind: 'recording.started',
				...describeRoom(body),
				session: { startedAt: isoFromTimestamp(body.hook_time) },
				recording: recordingOf(),
			}),
			build: (event, options) => buildRoomBody('StartRec', event, options, { live: true }),
		}),
		DownloadEndMissionSuccess: defineEvent({
			kind: 'recording.ended',
			title: 'Download End',
			description: 'A recording is complete, its files transcoded; not sent for a cancelled one',
			schema: () => bodySchema('DownloadEndMissionSuccess'),
			samples: [sample('DownloadEndMissionSuccess', { files: sampleFiles })],
			describe: (body) => ({
				kind: 'recording.ended',
				...describeRoom(body),
				session: { endedAt: isoFromTimestamp(body.hook_time) },
				...describeRecording(body),
			}),
			build: (event, options) =>
				buildRoomBody('DownloadEndMissionSuccess', event, options, {
					live: true,
					files: filesFromPaths(event.recording.paths),
				}),
		}),
		CancelRec: defineEvent({
			kind: 'recording.cancelled',
			title: 'Cancel Rec',
			description: 'The user cancelled a recording',
			schema: () => bodySchema('CancelRec'),
			samples: [sample('CancelRec', {})],
			describe: (body) => ({
				kind: 'recording.cancelled',
				...describeRoom(body),
				session: { endedAt: isoFromTimestamp(body.hook_time) },
				...describeRecording(body),
			}),
			build: (event, options) =>
				buildRoomBody('CancelRec', event, options, {
					live: true,
					files: filesFromPaths(event.recording.paths),
				}),
		}),
		TranscodingComplete: defineEvent({
			kind: 'file.processed',
			title: 'Transcoding Complete',
			description: 'A video was repaired or converted',
			schema: () => bodySchema('TranscodingComplete'),
			samples: [sample('TranscodingComplete', { files: sampleFiles })],
			describe: (body) => {
				const files = body.room_Info?.DownloadedFileInfo;
				// The type is only chosen where the body names a file.
				const transcoded = transcodedFile(files) ?? '';
				return {
					kind: 'file.processed',
					...describeRoom(body),
					file: describeFile(transcoded, {
						sourcePath: transcodingSource(files, transcoded),
						danmakuPath: textOrNull(files?.DanMuFile),
					}),
				};
			},
			build: (event, options) =>
				event.file.role !== 'video'
					? null
					: buildRoomBody('TranscodingComplete', event, options, {
							live: true,
							files: {
								...noFiles,
								AfterRepairFiles: [event.file.path],
								BeforeRepairFiles: event.file.sourcePath === null ? [] : [event.file.sourcePath],
								DanMuFile: event.file.danmakuPath,
							},
						}),
		}),
		[TRANSCODING_WITHOUT_FILE]: otherEvent(
			'TranscodingComplete',
			'Transcoding Complete Without File',
			'A video was repaired or converted, but the event names none',
			{
				example: {
					...sample('TranscodingComplete', {}),
					id: '3a3485e2-8e17-4446-ad49-8e423c16ffff',
				},
			},
		),
		SpaceIsInsufficientWarn: defineEvent({
			kind: 'storage.low',
			title: 'Space Is Insufficient',
			description: 'The disk is almost full',
			schema: () => bodySchema('SpaceIsInsufficientWarn'),
			samples: [sample('SpaceIsInsufficientWarn', null)],
			describe: (body) => ({
				kind: 'storage.low',
				...describeRoom(body),
				storage: { path: null, thresholdBytes: null, freeBytes: null, totalBytes: null },
			}),
			build: (event, options) => buildBody('SpaceIsInsufficientWarn', event, options),
		}),
		LoginFailure: accountTrouble(
			'LoginFailure',
			'Login Failure',
			'The login to Bilibili is no longer valid',
		),
		LoginWillExpireSoon: accountTrouble(
			'LoginWillExpireSoon',
			'Login Will Expire Soon',
			'The login to Bilibili is about to end',
		),
		WarnedByAdmin: otherEvent(
			'WarnedByAdmin',
			'Warned by Admin',
			'Bilibili warned the streamer (from a private build)',
			{ housekeeping: false },
		),
		LiveCutOff: otherEvent(
			'LiveCutOff',
			'Live Cut Off',
			'Bilibili cut the live off (from a private build)',
			{ housekeeping: false },
		),
		RecComplete: otherEvent(
			'RecComplete',
			'Rec Complete',
			'An FLV download stopped, cancelled or split ones too; its processing begins. Download End follows',
		),
		SaveDanmuComplete: otherEvent(
			'SaveDanmuComplete',
			'Save Danmu Complete',
			'Danmaku are about to be written; the file named, if any, is that of the recording before',
		),
		SaveSCComplete: otherEvent(
			'SaveSCComplete',
			'Save SC Complete',
			'Super chats are about to be written',
		),
		SaveGiftComplete: otherEvent(
			'SaveGiftComplete',
			'Save Gift Complete',
			'Gifts are about to be written',
		),
		SaveGuardComplete: otherEvent(
			'SaveGuardComplete',
			'Save Guard Complete',
			'Guard purchases are about to be written',
		),
		RunShellComplete: otherEvent(
			'RunShellComplete',
			'Run Shell Complete',
			'The shell command of a room was started',
		),
		ShellExecutionComplete: otherEvent(
			'ShellExecutionComplete',
			'Shell Execution Complete',
			'The shell command of a room ended',
		),
		UpdateAvailable: otherEvent('UpdateAvailable', 'Update Available', 'A newer DDTV is there', {
			example: sample('UpdateAvailable', null),
		}),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: () => unlistedSchema,
		samples: [],
		describe: (body) => ({ kind: 'unknown', ...describeRoom(body) }),
	}),
});

/** Paths sorted back into the members DDTV 3 has for them, by extension. */
function filesFromPaths(recorded: readonly string[]): JsonObject {
	const after = recorded.filter((entry) => /\.(?:mp4|mkv)$/i.test(entry));
	const before = recorded.filter((entry) => /\.flv$/i.test(entry));
	const danmaku = recorded.find((entry) => /\.xml$/i.test(entry)) ?? null;
	return { ...noFiles, AfterRepairFiles: after, BeforeRepairFiles: before, DanMuFile: danmaku };
}
