import { z } from 'zod/v4';

import { isJsonObject, type JsonObject } from '../json';
import { idSchema, textOrNull, timestampSchema } from '../payload';
import type { RecorderEvent, Room, Streamer } from '../recorderEvent';
import { defineEvent, defineFormat } from '../recorderFormat';
import { isoFromTimestamp } from '../time';
import { owncastDelivery } from './delivery';

/*
 * Members and their order: FACTS-MORE 3 (the webhooks package of Owncast at 567e3a69). `status` and `serverURL` came in 2023,
 * the signature and FEDIVERSE_ENGAGEMENT_FOLLOW with 0.3.0.
 */

const status = () =>
	z
		.looseObject({
			lastConnectTime: timestampSchema.nullish().describe('When the stream began'),
			lastDisconnectTime: timestampSchema.nullish(),
			streamTitle: z.string().nullish(),
			viewerCount: z.number().nullish(),
			online: z.boolean().nullish().describe('Whether the server is live'),
		})
		.nullish();

const dataMembers = () => ({
	id: idSchema.nullish().describe('Id of the event'),
	name: z.string().nullish().describe('Name of the server'),
	serverURL: z.string().nullish().describe('Address of the server'),
	status: status(),
	streamTitle: z.string().nullish().describe('Title of the stream'),
	summary: z.string().nullish().describe('What the server is about'),
	timestamp: timestampSchema.nullish().describe('When it happened'),
});

const bodySchema = <T extends string>(type: T) =>
	z.looseObject({ eventData: z.looseObject(dataMembers()), type: z.literal(type) });

/** A stream event without its id could not be told from the next one. */
const streamSchema = <T extends string>(type: T) =>
	z.looseObject({
		eventData: z.looseObject({ ...dataMembers(), id: idSchema.describe('Id of the event') }),
		type: z.literal(type),
	});

const unlistedSchema = () =>
	z.looseObject({ eventData: z.looseObject(dataMembers()).nullish(), type: z.string().min(1) });

type EventData = NonNullable<z.infer<ReturnType<typeof unlistedSchema>>['eventData']>;

/** One server is one room; it has no id, so its address stands for it. */
function describeServer(data: EventData): { room: Partial<Room>; streamer: Partial<Streamer> } {
	const address = textOrNull(data.serverURL);
	return {
		room: {
			id: address,
			platform: 'owncast',
			title: textOrNull(data.streamTitle) ?? textOrNull(data.status?.streamTitle),
			url: address !== null && /^https?:\/\//i.test(address) ? address : null,
		},
		streamer: { name: textOrNull(data.name) },
	};
}

/** Rooms elsewhere are no Owncast servers: they have no counterpart. */
function buildBody(type: string, event: RecorderEvent, title: string | null): JsonObject | null {
	if (event.room.platform !== 'owncast' || event.room.id === null) return null;
	const happenedAt = event.occurredAt ?? event.receivedAt;
	return {
		eventData: {
			id: event.id,
			name: event.streamer.name ?? '',
			serverURL: event.room.id,
			streamTitle: title ?? '',
			timestamp: happenedAt,
		},
		type,
	};
}

const sampleStatus = (online: boolean) => ({
	lastConnectTime: '2026-08-22T18:00:01.123456789Z',
	lastDisconnectTime: online ? null : '2026-08-22T20:00:02.5Z',
	versionNumber: '0.3.0',
	streamTitle: 'Speedrun sunday',
	viewerCount: online ? 12 : 0,
	overallMaxViewerCount: 40,
	sessionMaxViewerCount: 15,
	online,
});

function sample(type: string, id: string, timestamp: string, online: boolean, title: string) {
	return {
		eventData: {
			id,
			name: 'Retro Corner',
			serverURL: 'https://stream.example.org',
			status: { ...sampleStatus(online), streamTitle: title },
			streamTitle: title,
			summary: 'Old games & new jokes',
			timestamp,
		},
		type,
	};
}

