import { z } from 'zod/v4';

import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import {
	bytesOrNull,
	idOrNull,
	idSchema,
	noRoomNumber,
	numericIdOrNull,
	textOrNull,
} from '../payload';
import type { RecorderEvent, Room, Session, Streamer, Vod } from '../recorderEvent';
import { defineEvent, defineFormat } from '../recorderFormat';
import { isoFromTimestamp, isoFromUnixSeconds } from '../time';
import { MAX_ISSUES } from '../validation';
import { aodianyunDelivery, formDelivery } from './delivery';
import { unwrapBody } from './unwrap';

/*
 * Members and their order: document 004. It gives no types, so numbers may come as text (see unwrap.ts), and only
 * started_at is required beyond the event itself: without it two events of one stream couldn't be told apart.
 *
 * What fires an event is a stream, named by app and stream. `app/stream` is the session id: it pairs a start with its
 * stop and with the recordings made of it, and is there also where room_id is 0 (a stream that belongs to no room).
 */

const momentSchema = z.union([z.number(), z.string()]);

const envelopeMembers = () => ({
	room_id: idSchema.nullish().describe('Room number, 0 where the event belongs to none'),
	admin_id: idSchema.nullish().describe('Account that the event belongs to'),
	retry_times: z.number().nullish().describe('1 for the first delivery, one more for each retry'),
	started_at: z.union([z.number(), z.string().min(1)]).describe('When it happened, Unix seconds'),
});

const streamMembers = () => ({
	app: z.string().nullish().describe('App name of the stream'),
	stream: z.string().nullish().describe('Name of the stream'),
});

const spanMembers = () => ({
	start: momentSchema.nullish().describe('When it begins, Unix seconds'),
	end: momentSchema.nullish().describe('When it ends, Unix seconds'),
	uptime: momentSchema.nullish().describe('When it was uploaded, Unix seconds'),
});

function valueSchema<S extends z.core.$ZodLooseShape>(shape: S) {
	return z.looseObject(shape, { error: 'Expected an object, or the JSON text of one' });
}

function bodySchema<T extends string, S extends z.core.$ZodLooseShape>(eventType: T, value: S) {
	return z.looseObject({
		...envelopeMembers(),
		event_type: z.literal(eventType),
		event_value: valueSchema(value),
	});
}

const publishSchema = <C extends string>(command: C) =>
	bodySchema('sys/notify/lss', {
		cmd: z.literal(command),
		...streamMembers(),
		time: momentSchema.nullish().describe('Empty in the documentation; read where it is a time'),
	});

const fluencySchema = z.lazy(() =>
	bodySchema('sys/notify/lss_fluency', {
		...streamMembers(),
		forward_fluency: z.number().nullish().describe('Forwarding fluency, 0 to 100'),
		play_fluency: z.number().nullish().describe('Playback fluency, 0 to 100'),
		publish_fluency: z.number().nullish().describe('Publishing fluency, 0 to 100'),
	}),
);

const vodCreatedSchema = z.lazy(() =>
	bodySchema('sys/notify/live_dvr', {
		...streamMembers(),
		...spanMembers(),
		url: z.string().nullish().describe('The recording'),
		m3u8: z.string().nullish().describe('Its playlist'),
	}),
);

const snapshotSchema = z.lazy(() =>
	bodySchema('sys/notify/live_dvr_preview_image', {
		...streamMembers(),
		...spanMembers(),
		image: z.string().nullish().describe('Address of the picture'),
	}),
);

const uploadedSchema = z.lazy(() =>
	bodySchema('sys/notify/upload_dvr', {
		user: idSchema.nullish().describe('Account that the file belongs to'),
		filename: z.string().nullish().describe('Name of the uploaded file'),
		url: z.string().nullish().describe('The uploaded file'),
		uptime: spanMembers().uptime,
	}),
);

