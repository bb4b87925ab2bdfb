/** Workflows for measuring: a chain of nodes, nothing beside. */

import { randomUUID } from 'node:crypto';

export function node(name, type, typeVersion, parameters) {
	return { id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters };
}

/** n8n's own Webhook node, answering at once, at an address of its own. */
export function coreWebhook() {
	const path = randomUUID();
	return {
		...node('Webhook', 'n8n-nodes-base.webhook', 2.1, { httpMethod: 'POST', path, options: {} }),
		webhookId: path,
	};
}

/** A workflow of nodes one after the other. */
export function chain(name, nodes) {
	const connections = {};
	nodes.slice(1).forEach((next, index) => {
		connections[nodes[index].name] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	});
	return { name, nodes, connections, settings: { executionOrder: 'v1' } };
}
