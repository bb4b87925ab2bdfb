import { z } from 'zod/v4';

import { isJsonObject, type JsonObject } from '../json';
import { amountOrNull, bytesOrNull, describeFile, recordingOf, textOrNull } from '../payload';
import type { RecorderEvent, Room, Session } from '../recorderEvent';
import { defineEvent, defineFormat } from '../recorderFormat';
import { isoFromTimestamp } from '../time';
import { liveStreamDvrDelivery } from './delivery';

/*
 * Members: FACTS-MORE 6 (LiveStreamDVR at 1cd7e8f: Webhook.ts, BaseAutomator.ts, toAPI of the VODs). There is no id and no time of
 * the event; times of a VOD are '' where they are not known.
 */

const segment = () =>
	z.looseObject({
		basename: z.string().min(1).describe('Name of the file, in the folder of its VOD'),
		filesize: z.number().nullish().describe('Size in bytes'),
		deleted: z.boolean().nullish(),
	});

const vodMembers = () => ({
	provider: z.string().nullish().describe('twitch, youtube, kick or base'),
	uuid: z.string().min(1).describe('Id of the recording'),
	channel_uuid: z.string().nullish().describe('The program’s own id of the channel'),
	basename: z.string().nullish().describe('Name of the recording’s files, without extension'),
	stream_title: z.string().nullish(),
	started_at: z.string().nullish().describe('When the stream started'),
	ended_at: z.string().nullish().describe('When the stream ended'),
	duration: z.number().nullish().describe('Duration in seconds, 0 where it is not known'),
	segments: z.array(segment()).nullish(),
});

const chapter = () =>
	z.looseObject({ title: z.string().nullish(), game_name: z.string().nullish() }).nullish();

const bodySchema = <T extends string, S extends z.core.$ZodLooseShape>(action: T, data: S) =>
	z.looseObject({ server: z.literal(true), action: z.literal(action), data: z.looseObject(data) });

const vodSchema = <T extends string>(action: T) =>
	bodySchema(action, { vod: z.looseObject(vodMembers()), success: z.boolean().nullish() });

const optionalVodSchema = <T extends string>(action: T) =>
	bodySchema(action, { vod: z.looseObject(vodMembers()).nullish() });

const unlistedSchema = () =>
	z.looseObject({
		server: z.literal(true),
		action: z.string().min(1),
		data: z.looseObject({ vod: z.looseObject(vodMembers()).nullish() }).nullish(),
	});

type Vod = z.infer<ReturnType<typeof vodSchema<string>>>['data']['vod'];

/** The channel's name is not sent: file names usually begin with it, which is no promise. */
function describeVod(vod: Vod | null | undefined): {
	room: Partial<Room>;
	session: Partial<Session>;
} {
	return {
		room: {
			id: textOrNull(vod?.channel_uuid),
			platform: textOrNull(vod?.provider),
			title: textOrNull(vod?.stream_title),
		},
		session: {
			id: textOrNull(vod?.uuid),
			startedAt: isoFromTimestamp(vod?.started_at),
			endedAt: isoFromTimestamp(vod?.ended_at),
		},
	};
}

function describeRecording(vod: Vod) {
	const segments = vod.segments ?? [];
	const sizes = segments.flatMap(({ filesize }) => bytesOrNull(filesize) ?? []);
	return recordingOf({
		paths: segments.map(({ basename }) => basename),
		sizeBytes: sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0),
		durationSeconds: vod.duration === 0 ? null : amountOrNull(vod.duration),
	});
}

/** A VOD as far as an event tells of one. Empty texts are how LiveStreamDVR says that it doesn't know. */
function buildVod(event: RecorderEvent, known: JsonObject = {}): JsonObject {
	const { room, session } = event;
	return {
		provider: room.platform ?? '',
		uuid: session.id ?? event.id,
		channel_uuid: room.id ?? '',
		basename: '',
		stream_title: room.title ?? '',
		segments: [],
		started_at: session.startedAt ?? '',
		...(session.endedAt === null ? {} : { ended_at: session.endedAt }),
		duration: 0,
		...known,
	};
}

const sampleVod = {
	provider: 'twitch',
	uuid: 'c0ffee00-1111-4222-8333-444455556666',
	channel_uuid: 'abcdabcd-1111-4222-8333-444455556666',
	basename: 'streamer_2026-08-22T18_00_03Z_401234567890',
	stream_title: 'Just some runs 🎮',
	capture_id: '401234567890',
	segments: [],
	created_at: '2026-08-22T18:00:05.120Z',
	saved_at: '2026-08-22T18:00:06.000Z',
	started_at: '2026-08-22T18:00:03.000Z',
	duration: 0,
	total_size: 0,
};

