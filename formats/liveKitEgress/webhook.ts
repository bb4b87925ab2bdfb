import { z } from 'zod/v4';

import { isJsonObject, type JsonObject } from '../json';
import { recordingOf, textOrNull } from '../payload';
import type { RecorderEvent, Recording, Room, Session } from '../recorderEvent';
import { defineEvent, defineFormat } from '../recorderFormat';
import { isoFromUnixNanoseconds, isoFromUnixSeconds } from '../time';
import { liveKitDelivery } from './delivery';

/*
 * Members: FACTS-MORE 5 (livekit/protocol d74e7cd). protojson leaves out what is zero or empty and writes int64 as text; times
 * and durations are nanoseconds.
 */

/** An int64: text as protojson has it; numbers are taken, too. */
const int64 = () => z.union([z.string(), z.number()]).nullish();

const fileResult = () =>
	z.looseObject({
		filename: z.string().nullish().describe('Path in the storage'),
		startedAt: int64().describe('Unix nanoseconds'),
		endedAt: int64().describe('Unix nanoseconds'),
		duration: int64().describe('Nanoseconds'),
		size: int64().describe('Bytes'),
		location: z.string().nullish().describe('URL or local path'),
	});

const segmentsResult = () =>
	z.looseObject({
		playlistName: z.string().nullish(),
		livePlaylistName: z.string().nullish(),
		duration: int64().describe('Nanoseconds'),
		size: int64().describe('Bytes'),
		playlistLocation: z.string().nullish(),
		segmentCount: int64(),
		startedAt: int64().describe('Unix nanoseconds'),
		endedAt: int64().describe('Unix nanoseconds'),
	});

const egressInfo = () => ({
	egressId: z.string().nullish().describe('Id of the recording'),
	roomId: z.string().nullish(),
	roomName: z.string().nullish().describe('Name of the room'),
	status: z.string().nullish(),
	startedAt: int64().describe('Unix nanoseconds'),
	endedAt: int64().describe('Unix nanoseconds'),
	fileResults: z.array(fileResult()).nullish(),
	segmentResults: z.array(segmentsResult()).nullish(),
	file: fileResult().nullish().describe('What very old servers have in place of fileResults'),
	segments: segmentsResult().nullish(),
	error: z.string().nullish(),
	errorCode: z.number().nullish(),
	details: z.string().nullish(),
});

const envelope = <T extends string>(event: T) => ({
	event: z.literal(event),
	id: z.string().min(1).describe('Id of the event'),
	createdAt: int64().describe('Unix seconds'),
});

const egressSchema = <T extends string>(event: T) =>
	z.looseObject({ ...envelope(event), egressInfo: z.looseObject(egressInfo()) });

const otherMembers = () => ({
	id: z.string().min(1),
	createdAt: int64().describe('Unix seconds'),
	room: z.looseObject({ sid: z.string().nullish(), name: z.string().nullish() }).nullish(),
	egressInfo: z.looseObject(egressInfo()).nullish(),
});

const roomSchema = <T extends string>(event: T) =>
	z.looseObject({ event: z.literal(event), ...otherMembers() });

const unlistedSchema = () => z.looseObject({ event: z.string().min(1), ...otherMembers() });

type Egress = z.infer<ReturnType<typeof egressSchema<string>>>['egressInfo'];
type Other = z.infer<ReturnType<typeof unlistedSchema>>;
type Output = NonNullable<Recording['files']>[number];

/** A name is what a LiveKit room is known by; its `RM_…` id is new each time the room opens. */
function describeRoom(name: string | null | undefined): Partial<Room> {
	return { id: textOrNull(name), platform: 'livekit' };
}

function describeEgress({
	createdAt,
	egressInfo: egress,
}: {
	createdAt?: unknown;
	egressInfo: Egress;
}) {
	const session: Partial<Session> = {
		id: textOrNull(egress.egressId),
		startedAt: isoFromUnixNanoseconds(egress.startedAt),
		endedAt: isoFromUnixNanoseconds(egress.endedAt),
	};
	return { ...happenedAt(createdAt), room: describeRoom(egress.roomName), session };
}

function happenedAt(createdAt: unknown): { occurredAt: string | null } {
	const known = typeof createdAt === 'string' || typeof createdAt === 'number' ? createdAt : null;
	return { occurredAt: isoFromUnixSeconds(known) };
}

