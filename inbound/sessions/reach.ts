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
	const closings = new Map<string, Closing[]>();
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
		const closing = {
			opened: files[0]?.openedAt ?? Number.NEGATIVE_INFINITY,
			closed: happenedAt,
		};
		for (const stem of stemsOf(entry)) {
			const known = closings.get(stem);
			if (known === undefined) closings.set(stem, [closing]);
			else known.push(closing);
		}
	}
	const sorted = new Map<string, readonly Closing[]>();
	const closingsOf = (stem: string): readonly Closing[] => {
		const known = sorted.get(stem);
		if (known !== undefined) return known;
		const inOrder = (closings.get(stem) ?? []).sort((a, b) => a.closed - b.closed);
		sorted.set(stem, inOrder);
		return inOrder;
	};
	return (entry) => {
		const { happenedAt, kind } = entry;
		const id = idOf(entry);
		const ofSession = id === null ? happenedAt : (lastOfSession.get(id) ?? happenedAt);
		if (kind !== 'file.opened') return ofSession;
		const ends = stemsOf(entry)
			.map((stem) => nextClosing(closingsOf(stem), happenedAt, slack))
			.filter((closed) => closed !== null);
		return Math.max(ofSession, ends.length === 0 ? happenedAt : Math.min(...ends));
	};
}

interface Closing {
	readonly opened: number;
	readonly closed: number;
}

/** Files under one name that may be looked through for the one that an event opened: no recorder uses a name again so often at once. */
const MAX_LOOKED_THROUGH = 50;

/** When a file that was opened at a moment was closed: of several under one name, the one that was closed next. */
function nextClosing(closings: readonly Closing[], openedAt: number, slack: number): number | null {
	let from = 0;
	let to = closings.length;
	while (from < to) {
		const middle = (from + to) >> 1;
		if ((closings[middle]?.closed ?? openedAt) < openedAt) from = middle + 1;
		else to = middle;
	}
	const next = closings
		.slice(from, from + MAX_LOOKED_THROUGH)
		.find(({ opened }) => opened <= openedAt + slack);
	return next?.closed ?? null;
}
