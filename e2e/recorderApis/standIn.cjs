/**
 * What the stand-ins for recorders' own APIs have in common: an HTTP server that notes what is asked, can be taken away, slowed
 * down or cut off in the middle, and serves files of any size without a disk.
 */
const { createHash } = require('node:crypto');
const { createServer } = require('node:http');

/** The bytes of every served file repeat this: which part of it they are can be told from them. */
const PATTERN = Buffer.alloc(1_048_576);
for (let offset = 0; offset < PATTERN.length; offset += 8) PATTERN.writeUInt32BE(offset, offset);

function contentOf(size, start = 0, end = size) {
	const content = Buffer.alloc(end - start);
	for (let at = start; at < end; ) {
		const from = at % PATTERN.length;
		const length = Math.min(PATTERN.length - from, end - at);
		PATTERN.copy(content, at - start, from, from + length);
		at += length;
	}
	return content;
}

class StandIn {
	/** Method, path and status of every request. */
	requests = [];
	/** `null`, `'cut'` (half an answer), a number (milliseconds before each answer), or `'page'` (a proxy's login page). */
	mood = null;
	/** Downloads are cut off after so many bytes, once for each number. */
	cutDownloadsAfter = [];
	/** Where parts begin, whatever was asked for; null where they begin there. */
	partsBeginAt = null;
	/** Whether a part is sent of a file that is another by now. */
	ignoresIfRange = false;
	/** What becomes of the headers of files, and of parts of them. */
	fileHeaders = (headers) => headers;
	/** Path below the recordings -> { size, modified (ms since 1970) }. */
	files = new Map();
	/** At which of the next requests it is killed, before or after it did what was asked for; it is back for the next one. */
	diesAt = null;
	/** By how much its clock is ahead, milliseconds. */
	ahead = 0;
	#server = null;
	#port = 0;

	async start() {
		this.#server = createServer((request, response) => {
			void this.#handle(request, response).catch(() => response.destroy());
		});
		await new Promise((resolve, reject) => {
			this.#server.once('error', reject);
			this.#server.listen(this.#port, '127.0.0.1', resolve);
		});
		this.#port = this.#server.address().port;
		this.url = `http://127.0.0.1:${this.#port}`;
		return this;
	}

	/** Nothing listens any more; `start` brings it back at the same address. */
	async stop() {
		if (this.#server === null) return;
		const server = this.#server;
		this.#server = null;
		const closed = new Promise((resolve) => server.close(resolve));
		server.closeAllConnections();
		await closed;
	}

	async #handle(request, response) {
		const chunks = [];
		for await (const chunk of request) chunks.push(chunk);
		const body = Buffer.concat(chunks).toString('utf8');
		const url = new URL(request.url, 'http://stand-in');
		const noted = { method: request.method, path: request.url, body, status: null };
		this.requests.push(noted);
		response.on('finish', () => (noted.status = response.statusCode));
		if (typeof this.mood === 'number')
			await new Promise((resolve) => setTimeout(resolve, this.mood));
		response.setHeader('date', new Date(Date.now() + this.ahead).toUTCString());
		if (this.mood === 'page') {
			response.writeHead(200, { 'content-type': 'text/html' });
			response.end('<!doctype html><title>Sign in</title><form><input type="password"></form>');
			return;
		}
		if (this.mood === 'cut') {
			response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
			response.write('{"half":');
			setTimeout(() => response.destroy(), 20);
			return;
		}
		const dies = this.diesAt !== null && --this.diesAt.request === 0 ? this.diesAt : null;
		if (dies !== null && !dies.isDone) {
			response.destroy();
			return;
		}
		if (dies !== null) response.end = () => response.destroy();
		await this.answer({
			request,
			response,
			url,
			body,
			path: url.pathname.split('/').map(decodeURIComponent).join('/'),
		});
	}

	json(response, status, value, headers = {}) {
		response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
		response.end(JSON.stringify(value));
	}

	text(response, status, text, headers = {}) {
		response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
		response.end(text);
	}

	page(response, status) {
		response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
		response.end('<!doctype html><html><body>404</body></html>');
	}

	/** As static file services do: HEAD, Range, If-Range, ETag, Last-Modified. */
	async serveFile(request, response, file) {
		const modified = new Date(Math.floor(file.modified / 1000) * 1000).toUTCString();
		const etag = `"${createHash('sha1').update(`${file.modified}-${file.size}`).digest('hex').slice(0, 16)}"`;
		const headers = {
			'content-type': 'video/x-flv',
			'accept-ranges': 'bytes',
			'last-modified': modified,
			etag,
		};
		let [start, end] = [0, file.size];
		const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
		const condition = request.headers['if-range'];
		const isPart =
			range !== null &&
			(this.ignoresIfRange ||
				condition === undefined ||
				condition === etag ||
				condition === modified);
		if (isPart) {
			start = this.partsBeginAt ?? Number(range[1]);
			if (range[2] !== '') end = Math.min(file.size, Number(range[2]) + 1);
			if (start >= file.size) {
				response.writeHead(416, { 'content-range': `bytes */${file.size}` }).end();
				return;
			}
			headers['content-range'] = `bytes ${start}-${end - 1}/${file.size}`;
		}
		headers['content-length'] = String(end - start);
		response.writeHead(isPart ? 206 : 200, this.fileHeaders(headers, isPart));
		if (request.method === 'HEAD') {
			response.end();
			return;
		}
		// One for each time that the reader is slower.
		response.setMaxListeners(0);
		const stopAt =
			this.cutDownloadsAfter.length > 0 ? start + this.cutDownloadsAfter.shift() : Infinity;
		for (let at = start; at < end; ) {
			if (at >= stopAt || response.destroyed) {
				response.destroy();
				return;
			}
			const from = at % PATTERN.length;
			const length = Math.min(PATTERN.length - from, end - at, stopAt - at);
			const isRoom = response.write(PATTERN.subarray(from, from + length));
			at += length;
			if (!isRoom) {
				await new Promise((resolve) => {
					response.once('drain', resolve);
					response.once('close', resolve);
				});
			}
		}
		response.end();
	}
}

module.exports = { StandIn, contentOf };
