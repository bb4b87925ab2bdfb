/**
 * Distinct events of four recorders in any number, and senders that try as often as those recorders do, their waits
 * shortened by one factor.
 */

import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { Agent, request as startRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { REPO_FOLDER } from './paths.mjs';

const { recorders } = createRequire(import.meta.url)(
	join(REPO_FOLDER, 'dist', 'formats', 'registry.js'),
);

function sampleOf(recorderId, formatPattern, nativeType) {
	const formats = recorders.find(({ id }) => id === recorderId).formats;
	const format = formats.find(({ id }) => formatPattern.test(id));
	const samples = format.events.get(nativeType).samples;
	return structuredClone(samples[0]);
}

const bililiveSample = sampleOf('bililive-recorder', /v2/, 'FileClosed');
const blrecSample = sampleOf('blrec', /./, 'VideoFileCompletedEvent');
const aodianyunSample = sampleOf('aodianyun', /./, 'sys/notify/live_dvr');
const bsr = recorders.find(({ id }) => id === 'bsr').formats[0];
const bsrSample = structuredClone(bsr.events.get('clip.generated').samples[0]);

/**
 * How each recorder delivers: its waits before each attempt in milliseconds, and the body of each attempt.
 * BililiveRecorder and blrec: run against a recording server; BSR: webhook/poster.rs; Aodianyun: its documentation, whose
 * `retry_times` says which attempt it is.
 */
const RECORDERS = [
	{
		name: 'BililiveRecorder',
		waits: [0, 1_000, 2_000],
		body: (mark, id) => ({
			...bililiveSample,
			EventId: id,
			EventData: { ...bililiveSample.EventData, Title: mark },
		}),
	},
	{
		name: 'BSR',
		waits: [0, 1_000, 1_000],
		body: (mark, id) => ({ ...bsrSample, id, payload: { ...bsrSample.payload, title: mark } }),
	},
	{
		name: 'blrec',
		waits: [0, 1_000, 2_000, 4_000, 8_000, ...Array(11).fill(15_000)],
		body: (mark, id) => ({
			...blrecSample,
			id,
			data: { ...blrecSample.data, path: `/rec/${mark}.flv` },
		}),
	},
	{
		name: 'Aodianyun',
		waits: [0, 5_000, 20_000, 60_000],
		isExactly200: true,
		body: (mark, _id, attempt) => {
			const value = aodianyunSample.event_value;
			const isText = typeof value === 'string';
			const changed = { ...(isText ? JSON.parse(value) : value), stream: mark };
			return {
				...aodianyunSample,
				retry_times: attempt,
				event_value: isText ? JSON.stringify(changed) : changed,
			};
		},
	},
];

/** So many distinct events, of the four recorders in turn. Each has a mark in it by which it is found again. */
export function createEvents(count) {
	return Array.from({ length: count }, (_, index) => {
		const recorder = RECORDERS[index % RECORDERS.length];
		const id = randomUUID();
		const mark = `mark-${id}`;
		return {
			mark,
			recorder,
			bodyOf: (attempt) => JSON.stringify(recorder.body(mark, id, attempt)),
		};
	});
}

/** The marks of all events that a text (an execution's data) is about. */
export function marksIn(text) {
	return [...new Set(text.match(/mark-[0-9a-f-]{36}/g) ?? [])];
}

/**
 * What n8n answers, with status 200, to every request from the moment it listens until its database is migrated
 * (abstract-server.js, setupHealthCheck). A recorder takes that for success, and no node is asked.
 */
const STARTING_UP = 'n8n is starting up. Please wait';

/** Whether an answer came from an n8n that hadn't loaded any workflow yet. */
export function isFromStartingN8n({ text }) {
	return text === STARTING_UP;
}

export class Sender {
	// A connection per request, as blrec and BSR make them: one that is kept may be closed by n8n just as it is used.
	#agent = new Agent({ keepAlive: false, maxSockets: 64 });

	/** @param {{ speed?: number, timeoutMs?: number }} [settings] `speed` 10 makes all waits a tenth */
	constructor({ speed = 10, timeoutMs = 100_000 } = {}) {
		this.speed = speed;
		this.timeoutMs = timeoutMs;
	}

	/**
	 * Delivers an event as its recorder does.
	 *
	 * @returns {Promise<{ isAcknowledged: boolean, attempts: { status: number | null, text: string }[] }>}
	 */
	async deliver(url, event) {
		const { waits, isExactly200 = false } = event.recorder;
		const attempts = [];
		for (const [index, wait] of waits.entries()) {
			if (wait > 0) await pause(wait / this.speed);
			const answer = await this.post(url, event.bodyOf(index + 1));
			attempts.push(answer);
			const isSuccess = isExactly200
				? answer.status === 200
				: answer.status !== null && answer.status >= 200 && answer.status < 300;
			if (isSuccess) return { isAcknowledged: true, attempts };
		}
		return { isAcknowledged: false, attempts };
	}

	/** One request; its status is null where there was no answer (`text` says why), `isRefused` if it never arrived. */
	async post(url, body) {
		return await new Promise((resolve) => {
			const request = startRequest(url, {
				method: 'POST',
				agent: this.#agent,
				headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
			});
			request.setTimeout(this.timeoutMs, () => request.destroy(new Error('timed out')));
			request.once('error', (error) =>
				resolve({
					status: null,
					text: error.message,
					isRefused: error.code === 'ECONNREFUSED',
				}),
			);
			request.once('response', async (response) => {
				try {
					const chunks = [];
					for await (const chunk of response) chunks.push(chunk);
					const text = Buffer.concat(chunks).toString('utf8');
					resolve({ status: response.statusCode, text, isRefused: false });
				} catch (error) {
					resolve({ status: null, text: error.message, isRefused: false });
				}
			});
			request.end(body);
		});
	}

	close() {
		this.#agent.destroy();
	}
}

/** A list in a random order. */
export function shuffled(list) {
	const result = [...list];
	for (let index = result.length - 1; index > 0; index--) {
		const other = Math.floor(Math.random() * (index + 1));
		[result[index], result[other]] = [result[other], result[index]];
	}
	return result;
}

/** Runs `work` over a list, so many at a time, in order. */
export async function inParallel(list, limit, work) {
	const rest = list.entries();
	const runner = async () => {
		for (const [index, entry] of rest) await work(entry, index);
	};
	await Promise.all(Array.from({ length: limit }, runner));
}
