import type { RecorderEvent } from '../../../formats/recorderEvent';
import { lifecycleOf } from '../../../inbound/lifecycles';
import { entryOf, roomKeyOf } from '../../../inbound/sessions/entry';
import type { SessionSettings } from '../../../inbound/sessions/roomSessions';
import { SessionBook } from '../../../inbound/sessions/sessionBook';
import type { SessionCompleted } from '../../../inbound/sessions/sessionItem';

/** What a test says of an event; times in seconds since {@link ORIGIN}. */
export interface Told {
	readonly kind: RecorderEvent['kind'];
	/** When it happened; left out where the recorder doesn't say. */
	readonly at?: number;
	/** When it comes; when it happened unless told. */
	readonly comes?: number;
	readonly id?: string;
	readonly format?: string;
	readonly room?: string;
	readonly title?: string;
	readonly session?: string;
	readonly since?: number;
	readonly path?: string;
	readonly source?: string;
	readonly opened?: number;
	readonly closed?: number;
	readonly size?: number;
	readonly length?: number;
	readonly paths?: readonly string[];
	readonly related?: readonly string[];
}

export const ORIGIN = Date.UTC(2026, 2, 1);

export const iso = (seconds: number) => new Date(ORIGIN + seconds * 1000).toISOString();

const isoOrNull = (seconds: number | undefined) => (seconds === undefined ? null : iso(seconds));

const RECORDERS: Readonly<Record<string, string>> = {
	'bililive-recorder.v2': 'bililive-recorder',
	'bililive-recorder.v1': 'bililive-recorder',
	'ddtv.v5': 'ddtv',
	'ddtv.v3': 'ddtv',
};

const ROLES: Readonly<Record<string, 'video' | 'danmaku' | 'raw_danmaku' | 'cover'>> = {
	xml: 'danmaku',
	jsonl: 'raw_danmaku',
	jpg: 'cover',
};

/** The event that a test tells of, as its format would give it. */
export function eventFrom(
	told: Told,
	format = told.format ?? 'bililive-recorder.v2',
): RecorderEvent {
	const envelope = {
		id: told.id ?? `${told.kind} ${told.path ?? ''}${told.session ?? ''} ${told.at ?? told.comes}`,
		recorder: RECORDERS[format] ?? format,
		format,
		nativeType: told.kind,
		occurredAt: isoOrNull(told.at),
		receivedAt: iso(told.comes ?? told.at ?? 0),
		room: {
			id: told.room ?? '1',
			shortId: null,
			platform: 'bilibili',
			title: told.title ?? null,
			url: null,
			coverUrl: null,
			area: { parent: null, child: null },
		},
		streamer: { id: null, name: null, avatarUrl: null },
		session: {
			id: told.session ?? null,
			startedAt: isoOrNull(told.since),
			endedAt: null,
			platformLiveId: null,
		},
		state: { live: null, recording: null, danmakuConnected: null },
		warnings: [],
		remembered: [],
		raw: {},
	};
	const path = told.path ?? '';
	const extension = path.slice(path.lastIndexOf('.') + 1);
	const file = {
		path,
		localPath: null,
		name: path,
		extension,
		role: ROLES[extension] ?? ('video' as const),
		sizeBytes: told.size ?? null,
		durationSeconds: told.length ?? null,
		openedAt: isoOrNull(told.opened),
		closedAt: isoOrNull(told.closed),
		sourcePath: told.source ?? null,
		danmakuPath: null,
		coverPath: null,
		relatedPaths: [...(told.related ?? [])],
		sourceLocalPath: null,
		danmakuLocalPath: null,
		coverLocalPath: null,
		relatedLocalPaths: (told.related ?? []).map(() => null),
	};
	const recording = {
		paths: [...(told.paths ?? [])],
		localPaths: (told.paths ?? []).map(() => null),
		sizeBytes: null,
		durationSeconds: told.length ?? null,
	};
	switch (told.kind) {
		case 'file.opened':
			return {
				...envelope,
				kind: told.kind,
				file: { ...file, openedAt: isoOrNull(told.opened ?? told.at) },
			};
		case 'file.closed':
			return {
				...envelope,
				kind: told.kind,
				file: { ...file, closedAt: isoOrNull(told.closed ?? told.at) },
			};
		case 'file.processed':
			return { ...envelope, kind: told.kind, file };
		case 'recording.started':
		case 'recording.ended':
		case 'recording.cancelled':
			return { ...envelope, kind: told.kind, recording };
		case 'vod.created':
			return {
				...envelope,
				kind: told.kind,
				vod: {
					ownerId: null,
					url: path,
					playlistUrl: null,
					filename: null,
					renditions: [],
					startedAt: isoOrNull(told.opened),
					endedAt: isoOrNull(told.closed),
					uploadedAt: isoOrNull(told.at),
				},
			};
		case 'room.title_changed':
			return { ...envelope, kind: told.kind, change: { before: null, after: null } };
		case 'live.started':
		case 'live.ended':
			return { ...envelope, kind: told.kind };
		default:
			throw new Error(`No test tells of ${told.kind}`);
	}
}

export const MINUTE = 60;
export const HOUR = 3_600;

/** The defaults of a trigger. */
export const settings: SessionSettings = {
	waits: { quiet: 5 * MINUTE * 1000, giveUp: 60 * MINUTE * 1000 },
	atLeast: { seconds: null, bytes: null },
};

/** An item and when it was put out, in seconds. */
export interface PutOut {
	readonly at: number;
	readonly item: SessionCompleted;
}

/** Notes an event in a book, as receiving does. */
export function note(book: SessionBook, event: RecorderEvent, { waits } = settings): boolean {
	const key = roomKeyOf(event);
	const entry = entryOf(event, lifecycleOf(event.format));
	return key !== null && entry !== null && book.note(key, entry, waits);
}

/**
 * Lets events come in order of their coming, looks whenever the book says so, and on until nothing is open.
 *
 * @param restarts seconds at which the process is killed and another takes over what was persisted
 */
export function drive(
	told: readonly Told[],
	{
		given = settings,
		restarts = [],
	}: { given?: SessionSettings; restarts?: readonly number[] } = {},
): PutOut[] {
	let book = new SessionBook(lifecycleOf);
	const out: PutOut[] = [];
	const steps = [
		...told.map((each) => ({ at: each.comes ?? each.at ?? 0, event: eventFrom(each) })),
		...restarts.map((at) => ({ at, event: null })),
	].sort((a, b) => a.at - b.at);
	const look = (until: number) => {
		for (let rounds = 0; book.dueAt !== null && rounds < 10_000; rounds++) {
			const at = Math.max(book.dueAt, now);
			if (at > until) return;
			now = at;
			for (const { item, markStored } of book.due(at, given)) {
				markStored();
				out.push({ at: (at - ORIGIN) / 1000, item });
			}
		}
	};
	let now = Number.NEGATIVE_INFINITY;
	for (const { at, event } of steps) {
		const moment = ORIGIN + at * 1000;
		look(moment);
		now = Math.max(now, moment);
		if (event === null) {
			const text = book.serialise();
			book = new SessionBook(lifecycleOf);
			book.merge(text);
		} else {
			note(book, event, given);
		}
	}
	look(Number.MAX_SAFE_INTEGER);
	return out;
}
