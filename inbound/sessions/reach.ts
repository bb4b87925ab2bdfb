import type { SessionEntry } from './entry';
import { nameOf } from './files';
import type { LifecycleOf } from './live';

/** A moment until which the live of an entry went on, milliseconds since 1970. */
export type Reach = (entry: SessionEntry) => number;

/**
 * How far each entry's live is known to reach by what else was said: by the last event of the same recording, and by the closing of the
 * file that it opened. Both belong to the same live however long nothing came in between, so that what begins meanwhile goes on
 * with it. Told by the set of entries: whichever order they came in.
 *
 * @param slack by how much two statements of one time may differ, milliseconds
 */
export function reachOf(
	entries: readonly SessionEntry[],
	lifecycleOf: LifecycleOf,
	slack: number,
): Reach {
	const lastOfSession = new Map<string, number>();
	const closings = new Map<string, Array<{ readonly opened: number; readonly closed: number }>>();
	const idOf = ({ sessionId, format }: SessionEntry) =>
		lifecycleOf(format).sessionId === 'stream' ? null : sessionId;
	const stemsOf = ({ files: [file], format }: SessionEntry) =>
		[file?.path, file?.sourcePath]
			.filter((path) => path !== undefined && path !== null)
			.map((path) => nameOf(path, lifecycleOf(format)).stem);
	for (const entry of entries) {
		const { happenedAt, files, kind } = entry;
		const id = idOf(entry);
		if (id !== null) lastOfSession.set(id, Math.max(lastOfSession.get(id) ?? 0, happenedAt));
		if (kind === 'file.opened') continue;
		const opened = files[0]?.openedAt ?? Number.NEGATIVE_INFINITY;
		for (const stem of stemsOf(entry)) {
			closings.set(stem, [...(closings.get(stem) ?? []), { opened, closed: happenedAt }]);
		}
	}
	return (entry) => {
		const { happenedAt, kind } = entry;
		const id = idOf(entry);
		const ofSession = id === null ? happenedAt : (lastOfSession.get(id) ?? happenedAt);
		if (kind !== 'file.opened') return ofSession;
		// Of several files under one name, the one that was closed next.
		const ends = stemsOf(entry)
			.flatMap((stem) => closings.get(stem) ?? [])
			.filter(({ opened, closed }) => closed >= happenedAt && opened <= happenedAt + slack)
			.map(({ closed }) => closed);
		return Math.max(ofSession, ends.length === 0 ? happenedAt : Math.min(...ends));
	};
}
