import type { Lifecycle } from '../../formats/lifecycle';
import { fileRole } from '../../formats/paths';
import type { EventKind, RecordedFile, RecorderEvent } from '../../formats/recorderEvent';
import { type About, aboutOf, MAX_ID_LENGTH, MAX_URL_LENGTH, within } from '../about';
import { withoutFuture } from '../plausibleTime';

/** What an event says of a file: one step of it. */
export interface FileStep {
	readonly path: string;
	readonly step: 'opened' | 'closed' | 'processed';
	readonly role: RecordedFile['role'];
	readonly sizeBytes: number | null;
	readonly durationSeconds: number | null;
	/** Milliseconds since 1970, as all times here. */
	readonly openedAt: number | null;
	readonly closedAt: number | null;
	readonly sourcePath: string | null;
	readonly danmakuPath: string | null;
	readonly coverPath: string | null;
}

/** What counts of one event for the live it belongs to: small, and enough to tell all of the live from the set of them. */
export interface SessionEntry {
	readonly id: string;
	readonly kind: EventKind;
	readonly format: string;
	/** When it happened, as the recorder says; when it came where that isn't said, or lies far ahead of our clock. */
	readonly happenedAt: number;
	readonly arrivedAt: number;
	/** False: `happenedAt` is when it came, and the same content may come again for something else. */
	readonly isTimed: boolean;
	readonly sessionId: string | null;
	/** Since when the live runs, where the event says it. */
	readonly startedAt: number | null;
	readonly about: About;
	readonly files: readonly FileStep[];
	/** Of a simulated event: how long to wait for further ones, milliseconds, where that is less than what is set. Null for real ones. */
	readonly wait: number | null;
	/** What the recorder sums up of a recording. */
	readonly sizeBytes: number | null;
	readonly durationSeconds: number | null;
}

/** Characters of a path: what is longer, no system could open. */
const MAX_PATH_LENGTH = 4_096;

/** Files that one event may name (DDTV 5 lists all of a live's). */
const MAX_FILES = 1_000;

/** The characters that the files of one event may take. */
const MAX_FILES_LENGTH = 100_000;

const INFORMING: ReadonlySet<EventKind> = new Set<EventKind>([
	'room.title_changed',
	'room.category_changed',
	'room.updated',
]);

/** Tells only what the room is like: neither opens a live nor keeps it from being over. */
export function isInforming({ kind }: SessionEntry): boolean {
	return INFORMING.has(kind);
}

/**
 * What separates a room from all others: recorder, platform, and the room's id, or the streamer's where rooms have none. Null for
 * events that belong to no room.
 */
export function roomKeyOf({ recorder, room, streamer }: RecorderEvent): string | null {
	const id = room.id ?? streamer.id ?? room.url;
	return id === null || id.length > MAX_URL_LENGTH
		? null
		: JSON.stringify([recorder, room.platform?.slice(0, MAX_ID_LENGTH) ?? '', id]);
}

/** Whether an event counts for the sessions of a room. */
export function isOfASession(event: RecorderEvent, lifecycle: Lifecycle): boolean {
	return roomKeyOf(event) !== null && entryOf(event, lifecycle) !== null;
}

/** What counts of an event for sessions; null where it says nothing of a live. */
export function entryOf(
	event: RecorderEvent,
	lifecycle: Lifecycle,
	wait: number | null = null,
): SessionEntry | null {
	if (!isOfALive(event, lifecycle) || event.id.length > MAX_ID_LENGTH) return null;
	const { id, kind, format, session } = event;
	const arrivedAt = Date.parse(event.receivedAt);
	const time = (said: string | null) => {
		const plausible = withoutFuture(said, event.receivedAt);
		return plausible === null ? null : Date.parse(plausible);
	};
	const files = filesOf(event, time);
	if (files === null) return null;
	const saidAt = (kind === 'vod.created' ? event.vod.endedAt : null) ?? event.occurredAt;
	const happenedAt = time(saidAt);
	const recording = 'recording' in event ? event.recording : null;
	return {
		id,
		kind,
		format,
		happenedAt: happenedAt ?? arrivedAt,
		arrivedAt,
		isTimed: saidAt !== null,
		sessionId: within(session.id, MAX_ID_LENGTH),
		startedAt: time(session.startedAt),
		about: aboutOf(event),
		files,
		wait,
		sizeBytes: recording?.sizeBytes ?? null,
		durationSeconds: recording?.durationSeconds ?? null,
	};
}

