import { hash } from 'node:crypto';

import { describeFile, recordingOf as recordingBlock } from '../../formats/payload';
import type { EventOf, RecordedFile, Room, Streamer } from '../../formats/recorderEvent';
import { unknownState } from '../../formats/recorderEvent';
import { isoTime } from '../../formats/time';
import type { SessionEntry } from './entry';
import { isInforming } from './entry';
import type { FinishedFile } from './files';
import type { Live } from './live';

export type SessionCompleted = EventOf<'session.completed'>;

/** Files smaller than this are left out of a session's item; null: no least. */
export interface AtLeast {
	readonly seconds: number | null;
	readonly bytes: number | null;
}

/** What an item is put together with, beside the live itself. */
export interface ItemContext {
	readonly recorder: string;
	/** When it is put out, by our clock. */
	readonly now: number;
	readonly reason: SessionCompleted['summary']['reason'];
	readonly atLeast: AtLeast;
}

/** The item of a live: all that is known of it; of one that was put out before, only what is new. */
export function sessionItem(live: Live, context: ItemContext): SessionCompleted {
	const { completed, entries } = live;
	const finished = live.files.finished((path) => live.hasToldOf(path));
	const leftOut = finished.filter((file) => isBelow(file, context.atLeast));
	const files = finished.filter((file) => !leftOut.includes(file)).map(recordedFile);
	const counted = entries.filter((entry) => !isInforming(entry));
	const about = aboutOf(entries);
	const videos = files.filter(({ role }) => role === 'video');
	const id = completed?.id ?? idOf(live, context.recorder, about.room);
	const endedAt = live.endedAt;
	return {
		id: completed === null ? id : `${id}:late-${completed.items}`,
		kind: 'session.completed',
		recorder: context.recorder,
		format: counted.at(-1)?.format ?? entries[0]?.format ?? '',
		nativeType: 'session.completed',
		occurredAt: isoTime(endedAt),
		receivedAt: isoTime(context.now),
		room: about.room,
		streamer: about.streamer,
		session: {
			id: live.sessionIds[0] ?? null,
			startedAt: isoTime(startOf(live)),
			endedAt: isoTime(endedAt),
			platformLiveId: null,
		},
		state: unknownState,
		summary: {
			files,
			sizeBytes: sumOf(videos.map(({ sizeBytes }) => sizeBytes)),
			durationSeconds: sumOf(videos.map(({ durationSeconds }) => durationSeconds)),
			sessionIds: [...live.sessionIds],
			titles: titlesOf(entries),
			reason: context.reason,
			missing: live.newlyMissing.map(({ path, openedAt }) => ({
				path,
				localPath: null,
				openedAt: isoOrNull(openedAt),
			})),
			leftOut: leftOut.map(({ path, recordedBytes, durationSeconds }) => ({
				path,
				localPath: null,
				sizeBytes: recordedBytes,
				durationSeconds,
			})),
			eventIds: [...new Set(counted.map((entry) => entry.id))],
		},
		recording: recordingOf(entries),
		warnings: [],
		remembered: [],
		raw: {},
	};
}

/** Says whether a late item would say anything that the items before did not. */
export function hasNews(live: Live): boolean {
	const isKnown = (path: string) => live.hasToldOf(path);
	if (live.files.finished(isKnown).length > 0) return true;
	return live.newlyMissing.length > 0 || live.hasNewRecordings;
}

/**
 * The same for the same live, whatever the order in which its events came: by its first recording or live, where the recorder
 * names them, else by its first event.
 */
function idOf(live: Live, recorder: string, room: Room): string {
	const first = live.entries.find((entry) => !isInforming(entry));
	const anchor = live.sessionIds[0] ?? `${live.startedAt} ${first?.id ?? ''}`;
	const text = JSON.stringify([recorder, room.platform, room.id, anchor]);
	return `session:${hash('sha256', text, 'base64url').slice(0, 32)}`;
}

/** The start that the recorder names, if it is of this live; else its first event. */
function startOf({ entries, startedAt, lastAt }: Live): number {
	const named = entries
		.map((entry) => entry.startedAt)
		.filter((at) => at !== null)
		.filter((at) => at <= lastAt);
	return Math.min(startedAt, ...named.filter((at) => at > startedAt - LONGEST_LIVE));
}

/** No recorder names a start that lies further back: a number that says more is none of this live. */
const LONGEST_LIVE = 48 * 3_600_000;

/** Each member as it was said last. */
function aboutOf(entries: readonly SessionEntry[]): { room: Room; streamer: Streamer } {
	const rooms = entries.map(({ about }) => about.room).reverse();
	const streamers = entries.map(({ about }) => about.streamer).reverse();
	const ofRoom = <K extends keyof Room>(member: K) =>
		rooms.find((room) => room[member] !== null)?.[member] ?? null;
	const ofStreamer = <K extends keyof Streamer>(member: K) =>
		streamers.find((streamer) => streamer[member] !== null)?.[member] ?? null;
	const area = rooms.find(({ area: { parent, child } }) => parent !== null || child !== null)?.area;
	return {
		room: {
			id: ofRoom('id'),
			shortId: ofRoom('shortId'),
			platform: ofRoom('platform'),
			title: ofRoom('title'),
			url: ofRoom('url'),
			coverUrl: ofRoom('coverUrl'),
			area: area === undefined ? { parent: null, child: null } : { ...area },
		},
		streamer: {
			id: ofStreamer('id'),
			name: ofStreamer('name'),
			avatarUrl: ofStreamer('avatarUrl'),
		},
	};
}

/** More titles than that a live has only to fill memory. */
const MAX_TITLES = 50;

function titlesOf(entries: readonly SessionEntry[]): string[] {
	const titles = entries.map(({ about }) => about.room.title).filter((title) => title !== null);
	return [...new Set(titles)].slice(0, MAX_TITLES);
}

/** What the recorder sums up of its recordings: of several ends of one recording, the last (BSR counts on). */
function recordingOf(entries: readonly SessionEntry[]): SessionCompleted['recording'] {
	const ends = entries.filter(
		({ kind }) => kind === 'recording.ended' || kind === 'recording.cancelled',
	);
	const last = new Map<string, SessionEntry>();
	for (const end of ends) last.set(end.sessionId ?? end.id, end);
	const sums = [...last.values()];
	return recordingBlock({
		paths: [...new Set(ends.flatMap(({ files }) => files.map(({ path }) => path)))],
		sizeBytes: sumOf(sums.map(({ sizeBytes }) => sizeBytes)),
		durationSeconds: sumOf(sums.map(({ durationSeconds }) => durationSeconds)),
	});
}

function isBelow(file: FinishedFile, { seconds, bytes }: AtLeast): boolean {
	const { durationSeconds, recordedBytes } = file;
	return (
		(seconds !== null && durationSeconds !== null && durationSeconds < seconds) ||
		(bytes !== null && recordedBytes !== null && recordedBytes < bytes)
	);
}

function recordedFile(file: FinishedFile): RecordedFile {
	return describeFile(file.path, {
		role: file.role,
		sizeBytes: file.sizeBytes,
		durationSeconds: file.durationSeconds,
		openedAt: isoOrNull(file.openedAt),
		closedAt: isoOrNull(file.closedAt),
		sourcePath: file.sourcePath,
		danmakuPath: file.danmakuPath,
		coverPath: file.coverPath,
		relatedPaths: [...file.relatedPaths],
	});
}

function isoOrNull(at: number | null): string | null {
	return at === null ? null : isoTime(at);
}

/** Null where none is known. */
function sumOf(values: readonly (number | null)[]): number | null {
	const known = values.filter((value) => value !== null);
	return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
