/**
 * Webhook Registration in a real n8n: what else stands in the recorder's settings stays, byte for byte; where n8n can't have its way,
 * publishing fails and says why, and unpublishing never does.
 */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { connectedBililiveRecorder, connectedBlrec, connectedBsr } from '../connectedRecorders.mjs';
import { executeWorkflow } from '../examples.mjs';
import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance } from '../n8nInstance.mjs';
import { createUnpublished, refusalOfPublishing, until } from '../publishing.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const WEBHOOK_SECRET = `query-${randomUUID()}`;
const FORMER_SECRET = `former-${randomUUID()}`;
const FOREIGN_SECRET = `foreign-${randomUUID()}`;
const FOREIGN = `http://elsewhere:8080/hook?token=${FOREIGN_SECRET}`;

for (const version of N8N_VERSIONS) {
	describe(`Webhook Registration in n8n ${version}`, () => {
		/** @type {N8nInstance} */
		let n8n;
		let bililiveRecorder;
		let blrec;
		let bsr;
		let querySecret;

		before(
			async () => {
				n8n = await N8nInstance.startNew({ version });
				bililiveRecorder = await connectedBililiveRecorder();
				blrec = await connectedBlrec();
				bsr = await connectedBsr();
				for (const recorder of [bililiveRecorder, blrec, bsr]) {
					const { name, credential, data } = recorder;
					recorder.credentials = {
						[credential]: await n8n.createCredential(name, credential, data()),
					};
				}
				querySecret = {
					liveRecorderWebhookApi: await n8n.createCredential('Secret', 'liveRecorderWebhookApi', {
						mode: 'query',
						name: 'key',
						secret: WEBHOOK_SECRET,
					}),
				};
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			await n8n?.discard();
			for (const recorder of [bililiveRecorder, blrec, bsr]) await recorder?.api.stop();
		});

		/** A workflow that registers by itself, and the path of its URL. */
		const create = async ({ trigger, credentials }, parameters = {}, further = {}) =>
			await createUnpublished(n8n, {
				trigger,
				credentials: { ...credentials, ...further },
				parameters: { registration: 'api', ...parameters },
			});

		const refusalOf = async (id) => await refusalOfPublishing(n8n, id);

		const textOf = ({ api }) => api.config.optionalWebHookUrlsV2.value;

		test('among the URLs of others, with an old one of its own: only its own changes', async () => {
			const method = { authentication: 'liveRecorderWebhook' };
			const first = await create(bililiveRecorder, method, querySecret);
			const { api } = bililiveRecorder;
			const theirs = `${FOREIGN}\r\n   http://b:2/x \n\nhttp://c:3/y`;
			api.config.optionalWebHookUrlsV2 = {
				hasValue: true,
				value: `${first.url}?key=${FORMER_SECRET}\n${theirs}`,
			};
			const { optionalWebHookUrlsV2: _urls, ...others } = structuredClone(api.config);

			const second = await create(blrec, method, querySecret);
			const entry = { url: FOREIGN, videoFileCreated: false, errorOccurred: false };
			blrec.api.webhooks = [entry, { url: `${second.url}?key=${FORMER_SECRET}` }, entry];

			for (const { id } of [first, second]) await n8n.activateWorkflow(id);
			const [own, ...rest] = textOf(bililiveRecorder).split('\n');
			assert.equal(rest.join('\n'), theirs);
			assert.deepEqual(
				[new URL(own).href.split('?')[0], own.includes(FORMER_SECRET)],
				[first.url, false],
			);
			assert.ok(own.includes(WEBHOOK_SECRET));
			const [ours, ...more] = blrec.api.webhooks.filter(({ url }) => url !== FOREIGN);
			assert.deepEqual([ours.url.split('?')[0], more], [second.url, []]);
			const switches = ({ videoFileCreated, errorOccurred, liveBegan }) => [
				videoFileCreated,
				errorOccurred,
				liveBegan,
			];
			assert.deepEqual(blrec.api.webhooks.filter(({ url }) => url === FOREIGN).map(switches), [
				[false, false, true],
				[false, false, true],
			]);

			for (const { id } of [first, second]) await n8n.deactivateWorkflow(id);
			await until(() => textOf(bililiveRecorder) === theirs && blrec.api.webhooks.length === 2);
			const { optionalWebHookUrlsV2, ...after } = api.config;
			assert.deepEqual(optionalWebHookUrlsV2, { hasValue: true, value: theirs });
			assert.deepEqual(after, others);
		});

		test("BSR's one slot, taken by another: publishing fails and says by whom, or replaces it", async () => {
			bsr.api.webhookUrl = FOREIGN;
			const { id } = await create(bsr);
			const refusal = await refusalOf(id);
			assert.match(
				refusal,
				/calls another webhook URL already: http:\/\/elsewhere:8080\/hook.*tick Replace/,
			);
			assert.ok(!refusal.includes(FOREIGN_SECRET));
			assert.equal(bsr.api.webhookUrl, FOREIGN);

			const replacing = await create(bsr, { replaceForeign: true });
			await n8n.activateWorkflow(replacing.id);
			assert.equal(bsr.api.webhookUrl, replacing.url);
			await n8n.deactivateWorkflow(replacing.id);
			await until(() => bsr.api.webhookUrl === FOREIGN);
			bsr.api.webhookUrl = '';
		});

		test('a recorder that is away: publishing fails, unpublishing does not, and nothing is left doubled', async () => {
			const cases = [
				{ recorder: bililiveRecorder, urls: () => bililiveRecorder.api.webhooks },
				{ recorder: bsr, urls: () => [bsr.api.webhookUrl].filter((url) => url !== '') },
			];
			for (const { recorder, urls } of cases) {
				const { id, url } = await create(recorder);
				const before = urls();
				await recorder.api.stop();
				assert.match(await refusalOf(id), /cannot be reached/);
				await recorder.api.start();
				assert.deepEqual(urls(), before);
				assert.ok(!(await n8n.getWorkflow(id)).active);

				await n8n.activateWorkflow(id);
				assert.deepEqual(
					urls().filter((each) => !before.includes(each)),
					[url],
				);
				await recorder.api.stop();
				await n8n.deactivateWorkflow(id);
				let isSaid = false;
				for (let waited = 0; waited < 360 && !isSaid; waited++) {
					isSaid = /could not take its URL out of/.test(await n8n.readLog());
					await pause(500);
				}
				assert.ok(isSaid);
				assert.ok(!(await n8n.getWorkflow(id)).active);
				await recorder.api.start();
				assert.equal(urls().filter((each) => each === url).length, 1);

				await n8n.activateWorkflow(id);
				assert.equal(urls().filter((each) => each === url).length, 1);
				await n8n.deactivateWorkflow(id);
				await until(() => !urls().includes(url));
				assert.deepEqual(urls(), before);
			}
		});

		test('a test run has its URL in the recorder for as long as it waits', async () => {
			for (const { recorder, urls, beside } of [
				{ recorder: bililiveRecorder, urls: () => bililiveRecorder.api.webhooks, beside: true },
				{ recorder: bsr, urls: () => [bsr.api.webhookUrl], beside: false },
			]) {
				const { id, url } = await create(recorder);
				await n8n.activateWorkflow(id);
				const published = urls();
				assert.ok(published.includes(url));
				await executeWorkflow(n8n, id, 'Trigger');
				const testUrl = url.replace('/webhook/', '/webhook-test/');
				await until(() => urls().includes(testUrl));
				assert.equal(urls().includes(url), beside);
				await n8n.request('DELETE', `/test-webhook/${id}`);
				await until(() => !urls().includes(testUrl));
				assert.deepEqual(urls(), published);
				await n8n.deactivateWorkflow(id);
				await until(() => !urls().includes(url));
			}
		});

		test('no key and no secret is in the log, or in the URL of a request', async () => {
			const recorders = [bililiveRecorder, blrec, bsr];
			const log = await n8n.readLog();
			const requested = recorders.flatMap(({ api }) => api.requests.map(({ path }) => path));
			assert.ok(requested.length > 10);
			const secrets = [
				...recorders.flatMap((recorder) => recorder.secrets),
				WEBHOOK_SECRET,
				FORMER_SECRET,
				FOREIGN_SECRET,
			];
			for (const secret of secrets) {
				assert.ok(!log.includes(secret), 'in the log');
				assert.ok(!requested.join('\n').includes(secret), 'in a URL');
			}
		});
	});
}
