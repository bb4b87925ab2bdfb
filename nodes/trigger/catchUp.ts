import type { INode, ITriggerFunctions } from 'n8n-workflow';

import { RecorderClock } from '../../apis/recorderClock';
import type { RecorderEvent } from '../../formats/recorderEvent';
import { breathe, connectTo, credentialMark } from '../shared/apiConnection';
import { apiHttpOf } from '../shared/apiHttp';
import { isWanted } from '../../inbound/filter';
import { lifecycleOf } from '../../inbound/lifecycles';
import { withLocalPaths } from '../../inbound/localPaths';
import { roomKeyOf } from '../../inbound/sessions/entry';
import { CatchUpJob } from './catchUpJob';
import { redisClaimsOf } from './claimStores';
import { startExecution } from './emission';
import { itemsOf } from './items';
import { saveWithPublishing } from './livesJob';
import { nodeStateOf, systemClock } from './nodeState';
import { saveByRequest } from './ownRequest';
import { connectedRecorderOf } from './parameters/registration';
import type { TriggerChoices } from './triggerChoices';
import { livesInRedis, runsUnheardInRedis } from './redisLives';
import { livesInMemory, watchesLives } from './triggerLives';
import type { TriggerSettings } from './triggerSettings';

/** Whether a trigger asks its recorder for files that no event told of: where the credential for that is chosen. */
export function catchesUp(
	{ credentials }: INode,
	{ checkMinutes, apiCredential, receiving }: TriggerSettings,
): boolean {
	return (
		checkMinutes > 0 &&
		// Where repeats are let through, nobody knows what was put out.
		receiving.claimSeconds !== null &&
		apiCredential !== null &&
		credentials?.[apiCredential] !== undefined
	);
}

/** The job of catching up, where the trigger does. */
export async function catchUpJob(
	context: ITriggerFunctions,
	settings: TriggerSettings,
	choices: TriggerChoices,
): Promise<CatchUpJob | null> {
	const node = context.getNode();
	const [recorder] = choices.recorders;
	const connected = connectedRecorderOf(choices);
	const { filter, mapPath, claimSeconds } = settings.receiving;
	if (recorder === undefined || connected === null || claimSeconds === null) return null;
	if (!catchesUp(node, settings)) return null;
	const { parts } = nodeStateOf(context, node);
	const { isFirst } = parts.firstRun;
	const firstRanAt = (): number => parts.firstRun.note(systemClock.now());
	firstRanAt();
	const recorderClock = new RecorderClock(() => systemClock.now());
	const isShared = settings.claimsInRedis && watchesLives(settings);
	/** Kept where receiving keeps them, and where what is over is looked for. */
	const lives = async () =>
		isShared ? await livesInRedis(context, settings, null) : livesInMemory(parts, settings);
	/** Whether a live runs of which nothing was heard since its room records no more. */
	const runsUnheard = async (end: RecorderEvent, since: number): Promise<boolean> => {
		const key = roomKeyOf(end);
		if (key === null || settings.sessions === null) return false;
		return isShared
			? await runsUnheardInRedis(context, settings, key, since)
			: parts.sessions.runsUnheardSince(key, since, settings.sessions.waits);
	};
	const job = new CatchUpJob(
		context,
		{
			recorder,
			everyMinutes: settings.checkMinutes,
			claimSeconds,
			rooms: filter.rooms,
			firstRanAt,
			credentialMark: async () =>
				credentialMark(connected, await context.getCredentials(connected.credential)),
			connect: async () =>
				connectTo(
					connected,
					await context.getCredentials(connected.credential),
					context,
					recorderClock.watch(apiHttpOf(context)),
				),
			aheadMilliseconds: () => recorderClock.aheadMilliseconds,
			claims: async () =>
				settings.claimsInRedis ? await redisClaimsOf(context, parts.claims) : parts.claims,
			isFirst,
			listed: parts.listed,
			// Redis forgets none.
			claimsSince: () => (settings.claimsInRedis ? null : parts.claims.completeSince),
			isWanted: (subject) => isWanted(subject, filter),
			noteForLive: async (event) => (await (await lives()).note(event)) !== 'unavailable',
			complete: (event) => {
				const located = withLocalPaths(event, mapPath);
				return settings.remember ? parts.rooms.complete(located) : located;
			},
			noteEnd: async (event, isSure, since) => {
				const filled = settings.remember ? parts.rooms.fill(event) : event;
				const { sessionId } = lifecycleOf(event.format);
				const isMissed = isSure || (sessionId === 'none' && (await runsUnheard(filled, since)));
				if (sessionId === 'recording' ? filled.session.id === null : !isMissed) return;
				await (await lives()).note(filled);
				if (settings.remember) parts.rooms.complete(filled);
			},
			start: async (event) => {
				const key = `live-recorder:${context.getWorkflow().id ?? ''}:${node.id}:${event.id}`;
				return await startExecution(context, itemsOf(event, settings), key);
			},
			breathe,
			save: async () => await saveByRequest(context),
		},
		systemClock,
	);
	await job.start();
	await saveWithPublishing(context, node);
	return job;
}