const transcodedSchema = z.lazy(() =>
	bodySchema('sys/notify/upload_dvr', {
		user: idSchema.nullish().describe('Account that the file belongs to'),
		url: z.string().nullish().describe('The uploaded file'),
		adaptive: z.string().nullish().describe('Playlist of all renditions'),
	}).superRefine((body, context) => {
		// m3u8_<height> and m3u8Size_<height>: members whose names the schema can't list.
		let wrong = 0;
		for (const [name, value] of Object.entries(body.event_value)) {
			if (wrong === MAX_ISSUES) return;
			const isWrongUrl = RENDITION_URL.test(name) && typeof value !== 'string';
			const isWrongSize = RENDITION_SIZE.test(name) && !Number.isSafeInteger(value);
			if (value === null || (!isWrongUrl && !isWrongSize)) continue;
			wrong++;
			context.addIssue({
				code: 'custom',
				path: ['event_value', name],
				message: `Invalid input: expected ${isWrongUrl ? 'string' : 'int'}`,
			});
		}
	}),
);

const unlistedSchema = z.lazy(() =>
	z
		.looseObject({
			...envelopeMembers(),
			event_type: z.string().min(1),
			event_value: valueSchema(streamMembers()).nullish(),
		})
		.refine((body) => !SPLIT_TYPES.has(body.event_type) || isJsonObject(body.event_value), {
			path: ['event_value'],
			error: 'Expected an object, or the JSON text of one',
		})
		.refine(
			({ event_type: type, event_value: value }) =>
				type !== LIVE_STREAM || !isJsonObject(value) || typeof value.cmd === 'string',
			{
				path: ['event_value', 'cmd'],
				error: 'Expected what happened to the stream: StartPublish, StopPublish, …',
			},
		),
);

type Envelope = z.infer<typeof unlistedSchema>;

/** One event type for two events: `cmd` says which. */
const LIVE_STREAM = 'sys/notify/lss';
/** One event type for two shapes: renditions come with the second. */
const UPLOAD = 'sys/notify/upload_dvr';

/** Both are told apart by their value, so without one they are neither. */
const SPLIT_TYPES: ReadonlySet<string> = new Set([LIVE_STREAM, UPLOAD]);

const RENDITION_URL = /^m3u8_([1-9]\d{0,4})$/;
const RENDITION_SIZE = /^m3u8Size_([1-9]\d{0,4})$/;
const OF_TRANSCODING = /^(?:m3u8_|m3u8Size_|adaptive$)/;

function typeOf(body: JsonObject): string | null {
	const { event_type: type, event_value: value } = body;
	if (typeof type !== 'string') return null;
	if (!isJsonObject(value)) return type;
	if (type === LIVE_STREAM) return typeof value.cmd === 'string' ? `${type}:${value.cmd}` : type;
	if (type !== UPLOAD) return type;
	const isTranscoded = Object.keys(value).some((name) => OF_TRANSCODING.test(name));
	return `${type}:${isTranscoded ? 'transcoded' : 'uploaded'}`;
}

/** Unix seconds of 1973 and later, or a timestamp with an offset; null for '', 0 and every other form. */
function momentOrNull(moment: number | string | null | undefined): string | null {
	if (typeof moment === 'number') {
		return moment >= 1e8 && moment < 1e11 && Number.isInteger(moment)
			? isoFromUnixSeconds(moment)
			: null;
	}
	const text = moment ?? '';
	return /^\d{9,11}$/.test(text) ? isoFromUnixSeconds(text) : isoFromTimestamp(text);
}

interface CommonDetails {
	readonly occurredAt: string | null;
	readonly room: Partial<Room>;
	readonly streamer: Partial<Streamer>;
	readonly session: Partial<Session>;
}

function describeEnvelope(
	{ room_id, admin_id, started_at }: Envelope,
	session: Partial<Session> = {},
): CommonDetails {
	return {
		occurredAt: momentOrNull(started_at),
		room: { id: idOrNull(room_id), platform: 'aodianyun' },
		streamer: { id: idOrNull(admin_id) },
		session,
	};
}

/** `app/stream`; the stream alone where it has no app, nothing where it has no name. */
function sessionId(value: NonNullable<Envelope['event_value']>): string | null {
	const { app, stream } = value;
	if (stream === '' || typeof stream !== 'string') return null;
	return app === '' || typeof app !== 'string' ? stream : `${app}/${stream}`;
}

/** The inverse of {@link sessionId}: app names have no slash. */
function streamOf(id: string | null): { app: string; stream: string } {
	const text = id ?? '';
	const slash = text.indexOf('/');
	return { app: text.slice(0, Math.max(slash, 0)), stream: text.slice(slash + 1) };
}

