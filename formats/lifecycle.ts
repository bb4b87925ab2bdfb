import { fileName } from './paths';
import type { EventKind } from './recorderEvent';

/** Kinds that say a live, or a recording of it, runs from now on. */
export type BeginKind = Extract<EventKind, 'live.started' | 'recording.started'>;

/** Kinds that say a live, or a recording of it, is over. */
export type EndKind = Extract<EventKind, 'live.ended' | 'recording.ended' | 'recording.cancelled'>;

/** What the name of a recorded file says. */
export interface RecordingName {
	/** The same for every file that was made of one stretch of a recording: video, what it was converted to, danmaku, cover. */
	readonly stem: string;
	/** True where the name itself says that this file was made from another. */
	readonly converted: boolean;
}

/**
 * How a recorder tells of a whole live: what is known of a room's running session and of when a live is complete follows from it.
 * Each format has one, beside its events.
 */
export interface Lifecycle {
	/** What says that a live runs. A file opened or closed says so, too, and needs no mention. Empty: only files do. */
	readonly begins: readonly BeginKind[];
	/**
	 * What says that a live is over: the kinds of recordings where the recorder sends them, else `live.ended`.
	 * Empty: it never says so, and a live is over when the room has been quiet.
	 */
	readonly ends: readonly EndKind[];
	/**
	 * What `session.id` names: one recording, one live, or a stream that has the same name in every live. `none` where the events
	 * have no id.
	 */
	readonly sessionId: 'recording' | 'live' | 'stream' | 'none';
	/**
	 * What makes a file final:
	 * - `closed`: `file.closed`, or being listed by the end of a recording;
	 * - `processed`: only `file.processed`, which comes for every video;
	 * - `converted`: `file.closed`, but where the recorder is set to convert, `file.processed`: known once it has sent one;
	 * - `vod`: `vod.created`, with an address in place of a path;
	 * - `none`: the recorder tells of no files.
	 */
	readonly finalFile: 'closed' | 'processed' | 'converted' | 'vod' | 'none';
	/** True where a recording is ended before its file is there, and nothing was told of that file: its end is not all of it. */
	readonly filesFollow?: boolean;
	/** True where a recording's end without session id is that of a recording that could not be started: it ends nothing. */
	readonly endsOnlyWithSession?: boolean;
	/**
	 * Types that tell of what a player loads, every few seconds, and not of a recording: they count for no live, whose files they would be
	 * by the thousand.
	 */
	readonly segments?: readonly string[];
	/** Where the recorder's names say more than an extension: see {@link plainName}, which holds otherwise. */
	readonly nameOf?: (path: string) => RecordingName;
}

/** A name of which only the extension differs between the files of one stretch. */
export function plainName(path: string): RecordingName {
	const name = fileName(path);
	const dot = name.lastIndexOf('.');
	const stem = dot <= 0 ? path : path.slice(0, path.length - name.length + dot);
	return { stem, converted: false };
}

/**
 * Kinds that tell of what was, or of something beside the live: their room and session are those of then. They must neither open a
 * live nor become what is known of the room's present.
 */
const OF_THE_PAST: ReadonlySet<EventKind> = new Set<EventKind>([
	'recording.deleted',
	'clip.created',
	'clip.deleted',
	'vod.created',
	'vod.uploaded',
	'vod.transcoded',
	'snapshot.created',
]);

/** Does an event of this kind tell of the past, whenever it comes? */
export function tellsOfThePast(kind: EventKind): boolean {
	return OF_THE_PAST.has(kind);
}
