import { type INode, type IWebhookFunctions, sleep } from 'n8n-workflow';

import { type Claim, type Clock, MemoryClaimStore } from '../../inbound/claims';
import { RoomMemory } from '../../inbound/roomMemory';
import { SaveOrder } from './saveOrder';
import { untilSettled } from './settleClaim';

/**
 * What a trigger remembers between requests, and how it outlives the process: n8n's static data of the node.
 * The process's memory is the authority; static data is its backup, written with every change and read when a node is first
 * heard of. Claims and rooms are kept here; what is to be remembered next belongs here too.
 */
export interface NodeState {
	/** The node's name when it was last heard of: static data is kept by name. */
	name: string;
	readonly claims: MemoryClaimStore;
	readonly rooms: RoomMemory;
}

export const systemClock: Clock = { now: () => Date.now(), sleep };

/** What n8n saves together: the triggers of a workflow, by node id. */
interface WorkflowState {
	readonly nodes: Map<string, NodeState>;
	readonly saves: SaveOrder;
}

/** By workflow id. */
const workflows = new Map<string, WorkflowState>();

function workflowStateOf(context: IWebhookFunctions): WorkflowState {
	const workflowId = context.getWorkflow().id ?? '';
	const known = workflows.get(workflowId);
	if (known !== undefined) return known;
	const state = { nodes: new Map<string, NodeState>(), saves: new SaveOrder(systemClock) };
	workflows.set(workflowId, state);
	return state;
}

/** The state of the trigger that is receiving, brought up to date with what is persisted. */
export function nodeStateOf(context: IWebhookFunctions, node: INode): NodeState {
	const { nodes } = workflowStateOf(context);
	const state = nodes.get(node.id) ?? {
		name: node.name,
		claims: new MemoryClaimStore(systemClock),
		rooms: new RoomMemory(),
	};
	nodes.set(node.id, state);
	state.name = node.name;
	const persisted = context.getWorkflowStaticData('node');
	state.claims.merge(persisted.claims);
	state.rooms.merge(persisted.rooms);
	return state;
}

/** As much of n8n's Workflow as persisting needs. */
interface WorkflowWithStaticData {
	readonly staticData: unknown;
	readonly nodes: unknown;
	overrideStaticData(staticData: object): void;
}

/**
 * Has n8n save the state, before it answers the request. Waits for its turn among the workflow's saves.
 *
 * n8n loads a workflow's static data for each request and saves it whole, so that of two requests at once the later save
 * wins. Therefore what is handed over are getters: they are read when n8n serialises the data, and give what memory holds
 * at that moment, for every trigger of the workflow.
 *
 * When it serialises, n8n 2 has stored this request's execution (webhook-helpers.js, executeWebhook: first the run, then
 * the callback that saves): that is the moment from which the request's claim may outlive the process.
 *
 * They are handed over as a copy of its own (`overrideStaticData`), because n8n 2 builds a second Workflow over the very
 * object that it loaded when it starts an execution; that resets the mark "changed" before the save, and the data is lost
 * (n8n 2.40.7: 1 of 30 claims in sequence was saved). n8n 1 saves either way.
 */
export async function persistNodeState(
	context: IWebhookFunctions,
	state: NodeState,
	claim: Claim | null,
): Promise<void> {
	const { nodes, saves } = workflowStateOf(context);
	await saves.turn(untilSettled(context.getResponseObject(), systemClock));
	const workflow = workflowOf(context);
	if (workflow === null) {
		// An n8n built otherwise: the documented way, which saves this request's state.
		claim?.markStored();
		Object.assign(context.getWorkflowStaticData('node'), {
			claims: state.claims.serialise(),
			rooms: state.rooms.serialise(),
		});
		return;
	}
	let isHandedOver = false;
	const siblings = new Map<string, NodeState>();
	for (const [nodeId, sibling] of nodes) {
		if (nodeIdByName(workflow.nodes, sibling.name) === nodeId) {
			siblings.set(`node:${sibling.name}`, sibling);
		}
	}
	const staticData = copyWithout(workflow.staticData, siblings);
	for (const [key, { claims, rooms }] of siblings) {
		const readClaims = () => {
			// n8n looks at every member once while it takes the data over: no execution is stored by then.
			if (isHandedOver) claim?.markStored();
			return claims.serialise();
		};
		staticData[key] = Object.defineProperties(
			{ ...Object(staticData[key]) },
			{
				claims: { enumerable: true, configurable: true, get: readClaims },
				rooms: { enumerable: true, configurable: true, get: () => rooms.serialise() },
			},
		);
	}
	workflow.overrideStaticData(staticData);
	isHandedOver = true;
}

/**
 * A copy of static data, which is JSON behind proxies that structuredClone doesn't take, without the members that are written
 * anew: they are most of it.
 */
function copyWithout(
	staticData: unknown,
	siblings: ReadonlyMap<string, NodeState>,
): Record<string, unknown> {
	const data: object = Object(staticData);
	const kept = Object.entries(data).map(([key, value]) => [
		key,
		siblings.has(key) ? { ...Object(value), claims: undefined, rooms: undefined } : value,
	]);
	return { ...JSON.parse(JSON.stringify(Object.fromEntries(kept))) };
}

function nodeIdByName(nodes: unknown, name: string): unknown {
	return Reflect.get(Object(Reflect.get(Object(nodes), name)), 'id');
}

/** The workflow behind the context, which n8n's types keep to themselves; null where it is not as expected. */
function workflowOf(context: IWebhookFunctions): WorkflowWithStaticData | null {
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
