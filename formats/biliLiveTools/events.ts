import { z } from 'zod/v4';

import { isJsonObject, type JsonObject } from '../json';
import {
	describeFile,
	idOrNull,
	idSchema,
	recordingOf,
	textOrNull,
	timestampSchema,
} from '../payload';
import type { RecorderEvent } from '../recorderEvent';
import { defineEvent, defineFormat } from '../recorderFormat';
import { isoFromTimestamp } from '../time';
import { biliLiveToolsDelivery } from './delivery';
import { describeRoom, platformName } from './room';

/*
 * Members and their order: FACTS-MORE 4 (biliLive-tools 3.20.0, utils/externalEvent.ts). Its documentation's examples name
 * live_start and live_end what the program sends as record_start and record_end: both are taken.
 */

const roomMembers = () => ({
	roomId: idSchema.nullish().describe('Id of the room'),
	platform: z.string().nullish().describe('Bilibili, DouYin, DouYu, HuYa, TikTok or XHS'),
});

const envelope = <T extends string, S extends z.core.$ZodLooseShape>(type: T, data: S) =>
	z.looseObject({
		id: z.string().min(1).describe('Id of the event'),
		version: z.number().nullish(),
		time: timestampSchema.nullish().describe('When it was sent'),
		type: z.literal(type),
		data: z.looseObject(data),
	});

const recordSchema = <T extends string>(type: T) =>
	envelope(type, {
		...roomMembers(),
		roomId: idSchema.describe('Id of the room'),
		title: z.string().nullish().describe('Title of the live'),
		username: z.string().nullish().describe('Name of the streamer'),
		time: timestampSchema.nullish().describe('When it happened'),
		liveId: z
			.union([z.string(), z.number().int()])
			.nullish()
			.describe('The platform’s id of the live'),
		avatar: z.string().nullish(),
		cover: z.string().nullish(),
	});

const fileSchema = <T extends string>(type: T) =>
	envelope(type, { filePath: z.string().min(1).describe('Absolute path'), ...roomMembers() });

const taskSchema = () =>
	envelope('task', {
		event: z.string().min(1).describe('task-start, task-end, task-error, …'),
		taskId: z.string().nullish(),
		taskType: z.string().nullish(),
		status: z.string().nullish(),
		message: z.string().nullish(),
		error: z.string().nullish(),
		startedAt: z.number().nullish().describe('Unix milliseconds'),
		endedAt: z.number().nullish().describe('Unix milliseconds'),
		durationMs: z.number().nullish(),
	});

const unlistedSchema = () =>
	z.looseObject({
		id: z.string().min(1),
		version: z.number(),
		time: timestampSchema,
		type: z.string().min(1),
		data: z.unknown(),
	});

type RecordPayload = z.infer<ReturnType<typeof recordSchema<string>>>;

function describeRecord({ time, data }: RecordPayload) {
	const occurredAt = isoFromTimestamp(data.time) ?? isoFromTimestamp(time);
	const { room, streamer } = describeRoom(data);
	return {
		occurredAt,
		room: { ...room, coverUrl: textOrNull(data.cover) },
		streamer: { ...streamer, avatarUrl: textOrNull(data.avatar) },
		sessionId: idOrNull(data.liveId),
	};
}

function buildBody(type: string, event: RecorderEvent, data: JsonObject): JsonObject {
	const time = event.occurredAt ?? event.receivedAt;
	return { id: event.id, version: 1, time, type, data };
}

function buildRecord(type: string, event: RecorderEvent): JsonObject | null {
	if (event.room.id === null) return null;
	return buildBody(type, event, {
		roomId: event.room.id,
		platform: platformName(event.room.platform),
		title: event.room.title ?? '',
		username: event.streamer.name ?? '',
		time: event.occurredAt ?? event.receivedAt,
		liveId: event.session.id ?? '',
		avatar: event.streamer.avatarUrl ?? '',
		cover: event.room.coverUrl ?? '',
	});
}

const sampleRoom = { roomId: '22637261', platform: 'Bilibili' };

const sampleRecord = (id: string, type: string, time: string): JsonObject => ({
	id,
	version: 1,
	time,
	type,
	data: {
		...sampleRoom,
		title: '【杂谈】随便聊聊',
		username: '嘉然今天吃什么',
		time,
		liveId: '589034512345678901',
		avatar: '',
		cover: '',
	},
});

const sampleFile = (id: string, type: string, time: string): JsonObject => ({
	id,
	version: 1,
	time,
	type,
	data: { filePath: '/record/Bilibili/嘉然/2026-08-22 20-00-06.ts', ...sampleRoom },
});

function recordStart(type: string, title: string, description: string, sampleId: string) {
	return defineEvent({
		kind: 'recording.started',
		title,
		description,
		schema: () => recordSchema(type),
		samples: [sampleRecord(sampleId, type, '2026-08-22T12:00:05.123Z')],
		describe: (payload) => {
			const { sessionId, ...known } = describeRecord(payload);
			return {
				kind: 'recording.started',
				...known,
				session: { id: sessionId, startedAt: known.occurredAt },
				recording: recordingOf(),
			};
		},
		build: (event) => buildRecord(type, event),
	});
}

function recordEnd(type: string, title: string, description: string, sampleId: string) {
	return defineEvent({
		kind: 'recording.ended',
		title,
		description,
		schema: () => recordSchema(type),
		samples: [sampleRecord(sampleId, type, '2026-08-22T15:00:05.001Z')],
		describe: (payload) => {
			const { sessionId, ...known } = describeRecord(payload);
			return {
				kind: 'recording.ended',
				...known,
				session: { id: sessionId, endedAt: known.occurredAt },
				recording: recordingOf(),
			};
		},
		build: (event) => buildRecord(type, event),
	});
}

