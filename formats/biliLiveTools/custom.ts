import { z } from 'zod/v4';

import type { JsonObject } from '../json';
import { describeFile, idSchema, textOrNull } from '../payload';
import type { RecorderEvent } from '../recorderEvent';
import { defineEvent, defineFormat } from '../recorderFormat';
import { isoFromTimestamp } from '../time';
import { biliLiveToolsDelivery } from './delivery';
import { describeRoom } from './room';

/*
 * What biliLive-tools takes at `POST /webhook/custom`, and what its own recorder sends there: FACTS-MORE 4
 * (routes/webhook.ts). Without time, title and user name it answers 500, so those are required there, but not here:
 * other senders' events are welcome as they are.
 */

/** Its documentation's example has a time without an offset: local time of whoever sent it, so not to be known here. */
const time = () => z.string().nullish().describe('When it happened');

const members = () => ({
	filePath: z.string().min(1).describe('Absolute path'),
	roomId: idSchema.describe('Id of the room'),
	time: time(),
	title: z.string().nullish().describe('Title of the live'),
	username: z.string().nullish().describe('Name of the streamer'),
	platform: z.string().nullish(),
	software: z.string().nullish().describe('Which program recorded'),
	danmuPath: z.string().nullish().describe('Path of the danmaku file'),
	coverPath: z.string().nullish().describe('Path of the cover'),
});

const schemaOf = <T extends string>(event: T) =>
	z.looseObject({ event: z.literal(event), ...members() });

type Payload = z.infer<ReturnType<typeof schemaOf<string>>>;

function describePaths(payload: Payload) {
	return {
		danmakuPath: textOrNull(payload.danmuPath),
		coverPath: textOrNull(payload.coverPath),
	};
}

/**
 * Its receiver pairs an opening and a closing by their path, and answers 500 where the title or the name is empty: what the
 * recorder calls the file and the room stand in for them.
 */
function buildFile(
	type: string,
	event: Extract<RecorderEvent, { kind: 'file.opened' | 'file.closed' }>,
): JsonObject | string {
	const { file, room, streamer, recorder } = event;
	if (room.id === null) return 'its room has no ID';
	if (file.role !== 'video') return 'its receiver takes videos alone';
	const happenedAt = event.occurredAt ?? event.receivedAt;
	return {
		event: type,
		filePath: file.path,
		roomId: room.id,
		time: (type === 'FileOpening' ? file.openedAt : file.closedAt) ?? happenedAt,
		title: textOrNull(room.title) ?? file.name,
		username: textOrNull(streamer.name) ?? room.id,
		platform: room.platform?.toLowerCase() ?? '',
		software: recorder,
		...(file.danmakuPath === null ? {} : { danmuPath: file.danmakuPath }),
		...(file.coverPath === null ? {} : { coverPath: file.coverPath }),
	};
}

const sample = (event: string, at: string): JsonObject => ({
	event,
	filePath: '/record/Bilibili/嘉然/2026-08-22 20-00-06.ts',
	roomId: '22637261',
	time: at,
	title: '【杂谈】随便聊聊',
	username: '嘉然今天吃什么',
	platform: 'bilibili',
	software: 'biliLive-tools',
	...(event === 'FileClosed'
		? {
				danmuPath: '/record/Bilibili/嘉然/2026-08-22 20-00-06.xml',
				coverPath: '/record/Bilibili/嘉然/2026-08-22 20-00-06.jpg',
			}
		: {}),
});

const fileClosed = defineEvent({
	kind: 'file.closed',
	title: 'File Closed',
	description: 'A file is complete',
	schema: () => schemaOf('FileClosed'),
	samples: [sample('FileClosed', '2026-08-22T13:00:06.400Z')],
	describe: (payload) => {
		const occurredAt = isoFromTimestamp(payload.time);
		return {
			kind: 'file.closed',
			occurredAt,
			...describeRoom(payload),
			file: describeFile(payload.filePath, { closedAt: occurredAt, ...describePaths(payload) }),
		};
	},
	build: (event) => buildFile('FileClosed', event),
});

/** biliLive-tools' own "custom" webhook: any recorder can feed it. */
export const biliLiveToolsCustom = defineFormat({
	id: 'bililive-tools.custom',
	recorder: 'bililive-tools',
	title: 'biliLive-tools Custom Webhook',
	recognise: ({ event, filePath }) => typeof event === 'string' && filePath !== undefined,
	typeOf: ({ event }) => (typeof event === 'string' ? event : null),
	idOf: () => null,
	// There is no id, and no retry either: the same content again is the same event only within moments.
	sameContentWindowSeconds: 60,
	delivery: biliLiveToolsDelivery,
	unsaid: {
		'file.processed':
			'its receiver does nothing with a file whose opening and closing it was not told of, by the same path. Give it file.opened and file.closed',
	},
	lifecycle: { begins: [], ends: [], sessionId: 'none', finalFile: 'closed' },
	events: {
		FileOpening: defineEvent({
			kind: 'file.opened',
			title: 'File Opening',
			description: 'A file was opened for writing',
			schema: () => schemaOf('FileOpening'),
			samples: [sample('FileOpening', '2026-08-22T12:00:06.400Z')],
			describe: (payload) => {
				const occurredAt = isoFromTimestamp(payload.time);
				return {
					kind: 'file.opened',
					occurredAt,
					...describeRoom(payload),
					file: describeFile(payload.filePath, { openedAt: occurredAt, ...describePaths(payload) }),
				};
			},
			build: (event) => buildFile('FileOpening', event),
		}),
		FileClosed: fileClosed,
		FileError: defineEvent({
			kind: 'error',
			title: 'File Error',
			description: 'A file could not be recorded',
			schema: () => schemaOf('FileError'),
			samples: [
				{
					event: 'FileError',
					filePath: '/record/Bilibili/嘉然/2026-08-22 20-00-06.ts',
					roomId: '22637261',
				},
			],
			describe: (payload) => ({
				kind: 'error',
				occurredAt: isoFromTimestamp(payload.time),
				...describeRoom(payload),
				error: { name: 'FileError', message: payload.filePath },
			}),
		}),
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: () => z.looseObject({ event: z.string().min(1), ...members() }),
		samples: [],
		describe: (payload) => ({
			kind: 'unknown',
			occurredAt: isoFromTimestamp(payload.time),
			...describeRoom(payload),
		}),
	}),
});
