import { z } from 'zod/v4';

import { isJsonObject, type JsonObject } from './json';

/**
 * One vocabulary for all recorders: every trigger's item is a RecorderEvent, whichever recorder spoke.
 * The TypeScript types and the JSON Schemas (`__schema__`) come from the zod schemas on this page.
 */

/** ISO 8601 in UTC with milliseconds, e.g. `2021-05-14T09:52:54.946Z`. */
const isoTime = z.iso.datetime({ precision: 3 });
const text = z.string().nullable();
const bytes = z.number().int().nonnegative().nullable();
const seconds = z.number().nonnegative().nullable();

const area = z.object({
	parent: text.describe('Parent category'),
	child: text.describe('Category'),
});

const room = z.object({
	id: text.describe('Room or channel id, as text: no digit is lost'),
	shortId: text.describe('Short room id; null when there is none'),
	platform: text.describe('Where the stream runs, e.g. bilibili'),
	title: text.describe('Title of the live room'),
	url: text.describe('Link a person can open; null where the platform is not known'),
	coverUrl: text,
	area,
});

const streamer = z.object({ id: text, name: text, avatarUrl: text });

const session = z.object({
	id: text.describe('The recorder’s id of the live or recording session'),
	startedAt: isoTime.nullable(),
	endedAt: isoTime.nullable(),
});

const file = z.object({
	path: z.string().describe('Path as the recorder said it'),
	localPath: text.describe(
		'The same file where n8n runs, by the path mapping; null when none covers it',
	),
	name: z.string(),
	extension: z.string().describe('Lower case, without the dot'),
	role: z.enum(['video', 'danmaku', 'raw_danmaku', 'cover', 'other']),
	sizeBytes: bytes,
	durationSeconds: seconds,
	openedAt: isoTime.nullable(),
	closedAt: isoTime.nullable(),
	sourcePath: text.describe('The file this one was made from, where it was converted'),
	danmakuPath: text.describe('The danmaku file of this video, by the recorder’s convention'),
	coverPath: text.describe('The cover image of this video, by the recorder’s convention'),
	relatedPaths: z.array(z.string()).describe('Further files that the same event names'),
});

const clip = z.object({
	id: text,
	title: text,
	path: z.string().describe('Path as the recorder said it'),
	localPath: text.describe('The same file where n8n runs, by the path mapping'),
	sizeBytes: bytes,
	durationSeconds: seconds,
	coverPath: text,
	note: text,
});

const vod = z.object({
	url: text,
	playlistUrl: text.describe('m3u8 playlist'),
	filename: text,
	renditions: z.array(z.object({ height: z.number().int(), url: text, sizeBytes: bytes })),
	startedAt: isoTime.nullable(),
	endedAt: isoTime.nullable(),
	uploadedAt: isoTime.nullable(),
});

const snapshot = z.object({
	url: text,
	startedAt: isoTime.nullable(),
	endedAt: isoTime.nullable(),
	uploadedAt: isoTime.nullable(),
});

const quality = z.object({
	forward: z.number().nullable().describe('Forwarding fluency, 0 to 100'),
	play: z.number().nullable().describe('Playback fluency, 0 to 100'),
	publish: z.number().nullable().describe('Publishing fluency, 0 to 100'),
});

const storage = z.object({
	path: text,
	thresholdBytes: bytes,
	freeBytes: bytes,
	totalBytes: bytes,
});

const roomState = z.object({ title: text, area });
const change = z.object({ before: roomState.nullable(), after: roomState.nullable() });
const error = z.object({ name: text, message: text });
const recording = z.object({
	paths: z.array(z.string()).describe('Files of this recording that the event names'),
	sizeBytes: bytes,
	durationSeconds: seconds,
});

const warning = z.object({ path: z.string(), message: z.string() });

