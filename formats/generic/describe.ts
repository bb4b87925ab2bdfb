import type { z } from 'zod/v4';

import {
	amountOrNull,
	bytesOrNull,
	describeFile,
	idOrNull,
	recordingOf,
	textOrNull,
} from '../payload';
import type {
	Clip,
	RecordedFile,
	Recording,
	RoomChange,
	Snapshot,
	Storage,
	Vod,
} from '../recorderEvent';
import { isoFromTimestamp, isoFromUnixSeconds, isTimestamp } from '../time';
import type * as schemas from './schemas';

/** What a sender said in one block. */
type Said<K extends keyof typeof schemas> = (typeof schemas)[K] extends () => infer S
	? S extends z.ZodType
		? z.infer<S>
		: never
	: never;

/** ISO 8601 in UTC, or null. */
function time(value: string | number | null | undefined): string | null {
	return typeof value === 'string' && isTimestamp(value)
		? isoFromTimestamp(value)
		: isoFromUnixSeconds(value);
}

/** A size or a duration, or null. */
function amount(value: string | number | null | undefined): number | null {
	if (typeof value !== 'string') return amountOrNull(value);
	return value === '' ? null : amountOrNull(Number(value));
}

/** A whole number of bytes, or null. */
function bytes(value: string | number | null | undefined): number | null {
	return bytesOrNull(amount(value));
}

/** A form says it in words. */
function flag(value: boolean | string | null | undefined): boolean | null {
	return typeof value === 'string' ? (value === '' ? null : value === 'true') : (value ?? null);
}

/** When, where, who: what every event may say. */
export function describeEnvelope({ occurredAt, room, streamer, session, state }: Said<'envelope'>) {
	return {
		occurredAt: time(occurredAt),
		room: {
			id: idOrNull(room?.id),
			platform: textOrNull(room?.platform),
			title: textOrNull(room?.title),
			url: textOrNull(room?.url),
			coverUrl: textOrNull(room?.coverUrl),
			area: describeArea(room?.area),
		},
		streamer: {
			id: idOrNull(streamer?.id),
			name: textOrNull(streamer?.name),
			avatarUrl: textOrNull(streamer?.avatarUrl),
		},
		session: {
			id: idOrNull(session?.id),
			startedAt: time(session?.startedAt),
			endedAt: time(session?.endedAt),
			platformLiveId: idOrNull(session?.platformLiveId),
		},
		state: {
			live: flag(state?.live),
			recording: flag(state?.recording),
			danmakuConnected: flag(state?.danmakuConnected),
		},
	};
}

type Area = { parent?: string | null | undefined; child?: string | null | undefined } | null;

function describeArea(area: Area | undefined) {
	return { parent: textOrNull(area?.parent), child: textOrNull(area?.child) };
}

export function describeFileBlock(file: Said<'file'>): RecordedFile {
	return describeFile(file.path, {
		...(file.role === null || file.role === undefined ? {} : { role: file.role }),
		sizeBytes: bytes(file.sizeBytes),
		durationSeconds: amount(file.durationSeconds),
		openedAt: time(file.openedAt),
		closedAt: time(file.closedAt),
		sourcePath: textOrNull(file.sourcePath),
		danmakuPath: textOrNull(file.danmakuPath),
		coverPath: textOrNull(file.coverPath),
	});
}

export function describeRecording(recording: Said<'recording'>): Recording {
	return recordingOf({
		sizeBytes: bytes(recording?.sizeBytes),
		durationSeconds: amount(recording?.durationSeconds),
	});
}

export function describeClip(clip: Said<'clip'>): Clip {
	return {
		id: idOrNull(clip.id),
		title: textOrNull(clip.title),
		path: clip.path,
		localPath: null,
		sizeBytes: bytes(clip.sizeBytes),
		durationSeconds: amount(clip.durationSeconds),
		coverPath: textOrNull(clip.coverPath),
		coverLocalPath: null,
		note: textOrNull(clip.note),
		uploadId: idOrNull(clip.uploadId),
	};
}

export function describeVod(vod: Said<'vod'>): Vod {
	return {
		ownerId: idOrNull(vod?.ownerId),
		url: textOrNull(vod?.url),
		playlistUrl: textOrNull(vod?.playlistUrl),
		filename: textOrNull(vod?.filename),
		renditions: [],
		startedAt: time(vod?.startedAt),
		endedAt: time(vod?.endedAt),
		uploadedAt: time(vod?.uploadedAt),
	};
}

export function describeSnapshot(snapshot: Said<'snapshot'>): Snapshot {
	return {
		url: textOrNull(snapshot?.url),
		startedAt: time(snapshot?.startedAt),
		endedAt: time(snapshot?.endedAt),
		uploadedAt: time(snapshot?.uploadedAt),
	};
}

export function describeStorage(storage: Said<'storage'>): Storage {
	return {
		path: textOrNull(storage?.path),
		freeBytes: bytes(storage?.freeBytes),
		thresholdBytes: bytes(storage?.thresholdBytes),
		totalBytes: bytes(storage?.totalBytes),
	};
}

export function describeError(error: Said<'error'>) {
	return { name: textOrNull(error?.name), message: textOrNull(error?.message) };
}

export function describeChange(change: Said<'change'>): RoomChange {
	return { before: describeState(change?.before), after: describeState(change?.after) };
}

type State = { title?: string | null | undefined; area?: Area | undefined } | null;

/** Null where neither the title nor the category is known. */
function describeState(state: State | undefined): RoomChange['before'] {
	const [title, area] = [textOrNull(state?.title), describeArea(state?.area)];
	return title === null && area.parent === null && area.child === null ? null : { title, area };
}
