/**
 * What a new user does, by each README alone: its install command, then the steps of its first flow, in n8n's editor, up to
 * the message in Slack. What is typed, clicked and pasted is read from the README, so that it can't say anything else.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { BROWSER_PROGRAMS, Editor, findBrowser } from '../editor.mjs';
import { N8nInstance, packPackage } from '../n8nInstance.mjs';
import { N8N_SETUPS } from '../n8nSetups.mjs';
import { REPO_FOLDER } from '../paths.mjs';
import { BililiveRecorder, writeBililiveRecorderEvent } from '../recorders.mjs';
import { skipWithout } from '../requirements.mjs';
import { recordSession } from '../session.mjs';
import { StandIns } from '../standIns.mjs';

const execute = promisify(execFile);

const PACKAGE = 'n8n-nodes-live-recorder';
const SLACK_TOKEN = 'xoxb-stand-in';
const CHANNEL = '#recordings';

const skip =
	skipWithout(BROWSER_PROGRAMS, 'apt-get install chromium fonts-noto-cjk') ||
	skipWithout('openssl', 'apt-get install openssl');

/** The first group of the first match; there has to be one. */
function find(text, pattern) {
	const found = pattern.exec(text);
	assert.ok(found !== null, `Nothing like ${pattern} in: ${text}`);
	return found[1];
}

/** What a README tells a new user to do. */
async function readInstructions(file) {
	const text = await readFile(join(REPO_FOLDER, file), 'utf8');
	const installCommand = find(text, /^(mkdir .*npm install .*)$/m);
	const list = find(text, /^(1\. [^\n]*\*\*BililiveRecorder Trigger\*\*(?:.|\n(?!\n))*)/m);
	const steps = list.split('\n').map((step) => step.replace(/^\d+\. /, ''));
	assert.deepEqual(
		steps.slice(0, 5).map((step) => find(step, /\*\*([^*]+)\*\*/)),
		['BililiveRecorder Trigger', 'Webhook URLs', 'Execute step', 'Slack', 'Publish'],
	);
	assert.match(steps[1], /\*\*Test URL\*\*/);
	assert.match(steps[4], /\*\*Production URL\*\*/);
	return {
		installCommand,
		search: find(steps[0], /_([^_]+)_/),
		action: find(steps[0], /\*\*(On [^*]+)\*\*/),
		message: find(steps[3], /`(.*\{\{.*)`/),
	};
}

/** A recording, from going live to going offline, sent as BililiveRecorder sends it. */
async function record(url) {
	const recorder = new BililiveRecorder({ urls: [url] });
	const session = recordSession();
	const files = [];
	for (const event of session) {
		await recorder.send(writeBililiveRecorderEvent(event));
		if (event.EventType === 'FileClosed') files.push(event.EventData);
	}
	recorder.close();
	return files;
}

const [NEWEST] = N8N_SETUPS;
const N8N_3 = N8N_SETUPS.at(-1);
const TRIED = [
	['README.md', NEWEST],
	['README.zh-CN.md', NEWEST],
	['README.md', N8N_3],
];

for (const [file, { name, version, environment }] of TRIED) {
	describe(`The first flow of ${file}, in n8n ${name}`, { skip }, () => {
		let folder;
		let instructions;
		/** @type {StandIns} */
		let standIns;
		/** @type {N8nInstance} */
		let n8n;
		/** @type {Editor} */
		let editor;

		before(
			async () => {
				folder = await mkdtemp(join(tmpdir(), 'live-recorder-first-flow-'));
				instructions = await readInstructions(file);
				standIns = await StandIns.start(folder);
			},
			{ timeout: 5 * 60_000 },
		);
		after(async () => {
			await editor?.close();
			await n8n?.discard();
			await standIns?.stop();
			if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
		});

		test('its command installs the package', { timeout: 30 * 60_000 }, async () => {
			const tarball = process.env.LIVE_RECORDER_E2E_TARBALL ?? (await packPackage());
			const command = instructions.installCommand.replace(new RegExp(`${PACKAGE}$`), tarball);
			assert.match(command, /\.tgz$/);
			await execute('sh', ['-c', command], { env: { ...process.env, HOME: folder } });
			n8n = await N8nInstance.create({
				version,
				userFolder: folder,
				environment: { ...environment, ...standIns.environment },
			});
			await n8n.start();
			await n8n.logIn();
			editor = await Editor.open(n8n, findBrowser());
		});

		test(
			'its steps lead to a message in Slack for each file',
			{ timeout: 20 * 60_000 },
			async () => {
				await editor.newWorkflow();
				await editor.addNode({
					search: instructions.search,
					node: 'BililiveRecorder',
					action: instructions.action,
				});
				const testUrl = await editor.listen();
				await record(testUrl);
				assert.match(await editor.shownItems(), /"file.closed"/);
				await editor.closeNode();

				await editor.addNodeBehind('BililiveRecorder Trigger', {
					search: 'slack',
					node: 'Slack',
					action: 'Send a message',
				});
				await editor.connect('Slack', SLACK_TOKEN);
				await editor.choose('select', 'Channel');
				await editor.locate('channelId', 'By Name', CHANNEL);
				await editor.paste('text', instructions.message);
				await editor.page.getByText('Result', { exact: true }).first().waitFor();
				const picture = `first-flow-${file.includes('zh') ? 'zh' : 'en'}`;
				await editor.screenshot(`${picture}-slack`);
				// The list of results lies over the button that closes the node.
				await editor.page.keyboard.press('Escape');
				await editor.closeNode();
				await editor.publish();
				await editor.openNode('BililiveRecorder Trigger');
				const productionUrl = await editor.webhookUrl('Production URL');
				assert.match(productionUrl, /\/webhook\//);
				await editor.closeNode();

				standIns.forget();
				const files = await record(productionUrl);
				const [{ id }] = await n8n.listWorkflows();
				await n8n.waitUntilIdle(id);
				await editor.page.getByText('Executions', { exact: true }).first().click();
				await editor.screenshot(`${picture}-executions`);

				const expected = files.map(({ Name, RelativePath }) => {
					const values = { streamer: Name, file: RelativePath.split('/').at(-1) };
					return instructions.message.replaceAll(
						/\{\{ \$json\.(\w+)\.name \}\}/g,
						(_, part) => values[part],
					);
				});
				assert.ok(expected.length > 1);
				const posted = standIns.slack.filter(({ path }) => path === '/api/chat.postMessage');
				for (const { authorization, body } of posted) {
					assert.equal(authorization, `Bearer ${SLACK_TOKEN}`);
					assert.equal(body.channel, CHANNEL);
				}
				const texts = posted.map(({ body }) => body.text.split('\n')[0]);
				assert.deepEqual(texts.toSorted(), expected.toSorted());
				assert.deepEqual(editor.complaints, []);
			},
		);
	});
}
