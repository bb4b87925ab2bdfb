/**
 * Recorders with an API, in a real n8n: the URL registers itself, what was recorded while n8n was killed is caught up, a download
 * is streamed, and the examples that use them.
 *
 * LIVE_RECORDER_E2E_FULL=1 downloads 3 GiB instead of 96 MiB.
 */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { executeWorkflow, giveCredential, nodeOf, readExample } from '../examples.mjs';
import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { BililiveRecorder } from '../recorders.mjs';
import { skipWithout } from '../requirements.mjs';
import { S3_KEYS, StandIns } from '../standIns.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const { BililiveRecorderApi, BlrecApi, BsrApi } = createRequire(import.meta.url)(
	'../recorderApis/index.cjs',
);

const IS_FULL = process.env.LIVE_RECORDER_E2E_FULL === '1';
/** As long as one execution may take. */
const RUN_MS = IS_FULL ? 20 * 60_000 : 120_000;
const DOWNLOAD_BYTES = IS_FULL ? 3 * 2 ** 30 : 384 * 2 ** 20;
/** Whatever its size, a download may take this much of n8n's memory: what waits for its garbage collection, and not a file. */
const MEMORY_BYTES = 128 * 2 ** 20;
const OLD_FILES = 10_000;
const SECRET = 's3cret-of-the-recorder';
const LR = 'n8n-nodes-live-recorder.liveRecorder';

const skip = skipWithout('openssl', 'apt-get install openssl');

