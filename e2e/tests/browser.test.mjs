/**
 * n8n's editor in a real browser: every node found, added, looked at in both themes, tried.
 * The pictures are in e2e/.cache/screenshots, for people to look at.
 */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { BROWSER_PROGRAMS, Editor, findBrowser } from '../editor.mjs';
import { listExamples, nodeOf, readExample, sampleOf } from '../examples.mjs';
import { N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { skipWithout } from '../requirements.mjs';

/** What a person types, the node in the list, and a sample event that it takes. */
const TRIGGERS = [
	{ search: '录播姬', name: 'BililiveRecorder', sample: ['bililive-recorder.v2', 'FileClosed'] },
	{ search: 'shadowreplay', name: 'BSR', sample: ['bsr', 'clip.generated'] },
	{ search: 'onelive', name: 'OneLiveRec', sample: ['one-live-rec', 'video_file_finish'] },
	{ search: '奥点云', name: 'Aodianyun', sample: ['aodianyun', 'sys/notify/live_dvr'] },
	{ search: 'blrec', name: 'Blrec', sample: ['blrec', 'LiveBeganEvent'] },
	{ search: 'ddtv', name: 'DDTV', sample: ['ddtv.v5', 'StartLiveEvent'] },
	{ search: '直播录制', name: 'Live Recorder', sample: ['bililive-recorder.v2', 'StreamStarted'] },
];

/** What people type, and what they want to see first. */
const SEARCHES = [
	['recorder', 'Live Recorder'],
	['直播', 'Live Recorder'],
	['录播', 'Live Recorder'],
	['录播姬', 'BililiveRecorder'],
	['BililiveRecorder', 'BililiveRecorder'],
	['BSR', 'BSR'],
	['shadowreplay', 'BSR'],
	['OneLiveRec', 'OneLiveRec'],
	['奥点云', 'Aodianyun'],
	['blrec', 'Blrec'],
	['DDTV', 'DDTV'],
	['biliLive-tools', 'biliLive-tools'],
	['LiveStreamDVR', 'LiveStreamDVR'],
	['Owncast', 'Owncast'],
	['LiveKit', 'LiveKit Egress'],
	['云直播', 'Tencent CSS'],
	['rust-srec', 'rust-srec'],
	['SRS', 'SRS'],
	['MediaMTX', 'Generic Recorder'],
];

/** Text that should never reach a person's eyes. */
const RAW_TEXT = /\bundefined\b|\[object Object\]|\{\{(?! \$json\b)|\$parameter|&lt;|<br|<li>/;

const skip = skipWithout(BROWSER_PROGRAMS, 'apt-get install chromium fonts-noto-cjk');

describe('The editor of n8n', { skip }, () => {
	/** @type {N8nInstance} */
	let n8n;
	/** @type {Editor} */
	let editor;

	before(
		async () => {
			n8n = await N8nInstance.startNew();
			editor = await Editor.open(n8n, findBrowser());
		},
		{ timeout: 30 * 60_000 },
	);
	after(async () => {
		await editor?.close();
		await n8n?.discard();
	});

	async function post(url, body) {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		assert.equal(response.status, 200, await response.text());
	}

	/** Looks at the open node in both themes; nothing may be cut off or raw. */
	async function lookAtNode(name) {
		await editor.screenshot(`${name}-light`);
		await editor.inDark(async () => await editor.screenshot(`${name}-dark`));
		assert.deepEqual(await editor.cutOffTexts(), []);
		assert.doesNotMatch(await editor.testId('ndv').innerText(), RAW_TEXT);
	}

	test('a search for "recorder" lists every node of the package', async () => {
		await editor.newWorkflow();
		await editor.searchNodes('recorder');
		for (const { name } of TRIGGERS) {
			await editor.foundNode(name).first().waitFor();
		}
		await editor.screenshot('node-panel-light');
		await editor.inDark(async () => await editor.screenshot('node-panel-dark'));
	});

	test("each recorder's name finds its trigger first, and general words the node for all", async () => {
		await editor.newWorkflow();
		for (const [term, name] of SEARCHES) {
			await editor.searchNodes(term);
			const names = editor.testId('node-creator-item-name');
			// The list is filtered a moment after the last letter: until then it is that of the search before.
			await editor.page.waitForTimeout(1_500);
			await names.first().waitFor();
			const titles = (await names.allInnerTexts()).map((text) => text.trim());
			// n8n's own "Recorded Future" is as near to "recorder" as ours.
			const found = titles.filter((title) => title !== 'Recorded Future');
			assert.equal(found[0], name, `${term}: ${found.join(', ')}`);
			if (['直播', '录播', 'SRS'].includes(term)) await editor.screenshot(`node-panel-${term}`);
		}
	});

	for (const { search, name, sample } of TRIGGERS) {
		test(`${name} Trigger: found as "${search}", looked at, listened with`, async () => {
			const picture = `trigger-${name.replaceAll(' ', '').toLowerCase()}`;
			await editor.newWorkflow();
			await editor.addNode({ search, node: name, action: 'On all events' });
			await lookAtNode(picture);

			const url = await editor.listen();
			await editor.screenshot(`${picture}-listening`);
			await post(url, sampleOf(...sample));
			await editor.page.getByText('Node executed successfully').first().waitFor();
			const items = await editor.shownItems();
			assert.match(items, /"nativeType"/);
			assert.match(items, new RegExp(`"${sample[0].replaceAll('.', '\\.')}"`));
			await editor.screenshot(`${picture}-item`);
			await editor.closeNode();
			assert.deepEqual(await editor.outputLabels(`${name} Trigger`), ['Event', 'Invalid']);
			await editor.screenshot(`${picture}-canvas`);
		});
	}

	test('outputs follow the parameters', async () => {
		await editor.newWorkflow();
		await editor.addNode({
			search: 'bililive',
			node: 'BililiveRecorder',
			action: 'On file closed',
		});
		await editor.choose('outputMode', 'One per Group of Events');
		await editor.closeNode();
		const name = 'BililiveRecorder Trigger';
		const groups = ['Live', 'Recording', 'File', 'Other', 'Invalid'];
		assert.deepEqual(await editor.outputLabels(name), groups);
		await editor.screenshot('outputs-per-group');

		await editor.openNode(name);
		await editor.choose('outputMode', 'One per Chosen Event');
		await editor.choose('events', 'Session Ended');
		await editor.closeNode();
		const chosen = ['Invalid', 'File Closed', 'Session Ended'];
		assert.deepEqual(await editor.outputLabels(name), chosen);

		await editor.openNode(name);
		await editor.choose('invalid', 'Refuse');
		await editor.closeNode();
		assert.deepEqual(await editor.outputLabels(name), chosen.slice(1));
		await editor.screenshot('outputs-per-event');
	});

	test('Session Completed: its options, and a test run that shows a session at once', async () => {
		const name = 'BililiveRecorder Trigger';
		const trigger = {
			id: 'trigger',
			name,
			type: 'n8n-nodes-live-recorder.bililiveRecorderTrigger',
			typeVersion: 1.1,
			position: [0, 0],
			webhookId: randomUUID(),
			parameters: {
				events: ['session.completed', 'FileClosed'],
				outputMode: 'event',
				options: {
					sessionWaitMinutes: 5,
					sessionGiveUpMinutes: 60,
					atLeastMinutes: 1,
					atLeastMegabytes: 10,
					interruptionMinutes: 3,
				},
			},
		};
		const { id } = await n8n.createWorkflow(
			{ name: 'Whole lives', nodes: [trigger], connections: {}, settings: {} },
			{ activate: false },
		);
		await editor.openWorkflow(id);
		await editor.openNode(name);
		const panel = await editor.testId('ndv').innerText();
		for (const option of [
			'Wait After the End (Minutes)',
			'Give Up After (Minutes)',
			'At Least (Minutes)',
			'At Least (MB)',
			'Ignore Interruptions (Minutes)',
		]) {
			assert.ok(panel.includes(option), option);
		}
		await editor.testId('ndv').getByText('At Least (MB)').scrollIntoViewIfNeeded();
		await lookAtNode('trigger-whole-lives');
		const url = await editor.listen();
		await post(url, sampleOf('bililive-recorder.v2', 'StreamStarted'));
		await editor.page.getByText('Node executed successfully').first().waitFor();
		await editor.testId('output-panel').getByText('Session Completed').first().click();
		const items = await editor.shownItems();
		assert.match(items, /"session\.completed"/);
		assert.match(items, /"summary"/);
		await editor.screenshot('trigger-whole-lives-item');
		await editor.closeNode();
		assert.deepEqual((await editor.outputLabels(name)).toSorted(), [
			'File Closed',
			'Invalid',
			'Session Completed',
		]);
		await editor.screenshot('trigger-whole-lives-canvas');
	});

	test('the secret is explained where it is chosen', async () => {
		await editor.newWorkflow();
		await editor.addNode({ search: 'blrec', node: 'Blrec', action: 'On all events' });
		await editor.choose('authentication', 'Webhook Secret');
		await editor.testId('ndv').getByText('YOUR_SECRET').waitFor();
		await lookAtNode('trigger-with-secret');
	});

	for (const action of [
		'Send a recorder event',
		'Build a recorder event',
		'Convert a recorder event',
		'Parse a recorder event',
		'Simulate a live session',
	]) {
		test(`Live Recorder: ${action}`, async () => {
			await editor.newWorkflow();
			await editor.addNode({ search: 'blrec', node: 'Blrec', action: 'On all events' });
			await editor.closeNode();
			await editor.addNode({ search: 'live recorder', node: 'Live Recorder', action });
			await lookAtNode(`live-recorder-${action.split(' ')[0].toLowerCase()}`);
		});
	}

	test('Parse says where n8n finds the file, by a path mapping that is put together here', async () => {
		const start = {
			id: 'start',
			name: 'Start',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		};
		const parser = {
			id: 'parse',
			name: 'Parse',
			type: 'n8n-nodes-live-recorder.liveRecorder',
			typeVersion: 1,
			position: [220, 0],
			parameters: { resource: 'event', operation: 'parse' },
		};
		const body = sampleOf('bililive-recorder.v2', 'FileClosed');
		const { id } = await n8n.createWorkflow(
			{
				name: 'Parse',
				nodes: [start, parser],
				connections: { Start: { main: [[{ node: 'Parse', type: 'main', index: 0 }]] } },
				pinData: { Start: [{ json: { body } }] },
				settings: {},
			},
			{ activate: false },
		);
		await editor.openWorkflow(id);
		await editor.openNode('Parse');
		// There is only one option: n8n adds it at once.
		await editor.testId('ndv').getByText('Add option').click();
		await editor.testId('ndv').getByText('Add Folder').click();
		await editor.paste('localFolder', '/mnt/recordings');
		await lookAtNode('live-recorder-parse-path-mapping');
		await editor.testId('node-execute-button').click();
		const items = await editor.shownItems();
		const { RelativePath: path } = body.EventData;
		assert.match(items, new RegExp(`"localPath":\\s*"/mnt/recordings/${path}"`));
	});

	test('every example opens', async () => {
		for (const file of await listExamples()) {
			const { id } = await n8n.createWorkflow(await readExample(file), { activate: false });
			await editor.openWorkflow(id);
			const picture = `example-${file.replace('.json', '')}`;
			assert.deepEqual(await editor.coveredNotes(), [], file);
			await editor.screenshot(`${picture}-light`);
			await editor.inDark(async () => await editor.screenshot(`${picture}-dark`));
			assert.doesNotMatch(await editor.page.locator('body').innerText(), /Install this node/);
		}
	});

	test('an example runs on its pinned data', async () => {
		const workflow = await readExample('first-flow.json');
		const { id } = await n8n.createWorkflow(workflow, { activate: false });
		await editor.openWorkflow(id);
		await editor.executeFrom('BililiveRecorder Trigger');
		await editor.page.getByText('Workflow executed successfully').first().waitFor();
		await editor.screenshot('example-first-flow-executed');
		const [execution] = await n8n.finishedExecutions(id);
		assert.equal(execution.status, 'success');
		assert.equal(outputsOf(execution, 'File is ready')[0].length, 1);
	});

	test('Simulate plays a session to the trigger beside it', async () => {
		const workflow = await readExample('simulate-a-session.json');
		const trigger = nodeOf(workflow, 'BililiveRecorder Trigger');
		nodeOf(workflow, 'Live Recorder').parameters.urls = n8n.webhookUrl(trigger);
		const { id } = await n8n.createWorkflow(workflow);
		await editor.openWorkflow(id);
		await editor.executeFrom('Start');
		await editor.page.getByText('Workflow executed successfully').first().waitFor();
		await editor.screenshot('simulated-canvas');
		await editor.page.getByText('Executions', { exact: true }).first().click();
		await editor.settle();
		await editor.screenshot('simulated-executions');
		const executions = await n8n.waitUntilIdle(id);
		assert.ok(executions.filter(({ mode }) => mode === 'webhook').length > 5);
		assert.ok(executions.every(({ status }) => status === 'success'));
	});

	test('the browser had nothing to complain about', () => {
		assert.deepEqual(editor.complaints, []);
	});
});
