import { hash } from 'node:crypto';

import type { Clock } from './clock';
import { DIGEST_LENGTH } from './persistedClaims';

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
	 * @returns the result itself where there is nothing to wait for
	 */
	claim(
		key: string,
		windowSeconds: number,
		patience?: Patience,
	): ClaimResult | Promise<ClaimResult>;
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

/** A fixed number of characters for an event's identity, {@link DIGEST_LENGTH} of them. */
export function claimDigest(key: string): string {
	return hash('sha256', key, 'base64url').slice(0, DIGEST_LENGTH);
}

/** A store that can't even be tried, e.g. because what it needs isn't there. */
export class UnavailableClaimStore implements ClaimStore {
	constructor(private readonly reason: string) {}

	async claim(): Promise<ClaimResult> {
		const claim = { markStored: () => {}, keep: async () => {}, release: async () => {} };
		return { status: 'unavailable', reason: this.reason, claim };
	}
}
