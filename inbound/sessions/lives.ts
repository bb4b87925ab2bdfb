import type { SessionEntry } from './entry';
import { Homes } from './homes';
import type { CompletedLive, Live, LifecycleOf } from './live';
import { reachOf } from './reach';
import { LONGEST_SILENCE, type SessionWaits } from './waits';

/**
 * The lives of a room, from the set of its events: whichever order they came in, the same lives. Those that were put out come
 * first, each with what came late for it.
 */
export function livesOf(
	entries: readonly SessionEntry[],
	completed: readonly CompletedLive[],
	lifecycleOf: LifecycleOf,
	waits: SessionWaits,
): Live[] {
	const homes = new Homes(completed, lifecycleOf, waits);
	const reach = reachOf(entries, lifecycleOf, waits.quiet);
	for (const entry of [...entries].sort(inOrder)) homes.add(entry, reach(entry));
	return homes.lives;
}

const RANK: Readonly<Record<string, number>> = {
	'live.started': 0,
	'recording.started': 1,
	'file.opened': 2,
	'file.closed': 4,
	'vod.created': 4,
	'file.processed': 5,
	'recording.ended': 6,
	'recording.cancelled': 6,
	'live.ended': 7,
};

const MIDDLE = 3;

function inOrder(a: SessionEntry, b: SessionEntry): number {
	return (
		a.happenedAt - b.happenedAt ||
		(RANK[a.kind] ?? MIDDLE) - (RANK[b.kind] ?? MIDDLE) ||
		(a.id < b.id ? -1 : 1)
	);
}

/** How long a room must be quiet after an entry until its live may be over. */
export function quietAfter({ wait }: SessionEntry, { quiet }: SessionWaits): number {
	return Math.min(wait ?? quiet, quiet);
}

/** What is to become of a live. */
export type Fate =
	| { readonly status: 'over'; readonly reason: 'ended' | 'gave_up' }
	/** Nothing that began: to be forgotten. */
	| { readonly status: 'nothing' }
	/** When to look again, if nothing comes. */
	| { readonly status: 'open'; readonly lookAt: number };

/** What is to become of a live, seen at a moment; `isFollowed` where the room has a later one. */
export function fateOf(live: Live, isFollowed: boolean, now: number, waits: SessionWaits): Fate {
	const { quiet, giveUp, silence } = waitsOf(live, waits);
	if (!live.isOpened) {
		const lookAt = lastArrivalOf(live) + giveUp;
		return now >= lookAt ? { status: 'nothing' } : { status: 'open', lookAt };
	}
	const isComplete = live.isEnded && live.hasFinalFiles;
	const wait =
		isComplete || (isFollowed && !live.isEnded)
			? quiet
			: live.isEnded || live.isOffline
				? giveUp
				: silence;
	const lookAt = live.lastArrival + wait;
	if (now < lookAt) return { status: 'open', lookAt };
	return { status: 'over', reason: isComplete ? 'ended' : 'gave_up' };
}

/** A simulated live without an end: it also has events that don't count here, each after a pause of its own. */
const SIMULATED_SILENCE = 10;

/** How long each thing is waited for. Of a simulated live that has ended nothing more comes once it is quiet. */
function waitsOf({ wait }: Live, waits: SessionWaits): SessionWaits & { readonly silence: number } {
	const quiet = Math.min(wait ?? waits.quiet, waits.quiet);
	if (wait !== null) return { quiet, giveUp: quiet, silence: quiet * SIMULATED_SILENCE };
	return { quiet, giveUp: Math.max(quiet, waits.giveUp), silence: LONGEST_SILENCE };
}

/** Of a live of which nothing opened, also what only informs. */
function lastArrivalOf({ lastArrival, entries }: Live): number {
	return entries.reduce((latest, { arrivedAt }) => Math.max(latest, arrivedAt), lastArrival);
}
