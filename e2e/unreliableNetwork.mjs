/**
 * A network between a recorder and n8n that loses things: requests on their way there, answers on
 * their way back. It is a reverse proxy on this machine; what it does to each request is decided by
 * whoever starts it, and it keeps a record of everything.
 */

import { once } from 'node:events';
import { createServer, request as startRequest } from 'node:http';

async function readAll(stream) {
	const chunks = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks);
}

function forward(target, incoming, body) {
	return new Promise((resolve, reject) => {
		const outgoing = startRequest(new URL(incoming.url, target), {
			method: incoming.method,
			headers: incoming.rawHeaders,
		});
		outgoing.once('error', reject);
		outgoing.once('response', async (response) => {
			try {
				resolve({
					status: response.statusCode,
					headers: response.rawHeaders,
					body: await readAll(response),
				});
			} catch (error) {
				reject(error);
			}
		});
		outgoing.end(body);
	});
}

export class UnreliableNetwork {
	#server;
	#target;
	#decide;

	/** Every request seen: its body, its fate, and what n8n answered if it got there. */
	traffic = [];

	/**
	 * @param {string} target where requests are passed on to
	 * @param {(body: string) => 'pass' | 'lose request' | 'lose answer'} decide
	 */
	constructor(target, decide) {
		this.#target = target;
		this.#decide = decide;
	}

	async start() {
		this.#server = createServer((incoming, outgoing) => void this.#carry(incoming, outgoing));
		this.#server.listen(0, '127.0.0.1');
		await once(this.#server, 'listening');
		this.baseUrl = `http://127.0.0.1:${this.#server.address().port}`;
		return this;
	}

	/** The same address, by way of this network. */
	urlThrough(url) {
		const { pathname, search } = new URL(url);
		return `${this.baseUrl}${pathname}${search}`;
	}

	async #carry(incoming, outgoing) {
		const body = await readAll(incoming);
		const text = body.toString('utf8');
		const fate = this.#decide(text);
		const record = { body: text, fate, answer: null };
		this.traffic.push(record);
		if (fate === 'lose request') {
			incoming.socket.destroy();
			return;
		}
		try {
			const answer = await forward(this.#target, incoming, body);
			record.answer = { status: answer.status, text: answer.body.toString('utf8') };
			if (fate === 'lose answer') {
				incoming.socket.destroy();
				return;
			}
			outgoing.writeHead(answer.status, answer.headers).end(answer.body);
		} catch (error) {
			record.answer = { status: null, text: error.message };
			incoming.socket.destroy();
		}
	}

	async stop() {
		this.#server.close();
		this.#server.closeAllConnections();
		await once(this.#server, 'close');
	}
}
