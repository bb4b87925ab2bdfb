import type { INodeExecutionData, ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';

import { triggerKeyOf } from './triggerKey';

/**
 * What a test run in the editor received. For a node that has `trigger()`, n8n runs that when it executes the node by hand, and
 * takes what it emits in place of what `webhook()` returned (workflow-execute.js, executeTriggerNode): so it is handed over here.
 */
const received = new Map<string, INodeExecutionData[][]>();

/** Test runs that may be under way at once; what nobody takes is forgotten. */
const MOST_TEST_RUNS = 16;

/** Keeps what `webhook()` received in a test run, for `trigger()`. */
export function keepForTestRun(context: IWebhookFunctions, items: INodeExecutionData[][]): void {
	for (const [oldest] of received) {
		if (received.size < MOST_TEST_RUNS) break;
		received.delete(oldest);
	}
	received.set(triggerKeyOf(context), items);
}

/** What was kept; nothing where this process received nothing. */
export function takeFromTestRun(context: ITriggerFunctions): INodeExecutionData[][] {
	const key = triggerKeyOf(context);
	const items = received.get(key) ?? [];
	received.delete(key);
	return items;
}
