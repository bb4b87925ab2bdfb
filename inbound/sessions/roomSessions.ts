import type { About } from '../about';
import type { SessionEntry } from './entry';
import type { CompletedLive, Live, LifecycleOf } from './live';
import { type Fate, fateOf, livesOf, quietAfter } from './lives';
import { writeEntry } from './persistedEntry';
import { type RunningLive, runningLiveOf } from './runningLive';
import { type AtLeast, hasNews, type SessionCompleted, sessionItem } from './sessionItem';
import type { SessionWaits } from './waits';

/** What a trigger is set to, as far as sessions go. */
export interface SessionSettings {
	readonly waits: SessionWaits;
	readonly atLeast: AtLeast;
}

/** A live that is over: its item, and what is to become of it. Settling it twice does nothing. */
export interface CompletedSession {
	readonly item: SessionCompleted;
	/** n8n has stored the execution: from here on it is out, for whatever process comes. */
	markStored(): void;
	/** n8n didn't take it: it is over still. */
	putBack(): void;
}

/** How long a live that was put out is remembered, for what comes late. */
const REMEMBERED_MILLISECONDS = 24 * 3_600_000;

/** Lives of one room that are remembered so. */
const REMEMBERED_LIVES = 4;

/**
 * Characters that a room's entries may take: some 3,000 files. A room that takes more is put out as far as it has come; what
 * follows is late.
 */
export const MAX_ROOM_LENGTH = 1_000_000;

/** What a room and an entry take in memory beside their texts, in characters, about. */
const LENGTH_OF_A_ROOM = 2_000;
const LENGTH_OF_AN_ENTRY = 200;

/** DDTV 5 has no ids and no times: equal content within this time is the same event (its format says the same). */
export const SAME_CONTENT_MILLISECONDS = 30_000;

/** A live on its way to n8n. */
interface Outgoing {
	readonly entries: readonly SessionEntry[];
	readonly before: CompletedLive | null;
	readonly after: CompletedLive;
}

/** What is known of one room's lives: the open ones by their entries, and those that were put out not long ago. */
export class RoomSessions {
	private entries: SessionEntry[] = [];

	/** The entries by the ids of their events. */
	private readonly byId = new Map<string, SessionEntry[]>();

	private completed: CompletedLive[] = [];

	/** Who the entries are of, by their JSON text: most entries of a live say the same. */
	private readonly abouts = new Map<string, About>();

	private readonly outgoing = new Set<Outgoing>();

	private written: string | null = null;

	private entriesLength = 0;

	private aboutsLength = 0;

	private completedLength = 0;

	private running: RunningLive | null = null;

	/** When the room would have been looked at next, if it weren't for its running live. */
	private sparedLook = Number.NEGATIVE_INFINITY;

	/** When to look at it next, by our clock. */
	nextLook = Number.POSITIVE_INFINITY;

	/** @param key from {@link roomKeyOf} */
	constructor(
		readonly key: string,
		private readonly lifecycleOf: LifecycleOf,
	) {}

	/** Nothing is left that anybody would need. */
	get isEmpty(): boolean {
		return this.entries.length === 0 && this.completed.length === 0 && this.outgoing.size === 0;
	}

	/** The entries of lives that are open. */
	get openEntries(): readonly SessionEntry[] {
		return this.entries;
	}

	/** What was put out not long ago. */
	get putOut(): readonly CompletedLive[] {
		return this.completed;
	}

	/** About how much it holds, in characters. */
	get size(): number {
		if (this.entries.length === 0 && this.completed.length === 0) return 0;
		const bare = LENGTH_OF_A_ROOM + this.key.length + this.entries.length * LENGTH_OF_AN_ENTRY;
		return bare + this.entriesLength + this.aboutsLength + this.completedLength;
	}

	private get isTooLong(): boolean {
		return this.entriesLength + this.aboutsLength > MAX_ROOM_LENGTH;
	}

