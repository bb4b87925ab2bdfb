/** Makes workflows for tests: a trigger with a visible end on each of its outputs. */

import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { REPO_FOLDER } from './paths.mjs';

const manifest = createRequire(import.meta.url)(join(REPO_FOLDER, 'package.json'));

const PACKAGE_NAME = 'n8n-nodes-live-recorder';

/**
 * @param {{ trigger: string, name?: string, parameters?: object,
 *   credentials?: Record<string, { id: string, name: string }>, outputs?: string[] }} options
 *   `trigger` is the node's name within the package; `outputs` names the nodes at its outputs
 */
export function triggerWorkflow({
	trigger,
	name = trigger,
	parameters = {},
	credentials,
	outputs = ['Event', 'Invalid'],
}) {
	const triggerNode = {
		id: randomUUID(),
		name: 'Trigger',
		type: `${PACKAGE_NAME}.${trigger}`,
		typeVersion: 1.1,
		position: [0, 0],
		webhookId: randomUUID(),
		parameters: { authentication: credentials ? 'liveRecorderWebhook' : 'none', ...parameters },
		...(credentials === undefined ? {} : { credentials }),
	};
	const ends = outputs.map((output, index) => ({
		id: randomUUID(),
		name: output,
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		position: [240, index * 160],
		parameters: {},
	}));
	return {
		name,
		nodes: [triggerNode, ...ends],
		connections: {
			[triggerNode.name]: {
				main: ends.map((end) => [{ node: end.name, type: 'main', index: 0 }]),
			},
		},
		settings: { executionOrder: 'v1' },
	};
}

/** The trigger of a workflow made by {@link triggerWorkflow} or imported: its first node of ours. */
export function triggerOf(workflow) {
	return workflow.nodes.find(({ type }) => type.startsWith(`${PACKAGE_NAME}.`));
}

/** The name of a recorder's own trigger within the package: `livekit-egress` -> `liveKitEgressTrigger`. */
export function triggerOfRecorder(recorderId) {
	const letters = recorderId.replaceAll('-', '');
	const names = manifest.n8n.nodes.map((path) => /(\w+)\.node\.js$/.exec(path)[1]);
	const name = names.find((each) => new RegExp(`^${letters}(recorder)?trigger$`, 'i').test(each));
	if (name === undefined) throw new Error(`${recorderId} has no trigger of its own`);
	return name[0].toLowerCase() + name.slice(1);
}
