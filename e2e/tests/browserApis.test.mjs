/**
 * Recorders' own APIs as a person meets them in n8n's editor: the forms of their credentials and what their tests say, the list
 * of rooms, and a URL that registers itself, seen in the recorder's settings. The pictures are in e2e/.cache/screenshots.
 */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { BROWSER_PROGRAMS, Editor, findBrowser } from '../editor.mjs';
import { N8nInstance } from '../n8nInstance.mjs';
import { skipWithout } from '../requirements.mjs';

const { AodianyunApi, BililiveRecorderApi, BlrecApi, BsrApi, DdtvApi } = createRequire(
	import.meta.url,
)('../recorderApis/index.cjs');

const KEY = 'key-of-the-recorder';
const WRONG = 'not-the-key';

/** Each credential with an address of its own: the stand-in, the secret field, and what else its form asks for. */
const FORMS = [
	{
		type: 'bililiveRecorderApi',
		recorder: () =>
			Object.assign(new BililiveRecorderApi(), { login: { user: 'rec', password: KEY } }),
		data: { user: 'rec' },
		secret: 'password',
	},
	{
		type: 'blrecApi',
		recorder: () => Object.assign(new BlrecApi(), { apiKey: KEY }),
		data: {},
		secret: 'apiKey',
	},
	{
		type: 'bsrApi',
		recorder: () => Object.assign(new BsrApi(), { token: KEY }),
		data: { authentication: 'header', headerName: 'X-Token' },
		secret: 'headerToken',
	},
	{
		type: 'ddtvApi',
		recorder: () => Object.assign(new DdtvApi(), { keyId: 'ddtv', secret: KEY }),
		data: { accessKeyId: 'ddtv' },
		secret: 'accessKeySecret',
	},
	{
		type: 'aodianyunApi',
		recorder: () => Object.assign(new AodianyunApi(), { apiKey: KEY }),
		data: { adminId: '42' },
		secret: 'apiKey',
	},
];

const skip = skipWithout(BROWSER_PROGRAMS, 'apt-get install chromium fonts-noto-cjk');

