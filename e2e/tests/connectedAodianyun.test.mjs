/**
 * Aodianyun's API in a real n8n: its credential, its one webhook, and what was recorded while n8n was killed, out of lists that keep
 * it for seven days.
 */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { connectedAodianyun } from '../connectedRecorders.mjs';
import { executeWorkflow } from '../examples.mjs';
import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { createUnpublished, refusalOfPublishing, until } from '../publishing.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const skip =
	process.env.LIVE_RECORDER_E2E_SHORT === '1'
		? 'takes minutes: npm run e2e -- connectedAodianyun'
		: false;
const CHECK_SECONDS = 6;
const ROOM = 71;
const OTHER_ROOM = 72;
const DAY_SECONDS = 86_400;
const WEBHOOK_SECRET = `query-${randomUUID()}`;
const FOREIGN_SECRET = `foreign-${randomUUID()}`;
const FOREIGN = {
	url: `http://elsewhere:8080/hook?token=${FOREIGN_SECRET}`,
	content_type: 'application/x-www-form-urlencoded',
	secret: `their-${FOREIGN_SECRET}`,
	event: { 'sys/notify/lss': '1', 'sys/notify/live_dvr': '1' },
};

for (const version of N8N_VERSIONS) {
	describe(`Aodianyun's API in n8n ${version}`, () => {
		/** @type {N8nInstance} */
		let n8n;
		let recorder;
		let credentials;
		const refusals = [];

		before(
			async () => {
				n8n = await N8nInstance.startNew({ version });
				recorder = await connectedAodianyun();
				credentials = {
					aodianyunApi: await n8n.createCredential('Aodianyun', 'aodianyunApi', recorder.data()),
				};
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			await n8n?.discard();
			await recorder?.api.stop();
		});
		beforeEach(() => {
			recorder.api.remaining = 100;
		});

		const create = async (parameters = {}, further = {}) =>
			await createUnpublished(n8n, {
				trigger: recorder.trigger,
				credentials: { ...credentials, ...further },
				parameters,
			});

		async function refusalOf(id) {
			const text = await refusalOfPublishing(n8n, id);
			refusals.push(text);
			return text;
		}

		test('the credential is tested with one request, and says what is wrong', async () => {
			const ask = async (changes) => {
				const data = { ...recorder.data(), ...changes };
				// n8n 1 tests only what is saved.
				const { id } = await n8n.createCredential('Tried', 'aodianyunApi', data);
				recorder.api.requests.length = 0;
				const credential = { id, name: 'Tried', type: 'aodianyunApi', data };
				const answer = await n8n.request('POST', '/credentials/test', { credentials: credential });
				assert.equal(recorder.api.requests.length, 1);
				refusals.push(JSON.stringify(answer));
				return answer;
			};
			const good = await ask({});
			assert.equal(good.status, 'OK', good.message);
			const wrong = await ask({ apiKey: `${recorder.api.apiKey}-not` });
			assert.match(wrong.message, /does not accept the API key/);
			const nobody = await ask({ adminId: '' });
			assert.match(nobody.message, /admin_id is required.*|Check Admin ID/);
			recorder.api.remaining = 0;
			assert.match((await ask({})).message, /100 a minute/);
			recorder.api.remaining = 100;
		});

		test('one webhook: taken by another, publishing fails and says by whom, or replaces it', async () => {
			recorder.api.webhook = structuredClone(FOREIGN);
			const { id } = await create({ registration: 'api' });
			const refusal = await refusalOf(id);
			assert.match(
				refusal,
				/calls another webhook URL already: http:\/\/elsewhere:8080\/hook.*tick Replace/,
			);
			assert.deepEqual(recorder.api.webhook, FOREIGN);

			const replacing = await create({ registration: 'api', replaceForeign: true });
			await n8n.activateWorkflow(replacing.id);
			assert.deepEqual(recorder.api.webhook, { ...FOREIGN, url: replacing.url });
			await n8n.deactivateWorkflow(replacing.id);
			await until(() => recorder.api.webhook.url === FOREIGN.url);
			assert.deepEqual(recorder.api.webhook, FOREIGN);
		});

		test('published, killed, started, tested and unpublished, its URL is there once, and then gone', async () => {
			recorder.api.webhook = null;
			const secret = await n8n.createCredential('Secret', 'liveRecorderWebhookApi', {
				mode: 'query',
				name: 'key',
				secret: WEBHOOK_SECRET,
			});
			const { id, url } = await create(
				{ registration: 'api', authentication: 'liveRecorderWebhook' },
				{ liveRecorderWebhookApi: secret },
			);
			await n8n.activateWorkflow(id);
			const registered = structuredClone(recorder.api.webhook);
			assert.equal(registered.url, `${url}?key=${WEBHOOK_SECRET}`);
			assert.equal(registered.event['sys/notify/live_dvr'], '1');
			await n8n.kill();
			await n8n.start();
			await n8n.logIn();
			assert.deepEqual(recorder.api.webhook, registered);
			const testUrl = registered.url.replace('/webhook/', '/webhook-test/');
			await executeWorkflow(n8n, id, 'Trigger');
			await until(() => recorder.api.webhook.url === testUrl);
			await n8n.request('DELETE', `/test-webhook/${id}`);
			await until(() => recorder.api.webhook.url === registered.url);
			// As it really comes: with the content type that was registered.
			const body = JSON.stringify(recorder.fileEvent(ROOM, 0));
			const headers = { 'content-type': registered.content_type };
			const answer = await fetch(registered.url, { method: 'POST', headers, body });
			assert.equal(answer.status, 200);
			await n8n.deactivateWorkflow(id);
			await until(() => recorder.api.webhook.url === '');

			// Away at either moment.
			await recorder.api.stop();
			assert.match(await refusalOf(id), /cannot be reached/);
			await recorder.api.start();
			await n8n.activateWorkflow(id);
			await recorder.api.stop();
			await n8n.deactivateWorkflow(id);
			await until(async () => /could not take its URL out of/.test(await n8n.readLog()));
			assert.ok(!(await n8n.getWorkflow(id)).active);
			await recorder.api.start();
			await n8n.activateWorkflow(id);
			assert.deepEqual(recorder.api.webhook, registered);
			await n8n.deactivateWorkflow(id);
			await until(() => recorder.api.webhook.url === '');
		});

		test('killed while recordings are finished: each comes once, nothing old, nothing of another room', async (t) => {
			const now = Math.floor(Date.now() / 1000);
			for (const days of [1, 6, 30]) {
				recorder.putFile(ROOM, 900 + days, 'finished', { uptime: now - days * DAY_SECONDS });
			}
			await pause(2_000);
			const published = [];
			for (const rooms of ['', String(ROOM)]) {
				const { id, url } = await create({
					events: recorder.events,
					rooms,
					options: { checkMinutes: CHECK_SECONDS / 60 },
				});
				await n8n.activateWorkflow(id);
				published.push({ id, url });
			}
			await pause(1_500);
			const tell = async (room, index) => {
				recorder.putFile(room, index);
				const body = JSON.stringify(recorder.fileEvent(room, index));
				const headers = { 'content-type': 'application/json' };
				const taken = published.map(async ({ url }) => {
					const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => null);
					return answer?.status === 200;
				});
				return await Promise.all(taken);
			};
			const itemsOf = async ({ id }) => {
				const items = [];
				for (const { id: executionId } of await n8n.listExecutions(id)) {
					const execution = await n8n.getExecutionIfWhole(executionId);
					if (execution !== null) items.push(...(outputsOf(execution, 'Trigger')[0] ?? []));
				}
				return items;
			};
			const [every] = published;
			for (let index = 0; index < 3; index++)
				assert.deepEqual(await tell(ROOM, index), [true, true]);
			await until(async () => (await itemsOf(every)).length === 3);
			await n8n.kill();
			for (let index = 3; index < 10; index++) {
				assert.deepEqual(await tell(ROOM, index), [false, false]);
			}
			// In the other lists, twice in two of them, and of another room.
			recorder.putFile(ROOM, 9, 'finished', { list: 'DvrList' });
			recorder.putFile(ROOM, 10, 'finished', { list: 'UploadVodList' });
			recorder.putFile(OTHER_ROOM, 0);
			recorder.putFile(ROOM, 11, 'written');
			recorder.api.remaining = 100;
			await n8n.start();
			await n8n.logIn();
			const expected = Array.from({ length: 11 }, (_, index) => recorder.pathOf(ROOM, index));
			const all = [...expected, recorder.pathOf(OTHER_ROOM, 0)];
			const wanted = [all, expected];
			for (const [at, workflow] of published.entries()) {
				await until(async () => (await itemsOf(workflow)).length >= wanted[at].length, 300);
			}
			await pause(2.5 * CHECK_SECONDS * 1_000);
			for (const [at, workflow] of published.entries()) {
				const items = await itemsOf(workflow);
				t.diagnostic(
					`${items.length} items, ${items.filter((item) => item.recovered === true).length} recovered`,
				);
				assert.deepEqual(items.map(recorder.fileOf).sort(), wanted[at].toSorted());
				const told = items.find((item) => recorder.fileOf(item) === recorder.pathOf(ROOM, 0));
				const missed = items.find((item) => recorder.fileOf(item) === recorder.pathOf(ROOM, 5));
				assert.equal(missed.recovered, true);
				assert.equal(missed.session.id, told.session.id);
				assert.equal(missed.vod.playlistUrl, recorder.pathOf(ROOM, 5).replace('.mp4', '.m3u8'));
			}
			recorder.putFile(ROOM, 11);
			await until(async () => (await itemsOf(every)).length === all.length + 1);
			// What is told after all is a repeat.
			assert.deepEqual(await tell(ROOM, 5), [true, true]);
			await pause(CHECK_SECONDS * 1_000);
			assert.equal((await itemsOf(every)).length, all.length + 1);
			for (const { id } of published) await n8n.deactivateWorkflow(id);
		});

		test(
			'with 40 rooms chosen, no look meets the limit of calls, and nothing missed is left out',
			{ skip },
			async () => {
				const rooms = Array.from({ length: 40 }, (_, index) => 1_001 + index);
				const { id } = await create({
					events: recorder.events,
					rooms: rooms.join(','),
					options: { checkMinutes: CHECK_SECONDS / 60 },
				});
				recorder.api.requests.length = 0;
				await n8n.activateWorkflow(id);
				await pause(2_000);
				const missed = [rooms[0], rooms[20], rooms[39]];
				for (const room of missed) recorder.putFile(room, 0);
				const itemsOf = async () => {
					const items = [];
					for (const { id: executionId } of await n8n.listExecutions(id)) {
						const execution = await n8n.getExecutionIfWhole(executionId);
						if (execution !== null) items.push(...(outputsOf(execution, 'Trigger')[0] ?? []));
					}
					return items;
				};
				await until(async () => (await itemsOf()).length >= missed.length, 240);
				await n8n.deactivateWorkflow(id);
				const items = await itemsOf();
				assert.deepEqual(items.map(({ room }) => room.id).sort(), missed.map(String));
				const refused = recorder.api.requests.filter(({ status }) => status !== 200);
				assert.deepEqual(refused, []);
				assert.ok(recorder.api.requests.length > 120);
			},
		);

		test('no key and no secret is in a log, an error, an execution, the database or the URL of a request', async () => {
			const secrets = [...recorder.secrets, WEBHOOK_SECRET, FOREIGN_SECRET];
			const requested = recorder.api.requests.map(({ path }) => path).join('\n');
			assert.ok(requested.length > 100);
			const texts = [requested, await n8n.readLog(), ...refusals];
			for (const { id } of await n8n.listWorkflows()) {
				texts.push(JSON.stringify(await n8n.getWorkflow(id)));
				for (const { id: executionId } of await n8n.listExecutions(id)) {
					texts.push(JSON.stringify(await n8n.getExecutionIfWhole(executionId)));
				}
			}
			texts.push(...(await n8n.readDatabase()));
			for (const secret of secrets) {
				for (const text of texts) assert.ok(!text.includes(secret), `${secret.slice(0, 6)}…`);
			}
		});
	});
}
