import type { Clock } from './clock';

/** What may become of a delivery. */
export const FATES = ['taken', 'duplicate', 'ignored', 'noted', 'refused'] as const;

export type Fate = (typeof FATES)[number];

/** How many deliveries met each fate. */
export type Tallies = Readonly<Record<Fate, number>>;

const HOUR = 3_600_000;

/** Hours that are counted: a day back from any moment, in whole hours. */
const HOURS = 24;

/**
 * What became of the deliveries of the last 24 hours, for people to look at: by the hour, in the order of {@link FATES}. Bounded,
 * and as exact as what was saved last.
 */
export class Tally {
	/** Not worth a save of its own: saved along with what is. */
	readonly isMinor = true;

	/** By the hour since 1970. */
	private readonly hours = new Map<number, number[]>();

	private lastTaken = 0;

	constructor(private readonly clock: Pick<Clock, 'now'>) {}

	count(fate: Fate): void {
		const now = this.clock.now();
		const hour = Math.floor(now / HOUR);
		const counts = this.hours.get(hour) ?? FATES.map(() => 0);
		const index = FATES.indexOf(fate);
		counts[index] = (counts[index] ?? 0) + 1;
		this.hours.set(hour, counts);
		if (fate === 'taken') this.lastTaken = now;
		this.forgetBefore(hour - HOURS);
	}

	/** The sums of the last 24 hours. */
	get sums(): Tallies {
		const since = Math.floor(this.clock.now() / HOUR) - HOURS;
		const recent = [...this.hours].filter(([hour]) => hour > since);
		const sumOf = (fate: Fate) =>
			recent.reduce((sum, [, counts]) => sum + (counts[FATES.indexOf(fate)] ?? 0), 0);
		return {
			taken: sumOf('taken'),
			duplicate: sumOf('duplicate'),
			ignored: sumOf('ignored'),
			noted: sumOf('noted'),
			refused: sumOf('refused'),
		};
	}

	/** When an event last started the workflow, milliseconds since 1970; null where that is not known. */
	get lastTakenAt(): number | null {
		return this.lastTaken === 0 ? null : this.lastTaken;
	}

	serialise(): string {
		return JSON.stringify([this.lastTaken, ...this.hours]);
	}

	/** Takes over what was counted before, by this process's predecessor or another; of one hour the higher count is right. */
	merge(text: unknown): void {
		const [lastTaken, ...hours] = listIn(text);
		if (isCount(lastTaken)) this.lastTaken = Math.max(this.lastTaken, lastTaken);
		const now = Math.floor(this.clock.now() / HOUR);
		for (const entry of hours.slice(-2 * HOURS)) {
			const [hour, counts]: unknown[] = Array.isArray(entry) ? entry : [];
			if (!isCount(hour) || hour > now || hour <= now - HOURS || !Array.isArray(counts)) continue;
			const own = this.hours.get(hour) ?? [];
			const merged = FATES.map((_fate, index) => {
				const other: unknown = counts[index];
				return Math.max(own[index] ?? 0, isCount(other) ? other : 0);
			});
			this.hours.set(hour, merged);
		}
	}

	private forgetBefore(oldest: number): void {
		for (const hour of this.hours.keys()) if (hour <= oldest) this.hours.delete(hour);
	}
}

function listIn(text: unknown): unknown[] {
	// Four digits for each count of each hour and more: what is longer is nothing that was written here.
	if (typeof text !== 'string' || text.length > 5_000) return [];
	try {
		const read: unknown = JSON.parse(text);
		return Array.isArray(read) ? read : [];
	} catch {
		return [];
	}
}

function isCount(value: unknown): value is number {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
