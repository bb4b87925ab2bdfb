/**
 * In a real n8n: our trigger against what a user would pick instead, core Webhook with and without Remove Duplicates, and
 * against a trigger that does nothing, below which no community trigger can come.
 */

import { randomUUID } from 'node:crypto';
import { Agent, request as startRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { installCommunityPackage, N8nInstance, packPackage } from '../e2e/n8nInstance.mjs';
import { alternate, median, ratios, spread, table, verdict } from './measure.mjs';
import { bililiveRecorderEvent } from './payloads.mjs';
import { childIn, processorSeconds } from './processorTime.mjs';
import { DO_NOTHING_TRIGGER, packDoNothingTrigger, SILENT_TRIGGER } from './throwawayPackage.mjs';
import { chain, coreWebhook, node } from './workflows.mjs';

const ROUNDS = 7;
const EVENTS_PER_SLICE = { 8: 48, 1: 24 };
/** At rest is who uses no more than this of the processor in that time. */
const REST_MS = 250;
const REST_SECONDS = 0.02;

const ENGINES = {
	default: {},
	lazy: { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' },
};

const SUBJECTS = {
	ours: 'Our trigger',
	webhook: 'Webhook',
	dedupe: 'Webhook, Remove Duplicates',
	nothing: 'Do-nothing trigger',
	silent: 'Do-nothing trigger that starts nothing',
};

const noOp = () => node('End', 'n8n-nodes-base.noOp', 1, {});

function removeDuplicates() {
	return node('Remove Duplicates', 'n8n-nodes-base.removeDuplicates', 2, {
		operation: 'removeItemsSeenInPreviousExecutions',
		logic: 'removeItemsWithAlreadySeenKeyValues',
		dedupeValue: '={{ $json.body.EventId }}',
		options: { historySize: 1_000_000 },
	});
}

/** The workflows that are compared, switched on, with their addresses. */
async function createSubjects(n8n) {
	const trigger = (type) => ({ ...node('Trigger', type, 1.1, {}), webhookId: randomUUID() });
	const ours = trigger('n8n-nodes-live-recorder.bililiveRecorderTrigger');
	const nothing = trigger(DO_NOTHING_TRIGGER);
	const silent = trigger(SILENT_TRIGGER);
	const webhook = coreWebhook();
	const beforeDedupe = coreWebhook();
	const workflows = {
		ours: [chain('ours', [ours, noOp()]), `/webhook/${ours.webhookId}/webhook`],
		webhook: [chain('webhook', [webhook, noOp()]), `/webhook/${webhook.parameters.path}`],
		dedupe: [
			chain('dedupe', [beforeDedupe, removeDuplicates(), noOp()]),
			`/webhook/${beforeDedupe.parameters.path}`,
		],
		nothing: [chain('nothing', [nothing, noOp()]), `/webhook/${nothing.webhookId}/webhook`],
		silent: [chain('silent', [silent, noOp()]), `/webhook/${silent.webhookId}/webhook`],
	};
	const subjects = {};
	for (const [name, [workflow, path]] of Object.entries(workflows)) {
		const { id } = await n8n.createWorkflow(workflow);
		subjects[name] = { workflowId: id, url: `${n8n.baseUrl}${path}` };
	}
	return subjects;
}

/** Posts one body and reads the answer to its end. */
function post(url, body, agent) {
	return new Promise((resolve, reject) => {
		const request = startRequest(url, {
			method: 'POST',
			agent,
			headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
		});
		request.once('error', reject);
		request.once('response', (response) => {
			response.resume();
			response.once('end', () => resolve(response.statusCode));
		});
		request.end(body);
	});
}

/** Posts all bodies, so many at a time; throws unless every answer is 200. */
async function postAll(url, bodies, inFlight) {
	const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
	let next = 0;
	const worker = async () => {
		while (next < bodies.length) {
			const status = await post(url, bodies[next++], agent);
			if (status !== 200) throw new Error(`${url} answered ${status}`);
		}
	};
	try {
		await Promise.all(Array.from({ length: inFlight }, worker));
	} finally {
		agent.destroy();
	}
}

/**
 * Answers per second, and n8n's processor time per event until it has come to rest: an answer may come before the work.
 * Nothing is asked of n8n meanwhile, as its answers would count.
 */
async function measureSlice(n8n, { url }, bodies, inFlight) {
	const pid = childIn(n8n.userFolder);
	const secondsBefore = pid === null ? 0 : processorSeconds(pid);
	const start = performance.now();
	await postAll(url, bodies, inFlight);
	const seconds = (performance.now() - start) / 1000;
	const secondsAfter = await atRest(pid);
	return {
		perSecond: bodies.length / seconds,
		processorMs: pid === null ? null : ((secondsAfter - secondsBefore) / bodies.length) * 1000,
	};
}

/** Waits until a process does next to nothing; returns its processor time by then. */
async function atRest(pid) {
	let last = pid === null ? 0 : processorSeconds(pid);
	for (let quiet = 0; quiet < 2; ) {
		await pause(REST_MS);
		if (pid === null) return last;
		const now = processorSeconds(pid);
		quiet = now - last <= REST_SECONDS ? quiet + 1 : 0;
		last = now;
	}
	return last;
}

const uniqueBodies = (count) => Array.from({ length: count }, () => bililiveRecorderEvent());

async function compareThroughput(n8n, subjects, report) {
	const results = {};
	for (const inFlight of [8, 1]) {
		const count = EVENTS_PER_SLICE[inFlight];
		const seen = bililiveRecorderEvent();
		for (const subject of [subjects.ours, subjects.dedupe]) await postAll(subject.url, [seen], 1);
		const repeated = Array.from({ length: count }, () => seen);
		results[`unique, ${inFlight} in flight`] = await alternate(
			Object.fromEntries(
				['ours', 'webhook', 'dedupe', 'nothing'].map((name) => [
					name,
					() => measureSlice(n8n, subjects[name], uniqueBodies(count), inFlight),
				]),
			),
			{
				rounds: ROUNDS,
				onRound: (round) => report(`unique, ${inFlight} in flight, ${round} of ${ROUNDS}`),
			},
		);
		results[`repeats, ${inFlight} in flight`] = await alternate(
			Object.fromEntries(
				['ours', 'webhook', 'dedupe', 'silent'].map((name) => [
					name,
					() => measureSlice(n8n, subjects[name], repeated, inFlight),
				]),
			),
			{
				rounds: ROUNDS,
				onRound: (round) => report(`repeats, ${inFlight} in flight, ${round} of ${ROUNDS}`),
			},
		);
	}
	return results;
}

/** How many of 80 deliveries of 10 events, sent all at once, reach the workflow's end. */
async function countLetThrough(n8n, { workflowId, url }) {
	const events = uniqueBodies(10);
	const before = await n8n.listExecutions(workflowId);
	const after = before.at(-1)?.id ?? '0';
	await postAll(
		url,
		Array.from({ length: 80 }, (_, index) => events[index % 10]),
		80,
	);
	const executions = await n8n.finishedExecutions(workflowId, { after });
	return executions.reduce(
		(sum, { data }) => sum + (data.resultData.runData.End?.[0]?.data?.main?.[0]?.length ?? 0),
		0,
	);
}

/** @returns {Promise<string>} Markdown */
export async function run({ version, report }) {
	const ourTarball = await packPackage();
	const doNothing = await packDoNothingTrigger();
	const sections = [];
	const goals = [];
	try {
		for (const [engine, environment] of Object.entries(ENGINES)) {
			const n8n = await N8nInstance.create({ version, tarball: ourTarball, environment });
			try {
				await installCommunityPackage(n8n.userFolder, doNothing.tarball);
				await n8n.start();
				await n8n.logIn();
				const subjects = await createSubjects(n8n);
				const results = await compareThroughput(n8n, subjects, (detail) =>
					report(`${engine} engine: ${detail}`),
				);
				const letThrough = {
					ours: await countLetThrough(n8n, subjects.ours),
					dedupe: await countLetThrough(n8n, subjects.dedupe),
				};
				sections.push(describeEngine(engine, results, letThrough));
				goals.push(...goalsOf(engine, results));
			} finally {
				await n8n.discard();
			}
		}
	} finally {
		await doNothing.discard();
	}
	return [
		`Our trigger is BililiveRecorder Trigger with its defaults; every workflow ends in a No Operation node. The body is a FileClosed event. Median of ${ROUNDS} slices each, in turns, of ${EVENTS_PER_SLICE[8]} events (8 in flight) or ${EVENTS_PER_SLICE[1]} (1 in flight); quartiles in brackets. Events per second are by the clock, until the last answer; processor time is that of the whole n8n process until it has come to rest, per event. Ratios are within a round, above 1 where ours is better. As other programs shared the processors, goals are judged by processor time.`,
		table(['Goal', 'By the clock', 'By processor time', ''], goals),
		"Two things bound what any community trigger can reach: the do-nothing trigger for unique events, and the one that starts nothing for repeats. Beyond those, ours pays for reading its settings, for the bigger item that n8n stores, and for one UPDATE of the workflow's static data per accepted event, which is what claims need to survive a restart; a repeat writes nothing. SQLite brings each UPDATE to the disk before it goes on (n8n leaves `synchronous` at FULL): with one event in flight everything waits for that, with eight there is other work meanwhile. The outputs of our triggers are an expression, which n8n evaluates in the editor and for nodes with an error output only: an execution evaluates none.",
		...sections,
	].join('\n\n');
}

const throughput = (slices) => slices.map(({ perSecond }) => perSecond);

/** How many times as little processor time the first takes; empty where the system doesn't tell. */
function savings(first, second) {
	const time = (slices) => slices.map(({ processorMs }) => processorMs);
	return time(first).includes(null) ? null : ratios(time(second), time(first));
}

function goalsOf(engine, results) {
	const rows = [];
	const goal = (text, ours, theirs, minimum) => {
		const byClock = ratios(throughput(ours), throughput(theirs));
		const byProcessor = savings(ours, theirs);
		const best = byProcessor === null ? byClock : byProcessor;
		rows.push([
			`${engine} engine, ${text}`,
			spread(byClock),
			byProcessor === null ? '?' : spread(byProcessor),
			verdict(median(best) >= minimum),
		]);
	};
	for (const inFlight of [8, 1]) {
		const unique = results[`unique, ${inFlight} in flight`];
		const repeats = results[`repeats, ${inFlight} in flight`];
		const minimum = engine === 'lazy' ? 1 : 0.6;
		goal(
			`${inFlight} in flight: unique at least ${minimum.toFixed(1)}x Webhook`,
			unique.ours,
			unique.webhook,
			minimum,
		);
		if (engine === 'lazy') {
			goal(`${inFlight} in flight: repeats at least 5x Webhook`, repeats.ours, repeats.webhook, 5);
		}
		goal(
			`${inFlight} in flight: unique at least 0.95x the do-nothing trigger`,
			unique.ours,
			unique.nothing,
			0.95,
		);
		goal(
			`${inFlight} in flight: repeats at least 0.95x the do-nothing trigger that starts nothing`,
			repeats.ours,
			repeats.silent,
			0.95,
		);
	}
	return rows;
}

function describeEngine(engine, results, letThrough) {
	const rows = Object.entries(results).flatMap(([situation, slices]) =>
		Object.entries(slices).map(([name, values]) => {
			const saved = savings(slices.ours, values);
			return [
				situation,
				SUBJECTS[name],
				spread(throughput(values), 1),
				saved === null
					? '?'
					: spread(
							values.map(({ processorMs }) => processorMs),
							1,
						),
				name === 'ours' ? '' : spread(ratios(throughput(slices.ours), throughput(values))),
				name === 'ours' || saved === null ? '' : spread(saved),
			];
		}),
	);
	const title =
		engine === 'lazy' ? '### `N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true`' : '### Default engine';
	return [
		title,
		table(
			[
				'Events',
				'Workflow',
				'Events/s',
				'Processor ms/event',
				'Ours by the clock',
				'Ours by processor time',
			],
			rows,
		),
		`Of 80 concurrent deliveries of 10 distinct events, our trigger let ${letThrough.ours} through, Webhook with Remove Duplicates ${letThrough.dedupe}.`,
	].join('\n\n');
}
