import { z } from 'zod/v4';

import { isJsonObject, type JsonObject } from './json';

/*
 * The blocks that RecorderEvents are made of: `room`, `file`, `clip`, … Which kind of event has which is said in
 * recorderEvent.ts, which is where others take the types from.
 */

/** ISO 8601 in UTC with milliseconds, e.g. `2021-05-14T09:52:54.946Z`. */
const isoTime = z.iso.datetime({ precision: 3 });
const text = z.string().nullable();
const bytes = z.number().int().nonnegative().nullable();
const seconds = z.number().nonnegative().nullable();

/** Members that came with 0.2.0: null where an item was made before. */
const localText = text.default(null);

const area = z.object({
	parent: text.describe('Parent category'),
	child: text.describe('Category'),
});

const room = z.lazy(() =>
	z.object({
		id: text.describe('Room or channel id, as text: no digit is lost'),
		shortId: text.describe('Short room id; null when there is none'),
		platform: text.describe('Where the stream runs, e.g. bilibili'),
		title: text.describe('Title of the live room'),
		url: text.describe('Link a person can open; null where the platform is not known'),
		coverUrl: text,
		area,
	}),
);

const streamer = z.object({ id: text, name: text, avatarUrl: text });

const session = z.lazy(() =>
	z.object({
		id: text.describe('The recorder’s id of the live or recording session'),
		startedAt: isoTime.nullable(),
		endedAt: isoTime.nullable(),
		platformLiveId: localText.describe(
			'The platform’s own id of the live, where the recorder names it beside its own: the same for all recordings of one live',
		),
	}),
);

/** What the recorder says was so at that moment; never remembered from other events, as it changes. */
const state = z.lazy(() =>
	z.object({
		live: z.boolean().nullable().describe('Whether the room was live'),
		recording: z.boolean().nullable().describe('Whether it was being recorded'),
		danmakuConnected: z.boolean().nullable().describe('Whether danmaku were being received'),
	}),
);

export const file = z.lazy(() =>
	z.object({
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
		sourceLocalPath: localText.describe('The same file where n8n runs'),
		danmakuPath: text.describe('The danmaku file of this video, by the recorder’s convention'),
		danmakuLocalPath: localText.describe('The same file where n8n runs'),
		coverPath: text.describe('The cover image of this video, by the recorder’s convention'),
		coverLocalPath: localText.describe('The same file where n8n runs'),
		relatedPaths: z.array(z.string()).describe('Further files that the same event names'),
		relatedLocalPaths: z
			.array(text)
			.default([])
			.describe('The same files where n8n runs, in the same order'),
	}),
);

export const clip = z.lazy(() =>
	z.object({
		id: text,
		title: text,
		path: z.string().describe('Path as the recorder said it'),
		localPath: text.describe('The same file where n8n runs, by the path mapping'),
		sizeBytes: bytes,
		durationSeconds: seconds,
		coverPath: text,
		coverLocalPath: localText.describe('The same file where n8n runs'),
		note: text,
		uploadId: localText.describe('Id that it was uploaded under, e.g. Bilibili’s bvid'),
	}),
);

export const vod = z.lazy(() =>
	z.object({
		ownerId: localText.describe('Account that the file belongs to, where it is named'),
		url: text,
		playlistUrl: text.describe('m3u8 playlist'),
		filename: text,
		renditions: z.array(z.object({ height: z.number().int(), url: text, sizeBytes: bytes })),
		startedAt: isoTime.nullable(),
		endedAt: isoTime.nullable(),
		uploadedAt: isoTime.nullable(),
		sizeBytes: bytes.optional(),
		durationSeconds: seconds.optional(),
	}),
);

export const snapshot = z.lazy(() =>
	z.object({
		url: text,
		startedAt: isoTime.nullable(),
		endedAt: isoTime.nullable(),
		uploadedAt: isoTime.nullable(),
	}),
);

export const quality = z.lazy(() =>
	z.object({
		forward: z.number().nullable().describe('Forwarding fluency, 0 to 100'),
		play: z.number().nullable().describe('Playback fluency, 0 to 100'),
		publish: z.number().nullable().describe('Publishing fluency, 0 to 100'),
	}),
);

export const storage = z.object({
	path: text,
	thresholdBytes: bytes,
	freeBytes: bytes,
	totalBytes: bytes,
});

