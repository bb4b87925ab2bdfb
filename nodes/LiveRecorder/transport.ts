import { type IExecuteFunctions, sleep } from 'n8n-workflow';

import type { OutgoingRequest } from '../../authentication/requests';
import { isJsonObject } from '../../formats/json';
import type { DeliveryTools, NoAnswer } from '../../outbound/deliver';
import type { TargetAnswer } from '../../outbound/deliveryPolicy';
import { errorMessage } from '../shared/errorMessage';

/**
 * Headers that n8n's HTTP client adds where a request doesn't have them; `false` keeps it from that. What is left of the
 * client on the wire: `Connection: close`, and the order of headers (Accept and Content-Type come first).
 */
const ADDED_BY_CLIENT = ['User-Agent', 'Accept', 'Accept-Encoding'];

const LONGEST_TIMER_MS = 1000;

/**
 * An answer's beginning that is read; the rest is left on the wire. Four times what is reported of it: secrets are taken out
 * before it is cut to that, and the one that stands where it is cut must be read whole.
 */
const EXCERPT_BYTES = 8000;

/** What delivering needs, by means of n8n. Stops waiting and sending when `signal` is aborted. */
export function createDeliveryTools(
	context: IExecuteFunctions,
	signal: AbortSignal,
): DeliveryTools {
	const aborted = new Promise<void>((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener('abort', () => resolve(), { once: true });
	});
	const deadlineIn = sharedDeadlines(signal);
	return {
		now: () => Date.now(),
		isCancelled: () => signal.aborted,
		sleep: async (seconds) => {
			const until = Date.now() + seconds * 1000;
			// A cancelled wait leaves its timer behind: short ones, so that none outlives the execution for long.
			for (let rest = seconds * 1000; rest > 0 && !signal.aborted; rest = until - Date.now()) {
				await Promise.race([sleep(Math.min(rest, LONGEST_TIMER_MS)), aborted]);
			}
		},
		send: async (request, timeoutSeconds) =>
			await send(context, request, timeoutSeconds, signal, deadlineIn),
	};
}

/** A time-out, and what is aborted by it or by the end of the execution. */
interface Deadline {
	readonly milliseconds: number;
	readonly beganAt: number;
	readonly timeout: AbortSignal;
	readonly either: AbortSignal;
	sharedBy: number;
}

/** What begins within this time shares a deadline, which comes so much later: each costs as much as ten lines of JSON. */
const SHARED_MS = 50;

/** Node.js 20 takes more listeners of one signal for a leak, and says so in n8n's log. */
const MOST_SHARING = 10;

function sharedDeadlines(signal: AbortSignal): (milliseconds: number) => Deadline {
	let last: Deadline | null = null;
	return (milliseconds) => {
		const beganAt = Date.now();
		const isShared =
			last?.milliseconds === milliseconds &&
			last.sharedBy < MOST_SHARING &&
			beganAt >= last.beganAt &&
			beganAt - last.beganAt < SHARED_MS;
		if (last !== null && isShared) {
			last.sharedBy++;
			return last;
		}
		const timeout = AbortSignal.timeout(milliseconds + SHARED_MS);
		const either = AbortSignal.any([timeout, signal]);
		last = { milliseconds, beganAt, timeout, either, sharedBy: 1 };
		return last;
	};
}

async function send(
	context: IExecuteFunctions,
	request: OutgoingRequest,
	timeoutSeconds: number,
	signal: AbortSignal,
	deadlineIn: (milliseconds: number) => Deadline,
): Promise<TargetAnswer | NoAnswer> {
	const milliseconds = Math.ceil(timeoutSeconds * 1000);
	// The client's own time-out starts anew with every byte; this one is for the whole answer.
	const deadline = deadlineIn(milliseconds);
	try {
		const response: unknown = await context.helpers.httpRequest({
			method: request.method,
			url: request.url,
			headers: wireHeaders(request),
			body: request.body,
			// As a stream, so that an endless answer costs no memory.
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: milliseconds + 1000,
			abortSignal: deadline.either,
		});
		return await readAnswer(response);
	} catch (error) {
		if (signal.aborted) return { status: null, error: 'Cancelled' };
		if (deadline.timeout.aborted)
			return { status: null, error: `No answer within ${timeoutSeconds} s` };
		return { status: null, error: describeError(error) };
	}
}

function wireHeaders(request: OutgoingRequest): Record<string, string | false> {
	const given = new Set(Object.keys(request.headers).map((name) => name.toLowerCase()));
	const kept = ADDED_BY_CLIENT.filter((name) => !given.has(name.toLowerCase()));
	return {
		...request.headers,
		...Object.fromEntries(kept.map((name) => [name, false as const])),
	};
}

async function readAnswer(response: unknown): Promise<TargetAnswer | NoAnswer> {
	if (!isJsonObject(response) || typeof response.statusCode !== 'number') {
		return { status: null, error: 'The HTTP client gave no answer' };
	}
	const headers: Record<string, string> = {};
	if (isJsonObject(response.headers)) {
		for (const [name, value] of Object.entries(response.headers)) {
			if (typeof value === 'string') headers[name.toLowerCase()] = value;
		}
	}
	return { status: response.statusCode, headers, excerpt: await readExcerpt(response.body) };
}

async function readExcerpt(body: unknown): Promise<string> {
	if (typeof body === 'string') return body.slice(0, EXCERPT_BYTES);
	if (!isAsyncIterable(body)) return '';
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of body) {
		const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk), 'utf8');
		chunks.push(bytes);
		length += bytes.length;
		if (length >= EXCERPT_BYTES) break;
	}
	return Buffer.concat(chunks).subarray(0, EXCERPT_BYTES).toString('utf8').trim();
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
	return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

const WORDS_FOR_CODE: ReadonlyMap<string, string> = new Map([
	['ECONNREFUSED', 'Connection refused: nothing listens there'],
	['ECONNRESET', 'The connection was closed without an answer'],
	['EPIPE', 'The connection was closed without an answer'],
	['ENOTFOUND', 'The host was not found'],
	['EAI_AGAIN', 'The name of the host could not be looked up'],
	['ETIMEDOUT', 'The host could not be reached in time'],
	['EHOSTUNREACH', 'The host could not be reached'],
	['ENETUNREACH', 'The network could not be reached'],
]);

/** Why no answer came. Never the client's whole error, which holds the request. */
function describeError(error: unknown): string {
	const isCoded = typeof error === 'object' && error !== null && 'code' in error;
	const code = isCoded && typeof error.code === 'string' ? error.code : '';
	const [firstLine = ''] = errorMessage(error, code).split('\n');
	return WORDS_FOR_CODE.get(code) ?? (firstLine.slice(0, EXCERPT_BYTES) || 'The request failed');
}
