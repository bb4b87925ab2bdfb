/** The importable workflows of `examples/`, as a user would adapt them. */

import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { EXAMPLES_FOLDER, REPO_FOLDER } from './paths.mjs';

export async function listExamples() {
	return (await readdir(EXAMPLES_FOLDER)).filter((name) => name.endsWith('.json')).sort();
}

/**
 * Reads an example with webhook ids of its own, as importing it in the editor would give it: n8n
 * takes each id only once.
 */
export async function readExample(file) {
	const workflow = JSON.parse(await readFile(join(EXAMPLES_FOLDER, file), 'utf8'));
	for (const node of workflow.nodes) {
		if (node.webhookId !== undefined) node.webhookId = randomUUID();
	}
	return workflow;
}

export function nodeOf(workflow, name) {
	const node = workflow.nodes.find((each) => each.name === name);
	if (node === undefined) throw new Error(`${workflow.name} has no node '${name}'`);
	return node;
}

/** Gives nodes of one type a credential. */
export function giveCredential(workflow, nodeType, credentialType, credential) {
	for (const node of workflow.nodes.filter(({ type }) => type === nodeType)) {
		node.credentials = { [credentialType]: credential };
	}
}

/** A sample of the package's own: the body that a recorder would send. */
export function sampleOf(formatId, nativeType) {
	const { formatsOf, recorders } = createRequire(import.meta.url)(
		join(REPO_FOLDER, 'dist', 'formats', 'registry.js'),
	);
	const format = formatsOf(recorders).find(({ id }) => id === formatId);
	const sample = format?.events.get(nativeType)?.samples[0];
	if (sample === undefined) throw new Error(`${formatId} has no sample of ${nativeType}`);
	return structuredClone(sample);
}

/** Starts a workflow by its manual trigger, as Execute workflow in the editor does. */
export async function executeWorkflow(n8n, workflowId, triggerName) {
	await n8n.request('POST', `/workflows/${workflowId}/run`, {
		// n8n 1 takes the workflow from here, n8n 2 its saved version.
		...(n8n.version.startsWith('1.') ? { workflowData: await n8n.getWorkflow(workflowId) } : {}),
		triggerToStartFrom: { name: triggerName },
	});
}
