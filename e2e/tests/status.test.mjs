/** Where a user looks when something is wrong: the operation Status of Live Recorder, and n8n's log. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { executeWorkflow, sampleOf } from '../examples.mjs';
import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const SECRET = 'statussecret2468';
const ASKING = 'Ask';

for (const version of N8N_VERSIONS) {
	describe(`Status and log in n8n ${version}`, () => {
		/** @type {N8nInstance} */
		let n8n;
		let credential;

		before(
			async () => {
				n8n = await N8nInstance.startNew({ version });
				credential = await n8n.createCredential('Secret', 'liveRecorderWebhookApi', {
					mode: 'query',
					name: 'key',
					secret: SECRET,
				});
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => await n8n?.discard());

		/** A published trigger, and beside it, in the same workflow, the question how it fares. */
		async function start(name, parameters = {}) {
			const workflow = triggerWorkflow({
				trigger: 'bililiveRecorderTrigger',
				name,
				credentials: { liveRecorderWebhookApi: credential },
				parameters,
			});
			const node = (nodeName, type, nodeParameters) => ({
				id: randomUUID(),
				name: nodeName,
				type,
				typeVersion: 1,
				position: [0, 400],
				parameters: nodeParameters,
			});
			workflow.nodes.push(
				node('By hand', 'n8n-nodes-base.manualTrigger', {}),
				node(ASKING, 'n8n-nodes-live-recorder.liveRecorder', {
					resource: 'trigger',
					operation: 'status',
				}),
			);
			workflow.connections['By hand'] = { main: [[{ node: ASKING, type: 'main', index: 0 }]] };
			const { id } = await n8n.createWorkflow(workflow);
			return { id, url: n8n.webhookUrl(triggerOf(workflow)) };
		}

		async function post(url, body) {
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			await response.text();
			return response.status;
		}

		function eventOf(type) {
			return { ...sampleOf('bililive-recorder.v2', type), EventId: randomUUID() };
		}

		/** What Status says of the workflow's one trigger. */
		async function statusOf(id) {
			const before = await n8n.waitUntilIdle(id);
			await executeWorkflow(n8n, id, 'By hand');
			const [execution] = await n8n.finishedExecutions(id, { after: before.at(-1)?.id ?? '0' });
			assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
			const [items] = outputsOf(execution, ASKING);
			assert.equal(items.length, 1);
			return items[0];
		}

		test('Status counts events, repeats, ignored and refused deliveries, also after a crash', async () => {
			const { id, url } = await start('Counted', { events: ['FileClosed'] });
			const secret = `${url}?key=${SECRET}`;
			const startedAt = Date.now();
			assert.deepEqual((await statusOf(id)).lastEventAt, null);

			const closed = [eventOf('FileClosed'), eventOf('FileClosed')];
			for (const event of [...closed, ...closed, closed[0]]) {
				assert.equal(await post(secret, event), 200);
			}
			for (const type of ['StreamStarted', 'SessionStarted', 'FileOpening', 'StreamEnded']) {
				assert.equal(await post(secret, eventOf(type)), 200);
			}
			assert.equal(await post(`${url}?key=wrong`, eventOf('FileClosed')), 403);
			const { trigger, lastEventAt, last24Hours } = await statusOf(id);
			assert.equal(trigger, 'Trigger');
			assert.deepEqual(last24Hours, { events: 2, repeats: 3, ignored: 4, noted: 0, refused: 1 });
			assert.ok(Date.parse(lastEventAt) >= startedAt && Date.parse(lastEventAt) <= Date.now());

			await n8n.kill();
			await n8n.start();
			await n8n.logIn();
			const afterCrash = await statusOf(id);
			assert.equal(afterCrash.last24Hours.events, 2);
			assert.equal(afterCrash.lastEventAt, lastEventAt);
		});

		test('a refused delivery is in the log once a minute for each reason, and says what to do', async () => {
			const { id, url } = await start('Logged', {});
			const misconfigured = await start('Misconfigured', {
				options: { ipAllowList: '={{ $vars.nobodySetThis }}' },
			});
			for (let attempt = 0; attempt < 5; attempt++) {
				assert.equal(await post(`${url}?key=wrong`, eventOf('FileClosed')), 403);
				assert.equal(await post(url, eventOf('FileClosed')), 401);
				assert.equal(await post(`${misconfigured.url}?key=${SECRET}`, eventOf('FileClosed')), 503);
			}
			const lines = (await n8n.readLog())
				.split('\n')
				.filter((line) => line.includes('refused a delivery'));
			const of = (workflowId) =>
				lines
					.filter((line) => line.includes(workflowId))
					.map((line) => /with (\d+: .*)/.exec(line)[1]);
			const [wrong, missing, ...more] = of(id);
			assert.match(wrong, /^403: /);
			assert.match(missing, /^401: /);
			assert.deepEqual(more, []);
			const settings = of(misconfigured.id);
			assert.equal(settings.length, 1);
			assert.match(settings[0], /^503: .*IP Allow List/);
			for (const line of lines) assert.ok(!line.includes(SECRET));
		});
	});
}