const everyEvent = {
	id: z.string().describe('The same for every delivery of one event'),
	recorder: z.string().describe('Which recorder spoke, e.g. bililive-recorder'),
	format: z.string().describe('Its webhook format, e.g. bililive-recorder.v2'),
	nativeType: z.string().describe('The event type in the recorder’s own words'),
	occurredAt: isoTime.nullable().describe('When the recorder says it happened'),
	receivedAt: isoTime.describe('When n8n received it'),
	room,
	streamer,
	session,
	warnings: z
		.array(warning)
		.describe('What the format didn’t expect, e.g. a field of another type'),
	remembered: z
		.array(z.enum(['room', 'streamer', 'session']))
		.describe('Blocks completed from earlier events of the same room'),
	raw: z
		.custom<JsonObject>(isJsonObject, { error: 'Expected the recorder’s payload' })
		.describe('The recorder’s payload, untouched'),
};

function event<K extends string, S extends z.core.$ZodLooseShape>(kind: K, shape: S) {
	return z.object({ kind: z.literal(kind), ...everyEvent, ...shape });
}

/** Every kind of event, with the schema of its item. */
export const eventSchemas = {
	'app.started': event('app.started', {}),
	'app.stopped': event('app.stopped', {}),
	'room.added': event('room.added', {}),
	'room.removed': event('room.removed', {}),
	'room.title_changed': event('room.title_changed', { change }),
	'room.category_changed': event('room.category_changed', { change }),
	'room.updated': event('room.updated', { change }),
	'live.started': event('live.started', {}),
	'live.ended': event('live.ended', {}),
	'live.quality_reported': event('live.quality_reported', { quality }),
	'recording.started': event('recording.started', { recording }),
	'recording.ended': event('recording.ended', { recording }),
	'recording.cancelled': event('recording.cancelled', { recording }),
	'recording.deleted': event('recording.deleted', { recording }),
	'file.opened': event('file.opened', { file }),
	'file.closed': event('file.closed', { file }),
	'file.processed': event('file.processed', { file }),
	'clip.created': event('clip.created', { clip }),
	'clip.deleted': event('clip.deleted', { clip }),
	'snapshot.created': event('snapshot.created', { snapshot }),
	'vod.created': event('vod.created', { vod }),
	'vod.uploaded': event('vod.uploaded', { vod }),
	'vod.transcoded': event('vod.transcoded', { vod }),
	'storage.low': event('storage.low', { storage }),
	error: event('error', { error }),
	unknown: event('unknown', {}),
} as const;

/** What happened, whoever says it. */
export type EventKind = keyof typeof eventSchemas;

/** One event of a given kind, as every trigger puts it out. */
export type EventOf<K extends EventKind> = { [P in K]: z.infer<(typeof eventSchemas)[P]> }[K];

/** One event of any recorder: a union discriminated on `kind`. */
export type RecorderEvent = EventOf<EventKind>;

/** The schema of one RecorderEvent of any kind. */
export const recorderEventSchema = z.discriminatedUnion('kind', [
	eventSchemas['app.started'],
	eventSchemas['app.stopped'],
	eventSchemas['room.added'],
	eventSchemas['room.removed'],
	eventSchemas['room.title_changed'],
	eventSchemas['room.category_changed'],
	eventSchemas['room.updated'],
	eventSchemas['live.started'],
	eventSchemas['live.ended'],
	eventSchemas['live.quality_reported'],
	eventSchemas['recording.started'],
	eventSchemas['recording.ended'],
	eventSchemas['recording.cancelled'],
	eventSchemas['recording.deleted'],
	eventSchemas['file.opened'],
	eventSchemas['file.closed'],
	eventSchemas['file.processed'],
	eventSchemas['clip.created'],
	eventSchemas['clip.deleted'],
	eventSchemas['snapshot.created'],
	eventSchemas['vod.created'],
	eventSchemas['vod.uploaded'],
	eventSchemas['vod.transcoded'],
	eventSchemas['storage.low'],
	eventSchemas.error,
	eventSchemas.unknown,
]);