describe("Recorders' APIs in the editor of n8n", { skip }, () => {
	/** @type {N8nInstance} */
	let n8n;
	/** @type {Editor} */
	let editor;
	let recorder;
	let credential;
	const started = [];

	before(
		async () => {
			n8n = await N8nInstance.startNew();
			editor = await Editor.open(n8n, findBrowser());
			recorder = await new BililiveRecorderApi().start();
			started.push(recorder);
			recorder.login = { user: 'rec', password: KEY };
			credential = await n8n.createCredential('My recorder', 'bililiveRecorderApi', {
				url: recorder.url,
				user: 'rec',
				password: KEY,
			});
		},
		{ timeout: 30 * 60_000 },
	);
	after(async () => {
		await editor?.close();
		await n8n?.discard();
		for (const standIn of started) await standIn.stop();
	});

	const dialog = () => editor.page.locator('[role=dialog]:visible').last();

	async function openWorkflowOf(node) {
		const { id } = await n8n.createWorkflow(
			{ name: node.name, nodes: [node], connections: {}, settings: {} },
			{ activate: false },
		);
		await editor.openWorkflow(id);
		return id;
	}

	for (const { type, recorder: make, data, secret } of FORMS) {
		test(`${type}: a wrong key is named as such in the form, and the right one is fine`, async () => {
			const standIn = await make().start();
			started.push(standIn);
			const { id } = await n8n.createCredential(type, type, {
				...data,
				url: standIn.url,
				[secret]: WRONG,
			});
			await editor.page.goto(`${n8n.baseUrl}/home/credentials/${id}`);
			await dialog()
				.getByText(/Couldn.t connect with these settings/)
				.waitFor();
			const details = dialog().getByText('More details').first();
			if (await details.isVisible()) await details.click();
			await editor.screenshot(`credential-${type}-refused`);
			const text = await dialog().innerText();
			assert.match(text, /key|password|secret|sign/i);
			assert.ok(!text.includes(WRONG));

			await dialog().locator('input[type=password]:visible').first().fill(KEY);
			await dialog().getByRole('button', { name: 'Save' }).click();
			await dialog().getByText('Connection tested successfully').waitFor();
			await editor.screenshot(`credential-${type}-connected`);
			await editor.inDark(async () => await editor.screenshot(`credential-${type}-dark`));
		});
	}

	test('the list of rooms has those of the recorder, by name and number, and can be searched', async () => {
		for (const [id, name] of [
			[23058, '3号直播间'],
			[5440, '哔哩哔哩直播'],
			[21452505, '七海'],
		]) {
			recorder.addRoom(id, { name });
		}
		await openWorkflowOf({
			id: 'room',
			name: 'Get a room',
			type: 'n8n-nodes-live-recorder.liveRecorder',
			typeVersion: 1,
			position: [0, 0],
			parameters: { resource: 'room', operation: 'get', recorder: 'bililive-recorder' },
			credentials: { bililiveRecorderApi: credential },
		});
		await editor.openNode('Get a room');
		await editor.screenshot('room-before');
		const panel = await editor.testId('ndv').innerText();
		for (const label of ['Resource', 'Operation', 'Recorder', 'Room']) {
			assert.match(panel, new RegExp(`^${label}$`, 'm'));
		}
		const locator = editor.testId('ndv').locator('[data-test-id^="resource-locator-"]').first();
		await locator.locator('input').last().click();
		const listed = (text) => editor.page.getByText(text).last();
		for (const name of ['3号直播间', '哔哩哔哩直播', '七海']) await listed(name).waitFor();
		await editor.screenshot('room-list');
		await editor.inDark(async () => await editor.screenshot('room-list-dark'));
		await editor.page.keyboard.insertText('七海');
		await listed('哔哩哔哩直播').waitFor({ state: 'hidden' });
		await listed('七海').click();
		await editor.screenshot('room-chosen');
		assert.match(await locator.locator('input').last().inputValue(), /七海/);
		await editor.testId('node-execute-button').click();
		assert.match(await editor.shownItems(), /"21452505"/);
		await editor.screenshot('room-item');
	});

	test('publishing puts the URL into the settings of the recorder, and the form says what is asked for', async () => {
		recorder.config.optionalWebHookUrlsV2 = { hasValue: true, value: 'http://nas:8080/other' };
		const path = randomUUID();
		const name = 'BililiveRecorder Trigger';
		const id = await openWorkflowOf({
			id: 'trigger',
			name,
			type: 'n8n-nodes-live-recorder.bililiveRecorderTrigger',
			typeVersion: 1.1,
			position: [0, 0],
			webhookId: path,
			parameters: { registration: 'api', authentication: 'none' },
			credentials: { bililiveRecorderApi: credential },
		});
		await editor.openNode(name);
		await editor.screenshot('registration-light');
		await editor.inDark(async () => await editor.screenshot('registration-dark'));
		assert.deepEqual(await editor.cutOffTexts(), []);
		await editor.closeNode();
		await editor.publish();
		await editor.screenshot('registration-published');
		// The editor says "published" while n8n is still at it.
		const registered = [`${n8n.baseUrl}/webhook/${path}/webhook`, 'http://nas:8080/other'];
		for (let waited = 0; waited < 900 && recorder.webhooks.length < 2; waited++) await pause(200);
		assert.deepEqual(recorder.webhooks.toSorted(), registered.toSorted());
		await n8n.deactivateWorkflow(id);
		for (let waited = 0; waited < 900 && recorder.webhooks.length > 1; waited++) await pause(200);
		assert.deepEqual(recorder.webhooks, ['http://nas:8080/other']);
	});

	test('where the recorder refuses, publishing says why', async () => {
		recorder.login = { user: 'rec', password: 'another one' };
		await openWorkflowOf({
			id: 'trigger',
			name: 'BililiveRecorder Trigger',
			type: 'n8n-nodes-live-recorder.bililiveRecorderTrigger',
			typeVersion: 1.1,
			position: [0, 0],
			webhookId: randomUUID(),
			parameters: { registration: 'api', authentication: 'none' },
			credentials: { bililiveRecorderApi: credential },
		});
		await editor.testId('workflow-open-publish-modal-button').click();
		await dialog().getByRole('button', { name: 'Publish' }).click();
		await editor.page
			.getByText(/password|401/i)
			.first()
			.waitFor();
		await editor.screenshot('registration-refused');
	});

	test('the browser had nothing to complain about', () => {
		assert.deepEqual(editor.complaints, []);
	});
});
