/**
 * Senders that post webhooks the way the recorders themselves do: same headers in the same order,
 * same bytes on each attempt, same number of attempts and waits.
 */

import { Agent, request as startRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const MAX_REDIRECTS = 50;

/** Where a redirect makes .NET's HttpClient send the next request, and whether as a bare GET. */
const REDIRECTS = {
	300: 'get',
	301: 'get',
	302: 'get',
	303: 'get',
	307: 'same',
	308: 'same',
};

/** One request, answered or failed. */
function exchange(url, { method, headers, body, agent, timeoutMs }) {
	const target = new URL(url);
	return new Promise((resolve) => {
		const request = startRequest(target, { method, agent, setHost: false });
		request.setHeader('Host', target.host);
		for (const [name, value] of headers) request.setHeader(name, value);
		// Node.js would say keep-alive in words; the recorders' HTTP/1.1 clients leave it unsaid.
		request.removeHeader('Connection');
		request.setTimeout(timeoutMs, () => request.destroy(new Error('timed out')));
		request.once('error', (error) => resolve({ status: null, error: error.message, text: '' }));
		request.once('response', (response) => {
			const chunks = [];
			response.on('data', (chunk) => chunks.push(chunk));
			response.once('error', (error) => resolve({ status: null, error: error.message, text: '' }));
			response.once('end', () =>
				resolve({
					status: response.statusCode,
					location: response.headers.location,
					text: Buffer.concat(chunks).toString('utf8'),
				}),
			);
		});
		request.end(body);
	});
}

async function exchangeFollowingRedirects(url, request) {
	let answer = await exchange(url, request);
	let target = url;
	let current = request;
	for (let count = 0; count < MAX_REDIRECTS; count += 1) {
		const redirect = REDIRECTS[answer.status];
		if (redirect === undefined || answer.location === undefined) break;
		target = new URL(answer.location, target).href;
		if (redirect === 'get') {
			const headers = current.headers.filter(([name]) => !name.startsWith('Content-'));
			current = { ...current, method: 'GET', headers, body: undefined };
		}
		answer = await exchange(target, current);
	}
	return answer;
}

/**
 * BililiveRecorder 2.x: each event is posted to all configured URLs at once, at most three times
 * each, after 0, 1 and 2 seconds; any 2xx is success. Nothing is kept for later.
 */
export class BililiveRecorder {
	static WAITS_MS = [0, 1000, 2000];
	static TIMEOUT_MS = 100_000;

	#agent = new Agent({ keepAlive: true });

	/**
	 * @param {{ urls: string[], version?: string }} settings `urls` as typed in its settings, one
	 *   per line there; a line given twice is sent twice
	 */
	constructor({ urls, version = '2.11.2' }) {
		this.urls = urls;
		this.version = version;
	}

	/**
	 * Sends one event everywhere.
	 *
	 * @param {string | Buffer} body the bytes of the event
	 * @returns {Promise<{ url: string, isDelivered: boolean,
	 *   attempts: { status: number | null, text: string, error?: string }[] }[]>} one per URL
	 */
	async send(body) {
		return await Promise.all(this.urls.map((url) => this.#deliver(url, Buffer.from(body))));
	}

	async #deliver(url, body) {
		const attempts = [];
		for (const waitMs of BililiveRecorder.WAITS_MS) {
			if (waitMs > 0) await pause(waitMs);
			const attempt = await exchangeFollowingRedirects(url, {
				method: 'POST',
				headers: [
					['User-Agent', `BililiveRecorder/${this.version}`],
					['Content-Type', 'application/json'],
					['Content-Length', String(body.length)],
				],
				body,
				agent: this.#agent,
				timeoutMs: BililiveRecorder.TIMEOUT_MS,
			});
			attempts.push(attempt);
			if (attempt.status !== null && attempt.status >= 200 && attempt.status < 300) {
				return { url, isDelivered: true, attempts };
			}
		}
		return { url, isDelivered: false, attempts };
	}

	/** Closes the connections that were kept for the next event. */
	close() {
		this.#agent.destroy();
	}
}

/**
 * An event as BililiveRecorder writes it: compact JSON, in which a duration always has a decimal
 * point.
 */
export function writeBililiveRecorderEvent(event) {
	return JSON.stringify(event).replace(/("Duration":-?\d+)(?=[,}])/, '$1.0');
}

/**
 * SRS 6: each hook has its URLs, called in turn, once, while the client that publishes waits. Unless each answers 200 or 201 with
 * the body `0`, or an object with the code 0, a publisher is thrown out; about everything else there is a line in the log.
 */
export class SrsServer {
	static TIMEOUT_MS = 30_000;

	#agent = new Agent({ keepAlive: true });
	#clients = 0;

	/** @param {Record<string, string[]>} hooks the URLs of each hook, e.g. of `on_publish` */
	constructor(hooks) {
		this.hooks = hooks;
	}

	/** A client begins to publish. `isLive` is false where it was thrown out. */
	async publish(stream) {
		this.#clients += 1;
		const client = {
			client_id: `c${String(this.#clients).padStart(7, '0')}`,
			ip: '192.168.1.20',
			vhost: '__defaultVhost__',
			app: 'live',
			tcUrl: 'rtmp://srs.example.com/live',
			stream,
			param: '?secret=encoder',
			stream_url: `/live/${stream}`,
			stream_id: `vid-${String(this.#clients).padStart(7, '0')}`,
		};
		const answers = await this.call('on_publish', client);
		return { client, answers, isLive: answers.every(({ goesOn }) => goesOn) };
	}

	/** A file of a client's stream is complete. */
	async closeFile({ stream_url, stream_id, ...client }, file) {
		const members = { cwd: '/usr/local/srs', file, stream_url, stream_id };
		return await this.call('on_dvr', { ...client, ...members });
	}

	async unpublish(client) {
		return await this.call('on_unpublish', client);
	}

	/** Calls a hook's URLs up to the first that isn't answered as it must be. */
	async call(action, members) {
		const server = { server_id: 'vid-3k1p0a7', service_id: 'q8z20n5d' };
		const body = Buffer.from(JSON.stringify({ ...server, action, ...members }));
		const answers = [];
		for (const url of this.hooks[action] ?? []) {
			const answer = await exchange(url, {
				method: 'POST',
				headers: [
					['Content-Length', String(body.length)],
					['Content-Type', 'application/json'],
					['User-Agent', 'SRS/6.0.157(Hang)'],
				],
				body,
				agent: this.#agent,
				timeoutMs: SrsServer.TIMEOUT_MS,
			});
			const goesOn = [200, 201].includes(answer.status) && hasCodeZero(answer.text);
			answers.push({ ...answer, goesOn });
			if (!goesOn) break;
		}
		return answers;
	}

	close() {
		this.#agent.destroy();
	}
}

function hasCodeZero(text) {
	try {
		const answer = JSON.parse(text);
		return answer === 0 || answer?.code === 0;
	} catch {
		return false;
	}
}
