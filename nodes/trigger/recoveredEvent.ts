import { hash } from 'node:crypto';

import type { RoomsByNumber } from '../../apis/catchUp';
import type { ApiRecording } from '../../apis/recorderApi';
import { fileName, withExtension } from '../../formats/paths';
import { describeFile, recordingOf } from '../../formats/payload';
import type { EventKind, RecorderEvent } from '../../formats/recorderEvent';
import {
	unknownRoom,
	unknownSession,
	unknownState,
	unknownStreamer,
} from '../../formats/recorderEvent';
import type { Recorder } from '../../formats/recorderFormat';
import { fileKey } from '../../inbound/finishedFiles';

/** The kind of event that a listed recording is put out as: what says at its recorder that it is finished. */
export function finalKind(recorderId: string, { type }: ApiRecording): EventKind {
	switch (type) {
		case 'clip':
			return 'clip.created';
		case 'archive':
			return 'recording.ended';
		case 'vod':
			return 'vod.created';
		case 'file':
			return recorderId === 'blrec' ? 'file.processed' : 'file.closed';
	}
}

/** The recorder's own types of events of a kind. */
export function nativeTypesOf({ formats }: Recorder, kind: EventKind): string[] {
	const [newest] = formats;
	return [...(newest?.events ?? [])].flatMap(([type, event]) =>
		event.kind === kind ? [type] : [],
	);
}

/** A listed recording as the event that its recorder would have told of it by. What the listing doesn't tell is null. */
export function recoveredEvent(
	recorder: Recorder,
	recording: ApiRecording,
	rooms: RoomsByNumber,
	nativeType: string,
	receivedAt: string,
): RecorderEvent {
	const inName = recording.room.id === null ? rooms.idIn(recording.path) : null;
	const roomId = recording.room.id ?? inName;
	const room = rooms.get(roomId);
	const { path, sizeBytes, durationSeconds, startedAt, modifiedAt, title } = recording;
	const key = fileKey(recorder.id, path);
	const envelope = {
		id: `recovered:${hash('sha256', `${key}:${sizeBytes ?? ''}`, 'base64url').slice(0, 22)}`,
		recorder: recorder.id,
		format: recorder.formats[0]?.id ?? '',
		nativeType,
		occurredAt: modifiedAt,
		receivedAt,
		room: {
			...unknownRoom,
			id: roomId,
			shortId: room?.shortId ?? null,
			platform: recording.room.platform,
			// Of now, where the recorder keeps none with the recording: the title may have changed since.
			title: title ?? null,
			url: room?.url ?? null,
		},
		streamer: room === undefined ? unknownStreamer : { ...unknownStreamer, ...room.streamer },
		session: { ...unknownSession, id: recording.sessionId, startedAt },
		state: unknownState,
		warnings:
			inName === null
				? []
				: [{ path: 'room.id', message: 'Told by the number in the path of the file' }],
		remembered: [],
		recovered: true as const,
		raw: {},
	};
	switch (finalKind(recorder.id, recording)) {
		case 'clip.created':
			return {
				kind: 'clip.created',
				...envelope,
				clip: {
					id: null,
					title,
					path,
					localPath: null,
					sizeBytes,
					durationSeconds,
					coverPath: null,
					coverLocalPath: null,
					note: null,
					uploadId: null,
				},
			};
		case 'recording.ended':
			return {
				kind: 'recording.ended',
				...envelope,
				session: { ...envelope.session, endedAt: modifiedAt },
				recording: recordingOf({ sizeBytes, durationSeconds }),
			};
		case 'vod.created':
			return {
				kind: 'vod.created',
				...envelope,
				vod: {
					ownerId: null,
					url: path,
					playlistUrl: /\.m3u8(\?|$)/i.test(path) ? path : null,
					filename: fileName(path),
					renditions: [],
					startedAt,
					endedAt: modifiedAt,
					uploadedAt: null,
				},
			};
		default: {
			const hasDanmaku = recorder.id === 'bililive-recorder' || recorder.id === 'blrec';
			const file = describeFile(path, {
				role: 'video',
				sizeBytes,
				durationSeconds,
				closedAt: modifiedAt,
				danmakuPath: hasDanmaku ? withExtension(path, 'xml') : null,
			});
			return recorder.id === 'blrec'
				? { kind: 'file.processed', ...envelope, file }
				: { kind: 'file.closed', ...envelope, file };
		}
	}
}
