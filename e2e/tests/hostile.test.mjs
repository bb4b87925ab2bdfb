/**
 * Nothing a stranger sends stops n8n: to every trigger, bodies at n8n's limit, with a million values in the arrays and open objects of
 * its schemas and with as many as are just read, as JSON, compressed and as a form. n8n has to stay alive, to answer soon, to answer
 * others meanwhile, and to give its memory back. And requests as no recorder sends them.
 *
 * By default a sample of them, in the newest n8n; LIVE_RECORDER_E2E_FULL=1 sends them all, in every n8n.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { attacksOfAnyKind, attacksOnRecorders, MAX_BODY_BYTES } from '../hostileBodies.mjs';
import { N8N_VERSIONS, NEWEST_N8N_VERSION } from '../n8nInstall.mjs';
import { N8nInstance, outputsOf } from '../n8nInstance.mjs';
import { oddRequests, sendRaw } from '../oddRequests.mjs';
import { REPO_FOLDER } from '../paths.mjs';
import { triggerOf, triggerOfRecorder, triggerWorkflow } from '../workflows.mjs';

const require = createRequire(import.meta.url);
const { recorders } = require(join(REPO_FOLDER, 'dist/formats/registry.js'));

const IS_FULL = process.env.LIVE_RECORDER_E2E_FULL === '1';
const ANSWER_MS = 3_000;
/**
 * On a machine that is busy with other things, n8n waits for its turn: then its processor time counts, without that of the JSON.parse
 * by which n8n reads a body before it asks the trigger. Up to this.
 */
const ANSWER_ANYHOW_MS = 30_000;
const MEMORY_BYTES = 200e6;
const MEMORY_BACK_MS = 60_000;
/** So many attacks on each recorder, unless all are wanted. */
const SAMPLED = 4;

const firstSample = ({ formats }) => [...formats[0].events.values()][0].samples[0];

/** The attacks on one recorder's trigger; one of them compressed, too. */
function chosenAttacks({ attacks }) {
	const chosen = IS_FULL ? attacks : sampleOf(attacks, SAMPLED);
	const compressed = (IS_FULL ? chosen : chosen.slice(0, 1)).map((attack) => ({
		...attack,
		title: `${attack.title}, compressed`,
		isCompressed: true,
	}));
	return [...chosen, ...compressed];
}

/** As many as wanted, spread over all. */
function sampleOf(list, count) {
	if (list.length <= count) return list;
	return Array.from(
		{ length: count },
		(_, index) => list[Math.floor((index * list.length) / count)],
	);
}