	/** Takes in an entry; false where it is known. */
	note(entry: SessionEntry, waits: SessionWaits): boolean {
		if (this.byId.get(entry.id)?.some((known) => isSame(known, entry)) === true) return false;
		this.take(entry);
		const { arrivedAt } = entry;
		const { isTooLong } = this;
		const lookAt = isTooLong ? arrivedAt : arrivedAt + quietAfter(entry, waits);
		if (!isTooLong && this.running?.goesOnWith(entry) === true) {
			if (this.sparedLook <= arrivedAt) this.sparedLook = lookAt;
			return true;
		}
		// What comes out of order may have been over sooner than it could be known: as soon as without sparing, it is seen.
		const spared = this.sparedLook > arrivedAt ? this.sparedLook : Number.POSITIVE_INFINITY;
		this.running = null;
		this.sparedLook = Number.NEGATIVE_INFINITY;
		this.nextLook = Math.min(this.nextLook, lookAt, spared);
		return true;
	}

	/** Takes in what is known from another place: it is looked at anew. */
	takeOver(entries: readonly SessionEntry[], completed: readonly CompletedLive[]): void {
		for (const entry of entries) this.take(entry);
		this.completed.push(...completed);
		this.completedLength = lengthOf(this.completed);
		this.running = null;
		this.written = null;
		this.nextLook = Number.NEGATIVE_INFINITY;
	}

	/**
	 * The lives that are over at a moment. They count as put out from now on, in this process, unless they are put back.
	 *
	 * @param isForced whatever is open is put out as far as it has come, and what was put out is forgotten
	 */
	look(now: number, settings: SessionSettings, isForced = false): CompletedSession[] {
		const { waits } = settings;
		const lives = livesOf(this.entries, this.completed, this.lifecycleOf, waits);
		const isTooLong = isForced || this.isTooLong;
		const over: CompletedSession[] = [];
		const gone = new Set<SessionEntry>();
		const followers = followersOf(lives);
		this.sparedLook = Number.NEGATIVE_INFINITY;
		this.nextLook = Number.POSITIVE_INFINITY;
		for (const [index, live] of lives.entries()) {
			if (live.entries.length === 0) {
				this.forget(live, isForced ? Number.POSITIVE_INFINITY : now);
				continue;
			}
			const follower = followers[index] ?? null;
			const fate = isTooLong
				? fateForWantOfRoom(live)
				: fateOf(live, follower !== null, now, waits);
			if (fate.status === 'open') {
				this.nextLook = Math.min(this.nextLook, fate.lookAt);
				continue;
			}
			for (const entry of live.entries) gone.add(entry);
			if (fate.status === 'over' && (live.completed === null || hasNews(live))) {
				const reason = live.completed === null ? fate.reason : 'late';
				const followedAt = follower?.startedAt ?? live.completed?.followedAt ?? null;
				over.push(this.complete(live, { now, reason, settings, followedAt }));
			}
		}
		if (gone.size > 0) this.drop(gone);
		this.running = runningLiveOf(lives, this.completed, this.lifecycleOf);
		return over;
	}

	/** Whether its one live runs, for all that is known, and nothing was heard of it from a moment on. */
	runsUnheardSince(moment: number, waits: SessionWaits): boolean {
		if (this.entries.some(({ arrivedAt }) => arrivedAt >= moment)) return false;
		const lives = livesOf(this.entries, this.completed, this.lifecycleOf, waits);
		return runningLiveOf(lives, this.completed, this.lifecycleOf) !== null;
	}

	/** As JSON text: the room, who its entries are of, its entries, and what was put out. */
	serialise(): string {
		if (this.written !== null) return this.written;
		const unsettled = [...this.outgoing];
		const places = new Map([...this.abouts.values()].map((about, place) => [about, place]));
		const entries = [...this.entries, ...unsettled.flatMap((live) => live.entries)].map((entry) =>
			writeEntry(entry, places.get(entry.about) ?? JSON.stringify(entry.about)),
		);
		const completed = this.completed.flatMap((live) => {
			const way = unsettled.find(({ after }) => after === live);
			return way === undefined ? [live] : (way.before ?? []);
		});
		const lists = [[...this.abouts.keys()].join(','), entries.join(',')].map((list) => `[${list}]`);
		this.written = `[${JSON.stringify(this.key)},${lists.join(',')},${JSON.stringify(completed)}]`;
		return this.written;
	}

	private take(entry: SessionEntry): void {
		const text = JSON.stringify(entry.about);
		const about = this.abouts.get(text) ?? entry.about;
		if (!this.abouts.has(text)) {
			this.abouts.set(text, about);
			this.aboutsLength += text.length;
		}
		const taken = { ...entry, about };
		this.entries.push(taken);
		const sameId = this.byId.get(taken.id);
		if (sameId === undefined) this.byId.set(taken.id, [taken]);
		else sameId.push(taken);
		this.entriesLength += writeEntry(taken, 0).length;
		this.written = null;
	}