const NO_VOD: Vod = {
	ownerId: null,
	url: null,
	playlistUrl: null,
	filename: null,
	renditions: [],
	startedAt: null,
	endedAt: null,
	uploadedAt: null,
};

/** The pairs m3u8_<height> and m3u8Size_<height>, smallest picture first. */
function renditionsOf(value: Readonly<Record<string, unknown>>): Vod['renditions'] {
	const urls = new Map<number, string>();
	const sizes = new Map<number, number>();
	for (const [name, content] of Object.entries(value)) {
		const urlHeight = RENDITION_URL.exec(name)?.[1];
		const sizeHeight = RENDITION_SIZE.exec(name)?.[1];
		if (urlHeight !== undefined && typeof content === 'string') {
			urls.set(Number(urlHeight), content);
		} else if (sizeHeight !== undefined && typeof content === 'number') {
			sizes.set(Number(sizeHeight), content);
		}
	}
	return [...new Set([...urls.keys(), ...sizes.keys()])]
		.sort((a, b) => a - b)
		.map((height) => ({
			height,
			url: textOrNull(urls.get(height)),
			sizeBytes: bytesOrNull(sizes.get(height)),
		}));
}

function unixSeconds(isoTime: string | null): number {
	return isoTime === null ? 0 : Math.floor(Date.parse(isoTime) / 1000);
}

/** An account or room number as Aodianyun writes it; null where the id is none. */
function idValue(id: string | null): number | string | null {
	return id === null ? 0 : numericIdOrNull(id);
}

/** Why not, where the room has an id that is no number: Aodianyun has no such rooms. */
function buildBody(
	eventType: string,
	event: RecorderEvent,
	value: JsonObject,
): JsonObject | string {
	const roomId = idValue(event.room.id);
	if (roomId === null) return noRoomNumber(event.room.id);
	return {
		room_id: roomId,
		admin_id: idValue(event.streamer.id) ?? 0,
		retry_times: 1,
		started_at: unixSeconds(event.occurredAt ?? event.receivedAt),
		event_type: eventType,
		event_value: value,
	};
}

/** `time` of a start or stop: left empty, as documented, where it says no more than started_at. */
function publishTime(at: string | null, event: RecorderEvent): string {
	const seconds = unixSeconds(at);
	return seconds === 0 || seconds === unixSeconds(event.occurredAt) ? '' : String(seconds);
}

