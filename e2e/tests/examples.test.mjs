/** Each example workflow in a real n8n: an event comes in, and the services get what they should. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import {
	executeWorkflow,
	giveCredential,
	listExamples,
	nodeOf,
	readExample,
	sampleOf,
} from '../examples.mjs';
import { liveOf } from '../lives.mjs';
import { N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { N8N_SETUPS } from '../n8nSetups.mjs';
import { skipWithout } from '../requirements.mjs';
import { S3_KEYS, StandIns } from '../standIns.mjs';

const TRIED_HERE = [
	'file-closed-to-s3.json',
	'live-started-to-slack-and-telegram.json',
	'oneliverec-to-bililiverecorder-v2.json',
	'session-completed-to-s3.json',
	'session-completed-to-youtube.json',
	'simulate-a-session.json',
	'trouble-to-telegram.json',
];
/** `npm start -- --check` runs the first flow; `channels`, `uploads` and `connected.test.mjs` the others. */
const TRIED_ELSEWHERE = [
	'big-file-to-s3.json',
	'file-closed-to-webdav.json',
	'first-flow.json',
	'hourly-rooms-not-recorded.json',
	'live-started-to-chat-channels.json',
	'session-completed-to-chat-channels.json',
	'session-to-s3-without-shared-folder.json',
	'telegram-record-a-room.json',
];

const SLACK_TOKEN = 'xoxb-stand-in';
const TELEGRAM_TOKEN = '1234:stand-in';

test('every example is tried', async () => {
	assert.deepEqual(await listExamples(), [...TRIED_ELSEWHERE, ...TRIED_HERE].sort());
});

const skip = skipWithout('openssl', 'apt-get install openssl');