	private drop(gone: ReadonlySet<SessionEntry>): void {
		this.entries = this.entries.filter((entry) => !gone.has(entry));
		for (const entry of gone) {
			const others = this.byId.get(entry.id)?.filter((other) => !gone.has(other)) ?? [];
			if (others.length > 0) this.byId.set(entry.id, others);
			else this.byId.delete(entry.id);
			this.entriesLength -= writeEntry(entry, 0).length;
		}
		const used = new Set(this.entries.map(({ about }) => about));
		for (const [text, about] of this.abouts) {
			if (used.has(about)) continue;
			this.abouts.delete(text);
			this.aboutsLength -= text.length;
		}
		this.written = null;
	}

	private complete(
		live: Live,
		{
			now,
			reason,
			settings,
			followedAt,
		}: {
			now: number;
			followedAt: number | null;
			reason: SessionCompleted['summary']['reason'];
			settings: SessionSettings;
		},
	): CompletedSession {
		const [recorder] = recorderOf(this.key);
		const item = sessionItem(live, { recorder, now, reason, atLeast: settings.atLeast });
		const after: CompletedLive = {
			id: live.completed?.id ?? item.id,
			items: (live.completed?.items ?? 0) + 1,
			completedAt: now,
			startedAt: live.startedAt,
			endedAt: Math.max(live.lastAt, live.endedAt),
			followedAt,
			sessionIds: live.sessionIds,
			...live.digests,
		};
		const way: Outgoing = { entries: live.entries, before: live.completed, after };
		this.outgoing.add(way);
		this.replace(live.completed, after);
		this.nextLook = Math.min(this.nextLook, now + REMEMBERED_MILLISECONDS);
		return {
			item,
			markStored: () => {
				if (this.outgoing.delete(way)) this.written = null;
			},
			putBack: () => {
				if (!this.outgoing.delete(way)) return;
				this.replace(after, way.before);
				for (const entry of way.entries) this.take(entry);
				this.running = null;
				this.nextLook = now;
			},
		};
	}

	private replace(before: CompletedLive | null, after: CompletedLive | null): void {
		this.completed = this.completed.filter((live) => live !== before);
		if (after !== null) this.completed.push(after);
		this.completed = this.completed.slice(-REMEMBERED_LIVES);
		this.completedLength = lengthOf(this.completed);
		this.written = null;
	}

	private forget({ completed }: Live, now: number): void {
		if (completed === null) return;
		const until = completed.completedAt + REMEMBERED_MILLISECONDS;
		if (now < until) this.nextLook = Math.min(this.nextLook, until);
		else this.replace(completed, null);
	}
}

/** What becomes of a live that there is no room left for. Of one that never opened nobody needs to know. */
function fateForWantOfRoom({ isOpened }: Live): Fate {
	return isOpened ? { status: 'over', reason: 'gave_up' } : { status: 'nothing' };
}

function isSame(a: SessionEntry, b: SessionEntry): boolean {
	if (a.id !== b.id || a.kind !== b.kind || a.format !== b.format) return false;
	return a.isTimed || Math.abs(a.arrivedAt - b.arrivedAt) < SAME_CONTENT_MILLISECONDS;
}

function recorderOf(key: string): [string] {
	const parts: unknown = JSON.parse(key);
	const [recorder]: unknown[] = Array.isArray(parts) ? parts : [];
	return [typeof recorder === 'string' ? recorder : ''];
}

/** The live that each of a room's lives was followed by, in the same order; null where it is the last that opened. */
function followersOf(lives: readonly Live[]): Array<Live | null> {
	let follower: Live | null = null;
	const followers = [...lives].reverse().map((live) => {
		const next = follower;
		if (live.completed === null && live.isOpened) follower = live;
		return next;
	});
	return followers.reverse();
}

/** About how much is kept of lives that were put out, in characters as it is written. */
function lengthOf(completed: readonly CompletedLive[]): number {
	return completed.reduce((length, { paths, missing, stems, sessionIds }) => {
		const texts = paths.length + missing.length + stems.length;
		return length + 200 + texts * 11 + sessionIds.join('').length;
	}, 0);
}
