import { createHash, randomBytes } from 'node:crypto';

import {
	type Claim,
	type ClaimResult,
	type ClaimStore,
	type Clock,
	Patience,
	PENDING_LEASE_MILLISECONDS,
} from './claims';

/** As much of a Redis client as claims need: ioredis has it. */
export interface RedisScripting {
	eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** No answer waits longer for Redis than this; what takes longer counts as unreachable. */
export const COMMAND_MILLISECONDS = 2_000;

/**
 * A pending claim counts this long after its process was last heard of. Below the time that repeats wait, so that of a
 * recorder's few attempts one is still waiting when a process that died loses its claims.
 */
export const LEASE_MILLISECONDS = 15_000;

const RENEWAL_MILLISECONDS = LEASE_MILLISECONDS / 3;

const POLL_MILLISECONDS = 100;

/** After a command that timed out, Redis is left alone for so long: else every request would wait for it in vain. */
const PAUSE_MILLISECONDS = 2_000;

/** A claim whose event was taken is worth a few attempts, while its lease lasts and a little longer. */
const KEEP_RETRY_MILLISECONDS = [250, 1_000, 4_000, 10_000];

/*
 * A key holds 'kept' or the token of the delivery that has it pending. Redis runs a script as one step.
 * Asked again with the same token, the first script renews the lease: a command that was sent twice, after a lost
 * connection, or that came too late, does no harm.
 */
const CLAIM = `
local held = redis.call('GET', KEYS[1])
if held == false or held == ARGV[1] then
	redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
	return 'new'
end
return held == 'kept' and 'repeat' or 'pending'`;

const KEEP = `
local held = redis.call('GET', KEYS[1])
if held == false or held == ARGV[1] then
	redis.call('SET', KEYS[1], 'kept', 'PX', ARGV[2])
end
return 'done'`;

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then
	redis.call('DEL', KEYS[1])
end
return 'done'`;

const UNREACHABLE = 'The shared memory of events (Redis) cannot be reached';

/**
 * Claims that several processes share: an atomic claim with a lease that ends if its process dies, and a long expiry once
 * the event is taken. Never rejects, and never takes longer than the wait for a pending claim and one command.
 */
export class RedisClaimStore implements ClaimStore {
	private isPaused = false;

	/** @param keyPrefix what sets this node's claims apart from all else in that Redis */
	constructor(
		private readonly redis: RedisScripting,
		private readonly clock: Clock,
		private readonly keyPrefix: string,
	) {}

	async claim(
		key: string,
		windowSeconds: number,
		patience = new Patience(this.clock),
	): Promise<ClaimResult> {
		const redisKey = this.keyPrefix + createHash('sha256').update(key).digest('base64url');
		const token = randomBytes(16).toString('base64url');
		for (;;) {
			const answer = this.isPaused ? null : await this.hold(redisKey, token);
			if (answer === 'repeat') return { status: 'repeat' };
			if (answer !== 'pending') {
				const claim = this.take(redisKey, token, windowSeconds);
				if (answer === 'new') return { status: 'new', claim };
				return { status: 'unavailable', reason: UNREACHABLE, claim };
			}
			if (patience.isOver) return { status: 'pending' };
			await Promise.race([this.clock.sleep(POLL_MILLISECONDS), patience.over]);
		}
	}

	private async hold(redisKey: string, token: string): Promise<unknown> {
		return await this.run(CLAIM, redisKey, token, String(LEASE_MILLISECONDS));
	}

	private take(redisKey: string, token: string, windowSeconds: number): Claim {
		const windowMilliseconds = String(Math.max(1, Math.round(windowSeconds * 1000)));
		let isOpen = true;
		void this.renew(redisKey, token, () => isOpen);
		return {
			markStored: () => {},
			keep: async () => {
				if (!isOpen) return;
				isOpen = false;
				for (const pause of [...KEEP_RETRY_MILLISECONDS, null]) {
					const answer = await this.run(KEEP, redisKey, token, windowMilliseconds);
					if (answer === 'done' || pause === null) return;
					await this.clock.sleep(pause);
				}
			},
			release: async () => {
				if (!isOpen) return;
				isOpen = false;
				await this.run(RELEASE, redisKey, token);
			},
		};
	}

	/** As long as the request is open and the process lives, the claim stays pending. */
	private async renew(redisKey: string, token: string, isOpen: () => boolean): Promise<void> {
		const renewals = PENDING_LEASE_MILLISECONDS / RENEWAL_MILLISECONDS;
		for (let renewal = 0; renewal < renewals; renewal++) {
			await this.clock.sleep(RENEWAL_MILLISECONDS);
			if (!isOpen()) return;
			await this.hold(redisKey, token);
		}
	}

	/** What a script returned; null where Redis gave an error or no answer in time. */
	private async run(script: string, redisKey: string, ...values: string[]): Promise<unknown> {
		let isAnswered = false;
		const answer = this.evaluate(script, redisKey, values).then((value) => {
			isAnswered = true;
			return value;
		});
		const timeout = this.clock.sleep(COMMAND_MILLISECONDS).then(() => {
			if (!isAnswered) this.pause();
			return null;
		});
		return await Promise.race([answer, timeout]);
	}

	private async evaluate(script: string, redisKey: string, values: string[]): Promise<unknown> {
		try {
			return await this.redis.eval(script, 1, redisKey, ...values);
		} catch {
			// The client reports what is wrong with its connection by itself.
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