for (const { name, version, environment } of N8N_SETUPS) {
	describe(`Examples in n8n ${name}`, { skip }, () => {
		/** @type {N8nInstance} */
		let n8n;
		/** @type {StandIns} */
		let standIns;
		let folder;
		let recordings;
		let credentials;

		before(
			async () => {
				folder = await mkdtemp(join(tmpdir(), 'live-recorder-examples-'));
				recordings = join(folder, 'recordings');
				await mkdir(recordings);
				standIns = await StandIns.start(folder);
				n8n = await N8nInstance.startNew({
					version,
					environment: {
						...environment,
						...standIns.environment,
						N8N_RESTRICT_FILE_ACCESS_TO: recordings,
					},
				});
				credentials = {
					slack: await n8n.createCredential('Slack', 'slackApi', { accessToken: SLACK_TOKEN }),
					telegram: await n8n.createCredential('Telegram', 'telegramApi', {
						accessToken: TELEGRAM_TOKEN,
						baseUrl: 'https://api.telegram.org',
					}),
					s3: await n8n.createCredential('S3', 's3', {
						...S3_KEYS,
						endpoint: standIns.s3Endpoint,
						forcePathStyle: true,
						ignoreSSLIssues: false,
					}),
				};
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			await n8n?.discard();
			await standIns?.stop();
			if (folder !== undefined) await rm(folder, { recursive: true, force: true });
		});
		beforeEach(() => standIns.forget());

		/** An example with credentials, adapted and active. */
		async function startExample(file, adapt = () => {}) {
			const workflow = await readExample(file);
			giveCredential(workflow, 'n8n-nodes-base.slack', 'slackApi', credentials.slack);
			giveCredential(workflow, 'n8n-nodes-base.telegram', 'telegramApi', credentials.telegram);
			giveCredential(workflow, 'n8n-nodes-base.s3', 's3', credentials.s3);
			adapt(workflow);
			const created = await n8n.createWorkflow(workflow);
			const trigger = workflow.nodes.find(({ type }) =>
				/^n8n-nodes-live-recorder\..+Trigger$/.test(type),
			);
			return {
				url: n8n.webhookUrl(trigger),
				workflow: created,
				async executions() {
					const executions = await n8n.finishedExecutions(created.id);
					for (const { status, data } of executions) {
						assert.equal(status, 'success', data.resultData.error?.message);
					}
					return executions;
				},
			};
		}

		async function post(url, body) {
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			assert.equal(response.status, 200, await response.text());
		}

		test('live started: Slack and Telegram get a message with link and cover', async () => {
			const { url, executions } = await startExample('live-started-to-slack-and-telegram.json');
			const event = sampleOf('blrec', 'LiveBeganEvent');
			event.data.room_info.title = 'R&B <3 _all_ night';
			await post(url, event);
			await executions();

			const { room_info: room, user_info: user } = event.data;
			const link = `https://live.bilibili.com/${room.room_id}`;
			const title = 'R&amp;B &lt;3 _all_ night';
			assert.equal(standIns.slack.length, 1);
			const [slack] = standIns.slack;
			assert.equal(slack.path, '/api/chat.postMessage');
			assert.equal(slack.authorization, `Bearer ${SLACK_TOKEN}`);
			assert.equal(slack.body.channel, '#live');
			assert.deepEqual(slack.body.blocks, [
				{
					type: 'section',
					text: { type: 'mrkdwn', text: `:red_circle: *${user.name}* is live: <${link}|${title}>` },
					accessory: { type: 'image', image_url: room.cover, alt_text: 'Cover' },
				},
			]);

			assert.equal(standIns.telegram.length, 1);
			const [telegram] = standIns.telegram;
			assert.equal(telegram.path, `/bot${TELEGRAM_TOKEN}/sendPhoto`);
			assert.equal(telegram.body.photo, room.cover);
			assert.equal(telegram.body.parse_mode, 'HTML');
			assert.equal(
				telegram.body.caption,
				`🔴 <b>${user.name}</b> is live: <a href="${link}">${title}</a>`,
			);
		});

		test('live started without a cover: Telegram gets a text', async () => {
			const { url, executions } = await startExample('live-started-to-slack-and-telegram.json');
			const event = sampleOf('bililive-recorder.v2', 'StreamStarted');
			await post(url, event);
			await executions();

			const { Name, Title, RoomId } = event.EventData;
			const link = `https://live.bilibili.com/${RoomId}`;
			assert.equal(standIns.slack[0].body.blocks[0].accessory, undefined);
			assert.deepEqual(
				standIns.telegram.map(({ path, body }) => [path, body.text]),
				[
					[
						`/bot${TELEGRAM_TOKEN}/sendMessage`,
						`🔴 <b>${Name}</b> is live: <a href="${link}">${Title}</a>`,
					],
				],
			);
		});

		test('file closed: the file is found by the path mapping and uploaded to S3', async () => {
			const { url, executions } = await startExample('file-closed-to-s3.json', (workflow) => {
				const { folders } = nodeOf(workflow, 'BililiveRecorder Trigger').parameters.options
					.pathMapping;
				folders[0].localFolder = recordings;
			});
			const paths = [
				'23058-3号直播间/录制-23058-20210514-171412-【唱歌】 (1) [4K]!.flv',
				'23058-3号直播间\\plain.flv',
			];
			for (const path of paths) {
				const file = join(recordings, path.replaceAll('\\', '/'));
				await mkdir(dirname(file), { recursive: true });
				await writeFile(file, `FLV of ${path}`);
				const event = sampleOf('bililive-recorder.v2', 'FileClosed');
				event.EventId = randomUUID();
				event.EventData.RelativePath = path;
				await post(url, event);
			}
			const tail = sampleOf('bililive-recorder.v2', 'FileClosed');
			tail.EventData.Duration = 0.06;
			await post(url, tail);
			assert.equal((await executions()).length, 3);

			const uploads = standIns.s3.filter(({ method }) => method === 'PUT');
			assert.deepEqual(
				uploads
					.map(({ path, isSigned, body }) => ({
						path: decodeURIComponent(path.split('?')[0]),
						isSigned,
						body: body.toString(),
					}))
					.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
				paths
					.map((path) => ({
						path: `/recordings/${path.replaceAll('\\', '/')}`,
						isSigned: true,
						body: `FLV of ${path}`,
					}))
					.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
			);
		});

		/** Sends a whole live whose files are there, and waits for the execution that it starts. */
		async function runWithLive(file, adapt) {
			const live = liveOf(23058, 3);
			for (const path of live.names) {
				await mkdir(dirname(join(recordings, path)), { recursive: true });
				await writeFile(join(recordings, path), `FLV of ${path}`);
			}
			const { url, workflow, executions } = await startExample(file, (each) => {
				const { options } = nodeOf(each, 'BililiveRecorder Trigger').parameters;
				options.pathMapping.folders[0].localFolder = recordings;
				options.sessionWaitMinutes = 2 / 60;
				adapt(each);
			});
			for (const event of live.events) await post(url, JSON.parse(event.bodyOf(1)));
			for (let waited = 0; waited < 480; waited++) {
				if ((await n8n.listExecutions(workflow.id)).length > 0) break;
				await pause(500);
			}
			assert.equal((await executions()).length, 1);
			return live.names;
		}

		test('session completed: a message with title, duration and parts, and each file to S3 in order', async () => {
			const names = await runWithLive('session-completed-to-s3.json', () => {});
			assert.deepEqual(
				standIns.telegram.map(({ body }) => body.text),
				['📼 <b>Name</b>: Title\n3 parts, 0 h 0 min, 0.00 GB', '☁️ 3 of 3 files are uploaded'],
			);
			const uploads = standIns.s3.filter(({ method }) => method === 'PUT');
			assert.deepEqual(
				uploads.map(({ path, body }) => [decodeURIComponent(path.split('?')[0]), body.toString()]),
				names.map((path) => [`/recordings/${path}`, `FLV of ${path}`]),
			);
		});

		test('session completed: each video is announced to an HTTP service and uploaded in order', async () => {
			const seen = [];
			const service = createServer(async (request, response) => {
				const chunks = [];
				for await (const chunk of request) chunks.push(chunk);
				const body = Buffer.concat(chunks).toString();
				const isAllowed = request.headers.authorization === 'Bearer stand-in';
				seen.push({ method: request.method, path: request.url, isAllowed, body });
				if (request.method === 'POST') {
					const location = `http://127.0.0.1:${service.address().port}/put/${seen.length}`;
					response.writeHead(200, { location });
				}
				response.end('{}');
			});
			await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve));
			try {
				const header = await n8n.createCredential('Service', 'httpHeaderAuth', {
					name: 'Authorization',
					value: 'Bearer stand-in',
				});
				const names = await runWithLive('session-completed-to-youtube.json', (workflow) => {
					for (const name of ['Announce', 'Upload']) {
						const node = nodeOf(workflow, name);
						node.parameters.authentication = 'genericCredentialType';
						node.parameters.genericAuthType = 'httpHeaderAuth';
						node.credentials = { httpHeaderAuth: header };
					}
					const { parameters } = nodeOf(workflow, 'Announce');
					parameters.url = parameters.url.replace(
						'https://www.googleapis.com',
						`http://127.0.0.1:${service.address().port}`,
					);
				});
				assert.ok(seen.every(({ isAllowed }) => isAllowed));
				assert.deepEqual(
					seen.map(({ method, path, body }) =>
						method === 'POST' ? [path.split('?')[0], JSON.parse(body).snippet.title] : [path, body],
					),
					names.flatMap((path, index) => [
						['/upload/youtube/v3/videos', `Title (${index + 1}/3)`],
						[`/put/${2 * index + 1}`, `FLV of ${path}`],
					]),
				);
				assert.equal(JSON.parse(seen[0].body).status.privacyStatus, 'private');
			} finally {
				service.close();
				service.closeAllConnections();
			}
		});

		test('OneLiveRec to BililiveRecorder v2: the tool gets what BililiveRecorder would send', async () => {
			const received = [];
			const tool = createServer(async (request, response) => {
				const chunks = [];
				for await (const chunk of request) chunks.push(chunk);
				received.push({
					contentType: request.headers['content-type'],
					agent: request.headers['user-agent'],
					body: JSON.parse(Buffer.concat(chunks).toString()),
				});
				response.writeHead(200).end();
			});
			await new Promise((resolve) => tool.listen(0, '127.0.0.1', resolve));
			try {
				const { url, executions } = await startExample(
					'oneliverec-to-bililiverecorder-v2.json',
					(workflow) => {
						nodeOf(workflow, 'Live Recorder').parameters.urls =
							`http://127.0.0.1:${tool.address().port}/webhook`;
					},
				);
				const started = sampleOf('one-live-rec', 'live_start');
				started.data.channel = '23058';
				await post(url, started);
				await post(url, sampleOf('one-live-rec', 'app_launch'));
				assert.equal((await executions()).length, 2);
				assert.equal(received.length, 1);
				const [{ contentType, agent, body }] = received;
				assert.equal(contentType, 'application/json');
				assert.match(agent, /^BililiveRecorder\//);
				assert.equal(body.EventType, 'StreamStarted');
				assert.equal(body.EventData.RoomId, 23058);
				assert.equal(body.EventData.Title, started.data.live_info.title);
			} finally {
				tool.close();
				tool.closeAllConnections();
			}
		});

		test('trouble: low disk space, errors and invalid events reach Telegram', async () => {
			const { url, executions } = await startExample('trouble-to-telegram.json');
			const space = sampleOf('blrec', 'SpaceNoEnoughEvent');
			const error = sampleOf('one-live-rec', 'error');
			const invalid = sampleOf('bililive-recorder.v2', 'FileClosed');
			delete invalid.EventData.RelativePath;
			for (const body of [space, error, invalid]) {
				await post(url, body);
				await executions();
			}
			const texts = standIns.telegram.map(({ body }) => body.text);
			assert.equal(texts.length, 3);
			assert.match(texts[0], /^⚠️ blrec: little space left on .+, \d+\.\d GB free$/);
			assert.match(texts[1], /^❌ one-live-rec: error .+/);
			assert.match(
				texts[2],
				/^❓ bililive-recorder sent an event that breaks its format: .*RelativePath/,
			);
		});

		test('simulate: every event of the session arrives once', async () => {
			const { workflow, executions } = await startExample('simulate-a-session.json', (each) => {
				const trigger = nodeOf(each, 'BililiveRecorder Trigger');
				nodeOf(each, 'Live Recorder').parameters.urls = n8n.webhookUrl(trigger);
			});
			await executeWorkflow(n8n, workflow.id, 'Start');

			const all = await executions();
			const [simulation] = all.filter(({ mode }) => mode === 'manual');
			const events = all.filter(({ mode }) => mode === 'webhook');
			const deliveries = outputsOf(simulation, 'Live Recorder').flat();
			const ids = events.map((each) => outputsOf(each, 'BililiveRecorder Trigger')[0][0].id);
			assert.ok(deliveries.length > events.length, 'some events were delivered twice');
			assert.equal(new Set(ids).size, ids.length);
			assert.deepEqual(new Set(ids), new Set(deliveries.map(({ body }) => body.EventId)));
		});

		test('nobody else was called', () => {
			const strangers = standIns.turnedAway.filter((target) => !/n8n\.io:443$/.test(target));
			assert.deepEqual(strangers, []);
		});
	});
}
