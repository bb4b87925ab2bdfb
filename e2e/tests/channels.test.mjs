/** The examples for chat robots and push services, against strict stand-ins of them. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';

import { fillInKeys } from '../channelStandIns.mjs';
import { nodeOf, readExample, sampleOf } from '../examples.mjs';
import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance, packPackage } from '../n8nInstance.mjs';
import { skipWithout } from '../requirements.mjs';
import { StandIns } from '../standIns.mjs';

const skip = skipWithout('openssl', 'apt-get install openssl');

const CHANNELS = ['bark', 'dingtalk', 'discord', 'feishu', 'pushplus', 'serverchan', 'wecom'];

for (const version of N8N_VERSIONS) {
	describe(`Chat channels in n8n ${version}`, { skip }, () => {
		/** @type {N8nInstance} */
		let n8n;
		/** @type {StandIns} */
		let standIns;
		let folder;

		before(
			async () => {
				folder = await mkdtemp(join(tmpdir(), 'live-recorder-channels-'));
				standIns = await StandIns.start(folder);
				const tarball = process.env.LIVE_RECORDER_E2E_TARBALL ?? (await packPackage());
				n8n = await N8nInstance.create({ version, tarball, environment: standIns.environment });
				await n8n.start();
				await n8n.logIn();
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			await n8n?.discard();
			await standIns?.stop();
			if (folder !== undefined) await rm(folder, { recursive: true, force: true });
		});
		beforeEach(() => standIns.forget());

		/** Runs an example with one event; its execution. */
		async function run(file, body, adapt = () => {}) {
			const workflow = await readExample(file);
			fillInKeys(workflow);
			adapt(workflow);
			const created = await n8n.createWorkflow(workflow);
			const response = await fetch(n8n.webhookUrl(nodeOf(workflow, 'Live Recorder Trigger')), {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			assert.equal(response.status, 200, await response.text());
			const [execution] = await n8n.finishedExecutions(created.id);
			return execution;
		}

		test('live started: every channel takes the message, with title, link and cover', async () => {
			const event = sampleOf('blrec', 'LiveBeganEvent');
			event.data.room_info.title = '【歌回】"R&B" <3 _all_ night 🎤';
			const execution = await run('live-started-to-chat-channels.json', event);
			assert.equal(execution.status, 'success', execution.data.resultData.error?.message);

			const { taken, refused } = standIns.channels;
			assert.deepEqual(refused, []);
			assert.deepEqual(Object.keys(taken).sort(), CHANNELS);
			const { room_info: room, user_info: user } = event.data;
			const link = `https://live.bilibili.com/${room.room_id}`;
			for (const [service, messages] of Object.entries(taken)) {
				assert.equal(messages.length, 1, service);
				const text = JSON.stringify(messages[0]);
				assert.ok(text.includes(`${user.name} 开播了`), service);
				assert.ok(text.includes(link), service);
				assert.ok(text.includes(JSON.stringify(room.title).slice(1, -1)), service);
				if (service !== 'feishu') assert.ok(text.includes(room.cover), service);
			}
		});

		test('live started: no link, no cover, and a title of any length', async () => {
			const event = sampleOf('one-live-rec', 'live_start');
			event.data.platform = 'elsewhere';
			event.data.live_info.cover = '';
			event.data.live_info.title = '长'.repeat(3000);
			event.data.live_info.uname = '播'.repeat(200);
			const execution = await run('live-started-to-chat-channels.json', event);
			assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
			assert.deepEqual(standIns.channels.refused, []);
			assert.deepEqual(Object.keys(standIns.channels.taken).sort(), CHANNELS);
		});

		test('a channel that refuses with 200 is told of, after the others got theirs', async () => {
			const execution = await run(
				'live-started-to-chat-channels.json',
				sampleOf('blrec', 'LiveBeganEvent'),
				(workflow) => {
					nodeOf(workflow, 'WeCom').parameters.url =
						'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=wrong';
				},
			);
			assert.equal(execution.status, 'error');
			assert.match(
				execution.data.resultData.error.message,
				/A channel did not take the message: invalid webhook url/,
			);
			assert.deepEqual(
				Object.keys(standIns.channels.taken).sort(),
				CHANNELS.filter((name) => name !== 'wecom'),
			);
		});

		test('one channel alone: the others are deleted', async () => {
			const kept = new Set(['Live Recorder Trigger', 'Compose', 'Bark', 'All answers', 'Refused']);
			const execution = await run(
				'live-started-to-chat-channels.json',
				sampleOf('blrec', 'LiveBeganEvent'),
				(workflow) => {
					kept.add('Say so');
					workflow.nodes = workflow.nodes.filter(({ name }) => kept.has(name));
					for (const [from, { main }] of Object.entries(workflow.connections)) {
						if (!kept.has(from)) delete workflow.connections[from];
						else
							workflow.connections[from].main = main.map((links) =>
								links.filter(({ node }) => kept.has(node)),
							);
					}
				},
			);
			assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
			assert.deepEqual(Object.keys(standIns.channels.taken), ['bark']);
		});
	});
}
