import * as n8nWorkflow from 'n8n-workflow';

/**
 * n8n's static data of a workflow: where each node keeps what is to outlive the process, under its name.
 */

/**
 * When n8n saves static data with a request, it has stored the request's execution. n8n 1 has not: it saves first, and may
 * be killed in between. The two are told apart by what n8n-workflow has: a function that n8n 2 lacked at first is taken for n8n 1.
 */
export const savesAfterStoring = 'webhookDescriptionIsNativelyResolvable' in n8nWorkflow;

/** As much of n8n's Workflow as keeping static data needs. */
export interface WorkflowWithStaticData {
	readonly staticData: unknown;
	readonly nodes: unknown;
	overrideStaticData(staticData: object): void;
}

/** The workflow behind a context, which n8n's types keep to themselves; null where it is not as expected. */
export function workflowOf(context: object): WorkflowWithStaticData | null {
	const workflow: unknown = Reflect.get(context, 'workflow');
	return isWorkflowWithStaticData(workflow) ? workflow : null;
}

function isWorkflowWithStaticData(workflow: unknown): workflow is WorkflowWithStaticData {
	return (
		typeof workflow === 'object' &&
		workflow !== null &&
		'staticData' in workflow &&
		'nodes' in workflow &&
		'overrideStaticData' in workflow &&
		typeof workflow.overrideStaticData === 'function'
	);
}

/** Where a node's data is. */
export function keyOf(nodeName: string): string {
	return `node:${nodeName}`;
}

/** The id of the node that has a name now; undefined where none has it. */
export function nodeIdByName({ nodes }: WorkflowWithStaticData, name: string): unknown {
	return Reflect.get(Object(Reflect.get(Object(nodes), name)), 'id');
}

/**
 * What was kept under a name that the node had before it was renamed, found by the id that is kept with it. Names that a node
 * has now are left alone.
 */
export function dataOfFormerName(
	workflow: WorkflowWithStaticData,
	nodeId: string,
): Readonly<Record<string, unknown>> | null {
	for (const [key, data] of Object.entries(Object(workflow.staticData))) {
		const isOwn = Reflect.get(Object(data), NODE_ID) === nodeId;
		if (isOwn && !isInUse(workflow, key)) return { ...Object(data) };
	}
	return null;
}

function isInUse(workflow: WorkflowWithStaticData, key: string): boolean {
	return nodeIdByName(workflow, key.slice(keyOf('').length)) !== undefined;
}

/** The member that says whose data it is. */
export const NODE_ID = 'nodeId';

/**
 * A copy of static data, which is JSON behind proxies that structuredClone doesn't take, without the members that are written
 * anew: they are most of it. What a node of these ids kept under a former name is left out.
 */
export function copyWithout(
	workflow: WorkflowWithStaticData,
	nodeIds: ReadonlySet<string>,
	isWrittenAnew: (key: string, member: string) => boolean,
): Record<string, unknown> {
	const kept: Array<[string, unknown]> = [];
	for (const [key, value] of Object.entries(Object(workflow.staticData))) {
		const owner: unknown = Reflect.get(Object(value), NODE_ID);
		const isLeftBehind = typeof owner === 'string' && nodeIds.has(owner) && !isInUse(workflow, key);
		if (isLeftBehind) continue;
		const isObject = typeof value === 'object' && value !== null;
		const members = Object.entries(Object(value)).filter(([name]) => !isWrittenAnew(key, name));
		kept.push([key, isObject ? Object.fromEntries(members) : value]);
	}
	return { ...JSON.parse(JSON.stringify(Object.fromEntries(kept))) };
}
