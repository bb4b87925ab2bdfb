import { fileRole } from '../formats/paths';
import type { EventKind, RecorderEvent } from '../formats/recorderEvent';

/**
 * By what a finished file is known, whether an event told of it or the recorder's listing: listings hold no event ids (APIS 7).
 */

/** The kind of event by which each recorder says that a file is finished, for recorders whose API lists files. */
const FINAL_KINDS: Readonly<Record<string, readonly EventKind[]>> = {
	aodianyun: ['vod.created'],
	'bililive-recorder': ['file.closed'],
	blrec: ['file.processed'],
	bsr: ['clip.created', 'recording.ended'],
	// Videos stand in the list that comes with a recording's end.
	ddtv: ['file.closed', 'recording.ended', 'recording.cancelled'],
};

/** The same text for the same file, as events and listings write it. */
export function fileKey(recorder: string, path: string): string {
	const plain = path.replace(/[\\/]+/g, '/').replace(/^(?:\.?\/)+/, '');
	// DDTV names one folder in several ways, in one body even (captured 2024): its last parts tell files apart.
	const told = recorder === 'ddtv' ? plain.split('/').slice(-3).join('/') : plain;
	return `file:${recorder}:${told}`;
}

/** An archive of BSR has no file: it is known by platform, room and session. */
export function archivePath(
	platform: string | null,
	roomId: string | null,
	sessionId: string,
): string {
	return `${platform ?? ''}/${roomId ?? ''}/${sessionId}`;
}

/** What an event says of finished files. */
export interface FinishedFiles {
	readonly keys: readonly string[];
	/** The one file that it is about, where it is about one: then a file that was put out already makes it a repeat. */
	readonly only: { readonly key: string; readonly sizeBytes: number | null } | null;
}

const NONE: FinishedFiles = { keys: [], only: null };

/**
 * As many files of one event are noted as of one are kept for its live, and paths as long as systems have: each takes a claim's
 * place, and a stranger's event may name half a million.
 */
const MAX_FILES = 1_000;
const MAX_PATH_LENGTH = 4_096;

/** The files that an event says are finished. */
export function finishedFilesOf(event: RecorderEvent): FinishedFiles {
	const { recorder } = event;
	if (FINAL_KINDS[recorder]?.includes(event.kind) !== true) return NONE;
	switch (event.kind) {
		case 'file.closed':
		case 'file.processed':
			return one(recorder, event.file.path, event.file.sizeBytes);
		case 'clip.created':
			return one(recorder, event.clip.path, event.clip.sizeBytes);
		case 'vod.created':
			return event.vod.url === null ? NONE : one(recorder, event.vod.url, null);
		case 'recording.ended':
		case 'recording.cancelled': {
			if (recorder === 'bsr') {
				const { platform, id } = event.room;
				if (event.session.id === null) return NONE;
				return one(recorder, archivePath(platform, id, event.session.id), null);
			}
			const videos = event.recording.paths.filter(isUsable).filter(isVideo).slice(0, MAX_FILES);
			return { keys: videos.map((path) => fileKey(recorder, path)), only: null };
		}
		default:
			return NONE;
	}
}

function one(recorder: string, path: string, sizeBytes: number | null): FinishedFiles {
	if (!isUsable(path)) return NONE;
	const key = fileKey(recorder, path);
	return { keys: [key], only: { key, sizeBytes } };
}

function isUsable(path: string): boolean {
	return path.length <= MAX_PATH_LENGTH;
}

function isVideo(path: string): boolean {
	return fileRole(path) === 'video';
}

/** Under which keys a file that was put out without its event is claimed, so that the event, should it still come, is a repeat. */
export function recoveredKeys(key: string, sizeBytes: number | null): string[] {
	const unsized = `recovered:${key}`;
	return sizeBytes === null ? [unsized] : [`${unsized}:${sizeBytes}`, unsized];
}

/** The one of them that an event meets: by its size where it tells one, as a path may be used anew. */
export function recoveredKey({ key, sizeBytes }: NonNullable<FinishedFiles['only']>): string {
	return sizeBytes === null ? `recovered:${key}` : `recovered:${key}:${sizeBytes}`;
}
