/**
 * A webhook server that treats a trigger as n8n does (n8n 2.40.7, webhooks/live-webhooks.js and webhook-helpers.js):
 * real HTTP, Express's request and response, n8n-core's WebhookContext, static data loaded per request and saved before the
 * answer, a second Workflow over the same loaded data when an execution starts.
 */
import express, { type Request, type Response } from 'express';
import { WebhookContext } from 'n8n-core';
import type {
	INode,
	INodeExecutionData,
	INodeType,
	IWebhookResponseData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import { endWaitsWithTests } from './endingClock.cjs';
import { additionalDataOf, type Credentials, nodeOf, nodeTypesOf } from './standIns';

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

export interface WebhookServerSettings {
	parameters?: object;
	credentials?: Credentials;
	mode?: WorkflowExecuteMode;
	staticData?: object;
	/** How many proxies n8n trusts (N8N_PROXY_HOPS). */
	proxyHops?: number;
	holdExecution?: () => Promise<void>;
}

endWaitsWithTests();

type StaticData = Record<string, Record<string, string>>;

export type WebhookServer = Awaited<ReturnType<typeof startWebhookServer>>;

async function readBody(request: Request): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(Buffer.from(chunk));
	return Buffer.concat(chunks);
}

function required<T>(member: T | undefined): T {
	if (member === undefined) throw new Error('The node has no webhook');
	return member;
}

function copyOf(staticData: object): StaticData {
	return JSON.parse(JSON.stringify(staticData));
}

export async function startWebhookServer(
	nodeType: INodeType,
	settings: WebhookServerSettings = {},
) {
	const { description } = nodeType;
	const webhook = required(nodeType.webhook);
	const webhookDescription = required(description.webhooks?.[0]);
	const node: INode = { ...nodeOf(nodeType, settings), id: 'trigger-node' };
	const workflowId = `workflow-${Math.random().toString(36).slice(2)}`;
	/** Every execution started: the items of each output. */
	const executions: INodeExecutionData[][][] = [];
	/** Answers that were exceptions: n8n would have stored a failed execution. */
	const errors: unknown[] = [];

	const createWorkflow = (staticData: StaticData) =>
		new Workflow({
			id: workflowId,
			name: 'Test',
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: nodeTypesOf(nodeType),
			staticData,
			settings: {},
		});

	async function handle(request: Request, response: Response) {
		const loaded = copyOf(server.staticData);
		const workflow = createWorkflow(loaded);
		request.readRawBody = async () => {
			request.rawBody ??= await readBody(request);
		};
		await request.readRawBody();
		const additionalData = {
			...additionalDataOf(settings.credentials ?? {}),
			httpRequest: request,
			httpResponse: response,
		};
		const context = new WebhookContext(
			workflow,
			workflow.getNode(node.name) ?? node,
			additionalData,
			settings.mode ?? 'webhook',
			{
				httpMethod: 'POST',
				node: node.name,
				path: 'webhook',
				webhookDescription,
				workflowId,
				workflowExecuteAdditionalData: additionalData,
			},
			[],
			null,
		);
		Object.defineProperty(context, 'logger', { value: loggerOf(server.log) });
		// n8n-core's contexts declare some members more loosely than n8n-workflow does.
		const result: IWebhookResponseData = await Reflect.apply(webhook, context, []);
		if (result.noWebhookResponse === true) return;
		if (result.workflowData !== undefined) {
			await server.holdExecution();
			createWorkflow(loaded);
			executions.push(result.workflowData);
		}
		if (workflow.staticData.__dataChanged === true) server.staticData = copyOf(workflow.staticData);
		response.status(200);
		// With an empty `responseData` in the description, n8n answers so whether or not an execution was started.
		const { webhookResponse } = result;
		if (typeof webhookResponse === 'string') response.send(webhookResponse);
		else response.json(webhookResponse ?? {});
	}

	// As n8n sets it up (abstract-server.js).
	const app = express();
	app.set('query parser', 'extended');
	if (settings.proxyHops !== undefined) app.set('trust proxy', settings.proxyHops);
	app.use((request, response) => {
		handle(request, response).catch((error: unknown) => {
			errors.push(error);
			if (!response.headersSent) response.status(500).json({ message: 'Internal Error' });
		});
	});
	const http = app.listen(0, '127.0.0.1');
	// On a slow machine a connection that is closed as idle may just be taken for the next request.
	http.keepAliveTimeout = 60_000;
	await new Promise((resolve) => http.once('listening', resolve));
	const address = http.address();
	const port = typeof address === 'object' ? address?.port : undefined;
	const url = `http://127.0.0.1:${port}/webhook`;

	const server = {
		url,
		executions,
		errors,
		/** What the node wrote into n8n's log. */
		log: new Array<string>(),
		/** May be changed between requests. */
		node,
		workflowId,
		/** The workflow row's static data, as the database has it. */
		staticData: copyOf(settings.staticData ?? {}),
		/** The workflow as n8n builds it from its row, now. */
		createWorkflow: () => createWorkflow(copyOf(server.staticData)),
		/** Called before an execution is stored; throws to make n8n fail. */
		holdExecution: settings.holdExecution ?? (async () => {}),
		/** Posts a body (an object as JSON, text and bytes as they are) and returns the answer. */
		async post(
			body: string | Buffer | object,
			{ query = '', headers = {} }: { query?: string; headers?: Record<string, string> } = {},
		): Promise<WebhookAnswer> {
			const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
			const answer = await fetch(`${url}${query}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json', ...headers },
				body: isRaw ? body : JSON.stringify(body),
			});
			const text = await answer.text();
			return {
				status: answer.status,
				headers: Object.fromEntries(answer.headers),
				text,
				json: jsonOrNull(text),
			};
		},
		async close(): Promise<void> {
			http.closeAllConnections();
			await new Promise((resolve) => http.close(resolve));
		},
	};
	return server;
}

function loggerOf(log: string[]) {
	const write = (line: string) => void log.push(line);
	return { error: write, warn: write, info: write, debug: () => {} };
}

function jsonOrNull(text: string): WebhookAnswer['json'] {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
