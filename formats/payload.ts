import { z } from 'zod/v4';

import { fileExtension, fileName, fileRole } from './paths';
import type { RecordedFile, Recording } from './recorderEvent';
import { isTimestamp } from './time';
import { withoutLoneSurrogates } from './wire';

/**
 * The pieces that payload schemas and `describe` functions are made of, and what recorders have in common:
 * '' and 0 for "none", ids as numbers or text, members that may be missing.
 */

/** An id as a recorder sends it: a number, or text where it has letters or more digits than a double holds. */
export const idSchema = z.union([z.number().int(), z.string().min(1)]);

/** A timestamp with a UTC offset; see `parseTimestamp` for the forms. */
export const timestampSchema = z.string().refine(isTimestamp, {
	error: 'Expected a timestamp with a UTC offset, e.g. 2021-05-14T17:52:44.4960899+08:00',
});

/** Text, or null where the recorder says nothing ('' counts as nothing). */
export function textOrNull(value: string | null | undefined): string | null {
	return value === undefined || value === null || value === '' ? null : value;
}

/** An id as text, or null where there is none; 0 and '' are how recorders say "none". */
export function idOrNull(value: string | number | null | undefined): string | null {
	if (value === undefined || value === null) return null;
	const text = String(value);
	return text === '' || text === '0' ? null : text;
}

/**
 * An id as the number it is, or the digits of one that a double can't hold: the recorder's `numericMembers` say that it goes
 * out as a number. Null where it has other characters, or zeros in front that a number would lose.
 */
export function numericIdOrNull(id: string | null): number | string | null {
	if (id === null || !/^(?:0|[1-9]\d*)$/.test(id)) return null;
	const number = Number(id);
	return Number.isSafeInteger(number) ? number : id;
}

/** Why {@link numericIdOrNull} of a room's id is null, for `build`. */
export function noRoomNumber(roomId: string | null): string {
	return roomId === null
		? 'the event names no room'
		: `its room ids are numbers, and '${roomId}' is none`;
}

/** A whole number that a recorder always writes as one; text where it has more digits than a double holds. */
export const longNumberSchema = z.union([z.number().int(), z.string().regex(/^\d{16,}$/)]);

/** A size or duration, or null where the recorder says nothing or, as DDTV does for "not set", a negative number. */
export function amountOrNull(value: number | null | undefined): number | null {
	return value === undefined || value === null || value < 0 ? null : value;
}

/** A whole number of bytes, or null. */
export function bytesOrNull(value: number | null | undefined): number | null {
	const amount = amountOrNull(value);
	const bytes = amount === null ? null : Math.trunc(amount);
	return bytes !== null && Number.isSafeInteger(bytes) ? bytes : null;
}

/** How long a recording is, seconds: as the recorder said, else from its opening to its closing, where both are known. */
export function durationOf({
	durationSeconds,
	openedAt,
	closedAt,
}: Pick<RecordedFile, 'durationSeconds' | 'openedAt' | 'closedAt'>): number | null {
	if (durationSeconds !== null || openedAt === null || closedAt === null) return durationSeconds;
	return amountOrNull((Date.parse(closedAt) - Date.parse(openedAt)) / 1000);
}

/** Bilibili's live_status: 0 offline, 1 live, 2 repeating old recordings; recorders write -1 where they don't know. */
export function isLiveStatus(status: number | null | undefined): boolean | null {
	return status === 0 || status === 1 || status === 2 ? status === 1 : null;
}

/** A file block: what the path itself tells, and whatever else is known. Where n8n finds the file, no format can know. */
export function describeFile(
	path: string,
	known: Partial<Omit<RecordedFile, 'path' | 'name' | 'extension' | LocalPath>> = {},
): RecordedFile {
	const relatedPaths = known.relatedPaths ?? [];
	return {
		path,
		localPath: null,
		name: fileName(path),
		extension: fileExtension(path),
		role: known.role ?? fileRole(path),
		sizeBytes: known.sizeBytes ?? null,
		durationSeconds: known.durationSeconds ?? null,
		openedAt: known.openedAt ?? null,
		closedAt: known.closedAt ?? null,
		sourcePath: known.sourcePath ?? null,
		sourceLocalPath: null,
		danmakuPath: known.danmakuPath ?? null,
		danmakuLocalPath: null,
		coverPath: known.coverPath ?? null,
		coverLocalPath: null,
		relatedPaths,
		relatedLocalPaths: relatedPaths.map(() => null),
	};
}

type LocalPath =
	| 'localPath'
	| 'sourceLocalPath'
	| 'danmakuLocalPath'
	| 'coverLocalPath'
	| 'relatedLocalPaths';

/** A recording block: the files that the event names, and whatever else is known. Nothing known: nothing was said. */
export function recordingOf(known: Partial<Omit<Recording, 'localPaths'>> = {}): Recording {
	const { paths = [], sizeBytes = null, durationSeconds = null, files } = known;
	return {
		paths,
		localPaths: paths.map(() => null),
		sizeBytes,
		durationSeconds,
		...(files === undefined ? {} : { files }),
	};
}

const LIVE_PAGES: ReadonlyMap<string, (id: string) => string> = new Map([
	['bilibili', (id: string) => `https://live.bilibili.com/${id}`],
	['douyin', (id: string) => `https://live.douyin.com/${id}`],
	['huya', (id: string) => `https://www.huya.com/${id}`],
	['douyu', (id: string) => `https://www.douyu.com/${id}`],
	['kuaishou', (id: string) => `https://live.kuaishou.com/u/${id}`],
	['tiktok', (id: string) => `https://www.tiktok.com/@${id.replace(/^%40/, '')}/live`],
	['twitch', (id: string) => `https://www.twitch.tv/${id}`],
	['twitcasting', (id: string) => `https://twitcasting.tv/${id}`],
]);

/** No room is called by more. */
const LONGEST_ID = 256;

/** The page of a live room, where the platform is known and its address follows from the room id; else null. */
export function livePageUrl(platform: string | null, roomId: string | null): string | null {
	if (platform === null || roomId === null || roomId.length > LONGEST_ID) return null;
	// encodeURIComponent throws for half a surrogate pair, which JSON can carry as an escape. Most ids are digits.
	const id = /^\d+$/.test(roomId) ? roomId : encodeURIComponent(withoutLoneSurrogates(roomId));
	return LIVE_PAGES.get(platform.toLowerCase())?.(id) ?? null;
}
