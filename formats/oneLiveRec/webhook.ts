import { z } from 'zod/v4';

import { isJsonObject, type JsonObject } from '../json';
import {
	amountOrNull,
	bytesOrNull,
	describeFile,
	durationOf,
	idOrNull,
	livePageUrl,
	textOrNull,
	timestampSchema,
} from '../payload';
import type {
	RecorderEvent,
	Room,
	RoomChange,
	RoomState,
	Session,
	Streamer,
} from '../recorderEvent';
import { defineEvent, defineFormat } from '../recorderFormat';
import { isoFromTimestamp } from '../time';
import { oneLiveRecDelivery } from './delivery';

/*
 * Members and their order: document 003, the only source there is. Its samples leave out what doesn't matter to the
 * page (`id` and `ts` everywhere, `data` for app_*), and a public consumer takes every member of `data` as optional:
 * so does this.
 */

/** A member of data that is an id: text in the document, but nothing is lost by taking a number. */
const optionalIdSchema = z.lazy(() => z.union([z.number().int(), z.string()]).nullish());

const liveInfoSchema = z.lazy(() =>
	z
		.looseObject({
			uid: optionalIdSchema.describe('Id of the streamer'),
			uname: z.string().nullish().describe('Name of the streamer'),
			avatar: z.string().nullish().describe('Address of the avatar'),
			title: z.string().nullish().describe('Title of the live'),
			cover: z.string().nullish().describe('Address of the cover'),
			categories: z.array(z.string()).nullish().describe('Primary and secondary category'),
			status: z.enum(['live', 'offline']).nullish(),
			live_id: optionalIdSchema.describe('Id of the live'),
			start_time: timestampSchema.nullish().describe('When the live started'),
		})
		.nullish(),
);

const channelMembers = () => ({
	platform: z.string().nullish().describe('Name of the platform'),
	channel: optionalIdSchema.describe('Id of the channel'),
});

const liveMembers = {
	...channelMembers(),
	url: z.string().nullish().describe('Address of the live'),
	live_info: liveInfoSchema,
};

const changeMembers = {
	...channelMembers(),
	old_live_info: liveInfoSchema,
	new_live_info: liveInfoSchema,
};

function bodySchema<T extends string, S extends z.core.$ZodLooseShape>(type: T, data: S) {
	return z.looseObject({
		id: z.string().nullish().describe('Id of the event'),
		ts: timestampSchema.nullish().describe('When it happened'),
		type: z.literal(type),
		data: z.looseObject(data).nullish(),
	});
}

/** An event about a file is of no use without its path. */
function fileSchema<T extends string, S extends z.core.$ZodLooseShape>(type: T, data: S) {
	return bodySchema(type, data).extend({ data: z.looseObject(data) });
}

/** An event type newer than this package: without the whole envelope it could be anybody's. */
const unlistedSchema = z.lazy(() =>
	z.looseObject({
		id: z.string().min(1),
		ts: timestampSchema,
		type: z.string().min(1),
		data: z.looseObject(liveMembers).nullish(),
	}),
);

type LiveInfo = z.infer<typeof liveInfoSchema>;
type Channel = {
	platform?: string | null | undefined;
	channel?: string | number | null | undefined;
	url?: string | null | undefined;
} | null;

interface Described {
	room: Partial<Room>;
	streamer: Streamer;
	session: Partial<Session>;
	state: Partial<RoomState>;
}

function describeLive(data: Channel | undefined, live?: LiveInfo): Described {
	const platform = textOrNull(data?.platform);
	const id = idOrNull(data?.channel);
	return {
		room: {
			id,
			platform,
			title: textOrNull(live?.title),
			url: textOrNull(data?.url) ?? livePageUrl(platform, id),
			coverUrl: textOrNull(live?.cover),
			area: describeArea(live?.categories),
		},
		streamer: {
			id: idOrNull(live?.uid),
			name: textOrNull(live?.uname),
			avatarUrl: textOrNull(live?.avatar),
		},
		session: {
			id: idOrNull(live?.live_id),
			startedAt: isoFromTimestamp(live?.start_time),
		},
		state: { live: typeof live?.status === 'string' ? live.status === 'live' : null },
	};
}