const finishedVod = {
	...sampleVod,
	segments: [
		{
			basename: 'streamer_2026-08-22T18_00_03Z_401234567890.mp4',
			filesize: 8012345678,
			deleted: false,
		},
	],
	ended_at: '2026-08-22T21:00:00.000Z',
	duration: 10797.4,
	total_size: 8012345678,
};

const sample = (action: string, data: JsonObject): JsonObject => ({ server: true, action, data });

/** A step that went wrong, by the step: the same action with `success` false. */
function failed(action: string, title: string, description: string, data: JsonObject) {
	return defineEvent({
		kind: 'error',
		title,
		description,
		schema: () =>
			bodySchema(action, {
				vod: z.looseObject(vodMembers()).nullish(),
				path: z.string().nullish(),
			}),
		samples: [sample(action, { ...data, success: false })],
		describe: ({ data: { vod, path } }) => ({
			kind: 'error',
			occurredAt: null,
			...describeVod(vod),
			error: { name: action, message: textOrNull(path) ?? textOrNull(vod?.basename) },
		}),
	});
}

/** A step that matters to nobody outside, or that comes every few seconds. */
function chatter(action: string, title: string, description: string, data: JsonObject) {
	return defineEvent({
		kind: 'unknown',
		title,
		description,
		housekeeping: true,
		schema: () => optionalVodSchema(action),
		samples: [sample(action, data)],
		describe: ({ data: { vod } }) => ({ kind: 'unknown', occurredAt: null, ...describeVod(vod) }),
	});
}

const FAILED = '.failed';
const FAILING = new Set(['end_capture', 'end_convert', 'video_download']);

const sampleJob = { job_name: 'tpc_streamer_2026-08-22T18_00_03Z_401234567890' };
const samplePath =
	'/usr/local/share/twitchautomator/data/storage/vods/streamer/streamer_2026-08-22T18_00_03Z_401234567890/streamer_2026-08-22T18_00_03Z_401234567890_vod.mp4';

