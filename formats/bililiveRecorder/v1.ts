import { z } from 'zod/v4';

import { withExtension } from '../paths';
import {
	bytesOrNull,
	describeFile,
	idOrNull,
	livePageUrl,
	longNumberSchema,
	noRoomNumber,
	numericIdOrNull,
	textOrNull,
	timestampSchema,
} from '../payload';
import { defineEvent, defineFormat } from '../recorderFormat';
import { isoFromTimestamp, timestampWithOffset } from '../time';
import { bililiveRecorderDelivery } from './delivery';

/* Members and their order: BililiveRecorder.Core/SimpleWebhook/RecordEndData.cs at c428086, documents 000 and 001. */

const recordEndedSchema = z.lazy(() =>
	z.looseObject({
		EventRandomId: z.string().min(1).describe('Random id, the same for every attempt'),
		RoomId: longNumberSchema.describe('Room number'),
		Name: z.string().nullish().describe('Name of the streamer'),
		Title: z.string().nullish().describe('Title of the live room'),
		RelativePath: z.string().min(1).describe('Path below the work folder'),
		FileSize: z.number().int().nullish().describe('Size in bytes'),
		StartRecordTime: timestampSchema.nullish().describe('When the file was opened'),
		EndRecordTime: timestampSchema.nullish().describe('When the file was closed'),
	}),
);

/** V1 has one event and no name for it; people know it by what it says. */
const FILE_CLOSED = 'FileClosed';

const fileClosed = defineEvent({
	kind: 'file.closed',
	title: 'File Closed (V1)',
	description: 'A file is complete',
	schema: () => recordEndedSchema,
	samples: [
		{
			EventRandomId: 'bc2d0a41-2711-4f9b-8619-e54104fe90d8',
			RoomId: 14846654,
			Name: '小司无常',
			Title: '【跨界冥神】打mua将！',
			RelativePath: '14846654/record/20210107/150616.flv',
			FileSize: 3749098123,
			StartRecordTime: '2021-01-07T15:06:16.1387156+08:00',
			EndRecordTime: '2021-01-07T16:06:16.1693244+08:00',
		},
	],
	describe: (payload) => {
		const roomId = idOrNull(payload.RoomId);
		const openedAt = isoFromTimestamp(payload.StartRecordTime);
		const closedAt = isoFromTimestamp(payload.EndRecordTime);
		return {
			kind: 'file.closed',
			occurredAt: closedAt,
			room: {
				id: roomId,
				platform: 'bilibili',
				title: textOrNull(payload.Title),
				url: livePageUrl('bilibili', roomId),
			},
			streamer: { name: textOrNull(payload.Name) },
			file: describeFile(payload.RelativePath, {
				role: 'video',
				sizeBytes: bytesOrNull(payload.FileSize),
				openedAt,
				closedAt,
				danmakuPath: withExtension(payload.RelativePath, 'xml'),
			}),
		};
	},
	build: (event, { utcOffsetMinutes }) => {
		const { file, room, streamer } = event;
		const roomId = numericIdOrNull(room.id);
		if (file.role !== 'video') return null;
		if (roomId === null) return noRoomNumber(room.id);
		const happenedAt = event.occurredAt ?? event.receivedAt;
		return {
			EventRandomId: event.id,
			RoomId: roomId,
			Name: streamer.name ?? '',
			Title: room.title ?? '',
			RelativePath: file.path,
			FileSize: file.sizeBytes ?? 0,
			StartRecordTime: timestampWithOffset(file.openedAt ?? happenedAt, utcOffsetMinutes),
			EndRecordTime: timestampWithOffset(file.closedAt ?? happenedAt, utcOffsetMinutes),
		};
	},
});

/** BililiveRecorder Webhook V1: one event, sent when a file is closed. Its ids are unrelated to V2's. */
export const bililiveRecorderV1 = defineFormat({
	id: 'bililive-recorder.v1',
	recorder: 'bililive-recorder',
	title: 'BililiveRecorder Webhook V1',
	recognise: (body) => 'EventRandomId' in body && !('EventType' in body),
	typeOf: () => FILE_CLOSED,
	idOf: (body) => (typeof body.EventRandomId === 'string' ? body.EventRandomId : null),
	lifecycle: { begins: [], ends: [], sessionId: 'none', finalFile: 'closed' },
	delivery: bililiveRecorderDelivery,
	events: { [FILE_CLOSED]: fileClosed },
	unlisted: fileClosed,
});
