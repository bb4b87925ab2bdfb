/**
 * SRS throws a publisher out unless it is answered as it wants to be: what n8n of each version really answers, and what becomes
 * of a stream when n8n is down.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { BililiveRecorder, SrsServer, writeBililiveRecorderEvent } from '../recorders.mjs';
import { recordSession } from '../session.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const SECRET = 'srs-hook-secret-8Qz';

for (const version of N8N_VERSIONS) {
	describe(`SRS and n8n ${version}`, () => {
		/** @type {N8nInstance} */
		let n8n;
		const servers = [];

		before(
			async () => {
				n8n = await N8nInstance.startNew({ version });
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			for (const server of servers) server.close();
			await n8n?.discard();
		});

		/** A workflow, and an SRS that calls it with every hook. */
		async function connect({ trigger = 'srsTrigger', query = '', ...options } = {}) {
			const workflow = await n8n.createWorkflow(triggerWorkflow({ trigger, ...options }));
			const url = n8n.webhookUrl(triggerOf(workflow));
			const hooks = ['on_publish', 'on_unpublish', 'on_dvr', 'on_play', 'on_close'];
			const server = new SrsServer(Object.fromEntries(hooks.map((hook) => [hook, [url + query]])));
			servers.push(server);
			return { workflow, url, server };
		}

		async function eventsOf(workflow, output = 'Event') {
			const executions = await n8n.finishedExecutions(workflow.id);
			return executions.flatMap((execution) => outputsOf(execution, output)?.[0] ?? []);
		}

		for (const trigger of ['srsTrigger', 'liveRecorderTrigger']) {
			test(`${trigger}: a stream is published, recorded, ended, and nothing is refused`, async () => {
				const { workflow, server } = await connect({ trigger });
				const { client, isLive, answers } = await server.publish('studio');
				assert.deepEqual([isLive, answers[0].text], [true, '0']);
				const [written] = await server.closeFile(client, './objs/studio.1.flv');
				const [ended] = await server.unpublish(client);
				assert.deepEqual([written.text, ended.text], ['0', '0']);

				const events = await eventsOf(workflow);
				assert.deepEqual(
					events.map(({ kind, room }) => [kind, room.id]),
					[
						['live.started', 'live/studio'],
						['file.closed', 'live/studio'],
						['live.ended', 'live/studio'],
					],
				);
				assert.equal(events[1].file.path, '/usr/local/srs/objs/studio.1.flv');
			});
		}

		test('goes on where the event is not wanted, known already, or broken', async () => {
			const { workflow, server } = await connect({ parameters: { events: ['on_dvr'] } });
			const { client, isLive, answers } = await server.publish('studio');
			assert.deepEqual([isLive, answers[0].text], [true, '0']);
			for (const _delivery of ['first', 'repeated']) {
				const [written] = await server.closeFile(client, './objs/studio.1.flv');
				assert.deepEqual([written.goesOn, written.text], [true, '0']);
			}
			const [watched] = await server.call('on_play', { ...client, client_id: 'v0000001' });
			assert.equal(watched.goesOn, true);
			const { file: _file, ...withoutFile } = { ...client, file: '' };
			const [broken] = await server.call('on_dvr', withoutFile);
			assert.deepEqual([broken.goesOn, broken.text], [true, '0']);

			assert.equal((await eventsOf(workflow)).length, 1);
			const [invalid] = await eventsOf(workflow, 'Invalid');
			assert.equal(invalid.issues[0].path, 'file');
		});

		test('is refused where its user wants that: a wrong secret, an invalid event', async () => {
			const credential = await n8n.createCredential('SRS', 'liveRecorderWebhookApi', {
				mode: 'query',
				name: 'key',
				secret: SECRET,
			});
			const credentials = {
				liveRecorderWebhookApi: { id: credential.id, name: credential.name },
			};
			const parameters = { invalid: 'reject' };
			const good = await connect({ credentials, parameters, query: `?key=${SECRET}` });
			assert.equal((await good.server.publish('studio')).isLive, true);
			const { isLive, answers } = await good.server.publish('');
			assert.deepEqual([isLive, answers[0].status], [false, 400]);

			const bad = await connect({ credentials, parameters, query: '?key=guessed' });
			const stranger = await bad.server.publish('studio');
			assert.deepEqual([stranger.isLive, stranger.answers[0].status], [false, 403]);
			assert.equal((await n8n.listExecutions(bad.workflow.id)).length, 0);
		});

		test('answers other recorders at the same URL as ever', async () => {
			const { url } = await connect({ trigger: 'liveRecorderTrigger' });
			const recorder = new BililiveRecorder({ urls: [url] });
			const [event] = recordSession();
			const body = writeBililiveRecorderEvent(event);
			const [first] = await recorder.send(body);
			const [again] = await recorder.send(body);
			recorder.close();
			assert.deepEqual([first.attempts[0].status, first.attempts[0].text], [200, '']);
			assert.deepEqual(JSON.parse(again.attempts[0].text), { status: 'duplicate' });
		});

		test('while n8n is down, a stream can’t start with on_publish, and runs without it', async () => {
			const { server, url } = await connect();
			const careful = new SrsServer({ on_dvr: [url], on_unpublish: [url] });
			servers.push(careful);
			await n8n.stop();
			try {
				assert.equal((await server.publish('studio')).isLive, false);
				const { client, isLive } = await careful.publish('studio');
				assert.equal(isLive, true);
				const [lost] = await careful.closeFile(client, './objs/studio.2.flv');
				assert.equal(lost.status, null);
			} finally {
				await n8n.start();
			}
			assert.equal((await server.publish('studio')).isLive, true);
		});
	});
}