/** LiveStreamDVR's webhook. */
export const liveStreamDvrWebhook = defineFormat({
	id: 'livestreamdvr',
	recorder: 'livestreamdvr',
	title: 'LiveStreamDVR Webhook',
	recognise: ({ server, action, data }) =>
		server === true && typeof action === 'string' && data !== undefined,
	typeOf: ({ action, data }) => {
		if (typeof action !== 'string') return null;
		const hasFailed = isJsonObject(data) && data.success === false && FAILING.has(action);
		return hasFailed ? `${action}${FAILED}` : action;
	},
	idOf: () => null,
	// There is no id, and no retry either: the same content again is the same event only within moments.
	sameContentWindowSeconds: 30,
	delivery: liveStreamDvrDelivery,
	lifecycle: {
		begins: ['recording.started'],
		ends: ['recording.ended'],
		sessionId: 'recording',
		finalFile: 'processed',
		// Converted after the end, which may take as long as the live did.
		filesFollow: true,
	},
	events: {
		init: defineEvent({
			kind: 'app.started',
			title: 'Server Started',
			description: 'LiveStreamDVR started',
			schema: () => bodySchema('init', {}),
			samples: [sample('init', { hello: 'world' })],
			describe: () => ({ kind: 'app.started', occurredAt: null }),
			build: () => sample('init', { hello: 'world' }),
		}),
		start_download: defineEvent({
			kind: 'recording.started',
			title: 'Download Started',
			description: 'A live stream was found and is about to be captured',
			schema: () => vodSchema('start_download'),
			samples: [sample('start_download', { vod: sampleVod })],
			describe: ({ data: { vod } }) => ({
				kind: 'recording.started',
				occurredAt: null,
				...describeVod(vod),
				recording: describeRecording(vod),
			}),
			build: (event) => sample('start_download', { vod: buildVod(event) }),
		}),
		end_capture: defineEvent({
			kind: 'recording.ended',
			title: 'Capture Ended',
			description: 'The stream ended; the capture is still to be converted',
			schema: () => vodSchema('end_capture'),
			samples: [
				sample('end_capture', {
					vod: { ...sampleVod, ended_at: finishedVod.ended_at },
					success: true,
				}),
			],
			describe: ({ data: { vod } }) => ({
				kind: 'recording.ended',
				occurredAt: isoFromTimestamp(vod.ended_at),
				...describeVod(vod),
				recording: describeRecording(vod),
			}),
			build: (event) =>
				sample('end_capture', {
					vod: buildVod(event, {
						ended_at: event.session.endedAt ?? event.occurredAt ?? '',
						duration: event.recording.durationSeconds ?? 0,
					}),
					success: true,
				}),
		}),
		end_download: defineEvent({
			kind: 'file.processed',
			title: 'Download Ended',
			description: 'Everything is done: the recording is converted and can be used',
			schema: () =>
				bodySchema('end_download', {
					vod: z.looseObject({ ...vodMembers(), segments: z.array(segment()).min(1) }),
				}),
			samples: [sample('end_download', { vod: finishedVod })],
			describe: ({ data: { vod } }) => {
				const [first, ...others] = vod.segments;
				const isOnly = others.length === 0;
				return {
					kind: 'file.processed',
					occurredAt: null,
					...describeVod(vod),
					file: describeFile(first?.basename ?? '', {
						role: 'video',
						sizeBytes: bytesOrNull(first?.filesize),
						// The duration is that of the whole recording.
						durationSeconds: isOnly && vod.duration !== 0 ? amountOrNull(vod.duration) : null,
						relatedPaths: others.map(({ basename }) => basename),
					}),
				};
			},
			build: (event) =>
				event.file.role === 'video'
					? sample('end_download', {
							vod: buildVod(event, {
								segments: [
									{ basename: event.file.path, filesize: event.file.sizeBytes },
									...event.file.relatedPaths.map((basename) => ({ basename })),
								],
								duration: event.file.durationSeconds ?? 0,
							}),
						})
					: null,
		}),
		chapter_update: defineEvent({
			kind: 'room.updated',
			title: 'Chapter Updated',
			description: 'The title or the category changed during a recording',
			schema: () =>
				bodySchema('chapter_update', { vod: z.looseObject(vodMembers()), chapter: chapter() }),
			samples: [
				sample('chapter_update', {
					chapter: {
						title: 'Randomizer time',
						game_id: '12345',
						game_name: 'Super Metroid & ALttP',
						offset: 1800,
						duration: 0,
						started_at: '2026-08-22T18:30:03.000Z',
						is_mature: false,
					},
					vod: sampleVod,
				}),
			],
			describe: ({ data: { vod, chapter: current } }) => {
				const { room, session } = describeVod(vod);
				const title = textOrNull(current?.title);
				const area = { parent: null, child: textOrNull(current?.game_name) };
				return {
					kind: 'room.updated',
					occurredAt: null,
					room: { ...room, title: title ?? room.title ?? null, area },
					session,
					change: { before: null, after: { title, area } },
				};
			},
		}),
		video_download: defineEvent({
			kind: 'file.closed',
			title: 'Video Downloaded',
			description: 'A VOD was downloaded from the platform afterwards',
			schema: () =>
				bodySchema('video_download', { path: z.string().min(1), success: z.boolean().nullish() }),
			samples: [sample('video_download', { success: true, path: samplePath })],
			describe: ({ data: { path } }) => ({
				kind: 'file.closed',
				occurredAt: null,
				file: describeFile(path, { role: 'video' }),
			}),
		}),
		vod_removed: defineEvent({
			kind: 'recording.deleted',
			title: 'Recording Removed',
			description: 'A recording and its files were deleted',
			schema: () => bodySchema('vod_removed', { basename: z.string().min(1) }),
			samples: [sample('vod_removed', { basename: sampleVod.basename })],
			describe: () => ({
				kind: 'recording.deleted',
				occurredAt: null,
				recording: recordingOf(),
			}),
		}),
		[`end_capture${FAILED}`]: failed(
			'end_capture',
			'Capture Failed',
			'A capture ended without a file',
			{
				vod: sampleVod,
			},
		),
		[`end_convert${FAILED}`]: failed(
			'end_convert',
			'Conversion Failed',
			'A capture could not be converted',
			{
				vod: sampleVod,
			},
		),
		[`video_download${FAILED}`]: failed(
			'video_download',
			'Video Download Failed',
			'A VOD could not be downloaded',
			{ path: samplePath },
		),
		start_capture: chatter(
			'start_capture',
			'Capture Started',
			'The capture’s process was started',
			{
				vod: sampleVod,
			},
		),
		start_convert: chatter(
			'start_convert',
			'Conversion Started',
			'The conversion of a capture began',
			{
				vod: sampleVod,
			},
		),
		end_convert: chatter('end_convert', 'Conversion Ended', 'A capture was converted; sent twice', {
			vod: finishedVod,
			success: true,
		}),
		vod_updated: chatter(
			'vod_updated',
			'Recording Updated',
			'Something about a recording changed',
			{
				vod: sampleVod,
			},
		),
		channel_updated: chatter(
			'channel_updated',
			'Channel Updated',
			'Something about a channel changed',
			{
				channel: { provider: 'twitch', uuid: sampleVod.channel_uuid, is_live: true },
			},
		),
		job_save: chatter('job_save', 'Job Saved', 'A job began', sampleJob),
		job_update: chatter('job_update', 'Job Updated', 'A job went on', sampleJob),
		job_progress: chatter('job_progress', 'Job Progress', 'A job went on', {
			...sampleJob,
			progress: 0.43,
		}),
		job_clear: chatter('job_clear', 'Job Cleared', 'A job ended', sampleJob),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: unlistedSchema,
		samples: [],
		describe: ({ data }) => ({
			kind: 'unknown',
			occurredAt: null,
			...describeVod(data?.vod),
		}),
	}),
});
