/** The Live Recorder node in a real n8n, of each version: what it sends is what the triggers take it for. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { REPO_FOLDER } from '../paths.mjs';
import { triggerOf, triggerOfRecorder, triggerWorkflow } from '../workflows.mjs';

const require = createRequire(import.meta.url);
const { recorders } = require(join(REPO_FOLDER, 'dist', 'formats', 'registry.js'));
const { ALL_EVENTS, HOUSEKEEPING_EVENTS } = require(
	join(REPO_FOLDER, 'dist', 'inbound', 'filter.js'),
);

/**
 * A workflow that runs Live Recorder once for each element of `jobs` in the body it is called with, and answers with the
 * items.
 */
function senderWorkflow(name, parameters, credentials) {
	const nodes = [
		{
			name: 'Call',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			webhookId: randomUUID(),
			parameters: {
				httpMethod: 'POST',
				path: `call-${randomUUID()}`,
				responseMode: 'lastNode',
				responseData: 'allEntries',
				options: {},
			},
		},
		{
			name: 'Jobs',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'body.jobs', options: {} },
		},
		{
			name: 'Live Recorder',
			type: 'n8n-nodes-live-recorder.liveRecorder',
			typeVersion: 1,
			parameters,
			...(credentials === undefined ? {} : { credentials }),
		},
	].map((node, index) => ({ id: randomUUID(), position: [index * 200, 0], ...node }));
	const linked = (node) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	return {
		name,
		nodes,
		connections: { Call: linked('Jobs'), Jobs: linked('Live Recorder') },
		settings: { executionOrder: 'v1' },
	};
}

