/**
 * Runs a node as n8n does: n8n-core's ExecuteContext over a workflow of that node, with n8n's own HTTP client. Parameters
 * get the defaults of the node's description, as in the editor.
 */
const { ExecuteContext } = require('n8n-core');
const { createRunExecutionData, NodeHelpers, Workflow } = require('n8n-workflow');

/**
 * @param {import('n8n-workflow').INodeType} nodeType
 * @param {{ parameters?: object, items?: object[], credentials?: object, continueOnFail?: boolean, signal?: AbortSignal }} [settings]
 */
async function executeNode(nodeType, settings = {}) {
	const { description } = nodeType;
	const { items = [{}], credentials = {} } = settings;
	const node = {
		id: 'node',
		name: description.defaults.name,
		type: `n8n-nodes-live-recorder.${description.name}`,
		typeVersion: description.version,
		position: [0, 0],
		parameters: settings.parameters ?? {},
		credentials: Object.fromEntries(
			Object.keys(credentials).map((type) => [type, { id: '1', name: type }]),
		),
		...(settings.continueOnFail ? { onError: 'continueRegularOutput' } : {}),
	};
	const nodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({
		id: 'workflow',
		name: 'Test',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes,
		settings: {},
	});
	const additionalData = {
		credentialsHelper: {
			isCredentialUsableByNode: () => true,
			getDecrypted: async (_data, _credentials, type) => {
				const data = credentials[type];
				if (data === undefined) throw new Error('Credential not found');
				return data;
			},
			getParentTypes: () => [],
		},
		executionId: 'execution',
		variables: {},
		webhookWaitingBaseUrl: 'http://localhost:5678/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost:5678/form-waiting',
	};
	const input = items.map((json, index) => ({ json, pairedItem: { item: index } }));
	const ready = workflow.getNode(node.name);
	const context = new ExecuteContext(
		workflow,
		ready,
		additionalData,
		'manual',
		createRunExecutionData ? createRunExecutionData({}) : { resultData: { runData: {} } },
		0,
		input,
		{ main: [input] },
		{ node: ready, data: { main: [input] }, source: null },
		[],
		settings.signal,
	);
	const [output] = await nodeType.execute.call(context);
	return output;
}

/** The parameters that the editor would show for these, with their defaults. */
function shownParameters(nodeType, parameters) {
	return NodeHelpers.getNodeParameters(
		nodeType.description.properties,
		parameters,
		true,
		false,
		{ typeVersion: nodeType.description.version },
		nodeType.description,
	);
}

/** Expects a node to fail, and gives its error. */
async function errorOf(nodeType, settings) {
	try {
		await executeNode(nodeType, settings);
	} catch (error) {
		return {
			name: error.constructor.name,
			message: error.message,
			description: error.description,
			httpCode: error.httpCode ?? null,
			itemIndex: error.context?.itemIndex,
			everything: JSON.stringify([error, error.messages, error.stack, String(error.cause)]),
		};
	}
	throw new Error('The node did not fail');
}

module.exports = { executeNode, errorOf, shownParameters };
