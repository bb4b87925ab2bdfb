import {
	type Claim,
	claimDigest,
	type ClaimResult,
	type ClaimStore,
	Patience,
	PENDING_LEASE_MILLISECONDS,
} from './claims';
import type { Clock } from './clock';
import {
	LONGEST_GROUP,
	MAX_PERSISTED_LENGTH,
	PersistedClaims,
	readPersistedClaims,
} from './persistedClaims';

/** Claims remembered per node; twice as many at the most. */
const GENERATION_SIZE = 20_000;

interface Entry {
	/** A released claim stays as a mark, so that an older copy in static data can't bring it back. */
	state: 'pending' | 'kept' | 'released';
	/** n8n holds the execution, though the request may still be open: the claim is among the persisted ones. */
	stored: boolean;
	/** When it was claimed, by either clock. */
	claimedAt: ClaimTime;
	/** Resolves when a pending claim is settled; made when somebody waits for it. */
	settled: Promise<void> | null;
	/** Resolves `settled`. */
	settle: () => void;
}

interface ClaimTime {
	/** Milliseconds since 1970. */
	readonly at: number;
	/** By {@link Clock.elapsed}. */
	readonly elapsed: number;
}

const nobodyWaits = () => {};

function settlementOf(entry: Entry): Promise<void> {
	entry.settled ??= new Promise((resolve) => {
		entry.settle = resolve;
	});
	return entry.settled;
}

/**
 * Claims in this process's memory, the authority within one process, with a compact form to persist.
 * `claim` decides without awaiting anything, so that no two deliveries in one process can both be first.
 * Memory is bounded by two generations: when the younger is full it becomes the older and the older is forgotten.
 */
export class MemoryClaimStore implements ClaimStore {
	private younger = new Map<string, Entry>();

	private older = new Map<string, Entry>();

	/** The newest claims whose events n8n holds. */
	private readonly persisted = new PersistedClaims();

	private lastMerged = '';

	private forgottenUntil: number | null = null;

	constructor(
		private readonly clock: Clock,
		private readonly generationSize = GENERATION_SIZE,
	) {}

	claim(
		key: string,
		windowSeconds: number,
		patience?: Patience,
	): ClaimResult | Promise<ClaimResult> {
		const digest = claimDigest(key);
		return this.decide(digest, windowSeconds) ?? this.decideLater(digest, windowSeconds, patience);
	}

	/** What can be told at once; null while the first delivery is open. */
	private decide(digest: string, windowSeconds: number): ClaimResult | null {
		const entry = this.find(digest, windowSeconds);
		if (entry === null) return { status: 'new', claim: this.take(digest) };
		return entry.state === 'kept' ? { status: 'repeat', age: this.ageOf(entry) } : null;
	}

	private async decideLater(
		digest: string,
		windowSeconds: number,
		patience = new Patience(this.clock),
	): Promise<ClaimResult> {
		for (;;) {
			const open = this.find(digest, windowSeconds);
			const isOver =
				open !== null && (await Promise.race([settlementOf(open), patience.over])) === 'over';
			if (isOver) return { status: 'pending' };
			const decided = this.decide(digest, windowSeconds);
			if (decided !== null) return decided;
		}
	}

	/** Since when no kept claim was forgotten, milliseconds since 1970; null: ever since. */
	get completeSince(): number | null {
		return this.forgottenUntil;
	}

	/** Number of claims in memory, for measurements. */
	get size(): number {
		return this.younger.size + this.older.size;
	}

	/**
	 * The newest claims whose events n8n holds, at most {@link MAX_PERSISTED_LENGTH} bytes. Claims that are only pending are left
	 * out: should the process die, their events were not taken.
	 */
	serialise(): string {
		return this.persisted.text;
	}

