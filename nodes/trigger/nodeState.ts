import { type INode, type IWebhookFunctions, sleep } from 'n8n-workflow';

import type { Clock } from '../../inbound/clock';
import { MemoryClaimStore } from '../../inbound/memoryClaims';
import { FirstRun } from '../../inbound/firstRun';
import { lifecycleOf } from '../../inbound/lifecycles';
import { ListedFiles } from '../../inbound/listedFiles';
import { RoomMemory } from '../../inbound/roomMemory';
import { Tally } from '../../inbound/tally';
import { SessionBook } from '../../inbound/sessions/sessionBook';
import { SteadyLives } from '../../inbound/steadyLives';
import { OwnAddress } from './ownAddress';
import { SaveOrder } from './saveOrder';
import {
	copyWithout,
	dataOfFormerName,
	keyOf,
	NODE_ID,
	nodeIdByName,
	savesAfterStoring,
	workflowOf,
} from './staticData';

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
	/** Not worth a save of its own: saved along with what is. */
	readonly isMinor?: boolean;
	/** What is to outlive the process, bounded in bytes. Called while n8n serialises static data: it must not change anything. */
	serialise(): string;
	/** Takes over what was persisted, by this process's predecessor or by another; whatever it is, never throws. */
	merge(text: unknown): void;
}

export const systemClock: Clock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
	sleep,
};

/** What is remembered of a node, by its name in static data. What is to be remembered next is one line here. */
function createParts() {
	return {
		address: new OwnAddress(),
		claims: new MemoryClaimStore(systemClock),
		firstRun: new FirstRun(),
		listed: new ListedFiles(),
		rooms: new RoomMemory(),
		tally: new Tally(systemClock),
		sessions: new SessionBook(lifecycleOf),
		steadyLives: new SteadyLives(),
	} satisfies Readonly<Record<string, StatePart>>;
}

export type StateParts = Readonly<ReturnType<typeof createParts>>;

/** What n8n saves together: the triggers of a workflow, by node id. */
interface WorkflowState {
	readonly nodes: Map<string, NodeState>;
	readonly saves: SaveOrder;
	/** When n8n was last asked to save, by {@link Clock.elapsed}. */
	savedAt: number;
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
	const state: WorkflowState = {
		nodes: new Map(),
		saves: new SaveOrder(systemClock),
		savedAt: -Infinity,
	};
	workflows.set(workflowId, state);
	return state;
}

/** The state of a node of this workflow, where this process has one. */
export function knownNodeState(
	context: Pick<StateContext, 'getWorkflow'>,
	nodeId: string,
): NodeState | undefined {
	return workflows.get(context.getWorkflow().id ?? '')?.nodes.get(nodeId);
}

/** The state of the trigger whose context this is, brought up to date with what is persisted. */
export function nodeStateOf(context: StateContext, node: INode): NodeState {
	const { nodes } = workflowStateOf(context);
	const known = nodes.get(node.id);
	const state = known ?? { name: node.name, parts: createParts() };
	nodes.set(node.id, state);
	state.name = node.name;
	if (known === undefined) {
		const workflow = workflowOf(context);
		const before = workflow === null ? null : dataOfFormerName(workflow, node.id);
		if (before !== null) takeOver(state, before);
	}
	takeOver(state, context.getWorkflowStaticData('node'));
	return state;
}

function takeOver({ parts }: NodeState, persisted: object): void {
	for (const [name, part] of Object.entries(parts)) part.merge(Reflect.get(persisted, name));
}

/** A state for a test run: it knows what production knows, and whatever happens to it leaves no trace. */
export function scratchStateOf(context: StateContext, node: INode): NodeState {
	const production = workflowStateOf(context).nodes.get(node.id);
	const scratch = { name: node.name, parts: createParts() };
	if (production === undefined) return scratch;
	const written = Object.entries(production.parts).map(([name, part]) => [name, part.serialise()]);
	takeOver(scratch, Object.fromEntries(written));
	return scratch;
}

const nothingRemembered = new Map(
	Object.entries(createParts()).map(([name, part]) => [name, part.serialise()]),
);

/** A workflow that is saved by the way, without a need of its own, is not saved more often than this. */
const BY_THE_WAY_MILLISECONDS = 5_000;

/**
 * Whether the static data that a request has loaded lacks something that memory has, so that the request does well to have it
 * saved though it changes nothing. Another node that writes static data saves, at its execution's end, what was loaded at its
 * start, and so undoes what was saved since; and n8n 1 saves before a claim may be.
 */
export function isSavedDataBehind(context: StateContext, state: NodeState): boolean {
	if (systemClock.elapsed() - workflowStateOf(context).savedAt < BY_THE_WAY_MILLISECONDS)
		return false;
	const persisted = context.getWorkflowStaticData('node');
	return Object.entries<StatePart>(state.parts).some(
		([name, part]) =>
			part.isMinor !== true &&
			part.serialise() !== (persisted[name] ?? nothingRemembered.get(name)),
	);
}

/** A save of a workflow's static data that n8n is about to do. */
export interface Save {
	/** Resolves when the save is over. */
	readonly finished: Promise<void>;
	/**
	 * Called each time that n8n serialises, just before: what it changes is saved with it. Not by n8n 1, which has not stored the
	 * request's execution by then: what is pending is saved with the next request.
	 */
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
	const workflowState = workflowStateOf(context);
	const { nodes, saves } = workflowState;
	await saves.turn(save.finished);
	workflowState.savedAt = systemClock.elapsed();
	const workflow = workflowOf(context);
	if (workflow === null) {
		// An n8n built otherwise: the documented way, which saves this node's state.
		save.beforeSerialising();
		const parts = Object.entries(state.parts).map(([name, part]) => [name, part.serialise()]);
		Object.assign(context.getWorkflowStaticData('node'), Object.fromEntries(parts));
		return;
	}
	let isHandedOver = false;
	const siblings = new Map<string, { readonly nodeId: string; readonly state: NodeState }>();
	for (const [nodeId, sibling] of nodes) {
		if (nodeIdByName(workflow, sibling.name) === nodeId) {
			siblings.set(keyOf(sibling.name), { nodeId, state: sibling });
		}
	}
	const staticData = copyWithout(
		workflow,
		new Set(nodes.keys()),
		(key, member) => member in (siblings.get(key)?.state.parts ?? {}),
	);
	for (const [key, { nodeId, state: sibling }] of siblings) {
		const data: object = { ...Object(staticData[key]), [NODE_ID]: nodeId };
		for (const [name, part] of Object.entries(sibling.parts)) {
			const get = () => {
				// n8n looks at every member once while it takes the data over: it saves nothing by then.
				if (isHandedOver && savesAfterStoring) save.beforeSerialising();
				return part.serialise();
			};
			Object.defineProperty(data, name, { enumerable: true, configurable: true, get });
		}
		staticData[key] = data;
	}
	workflow.overrideStaticData(staticData);
	isHandedOver = true;
}