const sampleTask = (id: string, data: JsonObject): JsonObject => ({
	id,
	version: 1,
	time: '2026-08-22T13:02:01.000Z',
	type: 'task',
	data: {
		...data,
		startedAt: 1787400000000,
		endedAt: 1787400061000,
		durationMs: 61000,
	},
});

const task = defineEvent({
	kind: 'unknown',
	title: 'Task',
	description: 'A transcoding, upload or other task began, went on or ended',
	housekeeping: true,
	schema: taskSchema,
	samples: [
		sampleTask('0b0f4b0e-3c5e-4a3c-9a0f-3a7c6a1f000b', {
			event: 'task-end',
			taskId: '5f2b1c00-0000-4000-8000-000000000001',
			taskType: 'ffmpeg',
			status: 'completed',
		}),
	],
	describe: ({ time }) => ({ kind: 'unknown', occurredAt: isoFromTimestamp(time) }),
});

const taskFailed = defineEvent({
	kind: 'error',
	title: 'Task Failed',
	description: 'A transcoding, upload or other task broke off',
	schema: taskSchema,
	samples: [
		sampleTask('0b0f4b0e-3c5e-4a3c-9a0f-3a7c6a1f000c', {
			event: 'task-error',
			taskId: '5f2b1c00-0000-4000-8000-000000000001',
			taskType: 'ffmpeg',
			status: 'error',
			message: '转码失败',
			error: 'ffmpeg exited with code 1',
		}),
	],
	describe: ({ time, data }) => ({
		kind: 'error',
		occurredAt: isoFromTimestamp(time),
		error: {
			name: textOrNull(data.taskType),
			message: textOrNull(data.error) ?? textOrNull(data.message),
		},
	}),
});

/** A task that broke off is another thing to people than one that went well: it has an entry of its own. */
const TASK_FAILED = 'task-error';

/** What biliLive-tools posts to the address of its event subscription. */
export const biliLiveToolsEvents = defineFormat({
	id: 'bililive-tools.events',
	recorder: 'bililive-tools',
	title: 'biliLive-tools Event Subscription',
	recognise: ({ id, version, time, type, data }) =>
		typeof id === 'string' &&
		version !== undefined &&
		time !== undefined &&
		typeof type === 'string' &&
		data !== undefined,
	typeOf: ({ type, data }) => {
		if (typeof type !== 'string') return null;
		return type === 'task' && isJsonObject(data) && data.event === TASK_FAILED ? TASK_FAILED : type;
	},
	idOf: ({ id }) => (typeof id === 'string' ? id : null),
	delivery: biliLiveToolsDelivery,
	lifecycle: {
		begins: ['recording.started'],
		ends: ['recording.ended'],
		sessionId: 'live',
		finalFile: 'closed',
	},
	events: {
		record_start: recordStart(
			'record_start',
			'Record Start',
			'A recording began',
			'0b0f4b0e-3c5e-4a3c-9a0f-3a7c6a1f0001',
		),
		record_end: recordEnd(
			'record_end',
			'Record End',
			'A recording ended',
			'0b0f4b0e-3c5e-4a3c-9a0f-3a7c6a1f0004',
		),
		live_start: recordStart(
			'live_start',
			'Live Start',
			'A recording began, as the documentation names it',
			'0b0f4b0e-3c5e-4a3c-9a0f-3a7c6a1f0002',
		),
		live_end: recordEnd(
			'live_end',
			'Live End',
			'A recording ended, as the documentation names it',
			'0b0f4b0e-3c5e-4a3c-9a0f-3a7c6a1f0003',
		),
		file_created: defineEvent({
			kind: 'file.opened',
			title: 'File Created',
			description: 'A file was opened for writing',
			schema: () => fileSchema('file_created'),
			samples: [
				sampleFile(
					'0b0f4b0e-3c5e-4a3c-9a0f-3a7c6a1f0005',
					'file_created',
					'2026-08-22T12:00:06.400Z',
				),
			],
			describe: ({ time, data }) => {
				const occurredAt = isoFromTimestamp(time);
				return {
					kind: 'file.opened',
					occurredAt,
					...describeRoom(data),
					file: describeFile(data.filePath, { openedAt: occurredAt }),
				};
			},
			build: (event) =>
				event.room.id === null
					? null
					: buildBody('file_created', event, {
							filePath: event.file.path,
							roomId: event.room.id,
							platform: platformName(event.room.platform),
						}),
		}),
		file_completed: defineEvent({
			kind: 'file.closed',
			title: 'File Completed',
			description:
				'A file is complete; where it is converted to mp4, this is the original, which may be gone',
			schema: () => fileSchema('file_completed'),
			samples: [
				sampleFile(
					'0b0f4b0e-3c5e-4a3c-9a0f-3a7c6a1f0006',
					'file_completed',
					'2026-08-22T13:00:09.400Z',
				),
			],
			// Sent after the conversion: when the file was closed is not said.
			describe: ({ time, data }) => ({
				kind: 'file.closed',
				occurredAt: isoFromTimestamp(time),
				...describeRoom(data),
				file: describeFile(data.filePath),
			}),
			build: (event) =>
				event.room.id === null
					? null
					: buildBody('file_completed', event, {
							filePath: event.file.path,
							roomId: event.room.id,
							platform: platformName(event.room.platform),
						}),
		}),
		[TASK_FAILED]: taskFailed,
		task,
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: unlistedSchema,
		samples: [],
		describe: ({ time }) => ({ kind: 'unknown', occurredAt: isoFromTimestamp(time) }),
	}),
});
