/** The BililiveRecorder Trigger in a real n8n, of each version. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { CORPUS_FOLDER, REPO_FOLDER } from '../paths.mjs';
import { BililiveRecorder, writeBililiveRecorderEvent } from '../recorders.mjs';
import { recordSession, replaySession, expectedDelivery } from '../session.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const { recorderEventSchema } = createRequire(import.meta.url)(
	join(REPO_FOLDER, 'dist', 'formats', 'recorderEvent.js'),
);

const TRIGGER = 'bililiveRecorderTrigger';
const CORPUS = await readCorpus(['bililiverecorder-v1', 'bililiverecorder-v2']);
const JSON_HEADERS = { 'content-type': 'application/json' };

const KINDS = {
	FileClosed: 'file.closed',
	FileOpening: 'file.opened',
	SessionStarted: 'recording.started',
	SessionEnded: 'recording.ended',
	StreamStarted: 'live.started',
	StreamEnded: 'live.ended',
};

async function readCorpus(folders) {
	const payloads = [];
	for (const folder of folders) {
		for (const file of (await readdir(join(CORPUS_FOLDER, folder))).sort()) {
			if (!file.endsWith('.json')) continue;
			const entry = JSON.parse(await readFile(join(CORPUS_FOLDER, folder, file), 'utf8'));
			payloads.push({
				name: `${folder}/${file}`,
				body: entry.body,
				text: entry.raw_body ?? JSON.stringify(entry.body),
			});
		}
	}
	return payloads;
}

/** A new, valid event; `changes` go into its EventData. */
function newEvent(eventType = 'FileClosed', changes = {}) {
	const sample = recordSession().find(({ EventType }) => EventType === eventType);
	return { ...sample, EventId: randomUUID(), EventData: { ...sample.EventData, ...changes } };
}

/** Posts a body once, however it is answered. */
async function post(url, body, headers = {}) {
	const response = await fetch(url, {
		method: 'POST',
		headers: { ...JSON_HEADERS, ...headers },
		body: typeof body === 'string' ? body : writeBililiveRecorderEvent(body),
	});
	return {
		status: response.status,
		headers: Object.fromEntries(response.headers),
		text: await response.text(),
	};
}

function assertRecorderEvent(item) {
	// Parsing drops what the schema doesn't know, so equality means that there is nothing else.
	assert.deepEqual(recorderEventSchema.parse(item), item);
}

