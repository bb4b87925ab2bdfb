import { hash } from 'node:crypto';

import { DIGEST_LENGTH, PersistedClaims, readPersistedClaims } from './persistedClaims';

/**
 * Claims: who has taken an event. A claim is *pending* from when an event is first seen until its request is answered,
 * then *kept* if n8n took the event, else *released*, so that the sender's retry is taken as new.
 */

/** One event's claim, in the hands of the delivery that came first. Settling it twice does nothing; nothing here rejects. */
export interface Claim {
	/**
	 * n8n has stored the execution and is about to answer: from here on the claim outlives the process.
	 * Not before: a claim that outlives a process which died without storing the event would turn its retry away.
	 */
	markStored(): void;
	/**
	 * n8n holds the execution: every further delivery is a repeat.
	 *
	 * @param age milliseconds since the event was first claimed, where another process did that: a window never begins anew
	 */
	keep(age?: number): Promise<void>;
	/** n8n doesn't hold it: the next delivery is taken as new. */
	release(): Promise<void>;
}

export type ClaimResult =
	| { readonly status: 'new'; readonly claim: Claim }
	| {
			readonly status: 'repeat';
			/** Milliseconds since the event was claimed. */
			readonly age: number;
	  }
	/** The first delivery is still open, for longer than anybody waits: its fate is not known yet. */
	| { readonly status: 'pending' }
	/**
	 * The store can't be reached: nobody can tell whether this is a repeat. Whoever takes the event nonetheless settles the
	 * claim like any other, so that the store learns of it if it comes back in time; whoever doesn't releases it.
	 */
	| { readonly status: 'unavailable'; readonly reason: string; readonly claim: Claim };

/** Where claims are kept. */
export interface ClaimStore {
	/**
	 * Claims an event. A repeat that arrives while the first delivery is pending waits for its fate.
	 *
	 * @param key the event's identity; any length
	 * @param windowSeconds how long a kept claim counts
	 * @param patience how long this delivery waits; {@link MAX_WAIT_MILLISECONDS} unless told
	 */
	claim(key: string, windowSeconds: number, patience?: Patience): Promise<ClaimResult>;
}

/** What a delivery is known by, and for how long. */
export interface Identity {
	/** Any length. */
	readonly key: string;
	readonly windowSeconds: number;
}

/**
 * Claims a delivery by several identities: of its message and of its event. It is new where all of them are; then they are
 * settled together.
 */
export async function claimAll(
	store: ClaimStore,
	identities: readonly Identity[],
	patience: Patience,
): Promise<ClaimResult> {
	const [only, ...others] = identities;
	// Nearly every delivery.
	if (only !== undefined && others.length === 0) {
		return await store.claim(only.key, only.windowSeconds, patience);
	}
	const claims: Claim[] = [];
	let reason: string | null = null;
	for (const { key, windowSeconds } of identities) {
		const result = await store.claim(key, windowSeconds, patience);
		if (result.status === 'repeat') {
			// Another message of an event that was taken: it must not be new when the event's window is over and its own is not.
			await settleAll(claims, 'keep');
			return result;
		}
		if (result.status === 'pending') {
			await settleAll(claims, 'release');
			return result;
		}
		claims.push(result.claim);
		if (result.status === 'unavailable') ({ reason } = result);
	}
	const claim: Claim = {
		markStored: () => {
			for (const each of claims) each.markStored();
		},
		keep: async () => await settleAll(claims, 'keep'),
		release: async () => await settleAll(claims, 'release'),
	};
	return reason === null ? { status: 'new', claim } : { status: 'unavailable', reason, claim };
}

async function settleAll(claims: readonly Claim[], how: 'keep' | 'release'): Promise<void> {
	await Promise.all(claims.map(async (claim) => await claim[how]()));
}

/** The time, and a way to wait: handed in, so that tests need no real time. */
export interface Clock {
	/** Milliseconds since 1970. May be set back and forth. */
	now(): number;
	/** Milliseconds since some moment. Never goes back; may stand still while the machine sleeps. */
	elapsed(): number;
	sleep(milliseconds: number): Promise<void>;
}

/**
 * How long a repeat waits for the first delivery before it is asked to come back. Below the shortest time-out of a
 * recorder that retries (BSR: 30 s, webhook/poster.rs), so that it reads the answer instead of giving up by itself.
 */
export const MAX_WAIT_MILLISECONDS = 25_000;

/**
 * A pending claim older than this has lost its request: it counts as released. Far beyond what any recorder tries: at its
 * limit of concurrent executions n8n 2 stores an execution and answers only when a slot is free, which takes as long as
 * uploads do, and a retry that was taken as new meanwhile would be a second one.
 */
export const PENDING_LEASE_MILLISECONDS = 24 * 3_600_000;

/** What one delivery has left of its time to wait. Runs from when it is first asked for, and whatever the clock says. */
export class Patience {
	private ending: Promise<'over'> | null = null;

	private ended = false;

	constructor(
		private readonly clock: Clock,
		private readonly milliseconds = MAX_WAIT_MILLISECONDS,
	) {}

	/** Resolves when the time is over. */
	get over(): Promise<'over'> {
		this.ending ??= this.clock.sleep(this.milliseconds).then(() => {
			this.ended = true;
			return 'over';
		});
		return this.ending;
	}

	get isOver(): boolean {
		return this.ended;
	}
}

/** Claims remembered per node; twice as many at the most. */
const GENERATION_SIZE = 20_000;

/** A fixed number of characters for an event's identity, {@link DIGEST_LENGTH} of them. */
export function claimDigest(key: string): string {
	return hash('sha256', key, 'base64url').slice(0, DIGEST_LENGTH);
}

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

	constructor(
		private readonly clock: Clock,
		private readonly generationSize = GENERATION_SIZE,
	) {}

	async claim(
		key: string,
		windowSeconds: number,
		patience = new Patience(this.clock),
	): Promise<ClaimResult> {
		const digest = claimDigest(key);
		for (;;) {
			const entry = this.find(digest, windowSeconds);
			if (entry === null) return { status: 'new', claim: this.take(digest) };
			if (entry.state === 'kept') return { status: 'repeat', age: this.ageOf(entry) };
			if ((await Promise.race([settlementOf(entry), patience.over])) === 'over') {
				return { status: 'pending' };
			}
		}
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
		for (const { digest, claimedAt } of readPersistedClaims(text)) {
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
			claimedAt: this.timeBefore(0),
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
		}
	}
}

/** A store that can't even be tried, e.g. because what it needs isn't there. */
export class UnavailableClaimStore implements ClaimStore {
	constructor(private readonly reason: string) {}

	async claim(): Promise<ClaimResult> {
		const claim = { markStored: () => {}, keep: async () => {}, release: async () => {} };
		return { status: 'unavailable', reason: this.reason, claim };
	}
}
