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

/** When something was claimed, by either clock. */
interface Moment {
	/** Milliseconds since 1970. */
	readonly at: number;
	/** By {@link Clock.elapsed}. */
	readonly elapsed: number;
}

/** What an entry tells the store that it is in. */
interface Keeper {
	/** n8n holds an entry's execution: it is among the persisted ones from here on. */
	store(entry: Entry): void;
	/** It doesn't after all. */
	unstore(entry: Entry): void;
	momentBefore(milliseconds: number): Moment;
}

/** Settling does nothing that anybody could wait for. */
const DONE = Promise.resolve();

/** What is known of one event; in the hands of the delivery that came first, its claim. */
class Entry implements Claim {
	/** A released claim stays as a mark, so that an older copy in static data can't bring it back. */
	state: 'pending' | 'kept' | 'released' = 'pending';

	/** n8n holds the execution, though the request may still be open: the claim is among the persisted ones. */
	stored = false;

	private settlement: Promise<void> | null = null;

	private settle: (() => void) | null = null;

	constructor(
		private readonly keeper: Keeper,
		readonly digest: string,
		/** When it was claimed. */
		public claimedAt: Moment,
	) {}

	/** Resolves when a pending claim is settled; made when somebody waits for it. */
	get settled(): Promise<void> {
		this.settlement ??= new Promise((resolve) => {
			this.settle = resolve;
		});
		return this.settlement;
	}

	markStored(): void {
		if (this.state === 'pending') this.keeper.store(this);
	}

	keep(age?: number): Promise<void> {
		if (this.state !== 'pending') return DONE;
		this.state = 'kept';
		if (age !== undefined) this.claimedAt = this.keeper.momentBefore(age);
		this.keeper.store(this);
		this.settle?.();
		return DONE;
	}

	release(): Promise<void> {
		if (this.state !== 'pending') return DONE;
		this.state = 'released';
		this.keeper.unstore(this);
		this.settle?.();
		return DONE;
	}
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

	private readonly keeper: Keeper = {
		store: (entry) => this.store(entry),
		unstore: (entry) => this.unstore(entry),
		momentBefore: (milliseconds) => this.momentBefore(milliseconds),
	};

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
		const now = this.moment();
		const entry = this.find(digest, windowSeconds, now);
		if (entry === null) return { status: 'new', claim: this.take(digest, now) };
		return entry.state === 'kept' ? { status: 'repeat', age: ageOf(entry, now) } : null;
	}

	private async decideLater(
		digest: string,
		windowSeconds: number,
		patience = new Patience(this.clock),
	): Promise<ClaimResult> {
		for (;;) {
			const open = this.find(digest, windowSeconds, this.moment());
			const isOver =
				open !== null && (await Promise.race([open.settled, patience.over])) === 'over';
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
			const since = this.momentBefore(Math.max(0, this.clock.now() - claimedAt));
			const entry = new Entry(this.keeper, digest, since);
			entry.state = 'kept';
			entry.stored = true;
			this.remember(entry);
			this.persisted.append({ digest, claimedAt });
		}
	}

	private entryOf(digest: string): Entry | undefined {
		return this.younger.get(digest) ?? this.older.get(digest);
	}

	/** The claim that counts; null where there is none, or none any more. */
	private find(digest: string, windowSeconds: number, now: Moment): Entry | null {
		const entry = this.entryOf(digest);
		if (entry === undefined || entry.state === 'released') return null;
		const limit = entry.state === 'pending' ? PENDING_LEASE_MILLISECONDS : windowSeconds * 1000;
		return ageOf(entry, now) < limit ? entry : null;
	}

	private moment(): Moment {
		return { at: this.clock.now(), elapsed: this.clock.elapsed() };
	}

	private momentBefore(milliseconds: number): Moment {
		const { at, elapsed } = this.moment();
		return { at: at - milliseconds, elapsed: elapsed - milliseconds };
	}

	private take(digest: string, now: Moment): Claim {
		const entry = new Entry(this.keeper, digest, now);
		this.remember(entry);
		return entry;
	}

	/** A claim that was given up (its lease ran out) may have been taken anew: what is persisted is then the newer one's. */
	private isCurrent(entry: Entry): boolean {
		return this.entryOf(entry.digest) === entry;
	}

	private store(entry: Entry): void {
		if (entry.stored || !this.isCurrent(entry)) return;
		entry.stored = true;
		this.persisted.append({ digest: entry.digest, claimedAt: entry.claimedAt.at });
	}

	private unstore(entry: Entry): void {
		if (entry.stored && this.isCurrent(entry)) this.persisted.remove(entry.digest);
		entry.stored = false;
	}

	private remember(entry: Entry): void {
		this.older.delete(entry.digest);
		this.younger.set(entry.digest, entry);
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

/**
 * Milliseconds since an event was claimed. Neither clock tells alone: one may be set back, the other stops while the machine
 * sleeps. Whichever is further on counts, as an event that runs twice is better than one that is lost.
 */
function ageOf({ claimedAt }: Entry, now: Moment): number {
	return Math.max(now.at - claimedAt.at, now.elapsed - claimedAt.elapsed);
}
