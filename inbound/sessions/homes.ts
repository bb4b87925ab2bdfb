import { isInforming, type SessionEntry } from './entry';
import { stemDigestsOf } from './files';
import { beginningOf, type CompletedLive, Live, type LifecycleOf, opens } from './live';
import type { SessionWaits } from './waits';

/**
 * The lives of one room while its events are taken in, in the order in which they happened. Each event finds the live it belongs to
 * by what it names, without looking through all of them: a room may have thousands.
 */
export class Homes {
	/** Those that were put out first, then in the order in which they began. */
	readonly lives: Live[];

	/** The newest live of a recorder's id, by its place in `lives`. */
	private readonly places = new Map<string, number>();

	/** The lives that have a file of a stem, by their places, oldest first. */
	private readonly placesOfStem = new Map<string, number[]>();

	constructor(
		completed: readonly CompletedLive[],
		private readonly lifecycleOf: LifecycleOf,
		private readonly waits: SessionWaits,
	) {
		const sorted = [...completed].sort((a, b) => a.startedAt - b.startedAt);
		this.lives = sorted.map((live) => new Live(lifecycleOf, live));
		for (const [place, { sessionIds, stems }] of sorted.entries()) {
			for (const id of sessionIds) this.places.set(id, place);
			for (const stem of stems) this.index(stem, place);
		}
	}

	/**
	 * Takes in an entry; the entries before it are those that happened before.
	 *
	 * @param reach until when the entry itself says that the live went on
	 */
	add(entry: SessionEntry, reach: number): void {
		const place = this.placeOf(entry) ?? this.lives.length;
		const live = this.lives[place] ?? new Live(this.lifecycleOf);
		this.lives[place] = live;
		for (const stem of live.add(entry, reach)) this.index(stem, place);
		const id = this.sessionOf(entry);
		if (id !== null && live.sessionIds.includes(id)) {
			this.places.set(id, Math.max(this.places.get(id) ?? place, place));
		}
	}

	/** The live that an entry belongs to; null where it begins one. */
	private placeOf(entry: SessionEntry): number | null {
		const id = this.sessionOf(entry);
		const named = (id === null ? undefined : this.places.get(id)) ?? this.placeOfFile(entry);
		return named ?? this.placeInTime(entry);
	}

	private placeInTime(entry: SessionEntry): number | null {
		const { quiet, giveUp } = this.waits;
		const begins = beginningOf(entry);
		const place = this.lives.findLastIndex(({ startedAt }) => startedAt <= begins + quiet);
		const last = this.lives[place];
		if (last === undefined) return null;
		// Simulated again, in hours of which seconds have passed: not the same live once more.
		if (last.completed !== null && entry.wait !== null) return null;
		if (begins >= (last.completed?.followedAt ?? Number.POSITIVE_INFINITY)) return null;
		const gap = begins - last.lastAt;
		if (gap <= quiet) return place;
		if (last.completed !== null) return null;
		if (isInforming(entry) || !opens(entry)) return place;
		if (last.isEnded || !last.isOpened) return null;
		// The recorder goes on after an end that never came. A file alone says nothing: hours may lie between two.
		const isBeginning = entry.kind === 'live.started' || entry.kind === 'recording.started';
		return isBeginning && gap > giveUp ? null : place;
	}

	private placeOfFile(entry: SessionEntry): number | null {
		const [file] = entry.files;
		if (file === undefined || entry.kind === 'file.opened') return null;
		const places = stemDigestsOf(file, this.lifecycleOf(entry.format)).map((stem) =>
			(this.placesOfStem.get(stem) ?? []).findLast(
				(place) => this.lives[place]?.mayHaveFile(entry) === true,
			),
		);
		const known = places.filter((place) => place !== undefined);
		return known.length === 0 ? null : Math.max(...known);
	}

	private index(stem: string, place: number): void {
		const places = this.placesOfStem.get(stem);
		if (places === undefined) this.placesOfStem.set(stem, [place]);
		else {
			const isNewest = place > (places.at(-1) ?? place);
			places.push(place);
			if (!isNewest) places.sort((a, b) => a - b);
		}
	}

	/** What the recorder calls a recording or a live by; null where its id says only over which stream it came. */
	private sessionOf({ sessionId, format }: SessionEntry): string | null {
		return this.lifecycleOf(format).sessionId === 'stream' ? null : sessionId;
	}
}
