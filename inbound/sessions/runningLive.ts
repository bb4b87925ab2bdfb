import { isInforming, type SessionEntry } from './entry';
import { stemDigestsOf } from './files';
import { beginningOf, type CompletedLive, type Live, type LifecycleOf } from './live';

/**
 * The one live of a room that runs, of which nothing said yet that it ended. Most events of a live only tell of one more file: what
 * they leave as it is, needs no look at all that the live had before.
 */
export interface RunningLive {
	/** True where all that the event does is to go on with the live: it may be over no sooner than before. */
	goesOnWith(entry: SessionEntry): boolean;
}

/**
 * The running live among a room's lives, null where there is none, or where there is more to think about: a second live, one that
 * ended, a simulated one, or a recorder that never says when a live ends.
 */
export function runningLiveOf(
	lives: readonly Live[],
	completed: readonly CompletedLive[],
	lifecycleOf: LifecycleOf,
): RunningLive | null {
	const live = lives.find(({ entries }) => entries.length > 0);
	if (live === undefined || live !== lives.at(-1)) return null;
	const { entries, startedAt, sessionIds, wait } = live;
	if (live.completed !== null || !live.isOpened || live.isEnded || live.isOffline) return null;
	const saysEnds = (format: string) => lifecycleOf(format).ends.length > 0;
	if (wait !== null || !entries.every(({ format }) => saysEnds(format))) return null;
	const ids = new Set(sessionIds);
	let lastAt = entries.reduce((last, { happenedAt }) => Math.max(last, happenedAt), startedAt);

	const isOfAnother = (entry: SessionEntry): boolean => {
		const { sessionId, format, kind, files } = entry;
		const lifecycle = lifecycleOf(format);
		if (sessionId !== null && lifecycle.sessionId !== 'stream') return !ids.has(sessionId);
		const [file] = files;
		if (kind === 'file.opened' || file === undefined) return false;
		const stems = stemDigestsOf(file, lifecycle);
		return completed.some((live) => stems.some((stem) => live.stems.includes(stem)));
	};
	return {
		goesOnWith: (entry) => {
			const { kind, format, happenedAt } = entry;
			const isOfFile = kind.startsWith('file.');
			const isNext = happenedAt >= lastAt && beginningOf(entry) >= startedAt;
			if (!(isOfFile || isInforming(entry)) || !isNext || !saysEnds(format)) return false;
			if (entry.wait !== null || isOfAnother(entry)) return false;
			lastAt = happenedAt;
			return true;
		},
	};
}
