/**
 * Every recorder in a real n8n: its payloads give the same item through its own trigger and through Live Recorder Trigger.
 * All payloads of the corpus; where time is short, two of each folder.
 */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { REPO_FOLDER } from '../paths.mjs';
import { triggerOf, triggerOfRecorder, triggerWorkflow } from '../workflows.mjs';

const require = createRequire(import.meta.url);
const { recorderEventSchema } = require(join(REPO_FOLDER, 'dist/formats/recorderEvent.js'));
const { corpusFolders, loadCorpus } = require(join(REPO_FOLDER, 'test/fixtures/loadCorpus.cjs'));

const { formatsOf, recorders } = require(join(REPO_FOLDER, 'dist/formats/registry.js'));

const isShort = process.env.LIVE_RECORDER_E2E_SHORT === '1';

/** Payloads by their triggers. For Aodianyun, the first and the last are a form and JSON with JSON text in it. */
const PAYLOADS = corpusFolders().flatMap((folder) => {
	const entries = loadCorpus(folder);
	const chosen = isShort ? [entries.at(0), entries.at(-1)] : entries;
	return chosen.map((payload) => ({
		...payload,
		trigger: triggerOfRecorder(recorderOf(payload)),
	}));
});

function recorderOf({ name, body }) {
	const [format, ...others] = formatsOf(recorders).filter((each) => each.recognise(body));
	assert.ok(format !== undefined && others.length === 0, `${name} is not one format's`);
	return format.recorder;
}

/** Both triggers get each payload, and none is to be completed from another. */
const PARAMETERS = {
	events: ['*', 'housekeeping'],
	options: { remember: false, deduplicate: 'pass' },
};

for (const version of N8N_VERSIONS) {
	describe(`Every recorder in n8n ${version}`, () => {
		/** @type {N8nInstance} */
		let n8n;

		before(
			async () => {
				n8n = await N8nInstance.startNew({ version });
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => await n8n?.discard());

		/** Sends the payloads to a trigger and returns the items, in their order, without the time of arrival. */
		async function itemsOf(trigger, payloads) {
			const workflow = await n8n.createWorkflow(
				triggerWorkflow({ trigger, parameters: PARAMETERS }),
			);
			const url = n8n.webhookUrl(triggerOf(workflow));
			for (const { name, text, headers } of payloads) {
				const contentType = headers['Content-Type'] ?? 'application/json';
				const answer = await fetch(url, {
					method: 'POST',
					headers: { 'content-type': contentType },
					body: text,
				});
				assert.equal(answer.status, 200, `${name}: ${await answer.text()}`);
			}
			const executions = await n8n.finishedExecutions(workflow.id);
			assert.equal(executions.length, payloads.length);
			return executions.map((execution) => {
				const [[item]] = outputsOf(execution, 'Event');
				assert.deepEqual(recorderEventSchema.parse(item), item);
				return { ...item, receivedAt: null };
			});
		}

		test('gives the same items through its own trigger and through Live Recorder Trigger', async () => {
			const byOwnTrigger = [];
			for (const trigger of new Set(PAYLOADS.map((payload) => payload.trigger))) {
				const payloads = PAYLOADS.filter((payload) => payload.trigger === trigger);
				byOwnTrigger.push(...(await itemsOf(trigger, payloads)));
			}
			assert.equal(byOwnTrigger.length, PAYLOADS.length);
			assert.deepEqual(await itemsOf('liveRecorderTrigger', PAYLOADS), byOwnTrigger);
		});
	});
}