/** The members of the given ones that have a value. */
function known(members: Readonly<Record<string, JsonValue>>): JsonObject {
	return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

const sampleEnvelope = { room_id: 1042, admin_id: 1140, retry_times: 1 };
const sampleStream = { app: 'live', stream: 'lecture-hall' };
const sampleSpan = { start: 1483683506, end: 1483687106 };
const sampleVideo =
	'http://13830.long-vod.cdn.aodianyun.com/u/13830/webm/0x0/ad6b883587c20c0e7c338d9729c8f23c.webm';
const samplePlaylists = 'http://13830.long-vod.cdn.aodianyun.com/u/13830/m3u8';
const sampleName = 'ad6b883587c20c0e7c338d9729c8f23c';

/** Aodianyun's asynchronous notifications: five event types, two of which say two things each. */
export const aodianyunFormat = defineFormat({
	id: 'aodianyun',
	recorder: 'aodianyun',
	title: 'Aodianyun Webhook',
	recognise: (body) => 'event_type' in body && 'event_value' in body,
	typeOf,
	idOf: () => null,
	changesOnRetry: ['retry_times'],
	unwrap: unwrapBody,
	lifecycle: {
		begins: ['live.started'],
		ends: ['live.ended'],
		sessionId: 'stream',
		finalFile: 'vod',
	},
	delivery: aodianyunDelivery,
	formDelivery,
	events: {
		[`${LIVE_STREAM}:StartPublish`]: defineEvent({
			kind: 'live.started',
			title: 'Live Started',
			description: 'A stream began to be published',
			schema: () => publishSchema('StartPublish'),
			samples: [
				{
					...sampleEnvelope,
					started_at: 1483683506,
					event_type: LIVE_STREAM,
					event_value: { cmd: 'StartPublish', ...sampleStream, time: '' },
				},
			],
			describe: (payload) => {
				const { event_value: value } = payload;
				const startedAt = momentOrNull(value.time) ?? momentOrNull(payload.started_at);
				return {
					kind: 'live.started',
					...describeEnvelope(payload, { id: sessionId(value), startedAt }),
				};
			},
			build: (event) =>
				buildBody(LIVE_STREAM, event, {
					cmd: 'StartPublish',
					...streamOf(event.session.id),
					time: publishTime(event.session.startedAt, event),
				}),
		}),
		[`${LIVE_STREAM}:StopPublish`]: defineEvent({
			kind: 'live.ended',
			title: 'Live Ended',
			description: 'A stream is no longer published',
			schema: () => publishSchema('StopPublish'),
			samples: [
				{
					...sampleEnvelope,
					started_at: 1483687106,
					event_type: LIVE_STREAM,
					event_value: { cmd: 'StopPublish', ...sampleStream, time: '' },
				},
			],
			describe: (payload) => {
				const { event_value: value } = payload;
				const endedAt = momentOrNull(value.time) ?? momentOrNull(payload.started_at);
				return {
					kind: 'live.ended',
					...describeEnvelope(payload, { id: sessionId(value), endedAt }),
				};
			},
			build: (event) =>
				buildBody(LIVE_STREAM, event, {
					cmd: 'StopPublish',
					...streamOf(event.session.id),
					time: publishTime(event.session.endedAt, event),
				}),
		}),
		'sys/notify/lss_fluency': defineEvent({
			kind: 'live.quality_reported',
			title: 'Quality Reported',
			description: 'How fluently a stream is published, forwarded and played',
			schema: () => fluencySchema,
			samples: [
				{
					...sampleEnvelope,
					started_at: 1483684106,
					event_type: 'sys/notify/lss_fluency',
					event_value: {
						...sampleStream,
						forward_fluency: 100,
						play_fluency: 98,
						publish_fluency: 100,
					},
				},
			],
			describe: (payload) => {
				const { event_value: value } = payload;
				return {
					kind: 'live.quality_reported',
					...describeEnvelope(payload, { id: sessionId(value) }),
					quality: {
						forward: value.forward_fluency ?? null,
						play: value.play_fluency ?? null,
						publish: value.publish_fluency ?? null,
					},
				};
			},
			build: (event) =>
				buildBody('sys/notify/lss_fluency', event, {
					...streamOf(event.session.id),
					...known({
						forward_fluency: event.quality.forward,
						play_fluency: event.quality.play,
						publish_fluency: event.quality.publish,
					}),
				}),
		}),
		'sys/notify/live_dvr': defineEvent({
			kind: 'vod.created',
			title: 'VOD Created',
			description: 'A recording of a stream can be watched on demand',
			schema: () => vodCreatedSchema,
			samples: [
				{
					...sampleEnvelope,
					started_at: 1483687225,
					event_type: 'sys/notify/live_dvr',
					event_value: {
						...sampleStream,
						...sampleSpan,
						url: sampleVideo.replace('webm/0x0', 'mp4/0x0').replace(/webm$/, 'mp4'),
						m3u8: `${samplePlaylists}/${sampleName}.m3u8`,
						uptime: 1483687220,
					},
				},
			],
			describe: (payload) => {
				const { event_value: value } = payload;
				return {
					kind: 'vod.created',
					...describeEnvelope(payload, { id: sessionId(value) }),
					vod: {
						...NO_VOD,
						url: textOrNull(value.url),
						playlistUrl: textOrNull(value.m3u8),
						startedAt: momentOrNull(value.start),
						endedAt: momentOrNull(value.end),
						uploadedAt: momentOrNull(value.uptime),
					},
				};
			},
			build: (event) =>
				buildBody('sys/notify/live_dvr', event, {
					...streamOf(event.session.id),
					start: unixSeconds(event.vod.startedAt),
					end: unixSeconds(event.vod.endedAt),
					url: event.vod.url ?? '',
					m3u8: event.vod.playlistUrl ?? '',
					uptime: unixSeconds(event.vod.uploadedAt),
				}),
		}),
		'sys/notify/live_dvr_preview_image': defineEvent({
			kind: 'snapshot.created',
			title: 'Snapshot Created',
			description: 'A picture of a recording was made',
			schema: () => snapshotSchema,
			samples: [
				{
					...sampleEnvelope,
					started_at: 1483687231,
					event_type: 'sys/notify/live_dvr_preview_image',
					event_value: {
						...sampleStream,
						...sampleSpan,
						image: sampleVideo.replace('webm/0x0', 'jpg/0x0').replace(/webm$/, 'jpg'),
						uptime: 1483687230,
					},
				},
			],
			describe: (payload) => {
				const { event_value: value } = payload;
				return {
					kind: 'snapshot.created',
					...describeEnvelope(payload, { id: sessionId(value) }),
					snapshot: {
						url: textOrNull(value.image),
						startedAt: momentOrNull(value.start),
						endedAt: momentOrNull(value.end),
						uploadedAt: momentOrNull(value.uptime),
					},
				};
			},
			build: (event) =>
				buildBody('sys/notify/live_dvr_preview_image', event, {
					...streamOf(event.session.id),
					start: unixSeconds(event.snapshot.startedAt),
					end: unixSeconds(event.snapshot.endedAt),
					image: event.snapshot.url ?? '',
					uptime: unixSeconds(event.snapshot.uploadedAt),
				}),
		}),
		[`${UPLOAD}:uploaded`]: defineEvent({
			kind: 'vod.uploaded',
			title: 'VOD Uploaded',
			description: 'A video file was uploaded',
			schema: () => uploadedSchema,
			samples: [
				{
					...sampleEnvelope,
					room_id: 0,
					started_at: 1481796467,
					event_type: UPLOAD,
					event_value: {
						user: '13830',
						filename: 'movie',
						url: sampleVideo,
						uptime: 1481796467,
					},
				},
			],
			describe: (payload) => {
				const { event_value: value } = payload;
				return {
					kind: 'vod.uploaded',
					...describeEnvelope(payload),
					vod: {
						...NO_VOD,
						ownerId: idOrNull(value.user),
						url: textOrNull(value.url),
						filename: textOrNull(value.filename),
						uploadedAt: momentOrNull(value.uptime),
					},
				};
			},
			build: (event) =>
				buildBody(UPLOAD, event, {
					user: event.vod.ownerId ?? '',
					filename: event.vod.filename ?? '',
					url: event.vod.url ?? '',
					uptime: unixSeconds(event.vod.uploadedAt),
				}),
		}),
		[`${UPLOAD}:transcoded`]: defineEvent({
			kind: 'vod.transcoded',
			title: 'VOD Transcoded',
			description: 'An uploaded video file can be watched in further picture sizes',
			schema: () => transcodedSchema,
			samples: [
				{
					...sampleEnvelope,
					room_id: 0,
					started_at: 1481796703,
					event_type: UPLOAD,
					event_value: {
						user: '13830',
						url: sampleVideo,
						m3u8_240: `${samplePlaylists}/426x240/${sampleName}/${sampleName}.m3u8`,
						m3u8Size_240: 3266531,
						m3u8_720: `${samplePlaylists}/1280x720/${sampleName}/${sampleName}.m3u8`,
						m3u8Size_720: 18735104,
						adaptive: `${samplePlaylists}/adaptive/${sampleName}.m3u8`,
					},
				},
			],
			describe: (payload) => {
				const { event_value: value } = payload;
				return {
					kind: 'vod.transcoded',
					...describeEnvelope(payload),
					vod: {
						...NO_VOD,
						ownerId: idOrNull(value.user),
						url: textOrNull(value.url),
						playlistUrl: textOrNull(value.adaptive),
						renditions: renditionsOf(value),
					},
				};
			},
			build: (event) => {
				const renditions = event.vod.renditions.flatMap(({ height, url, sizeBytes }) => [
					[`m3u8_${height}`, url],
					[`m3u8Size_${height}`, sizeBytes],
				]);
				return buildBody(UPLOAD, event, {
					user: event.vod.ownerId ?? '',
					url: event.vod.url ?? '',
					...known(Object.fromEntries(renditions)),
					adaptive: event.vod.playlistUrl ?? '',
				});
			},
		}),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: () => unlistedSchema,
		samples: [],
		describe: (payload) => ({
			kind: 'unknown',
			...describeEnvelope(payload, { id: sessionId(payload.event_value ?? {}) }),
		}),
	}),
});
