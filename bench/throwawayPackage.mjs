/**
 * A community package with the least a webhook trigger can be: what n8n itself costs for any trigger that isn't its own
 * Webhook node. Written, packed and thrown away by the benchmark.
 */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packPackage } from '../e2e/n8nInstance.mjs';

const PACKAGE_NAME = 'n8n-nodes-do-nothing';

/** The type of the trigger in a workflow. */
export const DO_NOTHING_TRIGGER = `${PACKAGE_NAME}.doNothingTrigger`;

/** The type of one that answers without starting an execution: what n8n costs for a repeat. */
export const SILENT_TRIGGER = `${PACKAGE_NAME}.silentTrigger`;

const nodeSource = (className, result) => `
class ${className} {
	description = {
		displayName: '${className}',
		name: '${className[0].toLowerCase()}${className.slice(1)}',
		group: ['trigger'],
		version: 1.1,
		description: 'Does nothing',
		defaults: { name: '${className}' },
		inputs: [],
		outputs: ['main'],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseData: 'noData', path: 'webhook' },
		],
		properties: [],
	};
	webhookMethods = {
		default: { checkExists: async () => true, create: async () => true, delete: async () => true },
	};
	async webhook() {
		return ${result};
	}
}
module.exports = { ${className} };
`;

const SOURCES = {
	'DoNothingTrigger.node.js': nodeSource(
		'DoNothingTrigger',
		'{ workflowData: [[{ json: this.getBodyData() }]] }',
	),
	'SilentTrigger.node.js': nodeSource(
		'SilentTrigger',
		"{ webhookResponse: { status: 'ignored' } }",
	),
};

/**
 * Packs the package; `discard` removes it.
 *
 * @returns {Promise<{ tarball: string, discard: () => Promise<void> }>}
 */
export async function packDoNothingTrigger() {
	const folder = await mkdtemp(join(tmpdir(), 'live-recorder-bench-'));
	await mkdir(join(folder, 'dist'));
	for (const [name, source] of Object.entries(SOURCES)) {
		await writeFile(join(folder, 'dist', name), source);
	}
	await writeFile(
		join(folder, 'package.json'),
		JSON.stringify({
			name: PACKAGE_NAME,
			version: '1.0.0',
			license: 'MIT',
			keywords: ['n8n-community-node-package'],
			files: ['dist'],
			n8n: {
				n8nNodesApiVersion: 1,
				credentials: [],
				nodes: Object.keys(SOURCES).map((name) => `dist/${name}`),
			},
		}),
	);
	return {
		tarball: await packPackage(folder, join(folder, 'packed')),
		discard: async () => await rm(folder, { recursive: true, force: true }),
	};
}
