/** Publishing a trigger that registers its URL or catches up: what may be refused, and what n8n does in the background. */

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { triggerOf, triggerWorkflow } from './workflows.mjs';

/**
 * A workflow of one trigger that takes events without proof, not published yet.
 *
 * @returns {Promise<{ id: string, url: string }>} with the URL it will have
 */
export async function createUnpublished(n8n, { trigger, credentials, parameters }) {
	const workflow = await n8n.createWorkflow(
		triggerWorkflow({
			trigger,
			credentials,
			parameters: { authentication: 'none', ...parameters },
		}),
		{ activate: false },
	);
	return { id: workflow.id, url: n8n.webhookUrl(triggerOf(workflow)) };
}

/** What publishing is refused with, and what n8n's log says of it. Fails where it is not refused. */
export async function refusalOfPublishing(n8n, workflowId) {
	const logged = (await n8n.readLog()).length;
	const refusal = await n8n.activateWorkflow(workflowId).then(
		() => '',
		(error) => String(error),
	);
	assert.notEqual(refusal, '');
	await n8n.deactivateWorkflow(workflowId).catch(() => {});
	return refusal + (await n8n.readLog()).slice(logged);
}

/** Waits for what n8n does in the background, as n8n 2 takes webhooks out; fails where it is not so in a time that a slow machine needs, too. */
export async function until(isSo, seconds = 180) {
	for (let waited = 0; waited < seconds * 2; waited++) {
		if (await isSo()) return;
		await pause(500);
	}
	assert.ok(await isSo());
}
