import { hash } from 'node:crypto';

import type { ApiRecording, ApiRoom } from '../../apis/recorderApi';
import type { RoomsByNumber } from '../../apis/roomsByNumber';
import { withExtension } from '../../formats/paths';
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

/** Kinds of events that a listed recording is put out as. */
type FinalKind = Extract<
	EventKind,
	'clip.created' | 'recording.ended' | 'vod.created' | 'file.closed' | 'file.processed'
>;

/** What says at its recorder that a listed recording is finished; the first is what is put out unless only another is wanted. */
function finalKinds(recorderId: string, { type, state }: ApiRecording): FinalKind[] {
	switch (type) {
		case 'clip':
			return ['clip.created'];
		case 'archive':
			return ['recording.ended'];
		case 'vod':
			return ['vod.created'];
		case 'file':
			if (recorderId === 'blrec') return ['file.processed'];
			if (recorderId !== 'ddtv') return ['file.closed'];
			// DDTV tells of videos by the list that comes with a recording's end. A file may be closed while its room records on.
			return state === 'finished'
				? ['recording.ended', 'file.closed']
				: ['file.closed', 'recording.ended'];
	}
}

/** The recorder's own types of events of a kind. */
function nativeTypesOf({ formats }: Recorder, kind: EventKind): string[] {
	const [newest] = formats;
	return [...(newest?.events ?? [])].flatMap(([type, event]) =>
		event.kind === kind ? [type] : [],
	);
}

/** A listed recording as each of the events that its recorder could have told of it by; the first is the most likely. */
export function recoveredEvents(
	recorder: Recorder,
	recording: ApiRecording,
	rooms: RoomsByNumber,
	receivedAt: string,
): RecorderEvent[] {
	return finalKinds(recorder.id, recording).flatMap((kind) =>
		nativeTypesOf(recorder, kind).map((nativeType) =>
			recoveredEvent({ recorder, recording, rooms, kind, nativeType, receivedAt }),
		),
	);
}

/** The end of a recording that no event told of: of a room that records no more. Null where the recorder has no such event. */
export function recoveredEnd(
	recorder: Recorder,
	room: ApiRoom,
	endedAt: string,
	receivedAt: string,
): RecorderEvent | null {
	const [nativeType] = nativeTypesOf(recorder, 'recording.ended');
	if (nativeType === undefined) return null;
	const { id, shortId, platform, title, url } = room;
	return {
		kind: 'recording.ended',
		id: `recovered:end:${platform}:${id}:${endedAt}`,
		recorder: recorder.id,
		format: recorder.formats[0]?.id ?? '',
		nativeType,
		occurredAt: endedAt,
		receivedAt,
		room: { ...unknownRoom, id, shortId, platform, title, url },
		streamer: { ...unknownStreamer, ...room.streamer },
		session: { ...unknownSession, endedAt },
		state: unknownState,
		recording: recordingOf(),
		warnings: [],
		remembered: [],
		recovered: true,
		raw: {},
	};
}

interface Recovered {
	readonly recorder: Recorder;
	readonly recording: ApiRecording;
	readonly rooms: RoomsByNumber;
	readonly kind: FinalKind;
	readonly nativeType: string;
	readonly receivedAt: string;
}

/** What the listing doesn't tell is null. */
function recoveredEvent(told: Recovered): RecorderEvent {
	const { recorder, recording, rooms, kind, nativeType, receivedAt } = told;
	const inName = recording.room.id === null ? rooms.idIn(recording.path) : null;
	const roomId = recording.room.id ?? inName;
	const room = rooms.get(roomId, recording.room.platform);
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
	switch (kind) {
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
				recording: recordingOf({
					paths: recording.type === 'file' ? [path] : [],
					sizeBytes,
					durationSeconds,
				}),
			};
		case 'vod.created':
			return {
				kind: 'vod.created',
				...envelope,
				// Of the recording: the stream may have begun before.
				session: { ...envelope.session, startedAt: null },
				vod: {
					ownerId: null,
					url: path,
					playlistUrl: null,
					filename: null,
					renditions: [],
					startedAt,
					endedAt: null,
					uploadedAt: null,
					...recording.vod,
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
			return kind === 'file.processed'
				? { kind: 'file.processed', ...envelope, file }
				: { kind: 'file.closed', ...envelope, file };
		}
	}
}
