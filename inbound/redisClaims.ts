import { createHash, randomBytes } from 'node:crypto';

import {
	type Claim,
	type ClaimResult,
	type ClaimStore,
	Patience,
	PENDING_LEASE_MILLISECONDS,
} from './claims';
import type { Clock } from './clock';
import {
	claimKey,
	commandTrouble,
	type Held,
	keepKey,
	type RedisScripting,
	releaseKey,
	type Stale,
} from './redisScripts';

/** No answer waits longer for Redis than this; what takes longer counts as unreachable. */
export const COMMAND_MILLISECONDS = 2_000;

const RENEWAL_MILLISECONDS = 5_000;

/**
 * A pending claim counts this long after its process was last heard of. Below the time that repeats wait, so that of a
 * recorder's few attempts one is still waiting when a process that died loses its claims.
 */
export const LEASE_MILLISECONDS = 22_000;

/**
 * A lease that is over is not yet a dead process: while Redis was away nobody could be heard of. Who wants the claim must have
 * seen that long that it isn't renewed, which a process that lives does as soon as Redis answers it again.
 */
export const WATCH_MILLISECONDS = RENEWAL_MILLISECONDS + COMMAND_MILLISECONDS;

/** How long Redis holds a pending claim: longer than it may be away. */
export const HOLD_MILLISECONDS = 10 * 60_000;

const POLL_MILLISECONDS = 100;

/** After a command that timed out, Redis is left alone for so long: else every request would wait for it in vain. */
const PAUSE_MILLISECONDS = 2_000;

/** Redis is told of an event that was taken until it knows; so long after the first, second, … attempt. */
const KEEP_RETRY_MILLISECONDS = [250, 1_000, 2_000];

const UNREACHABLE = 'The shared memory of events (Redis) cannot be reached';

/**
 * Claims that several processes share: an atomic claim with a lease that ends if its process dies, and a long expiry once
 * the event is taken. Never rejects, and never takes longer than the wait for a pending claim and one command.
 */
export class RedisClaimStore implements ClaimStore {
	private isPaused = false;

	private isClosed = false;

	/**
	 * @param keyPrefix what sets this node's claims apart from all else in that Redis
	 * @param report told what is wrong whenever Redis answers a command with an error
	 */
	constructor(
		private readonly redis: RedisScripting,
		private readonly clock: Clock,
		private readonly keyPrefix: string,
		private readonly report: (trouble: string) => void = () => {},
	) {}

	async claim(
		key: string,
		windowSeconds: number,
		patience = new Patience(this.clock),
	): Promise<ClaimResult> {
		const windowMilliseconds = Math.max(1, Math.round(windowSeconds * 1000));
		const redisKey = this.keyPrefix + createHash('sha256').update(key).digest('base64url');
		const token = randomBytes(16).toString('base64url');
		const watch = new Watch(this.clock);
		for (;;) {
			const held = this.isPaused ? null : await this.hold(redisKey, token, watch.stale);
			if (held?.state === 'repeat') {
				return { status: 'repeat', age: Math.max(0, windowMilliseconds - held.lasts) };
			}
			if (held?.state !== 'pending') {
				const claim = this.take(redisKey, token, windowMilliseconds);
				if (held !== null) return { status: 'new', claim };
				return { status: 'unavailable', reason: UNREACHABLE, claim };
			}
			watch.see(held);
			if (patience.isOver) return { status: 'pending' };
			await Promise.race([this.clock.sleep(POLL_MILLISECONDS), patience.over]);
		}
	}

	/** No more of what goes on by itself: the connection is given up. */
	close(): void {
		this.isClosed = true;
	}

	private async hold(redisKey: string, token: string, stale: Stale | null): Promise<Held | null> {
		return await this.run(claimKey(this.redis, redisKey, token, HOLD_MILLISECONDS, stale));
	}

	private take(redisKey: string, token: string, windowMilliseconds: number): Claim {
		const claimedAt = this.clock.elapsed();
		let isOpen = true;
		void this.renew(redisKey, token, () => isOpen);
		return {
			markStored: () => {},
			keep: async (age = 0) => {
				if (!isOpen) return;
				isOpen = false;
				// The window began with the claim, however long n8n took to answer.
				await this.keep(redisKey, token, claimedAt - age + windowMilliseconds);
			},
			release: async () => {
				if (!isOpen) return;
				isOpen = false;
				await this.run(releaseKey(this.redis, redisKey, token));
			},
		};
	}