function isOfALive(event: RecorderEvent, lifecycle: Lifecycle): boolean {
	const { kind, nativeType, session } = event;
	if (lifecycle.segments?.includes(nativeType) === true) return false;
	if (INFORMING.has(kind)) return true;
	if (kind === 'vod.created') return lifecycle.finalFile === 'vod';
	if (kind.startsWith('file.')) return true;
	if (lifecycle.begins.some((begin) => begin === kind)) return true;
	if (kind === 'live.ended') return true;
	if (!lifecycle.ends.some((end) => end === kind)) return false;
	return session.id !== null || lifecycle.endsOnlyWithSession !== true;
}

/** Null where the event is about a file whose path nobody could use. */
function filesOf(
	event: RecorderEvent,
	time: (isoTime: string | null) => number | null,
): FileStep[] | null {
	switch (event.kind) {
		case 'file.opened':
		case 'file.closed':
		case 'file.processed': {
			const { file } = event;
			if (file.path.length > MAX_PATH_LENGTH) return null;
			const step = event.kind === 'file.opened' ? 'opened' : stepOf(event.kind);
			const own: FileStep = {
				path: file.path,
				step,
				role: file.role,
				sizeBytes: file.sizeBytes,
				durationSeconds: file.durationSeconds,
				openedAt: time(file.openedAt),
				closedAt: time(file.closedAt),
				sourcePath: within(file.sourcePath, MAX_PATH_LENGTH),
				danmakuPath: within(file.danmakuPath, MAX_PATH_LENGTH),
				coverPath: within(file.coverPath, MAX_PATH_LENGTH),
			};
			return step === 'opened' ? [own] : bounded([own, ...file.relatedPaths.map(listedFile)]);
		}
		case 'vod.created': {
			const { url, playlistUrl, startedAt, endedAt } = event.vod;
			const path = url ?? playlistUrl;
			if (path === null || path.length > MAX_PATH_LENGTH) return null;
			const openedAt = time(startedAt);
			const closedAt = time(endedAt);
			const length = openedAt === null || closedAt === null ? null : closedAt - openedAt;
			const durationSeconds = length === null || length < 0 ? null : length / 1000;
			return [{ ...listedFile(path), role: 'video', openedAt, closedAt, durationSeconds }];
		}
		case 'recording.ended':
		case 'recording.cancelled':
			return bounded(event.recording.paths.map(listedFile));
		default:
			return [];
	}
}

function stepOf(kind: 'file.closed' | 'file.processed'): 'closed' | 'processed' {
	return kind === 'file.closed' ? 'closed' : 'processed';
}

/** A file of which an event says only that it is there. */
function listedFile(path: string): FileStep {
	return {
		path,
		step: 'closed',
		role: fileRole(path),
		sizeBytes: null,
		durationSeconds: null,
		openedAt: null,
		closedAt: null,
		sourcePath: null,
		danmakuPath: null,
		coverPath: null,
	};
}

function bounded(files: FileStep[]): FileStep[] {
	let length = 0;
	const kept: FileStep[] = [];
	for (const file of files.slice(0, MAX_FILES)) {
		length += file.path.length;
		if (length > MAX_FILES_LENGTH) break;
		if (file.path !== '' && file.path.length <= MAX_PATH_LENGTH) kept.push(file);
	}
	return kept;
}
