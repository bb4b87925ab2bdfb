/**
 * What a person sees of the package in n8n's editor, in every line of n8n: all nodes on the canvas in both themes, the panels of
 * Live Recorder, Status and its result, what a trigger says of its URL, and the forms of the credentials. The pictures are in
 * e2e/.cache/screenshots, for people to look at.
 */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { BROWSER_PROGRAMS, Editor, findBrowser } from '../editor.mjs';
import { sampleOf } from '../examples.mjs';
import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance } from '../n8nInstance.mjs';
import { REPO_FOLDER } from '../paths.mjs';
import { skipWithout } from '../requirements.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const manifest = createRequire(import.meta.url)(join(REPO_FOLDER, 'package.json'));
const nameIn = (path) => /(\w+)\.(?:node|credentials)\.js$/.exec(path)[1];
const lowerFirst = (name) => name[0].toLowerCase() + name.slice(1);

/** Every node and every credential, as n8n calls them. */
const NODES = manifest.n8n.nodes.map(nameIn).map(lowerFirst);
const CREDENTIALS = manifest.n8n.credentials.map(nameIn).map(lowerFirst);

/** Text that should never reach a person's eyes. */
const RAW_TEXT = /\bundefined\b|\[object Object\]|\{\{(?! \$json\b)|\$parameter|&lt;|<br|<li>/;

/** What Live Recorder shows for each of its panels, at least. */
const PANELS = [
	{ resource: 'room', operation: 'getAll', labels: ['Recorder'] },
	{ resource: 'room', operation: 'startRecording', labels: ['Recorder', 'Room'] },
	{ resource: 'recording', operation: 'getAll', labels: ['Recorder'] },
	{ resource: 'recording', operation: 'download', labels: ['Recorder', 'Recording'] },
	{ resource: 'trigger', operation: 'status', labels: ['repeats: sent again, and dropped'] },
	{ resource: 'event', operation: 'send', labels: ['Format', 'Event', 'URLs'] },
	{ resource: 'session', operation: 'simulate', labels: ['Format', 'Room ID', 'Result'] },
];

const skip = skipWithout(BROWSER_PROGRAMS, 'apt-get install chromium fonts-noto-cjk');

for (const version of N8N_VERSIONS) {
	describe(`The editor of n8n ${version}`, { skip }, () => {
		/** @type {N8nInstance} */
		let n8n;
		/** @type {Editor} */
		let editor;

		before(
			async () => {
				n8n = await N8nInstance.startNew({ version });
				editor = await Editor.open(n8n, findBrowser());
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			await editor?.close();
			await n8n?.discard();
		});

		/** A picture in each theme, under a name with the line of n8n. */
		async function look(name) {
			const picture = `${name}-n8n${version.split('.')[0]}`;
			await editor.screenshot(`${picture}-light`);
			await editor.inDark(async () => await editor.screenshot(`${picture}-dark`));
		}

		async function open(nodes, connections = {}) {
			const workflow = { name: 'Panels', nodes, connections, settings: {} };
			const { id } = await n8n.createWorkflow(workflow, { activate: false });
			await editor.openWorkflow(id);
			return id;
		}

		const nodeNamed = (type, index = 0, parameters = {}) => ({
			id: randomUUID(),
			name: type,
			type: `n8n-nodes-live-recorder.${type}`,
			typeVersion: type.endsWith('Trigger') ? 1.1 : 1,
			position: [(index % 4) * 320, Math.floor(index / 4) * 220],
			parameters,
			...(type.endsWith('Trigger') ? { webhookId: randomUUID() } : {}),
		});

		test('every node on the canvas: an icon of its own in each theme, and what it is set to in words', async () => {
			const id = await open(NODES.map((type, index) => nodeNamed(type, index)));
			await look('all-nodes');
			const icons = async () =>
				await editor.page.evaluate(() =>
					[...document.querySelectorAll('[data-test-id="canvas-node"]')].map((node) => {
						const image = node.querySelector('img');
						return { name: node.dataset.nodeName, src: image?.src, width: image?.naturalWidth };
					}),
				);
			await editor.openWorkflow(id);
			const light = await icons();
			const dark = await editor.inDark(async () => {
				// One line changes the icons a moment after the theme, the other when the page is loaded.
				await editor.page.waitForTimeout(2_000);
				const asItIs = await icons();
				if (asItIs[0].src !== light[0].src) return asItIs;
				await editor.openWorkflow(id);
				await editor.page.waitForTimeout(2_000);
				return await icons();
			});
			assert.equal(light.length, NODES.length);
			assert.deepEqual(
				[...light, ...dark].filter(({ width }) => !(width > 0)),
				[],
			);
			assert.equal(new Set([...light, ...dark].map(({ src }) => src)).size, 2 * NODES.length);
			const texts = await editor.testId('canvas-node').allInnerTexts();
			for (const text of texts) assert.doesNotMatch(text, RAW_TEXT);
			assert.equal(texts.filter((text) => /All Events/.test(text)).length, NODES.length - 1);
		});

		for (const { resource, operation, labels } of PANELS) {
			test(`Live Recorder, ${resource}: ${operation} shows what it asks for`, async () => {
				await open([nodeNamed('liveRecorder', 0, { resource, operation })]);
				await editor.openNode('liveRecorder');
				await look(`panel-${resource}-${operation}`);
				const panel = await editor.testId('ndv').innerText();
				assert.doesNotMatch(panel, RAW_TEXT);
				for (const label of ['Resource', 'Operation', ...labels]) {
					assert.match(panel, new RegExp(`^${label}$`, 'm'));
				}
			});
		}

		test('Status says what became of deliveries, where a person runs it', async () => {
			const workflow = triggerWorkflow({ trigger: 'bililiveRecorderTrigger', outputs: ['Event'] });
			const status = nodeNamed('liveRecorder', 4, { resource: 'trigger', operation: 'status' });
			const start = {
				id: randomUUID(),
				name: 'Start',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [-300, 220],
				parameters: {},
			};
			workflow.nodes.push(start, status);
			workflow.connections.Start = {
				main: [[{ node: status.name, type: 'main', index: 0 }]],
			};
			const { id } = await n8n.createWorkflow(workflow);
			const event = JSON.stringify(sampleOf('bililive-recorder.v2', 'FileClosed'));
			for (let delivery = 0; delivery < 3; delivery++) {
				const answer = await fetch(n8n.webhookUrl(triggerOf(workflow)), {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: event,
				});
				assert.equal(answer.status, 200);
			}
			await n8n.waitUntilIdle(id);
			await editor.openWorkflow(id);
			await editor.openNode(status.name);
			await editor.testId('node-execute-button').click();
			const shown = await editor.shownItems();
			await look('status-result');
			assert.match(shown, /"events":\s*1\b/);
			assert.match(shown, /"repeats":\s*2\b/);
		});

		test('a trigger tells to paste its URL only where it does not register itself', async () => {
			await open([nodeNamed('blrecTrigger')]);
			await editor.openNode('blrecTrigger');
			await look('trigger-pasted');
			const panel = editor.testId('ndv');
			assert.match(await panel.innerText(), /Where the URL goes:/);
			assert.match(await panel.innerText(), /pasted, or by Webhook Registration/);
			await open([nodeNamed('blrecTrigger', 0, { registration: 'api' })]);
			await editor.openNode('blrecTrigger');
			await look('trigger-registering');
			assert.doesNotMatch(await panel.innerText(), /Where the URL goes:|give the Production URL/);
			assert.match(await panel.innerText(), /n8n's Address for the Recorder/);
		});

		for (const type of CREDENTIALS) {
			test(`the form of ${type}`, async () => {
				const data = type.startsWith('live') ? {} : { url: 'http://127.0.0.1:9' };
				const { id } = await n8n.createCredential(type, type, data);
				await editor.page.goto(`${n8n.baseUrl}/home/credentials/${id}`);
				const dialog = editor.testId('credential-edit-dialog').first();
				await dialog.waitFor();
				await look(`credential-${type}`);
				assert.doesNotMatch(await dialog.innerText(), RAW_TEXT);
			});
		}

		test('the browser had nothing to complain about', () => {
			assert.deepEqual(editor.complaints, []);
		});
	});
}
