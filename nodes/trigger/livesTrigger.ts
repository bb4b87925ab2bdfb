import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';

import { catchUpJob } from './catchUp';
import { itemsOf } from './items';
import { caughtUp, dueInMemory, LivesJob, saveWithPublishing } from './livesJob';
import { systemClock } from './nodeState';
import { Misconfiguration } from './parameters/parameter';
import { dueInRedis } from './redisLives';
import { takeFromTestRun } from './testRuns';
import { type PeriodicJob, startTimer } from './timer';
import type { TriggerChoices } from './triggerChoices';
import { triggerKeyOf } from './triggerKey';
import { watchesLives } from './triggerLives';
import { triggerSettings } from './triggerSettings';

/** What every trigger's `trigger` does: what comes about without a request, for as long as the workflow is published. */
export async function watchLives(
	context: ITriggerFunctions,
	choices: TriggerChoices,
): Promise<ITriggerResponse> {
	// A test run in the editor has received its request by now.
	if (context.getMode() === 'manual') {
		return { manualTriggerFunction: async () => context.emit(takeFromTestRun(context)) };
	}
	const node = context.getNode();
	const settings = triggerSettings.read(context, node, choices);
	if (settings instanceof Misconfiguration) return {};
	const catchUp = await catchUpJob(context, settings, choices);
	const jobs: PeriodicJob[] = catchUp === null ? [] : [catchUp];
	if (watchesLives(settings)) {
		const source = settings.claimsInRedis
			? await dueInRedis(context, settings, systemClock)
			: dueInMemory(context, node, settings, systemClock);
		const job = new LivesJob(
			context,
			catchUp === null ? source : caughtUp(source, catchUp),
			({ event }) => itemsOf(event, settings),
			systemClock,
		);
		// With a recorder to be asked first, it is not for publishing to wait.
		if (catchUp === null) await job.start();
		if (!settings.claimsInRedis) await saveWithPublishing(context, node);
		jobs.push(job);
	}
	if (jobs.length === 0) return {};
	const stop = startTimer(triggerKeyOf(context), jobs, systemClock);
	return { closeFunction: async () => stop() };
}