/**
 * `[primary, secondary]` is parent and child. Where there is only one it is the child, which is where the other
 * recorders put the category that a live is in.
 */
function describeArea(categories: readonly string[] | null | undefined): Room['area'] {
	const first = textOrNull(categories?.[0]);
	const second = textOrNull(categories?.[1]);
	return second === null ? { parent: null, child: first } : { parent: first, child: second };
}

/** Null for `{}` too, which is how the document's samples say nothing. */
function describeState(live: LiveInfo): RoomChange['before'] {
	const title = textOrNull(live?.title);
	const area = describeArea(live?.categories);
	const knowsNothing = title === null && area.parent === null && area.child === null;
	return knowsNothing ? null : { title, area };
}

function buildBody(type: string, event: RecorderEvent, data: JsonObject): JsonObject {
	const happenedAt = event.occurredAt ?? event.receivedAt;
	// Nine digits, as in the document's sample.
	return { id: event.id, ts: happenedAt.replace('Z', '000000Z'), type, data };
}

function buildChannel({ room }: RecorderEvent): JsonObject {
	return { platform: room.platform ?? '', channel: room.id ?? '' };
}

function buildLiveInfo(
	{ room, streamer, session, state: { live } }: RecorderEvent,
	usualStatus: 'live' | 'offline',
	said: { title: string | null; area: Room['area'] } = room,
): JsonObject {
	return {
		uid: streamer.id ?? '',
		uname: streamer.name ?? '',
		avatar: streamer.avatarUrl ?? '',
		title: said.title ?? '',
		cover: room.coverUrl ?? '',
		categories: [said.area.parent, said.area.child].filter((category) => category !== null),
		status: live === null ? usualStatus : live ? 'live' : 'offline',
		live_id: session.id,
		start_time: session.startedAt === null ? null : session.startedAt.replace('.000Z', 'Z'),
	};
}

function buildLiveBody(type: string, event: RecorderEvent, status: 'live' | 'offline'): JsonObject {
	return buildBody(type, event, {
		...buildChannel(event),
		url: event.room.url ?? '',
		live_info: buildLiveInfo(event, status),
	});
}

function buildChangeBody(
	type: string,
	event: Extract<RecorderEvent, { kind: 'room.title_changed' | 'room.category_changed' }>,
): JsonObject {
	const { before, after } = event.change;
	return buildBody(type, event, {
		...buildChannel(event),
		old_live_info: before === null ? {} : buildLiveInfo(event, 'live', before),
		new_live_info: after === null ? {} : buildLiveInfo(event, 'live', after),
	});
}

const sampleChannel = { platform: 'twitch', channel: 'oneliverec_demo' };
const sampleUrl = 'https://www.twitch.tv/oneliverec_demo';
const sampleInfo = {
	uid: '123456789',
	uname: 'OneLiveRec Demo',
	avatar: 'https://static-cdn.jtvnw.net/jtv_user_pictures/demo-profile_image-300x300.png',
	title: 'Speedrun practice',
	cover: 'https://static-cdn.jtvnw.net/previews-ttv/live_user_oneliverec_demo-1280x720.jpg',
	categories: ['Games', 'Celeste'],
	status: 'live',
	live_id: '41375541868',
	start_time: '2026-03-11T05:22:38Z',
};
const sampleSource = '/app/rec/twitch/oneliverec_demo/2026-03-11_05-22-40.ts';
const sampleVideo = '/app/rec/twitch/oneliverec_demo/2026-03-11_05-22-40.mp4';

