import { z } from 'zod/v4';

import type { JsonObject } from '../json';
import { amountOrNull, bytesOrNull, idOrNull, recordingOf, textOrNull } from '../payload';
import type { RecorderEvent, Room } from '../recorderEvent';
import { defineEvent, defineFormat } from '../recorderFormat';
import { isoFromUnixMilliseconds, isoFromUnixSeconds } from '../time';
import { tencentCssDelivery } from './delivery';

/*
 * Members: FACTS-MORE 7 (the vendor's pages, and bodies of 2017 that lack app and appname). Ids are texts of up to 20 digits;
 * some numbers were texts in earlier years.
 */

const number = () => z.union([z.number(), z.string()]).nullish();
const id = () => z.union([z.string(), z.number().int()]).nullish();

const commonMembers = () => ({
	appid: id().describe('Id of the account'),
	app: z.string().nullish().describe('Push domain'),
	domain: z.string().nullish().describe('Push domain'),
	appname: z.string().nullish().describe('Push path'),
	stream_id: z.string().min(1).describe('Name of the stream'),
	sign: z.string().nullish().describe('Proof of the sender'),
	t: number().describe('Until when the proof counts, Unix seconds'),
});

const eventSchema = <T extends number, S extends z.core.$ZodLooseShape>(type: T, members: S) =>
	z.looseObject({ ...commonMembers(), ...members, event_type: z.literal(type) });

const pushSchema = <T extends number>(type: T) =>
	eventSchema(type, {
		event_time: number().describe('Unix seconds'),
		event_time_ms: number().describe('Unix milliseconds'),
		sequence: id().describe('The same for the beginning and the end of one push'),
		errcode: number(),
		errmsg: z.string().nullish().describe('Why the push ended'),
		push_duration: number().describe('Milliseconds'),
	});

const fileSchema = () =>
	eventSchema(100, {
		file_id: id(),
		file_format: z.string().nullish().describe('flv, hls, mp4 or aac'),
		start_time: number().describe('Unix seconds'),
		end_time: number().describe('Unix seconds'),
		duration: number().describe('Seconds'),
		file_size: number().describe('Bytes; of the playlist where the format is hls'),
		video_url: z.string().min(1).describe('Where the file can be fetched'),
	});

const recordSchema = () =>
	eventSchema(332, {
		record_event: z.string().min(1).describe('record_start_succeeded, record_ended, …'),
		session_id: id().describe('Id of the recording'),
		seq: id(),
		event_time: number().describe('Unix seconds'),
		record_detail: z.string().nullish(),
	});

const unlistedSchema = () =>
	z.looseObject({
		event_type: z.number().int(),
		stream_id: z.string().nullish(),
		event_time: number(),
	});

function describeStream(stream: string | null | undefined): Partial<Room> {
	return { id: textOrNull(stream), platform: 'tencent-css' };
}

/** A number that may be written as text; null for anything else. */
function numberOrNull(value: number | string | null | undefined): number | null {
	if (typeof value === 'string') return /^\d{1,15}$/.test(value) ? Number(value) : null;
	return amountOrNull(value);
}

type Push = z.infer<ReturnType<typeof pushSchema<number>>>;

function describePush(payload: Push) {
	return {
		occurredAt:
			isoFromUnixMilliseconds(payload.event_time_ms) ?? isoFromUnixSeconds(payload.event_time),
		room: describeStream(payload.stream_id),
		id: idOrNull(payload.sequence),
	};
}

function unixSeconds(iso: string): number {
	return Math.trunc(Date.parse(iso) / 1000);
}

function buildPush(type: number, event: RecorderEvent): JsonObject | null {
	if (event.room.id === null) return null;
	const happenedAt = event.occurredAt ?? event.receivedAt;
	return {
		event_time: unixSeconds(happenedAt),
		event_time_ms: Date.parse(happenedAt),
		event_type: type,
		sequence: event.session.id ?? event.id,
		stream_id: event.room.id,
	};
}

function buildRecord(recordEvent: string, event: RecorderEvent): JsonObject | null {
	if (event.room.id === null) return null;
	return {
		event_time: unixSeconds(event.occurredAt ?? event.receivedAt),
		event_type: 332,
		record_event: recordEvent,
		seq: event.id,
		session_id: event.session.id ?? event.id,
		stream_id: event.room.id,
	};
}

