/**
 * A webhook server that treats a trigger as n8n does (n8n 2.40.7, webhooks/live-webhooks.js and webhook-helpers.js):
 * real HTTP, Express's request and response, n8n-core's WebhookContext, static data loaded per request and saved before the
 * answer, a second Workflow over the same loaded data when an execution starts.
 */
const { createServer } = require('node:http');
const express = require('express');
const { WebhookContext } = require('n8n-core');
const { Workflow } = require('n8n-workflow');

function readBody(request) {
	return new Promise((resolve, reject) => {
		const chunks = [];
		request.on('data', (chunk) => chunks.push(chunk));
		request.on('end', () => resolve(Buffer.concat(chunks)));
		request.on('error', reject);
	});
}

/**
 * @param {import('n8n-workflow').INodeType} nodeType
 * @param {{ parameters?: object, credentials?: object, mode?: string, staticData?: object, holdExecution?: () => Promise<void> }} [settings]
 */
async function startWebhookServer(nodeType, settings = {}) {
	const { description } = nodeType;
	const node = {
		id: 'trigger-node',
		name: description.defaults.name,
		type: `n8n-nodes-live-recorder.${description.name}`,
		typeVersion: description.version,
		position: [0, 0],
		parameters: settings.parameters ?? {},
		credentials: Object.fromEntries(
			Object.keys(settings.credentials ?? {}).map((type) => [type, { id: '1', name: type }]),
		),
	};
	const nodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const credentialsHelper = {
		isCredentialUsableByNode: () => true,
		getDecrypted: async (_data, _credentials, type) => {
			const data = settings.credentials?.[type];
			if (data === undefined) throw new Error('Credential not found');
			return data;
		},
	};
	const workflowId = `workflow-${Math.random().toString(36).slice(2)}`;
	const server = {
		/** Every execution started: the items of each output. */
		executions: [],
		/** The workflow row's static data, as the database has it. */
		staticData: settings.staticData ?? {},
		/** Answers that were exceptions: n8n would have stored a failed execution. */
		errors: [],
		/** Called before an execution is stored; throws to make n8n fail. */
		holdExecution: settings.holdExecution ?? (async () => {}),
		node,
		workflowId,
	};

	const createWorkflow = (staticData) =>
		new Workflow({
			id: workflowId,
			name: 'Test',
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes,
			staticData,
			settings: {},
		});

	async function handle(request, response) {
		const loaded = JSON.parse(JSON.stringify(server.staticData));
		const workflow = createWorkflow(loaded);
		request.readRawBody = async () => {
			request.rawBody ??= await readBody(request);
		};
		await request.readRawBody();
		const additionalData = {
			httpRequest: request,
			httpResponse: response,
			credentialsHelper,
			executionId: undefined,
			currentNodeParameters: undefined,
			variables: {},
		};
		const context = new WebhookContext(
			workflow,
			workflow.getNode(node.name),
			additionalData,
			settings.mode ?? 'webhook',
			{ webhookDescription: description.webhooks[0] },
			[],
			null,
		);
		const result = await nodeType.webhook.call(context);
		if (result.noWebhookResponse === true) return;
		if (result.workflowData !== undefined) {
			await server.holdExecution();
			createWorkflow(loaded);
			server.executions.push(result.workflowData);
		}
		if (workflow.staticData.__dataChanged === true) {
			server.staticData = JSON.parse(JSON.stringify(workflow.staticData));
		}
		response.status(200);
		if (result.workflowData === undefined) response.json(result.webhookResponse ?? {});
		else response.end();
	}

	const app = express();
	app.use((request, response) => {
		handle(request, response).catch((error) => {
			server.errors.push(error);
			if (!response.headersSent) response.status(500).json({ message: 'Internal Error' });
		});
	});
	const http = createServer(app);
	await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
	server.url = `http://127.0.0.1:${http.address().port}/webhook`;

	/** Posts a body (an object as JSON, text and bytes as they are) and returns the answer. */
	server.post = async (body, { query = '', headers = {} } = {}) => {
		const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
		const answer = await fetch(`${server.url}${query}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body: isRaw ? body : JSON.stringify(body),
		});
		const text = await answer.text();
		let json = null;
		try {
			json = JSON.parse(text);
		} catch {
			json = null;
		}
		return { status: answer.status, headers: Object.fromEntries(answer.headers), text, json };
	};
	server.close = () =>
		new Promise((resolve) => {
			http.closeAllConnections();
			http.close(resolve);
		});
	return server;
}

module.exports = { startWebhookServer };
