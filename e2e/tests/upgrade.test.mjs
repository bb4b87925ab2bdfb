/**
 * The package as a user installs and upgrades it: by n8n's own call for community packages, from a stand-in of npm's
 * registry. What 0.1.0 was given (workflows, a credential, the events that it took, titles of rooms) holds in the version
 * that is built here, before n8n is started again and after.
 */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { sampleOf } from '../examples.mjs';
import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance, outputsOf, packPackage } from '../n8nInstance.mjs';
import { NpmRegistry, REGISTRY_HOST } from '../npmRegistry.mjs';
import { E2E_FOLDER, REPO_FOLDER } from '../paths.mjs';
import { skipWithout } from '../requirements.mjs';
import { recordSession } from '../session.mjs';
import { StandIns } from '../standIns.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const PACKAGE = 'n8n-nodes-live-recorder';
const TITLE = 'Speedrun practice';
const SECRET = 'upgradesecret2468';

/** As it was packed when 0.1.0 was the version. */
const FORMER = join(E2E_FOLDER, 'releases', `${PACKAGE}-0.1.0.tgz`);

const skip = skipWithout('openssl', 'apt-get install openssl');

/** OneLiveRec tells title and streamer when a live starts, and neither with its files. */
function oneLiveRecEvent(type, id, data = {}) {
	const event = sampleOf('one-live-rec', type);
	return { ...event, id, ts: new Date().toISOString(), data: { ...event.data, ...data } };
}