const samplePush = {
	app: 'push.example.com',
	appid: 1300000001,
	appname: 'live',
	errcode: 0,
	errmsg: 'ok',
	event_time: 1787421603,
	event_time_ms: 1787421603123,
	event_type: 1,
	sequence: '2210464508206756938',
	stream_id: 'room-1001',
	sign: '3391fe51967247a3939fa5fdda291cc8',
	t: 1787422203,
};

/** What tells the events of one recording apart is their `seq`. */
const sampleRecord = (event: string, seq: number): JsonObject => ({
	appid: 1300000001,
	appname: 'live',
	domain: 'push.example.com',
	event_time: 1787421603,
	event_type: 332,
	record_detail: '{"file_format":3,"record_bps":0}',
	record_event: event,
	seq: `326644142627464806${seq}`,
	session_id: '2918085116267032069',
	stream_id: 'room-1001',
	sign: '3391fe51967247a3939fa5fdda291cc8',
	t: 1787422203,
});

type Record332 = z.infer<ReturnType<typeof recordSchema>>;

function describeRecord(payload: Record332) {
	return {
		occurredAt: isoFromUnixSeconds(payload.event_time),
		room: describeStream(payload.stream_id),
		id: idOrNull(payload.session_id),
	};
}

function recordTrouble(event: string, seq: number, title: string, description: string) {
	return defineEvent({
		kind: 'error',
		title,
		description,
		schema: recordSchema,
		samples: [sampleRecord(event, seq)],
		describe: (payload) => {
			const { id: sessionId, ...known } = describeRecord(payload);
			return {
				kind: 'error',
				...known,
				session: { id: sessionId },
				error: { name: event, message: textOrNull(payload.record_detail) },
			};
		},
	});
}

function recordPause(event: string, seq: number, title: string, description: string) {
	return defineEvent({
		kind: 'unknown',
		title,
		description,
		schema: recordSchema,
		samples: [sampleRecord(event, seq)],
		describe: (payload) => {
			const { id: sessionId, ...known } = describeRecord(payload);
			return { kind: 'unknown', ...known, session: { id: sessionId } };
		},
	});
}

/** Which members tell one event from the next, by its type; the proof (`t`, `sign`) may be another on a retry. */
function idOf(body: JsonObject): string | null {
	const join = (...names: readonly string[]): string | null => {
		const values = names.map((name) => body[name]);
		const isKnown = values.every(
			(value) => (typeof value === 'string' && value !== '') || typeof value === 'number',
		);
		return isKnown ? [String(body.event_type), ...values].join(':') : null;
	};
	switch (body.event_type) {
		case 0:
		case 1:
			return join('stream_id', 'sequence', 'event_time');
		case 100:
			return join('file_id');
		case 200:
			return join('pic_full_url', 'create_time');
		case 332:
			return join('session_id', 'seq', 'event_time');
		default:
			return null;
	}
}

/** Members that callbacks have; each has several of them (Tencent's documents of its callbacks, and the corpus). */
const FRAME = [
	'appid',
	'app',
	'appname',
	'event_time',
	'stream_id',
	'channel_id',
	'create_time',
	'file_id',
	'stream_param',
	'sign',
	't',
];

function recognise(body: JsonObject): boolean {
	const named = FRAME.filter((name) => Object.hasOwn(body, name));
	return typeof body.event_type === 'number' && named.length >= 2;
}