for (const version of N8N_VERSIONS) {
	describe(`recorders' APIs in n8n ${version}`, { skip }, () => {
		/** @type {N8nInstance} */
		let n8n;
		/** @type {StandIns} */
		let standIns;
		let folder;
		let recorder;
		let credentials;

		before(
			async () => {
				folder = await mkdtemp(join(tmpdir(), 'live-recorder-connected-'));
				standIns = await StandIns.start(folder);
				n8n = await N8nInstance.startNew({
					version,
					environment: {
						...standIns.environment,
						N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
						N8N_AVAILABLE_BINARY_DATA_MODES: 'filesystem',
					},
				});
				recorder = await new BililiveRecorderApi().start();
				recorder.login = { user: 'rec', password: SECRET };
				const create = async (type, data) => await n8n.createCredential(type, type, data);
				credentials = {
					bililiveRecorderApi: await create('bililiveRecorderApi', {
						url: recorder.url,
						...recorder.login,
					}),
					telegramApi: await create('telegramApi', {
						accessToken: '1234:stand-in',
						baseUrl: 'https://api.telegram.org',
					}),
					s3: await create('s3', {
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
			await recorder?.stop();
			await standIns?.stop();
			if (folder !== undefined) await rm(folder, { recursive: true, force: true });
		});
		beforeEach(() => {
			standIns.forget();
			recorder.files.clear();
			recorder.rooms.clear();
		});

		const triggerWith = (trigger, credential, parameters = {}) =>
			triggerWorkflow({
				trigger,
				parameters: { authentication: 'none', ...parameters },
				credentials: credential,
			});

		/** A workflow that is run by hand: a manual trigger, and a node of ours. */
		const workflowOf = (parameters, ...further) => ({
			name: `connected ${randomUUID()}`,
			nodes: [
				{
					id: randomUUID(),
					name: 'Start',
					type: 'n8n-nodes-base.manualTrigger',
					typeVersion: 1,
					position: [0, 0],
					parameters: {},
				},
				{
					id: randomUUID(),
					name: 'Do',
					type: LR,
					typeVersion: 1,
					position: [200, 0],
					parameters: { recorder: 'bililive-recorder', ...parameters },
					credentials: { bililiveRecorderApi: credentials.bililiveRecorderApi },
					...Object.assign({}, ...further),
				},
			],
			connections: { Start: { main: [[{ node: 'Do', type: 'main', index: 0 }]] } },
			settings: { executionOrder: 'v1' },
		});

		async function runOnce(workflow, start = 'Start') {
			const created = await n8n.createWorkflow(workflow, { activate: false });
			await executeWorkflow(n8n, created.id, start);
			for (let waited = 0; waited < 600; waited++) {
				const [execution] = await n8n.finishedExecutions(created.id, {
					timeoutMs: RUN_MS,
				});
				if (execution !== undefined) return execution;
				await pause(200);
			}
			throw new Error('The workflow did not finish');
		}

		async function itemsOf(workflowId) {
			const items = [];
			for (const { id } of await n8n.listExecutions(workflowId)) {
				const [output] = outputsOf(await n8n.getExecution(id), 'Trigger');
				items.push(...(output ?? []));
			}
			return items;
		}

		async function waitForItems(workflowId, count, seconds = 300) {
			for (let waited = 0; waited < seconds; waited++) {
				const items = await itemsOf(workflowId);
				if (items.length >= count) return items;
				await pause(1000);
			}
			return await itemsOf(workflowId);
		}

		const fileClosed = (path, size) => ({
			EventType: 'FileClosed',
			EventTimestamp: new Date().toISOString(),
			EventId: randomUUID(),
			EventData: {
				RelativePath: path,
				FileSize: size,
				Duration: 1,
				FileOpenTime: new Date().toISOString(),
				FileCloseTime: new Date().toISOString(),
				SessionId: randomUUID(),
				RoomId: 1,
				ShortId: 0,
				Name: 'n',
				Title: 't',
				AreaNameParent: '',
				AreaNameChild: '',
				Recording: false,
				Streaming: false,
				DanmakuConnected: true,
			},
		});

		test('a credential is tested by n8n with one request, and says what is wrong', async () => {
			const ask = async (data) => {
				// n8n 1 tests only what is saved.
				const { id } = await n8n.createCredential('Tried', 'bililiveRecorderApi', data);
				const credential = { id, name: 'Tried', type: 'bililiveRecorderApi', data };
				return await n8n.request('POST', '/credentials/test', { credentials: credential });
			};
			const good = await ask({ url: recorder.url, ...recorder.login });
			assert.equal(good.status, 'OK', good.message);
			assert.match(good.message, /2\.11\.1/);
			recorder.requests.length = 0;
			const bad = await ask({ url: recorder.url, user: 'rec', password: 'another' });
			assert.equal(bad.status, 'Error');
			assert.match(bad.message, /does not accept the user or password/);
			assert.equal(recorder.requests.length, 1);
		});

		test('the URL is in the recorder while the workflow is published, once, also after SIGKILL', async () => {
			const blrec = await new BlrecApi().start();
			const bsr = await new BsrApi().start();
			try {
				const cases = [
					{
						trigger: 'bililiveRecorderTrigger',
						credential: { bililiveRecorderApi: credentials.bililiveRecorderApi },
						urls: () => recorder.webhooks,
					},
					{
						trigger: 'blrecTrigger',
						credential: {
							blrecApi: await n8n.createCredential('blrec', 'blrecApi', {
								url: blrec.url,
								apiKey: blrec.apiKey,
							}),
						},
						urls: () => blrec.webhooks.map(({ url }) => url),
					},
					{
						trigger: 'bsrTrigger',
						credential: {
							bsrApi: await n8n.createCredential('BSR', 'bsrApi', {
								url: bsr.url,
								authentication: 'none',
							}),
						},
						urls: () => [bsr.webhookUrl].filter((url) => url !== ''),
					},
				];
				const before = structuredClone(recorder.config);
				for (const each of cases) {
					each.workflow = await n8n.createWorkflow(
						triggerWith(each.trigger, each.credential, { registration: 'api' }),
					);
					each.path = new URL(n8n.webhookUrl(triggerOf(each.workflow))).pathname;
					assert.deepEqual(
						each.urls().map((url) => new URL(url).pathname),
						[each.path],
					);
				}
				await n8n.kill();
				await n8n.start();
				await n8n.logIn();
				for (const { urls, path } of cases) {
					assert.deepEqual(
						urls().map((url) => new URL(url).pathname),
						[path],
					);
				}
				const [{ urls, workflow }] = cases;
				const sender = new BililiveRecorder({
					urls: urls().map((url) => n8n.webhookUrl(triggerOf(workflow)) + new URL(url).search),
				});
				const [delivery] = await sender.send(JSON.stringify(fileClosed('1/a.flv', 1)));
				sender.close();
				assert.ok(delivery.isDelivered);
				await bsr.stop();
				for (const each of cases) await n8n.deactivateWorkflow(each.workflow.id);
				// n8n 2 takes webhooks out in the background.
				for (let waited = 0; waited < 360; waited++) {
					if (recorder.webhooks.length + blrec.webhooks.length === 0) break;
					await pause(500);
				}
				assert.deepEqual(recorder.config, before);
				assert.deepEqual(blrec.webhooks, []);
				// The one that could not be reached: unpublished all the same, its settings untouched.
				const [, , { workflow: ofBsr }] = cases;
				assert.ok(!(await n8n.getWorkflow(ofBsr.id)).active);
				assert.equal(new URL(bsr.webhookUrl).pathname, cases[2].path);
			} finally {
				await blrec.stop();
				await bsr.stop();
			}
		});

		test('n8n killed while 20 files are finished: each comes once, and nothing old', async () => {
			const old = Date.now() - 86_400_000;
			for (let index = 0; index < OLD_FILES; index++) {
				recorder.files.set(`1-old/${index}.flv`, { size: 5, modified: old });
			}
			for (const room of [1, 2, 3]) recorder.addRoom(room);
			recorder.addRoom(4, { recording: true });
			const workflow = await n8n.createWorkflow(
				triggerWith(
					'bililiveRecorderTrigger',
					{ bililiveRecorderApi: credentials.bililiveRecorderApi },
					{ registration: 'api', events: ['FileClosed'], options: { checkMinutes: 0.05 } },
				),
			);
			await pause(2000);
			const sender = new BililiveRecorder({ urls: [n8n.webhookUrl(triggerOf(workflow))] });
			const pathOf = (index) => `${(index % 3) + 1}-room/${index}.flv`;
			const finish = async (index) => {
				recorder.files.set(pathOf(index), { size: 100 + index, modified: Date.now() });
				const body = JSON.stringify(fileClosed(pathOf(index), 100 + index));
				return (await sender.send(body))[0].isDelivered;
			};
			// Some are told of, the rest is given up by the recorder, as it really does.
			for (let index = 0; index < 5; index++) assert.ok(await finish(index));
			assert.equal((await waitForItems(workflow.id, 5)).length, 5);
			await n8n.kill();
			const delivered = await Promise.all(
				Array.from({ length: 20 }, async (_, index) => await finish(index + 5)),
			);
			assert.ok(delivered.every((isDelivered) => !isDelivered));
			recorder.files.set('4-room/being-written.flv', { size: 9, modified: Date.now() });
			await n8n.start();
			await n8n.logIn();
			await waitForItems(workflow.id, 25);
			// A few more looks: nothing comes twice.
			await pause(10_000);
			const items = await itemsOf(workflow.id);
			sender.close();
			assert.deepEqual(
				items.map(({ file }) => file.path).sort(),
				Array.from({ length: 25 }, (_, index) => pathOf(index)).sort(),
			);
			assert.equal(items.filter(({ recovered }) => recovered === true).length, 20);
			// An event that comes after all is a repeat.
			const late = await fetch(n8n.webhookUrl(triggerOf(workflow)), {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(fileClosed(pathOf(10), 110)),
			});
			assert.deepEqual(await late.json(), { status: 'duplicate' });
			await n8n.deactivateWorkflow(workflow.id);
		});

		/** The most memory that n8n had at once, in bytes: what the kernel has counted. */
		async function peakMemory() {
			const status = await readFile(`/proc/${n8n.pid}/status`, 'utf8');
			return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
		}

		test('a download is streamed, goes on after an interruption, and is as fast as HTTP Request', async (t) => {
			const path = '1-主播/录制 #1 100%.flv';
			recorder.files.set(path, { size: DOWNLOAD_BYTES, modified: Date.now() - 60_000 });
			const download = { resource: 'recording', operation: 'download', recording: path };
			// What any first download makes n8n load is not what is measured.
			recorder.files.set('small.flv', { size: 1_000, modified: Date.now() - 60_000 });
			await runOnce(workflowOf({ ...download, recording: 'small.flv' }));
			const before = n8n.pid === undefined ? 0 : await peakMemory();
			recorder.cutDownloadsAfter = [Math.floor(DOWNLOAD_BYTES / 3)];
			const interrupted = await runOnce(workflowOf(download));
			assert.equal(interrupted.status, 'success', interrupted.data.resultData.error?.message);
			const [[item]] = outputsOf(interrupted, 'Do');
			assert.equal(item.interruptions, 1);
			assert.equal(item.sizeBytes, DOWNLOAD_BYTES);
			const grownBefore = (await peakMemory()) - before;

			const seconds = async (workflow) => {
				const { startedAt, stoppedAt, status } = await runOnce(workflow);
				assert.equal(status, 'success');
				return (Date.parse(stoppedAt) - Date.parse(startedAt)) / 1000;
			};
			const request = {
				url: `${recorder.url}/file/${path.split('/').map(encodeURIComponent).join('/')}`,
				sendHeaders: true,
				headerParameters: {
					parameters: [
						{
							name: 'Authorization',
							value: `Basic ${Buffer.from(`rec:${SECRET}`).toString('base64')}`,
						},
					],
				},
				options: { response: { response: { responseFormat: 'file' } } },
			};
			const core = workflowOf(
				{},
				{
					type: 'n8n-nodes-base.httpRequest',
					typeVersion: 4.2,
					parameters: request,
					credentials: {},
				},
			);
			let [ours, theirs, grown] = [Infinity, Infinity, grownBefore];
			// In turn: what else the machine does must not meet one of the two alone.
			for (let round = 0; round < 2; round++) {
				const peak = await peakMemory();
				ours = Math.min(ours, await seconds(workflowOf(download)));
				grown += (await peakMemory()) - peak;
				theirs = Math.min(theirs, await seconds(core));
			}
			t.diagnostic(`${DOWNLOAD_BYTES / 2 ** 20} MiB: ${ours} s, HTTP Request ${theirs} s`);
			// Small ones are over before they can be compared.
			if (IS_FULL) assert.ok(ours * 0.9 <= theirs, `${ours} s against ${theirs} s`);
			if (before > 0) {
				t.diagnostic(`peak memory grew by ${Math.round(grown / 2 ** 20)} MiB`);
				assert.ok(grown < MEMORY_BYTES, `grew by ${grown} bytes`);
			}
		});

		test('example: rooms that are live and not recorded', async () => {
			recorder.addRoom(1, { streaming: true, recording: false, name: 'Missed_one <3 & *' });
			recorder.addRoom(2, { streaming: true, recording: true });
			const workflow = await readExample('hourly-rooms-not-recorded.json');
			giveCredential(workflow, LR, 'bililiveRecorderApi', credentials.bililiveRecorderApi);
			giveCredential(workflow, 'n8n-nodes-base.telegram', 'telegramApi', credentials.telegramApi);
			const execution = await runOnce(workflow, 'Every hour');
			assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
			assert.deepEqual(
				standIns.telegram.map(({ body }) => body.text.includes('Missed_one &lt;3 &amp; * is live')),
				[true],
			);
		});

		test('example: a room is recorded on a message', async () => {
			const workflow = await readExample('telegram-record-a-room.json');
			giveCredential(workflow, LR, 'bililiveRecorderApi', credentials.bililiveRecorderApi);
			for (const type of ['telegram', 'telegramTrigger']) {
				giveCredential(workflow, `n8n-nodes-base.${type}`, 'telegramApi', credentials.telegramApi);
			}
			const execution = await runOnce(workflow, 'Telegram Trigger');
			assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
			assert.ok(recorder.rooms.has(23058));
			assert.match(standIns.telegram.at(-1).body.text, /^Recording/);
		});

		test('example: a whole live, downloaded and uploaded', async () => {
			recorder.addRoom(1);
			const workflow = await readExample('session-to-s3-without-shared-folder.json');
			giveCredential(workflow, LR, 'bililiveRecorderApi', credentials.bililiveRecorderApi);
			giveCredential(workflow, 'n8n-nodes-base.s3', 's3', credentials.s3);
			const trigger = nodeOf(workflow, 'BililiveRecorder Trigger');
			trigger.credentials = { bililiveRecorderApi: credentials.bililiveRecorderApi };
			trigger.parameters.options = { sessionWaitMinutes: 0.05, checkMinutes: 0 };
			const created = await n8n.createWorkflow(workflow);
			const url = n8n.webhookUrl(trigger);
			recorder.files.set('1-n/a #1.flv', { size: 1000, modified: Date.now() });
			const closed = fileClosed('1-n/a #1.flv', 1000);
			const ended = {
				...fileClosed('', 0),
				EventType: 'SessionEnded',
				EventData: { ...closed.EventData },
			};
			for (const body of [closed, ended]) {
				const response = await fetch(url, {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify(body),
				});
				assert.equal(response.status, 200, await response.text());
			}
			for (let waited = 0; waited < 240 && standIns.s3.length < 2; waited++) await pause(1000);
			const upload = standIns.s3.find(({ method }) => method === 'PUT');
			assert.equal(decodeURIComponent(upload?.path ?? ''), '/recordings/1-n/a #1.flv');
			assert.equal(upload.body.length, 1000);
			await n8n.deactivateWorkflow(created.id);
		});

		test('the password of the recorder is in no log, and in no execution of ours', async () => {
			const encoded = Buffer.from(`rec:${SECRET}`).toString('base64');
			const failing = await runOnce(
				workflowOf({ resource: 'recording', operation: 'download', recording: 'missing.flv' }),
			);
			assert.equal(failing.status, 'error');
			const log = await n8n.readLog();
			for (const secret of [SECRET, encoded]) {
				assert.ok(!JSON.stringify(failing).includes(secret));
				assert.ok(!log.includes(secret));
			}
		});
	});
}
