import type { Lifecycle } from '../../formats/lifecycle';
import { isInforming, type SessionEntry } from './entry';
import { LiveFiles, type MissingFile, shortDigest, stemDigestsOf } from './files';

/** The lifecycle of a format, by its id. */
export type LifecycleOf = (format: string) => Lifecycle;

/** A live that was put out, as far as latecomers need it. */
export interface CompletedLive {
	readonly id: string;
	/** How many items of it were put out. */
	readonly items: number;
	/** When the last of them was, by our clock. */
	readonly completedAt: number;
	/** From its first to its last event, as the recorder dates them. */
	readonly startedAt: number;
	readonly endedAt: number;
	/** When the live that the room had after it began, if it had one then: what followed belongs to that one. Null where none had. */
	readonly followedAt: number | null;
	readonly sessionIds: readonly string[];
	/** {@link shortDigest} of each finished file's path. */
	readonly paths: readonly string[];
	/** {@link shortDigest} of each path that was said to be missing: it is news once it is there, and no news when it is opened again. */
	readonly missing: readonly string[];
	/** {@link shortDigest} of each file's stem, finished or not. */
	readonly stems: readonly string[];
}

/** Begins and ends of one recording, or of the live. */
interface Run {
	begunAt: number | null;
	endedAt: number | null;
	begins: number;
	ends: number;
}

const newRun = (endedAt: number | null = null): Run => ({
	begunAt: null,
	endedAt,
	begins: 0,
	ends: 0,
});

/** Known, but not said to have ended since it last began. In the same second the recorder may have gone on (BSR). */
function isRunning({ begunAt, endedAt, begins, ends }: Run): boolean {
	if (endedAt === null) return true;
	if (begunAt === null) return false;
	return begunAt === endedAt ? begins > ends : begunAt > endedAt;
}

/** One live of a room, put together from entries in the order in which they happened. */
export class Live {
	readonly entries: SessionEntry[] = [];

	readonly files = new LiveFiles();

	readonly sessionIds: string[];

	startedAt = Number.POSITIVE_INFINITY;

	/** When the last thing happened that is known of it. */
	lastAt = Number.NEGATIVE_INFINITY;

	/** When the last of its events came, by our clock. */
	lastArrival = Number.NEGATIVE_INFINITY;

	/** The least of what simulated events of it ask to wait; null for a real live. */
	wait: number | null = null;

	/** Something said that it runs. */
	isOpened = false;

	private readonly streaming = newRun();

	private readonly recordings = new Map<string, Run>();

	/** Ids of recordings of which a file was told. */
	private readonly recordingsWithFile: Set<string>;

	/** Recordings that have no id. */
	private unnamed: Run | null = null;

	private readonly stems = new Set<string>();

	private lifecycle: Lifecycle | null = null;

	constructor(
		private readonly lifecycleOf: LifecycleOf,
		/** Put out already: what comes now is late. */
		readonly completed: CompletedLive | null = null,
	) {
		this.sessionIds = [...(completed?.sessionIds ?? [])];
		this.recordingsWithFile = new Set(this.sessionIds);
		if (completed === null) return;
		this.startedAt = completed.startedAt;
		this.lastAt = completed.endedAt;
		this.streaming.endedAt = completed.endedAt;
		this.unnamed = newRun(completed.endedAt);
		for (const id of completed.sessionIds) this.recordings.set(id, newRun(completed.endedAt));
		this.stems = new Set(completed.stems);
	}

	/**
	 * Takes in an entry.
	 *
	 * @param reach until when the entry itself says that the live went on
	 * @returns the {@link shortDigest} of each stem that it didn't have before
	 */
	add(entry: SessionEntry, reach: number): string[] {
		const lifecycle = this.lifecycleOf(entry.format);
		this.entries.push(entry);
		if (isInforming(entry)) return [];
		if (entry.wait !== null) this.wait = Math.min(this.wait ?? entry.wait, entry.wait);
		// Of a recorder that speaks two formats, the one that says when it is over counts (BililiveRecorder V1 and V2).
		if (this.lifecycle === null || this.lifecycle.ends.length === 0) this.lifecycle = lifecycle;
		const startsAt = beginningOf(entry);
		this.startedAt = Math.min(this.startedAt, startsAt);
		this.lastAt = Math.max(this.lastAt, entry.happenedAt, reach);
		this.lastArrival = Math.max(this.lastArrival, entry.arrivedAt);
		this.noteRun(entry, lifecycle);
		entry.files.forEach((file, position) => {
			this.files.add(file, entry.happenedAt, position, lifecycle);
		});
		if (opens(entry)) this.isOpened = true;
		const stems = new Set(entry.files.flatMap((file) => stemDigestsOf(file, lifecycle)));
		const added = [...stems].filter((stem) => !this.stems.has(stem));
		for (const stem of added) this.stems.add(stem);
		return added;
	}

	/** May a file that has a stem of this live belong here? One that is opened anew is another file under the same name. */
	mayHaveFile({ files: [file], happenedAt }: SessionEntry): boolean {
		if ((file?.openedAt ?? Number.NEGATIVE_INFINITY) > this.lastAt) return false;
		return this.completed === null || happenedAt >= this.startedAt;
	}