for (const version of IS_FULL ? N8N_VERSIONS : [NEWEST_N8N_VERSION]) {
	describe(`Hostile bodies in n8n ${version}`, () => {
		/** @type {N8nInstance} */
		let n8n;
		const urls = new Map();
		let memoryBefore = 0;

		before(
			async () => {
				n8n = await N8nInstance.startNew({
					version,
					environment: {
						NODE_OPTIONS: `--require ${JSON.stringify(join(REPO_FOLDER, 'e2e', 'collectGarbage.cjs'))}`,
					},
				});
				const manifest = require(join(REPO_FOLDER, 'package.json'));
				for (const path of manifest.n8n.nodes) {
					const [, name] = /(\w+)\.node\.js$/.exec(path);
					if (!name.endsWith('Trigger')) continue;
					const trigger = name[0].toLowerCase() + name.slice(1);
					const workflow = triggerWorkflow({ trigger });
					// What n8n writes of an execution is not what is tried here.
					Object.assign(workflow.settings, {
						saveDataSuccessExecution: 'none',
						saveDataErrorExecution: 'none',
					});
					urls.set(trigger, n8n.webhookUrl(triggerOf(await n8n.createWorkflow(workflow))));
				}
				for (const url of urls.values()) {
					for (let count = 0; count < 20; count++) await fetch(url, { method: 'POST', body: '{}' });
				}
				memoryBefore = await bytesHeld();
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => await n8n?.discard());

		async function residentBytes() {
			const status = await readFile(`/proc/${n8n.pid}/status`, 'utf8');
			return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) * 1024;
		}

		/** What is resident once garbage was collected: how much of it Node.js keeps until then is up to Node.js. */
		async function bytesHeld() {
			process.kill(n8n.pid, 'SIGUSR2');
			await pause(1_000);
			const answer = await fetch(`${n8n.baseUrl}/healthz`);
			await answer.arrayBuffer();
			return await residentBytes();
		}

		/** What n8n has used of the processors so far. */
		async function processorMs() {
			const stat = await readFile(`/proc/${n8n.pid}/stat`, 'utf8');
			const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			const ticksPerSecond = 100;
			return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
		}

		const urlOf = (recorderId) => urls.get(triggerOfRecorder(recorderId));

		/** Asks n8n how it is, again and again, until told to stop; gives the longest it took to say so. */
		async function askMeanwhile(signal) {
			let slowest = 0;
			while (!signal.aborted) {
				const startedAt = performance.now();
				let isWell = false;
				while (!isWell && !signal.aborted) {
					// A connection that was idle for long is closed as it is used.
					const answer = await fetch(`${n8n.baseUrl}/healthz`).catch(() => undefined);
					isWell = answer?.ok === true;
					if (!isWell) await pause(10);
				}
				slowest = Math.max(slowest, performance.now() - startedAt);
				await pause(50);
			}
			return slowest;
		}

		async function attack(url, { title, text, contentType = 'application/json', isCompressed }) {
			const plain = Buffer.from(text());
			assert.ok(
				plain.length < MAX_BODY_BYTES,
				`${title}: n8n would not read ${plain.length} bytes`,
			);
			const body = isCompressed ? gzipSync(plain, { level: 1 }) : plain;
			const stop = new AbortController();
			const asking = askMeanwhile(stop.signal);
			const usedBefore = await processorMs();
			const startedAt = performance.now();
			const answer = await fetch(url, {
				method: 'POST',
				headers: {
					'content-type': contentType,
					...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
				},
				body,
			}).catch((error) => ({ status: String(error.cause ?? error), text: async () => '' }));
			await answer.text();
			const tookMs = performance.now() - startedAt;
			stop.abort();
			const slowestMs = await asking;
			assert.ok(n8n.isRunning, `${title}: n8n is gone`);
			const usedMs = (await processorMs()) - usedBefore;
			return { title, status: answer.status, tookMs, slowestMs, usedMs };
		}

		/** What JSON.parse takes of the processor for a body, here as in n8n. */
		function parsingMs({ text }) {
			const body = text();
			const before = process.cpuUsage();
			try {
				JSON.parse(body);
			} catch {
				// Found out no sooner.
			}
			const { user, system } = process.cpuUsage(before);
			return (user + system) / 1_000;
		}

		/** Sends one after the other, and says of all what was wrong. */
		async function attackAll(t, url, attacks) {
			const wrong = [];
			let slowest = { tookMs: 0, slowestMs: 0 };
			for (const each of attacks) {
				const outcome = await attack(url, each);
				const { title, status, tookMs, slowestMs, usedMs } = outcome;
				const isAnswered = typeof status === 'number' && status !== 500;
				const longestMs = Math.max(tookMs, slowestMs);
				const isSoon =
					longestMs <= ANSWER_MS ||
					(longestMs <= ANSWER_ANYHOW_MS && usedMs - parsingMs(each) <= ANSWER_MS);
				if (!isAnswered || !isSoon) {
					wrong.push(
						`${title}: ${status} after ${Math.round(tookMs)} ms, others waited ${Math.round(slowestMs)} ms, n8n used ${usedMs} ms`,
					);
				}
				if (tookMs > slowest.tookMs) slowest = outcome;
			}
			t.diagnostic(
				`${attacks.length} bodies; slowest ${Math.round(slowest.tookMs)} ms: ${slowest.title}`,
			);
			assert.deepEqual(wrong, []);
		}

		for (const onRecorder of attacksOnRecorders()) {
			const attacks = chosenAttacks(onRecorder);
			test(
				`${onRecorder.recorder}: ${attacks.length} bodies made from its schemas`,
				{ timeout: 30 * 60_000 },
				async (t) => {
					await attackAll(t, urlOf(onRecorder.recorder), attacks);
				},
			);
		}

		test('Live Recorder Trigger: a body for each recorder', { timeout: 30 * 60_000 }, async (t) => {
			const attacks = attacksOnRecorders().flatMap(({ attacks: all }) =>
				all.slice(0, IS_FULL ? all.length : 1),
			);
			await attackAll(t, urls.get('liveRecorderTrigger'), attacks);
		});

		const [first] = recorders;
		for (const [trigger, sample] of [
			['liveRecorderTrigger', {}],
			[null, firstSample(first)],
		]) {
			const attacks = attacksOfAnyKind(sample);
			test(
				`${trigger ?? first.id}: ${attacks.length} bodies of any kind`,
				{ timeout: 30 * 60_000 },
				async (t) => {
					await attackAll(t, trigger === null ? urlOf(first.id) : urls.get(trigger), attacks);
				},
			);
		}

		test('odd requests: an event that can be read starts one execution, nothing else any', async () => {
			const workflow = await n8n.createWorkflow(
				triggerWorkflow({
					trigger: triggerOfRecorder(first.id),
					parameters: { authentication: 'none', events: ['*'] },
				}),
			);
			const url = n8n.webhookUrl(triggerOf(workflow));
			const answers = [];
			for (const request of oddRequests(firstSample(first))) {
				const status = await sendRaw(url, request);
				answers.push({ title: request.title, isEvent: request.isEvent, status });
			}
			assert.ok(n8n.isRunning);
			const wrong = answers.filter(({ isEvent, status }) =>
				isEvent === true ? status !== 200 : status === null || (isEvent === false && status < 400),
			);
			assert.deepEqual(wrong, []);
			const executions = await n8n.finishedExecutions(workflow.id);
			assert.deepEqual(
				executions.map(({ status }) => status),
				['success'],
			);
			const [item] = outputsOf(executions[0], 'Trigger')[0];
			assert.equal(item.kind, 'recording.started');
		});

		test('memory is given back', { timeout: 2 * MEMORY_BACK_MS }, async (t) => {
			const uncollected = await residentBytes();
			const until = Date.now() + MEMORY_BACK_MS;
			let memory = await bytesHeld();
			while (memory > memoryBefore + MEMORY_BYTES && Date.now() < until) memory = await bytesHeld();
			const megabytes = (bytes) => Math.round(bytes / 1e6);
			t.diagnostic(
				`${megabytes(memoryBefore)} MB before; afterwards ${megabytes(memory)} MB, ${megabytes(uncollected)} MB with garbage`,
			);
			assert.ok(
				memory <= memoryBefore + MEMORY_BYTES,
				`${megabytes(memory - memoryBefore)} MB stay`,
			);
		});
	});
}