/** The live callbacks of Tencent Cloud CSS (云直播). */
export const tencentCssCallback = defineFormat({
	id: 'tencent-css',
	recorder: 'tencent-css',
	title: 'Tencent Cloud CSS Callback',
	recognise,
	typeOf: ({ event_type: type, record_event: recordEvent }) => {
		if (typeof type !== 'number') return null;
		return type === 332 && typeof recordEvent === 'string' ? recordEvent : String(type);
	},
	idOf,
	changesOnRetry: ['t', 'sign'],
	delivery: tencentCssDelivery,
	lifecycle: {
		begins: ['live.started', 'recording.started'],
		ends: ['recording.ended', 'live.ended'],
		sessionId: 'recording',
		finalFile: 'vod',
	},
	events: {
		'1': defineEvent({
			kind: 'live.started',
			title: 'Push Began',
			description: 'A stream is being pushed',
			schema: () => pushSchema(1),
			samples: [samplePush],
			describe: (payload) => {
				const { id: sequence, ...known } = describePush(payload);
				return {
					kind: 'live.started',
					...known,
					session: { id: sequence, startedAt: known.occurredAt },
				};
			},
			build: (event) => buildPush(1, event),
		}),
		'0': defineEvent({
			kind: 'live.ended',
			title: 'Push Ended',
			description: 'A stream is no longer pushed',
			schema: () => pushSchema(0),
			samples: [
				{
					...samplePush,
					errcode: 1,
					errmsg: 'The push client actively stopped the push',
					event_time: 1787425203,
					event_time_ms: 1787425203005,
					event_type: 0,
					push_duration: '3599882',
				},
			],
			describe: (payload) => {
				const { id: sequence, ...known } = describePush(payload);
				return {
					kind: 'live.ended',
					...known,
					session: { id: sequence, endedAt: known.occurredAt },
				};
			},
			build: (event) => buildPush(0, event),
		}),
		'100': defineEvent({
			kind: 'vod.created',
			title: 'File Recorded',
			description: 'A recorded file can be fetched',
			schema: fileSchema,
			samples: [
				{
					event_type: 100,
					app: 'push.example.com',
					appid: 1300000001,
					appname: 'live',
					stream_id: 'room-1001',
					file_id: '3270835010217163420',
					file_format: 'mp4',
					start_time: 1787421603,
					end_time: 1787423403,
					duration: 1800,
					file_size: 536870912,
					video_url: 'https://1300000001.vod2.myqcloud.com/abc/def/f0.mp4',
					sign: 'b0c77c59a78e6b1e8c7a319aa9ed7ae6',
					t: 1787424003,
				},
			],
			describe: (payload) => {
				const isPlaylist = /\.m3u8(?:$|\?)/i.test(payload.video_url);
				return {
					kind: 'vod.created',
					occurredAt: isoFromUnixSeconds(payload.end_time),
					room: describeStream(payload.stream_id),
					vod: {
						ownerId: null,
						url: isPlaylist ? null : payload.video_url,
						playlistUrl: isPlaylist ? payload.video_url : null,
						filename: null,
						renditions: [],
						// Of a playlist it is the playlist's own size.
						sizeBytes: isPlaylist ? null : bytesOrNull(numberOrNull(payload.file_size)),
						durationSeconds: numberOrNull(payload.duration),
						startedAt: isoFromUnixSeconds(payload.start_time),
						endedAt: isoFromUnixSeconds(payload.end_time),
						uploadedAt: null,
					},
				};
			},
			build: (event) => {
				const { url, playlistUrl, startedAt, endedAt, sizeBytes, durationSeconds } = event.vod;
				const address = url ?? playlistUrl;
				if (event.room.id === null || address === null) return null;
				return {
					event_type: 100,
					stream_id: event.room.id,
					file_id: event.id,
					...(startedAt === null ? {} : { start_time: unixSeconds(startedAt) }),
					...(endedAt === null ? {} : { end_time: unixSeconds(endedAt) }),
					...(typeof durationSeconds === 'number' ? { duration: durationSeconds } : {}),
					...(typeof sizeBytes === 'number' ? { file_size: sizeBytes } : {}),
					video_url: address,
				};
			},
		}),
		'200': defineEvent({
			kind: 'snapshot.created',
			title: 'Screenshot Taken',
			description: 'A screenshot can be fetched',
			schema: () =>
				eventSchema(200, {
					create_time: number().describe('Unix seconds'),
					pic_full_url: z.string().min(1).describe('Where the picture can be fetched'),
				}),
			samples: [
				{
					app: 'test.app',
					appname: 'live',
					create_time: 1622599925,
					event_type: 200,
					pic_full_url: 'http://your.cos.region.myqcloud.com/screenshot-10-12-05.jpg',
					stream_id: 'room-1001',
					sign: '6e0124211f294a86d0685b5e24fc21ca',
					t: 1622600525,
				},
			],
			describe: (payload) => ({
				kind: 'snapshot.created',
				occurredAt: isoFromUnixSeconds(payload.create_time),
				room: describeStream(payload.stream_id),
				snapshot: {
					url: payload.pic_full_url,
					startedAt: null,
					endedAt: null,
					uploadedAt: isoFromUnixSeconds(payload.create_time),
				},
			}),
			build: (event) =>
				event.room.id === null || event.snapshot.url === null
					? null
					: {
							create_time: unixSeconds(event.occurredAt ?? event.receivedAt),
							event_type: 200,
							pic_full_url: event.snapshot.url,
							stream_id: event.room.id,
						},
		}),
		record_start_succeeded: defineEvent({
			kind: 'recording.started',
			title: 'Recording Started',
			description: 'A recording began',
			schema: recordSchema,
			samples: [sampleRecord('record_start_succeeded', 1)],
			describe: (payload) => {
				const { id: sessionId, ...known } = describeRecord(payload);
				return {
					kind: 'recording.started',
					...known,
					session: { id: sessionId, startedAt: known.occurredAt },
					recording: recordingOf(),
				};
			},
			build: (event) => buildRecord('record_start_succeeded', event),
		}),
		record_ended: defineEvent({
			kind: 'recording.ended',
			title: 'Recording Ended',
			description: 'A recording ended; its files follow',
			schema: recordSchema,
			samples: [sampleRecord('record_ended', 2)],
			describe: (payload) => {
				const { id: sessionId, ...known } = describeRecord(payload);
				return {
					kind: 'recording.ended',
					...known,
					session: { id: sessionId, endedAt: known.occurredAt },
					recording: recordingOf(),
				};
			},
			build: (event) => buildRecord('record_ended', event),
		}),
		record_start_failed: recordTrouble(
			'record_start_failed',
			3,
			'Recording Not Started',
			'A recording could not be started',
		),
		record_error: recordTrouble('record_error', 4, 'Recording Broke Off', 'A recording broke off'),
		record_paused: recordPause('record_paused', 5, 'Recording Paused', 'A recording was paused'),
		record_resumed: recordPause('record_resumed', 6, 'Recording Resumed', 'A recording goes on'),
		'321': defineEvent({
			kind: 'error',
			title: 'Push Exception',
			description: 'The pushed stream stutters or is broken',
			// Some are mere jitter, every few seconds.
			housekeeping: true,
			schema: () =>
				eventSchema(321, {
					data_time: number().describe('Unix milliseconds'),
					abnormal_event: z.array(z.looseObject({ type_desc_en: z.string().nullish() })).nullish(),
				}),
			samples: [
				{
					appid: 1300000001,
					data_time: 1787421663000,
					domain: 'push.example.com',
					stream_id: 'room-1001',
					event_type: 321,
					abnormal_event: [{ type: 1, count: 2, detail: [], type_desc_en: 'video timestamp jump' }],
				},
			],
			describe: (payload) => ({
				kind: 'error',
				occurredAt: isoFromUnixMilliseconds(payload.data_time),
				room: describeStream(payload.stream_id),
				error: {
					name: 'push_exception',
					message: textOrNull(payload.abnormal_event?.[0]?.type_desc_en),
				},
			}),
		}),
		'341': defineEvent({
			kind: 'error',
			title: 'Recording Exception',
			description: 'Something went wrong with a recording',
			schema: () =>
				eventSchema(341, {
					session_id: id().describe('Id of the recording'),
					timestamp: number().describe('Unix seconds'),
					exception: z
						.array(z.looseObject({ type: z.string().nullish(), desc: z.string().nullish() }))
						.nullish(),
				}),
			samples: [
				{
					appid: 1300000001,
					event_type: 341,
					stream_id: 'room-1001',
					session_id: '2918085116267032069',
					timestamp: 1787421693,
					exception: [{ type: 'upload_failed', occurs: 1, desc: 'Failed to upload the file' }],
				},
			],
			describe: (payload) => ({
				kind: 'error',
				occurredAt: isoFromUnixSeconds(payload.timestamp),
				room: describeStream(payload.stream_id),
				session: { id: idOrNull(payload.session_id) },
				error: {
					name: textOrNull(payload.exception?.[0]?.type),
					message: textOrNull(payload.exception?.[0]?.desc),
				},
			}),
		}),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'Relay tasks, moderation, or a type newer than this package',
		schema: unlistedSchema,
		samples: [],
		describe: (payload) => ({
			kind: 'unknown',
			occurredAt: isoFromUnixSeconds(payload.event_time),
			room: describeStream(payload.stream_id),
		}),
	}),
});