	/** Was this path told of in an item before? */
	hasToldOf(path: string): boolean {
		return this.completed?.paths.includes(shortDigest(path)) ?? false;
	}

	/** Of a recorder that tells of no files: did recordings end that no item before told of? */
	get hasNewRecordings(): boolean {
		if (this.lifecycle?.finalFile !== 'none') return false;
		return this.entries.some(({ kind, sessionId }) => {
			const isEnd = kind === 'recording.ended' || kind === 'recording.cancelled';
			return isEnd && sessionId !== null && !this.completed?.sessionIds.includes(sessionId);
		});
	}

	/** What was opened and never closed, as far as no item before said so. */
	get newlyMissing(): MissingFile[] {
		const { paths = [], missing = [] } = this.completed ?? {};
		const known = new Set([...paths, ...missing]);
		return this.files.missing().filter(({ path }) => !known.has(shortDigest(path)));
	}

	/** What is to be known of its files once they were put out. */
	get digests(): Pick<CompletedLive, 'paths' | 'missing' | 'stems'> {
		const told = this.files.finished(() => false).flatMap(({ paths }) => paths.map(shortDigest));
		const missing = this.newlyMissing.map(({ path }) => shortDigest(path));
		return {
			paths: [...new Set([...(this.completed?.paths ?? []), ...told])],
			missing: [...(this.completed?.missing ?? []), ...missing],
			stems: [...this.stems],
		};
	}

	/** The recorder said that it is over, and nothing that it said since contradicts. */
	get isEnded(): boolean {
		const ends = this.lifecycle?.ends ?? [];
		if (ends.length === 0) return true;
		const recordings = [
			...this.recordings.values(),
			...(this.unnamed === null ? [] : [this.unnamed]),
		];
		const tellsOfRecordings = recordings.length > 0 || !this.files.isEmpty;
		if (ends.includes('recording.ended') && tellsOfRecordings) {
			return recordings.length > 0 && !recordings.some(isRunning);
		}
		return this.streaming.endedAt !== null && !isRunning(this.streaming);
	}

	/** The streamer went offline, whether or not the recorder said that its recordings ended. */
	get isOffline(): boolean {
		return this.streaming.endedAt !== null && !isRunning(this.streaming);
	}

	get hasFinalFiles(): boolean {
		const isAwaited = (id: string) => !this.recordingsWithFile.has(id);
		if (this.lifecycle?.filesFollow === true && [...this.recordings.keys()].some(isAwaited))
			return false;
		return this.files.areFinal(this.lifecycle?.finalFile ?? 'closed');
	}

	/** When it ended, as far as the recorder said; else when the last thing happened. */
	get endedAt(): number {
		const ends = [...this.recordings.values(), this.unnamed, this.streaming]
			.map((run) => run?.endedAt ?? null)
			.filter((at) => at !== null);
		const closings = this.files.finished(() => false).map(({ closedAt }) => closedAt ?? 0);
		const latest = [...ends, ...closings].reduce((last, at) => Math.max(last, at), 0);
		return latest > 0 ? latest : this.lastAt;
	}

	private noteRun({ kind, sessionId, happenedAt }: SessionEntry, lifecycle: Lifecycle): void {
		const isNamed = sessionId !== null && lifecycle.sessionId === 'recording';
		if (sessionId !== null && lifecycle.sessionId !== 'stream') {
			if (!this.sessionIds.includes(sessionId)) this.sessionIds.push(sessionId);
		}
		const isOfRecording = !kind.startsWith('live.');
		if (isNamed && isOfRecording && !this.recordings.has(sessionId)) {
			this.recordings.set(sessionId, newRun());
		}
		if (isNamed && kind.startsWith('file.')) this.recordingsWithFile.add(sessionId);
		const run = (): Run => {
			if (!isOfRecording) return this.streaming;
			const named = isNamed ? this.recordings.get(sessionId) : undefined;
			if (named !== undefined) return named;
			this.unnamed ??= newRun();
			return this.unnamed;
		};
		if (kind === 'live.started' || kind === 'recording.started') {
			const begun = run();
			begun.begunAt = Math.max(begun.begunAt ?? happenedAt, happenedAt);
			begun.begins++;
		}
		if (kind === 'live.ended' || kind === 'recording.ended' || kind === 'recording.cancelled') {
			const ended = run();
			ended.endedAt = Math.max(ended.endedAt ?? happenedAt, happenedAt);
			ended.ends++;
		}
	}
}

/** Since when there is what an entry tells of: a closed file was there since it was opened. */
export function beginningOf({ files, happenedAt }: SessionEntry): number {
	const [file] = files;
	return files.length === 1 && file !== undefined
		? Math.min(file.openedAt ?? happenedAt, happenedAt)
		: happenedAt;
}

/** Says that a live runs, or ran. */
export function opens({ kind }: SessionEntry): boolean {
	return (
		kind === 'live.started' ||
		kind === 'recording.started' ||
		kind.startsWith('file.') ||
		kind === 'vod.created'
	);
}
