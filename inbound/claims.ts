import { hash } from 'node:crypto';

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
	/** n8n holds the execution: every further delivery is a repeat. */
	keep(): Promise<void>;
	/** n8n doesn't hold it: the next delivery is taken as new. */
	release(): Promise<void>;
}

export type ClaimResult =
	| { readonly status: 'new'; readonly claim: Claim }
	| { readonly status: 'repeat' }
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

/** Milliseconds since 1970, and a way to wait: handed in, so that tests need no real time. */
export interface Clock {
	now(): number;
	sleep(milliseconds: number): Promise<void>;
}

/**
 * How long a repeat waits for the first delivery before it is asked to come back. Below the shortest time-out of a
 * recorder that retries (BSR: 30 s, webhook/poster.rs), so that it reads the answer instead of giving up by itself.
 */
export const MAX_WAIT_MILLISECONDS = 25_000;

/** A pending claim older than this has lost its request: it counts as released. */
export const PENDING_LEASE_MILLISECONDS = 10 * 60_000;

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

/** Claims written to n8n's static data: the newest ones, {@link RECORD_LENGTH} bytes each. */
export const PERSISTED_CLAIMS = 256;

/** 72 bits of a hash and 30 bits of time, in base64url. */
const DIGEST_LENGTH = 12;
const TIME_LENGTH = 5;
export const RECORD_LENGTH = DIGEST_LENGTH + TIME_LENGTH;

/** Persisted times are seconds since 2020, which 30 bits hold until 2054. */
const TIME_ORIGIN = Date.UTC(2020, 0, 1);
const MAX_SECONDS = 2 ** 30 - 1;

/** A fixed number of bytes for an event's identity: two events share one by accident once in 10^10 at 20,000 claims. */
export function claimDigest(key: string): string {
	return hash('sha256', key, 'base64url').slice(0, DIGEST_LENGTH);
}

interface Entry {
	/** A released claim stays as a mark, so that an older copy in static data can't bring it back. */
	state: 'pending' | 'kept' | 'released';
	/** n8n holds the execution, though the request may still be open. */
	stored: boolean;
	/** When it was claimed, milliseconds since 1970. */
	readonly claimedAt: number;
	/** Resolves when a pending claim is settled. */
	readonly settled: Promise<void>;
}

const alreadySettled = Promise.resolve();

/**
 * Claims in this process's memory, the authority within one process, with a compact form to persist.
 * `claim` decides without awaiting anything, so that no two deliveries in one process can both be first.
 * Memory is bounded by two generations: when the younger is full it becomes the older and the older is forgotten.
 */
export class MemoryClaimStore implements ClaimStore {
	private younger = new Map<string, Entry>();

	private older = new Map<string, Entry>();

	/** Digests in the order of their claims, the newest last: what is persisted. */
	private recent: string[] = [];

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
			if (entry.state === 'kept') return { status: 'repeat' };
			if ((await Promise.race([entry.settled, patience.over])) === 'over') {
				return { status: 'pending' };
			}
		}
	}

	/** Number of claims in memory, for measurements. */
	get size(): number {
		return this.younger.size + this.older.size;
	}

	/**
	 * The newest claims whose events n8n holds, oldest first, {@link RECORD_LENGTH} characters each. Claims that are only
	 * pending are left out: should the process die, their events were not taken.
	 */
	serialise(): string {
		this.trimRecent();
		let text = '';
		for (const digest of this.recent) {
			const entry = this.younger.get(digest) ?? this.older.get(digest);
			if (entry?.stored === true) text += digest + encodeTime(entry.claimedAt);
		}
		this.lastMerged = text;
		return text;
	}

	/**
	 * Takes over claims that were persisted: by this process's predecessor, or by another process of the same n8n.
	 * What this process knows itself it knows better. Text of another form is ignored, as far as it is.
	 */
	merge(text: unknown): void {
		if (typeof text !== 'string' || text === this.lastMerged) return;
		this.lastMerged = text;
		for (let start = 0; start + RECORD_LENGTH <= text.length; start += RECORD_LENGTH) {
			const record = text.slice(start, start + RECORD_LENGTH);
			if (!/^[\w-]+$/.test(record)) return;
			const digest = record.slice(0, DIGEST_LENGTH);
			if (this.younger.has(digest) || this.older.has(digest)) continue;
			this.remember(digest, {
				state: 'kept',
				stored: true,
				claimedAt: decodeTime(record.slice(DIGEST_LENGTH)),
				settled: alreadySettled,
			});
		}
	}

	/** The claim that counts; null where there is none, or none any more. */
	private find(digest: string, windowSeconds: number): Entry | null {
		const entry = this.younger.get(digest) ?? this.older.get(digest);
		if (entry === undefined || entry.state === 'released') return null;
		const age = this.clock.now() - entry.claimedAt;
		if (entry.state === 'pending') return age < PENDING_LEASE_MILLISECONDS ? entry : null;
		// A clock that was set back makes claims of the future: they count no longer than others.
		return Math.abs(age) < windowSeconds * 1000 ? entry : null;
	}

	private take(digest: string): Claim {
		let settle: () => void = () => {};
		const settled = new Promise<void>((resolve) => {
			settle = resolve;
		});
		const entry: Entry = {
			state: 'pending',
			stored: false,
			claimedAt: this.clock.now(),
			settled,
		};
		this.remember(digest, entry);
		return {
			markStored: () => {
				if (entry.state === 'pending') entry.stored = true;
			},
			keep: async () => {
				if (entry.state !== 'pending') return;
				entry.state = 'kept';
				entry.stored = true;
				settle();
			},
			release: async () => {
				if (entry.state !== 'pending') return;
				entry.state = 'released';
				entry.stored = false;
				settle();
			},
		};
	}

	private remember(digest: string, entry: Entry): void {
		this.older.delete(digest);
		this.younger.set(digest, entry);
		this.recent.push(digest);
		if (this.recent.length >= PERSISTED_CLAIMS * 2) this.trimRecent();
		if (this.younger.size >= this.generationSize) this.startGeneration();
	}

	/** An expired claim that was taken anew stands twice in the list: only its last place counts. */
	private trimRecent(): void {
		const newest = [...new Set(this.recent.reverse())].slice(0, PERSISTED_CLAIMS);
		this.recent = newest.reverse();
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

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function encodeTime(milliseconds: number): string {
	const seconds = Math.trunc((milliseconds - TIME_ORIGIN) / 1000);
	let rest = Math.min(Math.max(seconds, 0), MAX_SECONDS);
	let text = '';
	for (let place = 0; place < TIME_LENGTH; place++) {
		text = DIGITS.charAt(rest % DIGITS.length) + text;
		rest = Math.trunc(rest / DIGITS.length);
	}
	return text;
}

function decodeTime(text: string): number {
	let seconds = 0;
	for (const digit of text) seconds = seconds * DIGITS.length + DIGITS.indexOf(digit);
	return TIME_ORIGIN + seconds * 1000;
}