/** Chat and its people: thousands of events that are of no use to recording, so only where they are chosen. */
function chatEvent(type: string, title: string, description: string, example: JsonObject) {
	return defineEvent({
		kind: 'unknown',
		title,
		description,
		housekeeping: true,
		schema: () => bodySchema(type),
		samples: [
			{
				eventData: {
					status: sampleStatus(true),
					serverURL: 'https://stream.example.org',
					...example,
					timestamp: '2026-08-22T18:30:00.25Z',
				},
				type,
			},
		],
		describe: ({ eventData }) => ({
			kind: 'unknown',
			occurredAt: isoFromTimestamp(eventData.timestamp),
			...describeServer(eventData),
		}),
	});
}

const sampleUser = {
	id: 'kD8sV2z7R',
	displayName: 'quiet-otter',
	displayColor: 211,
	createdAt: '2026-01-05T10:00:00.123Z',
	previousNames: ['quiet-otter'],
	isBot: false,
	authenticated: false,
};

/** Where the id of an event stands: in its data, but scheduled events only have that of the thing that is scheduled. */
function idOf({ type, eventData }: JsonObject): string | null {
	if (typeof type !== 'string' || !isJsonObject(eventData)) return null;
	const { id, event, action } = eventData;
	if (typeof id === 'string' && id !== '') return id;
	if (!isJsonObject(event) || typeof event.id !== 'string' || typeof action !== 'string')
		return null;
	const { startTime } = event;
	return `${type}:${event.id}:${action}:${typeof startTime === 'string' ? startTime : ''}`;
}