/** Seconds from nanoseconds; null for what a cut track gives as a negative duration (egress#809). */
function seconds(nanoseconds: string | number | null | undefined): number | null {
	const text = String(nanoseconds ?? '');
	return /^\d{1,18}$/.test(text) ? Number(text) / 1e9 : null;
}

function bytes(size: string | number | null | undefined): number | null {
	const number = /^\d{1,16}$/.test(String(size ?? '')) ? Number(size) : Number.NaN;
	return Number.isSafeInteger(number) ? number : null;
}

function urlOrNull(location: string | null | undefined): string | null {
	return location !== null && location !== undefined && /^https?:\/\//i.test(location)
		? location
		: null;
}

/** Every file that the egress made. With one output its result stands a second time in `file`; very old servers have only that. */
function outputsOf(egress: Egress): Output[] {
	const files = egress.fileResults ?? (egress.file ? [egress.file] : []);
	const playlists = egress.segmentResults ?? (egress.segments ? [egress.segments] : []);
	return [
		...files.map((file) => describeOutput(file.filename, file.location, file)),
		...playlists.map((list) => describeOutput(list.playlistName, list.playlistLocation, list)),
	].filter(({ path }) => path !== '');
}

function describeOutput(
	name: string | null | undefined,
	location: string | null | undefined,
	known: z.infer<ReturnType<typeof fileResult>>,
): Output {
	return {
		path: textOrNull(name) ?? textOrNull(location) ?? '',
		localPath: null,
		url: urlOrNull(location),
		sizeBytes: bytes(known.size),
		durationSeconds: seconds(known.duration),
		startedAt: isoFromUnixNanoseconds(known.startedAt),
		endedAt: isoFromUnixNanoseconds(known.endedAt),
	};
}

/** The whole recording: sizes add up; several outputs are of the same time, so the longest is how long it took. */
function describeRecording(egress: Egress): Recording {
	const files = outputsOf(egress);
	const sizes = files.flatMap(({ sizeBytes }) => sizeBytes ?? []);
	const durations = files.flatMap(({ durationSeconds }) => durationSeconds ?? []);
	return recordingOf({
		paths: files.map(({ path }) => path),
		sizeBytes: sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0),
		durationSeconds: durations.length === 0 ? null : Math.max(...durations),
		files,
	});
}

const SAMPLE_START = '1787400000123456789';
const SAMPLE_END = '1787403605000000000';

const sampleFile = {
	filename: 'rec/daily-show-2026-08-22T120000.mp4',
	startedAt: '1787400000000000005',
	endedAt: '1787403600000000005',
	duration: '3600000000000',
	size: '1288490188',
	location: 'https://recordings.s3.eu-central-1.amazonaws.com/rec/daily-show-2026-08-22T120000.mp4',
};

function sample(event: string, id: string, createdAt: string, egress: JsonObject): JsonObject {
	return {
		event,
		egressInfo: {
			egressId: 'EG_9uYx2mQ4LkPa',
			roomId: 'RM_aBcDeFgHiJkL',
			roomName: 'daily-show',
			...egress,
		},
		id,
		createdAt,
	};
}

function unixSeconds(iso: string): string {
	return String(Math.trunc(Date.parse(iso) / 1000));
}

function unixNanoseconds(iso: string): string {
	return `${Date.parse(iso)}000000`;
}

function buildBody(event: RecorderEvent, name: string, egress: JsonObject): JsonObject {
	const { session, room } = event;
	const happened = event.occurredAt ?? event.receivedAt;
	return {
		event: name,
		egressInfo: {
			...(session.id === null ? {} : { egressId: session.id }),
			...(room.id === null ? {} : { roomName: room.id }),
			...(session.startedAt === null ? {} : { startedAt: unixNanoseconds(session.startedAt) }),
			...(session.endedAt === null ? {} : { endedAt: unixNanoseconds(session.endedAt) }),
			...egress,
		},
		id: event.id,
		createdAt: unixSeconds(happened),
	};
}