for (const version of N8N_VERSIONS) {
	describe(`Live Recorder in n8n ${version}`, () => {
		/** @type {N8nInstance} */
		let n8n;

		before(
			async () => {
				n8n = await N8nInstance.startNew({ version });
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => await n8n?.discard());

		async function startTrigger(trigger, parameters, credentials) {
			const workflow = await n8n.createWorkflow(
				triggerWorkflow({ trigger, name: randomUUID(), parameters, credentials }),
			);
			return { id: workflow.id, url: n8n.webhookUrl(triggerOf(workflow)) };
		}

		async function startSender(parameters, credentials) {
			const workflow = await n8n.createWorkflow(
				senderWorkflow(randomUUID(), parameters, credentials),
			);
			const { path } = workflow.nodes.find(({ name }) => name === 'Call').parameters;
			return async (jobs) => {
				const response = await fetch(`${n8n.baseUrl}/webhook/${path}`, {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify({ jobs }),
				});
				const text = await response.text();
				assert.equal(response.status, 200, text);
				return JSON.parse(text);
			};
		}

		async function itemsOf({ id }) {
			const executions = await n8n.finishedExecutions(id);
			return executions.flatMap((execution) => outputsOf(execution, 'Trigger')[0] ?? []);
		}

		for (const recorder of recorders) {
			test(
				`every event of ${recorder.id} comes through its trigger as it was meant`,
				{
					timeout: 30 * 60_000,
				},
				async () => {
					const trigger = await startTrigger(triggerOfRecorder(recorder.id), {
						events: [ALL_EVENTS, HOUSEKEEPING_EVENTS],
						options: { deduplicate: 'pass', remember: false },
					});
					const send = await startSender({
						resource: 'event',
						operation: 'send',
						format: '={{ $json.format }}',
						event: '={{ $json.event }}',
						content: 'sample',
						urls: trigger.url,
						// DDTV v5 gives up after 8 seconds, which a busy machine may need.
						options: { timeoutSeconds: 100, neverError: true },
					});
					const jobs = recorder.formats.flatMap((format) =>
						[...format.events.keys()].map((event) => ({ format: format.id, event })),
					);
					const sent = await send(jobs);
					for (const { delivered, nativeType, deliveries } of sent) {
						assert.ok(delivered, `${nativeType}: ${JSON.stringify(deliveries)}`);
					}
					assert.deepEqual(
						sent.map(({ format, nativeType }) => ({ format, nativeType })),
						jobs.map(({ format, event }) => ({ format, nativeType: event })),
					);

					const items = await itemsOf(trigger);
					assert.equal(items.length, jobs.length);
					for (const { format: formatId, nativeType, body } of sent) {
						const found = items.find(
							(item) => item.nativeType === nativeType && item.format === formatId,
						);
						assert.ok(found, `${formatId} ${nativeType} did not arrive`);
						const format = recorder.formats.find(({ id }) => id === formatId);
						const { event: meant } = format.parse(body, found.receivedAt);
						assert.deepEqual(found, JSON.parse(JSON.stringify(meant)));
					}
				},
			);
		}

		test(
			'what one recorder said arrives in the words of another',
			{
				timeout: 20 * 60_000,
			},
			async () => {
				const trigger = await startTrigger('bililiveRecorderTrigger', {
					format: 'bililive-recorder.v2',
				});
				const convert = await startSender({
					resource: 'event',
					operation: 'convert',
					format: 'bililive-recorder.v2',
					recorderEvent: '={{ $json }}',
					noCounterpart: 'skip',
					delivery: 'send',
					urls: trigger.url,
				});
				const blrec = recorders.find(({ id }) => id === 'blrec').formats[0];
				const receivedAt = new Date().toISOString();
				const events = [...blrec.events.values()].map(
					({ samples: [sample] }) => blrec.parse(sample, receivedAt).event,
				);
				const sent = await convert(events);
				const items = await itemsOf(trigger);
				assert.equal(items.length, sent.length);
				assert.ok(items.length >= 4, `${items.length} events`);
				for (const item of items) assert.deepEqual(item.warnings, []);
			},
		);

		test(
			'any recorder feeds biliLive-tools: what is converted for its custom webhook, it takes',
			{
				timeout: 20 * 60_000,
			},
			async (t) => {
				const taken = [];
				const refusals = [];
				// It answers 500 where one of these is missing or empty: docs/facts.md, 14.
				const needed = ['event', 'filePath', 'roomId', 'time', 'title', 'username'];
				const receiver = createServer((request, response) => {
					const parts = [];
					request.on('data', (part) => parts.push(part));
					request.on('end', () => {
						const body = JSON.parse(Buffer.concat(parts).toString());
						const missing = needed.filter((member) => !body[member]);
						(missing.length === 0 ? taken : refusals).push(body);
						response.writeHead(missing.length === 0 ? 200 : 500).end('ok');
					});
				});
				await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
				t.after(() => receiver.close());
				const convert = await startSender({
					resource: 'event',
					operation: 'convert',
					format: 'bililive-tools.custom',
					recorderEvent: '={{ $json }}',
					noCounterpart: 'skip',
					delivery: 'send',
					urls: `http://127.0.0.1:${receiver.address().port}/webhook/custom`,
				});
				const receivedAt = new Date().toISOString();
				const events = recorders
					.flatMap(({ formats }) => formats)
					.flatMap((format) =>
						[...format.events.values()].flatMap(({ samples }) =>
							samples.map((sample) => format.parse(sample, receivedAt).event),
						),
					)
					.filter(({ kind }) => /^file\.(opened|closed|processed)$/.test(kind));
				await convert(events);
				assert.deepEqual(refusals, []);
				const feeders = new Set(taken.map(({ software }) => software));
				assert.ok(feeders.has('bililive-recorder') && feeders.size > 2, [...feeders].join());
			},
		);

		test(
			'a simulated session, repeats and all, starts the workflow once for each event',
			{
				timeout: 20 * 60_000,
			},
			async () => {
				const secret = randomUUID();
				const credential = await n8n.createCredential(randomUUID(), 'liveRecorderWebhookApi', {
					mode: 'standardWebhooks',
					secret,
					toleranceSeconds: 300,
				});
				const credentials = { liveRecorderWebhookApi: credential };
				const trigger = await startTrigger('liveRecorderTrigger', {}, credentials);
				const simulate = await startSender(
					{
						resource: 'session',
						operation: 'simulate',
						format: 'bililive-recorder.v2',
						files: 3,
						delivery: 'send',
						urls: trigger.url,
						authentication: 'liveRecorderWebhook',
						secondsBetweenEvents: 0,
						options: { seed: 'e2e', shuffle: true, repeatPercent: 50, retryPercent: 30 },
					},
					credentials,
				);
				const requests = await simulate([{}]);
				const sent = new Set(requests.map(({ body }) => body.EventId));
				assert.equal(sent.size, 10);
				assert.ok(requests.length > sent.size, 'nothing was repeated');
				assert.ok(!JSON.stringify(requests).includes(secret), 'the secret is in the output');

				const items = await itemsOf(trigger);
				assert.deepEqual(items.map(({ id }) => id).sort(), [...sent].sort());
			},
		);
	});
}
