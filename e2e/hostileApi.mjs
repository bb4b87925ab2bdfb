/**
 * An API that means harm: it answers each request with one of the tricks below, whatever was asked for.
 * On bare sockets, as an HTTP server would refuse to send most of it.
 */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const MEGABYTE = 1_048_576;
/** More than any n8n has of memory. */
const BOMB_MEGABYTES = 10_240;
const PIECE_MEGABYTES = 64;

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const chunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** Zeros, compressed: as often as wanted they make one gzip of many members. */
const GZIPPED = gzipSync(Buffer.alloc(PIECE_MEGABYTES * MEGABYTE, '0'), { level: 9 });
const BROTLIED = brotliCompressSync(Buffer.alloc(PIECE_MEGABYTES * MEGABYTE, '0'), {
	params: { [constants.BROTLI_PARAM_QUALITY]: 3 },
});

/** Waits until what was written is taken, or nobody takes it any more. */
async function room(socket) {
	await new Promise((resolve) => {
		const done = () => {
			socket.off('drain', done);
			socket.off('close', done);
			resolve();
		};
		socket.on('drain', done);
		socket.on('close', done);
	});
}

/** Writes for ever, as fast as it is read. */
async function flood(socket, text) {
	const piece = text.repeat(Math.ceil(65_536 / text.length));
	while (!socket.destroyed) {
		if (!socket.write(piece)) await room(socket);
	}
}

/** Writes for ever, a little now and then. */
function drip(socket, text) {
	const timer = setInterval(() => socket.write(text), 200);
	socket.once('close', () => clearInterval(timer));
}

/** What is answered, by the name of the trick. */
export const TRICKS = {
	'a gzip bomb of 10 GB': async (socket) => {
		socket.write(`${OK}content-encoding: gzip\r\nconnection: close\r\n\r\n`);
		for (let made = 0; made < BOMB_MEGABYTES && !socket.destroyed; made += PIECE_MEGABYTES) {
			if (!socket.write(GZIPPED)) await room(socket);
		}
		socket.end();
	},
	'a brotli bomb': (socket) => {
		socket.write(`${OK}content-encoding: br\r\ncontent-length: ${BROTLIED.length}\r\n\r\n`);
		socket.end(BROTLIED);
	},
	'what is no gzip': (socket) => socket.end(`${OK}content-encoding: gzip\r\n\r\n{"a":1}`),
	'a length that is too long, and nothing more': (socket) =>
		socket.write(`${OK}content-length: 1000\r\n\r\n{"half":`),
	'a length that is too long, and the end': (socket) =>
		socket.end(`${OK}content-length: 1000\r\n\r\n{"half":`),
	'a length that is too short': (socket) =>
		socket.end(`${OK}content-length: 2\r\n\r\n{}{"more":1}`),
	'a negative length': (socket) => socket.end(`${OK}content-length: -1\r\n\r\n{}`),
	'a length beyond all numbers': (socket) =>
		socket.write(`${OK}content-length: ${'9'.repeat(30)}\r\n\r\n{}`),
	'two lengths': (socket) => socket.end(`${OK}content-length: 2\r\ncontent-length: 20\r\n\r\n{}`),
	'a length and chunks': (socket) =>
		socket.end(
			`${OK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n${chunk('{}')}0\r\n\r\n`,
		),
	'chunks without end, slowly': (socket) => {
		socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`);
		drip(socket, chunk(' '));
	},
	'chunks without end, fast': async (socket) => {
		socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`);
		await flood(socket, chunk(' '.repeat(60_000)));
	},
	'an extension of a chunk without end': async (socket) => {
		socket.write(`${OK}transfer-encoding: chunked\r\n\r\n1;x=`);
		await flood(socket, 'x');
	},
	'headers without end, slowly': (socket) => {
		socket.write(OK);
		drip(socket, 'x: y\r\n');
	},
	'headers without end, fast': async (socket) => {
		socket.write(OK);
		await flood(socket, 'x-header: value\r\n');
	},
	'trailers without end': async (socket) => {
		socket.write(`${OK}transfer-encoding: chunked\r\n\r\n${chunk('{}')}0\r\n`);
		await flood(socket, 'x-trailer: value\r\n');
	},
	'hints of an answer without end, slowly': (socket) =>
		drip(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
	'nothing at all': () => {},
	'what is no HTTP': (socket) => socket.end('220 mail.example ESMTP\r\n'),
	'noise without end': async (socket) => await flood(socket, 'x'),
};

export class HostileApi {
	/** The name of the trick in use. */
	trick;
	requests = 0;
	#server = null;
	#sockets = new Set();

	constructor(trick) {
		this.trick = trick;
	}

	async start() {
		this.#server = createServer((socket) => {
			this.#sockets.add(socket);
			socket.on('error', () => {});
			socket.once('close', () => this.#sockets.delete(socket));
			let head = '';
			socket.on('data', (bytes) => {
				head += bytes.toString('latin1').slice(0, 10_000);
				if (!head.includes('\r\n\r\n')) return;
				head = '';
				this.requests += 1;
				void Promise.resolve(TRICKS[this.trick](socket)).catch(() => socket.destroy());
			});
		});
		this.#server.listen(0, '127.0.0.1');
		await once(this.#server, 'listening');
		this.url = `http://127.0.0.1:${this.#server.address().port}`;
		return this;
	}

	/** Connections that nobody has closed. */
	get openConnections() {
		return this.#sockets.size;
	}

	async stop() {
		const server = this.#server;
		if (server === null) return;
		this.#server = null;
		for (const socket of this.#sockets) socket.destroy();
		server.close();
		await once(server, 'close');
	}
}