function buildResults({
	paths,
	files: outputs,
	sizeBytes,
	durationSeconds,
}: Recording): JsonObject {
	const nanoseconds = (value: number) => String(Math.round(value * 1e9));
	const known = outputs ?? paths.map((path): Output => ({ ...unknownOutput, path }));
	const only = known.length === 1;
	if (known.length === 0) return {};
	const describe = (file: Output, name: string, location: string): JsonObject => {
		const size = file.sizeBytes ?? (only ? sizeBytes : null);
		const duration = file.durationSeconds ?? (only ? durationSeconds : null);
		return {
			[name]: file.path,
			...(file.startedAt === null ? {} : { startedAt: unixNanoseconds(file.startedAt) }),
			...(file.endedAt === null ? {} : { endedAt: unixNanoseconds(file.endedAt) }),
			...(duration === null ? {} : { duration: nanoseconds(duration) }),
			...(size === null ? {} : { size: String(size) }),
			...(file.url === null ? {} : { [location]: file.url }),
		};
	};
	const isPlaylist = ({ path }: Output) => /\.m3u8$/i.test(path);
	const files = known.filter((file) => !isPlaylist(file));
	const playlists = known.filter(isPlaylist);
	return {
		...(files.length === 0
			? {}
			: { fileResults: files.map((file) => describe(file, 'filename', 'location')) }),
		...(playlists.length === 0
			? {}
			: {
					segmentResults: playlists.map((list) =>
						describe(list, 'playlistName', 'playlistLocation'),
					),
				}),
	};
}

const unknownOutput: Output = {
	path: '',
	localPath: null,
	url: null,
	sizeBytes: null,
	durationSeconds: null,
	startedAt: null,
	endedAt: null,
};

/** Rooms, participants and tracks: what a recording consists of, and no recording. */
function roomEvent(
	event: string,
	title: string,
	description: string,
	isHousekeeping: boolean,
	sampleId: string,
) {
	return defineEvent({
		kind: 'unknown',
		title,
		description,
		housekeeping: isHousekeeping,
		schema: () => roomSchema(event),
		samples: [
			{
				event,
				room: { sid: 'RM_aBcDeFgHiJkL', name: 'daily-show' },
				id: sampleId,
				createdAt: '1787400000',
			},
		],
		describe: (payload) => describeOther(payload),
	});
}

function describeOther({ createdAt, room, egressInfo: egress }: Other) {
	return {
		kind: 'unknown' as const,
		...happenedAt(createdAt),
		room: describeRoom(room?.name ?? egress?.roomName),
		session: { id: textOrNull(egress?.egressId) },
	};
}

/** How an egress ended that made no recording: an event of its own, by its status. */
const FAILED = 'EGRESS_FAILED';
const ABORTED = 'EGRESS_ABORTED';

function statusOf({ egressInfo: egress }: JsonObject): string {
	return isJsonObject(egress) && typeof egress.status === 'string' ? egress.status : '';
}