const events = {
	live_start: defineEvent({
		kind: 'live.started',
		title: 'Live Start',
		description: 'A watched channel went live',
		schema: () => bodySchema('live_start', liveMembers),
		samples: [
			{
				id: '398ea849-7c4b-45c4-bd2f-093df217266c',
				ts: '2026-03-11T05:22:38.393477700Z',
				type: 'live_start',
				data: { ...sampleChannel, url: sampleUrl, live_info: sampleInfo },
			},
		],
		describe: ({ ts, data }) => ({
			kind: 'live.started',
			occurredAt: isoFromTimestamp(ts),
			...describeLive(data, data?.live_info),
		}),
		build: (event) => buildLiveBody('live_start', event, 'live'),
	}),
	live_end: defineEvent({
		kind: 'live.ended',
		title: 'Live End',
		description: 'A watched channel went offline',
		schema: () => bodySchema('live_end', liveMembers),
		samples: [
			{
				id: '0c9d7f53-3a14-4a40-8f43-7d1f0c8be1a2',
				ts: '2026-03-11T07:24:10.118203500Z',
				type: 'live_end',
				data: {
					...sampleChannel,
					url: sampleUrl,
					live_info: { ...sampleInfo, status: 'offline', live_id: null, start_time: null },
				},
			},
		],
		describe: ({ ts, data }) => {
			const occurredAt = isoFromTimestamp(ts);
			const described = describeLive(data, data?.live_info);
			return {
				kind: 'live.ended',
				occurredAt,
				...described,
				session: { ...described.session, endedAt: occurredAt },
			};
		},
		build: (event) => buildLiveBody('live_end', event, 'offline'),
	}),
	video_file_create: defineEvent({
		kind: 'file.opened',
		title: 'Video File Created',
		description: 'A file was opened for writing; one live may have several',
		schema: () =>
			fileSchema('video_file_create', {
				...channelMembers(),
				path: z.string().min(1).describe('Path of the file'),
			}),
		samples: [
			{
				id: '6b0f6f0c-51bb-4c0f-9b43-6ad6e8b9a9e1',
				ts: '2026-03-11T05:22:40.551902300Z',
				type: 'video_file_create',
				data: { ...sampleChannel, path: sampleSource },
			},
		],
		describe: ({ ts, data }) => {
			const occurredAt = isoFromTimestamp(ts);
			return {
				kind: 'file.opened',
				occurredAt,
				...describeLive(data),
				file: describeFile(data.path, { role: 'video', openedAt: occurredAt }),
			};
		},
		build: (event) =>
			event.file.role !== 'video'
				? null
				: buildBody('video_file_create', event, {
						...buildChannel(event),
						path: event.file.path,
					}),
	}),
	video_file_finish: defineEvent({
		kind: 'file.closed',
		title: 'Video File Finished',
		description: 'A file is complete',
		schema: () =>
			fileSchema('video_file_finish', {
				...channelMembers(),
				path: z.string().min(1).describe('Path of the file'),
				filesize: z.number().int().nullish().describe('Size in bytes'),
				duration: z.number().nullish().describe('Duration in seconds'),
			}),
		samples: [
			{
				id: 'd2a4a5d8-6f5d-4a3e-8a0d-7f6b2f1f5b77',
				ts: '2026-03-11T07:24:11.902114600Z',
				type: 'video_file_finish',
				data: { ...sampleChannel, path: sampleSource, filesize: 5470224384, duration: 7290 },
			},
		],
		describe: ({ ts, data }) => {
			const occurredAt = isoFromTimestamp(ts);
			return {
				kind: 'file.closed',
				occurredAt,
				...describeLive(data),
				file: describeFile(data.path, {
					role: 'video',
					sizeBytes: bytesOrNull(data?.filesize),
					durationSeconds: amountOrNull(data?.duration),
					closedAt: occurredAt,
				}),
			};
		},
		build: (event) =>
			event.file.role !== 'video'
				? null
				: buildBody('video_file_finish', event, {
						...buildChannel(event),
						path: event.file.path,
						filesize: event.file.sizeBytes ?? 0,
						duration: durationOf(event.file) ?? 0,
					}),
	}),
	video_transmux_finish: defineEvent({
		kind: 'file.processed',
		title: 'Transmux Finished',
		description: 'A file was converted to another container, e.g. from .ts to .mp4',
		schema: () =>
			fileSchema('video_transmux_finish', {
				...channelMembers(),
				input: z.string().nullish().describe('Path of the file it was made from'),
				output: z.string().min(1).describe('Path of the file'),
			}),
		samples: [
			{
				id: '8e2f3b55-9a1d-4f0e-a6c1-2f4a55d5c0de',
				ts: '2026-03-11T07:24:29.370865100Z',
				type: 'video_transmux_finish',
				data: { ...sampleChannel, input: sampleSource, output: sampleVideo },
			},
		],
		describe: ({ ts, data }) => ({
			kind: 'file.processed',
			occurredAt: isoFromTimestamp(ts),
			...describeLive(data),
			file: describeFile(data.output, {
				role: 'video',
				sourcePath: textOrNull(data?.input),
			}),
		}),
		// An unknown input stays empty: naming the output would have receivers that clean up delete it.
		build: (event) =>
			event.file.role !== 'video'
				? null
				: buildBody('video_transmux_finish', event, {
						...buildChannel(event),
						input: event.file.sourcePath ?? '',
						output: event.file.path,
					}),
	}),
	title_change: defineEvent({
		kind: 'room.title_changed',
		title: 'Title Changed',
		description: 'The title changed during a live',
		schema: () => bodySchema('title_change', changeMembers),
		samples: [
			{
				id: '4d3c7a0f-20c9-4b8e-8a39-5a6e44d1c9f3',
				ts: '2026-03-11T06:01:02.730551800Z',
				type: 'title_change',
				data: {
					...sampleChannel,
					old_live_info: sampleInfo,
					new_live_info: { ...sampleInfo, title: 'Speedrun attempts' },
				},
			},
		],
		describe: ({ ts, data }) => ({
			kind: 'room.title_changed',
			occurredAt: isoFromTimestamp(ts),
			...describeLive(data, data?.new_live_info),
			change: {
				before: describeState(data?.old_live_info),
				after: describeState(data?.new_live_info),
			},
		}),
		build: (event) => buildChangeBody('title_change', event),
	}),
	category_change: defineEvent({
		kind: 'room.category_changed',
		title: 'Category Changed',
		description: 'The category changed during a live',
		schema: () => bodySchema('category_change', changeMembers),
		samples: [
			{
				id: 'b7c5e2f1-6d08-4e2b-9b0a-0f8f6f2a7d10',
				ts: '2026-03-11T06:40:17.004219400Z',
				type: 'category_change',
				data: {
					...sampleChannel,
					old_live_info: sampleInfo,
					new_live_info: { ...sampleInfo, categories: ['IRL', 'Just Chatting'] },
				},
			},
		],
		describe: ({ ts, data }) => ({
			kind: 'room.category_changed',
			occurredAt: isoFromTimestamp(ts),
			...describeLive(data, data?.new_live_info),
			change: {
				before: describeState(data?.old_live_info),
				after: describeState(data?.new_live_info),
			},
		}),
		build: (event) => buildChangeBody('category_change', event),
	}),
	app_launch: defineEvent({
		kind: 'app.started',
		title: 'App Launched',
		description: 'OneLiveRec started',
		schema: () => bodySchema('app_launch', {}),
		samples: [
			{
				id: '1f7a3b0c-4f6e-4b52-9f3f-3a1d2c9e8b01',
				ts: '2026-03-11T05:00:00.204817600Z',
				type: 'app_launch',
				data: {},
			},
		],
		describe: ({ ts }) => ({ kind: 'app.started', occurredAt: isoFromTimestamp(ts) }),
		// The document's own receiver demands a data object, so an empty one is sent.
		build: (event) => buildBody('app_launch', event, {}),
	}),
	app_exit: defineEvent({
		kind: 'app.stopped',
		title: 'App Exited',
		description: 'OneLiveRec is closing',
		schema: () => bodySchema('app_exit', {}),
		samples: [
			{
				id: '1f7a3b0c-4f6e-4b52-9f3f-3a1d2c9e8b02',
				ts: '2026-03-11T23:59:58.660340900Z',
				type: 'app_exit',
				data: {},
			},
		],
		describe: ({ ts }) => ({ kind: 'app.stopped', occurredAt: isoFromTimestamp(ts) }),
		build: (event) => buildBody('app_exit', event, {}),
	}),
	error: defineEvent({
		kind: 'error',
		title: 'Error',
		description: 'Something went wrong in OneLiveRec',
		schema: () =>
			bodySchema('error', {
				...channelMembers(),
				error: z.string().nullish().describe('What went wrong'),
			}),
		samples: [
			{
				id: '5ad1d7de-94f2-4f6c-b0a3-0f2c9f6f3e44',
				ts: '2026-03-11T06:12:45.881077200Z',
				type: 'error',
				data: { ...sampleChannel, error: 'Failed to fetch the stream: 403 Forbidden' },
			},
		],
		describe: ({ ts, data }) => ({
			kind: 'error',
			occurredAt: isoFromTimestamp(ts),
			...describeLive(data),
			error: { name: null, message: textOrNull(data?.error) },
		}),
		build: (event) => {
			const parts = [event.error.name, event.error.message].filter((part) => part !== null);
			return buildBody('error', event, { ...buildChannel(event), error: parts.join(': ') });
		},
	}),
};

