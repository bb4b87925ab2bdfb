import type { Redis, RedisOptions } from 'ioredis';
import type { Logger } from 'n8n-workflow';

import { COMMAND_MILLISECONDS, RedisClaimStore } from '../../inbound/redisClaims';
import type { RedisScripting } from '../../inbound/redisScripts';
import { UntilKnown } from '../../inbound/sessions/untilKnown';
import { LogOncePerMinute } from './logOncePerMinute';
import { systemClock } from './nodeState';

type Ioredis = Pick<typeof import('ioredis'), 'Redis'>;

/**
 * n8n's own ioredis, loaded when it is first needed; null where n8n has none.
 * By `require`, not `import()`: n8n makes its packages known to nodes by NODE_PATH, which only `require` looks at.
 */
export function loadIoredis(): Ioredis | null {
	try {
		const loaded: unknown = module.require('ioredis');
		return isIoredis(loaded) ? loaded : null;
	} catch {
		return null;
	}
}

function isIoredis(loaded: unknown): loaded is Ioredis {
	const redis: unknown = Reflect.get(Object(loaded), 'Redis');
	return typeof redis === 'function';
}

/** Commands fail a little before those who asked for them give up. */
const COMMAND_TIMEOUT = COMMAND_MILLISECONDS - 100;

const MAX_RECONNECT_MILLISECONDS = 2_000;

/** For how long it is left alone after a command that timed out. */
const PAUSE_MILLISECONDS = 2_000;

/** What holds for every connection: fail soon, keep nothing in a queue, connect again by itself. */
export const boundedOptions: RedisOptions = {
	connectTimeout: COMMAND_TIMEOUT,
	commandTimeout: COMMAND_TIMEOUT,
	enableOfflineQueue: false,
	autoResendUnfulfilledCommands: false,
	maxRetriesPerRequest: 0,
	keepAlive: 10_000,
};

/** One connection to a Redis, shared by all triggers that use it. */
export class RedisConnection implements RedisScripting {
	private readonly redis: Redis;

	private readonly stores = new Map<string, RedisClaimStore>();

	private connecting: Promise<void> | null = null;

	private isInTrouble = false;

	/** Until when it is left alone, by the clock's `elapsed`: a request has several commands, and must not wait for each in vain. */
	private pausedUntil = -Infinity;

	private readonly log = new LogOncePerMinute(systemClock);

	/** What this Redis is still to be told of lives. */
	readonly untilKnown = new UntilKnown(systemClock, (trouble) => this.report(trouble));

	constructor(
		ioredis: Ioredis,
		options: RedisOptions,
		private readonly logger: Pick<Logger, 'warn' | 'info'>,
	) {
		this.redis = new ioredis.Redis({
			...options,
			...boundedOptions,
			retryStrategy: (attempt) => Math.min(attempt * 100, MAX_RECONNECT_MILLISECONDS),
		});
		// Without a listener ioredis writes each of its attempts to the console.
		this.redis.on('error', (error: Error) => {
			if (!this.isInTrouble) logger.warn(`Redis for Live Recorder triggers: ${error.message}`);
			this.isInTrouble = true;
		});
		this.redis.on('ready', () => {
			if (this.isInTrouble) logger.info('Redis for Live Recorder triggers: connected again');
			this.isInTrouble = false;
		});
	}

	/** The claims kept here under a prefix. */
	claims(keyPrefix: string): RedisClaimStore {
		const report = (trouble: string) => this.report(trouble);
		const store =
			this.stores.get(keyPrefix) ?? new RedisClaimStore(this, systemClock, keyPrefix, report);
		this.stores.set(keyPrefix, store);
		return store;
	}

	async eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown> {
		if (systemClock.elapsed() < this.pausedUntil) throw new Error('Redis does not answer');
		await this.ready();
		const answer = this.redis.eval(script, keyCount, ...keysAndArguments);
		answer.catch((error: unknown) => {
			// A connection that swallows a command would swallow, and queue, all that follow.
			const isSwallowed = error instanceof Error && error.message === 'Command timed out';
			if (isSwallowed) this.pause();
			if (isSwallowed && this.redis.status === 'ready') this.redis.disconnect(true);
		});
		return await answer;
	}

	close(): void {
		for (const store of this.stores.values()) store.close();
		this.untilKnown.close();
		this.redis.disconnect();
	}

	private report(trouble: string): void {
		this.log.warn(this.logger, trouble, `Redis for Live Recorder triggers: ${trouble}`);
	}

	private pause(): void {
		this.pausedUntil = systemClock.elapsed() + PAUSE_MILLISECONDS;
	}

	/**
	 * Waits for a connection that is being made for the first time or again, no longer than for a command; fails at once where none is
	 * under way.
	 */
	private async ready(): Promise<void> {
		const { redis } = this;
		if (redis.status === 'ready') return;
		if (redis.status !== 'connecting' && redis.status !== 'connect') {
			throw new Error('Redis is not connected');
		}
		this.connecting ??= new Promise<void>((resolve, reject) => {
			let isSettled = false;
			const settle = () => {
				isSettled = true;
				redis.off('ready', settle);
				redis.off('close', settle);
				this.connecting = null;
				if (redis.status === 'ready') resolve();
				else reject(new Error('Redis closed the connection'));
			};
			redis.on('ready', settle);
			redis.on('close', settle);
			// One that is accepted may still never be answered.
			void systemClock.sleep(COMMAND_TIMEOUT).then(() => {
				if (isSettled) return;
				this.pause();
				settle();
			});
		});
		await this.connecting;
	}
}
