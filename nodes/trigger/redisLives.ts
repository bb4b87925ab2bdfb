import type { ITriggerFunctions } from 'n8n-workflow';

import type { Clock } from '../../inbound/clock';
import { lifecycleOf } from '../../inbound/lifecycles';
import { withLocalPaths } from '../../inbound/localPaths';
import type { LiveState } from '../../inbound/receive';
import { isOfASession } from '../../inbound/sessions/entry';
import { RedisLives } from '../../inbound/sessions/redisLives';
import { type RedisContext, redisOf } from './claimStores';
import type { DueSource } from './livesJob';
import type { TriggerSettings } from './triggerSettings';

async function redisLivesOf(
	context: RedisContext,
	{ sessions, interruption }: TriggerSettings,
): Promise<RedisLives | null> {
	const redis = await redisOf(context);
	if (typeof redis === 'string') return null;
	const { connection, prefix } = redis;
	const { untilKnown } = connection;
	return new RedisLives(connection, prefix, sessions, interruption, lifecycleOf, untilKnown);
}

/**
 * What receiving makes of whole lives, in the Redis that several processes share.
 *
 * @param wait as for livesInMemory
 */
export async function livesInRedis(
	context: RedisContext,
	settings: TriggerSettings,
	wait: number | null,
): Promise<LiveState> {
	const lives = await redisLivesOf(context, settings);
	if (lives !== null) {
		return {
			note: async (event) => await lives.note(event, wait),
			judge: async (event, isWanted) => await lives.judge(event, isWanted),
		};
	}
	return {
		// Of what says nothing of a session, nothing is lost.
		note: async (event) =>
			settings.sessions !== null && isOfASession(event, lifecycleOf(event.format))
				? 'unavailable'
				: 'nothing',
		judge: async () => 'unavailable',
	};
}

/** Whether a room's live runs, for all that is known in Redis, and nothing was heard of it from a moment on. */
export async function runsUnheardInRedis(
	context: RedisContext,
	settings: TriggerSettings,
	room: string,
	moment: number,
): Promise<boolean> {
	const lives = await redisLivesOf(context, settings);
	return (await lives?.runsUnheardSince(room, moment)) ?? false;
}

const POLL_MILLISECONDS = 1_000;

/** What is due, where several processes keep lives in Redis: this one, which has the timer, puts it out. */
export async function dueInRedis(
	context: ITriggerFunctions,
	settings: TriggerSettings,
	clock: Clock,
): Promise<DueSource> {
	let lives = await redisLivesOf(context, settings);
	let nextPoll = 0;
	return {
		dueAt: () => nextPoll,
		take: async () => {
			nextPoll = clock.now() + POLL_MILLISECONDS;
			lives ??= await redisLivesOf(context, settings);
			const due = (await lives?.due(clock.now())) ?? [];
			return due.map(({ event, settle, putBack }) => ({
				event: withLocalPaths(event, settings.receiving.mapPath),
				key: event.id,
				markStored: () => void settle(),
				putBack,
			}));
		},
		// Settling an item has told Redis.
		save: async () => true,
	};
}
