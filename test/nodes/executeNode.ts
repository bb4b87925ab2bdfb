/**
 * Runs a node as n8n does: n8n-core's ExecuteContext over a workflow of that node, with n8n's own HTTP client. Parameters
 * get the defaults of the node's description, as in the editor.
 */
import { ExecuteContext } from 'n8n-core';
import type { INode, INodeExecutionData, INodeParameters, INodeType } from 'n8n-workflow';
import {
	createRunExecutionData,
	ExecutionBaseError,
	NodeApiError,
	NodeHelpers,
	Workflow,
} from 'n8n-workflow';

import { additionalDataOf, type Credentials, nodeOf, nodeTypesOf } from '../n8n/standIns';

export interface ExecuteSettings {
	parameters?: object;
	items?: object[];
	credentials?: Credentials;
	continueOnFail?: boolean;
	signal?: AbortSignal;
	workflowId?: string;
	/** Other nodes of the workflow. */
	siblings?: INode[];
	staticData?: object;
}

export interface NodeFailure {
	name: string;
	message: string;
	description: string | null;
	httpCode: string | null;
	itemIndex: number | undefined;
	/** All that the error holds, as text. */
	everything: string;
}

export async function executeNode(
	nodeType: INodeType,
	settings: ExecuteSettings = {},
): Promise<INodeExecutionData[]> {
	const { items = [{}], credentials = {} } = settings;
	const node = nodeOf(nodeType, settings);
	if (settings.continueOnFail === true) node.onError = 'continueRegularOutput';
	const workflow = new Workflow({
		id: settings.workflowId ?? 'workflow',
		name: 'Test',
		nodes: [node, ...(settings.siblings ?? [])],
		connections: {},
		active: false,
		nodeTypes: nodeTypesOf(nodeType),
		staticData: { ...settings.staticData },
		settings: {},
	});
	const input = items.map((json, index) => ({ json: { ...json }, pairedItem: { item: index } }));
	const ready = workflow.getNode(node.name) ?? node;
	const context = new ExecuteContext(
		workflow,
		ready,
		{ ...additionalDataOf(credentials), executionId: 'execution' },
		'manual',
		createRunExecutionData({}),
		0,
		input,
		{ main: [input] },
		{ node: ready, data: { main: [input] }, source: null },
		[],
		settings.signal,
	);
	if (nodeType.execute === undefined) throw new Error(`${node.name} executes nothing`);
	// n8n-core's contexts declare some members more loosely than n8n-workflow does.
	const [output]: INodeExecutionData[][] = await Reflect.apply(nodeType.execute, context, []);
	if (output === undefined) throw new Error(`${node.name} puts out nothing`);
	return output;
}

/** The parameters that the editor would show for these, with their defaults. */
export function shownParameters({ description }: INodeType, parameters: object): INodeParameters {
	const shown = NodeHelpers.getNodeParameters(
		description.properties,
		{ ...parameters },
		true,
		false,
		{ typeVersion: Number(description.version) },
		description,
	);
	return shown ?? {};
}

/** Expects a node to fail, and gives its error. */
export async function errorOf(
	nodeType: INodeType,
	settings?: ExecuteSettings,
): Promise<NodeFailure> {
	const error: unknown = await executeNode(nodeType, settings).then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (!(error instanceof ExecutionBaseError)) {
		throw new Error(`The node did not end with an error of n8n, but with ${String(error)}`);
	}
	const { itemIndex } = error.context;
	const isFromApi = error instanceof NodeApiError;
	return {
		name: error.constructor.name,
		message: error.message,
		description: error.description ?? null,
		httpCode: isFromApi ? error.httpCode : null,
		itemIndex: typeof itemIndex === 'number' ? itemIndex : undefined,
		everything: JSON.stringify([
			error,
			isFromApi ? error.messages : [],
			error.stack,
			String(error.cause),
		]),
	};
}