	/**
	 * Takes over claims that were persisted: by this process's predecessor, or by another process of the same n8n.
	 * What this process knows itself it knows better. Text of another form is ignored, as far as it is.
	 */
	merge(text: unknown): void {
		if (typeof text !== 'string' || text === this.lastMerged) return;
		this.lastMerged = text;
		if (this.persisted.grewFrom(text)) return;
		const unknown = new Map<string, number>();
		const isAll = text.length <= MAX_PERSISTED_LENGTH - LONGEST_GROUP;
		for (const { digest, claimedAt } of readPersistedClaims(text)) {
			// Only the newest are persisted: this is the oldest of them.
			if (!isAll && unknown.size === 0 && this.size === 0) this.noteForgotten(claimedAt);
			if (this.entryOf(digest) === undefined) unknown.set(digest, claimedAt);
		}
		for (const [digest, claimedAt] of unknown) {
			this.remember(digest, {
				state: 'kept',
				stored: true,
				claimedAt: this.timeBefore(Math.max(0, this.clock.now() - claimedAt)),
				settled: null,
				settle: nobodyWaits,
			});
			this.persisted.append({ digest, claimedAt });
		}
	}

	private entryOf(digest: string): Entry | undefined {
		return this.younger.get(digest) ?? this.older.get(digest);
	}

	/** The claim that counts; null where there is none, or none any more. */
	private find(digest: string, windowSeconds: number): Entry | null {
		const entry = this.entryOf(digest);
		if (entry === undefined || entry.state === 'released') return null;
		const limit = entry.state === 'pending' ? PENDING_LEASE_MILLISECONDS : windowSeconds * 1000;
		return this.ageOf(entry) < limit ? entry : null;
	}

	/**
	 * Milliseconds since an event was claimed. Neither clock tells alone: one may be set back, the other stops while the machine
	 * sleeps. Whichever is further on counts, as an event that runs twice is better than one that is lost.
	 */
	private ageOf({ claimedAt }: Entry): number {
		return Math.max(this.clock.now() - claimedAt.at, this.clock.elapsed() - claimedAt.elapsed);
	}

	private timeBefore(milliseconds: number): ClaimTime {
		return {
			at: this.clock.now() - milliseconds,
			elapsed: this.clock.elapsed() - milliseconds,
		};
	}

	private take(digest: string): Claim {
		const entry: Entry = {
			state: 'pending',
			stored: false,
			claimedAt: { at: this.clock.now(), elapsed: this.clock.elapsed() },
			settled: null,
			settle: nobodyWaits,
		};
		this.remember(digest, entry);
		return {
			markStored: () => {
				if (entry.state === 'pending') this.store(digest, entry);
			},
			keep: async (age) => {
				if (entry.state !== 'pending') return;
				entry.state = 'kept';
				if (age !== undefined) entry.claimedAt = this.timeBefore(age);
				this.store(digest, entry);
				entry.settle();
			},
			release: async () => {
				if (entry.state !== 'pending') return;
				entry.state = 'released';
				if (entry.stored && this.isCurrent(digest, entry)) this.persisted.remove(digest);
				entry.stored = false;
				entry.settle();
			},
		};
	}

	/** A claim that was given up (its lease ran out) may have been taken anew: what is persisted is then the newer one's. */
	private isCurrent(digest: string, entry: Entry): boolean {
		return this.entryOf(digest) === entry;
	}

	private store(digest: string, entry: Entry): void {
		if (entry.stored || !this.isCurrent(digest, entry)) return;
		entry.stored = true;
		this.persisted.append({ digest, claimedAt: entry.claimedAt.at });
	}

	private remember(digest: string, entry: Entry): void {
		this.older.delete(digest);
		this.younger.set(digest, entry);
		if (this.younger.size >= this.generationSize) this.startGeneration();
	}

	private startGeneration(): void {
		const forgotten = this.older;
		this.older = this.younger;
		this.younger = new Map();
		// A delivery that is still open must not lose its claim.
		for (const [digest, entry] of forgotten) {
			if (entry.state === 'pending') this.older.set(digest, entry);
			else this.noteForgotten(entry.claimedAt.at);
		}
	}

	private noteForgotten(claimedAt: number): void {
		this.forgottenUntil = Math.max(this.forgottenUntil ?? claimedAt, claimedAt);
	}
}