/** LiveKit's webhook, as far as its Egress service records rooms. */
export const liveKitEgressWebhook = defineFormat({
	id: 'livekit-egress',
	recorder: 'livekit-egress',
	title: 'LiveKit Webhook',
	recognise: ({ event, id, createdAt }) =>
		typeof event === 'string' && typeof id === 'string' && createdAt !== undefined,
	typeOf: (body) => {
		if (typeof body.event !== 'string') return null;
		const status = body.event === 'egress_ended' ? statusOf(body) : '';
		return status === FAILED || status === ABORTED ? status : body.event;
	},
	idOf: ({ id }) => (typeof id === 'string' ? id : null),
	delivery: liveKitDelivery,
	lifecycle: {
		begins: ['recording.started'],
		ends: ['recording.ended', 'recording.cancelled'],
		sessionId: 'recording',
		finalFile: 'closed',
	},
	events: {
		egress_started: defineEvent({
			kind: 'recording.started',
			title: 'Egress Started',
			description: 'A recording began',
			schema: () => egressSchema('egress_started'),
			samples: [
				sample('egress_started', 'EV_aaaaaaaaaaaa', '1787400000', {
					startedAt: SAMPLE_START,
					updatedAt: SAMPLE_START,
					fileResults: [{ filename: sampleFile.filename }],
				}),
			],
			describe: (payload) => ({
				kind: 'recording.started',
				...describeEgress(payload),
				recording: describeRecording(payload.egressInfo),
			}),
			build: (event) => buildBody(event, 'egress_started', buildResults(event.recording)),
		}),
		egress_updated: defineEvent({
			kind: 'unknown',
			title: 'Egress Updated',
			description: 'A recording is active, ending, or streams elsewhere; may come several times',
			housekeeping: true,
			schema: () => egressSchema('egress_updated'),
			samples: [
				sample('egress_updated', 'EV_aaaaaaaaaaab', '1787400003', {
					status: 'EGRESS_ACTIVE',
					startedAt: SAMPLE_START,
					updatedAt: '1787400003000000000',
				}),
			],
			describe: (payload) => ({ kind: 'unknown', ...describeEgress(payload) }),
		}),
		egress_ended: defineEvent({
			kind: 'recording.ended',
			title: 'Egress Ended',
			description: 'A recording is complete, or reached its limit; its files are in the storage',
			schema: () => egressSchema('egress_ended'),
			samples: [
				sample('egress_ended', 'EV_aaaaaaaaaaad', '1787403605', {
					status: 'EGRESS_COMPLETE',
					startedAt: SAMPLE_START,
					endedAt: SAMPLE_END,
					updatedAt: SAMPLE_END,
					fileResults: [sampleFile],
					details: 'End reason: StopEgress API',
					file: sampleFile,
				}),
			],
			describe: (payload) => ({
				kind: 'recording.ended',
				...describeEgress(payload),
				recording: describeRecording(payload.egressInfo),
			}),
			build: (event) =>
				buildBody(event, 'egress_ended', {
					status: 'EGRESS_COMPLETE',
					...buildResults(event.recording),
				}),
		}),
		[FAILED]: defineEvent({
			kind: 'error',
			title: 'Egress Failed',
			description: 'A recording broke off or could not start',
			schema: () => egressSchema('egress_ended'),
			samples: [
				sample('egress_ended', 'EV_aaaaaaaaaaag', '1787400009', {
					status: FAILED,
					startedAt: SAMPLE_START,
					endedAt: '1787400009000000000',
					updatedAt: '1787400009000000000',
					error: 'Failed to connect to room',
					errorCode: 500,
					details: 'End reason: Failure',
				}),
			],
			describe: (payload) => ({
				kind: 'error',
				...describeEgress(payload),
				error: { name: FAILED, message: textOrNull(payload.egressInfo.error) },
			}),
			build: (event) =>
				buildBody(event, 'egress_ended', { status: FAILED, error: event.error.message ?? '' }),
		}),
		[ABORTED]: defineEvent({
			kind: 'recording.cancelled',
			title: 'Egress Aborted',
			description: 'A recording was stopped before anything was recorded',
			schema: () => egressSchema('egress_ended'),
			samples: [
				sample('egress_ended', 'EV_aaaaaaaaaaah', '1787400005', {
					status: ABORTED,
					startedAt: SAMPLE_START,
					endedAt: '1787400005000000000',
					updatedAt: '1787400005000000000',
				}),
			],
			describe: (payload) => ({
				kind: 'recording.cancelled',
				...describeEgress(payload),
				recording: describeRecording(payload.egressInfo),
			}),
			build: (event) => buildBody(event, 'egress_ended', { status: ABORTED }),
		}),
		room_started: roomEvent(
			'room_started',
			'Room Started',
			'A room was opened',
			false,
			'EV_aaaaaaaaaaba',
		),
		room_finished: roomEvent(
			'room_finished',
			'Room Finished',
			'A room was closed',
			false,
			'EV_aaaaaaaaaabb',
		),
		...Object.fromEntries(
			[
				['participant_joined', 'Participant Joined', 'Somebody joined a room'],
				['participant_left', 'Participant Left', 'Somebody left a room'],
				['participant_connection_aborted', 'Participant Lost', 'Somebody’s connection broke off'],
				['track_published', 'Track Published', 'Somebody began to send sound or pictures'],
				['track_unpublished', 'Track Unpublished', 'Somebody ceased to send sound or pictures'],
				['ingress_started', 'Ingress Started', 'A stream from outside began'],
				['ingress_ended', 'Ingress Ended', 'A stream from outside ended'],
				['agent_job_started', 'Agent Job Started', 'An agent began its work'],
				['agent_job_ended', 'Agent Job Ended', 'An agent ended its work'],
			].map(([event = '', title = '', description = ''], index) => [
				event,
				roomEvent(event, title, description, true, `EV_aaaaaaaaaac${index}`),
			]),
		),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: unlistedSchema,
		samples: [],
		describe: (payload) => describeOther(payload),
	}),
});