const documentedTypes: ReadonlySet<string> = new Set(Object.keys(events));

/**
 * The types of the document are known by their name alone, since its samples have nothing else; any other type by the
 * whole envelope. blrec's bodies have `date` where these have `ts`.
 */
function recognise(body: JsonObject): boolean {
	const { id, ts, type, data } = body;
	if (typeof type !== 'string' || Object.hasOwn(body, 'date')) return false;
	// biliLive-tools' documentation has a live_start, too, with a version, a time and data of other names.
	const hasForeignFrame = Object.hasOwn(body, 'version') || Object.hasOwn(body, 'time');
	const hasForeignData =
		isJsonObject(data) && (Object.hasOwn(data, 'username') || Object.hasOwn(data, 'roomId'));
	if (ts === undefined && (hasForeignFrame || hasForeignData)) return false;
	if (typeof id === 'string' && typeof ts === 'string') return true;
	return documentedTypes.has(type) && (data === undefined || data === null || isJsonObject(data));
}

/**
 * OneLiveRec's webhook: all ten event types, and whatever types may follow.
 *
 * A body without id and ts, as in the document's samples, is known by its content alone: `{"type":"app_launch"}` comes
 * back at every launch. How long retries may take isn't documented; after a minute it counts as another event.
 */
export const oneLiveRecWebhook = defineFormat({
	id: 'one-live-rec',
	recorder: 'one-live-rec',
	title: 'OneLiveRec Webhook',
	recognise,
	typeOf: (body) => (typeof body.type === 'string' ? body.type : null),
	idOf: (body) => (typeof body.id === 'string' ? body.id : null),
	sameContentWindowSeconds: 60,
	lifecycle: {
		begins: ['live.started'],
		ends: ['live.ended'],
		sessionId: 'live',
		finalFile: 'converted',
	},
	delivery: oneLiveRecDelivery,
	events,
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: () => unlistedSchema,
		samples: [],
		describe: ({ ts, data }) => ({
			kind: 'unknown',
			occurredAt: isoFromTimestamp(ts),
			...describeLive(data, data?.live_info),
		}),
	}),
});
