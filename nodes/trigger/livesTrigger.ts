import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';

import { catchUpJob } from './catchUp';
import { itemsOf } from './items';
import { dueInMemory, LivesJob, saveWithPublishing } from './livesJob';
import { systemClock } from './nodeState';
import { Misconfiguration } from './parameters/parameter';
import { dueInRedis } from './redisLives';
import { takeFromTestRun } from './testRuns';
import { type PeriodicJob, startTimer } from './timer';
import type { TriggerChoices } from './triggerChoices';
import { watchesLives } from './triggerLives';
import { type TriggerSettings, triggerSettings } from './triggerSettings';

/** Further jobs of a published trigger, by its settings. What is to run from time to time is one entry here. */
export type JobFactory = (
	context: ITriggerFunctions,
	settings: TriggerSettings,
	choices: TriggerChoices,
) => Promise<PeriodicJob | null>;

const furtherJobs: readonly JobFactory[] = [catchUpJob];

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
	const jobs: PeriodicJob[] = [];
	if (watchesLives(settings)) {
		const job = new LivesJob(
			context,
			settings.claimsInRedis
				? await dueInRedis(context, settings, systemClock)
				: dueInMemory(context, node, settings, systemClock),
			({ event }) => itemsOf(event, settings),
			systemClock,
		);
		await job.start();
		if (!settings.claimsInRedis) await saveWithPublishing(context, node);
		jobs.push(job);
	}
	for (const create of furtherJobs) {
		const job = await create(context, settings, choices);
		if (job !== null) jobs.push(job);
	}
	if (jobs.length === 0) return {};
	const stop = startTimer(node.id, jobs, systemClock);
	return { closeFunction: async () => stop() };
}
