import { type INode, type IWebhookFunctions, sleep } from 'n8n-workflow';

import { type Clock, MemoryClaimStore } from '../../inbound/claims';
import { lifecycleOf } from '../../inbound/lifecycles';
import { RoomMemory } from '../../inbound/roomMemory';
import { SessionBook } from '../../inbound/sessions/sessionBook';
import { SteadyLives } from '../../inbound/steadyLives';
import { SaveOrder } from './saveOrder';

/**
 * What a trigger remembers between requests, and how it outlives the process: n8n's static data of the node.
 * The process's memory is the authority; static data is its backup, written with every change and read when a node is first
 * heard of.
 */
export interface NodeState {
	/** The node's name when it was last heard of: static data is kept by name. */
	name: string;
	readonly parts: StateParts;
}

/** One thing that is remembered, with a form of its own in static data. */
export interface StatePart {
	/** What is to outlive the process, bounded in bytes. Called while n8n serialises static data: it must not change anything. */
	serialise(): string;
	/** Takes over what was persisted, by this process's predecessor or by another; whatever it is, never throws. */
	merge(text: unknown): void;
}

/** What is remembered of a node, by its name in static data. What is to be remembered next is one line here. */
function createParts() {
	return {
		claims: new MemoryClaimStore(systemClock),
		rooms: new RoomMemory(),
		sessions: new SessionBook(lifecycleOf),
		steadyLives: new SteadyLives(),
	} satisfies Readonly<Record<string, StatePart>>;
}

export type StateParts = Readonly<ReturnType<typeof createParts>>;

export const systemClock: Clock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
	sleep,
};

/** What n8n saves together: the triggers of a workflow, by node id. */
interface WorkflowState {
	readonly nodes: Map<string, NodeState>;
	readonly saves: SaveOrder;
}

/** By workflow id. */
const workflows = new Map<string, WorkflowState>();

/** As much of n8n's contexts as remembering needs: those of `webhook` and `trigger` have it. */
export type StateContext = Pick<
	IWebhookFunctions,
	'getWorkflow' | 'getNode' | 'getWorkflowStaticData'
>;

function workflowStateOf(context: StateContext): WorkflowState {
	const workflowId = context.getWorkflow().id ?? '';
	const known = workflows.get(workflowId);
	if (known !== undefined) return known;
	const state = { nodes: new Map<string, NodeState>(), saves: new SaveOrder(systemClock) };
	workflows.set(workflowId, state);
	return state;
}

/** The state of the trigger whose context this is, brought up to date with what is persisted. */
export function nodeStateOf(context: StateContext, node: INode): NodeState {
	const { nodes } = workflowStateOf(context);
	const state = nodes.get(node.id) ?? { name: node.name, parts: createParts() };
	nodes.set(node.id, state);
	state.name = node.name;
	const persisted = context.getWorkflowStaticData('node');
	for (const [name, part] of Object.entries(state.parts)) part.merge(persisted[name]);
	return state;
}

/** As much of n8n's Workflow as persisting needs. */
interface WorkflowWithStaticData {
	readonly staticData: unknown;
	readonly nodes: unknown;
	overrideStaticData(staticData: object): void;
}

/** A save of a workflow's static data that n8n is about to do. */
export interface Save {
	/** Resolves when the save is over. */
	readonly finished: Promise<void>;
	/** Called each time that n8n serialises, just before: what it changes is saved with it. */
	beforeSerialising(): void;
}

/**
 * Has n8n save the state of the workflow's triggers, with the save that it does by itself: before it answers a request, or with
 * `emit`. Waits for its turn among the workflow's saves.
 *
 * n8n loads a workflow's static data for each request and saves it whole, so that of two requests at once the later save
 * wins. Therefore what is handed over are getters: they are read when n8n serialises the data, and give what memory holds
 * at that moment, for every trigger of the workflow.
 *
 * They are handed over as a copy of its own (`overrideStaticData`), because n8n 2 builds a second Workflow over the very
 * object that it loaded when it starts an execution; that resets the mark "changed" before the save, and the data is lost
 * (n8n 2.40.7: 1 of 30 claims in sequence was saved). n8n 1 saves either way.
 */
export async function persistNodeState(
	context: StateContext,
	state: NodeState,
	save: Save,
): Promise<void> {
	const { nodes, saves } = workflowStateOf(context);
	await saves.turn(save.finished);
	const workflow = workflowOf(context);
	if (workflow === null) {
		// An n8n built otherwise: the documented way, which saves this node's state.
		save.beforeSerialising();
		const parts = Object.entries(state.parts).map(([name, part]) => [name, part.serialise()]);
		Object.assign(context.getWorkflowStaticData('node'), Object.fromEntries(parts));
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
	for (const [key, { parts }] of siblings) {
		const data: object = { ...Object(staticData[key]) };
		for (const [name, part] of Object.entries(parts)) {
			const get = () => {
				// n8n looks at every member once while it takes the data over: it saves nothing by then.
				if (isHandedOver) save.beforeSerialising();
				return part.serialise();
			};
			Object.defineProperty(data, name, { enumerable: true, configurable: true, get });
		}
		staticData[key] = data;
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
	const kept = Object.entries(data).map(([key, value]) => {
		const state = siblings.get(key);
		if (state === undefined) return [key, value];
		const others = Object.entries(Object(value)).filter(([name]) => !(name in state.parts));
		return [key, Object.fromEntries(others)];
	});
	return { ...JSON.parse(JSON.stringify(Object.fromEntries(kept))) };
}

function nodeIdByName(nodes: unknown, name: string): unknown {
	return Reflect.get(Object(Reflect.get(Object(nodes), name)), 'id');
}

/** The workflow behind the context, which n8n's types keep to themselves; null where it is not as expected. */
function workflowOf(context: StateContext): WorkflowWithStaticData | null {
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
