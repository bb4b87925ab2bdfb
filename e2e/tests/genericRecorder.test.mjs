/** The commands of docs/generic-recorder.md, run as they stand there: by a shell, and by MediaMTX's rules. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { REPO_FOLDER } from '../paths.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const run = promisify(execFile);
const PAGE = await readFile(join(REPO_FOLDER, 'docs', 'generic-recorder.md'), 'utf8');
const blocksOf = (language) =>
	[...PAGE.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, text]) => text);

/** What MediaMTX runs, by hook: folded lines, as YAML's `>-` has them. */
const HOOKS = Object.fromEntries(
	blocksOf('yaml').flatMap((text) =>
		[...text.matchAll(/^ {2}(runOn\w+): >-\n((?: {4}.*\n)+)/gm)].map(([, hook, lines]) => [
			hook,
			lines.trim().replaceAll(/\n\s+/g, ' '),
		]),
	),
);

/** As MediaMTX does it (internal/externalcmd): split like a shell, then variables put into each argument. No shell runs. */
function argumentsOf(line, environment) {
	return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) =>
		(quoted ?? plain).replaceAll(/\$(\w+)/g, (_, name) => environment[name] ?? ''),
	);
}

/** A path with everything in it that breaks JSON and URLs that are written by hand. */
const MTX = {
	MTX_PATH: '主播 "A"&B',
	MTX_SEGMENT_PATH: '/recordings/主播 "A"&B/2026-08-08_20-00-03.mp4',
	MTX_SEGMENT_DURATION: '3600.033',
	MTX_SOURCE_ID: '8d0c1f42-6a3b-4e57-9b10-2f7c5d8e9a61',
};

for (const version of N8N_VERSIONS) {
	describe(`Generic Recorder Trigger in n8n ${version}`, () => {
		/** @type {N8nInstance} */
		let n8n;
		let folder;

		before(
			async () => {
				folder = await mkdtemp(join(tmpdir(), 'live-recorder-e2e-'));
				n8n = await N8nInstance.startNew({ version });
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			await n8n?.discard();
			await rm(folder, { recursive: true, force: true });
		});

		async function start() {
			const workflow = await n8n.createWorkflow(
				triggerWorkflow({ trigger: 'genericRecorderTrigger' }),
			);
			return {
				url: n8n.webhookUrl(triggerOf(workflow)),
				events: async () =>
					(await n8n.finishedExecutions(workflow.id)).flatMap(
						(execution) => outputsOf(execution, 'Event')[0],
					),
			};
		}

		test('the curl lines of the document, as a form and as JSON', async () => {
			const { url, events } = await start();
			const [form, json] = blocksOf('sh');
			for (const line of [form, json]) await run('sh', ['-c', line.replace('URL', `'${url}'`)]);
			const [shortest, full] = await events();
			assert.deepEqual([shortest.kind, shortest.file.path], ['file.closed', '/rec/live.mp4']);
			assert.equal(full.file.durationSeconds, 3600.5);
		});

		test('the script of the document', async () => {
			const { url, events } = await start();
			const script = blocksOf('sh').find((text) => text.startsWith('#!'));
			await writeFile(join(folder, 'done.sh'), script);
			const video = join(folder, 'a&b "c" 录播.mp4');
			await writeFile(video, 'twelve bytes');
			const environment = { ...process.env, WEBHOOK_URL: url };
			await run('sh', [join(folder, 'done.sh'), video, 'Title & 标题'], { env: environment });
			// Sent again, it is the same event: it has an id.
			await run('sh', [join(folder, 'done.sh'), video, 'Title & 标题'], { env: environment });
			const [event, ...others] = await events();
			assert.deepEqual(others, []);
			assert.equal(event.id, 'a&b "c" 录播.mp4');
			assert.deepEqual([event.file.path, event.file.sizeBytes], [video, 12]);
			assert.equal(event.room.title, 'Title & 标题');
			assert.ok(Math.abs(Date.parse(event.occurredAt) - Date.now()) < 60_000);
		});

		test('MediaMTX’s hooks: a live with a recorded segment', async () => {
			const { url, events } = await start();
			const hooks = [
				'runOnReady',
				'runOnRecordSegmentCreate',
				'runOnRecordSegmentComplete',
				'runOnNotReady',
			];
			assert.deepEqual(Object.keys(HOOKS).sort(), [...hooks].sort());
			for (const hook of hooks) {
				const [program, ...rest] = argumentsOf(HOOKS[hook], MTX);
				await run(program, [...rest.slice(0, -1), url]);
			}
			const items = await events();
			assert.deepEqual(
				items.map(({ kind, room, warnings }) => [kind, room.id, warnings]),
				['live.started', 'file.opened', 'file.closed', 'live.ended'].map((kind) => [
					kind,
					MTX.MTX_PATH,
					[],
				]),
			);
			assert.equal(items[2].file.path, MTX.MTX_SEGMENT_PATH);
			assert.equal(items[2].file.durationSeconds, 3600.033);
		});
	});
}
