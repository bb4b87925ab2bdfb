/**
 * What docs/reliability.md promises of one n8n process, in real n8n instances: nothing acknowledged is lost or doubled, though
 * n8n is killed on the way; what n8n could not store is taken when it comes again. n8n 1 answers while it still stores: what
 * it had acknowledged in the moment it was killed may be lost, and is counted.
 *
 * LIVE_RECORDER_E2E_FULL=1 runs it at full size: 1,000 events and five kills instead of 200 and two.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { installN8n, N8N_VERSIONS } from '../n8nInstall.mjs';
import { N8nInstance } from '../n8nInstance.mjs';
import {
	createEvents,
	inParallel,
	isFromStartingN8n,
	marksIn,
	Sender,
	shuffled,
} from '../recorderEvents.mjs';
import { triggerOf, triggerWorkflow } from '../workflows.mjs';

const execute = promisify(execFile);

const IS_FULL = process.env.LIVE_RECORDER_E2E_FULL === '1';
const EVENTS = IS_FULL ? 1_000 : 200;
const KILLS = IS_FULL ? 5 : 2;
const AT_A_TIME = 16;
const REPEATED_SHARE = 0.3;
/** How long before it is killed n8n 1 may have answered what it had not stored yet. */
const STORING_MS = 4_000;

/** n8n 1 answers before the execution is stored. */
const answersEarly = (version) => version.startsWith('1.');

/** How many executions n8n has of each event. */
async function countByMark(n8n, workflowId) {
	const counts = new Map();
	const summaries = await n8n.listExecutions(workflowId);
	let torn = 0;
	await inParallel(summaries, 8, async ({ id }) => {
		const execution = await n8n.getExecutionIfWhole(id);
		if (execution === null) {
			torn += 1;
			return;
		}
		const marks = marksIn(JSON.stringify(execution.data));
		for (const mark of marks) counts.set(mark, (counts.get(mark) ?? 0) + 1);
	});
	return { counts, executions: summaries.length - torn, torn };
}