for (const version of N8N_VERSIONS) {
	describe(`BililiveRecorder Trigger in n8n ${version}`, () => {
		/** @type {N8nInstance} */
		let n8n;

		before(
			async () => {
				n8n = await N8nInstance.startNew({ version });
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => await n8n?.discard());

		/** An active workflow, its trigger's URL and a way to read its executions. */
		async function startWorkflow(options = {}) {
			const workflow = await n8n.createWorkflow(triggerWorkflow({ trigger: TRIGGER, ...options }));
			return {
				url: n8n.webhookUrl(triggerOf(workflow)),
				executions: async () => await n8n.finishedExecutions(workflow.id),
				countExecutions: async () => (await n8n.listExecutions(workflow.id)).length,
			};
		}

		test('every payload of the corpus becomes one item that is a RecorderEvent', async () => {
			// Some payloads are versions of one event, and have one id.
			const { url, executions } = await startWorkflow({
				name: 'Corpus',
				parameters: { options: { deduplicate: 'pass' } },
			});
			for (const { name, text } of CORPUS) {
				const answer = await post(url, text);
				assert.equal(answer.status, 200, `${name}: ${answer.text}`);
				assert.equal(answer.text, '', name);
			}

			const finished = await executions();
			assert.equal(finished.length, CORPUS.length);
			for (const [index, { name, body }] of CORPUS.entries()) {
				const execution = finished[index];
				assert.equal(execution.status, 'success', name);
				const [items, invalid] = outputsOf(execution, 'Trigger');
				assert.deepEqual(invalid ?? [], [], name);
				assert.equal(items.length, 1, name);
				assertRecorderEvent(items[0]);
				assert.equal(items[0].kind, KINDS[body.EventType] ?? 'file.closed', name);
				assert.equal(items[0].id, body.EventId ?? body.EventRandomId, name);
				assert.deepEqual(items[0].raw, body, name);
				assert.deepEqual(outputsOf(execution, 'Event'), [items], name);
			}
		});

		test('a session over an unreliable network: each event exactly once', async () => {
			const { url, executions } = await startWorkflow({ name: 'Session' });
			const session = recordSession();
			const deliveries = await replaySession(url, { session });
			for (const [index, { sent, lost, accepted, repeats, event }] of deliveries.entries()) {
				const actual = { sent, lost, accepted, repeats };
				assert.deepEqual(actual, expectedDelivery(index), event.EventType);
			}
			const ids = (await executions()).map((each) => outputsOf(each, 'Event')[0][0].id);
			assert.deepEqual(ids.toSorted(), session.map(({ EventId }) => EventId).toSorted());
		});

		describe('repeats', () => {
			const once = newEvent();
			const inSequence = Array.from({ length: 30 }, () => newEvent());
			const atOnce = Array.from({ length: 40 }, () => newEvent('FileOpening'));
			let workflow;

			before(async () => {
				workflow = await startWorkflow({ name: 'Repeats' });
			});

			test('the same event 8 times at once: 8 times 200, 1 execution', async () => {
				const recorder = new BililiveRecorder({ urls: Array(8).fill(workflow.url) });
				const deliveries = await recorder.send(writeBililiveRecorderEvent(once));
				recorder.close();
				for (const { attempts } of deliveries) {
					assert.deepEqual(
						attempts.map(({ status }) => status),
						[200],
					);
				}
				assert.equal(await workflow.countExecutions(), 1);
			});

			test('30 events one after the other: 30 executions', async () => {
				for (const event of inSequence) assert.equal((await post(workflow.url, event)).status, 200);
				assert.equal(await workflow.countExecutions(), 31);
			});

			test('40 events at once: 40 executions', async () => {
				const answers = await Promise.all(atOnce.map((event) => post(workflow.url, event)));
				for (const { status } of answers) assert.equal(status, 200);
				assert.equal(await workflow.countExecutions(), 71);
			});

			test('all of them again, after SIGKILL and restart: 200, and nothing starts', async () => {
				await workflow.executions();
				await n8n.kill();
				await n8n.start();
				const taken = [];
				for (const [index, event] of [once, ...inSequence, ...atOnce].entries()) {
					const { status, text } = await post(workflow.url, event);
					assert.equal(status, 200);
					if (text !== '{"status":"duplicate"}') taken.push(`${index}: ${text}`);
				}
				assert.deepEqual(taken, []);
				assert.equal(await workflow.countExecutions(), 71);
			});

			test('a new event after the restart: an execution', async () => {
				assert.equal((await post(workflow.url, newEvent())).status, 200);
				assert.equal(await workflow.countExecutions(), 72);
			});
		});

		describe('authentication', () => {
			const secret = `s3cret-${randomUUID()}`;
			const wrong = `wr0ng-${randomUUID()}`;
			const basic = (user, password) =>
				`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
			const methods = [
				{
					title: 'query secret',
					data: { mode: 'query', name: 'key', secret },
					send: (url, value) => [`${url}?key=${value}`, {}],
				},
				{
					title: 'header',
					data: { mode: 'header', headerName: 'X-Webhook-Token', secret },
					send: (url, value) => [url, { 'x-webhook-token': value }],
				},
				{
					title: 'basic auth',
					data: { mode: 'basic', user: 'recorder', password: secret },
					send: (url, value) => [url, { authorization: basic('recorder', value) }],
				},
			];
			const answers = [];
			const items = [];

			for (const { title, data, send } of methods) {
				test(`${title}: let in with it, 403 if wrong, 401 if missing`, async () => {
					const credential = await n8n.createCredential(title, 'liveRecorderWebhookApi', data);
					const { url, executions, countExecutions } = await startWorkflow({
						name: title,
						credentials: { liveRecorderWebhookApi: credential },
						parameters: { options: { includeRequest: true } },
					});
					const postWith = async (value) => {
						const [address, headers] = value === undefined ? [url, {}] : send(url, value);
						const answer = await post(address, newEvent(), headers);
						answers.push(answer);
						return answer.status;
					};
					assert.equal(await postWith(undefined), 401);
					assert.equal(await postWith(wrong), 403);
					assert.equal(await postWith(`${secret}x`), 403);
					assert.equal(await postWith(secret.slice(0, -1)), 403);
					assert.equal(await countExecutions(), 0);
					assert.equal(await postWith(secret), 200);
					const [execution, ...more] = await executions();
					assert.equal(more.length, 0);
					items.push(outputsOf(execution, 'Event'), execution);
				});
			}

			test('nothing of a secret, right or wrong, in answers, items, executions or logs', async () => {
				assert.equal(answers.length, methods.length * 5);
				const everything = JSON.stringify([answers, items]) + (await n8n.readLog());
				for (const word of [secret, wrong, basic('recorder', secret), basic('recorder', wrong)]) {
					assert.ok(!everything.includes(word), `${word} is in what n8n gives away`);
				}
			});

			test('nor in the clear in the database', async () => {
				const folder = join(n8n.userFolder, '.n8n');
				for (const file of (await readdir(folder)).filter((name) => name.startsWith('database'))) {
					const bytes = await readFile(join(folder, file));
					assert.ok(!bytes.includes(secret), `${file} has a right secret in the clear`);
					assert.ok(!bytes.includes(wrong), `${file} has a wrong secret in the clear`);
				}
			});
		});

		describe('what is no event', () => {
			let workflow;

			before(async () => {
				workflow = await startWorkflow({ name: 'No event' });
			});
			after(async () => assert.equal(await workflow.countExecutions(), 0));

			const bodies = {
				'half of a JSON text': '{"EventType":"FileClosed","EventId"',
				'an empty body': '',
				'plain text': 'hello',
			};
			for (const [title, body] of Object.entries(bodies)) {
				test(`${title}: 4xx`, async () => {
					for (const contentType of ['application/json', 'text/plain']) {
						const { status } = await post(workflow.url, body, { 'content-type': contentType });
						assert.ok(status >= 400 && status < 500, `${contentType}: ${status}`);
					}
				});
			}

			const foreign = {
				'an object of another program': { action: 'opened', issue: { number: 1 } },
				'an event of another recorder': { id: randomUUID(), event: 'clip.generated', payload: {} },
				'a list': [newEvent()],
				'a number': 42,
			};
			for (const [title, body] of Object.entries(foreign)) {
				test(`${title}: 400 with a list of what is wrong`, async () => {
					const { status, text } = await post(workflow.url, JSON.stringify(body));
					assert.equal(status, 400, text);
					const { issues } = JSON.parse(text);
					assert.ok(Array.isArray(issues) && issues.length > 0, text);
					for (const issue of issues) assert.equal(typeof issue.message, 'string');
				});
			}
		});

		describe('an event with a broken field', () => {
			const broken = newEvent('FileClosed', { RelativePath: 5, FileSize: 'big' });

			test('goes to the Invalid output, with issues and as it came', async () => {
				const { url, executions } = await startWorkflow({ name: 'Invalid put out' });
				assert.equal((await post(url, broken)).status, 200);
				const [execution, ...more] = await executions();
				assert.equal(more.length, 0);
				const [events, invalid] = outputsOf(execution, 'Trigger');
				assert.deepEqual(events, []);
				assert.equal(invalid.length, 1);
				assert.deepEqual(invalid[0].raw, broken);
				const paths = invalid[0].issues.map(({ path }) => path).join(' ');
				assert.match(paths, /RelativePath/);
				assert.match(paths, /FileSize/);
				assert.deepEqual(outputsOf(execution, 'Invalid'), [invalid]);
			});

			test('or is refused with 400 and a list, if so set', async () => {
				const { url, countExecutions } = await startWorkflow({
					name: 'Invalid refused',
					parameters: { invalid: 'reject' },
					outputs: ['Event'],
				});
				const { status, text } = await post(url, broken);
				assert.equal(status, 400);
				assert.ok(JSON.parse(text).issues.length >= 2, text);
				assert.equal(await countExecutions(), 0);
				// The recorder may send it repaired: the refusal has left no claim behind.
				const repaired = { ...newEvent(), EventId: broken.EventId };
				assert.equal((await post(url, repaired)).text, '');
				assert.equal(await countExecutions(), 1);
			});
		});

		test('an event type that does not exist yet becomes an item of kind unknown', async () => {
			const { url, executions } = await startWorkflow({ name: 'Future' });
			const future = { ...newEvent('SessionStarted'), EventType: 'PkStarted' };
			assert.equal((await post(url, future)).status, 200);
			const [execution, ...more] = await executions();
			assert.equal(more.length, 0);
			const [[item]] = outputsOf(execution, 'Event');
			assertRecorderEvent(item);
			assert.equal(item.kind, 'unknown');
			assert.equal(item.nativeType, 'PkStarted');
			assert.deepEqual(item.raw, future);
		});
	});
}
