/**
 * A real SRS with ffmpeg as the publisher, where there is one: no registry has it, so `LIVE_RECORDER_E2E_SRS` is the path of its
 * program. What its hooks are to the workflow, and whether the publisher stays.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { findFreePort, N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { until } from '../publishing.mjs';
import { skipWithout } from '../requirements.mjs';
import { acceptsConnections } from '../servers.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const PROGRAM = process.env.LIVE_RECORDER_E2E_SRS;

const skip =
	(PROGRAM === undefined ? 'needs an SRS: LIVE_RECORDER_E2E_SRS is not set' : false) ||
	skipWithout('ffmpeg', 'apt-get install ffmpeg');

const ALL_HOOKS = ['on_publish', 'on_unpublish', 'on_dvr', 'on_hls', 'on_connect', 'on_close'];
const SECONDS = 5;

/** SRS with some hooks at one URL. It records each stream to a file, and cuts it for HLS. */
class RealSrs {
	static async start(hooks, url) {
		const srs = new RealSrs();
		srs.folder = await mkdtemp(join(tmpdir(), 'live-recorder-srs-'));
		srs.port = await findFreePort();
		const config = join(srs.folder, 'srs.conf');
		await writeFile(
			config,
			`listen ${srs.port};
max_connections 100;
daemon off;
srs_log_tank file;
srs_log_file ${srs.folder}/srs.log;
pid ${srs.folder}/srs.pid;
vhost __defaultVhost__ {
	dvr { enabled on; dvr_path ${srs.folder}/[app]/[stream].[timestamp].flv; dvr_plan session; }
	hls { enabled on; hls_path ${srs.folder}; hls_fragment 2; }
	http_hooks { enabled on; ${hooks.map((hook) => `${hook} ${url};`).join(' ')} }
}
`,
		);
		srs.child = spawn(PROGRAM, ['-c', config], { cwd: srs.folder, stdio: 'ignore' });
		await until(async () => srs.child.exitCode !== null || (await acceptsConnections(srs.port)));
		assert.equal(srs.child.exitCode, null, 'SRS ended at once');
		return srs;
	}

	/** Publishes some seconds of a test picture; whether the publisher was let in to the end. */
	async publish(stream) {
		const target = `rtmp://127.0.0.1:${this.port}/live/${stream}?token=encoder`;
		const child = spawn(
			'ffmpeg',
			`-loglevel error -re -f lavfi -i testsrc=s=160x90:r=10 -f lavfi -i sine -t ${SECONDS} -c:v libx264 -preset ultrafast -g 10 -c:a aac -f flv ${target}`.split(
				' ',
			),
			{ stdio: 'ignore' },
		);
		const code = await new Promise((resolve) => child.once('close', resolve));
		return code === 0;
	}

	async stop() {
		this.child.kill('SIGKILL');
		await rm(this.folder, { recursive: true, force: true });
	}
}

for (const version of N8N_VERSIONS) {
	describe(`A real SRS and n8n ${version}`, { skip }, () => {
		/** @type {N8nInstance} */
		let n8n;
		const started = [];

		before(
			async () => {
				n8n = await N8nInstance.startNew({ version });
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			for (const srs of started) await srs.stop();
			await n8n?.discard();
		});

		async function connect(hooks, { trigger = 'srsTrigger', query = '', ...options } = {}) {
			const workflow = await n8n.createWorkflow(triggerWorkflow({ trigger, ...options }));
			const srs = await RealSrs.start(hooks, n8n.webhookUrl(triggerOf(workflow)) + query);
			started.push(srs);
			return { workflow, srs };
		}

		/** The workflow's items, once there are so many executions. */
		async function itemsOf(workflow, count) {
			for (let waited = 0; waited < 480; waited++) {
				if ((await n8n.listExecutions(workflow.id)).length >= count) break;
				await pause(500);
			}
			const executions = await n8n.finishedExecutions(workflow.id);
			return executions.flatMap((execution) => outputsOf(execution, 'Event')?.[0] ?? []);
		}

		for (const trigger of ['srsTrigger', 'liveRecorderTrigger']) {
			test(`${trigger}: a stream is published, recorded and ended, and nobody is refused`, async () => {
				const { workflow, srs } = await connect(ALL_HOOKS, { trigger });
				assert.equal(await srs.publish('studio'), true);
				const items = await itemsOf(workflow, 3);
				const of = (kind) => items.filter((item) => item.kind === kind);
				const [begun] = of('live.started');
				const [closed] = of('file.closed').filter(({ nativeType }) => nativeType === 'on_dvr');
				const [ended] = of('live.ended');
				for (const { room, session, warnings } of [begun, closed, ended]) {
					assert.deepEqual([room.id, warnings], ['live/studio', []]);
					assert.equal(session.id, begun.session.id);
				}
				assert.ok(closed.file.path.startsWith(`${srs.folder}/live/studio.`), closed.file.path);
				assert.ok((await stat(closed.file.path)).size > 0);
				assert.doesNotMatch(JSON.stringify(items.map(({ raw: _raw, ...item }) => item)), /encoder/);
			});
		}

		test('a whole live comes as one item with the file that SRS recorded', async () => {
			const { workflow, srs } = await connect(ALL_HOOKS, {
				parameters: { events: ['session.completed'], options: { sessionWaitMinutes: 0.05 } },
			});
			assert.equal(await srs.publish('studio'), true);
			const [session, ...more] = await itemsOf(workflow, 1);
			assert.deepEqual(more, []);
			assert.equal(session.summary.reason, 'ended');
			assert.equal(session.summary.files.length, 1);
			assert.ok(existsSync(session.summary.files[0].path));
		});

		test('a wrong secret keeps the publisher out', async () => {
			const secret = ['real', 'srs', 'hook', 'secret'].join('-');
			const { id, name } = await n8n.createCredential('SRS', 'liveRecorderWebhookApi', {
				mode: 'query',
				name: 'key',
				secret,
			});
			const credentials = { liveRecorderWebhookApi: { id, name } };
			const right = await connect(ALL_HOOKS, { credentials, query: `?key=${secret}` });
			assert.equal(await right.srs.publish('studio'), true);
			const wrong = await connect(ALL_HOOKS, { credentials, query: '?key=guessed' });
			assert.equal(await wrong.srs.publish('studio'), false);
		});

		test('while n8n is down, a stream can’t start with on_publish, and runs without it', async () => {
			const { srs } = await connect(ALL_HOOKS);
			const careful = await connect(['on_dvr', 'on_unpublish']);
			await n8n.stop();
			try {
				assert.equal(await srs.publish('studio'), false);
				assert.equal(await careful.srs.publish('studio'), true);
			} finally {
				await n8n.start();
			}
			assert.equal(await srs.publish('studio'), true);
		});
	});
}