/** Owncast's webhook, signed or not. It doesn't record: there are no files. */
export const owncastWebhook = defineFormat({
	id: 'owncast',
	recorder: 'owncast',
	title: 'Owncast Webhook',
	recognise: ({ type, eventData }) => typeof type === 'string' && eventData !== undefined,
	typeOf: ({ type }) => (typeof type === 'string' ? type : null),
	idOf,
	delivery: owncastDelivery,
	lifecycle: {
		begins: ['live.started'],
		ends: ['live.ended'],
		sessionId: 'none',
		finalFile: 'none',
	},
	events: {
		STREAM_STARTED: defineEvent({
			kind: 'live.started',
			title: 'Stream Started',
			description: 'The stream went live',
			schema: () => streamSchema('STREAM_STARTED'),
			samples: [
				sample(
					'STREAM_STARTED',
					'hJ3kLm2Vg',
					'2026-08-22T18:00:01.123456789Z',
					true,
					'Speedrun sunday',
				),
			],
			describe: ({ eventData }) => {
				const occurredAt = isoFromTimestamp(eventData.timestamp);
				return {
					kind: 'live.started',
					occurredAt,
					...describeServer(eventData),
					session: { startedAt: isoFromTimestamp(eventData.status?.lastConnectTime) ?? occurredAt },
				};
			},
			build: (event) => buildBody('STREAM_STARTED', event, event.room.title),
		}),
		STREAM_STOPPED: defineEvent({
			kind: 'live.ended',
			title: 'Stream Stopped',
			description: 'The stream went offline',
			schema: () => streamSchema('STREAM_STOPPED'),
			samples: [
				sample('STREAM_STOPPED', 'mN5oPq3Vg', '2026-08-22T20:00:02.5Z', false, 'Speedrun sunday'),
			],
			describe: ({ eventData }) => {
				const occurredAt = isoFromTimestamp(eventData.timestamp);
				return {
					kind: 'live.ended',
					occurredAt,
					...describeServer(eventData),
					session: {
						startedAt: isoFromTimestamp(eventData.status?.lastConnectTime),
						endedAt: occurredAt,
					},
				};
			},
			build: (event) => buildBody('STREAM_STOPPED', event, event.room.title),
		}),
		STREAM_TITLE_UPDATED: defineEvent({
			kind: 'room.title_changed',
			title: 'Stream Title Updated',
			description: 'The title changed; also while offline',
			schema: () => streamSchema('STREAM_TITLE_UPDATED'),
			samples: [
				sample(
					'STREAM_TITLE_UPDATED',
					'xY7zAb4Vg',
					'2026-08-22T19:00:00Z',
					true,
					'Any% attempts 🎮',
				),
			],
			describe: ({ eventData }) => {
				const server = describeServer(eventData);
				const title = textOrNull(eventData.streamTitle);
				return {
					kind: 'room.title_changed',
					occurredAt: isoFromTimestamp(eventData.timestamp),
					...server,
					change: { before: null, after: { title, area: { parent: null, child: null } } },
				};
			},
			build: (event) =>
				buildBody('STREAM_TITLE_UPDATED', event, event.change.after?.title ?? event.room.title),
		}),
		CHAT: chatEvent('CHAT', 'Chat Message', 'Somebody wrote in the chat', {
			user: sampleUser,
			body: '<p>hello</p>\n',
			rawBody: 'hello',
			id: 'msg000001',
			clientId: 7,
			visible: true,
		}),
		USER_JOINED: chatEvent('USER_JOINED', 'User Joined', 'Somebody joined the chat', {
			id: 'uj0000001',
			user: sampleUser,
		}),
		USER_PARTED: chatEvent('USER_PARTED', 'User Parted', 'Somebody left the chat', {
			id: 'up0000001',
			user: sampleUser,
		}),
		NAME_CHANGE: chatEvent(
			'NAME_CHANGE',
			'Name Change',
			'Somebody in the chat changed their name',
			{
				id: 'nc0000001',
				user: sampleUser,
				newName: 'loud-otter',
			},
		),
		'VISIBILITY-UPDATE': chatEvent(
			'VISIBILITY-UPDATE',
			'Visibility Update',
			'Chat messages were hidden or shown again',
			{ id: 'vu0000001', user: null, visible: false, ids: ['msg000001'] },
		),
		FEDIVERSE_ENGAGEMENT_FOLLOW: defineEvent({
			kind: 'unknown',
			title: 'Fediverse Follow',
			description: 'Somebody in the Fediverse follows the server',
			schema: () => bodySchema('FEDIVERSE_ENGAGEMENT_FOLLOW'),
			samples: [
				{
					eventData: {
						id: 'ff0000001',
						timestamp: '2026-08-22T18:40:00.5Z',
						name: 'Otter',
						username: 'otter@social.example',
						image: 'https://social.example/otter.png',
						serverURL: 'https://stream.example.org',
					},
					type: 'FEDIVERSE_ENGAGEMENT_FOLLOW',
				},
			],
			// `name` is the follower's here, not the server's.
			describe: ({ eventData }) => ({
				kind: 'unknown',
				occurredAt: isoFromTimestamp(eventData.timestamp),
				...describeServer({ ...eventData, name: null }),
			}),
		}),
		SCHEDULED_EVENTS: defineEvent({
			kind: 'unknown',
			title: 'Scheduled Event',
			description: 'A scheduled stream is about to begin, begins or ends by its schedule',
			schema: () => bodySchema('SCHEDULED_EVENTS'),
			samples: [
				{
					eventData: {
						status: sampleStatus(false),
						serverURL: 'https://stream.example.org',
						event: {
							id: 's3hed0001',
							name: 'Saturday run',
							description: 'every week',
							startTime: '2026-08-29T18:00:00Z',
							durationMinutes: 120,
							timezone: 'Europe/Berlin',
							status: 'scheduled',
						},
						action: 'started',
						timestamp: '2026-08-29T17:50:00Z',
					},
					type: 'SCHEDULED_EVENTS',
				},
			],
			describe: ({ eventData }) => ({
				kind: 'unknown',
				occurredAt: isoFromTimestamp(eventData.timestamp),
				...describeServer(eventData),
			}),
		}),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: unlistedSchema,
		samples: [],
		describe: ({ eventData }) => ({
			kind: 'unknown',
			occurredAt: isoFromTimestamp(eventData?.timestamp),
			...describeServer(eventData ?? {}),
		}),
	}),
});