export type Room = z.infer<typeof room>;
export type Streamer = z.infer<typeof streamer>;
export type Session = z.infer<typeof session>;
export type RecordedFile = z.infer<typeof file>;
export type Clip = z.infer<typeof clip>;
export type Vod = z.infer<typeof vod>;
export type Snapshot = z.infer<typeof snapshot>;
export type Quality = z.infer<typeof quality>;
export type Storage = z.infer<typeof storage>;
export type RoomChange = z.infer<typeof change>;
export type Recording = z.infer<typeof recording>;
export type EventWarning = z.infer<typeof warning>;

/** A group of kinds: one output of a trigger that has an output per group. */
export interface EventGroup {
	readonly id: string;
	readonly title: string;
	readonly kinds: readonly EventKind[];
}

/** Every kind is in exactly one group; outputs follow this order. */
export const eventGroups: readonly EventGroup[] = [
	{ id: 'live', title: 'Live', kinds: ['live.started', 'live.ended', 'live.quality_reported'] },
	{
		id: 'recording',
		title: 'Recording',
		kinds: ['recording.started', 'recording.ended', 'recording.cancelled', 'recording.deleted'],
	},
	{ id: 'file', title: 'File', kinds: ['file.opened', 'file.closed', 'file.processed'] },
	{ id: 'clip', title: 'Clip', kinds: ['clip.created', 'clip.deleted'] },
	{
		id: 'media',
		title: 'VOD and Snapshot',
		kinds: ['vod.created', 'vod.uploaded', 'vod.transcoded', 'snapshot.created'],
	},
	{
		id: 'room',
		title: 'Room',
		kinds: [
			'room.added',
			'room.removed',
			'room.title_changed',
			'room.category_changed',
			'room.updated',
		],
	},
	{ id: 'app', title: 'Recorder App', kinds: ['app.started', 'app.stopped'] },
	{ id: 'trouble', title: 'Trouble', kinds: ['storage.low', 'error'] },
	{ id: 'other', title: 'Other', kinds: ['unknown'] },
];

/** All kinds, in the order in which they are listed to people. */
export const eventKinds: readonly EventKind[] = eventGroups.flatMap((group) => group.kinds);

const TITLE_OF_KIND: Record<EventKind, string> = {
	'app.started': 'Recorder Started',
	'app.stopped': 'Recorder Stopped',
	'room.added': 'Room Added',
	'room.removed': 'Room Removed',
	'room.title_changed': 'Title Changed',
	'room.category_changed': 'Category Changed',
	'room.updated': 'Room Updated',
	'live.started': 'Live Started',
	'live.ended': 'Live Ended',
	'live.quality_reported': 'Quality Reported',
	'recording.started': 'Recording Started',
	'recording.ended': 'Recording Ended',
	'recording.cancelled': 'Recording Cancelled',
	'recording.deleted': 'Recording Deleted',
	'file.opened': 'File Opened',
	'file.closed': 'File Closed',
	'file.processed': 'File Processed',
	'clip.created': 'Clip Created',
	'clip.deleted': 'Clip Deleted',
	'snapshot.created': 'Snapshot Created',
	'vod.created': 'VOD Created',
	'vod.uploaded': 'VOD Uploaded',
	'vod.transcoded': 'VOD Transcoded',
	'storage.low': 'Storage Low',
	error: 'Recorder Error',
	unknown: 'Other Event',
};

/** A kind in words, e.g. `file.closed` -> `File Closed`. */
export function kindTitle(kind: EventKind): string {
	return TITLE_OF_KIND[kind];
}

/** A room of which nothing is known. */
export const unknownRoom: Room = Object.freeze({
	id: null,
	shortId: null,
	platform: null,
	title: null,
	url: null,
	coverUrl: null,
	area: Object.freeze({ parent: null, child: null }),
});

/** A streamer of whom nothing is known. */
export const unknownStreamer: Streamer = Object.freeze({ id: null, name: null, avatarUrl: null });

/** A session of which nothing is known. */
export const unknownSession: Session = Object.freeze({ id: null, startedAt: null, endedAt: null });
