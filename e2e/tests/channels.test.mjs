/** The examples for chat robots and push services, against strict stand-ins of them. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { fillInKeys } from '../channelStandIns.mjs';
import { nodeOf, readExample, sampleOf } from '../examples.mjs';
import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance } from '../n8nInstance.mjs';
import { skipWithout } from '../requirements.mjs';
import { recordSession } from '../session.mjs';
import { StandIns } from '../standIns.mjs';

const skip = skipWithout('openssl', 'apt-get install openssl');

/** How long a room must be quiet in these tests before its live is over. */
const QUIET_SECONDS = 2;

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
				n8n = await N8nInstance.startNew({ version, environment: standIns.environment });
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			await n8n?.discard();
			await standIns?.stop();
			if (folder !== undefined) await rm(folder, { recursive: true, force: true });
		});
		beforeEach(() => standIns.forget());

		/** Publishes an example with the stand-ins' keys and sends it events, one after the other. */
		async function send(file, bodies, adapt) {
			const workflow = await readExample(file);
			fillInKeys(workflow);
			adapt(workflow);
			const { id } = await n8n.createWorkflow(workflow);
			for (const body of bodies) {
				const response = await fetch(n8n.webhookUrl(nodeOf(workflow, 'Live Recorder Trigger')), {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify(body),
				});
				assert.equal(response.status, 200, await response.text());
			}
			return id;
		}

		/** Runs an example with one event; its execution. */
		async function run(file, body, adapt = () => {}) {
			const [execution] = await n8n.finishedExecutions(await send(file, [body], adapt));
			return execution;
		}

		/** Runs the example for whole lives with the events of one; its execution, once the live is over. */
		async function runSession(bodies, options = {}) {
			const id = await send('session-completed-to-chat-channels.json', bodies, (workflow) => {
				nodeOf(workflow, 'Live Recorder Trigger').parameters.options = {
					sessionWaitMinutes: QUIET_SECONDS / 60,
					...options,
				};
			});
			const deadline = Date.now() + 240_000;
			while ((await n8n.listExecutions(id)).length === 0) {
				assert.ok(Date.now() < deadline, 'No session was put out');
				await pause(500);
			}
			const executions = await n8n.finishedExecutions(id);
			assert.equal(executions.length, 1);
			return executions[0];
		}

		/** What each channel's only message says, by channel. */
		function messages() {
			const { taken, refused } = standIns.channels;
			assert.deepEqual(refused, []);
			assert.deepEqual(Object.keys(taken).sort(), CHANNELS);
			return Object.entries(taken).map(([service, all]) => {
				assert.equal(all.length, 1, service);
				return [service, JSON.stringify(all[0])];
			});
		}

		test('session completed: every channel says titles, parts, duration and size', async () => {
			const execution = await runSession(recordSession());
			assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
			for (const [service, text] of messages()) {
				assert.ok(text.includes('✅ 3号直播间 的直播录完了'), service);
				assert.ok(text.includes('哔哩哔哩音悦台'), service);
				assert.ok(text.includes('3 段 · 时长 2 小时 0 分 · 3.85 GB'), `${service}: ${text}`);
				assert.ok(text.includes('https://live.bilibili.com/23058'), service);
				assert.ok(!text.includes('缺少'), service);
			}
		});

		test('session completed: what never came is named, and an unknown size is left out', async () => {
			const bodies = recordSession().filter(({ EventType }) => EventType !== 'FileClosed');
			const names = bodies
				.filter(({ EventType }) => EventType === 'FileOpening')
				.map(({ EventData }) => EventData.RelativePath.split('/').at(-1));
			const execution = await runSession(bodies, { sessionGiveUpMinutes: QUIET_SECONDS / 60 });
			assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
			for (const [service, text] of messages()) {
				assert.ok(text.includes('⚠️ 3号直播间 的直播录制没有正常结束'), service);
				assert.ok(text.includes(`缺少 3 个文件：${names.join('、')}`), `${service}: ${text}`);
				assert.ok(!text.includes('时长') && !text.includes('GB'), `${service}: ${text}`);
			}
		});

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
