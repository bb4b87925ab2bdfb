/**
 * An n8n at its limit of concurrent executions (N8N_CONCURRENCY_PRODUCTION_LIMIT): n8n 2 stores an execution and answers only
 * when a slot is free, which takes as long as the workflows before it do. Recorders hang up meanwhile and send again; each event
 * is one execution all the same.
 *
 * LIVE_RECORDER_E2E_FULL=1 sends more events, to a workflow that takes a minute.
 */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance } from '../n8nInstance.mjs';
import { createEvents, marksIn, Sender } from '../recorderEvents.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const IS_FULL = process.env.LIVE_RECORDER_E2E_FULL === '1';
const LIMIT = 2;
const EVENTS = IS_FULL ? 16 : 4;
/** Longer than half a minute: after that time a claim used to be given up. */
const WORKFLOW_SECONDS = IS_FULL ? 60 : 36;
/** Senders hang up after this, and send again after the pause. */
const TIMEOUT_MS = 3_000;
const PAUSE_MS = 9_000;

/** A workflow that takes its time, as an upload does. */
function slowWorkflow() {
	const workflow = triggerWorkflow({ trigger: 'liveRecorderTrigger', name: 'Slow' });
	const [trigger] = workflow.nodes;
	const wait = {
		id: randomUUID(),
		name: 'Upload',
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		position: [240, 0],
		webhookId: randomUUID(),
		parameters: { amount: WORKFLOW_SECONDS, unit: 'seconds' },
	};
	return {
		...workflow,
		nodes: [trigger, wait],
		connections: { [trigger.name]: { main: [[{ node: wait.name, type: 'main', index: 0 }]] } },
	};
}

for (const version of N8N_VERSIONS) {
	describe(`n8n ${version}, ${LIMIT} executions at a time`, () => {
		/** @type {N8nInstance} */
		let n8n;
		const sender = new Sender({ timeoutMs: TIMEOUT_MS });

		before(
			async () => {
				n8n = await N8nInstance.startNew({
					version,
					environment: { N8N_CONCURRENCY_PRODUCTION_LIMIT: String(LIMIT) },
				});
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			sender.close();
			await n8n?.discard();
		});

		test(
			`${EVENTS} events to a workflow of ${WORKFLOW_SECONDS} s, sent again and again: one execution each`,
			{ timeout: 40 * 60_000 },
			async (t) => {
				const workflow = await n8n.createWorkflow(slowWorkflow());
				const url = n8n.webhookUrl(triggerOf(workflow));
				const events = createEvents(EVENTS);
				let requests = 0;
				// For as long as the last of them may wait for its slot.
				const until = Date.now() + (EVENTS / LIMIT) * WORKFLOW_SECONDS * 1000 + 10_000;
				await Promise.all(
					events.map(async (event) => {
						for (let attempt = 1; Date.now() < until; attempt++) {
							requests++;
							const answer = await sender.post(url, event.bodyOf(attempt));
							assert.notEqual(answer.status, 500, answer.text);
							await pause(PAUSE_MS);
						}
					}),
				);
				await n8n.waitUntilIdle(workflow.id);

				const counts = new Map();
				for (const { id } of await n8n.listExecutions(workflow.id)) {
					const { data } = await n8n.getExecution(id);
					for (const mark of marksIn(JSON.stringify(data))) {
						counts.set(mark, (counts.get(mark) ?? 0) + 1);
					}
				}
				t.diagnostic(`${requests} requests for ${EVENTS} events, ${counts.size} of them executed`);
				assert.deepEqual(
					events.map(({ mark }) => counts.get(mark) ?? 0),
					events.map(() => 1),
				);
			},
		);
	});
}