	/** Tells Redis that the event was taken, until it knows or the window is over. */
	private async keep(redisKey: string, token: string, endsAt: number): Promise<void> {
		for (let attempt = 0; !this.isClosed; attempt++) {
			const lasts = Math.round(endsAt - this.clock.elapsed());
			if (lasts <= 0) {
				await this.run(releaseKey(this.redis, redisKey, token));
				return;
			}
			const isKept = this.isPaused
				? null
				: await this.run(keepKey(this.redis, redisKey, token, lasts));
			if (isKept === false) {
				this.report(
					'an event was taken by two processes, as one of them could not reach Redis or stood still for too long',
				);
			}
			if (isKept !== null) return;
			const pause = KEEP_RETRY_MILLISECONDS[attempt] ?? RENEWAL_MILLISECONDS;
			await this.clock.sleep(Math.min(pause, lasts));
		}
	}

	/** As long as the request is open and the process lives, the claim stays pending. */
	private async renew(redisKey: string, token: string, isOpen: () => boolean): Promise<void> {
		const renewals = PENDING_LEASE_MILLISECONDS / RENEWAL_MILLISECONDS;
		for (let renewal = 0; renewal < renewals; renewal++) {
			await this.clock.sleep(RENEWAL_MILLISECONDS);
			if (!isOpen() || this.isClosed) return;
			await this.hold(redisKey, token, null);
		}
	}

	/** What a command came to; null where Redis gave an error or no answer in time. */
	private async run<T>(command: Promise<T>): Promise<T | null> {
		let isAnswered = false;
		const answer = this.orNull(command).then((value) => {
			isAnswered = true;
			return value;
		});
		const timeout = this.clock.sleep(COMMAND_MILLISECONDS).then(() => {
			if (!isAnswered) this.pause();
			return null;
		});
		return await Promise.race([answer, timeout]);
	}

	private async orNull<T>(command: Promise<T>): Promise<T | null> {
		try {
			return await command;
		} catch (error) {
			// The client reports what is wrong with its connection by itself.
			const trouble = commandTrouble(error);
			if (trouble !== null) this.report(trouble);
			return null;
		}
	}

	private pause(): void {
		this.isPaused = true;
		void this.clock.sleep(PAUSE_MILLISECONDS).then(() => {
			this.isPaused = false;
		});
	}
}

/** What one delivery sees of another's pending claim while it waits: whether its process is still heard of. */
class Watch {
	private token = '';

	/** Since when its lease is known to be over, by {@link Clock.elapsed}; null while it is not. */
	private overSince: number | null = null;

	constructor(private readonly clock: Clock) {}

	see({ token, lasts }: Held): void {
		const isOver = lasts <= HOLD_MILLISECONDS - LEASE_MILLISECONDS + WATCH_MILLISECONDS;
		if (!isOver) this.overSince = null;
		else if (this.overSince === null || token !== this.token) this.overSince = this.clock.elapsed();
		this.token = token;
	}

	/** The claim that may be taken over; null while there is none. */
	get stale(): Stale | null {
		const { overSince, token } = this;
		if (overSince === null || this.clock.elapsed() - overSince < WATCH_MILLISECONDS) return null;
		return { token, lasts: HOLD_MILLISECONDS - LEASE_MILLISECONDS };
	}
}

/**
 * Does what receiving does, with keys of its own that soon expire: claims, keeps, asks again, releases.
 *
 * @returns null where all of it works, else what is wrong, in words
 */
export async function probeClaims(
	redis: RedisScripting,
	keyPrefix: string,
): Promise<string | null> {
	const key = `${keyPrefix}test:${randomBytes(16).toString('base64url')}`;
	try {
		const first = await claimKey(redis, key, 'one', 5_000, null);
		await keepKey(redis, key, 'one', 5_000);
		const second = await claimKey(redis, key, 'two', 5_000, null);
		await claimKey(redis, `${key}:released`, 'one', 5_000, null);
		await releaseKey(redis, `${key}:released`, 'one');
		await releaseKey(redis, key, 'kept');
		const works = first.state === 'new' && second.state === 'repeat';
		return works ? null : 'it does not hold what it was given';
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		return commandTrouble(error) ?? message;
	}
}
