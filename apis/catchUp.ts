import { fileRole } from '../formats/paths';
import type { ApiRecording, ApiRoom } from './recorderApi';
import { RoomsByNumber } from './roomsByNumber';

/** Between two looks, a file that grew is still being written. */
interface Look {
	readonly sizeBytes: number | null;
	readonly modifiedAt: string | null;
	/** Milliseconds since 1970. */
	readonly at: number;
}

/** Without a change for so long, a file that its recorder tells no state of counts as closed. */
const QUIET_MILLISECONDS = 5 * 60_000;

/** Files whose last look is kept; more than a recorder writes at once. */
const MAX_LOOKS = 5000;

/** What of a listing is to be put out. */
export interface CatchUpQuestion {
	readonly recordings: readonly ApiRecording[];
	/** The rooms as they were after the listing; null where the recorder doesn't tell of rooms. */
	readonly rooms: readonly ApiRoom[] | null;
	/** Nothing that was finished before, milliseconds since 1970. */
	readonly since: number;
	readonly now: number;
	/** By how much the clock that the recordings' times are by is ahead of that of `since` and `now`. */
	readonly aheadMilliseconds: number;
	/** How long a file must be finished: its own event may still be on its way. */
	readonly graceMilliseconds: number;
}

/**
 * Tells which of the listed recordings are finished: no longer written, and not to be processed. Remembers what it saw, for
 * recorders that tell neither.
 */
export class FinishedRecordings {
	private looks = new Map<string, Look>();

	/** The finished recordings in the order in which they were finished. */
	among(question: CatchUpQuestion): ApiRecording[] {
		const { recordings, since, now, aheadMilliseconds, graceMilliseconds } = question;
		const before = this.looks;
		this.looks = new Map();
		const finished: ApiRecording[] = [];
		const known = question.rooms === null ? null : new RoomsByNumber(question.rooms);
		for (const recording of recordings) {
			if (recording.type === 'file' && fileRole(recording.path) !== 'video') continue;
			const modified =
				recording.modifiedAt === null ? null : Date.parse(recording.modifiedAt) - aheadMilliseconds;
			if (modified !== null && modified < since) continue;
			const { sizeBytes, modifiedAt } = recording;
			const last = before.get(recording.path);
			const isUnchanged =
				last !== undefined && last.sizeBytes === sizeBytes && last.modifiedAt === modifiedAt;
			// Set back, the clock must not lengthen it.
			const seenSince = isUnchanged ? Math.min(last.at, now) : now;
			if (this.looks.size < MAX_LOOKS) {
				this.looks.set(recording.path, { sizeBytes, modifiedAt, at: seenSince });
			}
			// What has no time is as old as it was seen to be.
			const quiet = now - (modified ?? seenSince);
			if (quiet < graceMilliseconds || sizeBytes === 0) continue;
			if (
				isFinished(recording, known, isUnchanged && now > seenSince && quiet >= QUIET_MILLISECONDS)
			) {
				finished.push(recording);
			}
		}
		return finished.sort((a, b) => (a.modifiedAt ?? '').localeCompare(b.modifiedAt ?? ''));
	}
}

function isFinished(
	{ state, path, room }: ApiRecording,
	rooms: RoomsByNumber | null,
	isQuiet: boolean,
): boolean {
	if (state === 'finished') return true;
	if (state !== 'unknown') return false;
	if (isQuiet) return true;
	if (rooms === null) return false;
	// What was listed before nothing was recorded any more is closed.
	return !rooms.mayRecord(room.id ?? rooms.idIn(path));
}
