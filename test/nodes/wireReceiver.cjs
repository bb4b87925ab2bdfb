/**
 * A receiver on a bare TCP socket: keeps every byte of every request as it was on the wire, and answers, delays or breaks
 * off as it is told. No HTTP library stands between the test and what was sent.
 */
const { createServer } = require('node:net');

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * @typedef {{ status: number, headers?: Record<string, string>, body?: string, delayMs?: number }
 *   | 'close' | 'silence' | 'endless'} Behaviour `endless` answers 200 with a body that never ends
 */

/**
 * @param {(request: { head: string, body: string, count: number }) => Behaviour} behave
 */
async function startWireReceiver(behave = () => ({ status: 200 })) {
	const sockets = new Set();
	const receiver = {
		/** `second` is counted from the first request. */
		requests: [],
		/** Connections that are open now, and the most there were at once. */
		openConnections: 0,
		mostConnections: 0,
	};
	let firstAt = null;

	const server = createServer((socket) => {
		sockets.add(socket);
		receiver.openConnections = sockets.size;
		receiver.mostConnections = Math.max(receiver.mostConnections, sockets.size);
		let received = Buffer.alloc(0);
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
			const count = receiver.requests.length + 1;
			receiver.requests.push({
				head,
				body,
				bytes,
				second: (at - firstAt) / 1000,
				headers: head
					.split('\r\n')
					.slice(1)
					.map((line) => {
						const colon = line.indexOf(':');
						return [line.slice(0, colon), line.slice(colon + 1).trim()];
					}),
			});
			act(socket, behave({ head, body, count }));
		});
	});

	function act(socket, behaviour) {
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
		setTimeout(() => socket.write(answer), delayMs);
	}

	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	receiver.host = `127.0.0.1:${server.address().port}`;
	receiver.url = `http://${receiver.host}/hook`;
	receiver.close = () =>
		new Promise((resolve) => {
			for (const socket of sockets) socket.destroy();
			server.close(resolve);
		});
	/** Waits until no connection is open, for a second at most. */
	receiver.settle = async () => {
		const until = performance.now() + 1000;
		while (sockets.size > 0 && performance.now() < until) {
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
	};
	return receiver;
}

/** An address on which nothing listens. */
async function unusedUrl() {
	const server = createServer();
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address();
	await new Promise((resolve) => server.close(resolve));
	return `http://127.0.0.1:${port}/`;
}

function after(milliseconds) {
	return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

module.exports = { startWireReceiver, unusedUrl, after };
