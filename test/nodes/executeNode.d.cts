import type { IDataObject, INodeExecutionData, INodeType } from 'n8n-workflow';

export interface ExecuteSettings {
	parameters?: object;
	items?: object[];
	credentials?: Record<string, object>;
	continueOnFail?: boolean;
	signal?: AbortSignal;
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

export function executeNode(
	nodeType: INodeType,
	settings?: ExecuteSettings,
): Promise<INodeExecutionData[]>;
export function errorOf(nodeType: INodeType, settings?: ExecuteSettings): Promise<NodeFailure>;
export function shownParameters(nodeType: INodeType, parameters: object): IDataObject;
