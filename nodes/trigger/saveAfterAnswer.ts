import type { IWebhookFunctions } from 'n8n-workflow';

import { systemClock } from './nodeState';
import { saveByRequest } from './ownRequest';
import { untilSettled } from './settleClaim';
import { triggerKeyOf } from './triggerKey';

/** So long what else is taken is waited for: then one save does for all. */
const GATHER_MILLISECONDS = 100;

/** Triggers for which a save is about to be asked for. */
const gathering = new Set<string>();

/**
 * Has n8n save what it took with a request once that is answered. For n8n 1, which saves a request's static data before it has
 * stored the request's execution, so that the claim can't be among it.
 */
export async function saveAfterAnswer(context: IWebhookFunctions): Promise<void> {
	await untilSettled(context.getResponseObject(), systemClock);
	const key = triggerKeyOf(context);
	if (gathering.has(key)) return;
	gathering.add(key);
	await systemClock.sleep(GATHER_MILLISECONDS);
	gathering.delete(key);
	await saveByRequest(context);
}
