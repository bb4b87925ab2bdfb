/**
 * A receiver on a bare TCP socket: keeps every byte of every request as it was on the wire, and answers, delays or breaks
 * off as it is told. No HTTP library stands between the test and what was sent.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** `endless` answers 200 with a body that never ends. */
export type Behaviour =
	| { status: number; headers?: Record<string, string>; body?: string; delayMs?: number }
	| 'close'
	| 'silence'
	| 'endless';

export interface WireRequest {
	/** Request line and headers as they were on the wire. */
	head: string;
	headers: Array<[name: string, value: string]>;
	body: string;
	bytes: Buffer;
	/** Counted from the first request. */
	second: number;
}

export type WireReceiver = Awaited<ReturnType<typeof startWireReceiver>>;

export async function startWireReceiver(
	behave: (request: { head: string; body: string; count: number }) => Behaviour = () => ({
		status: 200,
	}),
) {
	const sockets = new Set<Socket>();
	const requests: WireRequest[] = [];
	let firstAt: number | null = null;

	const server = createServer((socket) => {
		sockets.add(socket);
		receiver.openConnections = sockets.size;
		receiver.mostConnections = Math.max(receiver.mostConnections, sockets.size);
		let received: Buffer = Buffer.alloc(0);
		socket.on('error', () => {});
		socket.on('close', () => {
			sockets.delete(socket);
			receiver.openConnections = sockets.size;
		});
		socket.on('data', (chunk) => {
			received = Buffer.concat([received, chunk]);
			const endOfHead = received.indexOf(END_OF_HEAD);
			if (endOfHead < 0) return;
			const head = received.subarray(0, endOfHead).toString('latin1');
			const length = Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? 0);
			const start = endOfHead + END_OF_HEAD.length;
			if (received.length < start + length) return;
			const bytes = received.subarray(start, start + length);
			received = received.subarray(start + length);
			const at = performance.now();
			firstAt ??= at;
			const body = bytes.toString('utf8');
			const count = requests.length + 1;
			requests.push({
				head,
				body,
				bytes,
				second: (at - firstAt) / 1000,
				headers: head
					.split('\r\n')
					.slice(1)
					.map((line): [string, string] => {
						const colon = line.indexOf(':');
						return [line.slice(0, colon), line.slice(colon + 1).trim()];
					}),
			});
			act(socket, behave({ head, body, count }));
		});
	});

	function act(socket: Socket, behaviour: Behaviour) {
		if (behaviour === 'silence') return;
		if (behaviour === 'close') {
			socket.destroy();
			return;
		}
		if (behaviour === 'endless') {
			socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n');
			const block = 'x'.repeat(1000);
			const timer = setInterval(() => socket.write(block), 5);
			socket.on('close', () => clearInterval(timer));
			return;
		}
		const { status, headers = {}, body = '', delayMs = 0 } = behaviour;
		const hasBody = status !== 204 && status !== 304;
		const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
		const length = hasBody ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : '';
		const answer = `HTTP/1.1 ${status} Status\r\n${lines.join('')}${length}\r\n${hasBody ? body : ''}`;
		void after(delayMs).then(() => socket.write(answer));
	}

	const host = await listen(server);
	const receiver = {
		host,
		url: `http://${host}/hook`,
		requests,
		/** Connections that are open now, and the most there were at once. */
		openConnections: 0,
		mostConnections: 0,
		/** Waits until no connection is open; not for ever, so that what is left open is counted. */
		async settle(): Promise<void> {
			const until = performance.now() + 20_000;
			while (sockets.size > 0 && performance.now() < until) await after(10);
		},
		async close(): Promise<void> {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return receiver;
}

/** Lets a server listen on a free port of this machine; the result is its host. */
async function listen(server: Server): Promise<string> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('There is no free port');
	return `127.0.0.1:${address.port}`;
}

/** An address on which nothing listens. */
export async function unusedUrl(): Promise<string> {
	const server = createServer();
	const host = await listen(server);
	await new Promise((resolve) => server.close(resolve));
	return `http://${host}/`;
}