const titleAndArea = z.object({ title: text, area });
export const change = z.object({ before: titleAndArea.nullable(), after: titleAndArea.nullable() });
export const error = z.object({ name: text, message: text });
const recordedOutput = z.lazy(() =>
	z.object({
		path: z.string().describe('Path as the recorder said it'),
		localPath: localText.describe('The same file where n8n runs, by the path mapping'),
		url: text.describe('Where it can be fetched, where the recorder put it somewhere'),
		sizeBytes: bytes,
		durationSeconds: seconds,
		startedAt: isoTime.nullable(),
		endedAt: isoTime.nullable(),
	}),
);

export const recording = z.lazy(() =>
	z.object({
		paths: z.array(z.string()).describe('Files of this recording that the event names'),
		localPaths: z
			.array(text)
			.default([])
			.describe('The same files where n8n runs, in the same order'),
		sizeBytes: bytes,
		durationSeconds: seconds,
		files: z
			.array(recordedOutput)
			.optional()
			.describe('The same files one by one, where the recorder says more of them'),
	}),
);

export const summary = z.lazy(() =>
	z.object({
		files: z
			.array(file)
			.describe(
				'The final files in order of recording; what was converted stands in place of what it was made from',
			),
		sizeBytes: bytes.describe('Sum over the videos whose size is known'),
		durationSeconds: seconds.describe('Sum over the videos whose duration is known'),
		sessionIds: z.array(z.string()).describe('Every recording session it consists of, in order'),
		titles: z.array(z.string()).describe('Every title it had, in order'),
		reason: z
			.enum(['ended', 'gave_up', 'late'])
			.describe(
				'ended: complete; gave_up: something never came; late: what came after the item of the same live',
			),
		missing: z
			.array(z.object({ path: z.string(), localPath: localText, openedAt: isoTime.nullable() }))
			.describe('Files that were opened, and never said to be closed'),
		leftOut: z
			.array(
				z.object({
					path: z.string(),
					localPath: localText,
					sizeBytes: bytes,
					durationSeconds: seconds,
				}),
			)
			.describe('Files below the least size or duration that the trigger is set to'),
		eventIds: z.array(z.string()).describe('The events it was made from'),
	}),
);

const warning = z.object({ path: z.string(), message: z.string() });

export const everyEvent = () => ({
	id: z.string().describe('The same for every delivery of one event'),
	recorder: z.string().describe('Which recorder spoke, e.g. bililive-recorder'),
	format: z.string().describe('Its webhook format, e.g. bililive-recorder.v2'),
	nativeType: z.string().describe('The event type in the recorder’s own words'),
	occurredAt: isoTime.nullable().describe('When the recorder says it happened'),
	receivedAt: isoTime.describe('When n8n received it'),
	room,
	streamer,
	session,
	state: state
		.default({ live: null, recording: null, danmakuConnected: null })
		.describe('What the recorder said was so at that moment; null where it didn’t'),
	warnings: z
		.array(warning)
		.describe('What the format didn’t expect, e.g. a field of another type'),
	remembered: z
		.array(z.enum(['room', 'streamer', 'session']))
		.describe('Blocks completed from earlier events of the same room'),
	recovered: z
		.literal(true)
		.optional()
		.describe('Only where no event told of it: the recorder’s list of files did'),
	raw: z
		.custom<JsonObject>(isJsonObject, { error: 'Expected the recorder’s payload' })
		.describe('The recorder’s payload, untouched'),
});

export type Room = z.infer<typeof room>;
export type Streamer = z.infer<typeof streamer>;
export type Session = z.infer<typeof session>;
export type RoomState = z.infer<typeof state>;
export type RecordedFile = z.infer<typeof file>;
export type Clip = z.infer<typeof clip>;
export type Vod = z.infer<typeof vod>;
export type Snapshot = z.infer<typeof snapshot>;
export type Quality = z.infer<typeof quality>;
export type Storage = z.infer<typeof storage>;
export type RoomChange = z.infer<typeof change>;
export type Recording = z.infer<typeof recording>;
export type SessionSummary = z.infer<typeof summary>;
export type EventWarning = z.infer<typeof warning>;

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
export const unknownSession: Session = Object.freeze({
	id: null,
	startedAt: null,
	endedAt: null,
	platformLiveId: null,
});

/** A moment of which the recorder doesn't say what was so. */
export const unknownState: RoomState = Object.freeze({
	live: null,
	recording: null,
	danmakuConnected: null,
});
