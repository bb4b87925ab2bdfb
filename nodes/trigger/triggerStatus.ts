import type { IExecuteFunctions } from 'n8n-workflow';

import { type Tallies, Tally } from '../../inbound/tally';
import { knownNodeState, systemClock } from './nodeState';
import { keyOf, workflowOf } from './staticData';

/** How one trigger of a workflow fares. */
export interface TriggerStatus {
	/** Its name in the workflow. */
	readonly trigger: string;
	/** What became of its deliveries, in the last 24 hours. */
	readonly last24Hours: Tallies;
	/** When an event last started the workflow, milliseconds since 1970; null where that is not known. */
	readonly lastTakenAt: number | null;
}

/**
 * The triggers of this package in the workflow that is running, in its order. By the memory of this process where it receives
 * for them, else by what was saved last.
 */
export function triggerStatuses(context: IExecuteFunctions): readonly TriggerStatus[] {
	const workflow = workflowOf(context);
	if (workflow === null) return [];
	const [packageName = ''] = context.getNode().type.split('.');
	return Object.entries(Object(workflow.nodes)).flatMap(([name, node]) => {
		const type: unknown = Reflect.get(Object(node), 'type');
		const isOurs =
			typeof type === 'string' && type.startsWith(`${packageName}.`) && type.endsWith('Trigger');
		if (!isOurs) return [];
		const id: unknown = Reflect.get(Object(node), 'id');
		const known = typeof id === 'string' ? knownNodeState(context, id) : undefined;
		const tally = known?.parts.tally ?? new Tally(systemClock);
		const saved: unknown = Reflect.get(Object(workflow.staticData), keyOf(name));
		tally.merge(Reflect.get(Object(saved), 'tally'));
		return [{ trigger: name, last24Hours: tally.sums, lastTakenAt: tally.lastTakenAt }];
	});
}
