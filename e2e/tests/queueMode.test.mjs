/**
 * Queue mode: every event is sent to two webhook processors at once. With the Redis store each is one execution; with the
 * default store, which is one process's memory and n8n's static data, the figure is printed.
 *
 * LIVE_RECORDER_E2E_FULL=1 runs it at full size: 500 events instead of 100.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { filesOf, liveOf } from '../lives.mjs';
import { NEWEST_N8N_VERSION } from '../n8nInstall.mjs';
import { outputsOf, packPackage } from '../n8nInstance.mjs';
import { QueueModeN8n } from '../queueMode.mjs';
import { createEvents, inParallel, Sender } from '../recorderEvents.mjs';
import { PostgresServer, RedisServer, skipWithoutPostgres, skipWithoutRedis } from '../servers.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const EVENTS = process.env.LIVE_RECORDER_E2E_FULL === '1' ? 500 : 100;
const AT_A_TIME = 8;
const QUIET_SECONDS = 3;
const DUPLICATE = '{"status":"duplicate"}';

describe(
	`queue mode of n8n ${NEWEST_N8N_VERSION}`,
	{ skip: skipWithoutRedis || skipWithoutPostgres },
	() => {
		let redis;
		let postgres;
		let n8n;
		let credential;
		/** The Redis of claims is not that of the queue, so that it can go away by itself. */
		let claimsRedis;
		const sender = new Sender();

		before(
			async () => {
				const tarball = process.env.LIVE_RECORDER_E2E_TARBALL ?? (await packPackage());
				[redis, claimsRedis, postgres] = await Promise.all([
					RedisServer.create(),
					RedisServer.create(),
					PostgresServer.create(),
				]);
				n8n = await QueueModeN8n.start({ version: NEWEST_N8N_VERSION, tarball, redis, postgres });
				credential = await n8n.main.createCredential('Claims', 'liveRecorderRedisApi', {
					connectBy: 'host',
					host: '127.0.0.1',
					port: claimsRedis.port,
					database: 0,
					tls: false,
					keyPrefix: 'live-recorder:',
				});
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			sender.close();
			await n8n?.discard();
			await redis?.discard();
			await claimsRedis?.discard();
			await postgres?.discard();
		});

		async function startWorkflow(name, claimStore, options = {}) {
			const workflow = triggerWorkflow({
				trigger: 'liveRecorderTrigger',
				name,
				parameters: { claimStore, options },
			});
			if (claimStore === 'redis') {
				triggerOf(workflow).credentials = { liveRecorderRedisApi: credential };
			}
			const { id, nodes } = await n8n.main.createWorkflow(workflow);
			const trigger = triggerOf({ nodes });
			return { id, urls: n8n.processorUrls.map((_, processor) => n8n.urlAt(processor, trigger)) };
		}

		/** Sends each event to all processors at once; returns how the deliveries were answered. */
		async function sendToAll({ urls }, events) {
			const answers = [];
			await inParallel(events, AT_A_TIME, async (event) => {
				answers.push(await Promise.all(urls.map((url) => sender.post(url, event.bodyOf(1)))));
			});
			return answers;
		}

		function assertAllAcknowledged(answers) {
			const others = answers.flat().filter(({ status }) => status !== 200);
			assert.deepEqual(others, []);
		}

		async function countExecutions({ id }) {
			return (await n8n.main.waitUntilIdle(id)).length;
		}

		test(`${EVENTS} events, each to both processors at once, Redis: ${EVENTS} executions`, async (t) => {
			const workflow = await startWorkflow('Redis', 'redis');
			const startedAt = Date.now();
			const answers = await sendToAll(workflow, createEvents(EVENTS));
			const seconds = (Date.now() - startedAt) / 1000;
			assertAllAcknowledged(answers);
			const repeats = answers.flat().filter(({ text }) => text === DUPLICATE).length;
			const executions = await countExecutions(workflow);
			t.diagnostic(
				`Redis store: ${EVENTS} events, ${2 * EVENTS} deliveries in ${seconds.toFixed(1)} s, ` +
					`${executions} executions, ${repeats} answered as repeats`,
			);
			assert.deepEqual([executions, repeats], [EVENTS, EVENTS]);
		});

		test(`${EVENTS} events, each to both processors at once, default store: the figure`, async (t) => {
			const workflow = await startWorkflow('Default', 'n8n');
			const answers = await sendToAll(workflow, createEvents(EVENTS));
			assertAllAcknowledged(answers);
			const executions = await countExecutions(workflow);
			t.diagnostic(
				`Default store: ${EVENTS} events, ${2 * EVENTS} deliveries, ${executions} executions: ` +
					`${executions - EVENTS} of ${EVENTS} repeats ran again`,
			);
			// Nothing is ever lost; that repeats run is why the Redis store is there.
			assert.ok(executions >= EVENTS);
		});

		test('a processor is killed: what it took stays taken, what it left open is free again', async () => {
			const workflow = await startWorkflow('Processor killed', 'redis');
			const [before, after] = createEvents(2);
			const [first, second] = workflow.urls;
			assert.equal((await sender.post(first, before.bodyOf(1))).text, '');
			await n8n.killProcessor(0);
			assert.equal((await sender.post(second, before.bodyOf(2))).text, DUPLICATE);
			assert.equal((await sender.post(second, after.bodyOf(1))).text, '');
			await n8n.restartProcessor(0);
			assert.equal((await sender.post(first, after.bodyOf(2))).text, DUPLICATE);
			assert.equal(await countExecutions(workflow), 2);
		});

		test('events of one live at both processors, a processor and the main process killed in turn: one item each', async () => {
			const workflow = triggerWorkflow({
				trigger: 'liveRecorderTrigger',
				name: 'Whole lives',
				parameters: {
					claimStore: 'redis',
					events: ['session.completed'],
					options: { sessionWaitMinutes: QUIET_SECONDS / 60 },
				},
			});
			triggerOf(workflow).credentials = { liveRecorderRedisApi: credential };
			const { id, nodes } = await n8n.main.createWorkflow(workflow);
			const urls = n8n.processorUrls.map((_, index) => n8n.urlAt(index, triggerOf({ nodes })));
			const post = async (url, event) => {
				const answer = await sender.post(url, event.bodyOf(1));
				assert.equal(answer.text, '{"status":"noted"}');
			};
			const isOut = async (count) => {
				for (let waited = 0; waited < 480; waited++) {
					if ((await n8n.main.listExecutions(id)).length >= count) break;
					await pause(500);
				}
				await pause((QUIET_SECONDS + 2) * 1_000);
				const executions = await n8n.main.waitUntilIdle(id);
				const sessions = await Promise.all(
					executions.map(async (execution) => {
						const [[session]] = outputsOf(await n8n.main.getExecution(execution.id), 'Trigger');
						return filesOf(session).join();
					}),
				);
				return sessions.toSorted();
			};
			const lives = [liveOf(1), liveOf(2), liveOf(3)];
			const [toBoth, processorKilled, mainKilled] = lives;
			const expected = (count) =>
				lives
					.slice(0, count)
					.map(({ names }) => names.join())
					.toSorted();

			for (const event of toBoth.events) {
				await Promise.all(urls.map((url) => post(url, event)));
			}
			assert.deepEqual(await isOut(1), expected(1));

			for (const [index, event] of processorKilled.events.entries()) {
				if (index === 4) await n8n.killProcessor(0);
				await post(urls[index < 4 ? index % 2 : 1], event);
			}
			assert.deepEqual(await isOut(2), expected(2));
			await n8n.restartProcessor(0);

			for (const [index, event] of mainKilled.events.entries()) await post(urls[index % 2], event);
			await n8n.main.kill();
			await pause((QUIET_SECONDS + 1) * 1_000);
			await n8n.main.start();
			assert.deepEqual(await isOut(3), expected(3));
		});

		test('Redis is killed: events are taken, a process still drops its own repeats, then all is as before', async () => {
			const workflow = await startWorkflow('Redis killed', 'redis');
			const [first, second] = workflow.urls;
			const [away, later] = createEvents(2);
			await claimsRedis.kill();
			assert.equal((await sender.post(first, away.bodyOf(1))).text, '');
			assert.equal((await sender.post(first, away.bodyOf(2))).text, DUPLICATE);
			await claimsRedis.start();
			await untilReconnected(workflow);
			assert.equal((await sender.post(first, later.bodyOf(1))).text, '');
			assert.equal((await sender.post(second, later.bodyOf(2))).text, DUPLICATE);
		});

		test('Redis is killed, and the trigger is told to refuse: 503, and the retry is taken once', async () => {
			const workflow = await startWorkflow('Redis killed, refuse', 'redis', {
				redisUnreachable: 'refuse',
			});
			const [first, second] = workflow.urls;
			const [event] = createEvents(1);
			// Connections are made with the first event.
			await sendToAll(workflow, createEvents(1));
			await claimsRedis.kill();
			const refused = await sender.post(first, event.bodyOf(1));
			assert.equal(refused.status, 503, refused.text);
			assert.match(refused.text, /Redis/);
			await claimsRedis.start();
			await untilReconnected(workflow);
			const answers = await Promise.all(
				[first, second].map((url) => sender.post(url, event.bodyOf(2))),
			);
			assert.deepEqual(answers.map(({ text }) => text).toSorted(), ['', DUPLICATE]);
		});

		test('Redis answers nothing: no answer of n8n takes longer than its bound', async (t) => {
			const workflow = await startWorkflow('Redis frozen', 'redis');
			await sendToAll(workflow, createEvents(1));
			claimsRedis.freeze();
			const times = [];
			try {
				for (const event of createEvents(4)) {
					const startedAt = Date.now();
					const { status } = await sender.post(workflow.urls[0], event.bodyOf(1));
					times.push(Date.now() - startedAt);
					assert.equal(status, 200);
				}
			} finally {
				claimsRedis.unfreeze();
			}
			t.diagnostic(`Redis frozen: answers after ${times.join(', ')} ms`);
			// Two seconds each, and what a busy machine adds; without a bound they come when Redis goes on.
			assert.ok(Math.max(...times) < 12_000, times.join(' '));
			await untilReconnected(workflow);
		});

		/** Both processors share claims again. */
		async function untilReconnected({ urls: [first, second] }) {
			for (let attempt = 0; attempt < 480; attempt++) {
				const [probe] = createEvents(1);
				const taken = await sender.post(first, probe.bodyOf(1));
				const repeated = await sender.post(second, probe.bodyOf(2));
				if (taken.text === '' && repeated.text === DUPLICATE) return;
				await pause(250);
			}
			assert.fail('The processors did not share claims again');
		}
	},
);