for (const version of N8N_VERSIONS) {
	describe(`one process of n8n ${version}`, () => {
		/** @type {N8nInstance} */
		let n8n;
		const sender = new Sender({ speed: 10 });

		before(
			async () => {
				n8n = await N8nInstance.startNew({ version });
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			sender.close();
			await n8n?.discard();
		});

		async function startWorkflow(name) {
			const workflow = await n8n.createWorkflow(
				triggerWorkflow({ trigger: 'liveRecorderTrigger', name }),
			);
			return { id: workflow.id, url: n8n.webhookUrl(triggerOf(workflow)) };
		}

		test(
			`${EVENTS} events, ${REPEATED_SHARE * 100} % of them sent twice, ${KILLS} × SIGKILL: each acknowledged event is one execution`,
			{ timeout: 60 * 60_000 },
			async (t) => {
				const { id, url } = await startWorkflow('Kills');
				const events = createEvents(EVENTS);
				const repeats = shuffled(events).slice(0, Math.round(EVENTS * REPEATED_SHARE));
				const deliveries = shuffled([...events, ...repeats]);
				const killAt = new Set(
					Array.from({ length: KILLS }, (_, kill) =>
						Math.round((deliveries.length * (kill + 1)) / (KILLS + 1)),
					),
				);
				const attemptsOf = new Map(events.map(({ mark }) => [mark, []]));
				/** When each event was acknowledged by the trigger. */
				const acknowledged = new Map();
				const kills = [];
				// By n8n itself, while it started: those deliveries never reach a trigger.
				const swallowed = new Set();
				let restart = Promise.resolve();
				let restarts = 0;

				await inParallel(deliveries, AT_A_TIME, async (event, index) => {
					// Recorders don't wait for n8n, but their next events are minutes away: only what is under way sees it down.
					await restart;
					if (killAt.has(index)) {
						kills.push(Date.now());
						restart = n8n.kill().then(async () => {
							await n8n.start();
							restarts += 1;
						});
					}
					const { isAcknowledged, attempts } = await sender.deliver(url, event);
					attemptsOf.get(event.mark).push(...attempts);
					if (!isAcknowledged) return;
					const byTrigger = !isFromStartingN8n(attempts.at(-1));
					if (!byTrigger) swallowed.add(event.mark);
					else if (!acknowledged.has(event.mark)) acknowledged.set(event.mark, Date.now());
				});
				await restart;
				assert.equal(restarts, KILLS);

				await n8n.waitUntilIdle(id);
				const { counts, executions, torn } = await countByMark(n8n, id);
				const problems = [];
				let doubled = 0;
				let cutOff = 0;
				let lostToStart = 0;
				let lostWhileStoring = 0;
				for (const { mark, recorder } of events) {
					const executed = counts.get(mark) ?? 0;
					const attempts = attemptsOf.get(mark);
					// Requests that were cut off: whether n8n had the event by then, nobody could tell the sender.
					const unanswered = attempts.filter(
						({ status, isRefused }) => status === null && !isRefused,
					).length;
					if (unanswered > 0) cutOff += 1;
					if (executed > 1) doubled += 1;
					const isUnstored = kills.some((at) => Math.abs(at - acknowledged.get(mark)) < STORING_MS);
					const isExcused = answersEarly(version) && isUnstored;
					const isMissing = acknowledged.has(mark) && executed === 0;
					if (isMissing && isExcused) lostWhileStoring += 1;
					const isLost = isMissing && !isExcused;
					if (swallowed.has(mark) && executed === 0) lostToStart += 1;
					const isDoubled = executed > 1 + unanswered || (executed > 1 && unanswered === 0);
					if (isLost || isDoubled) {
						const answers = attempts
							.map(({ status, text }) => `${status ?? 'none'} ${text}`)
							.join(', ');
						problems.push(`${recorder.name} ${mark}: ${executed} executions, answers ${answers}`);
					}
				}
				const answers = [...attemptsOf.values()].flat();
				const duplicates = answers.filter(({ text }) => text === '{"status":"duplicate"}').length;
				t.diagnostic(
					`${events.length} events in ${deliveries.length} deliveries and ${answers.length} requests; ` +
						`${acknowledged.size} acknowledged, ${executions} executions, ${duplicates} answered as repeats; ` +
						`${cutOff} events were cut off by a kill, ${doubled} of them ran twice; ` +
						`${lostToStart} lost to the 200 of an n8n that starts, ${lostWhileStoring} to one killed while it stored (${torn} executions half stored); ` +
						`${events.filter(({ mark }) => !acknowledged.has(mark) && !swallowed.has(mark)).length} given up by their recorder while n8n was down`,
				);
				assert.deepEqual(problems, []);
				assert.ok(
					acknowledged.size > events.length * 0.8,
					`only ${acknowledged.size} acknowledged`,
				);
			},
		);

		// n8n 1 has answered by the time its database refuses.
		const skip = answersEarly(version) && 'n8n 1 answers before it stores';
		test(
			'the database takes no writes for a moment: 500, and the retry is taken as new',
			{ skip },
			async () => {
				const { id, url } = await startWorkflow('Read-only database');
				const [event, other] = createEvents(2);
				const setReadOnly = await databaseSwitch(n8n);

				await setReadOnly(true);
				const refused = await Promise.all([1, 2].map(() => sender.post(url, event.bodyOf(1))));
				assert.deepEqual(
					refused.map(({ status }) => status),
					[500, 500],
				);
				await setReadOnly(false);
				assert.equal((await n8n.listExecutions(id)).length, 0);

				const retried = await sender.post(url, event.bodyOf(2));
				assert.deepEqual([retried.status, retried.text], [200, '']);
				assert.equal((await sender.post(url, event.bodyOf(3))).text, '{"status":"duplicate"}');
				assert.equal((await sender.post(url, other.bodyOf(1))).text, '');
				await n8n.waitUntilIdle(id);
				const { counts } = await countByMark(n8n, id);
				assert.deepEqual([counts.get(event.mark), counts.get(other.mark)], [1, 1]);

				// Nothing of the failed attempt was left for the next process either.
				await n8n.kill();
				await n8n.start();
				assert.equal((await sender.post(url, event.bodyOf(4))).text, '{"status":"duplicate"}');
			},
		);
	});
}

/** Has n8n's SQLite database refuse new executions, as a full disk or a database set read-only does. */
async function databaseSwitch(n8n) {
	const { folder, nodeProgram } = await installN8n(n8n.version);
	const file = join(n8n.userFolder, '.n8n', 'database.sqlite');
	return async (isReadOnly) => {
		const sql = isReadOnly
			? `CREATE TRIGGER no_writes BEFORE INSERT ON execution_entity
				BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END`
			: 'DROP TRIGGER no_writes';
		const script = `
			const sqlite3 = require('sqlite3');
			const database = new sqlite3.Database(${JSON.stringify(file)});
			database.configure('busyTimeout', 20000);
			database.exec(${JSON.stringify(sql)}, (error) => {
				if (error) throw error;
				database.close();
			});`;
		await execute(nodeProgram, ['-e', script], { cwd: folder });
	};
}
