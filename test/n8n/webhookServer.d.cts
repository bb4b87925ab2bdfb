import type { INode, INodeExecutionData, INodeType } from 'n8n-workflow';

export interface WebhookAnswer {
	status: number;
	headers: Record<string, string>;
	text: string;
	json: {
		status?: string;
		message?: string;
		issues?: Array<{ path: string; message: string }>;
	} | null;
}

export interface WebhookServer {
	url: string;
	executions: INodeExecutionData[][][];
	staticData: Record<string, Record<string, string>>;
	errors: unknown[];
	workflowId: string;
	/** May be changed between requests. */
	node: INode;
	holdExecution: () => Promise<void>;
	post(
		body: string | Buffer | object,
		options?: { query?: string; headers?: Record<string, string> },
	): Promise<WebhookAnswer>;
	close(): Promise<void>;
}

export function startWebhookServer(
	nodeType: INodeType,
	settings?: {
		parameters?: object;
		credentials?: Record<string, object>;
		mode?: string;
		staticData?: object;
		holdExecution?: () => Promise<void>;
	},
): Promise<WebhookServer>;