for (const version of N8N_VERSIONS) {
	describe(`Install and upgrade in n8n ${version}`, { skip }, () => {
		/** @type {N8nInstance} */
		let n8n;
		let standIns;
		let registry;
		let folder;
		let current;
		let receiver;
		const received = [];
		const workflows = {};
		const session = recordSession();

		before(
			async () => {
				folder = await mkdtemp(join(tmpdir(), 'live-recorder-upgrade-'));
				const tarball = process.env.LIVE_RECORDER_E2E_TARBALL ?? (await packPackage());
				current = JSON.parse(await readFile(join(REPO_FOLDER, 'package.json'), 'utf8')).version;
				assert.notEqual(current, '0.1.0');
				registry = await NpmRegistry.of([FORMER, tarball]);
				standIns = await StandIns.start(folder, {
					[REGISTRY_HOST]: (request, response) => registry.answer(request, response),
				});
				receiver = createServer((request, response) => {
					let text = '';
					request.on('data', (chunk) => (text += chunk));
					request.once('end', () => {
						received.push(JSON.parse(text));
						response.writeHead(204).end();
					});
				});
				await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
				n8n = await N8nInstance.create({
					version,
					environment: {
						...standIns.environment,
						npm_config_cache: join(folder, 'npm-cache'),
						npm_config_update_notifier: 'false',
					},
				});
				// n8n 1 lets npm look for newer versions without these settings: it mustn't wait for a registry that isn't there.
				const nodesFolder = join(n8n.userFolder, '.n8n', 'nodes');
				await mkdir(nodesFolder, { recursive: true });
				await writeFile(join(nodesFolder, '.npmrc'), 'fetch-retries=0\n');
				await n8n.start();
				await n8n.logIn();
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			await n8n?.discard();
			await standIns?.stop();
			receiver?.close();
			if (folder !== undefined) await rm(folder, { recursive: true, force: true });
		});

		async function installed() {
			const packages = await n8n.request('GET', '/community-packages');
			return packages.find(({ packageName }) => packageName === PACKAGE);
		}

		async function post({ workflow, query = '' }, body) {
			const response = await fetch(`${n8n.webhookUrl(triggerOf(workflow))}${query}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			return { status: response.status, text: await response.text() };
		}

		/** The items of a workflow's last execution, and how many executions there were. */
		async function lastOf({ id }) {
			const executions = await n8n.finishedExecutions(id);
			const last = executions.at(-1);
			assert.equal(last?.status, 'success', last?.data.resultData.error?.message);
			const [items] = outputsOf(last, 'Trigger');
			return { count: executions.length, items };
		}

		async function create(name, options, further = {}) {
			const workflow = triggerWorkflow(options);
			if (further.adapt !== undefined) further.adapt(workflow);
			const { id } = await n8n.createWorkflow(workflow);
			workflows[name] = { id, workflow, ...further };
		}

		test('n8n installs 0.1.0', { timeout: 10 * 60_000 }, async () => {
			await n8n.request('POST', '/community-packages', { name: PACKAGE, version: '0.1.0' });
			const { installedVersion, installedNodes } = await installed();
			assert.equal(installedVersion, '0.1.0');
			assert.ok(installedNodes.some(({ type }) => type === `${PACKAGE}.liveRecorder`));
			assert.ok(registry.requests.some((path) => path.endsWith('-0.1.0.tgz')));
		});

		test('0.1.0 runs workflows, and takes events', { timeout: 10 * 60_000 }, async () => {
			const credential = await n8n.createCredential('Secret', 'liveRecorderWebhookApi', {
				mode: 'query',
				name: 'key',
				secret: SECRET,
			});
			await create(
				'files',
				{
					trigger: 'bililiveRecorderTrigger',
					name: 'Files',
					credentials: { liveRecorderWebhookApi: credential },
				},
				{ query: `?key=${SECRET}` },
			);
			await create('any', { trigger: 'liveRecorderTrigger', name: 'Any recorder' });
			await create(
				'send',
				{ trigger: 'bililiveRecorderTrigger', name: 'Send on', outputs: ['Send'] },
				{
					adapt: ({ nodes }) =>
						Object.assign(nodes[1], {
							type: `${PACKAGE}.liveRecorder`,
							parameters: {
								operation: 'convert',
								delivery: 'send',
								urls: `http://127.0.0.1:${receiver.address().port}/`,
							},
						}),
				},
			);
			for (const name of ['files', 'send']) {
				for (const event of session.slice(0, 5)) {
					assert.equal((await post(workflows[name], event)).status, 200);
				}
				assert.equal((await lastOf(workflows[name])).count, 5);
			}
			assert.equal(
				(await post({ ...workflows.files, query: '?key=wrong' }, session[5])).status,
				403,
			);
			const live = oneLiveRecEvent('live_start', 'one-1');
			assert.equal((await post(workflows.any, live)).status, 200);
			const { items } = await lastOf(workflows.any);
			assert.equal(items[0].room.title, TITLE);
			assert.equal(received.length, 5);
		});

		/** What must hold of everything that 0.1.0 was given; `next` is the next event of the session. */
		async function assertKept(next, file) {
			for (const name of ['files', 'send']) {
				const before = (await lastOf(workflows[name])).count;
				for (const event of session.slice(0, 5)) {
					const { status, text } = await post(workflows[name], event);
					assert.deepEqual([status, JSON.parse(text)], [200, { status: 'duplicate' }]);
				}
				assert.equal((await post(workflows[name], session[next])).status, 200);
				const { count, items } = await lastOf(workflows[name]);
				assert.equal(count, before + 1);
				assert.equal(items[0].id, session[next].EventId);
			}
			assert.equal(
				(await post({ ...workflows.files, query: '?key=wrong' }, session[5])).status,
				403,
			);
			assert.equal(received.at(-1).EventId, session[next].EventId);

			const path = `/app/rec/${file}.ts`;
			const closed = oneLiveRecEvent('video_file_finish', file, { path });
			assert.equal((await post(workflows.any, closed)).status, 200);
			const { items } = await lastOf(workflows.any);
			assert.equal(items[0].kind, 'file.closed');
			assert.equal(items[0].room.title, TITLE);
			assert.equal(items[0].streamer.name, 'OneLiveRec Demo');
			assert.deepEqual(items[0].remembered, ['room', 'streamer']);
		}

		test('n8n upgrades it, and all of that holds at once', { timeout: 10 * 60_000 }, async () => {
			await n8n.request('PATCH', '/community-packages', { name: PACKAGE, version: current });
			const { installedVersion, installedNodes } = await installed();
			assert.equal(installedVersion, current);
			assert.ok(installedNodes.some(({ type }) => type === `${PACKAGE}.owncastTrigger`));
			await assertKept(5, 'at-once');
		});

		test('and after n8n was started again', { timeout: 15 * 60_000 }, async () => {
			await n8n.kill();
			await n8n.start();
			await n8n.logIn();
			assert.equal((await installed()).installedVersion, current);
			await assertKept(6, 'started-again');
			assert.doesNotMatch(await n8n.readLog(), /Unrecognized node type/);
		});
	});
}
