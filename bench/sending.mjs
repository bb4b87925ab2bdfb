/** Sending: Live Recorder against n8n's HTTP Request node, the same bytes to the same server, in a real n8n. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { N8nInstance, packPackage } from '../e2e/n8nInstance.mjs';
import { alternate, median, ratios, spread, table, verdict } from './measure.mjs';
import { fromDist } from './payloads.mjs';
import { childIn, processorSeconds } from './processorTime.mjs';
import { chain, coreWebhook, node } from './workflows.mjs';

const ROUNDS = 9;
const ITEMS = 1000;
const MEASURED_NODE = 'Send';

/** n8n closes connections that it has not used for 5 s; after that long none is about to be closed. */
const SETTLING_MS = 6000;

/** Answers every request with 204 and counts the bodies it got. */
async function startReceiver() {
	const bodies = new Map();
	let received = 0;
	let onComplete = () => {};
	const server = createServer((request, response) => {
		const chunks = [];
		request.on('data', (chunk) => chunks.push(chunk));
		request.once('end', () => {
			const body = Buffer.concat(chunks).toString();
			bodies.set(body, (bodies.get(body) ?? 0) + 1);
			response.writeHead(204).end();
			if (++received === ITEMS) onComplete();
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${server.address().port}/`,
		takeBodies: () => {
			const taken = new Map(bodies);
			bodies.clear();
			received = 0;
			return taken;
		},
		/** Resolves when every item has come. */
		completion: async () => await new Promise((resolve) => (onComplete = resolve)),
		stop: () => {
			server.closeAllConnections();
			server.close();
		},
	};
}

/** A thousand events, each as an object and as the very text that goes out. */
function makeItems() {
	const { bililiveRecorderV2: format } = fromDist('formats/bililiveRecorder/v2');
	const [sample] = format.events.get('FileClosed').samples;
	return Array.from({ length: ITEMS }, () => {
		const raw = { ...sample, EventId: randomUUID() };
		return { raw, text: format.delivery.encode(raw) };
	});
}

/** Both nodes, once with the event as an object and once with its text: what an expression gives decides much of the cost. */
function senders(url) {
	const liveRecorder = (body) =>
		node(MEASURED_NODE, 'n8n-nodes-live-recorder.liveRecorder', 1, {
			resource: 'event',
			operation: 'send',
			format: 'bililive-recorder.v2',
			event: 'FileClosed',
			content: 'json',
			body,
			urls: url,
			authentication: 'none',
		});
	const httpRequest = (body) =>
		node(MEASURED_NODE, 'n8n-nodes-base.httpRequest', 4.3, {
			method: 'POST',
			url,
			sendBody: true,
			...body,
			options: {},
		});
	return {
		'Live Recorder, from an object': liveRecorder('={{ $json.raw }}'),
		'HTTP Request, from an object': httpRequest({
			contentType: 'json',
			specifyBody: 'json',
			jsonBody: '={{ $json.raw }}',
		}),
		'Live Recorder, from text': liveRecorder('={{ $json.text }}'),
		'HTTP Request, from text': httpRequest({
			contentType: 'raw',
			rawContentType: 'application/json',
			body: '={{ $json.text }}',
		}),
	};
}

/** Runs the workflow on the items and returns how long n8n says that the sending node took. */
async function measureSending(n8n, receiver, { workflowId, url, after }, items) {
	receiver.takeBodies();
	const completion = receiver.completion();
	const pid = childIn(n8n.userFolder);
	const secondsBefore = pid === null ? 0 : processorSeconds(pid);
	await fetch(url, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ items }),
	});
	// Asking n8n meanwhile would slow it down, and it closes connections that waited for longer than 5 s.
	await completion;
	await pause(SETTLING_MS);
	const secondsAfter = pid === null ? null : processorSeconds(pid);
	const summaries = await n8n.waitUntilIdle(workflowId, { after: after.id });
	after.id = summaries.at(-1).id;
	const execution = await n8n.getExecution(after.id);
	const [sending] = execution.data.resultData.runData[MEASURED_NODE] ?? [];
	const received = receiver.takeBodies();
	if (execution.status !== 'success' || items.some(({ text }) => received.get(text) !== 1)) {
		throw new Error(`Not every item was sent as it should be: execution ${after.id}`);
	}
	return {
		milliseconds: sending.executionTime,
		processorMs: secondsAfter === null ? null : (secondsAfter - secondsBefore) * 1000,
	};
}

/** @returns {Promise<string>} Markdown */
export async function run({ version, report }) {
	const n8n = await N8nInstance.create({ version, tarball: await packPackage() });
	const receiver = await startReceiver();
	try {
		await n8n.start();
		await n8n.logIn();
		const items = makeItems();
		const subjects = {};
		for (const [name, sender] of Object.entries(senders(receiver.url))) {
			const webhook = coreWebhook();
			const split = node('Split Out', 'n8n-nodes-base.splitOut', 1, {
				fieldToSplitOut: 'body.items',
				options: {},
			});
			const { id } = await n8n.createWorkflow(chain(`sending ${name}`, [webhook, split, sender]));
			const workflow = {
				workflowId: id,
				url: `${n8n.baseUrl}/webhook/${webhook.parameters.path}`,
				after: { id: '0' },
			};
			subjects[name] = () => measureSending(n8n, receiver, workflow, items);
		}
		const times = await alternate(subjects, {
			rounds: ROUNDS,
			onRound: (round) => report(`${round} of ${ROUNDS}`),
		});
		const by = (measure, name) => times[name].map((run) => run[measure]);
		const speedUp = (measure, from) =>
			ratios(by(measure, `HTTP Request, from ${from}`), by(measure, `Live Recorder, from ${from}`));
		return [
			`One execution with ${ITEMS.toLocaleString('en')} items, each a FileClosed event with an id of its own, to a server on this machine; both nodes with their defaults, the body by one expression for each item; the server checks that all send the same bytes. The time is the node's own, as n8n reports it; processor time is that of the whole n8n process for the whole execution. Median of ${ROUNDS} runs in turns.`,
			table(
				['Node', 'Time', 'Items/s', 'Processor time'],
				Object.keys(times).map((name) => {
					const values = by('milliseconds', name);
					const processor = by('processorMs', name);
					return [
						name,
						`${spread(values, 0)} ms`,
						Math.round((ITEMS / median(values)) * 1000).toLocaleString('en'),
						processor.includes(null) ? '?' : `${spread(processor, 0)} ms`,
					];
				}),
			),
			table(
				['Goal', 'By the clock', 'By processor time', ''],
				['an object', 'text'].map((from) => [
					`from ${from}: at least 1.0x HTTP Request`,
					spread(speedUp('milliseconds', from)),
					spread(speedUp('processorMs', from)),
					verdict(median(speedUp('milliseconds', from)) >= 1),
				]),
			),
		].join('\n\n');
	} finally {
		receiver.stop();
		await n8n.discard();
	}
}
