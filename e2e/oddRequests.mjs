/**
 * Requests as no recorder sends them, on bare sockets: what HTTP clients refuse to send, too. Each has the same event in it, or none:
 * `isEvent` says whether a receiver can read it, null where that is n8n's own choice.
 */

import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

/** An answer that doesn't come, not one that a busy machine takes long for. */
const ANSWER_MS = 60_000;
const BOMB_BYTES = 512 * 1024 * 1024;

/** The requests for one event. */
export function oddRequests(event) {
	const json = JSON.stringify(event);
	const typed = (contentType, body = json, further = '') => ({
		head: `content-type: ${contentType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${further}`,
		body,
	});
	const asJson = (body, further) => typed('application/json', body, further);
	const chunked = (coding) => ({
		head: `content-type: application/json\r\ntransfer-encoding: ${coding}\r\n`,
		body: `${Buffer.byteLength(json).toString(16)}\r\n${json}\r\n0\r\n\r\n`,
	});
	const multipart = (name) =>
		typed(
			'multipart/form-data; boundary=x',
			`--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n1\r\n--x--\r\n`,
		);
	const readable = {
		'plain text': typed('text/plain'),
		'an image': typed('image/png'),
		'no content type': { ...asJson(json), head: `content-length: ${Buffer.byteLength(json)}\r\n` },
		'a content type that is none': typed(';;;='),
		'a content type of 12,000 characters': typed(`${'a'.repeat(8000)}/${';'.repeat(4000)}`),
		gzip: asJson(gzipSync(json), 'content-encoding: gzip\r\n'),
		deflate: asJson(deflateSync(json), 'content-encoding: deflate\r\n'),
		chunks: chunked('chunked'),
		'headers named as members of all objects': asJson(json, '__proto__: 1\r\nconstructor: 2\r\n'),
		'900 headers': asJson(
			json,
			Array.from({ length: 900 }, (_, index) => `a${index}: 1\r\n`).join(''),
		),
		'a query of objects': {
			...asJson(json),
			query: '?__proto__[a]=1&constructor=2&toString=1&%ff=%fe',
		},
		'a query of 5,000 parameters': { ...asJson(json), query: `?${'a&'.repeat(5000)}` },
		'the header of a save, without its secret': asJson(
			json,
			`x-live-recorder-save: ${'a'.repeat(43)}\r\n`,
		),
		'members named as those of all objects': asJson(
			`${json.slice(0, -1)},"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toJSON":"x","hasOwnProperty":1}`,
		),
	};
	const unreadable = {
		'UTF-16': asJson(Buffer.from(`\ufeff${json}`, 'utf16le')),
		'half of it': asJson(json.slice(0, -10)),
		'a form in several parts': multipart('a'),
		'a form with a member named __proto__': multipart('__proto__'),
		'a form without its boundary': typed('multipart/form-data', '--x\r\n'),
		'several parts': typed('multipart/mixed; boundary=x', '--x--'),
		XML: typed('application/xml', '<a><b>1</b></a>'),
		'XML with entities': typed(
			'application/xml',
			'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>',
		),
		'a form of brackets': typed('application/x-www-form-urlencoded', `a${'[b]'.repeat(1000)}=1`),
		'a form of prototypes': typed(
			'application/x-www-form-urlencoded',
			'__proto__[x]=1&constructor[prototype][y]=2',
		),
		'what is no gzip': asJson(json, 'content-encoding: gzip\r\n'),
		'half a gzip': asJson(gzipSync(json).subarray(0, 30), 'content-encoding: gzip\r\n'),
		'a gzip bomb': asJson(gzipSync(Buffer.alloc(BOMB_BYTES, ' ')), 'content-encoding: gzip\r\n'),
		'a gzip bomb that is no JSON': typed(
			'application/octet-stream',
			gzipSync(Buffer.alloc(BOMB_BYTES, ' ')),
			'content-encoding: gzip\r\n',
		),
		'a negative length': { ...asJson(json), head: 'content-length: -5\r\n' },
		'two lengths': asJson(json, 'content-length: 5\r\n'),
		'a length and chunks': {
			...chunked('chunked'),
			head: 'content-length: 5\r\ntransfer-encoding: chunked\r\n',
		},
		'chunks that are none': { ...chunked('chunked'), body: `zz\r\n${json}\r\n0\r\n\r\n` },
	};
	const either = {
		'a byte order mark': asJson(`\ufeff${json}`),
		'an unknown charset': typed('application/json; charset=nonsense'),
		Latin1: typed('application/json; charset=iso-8859-1'),
		'two content types': asJson(json, 'content-type: multipart/form-data; boundary=x\r\n'),
		brotli: asJson(brotliCompressSync(json), 'content-encoding: br\r\n'),
		'an unknown encoding': asJson(json, 'content-encoding: zstd\r\n'),
		'an unknown transfer encoding': chunked('xchunked'),
	};
	const listed = (requests, isEvent) =>
		Object.entries(requests).map(([title, request]) => ({ title, isEvent, ...request }));
	return [...listed(readable, true), ...listed(unreadable, false), ...listed(either, null)];
}

/** Sends one, and gives the status of the answer; null where none came. */
export async function sendRaw(url, { head, body, query = '' }) {
	const { port, hostname, pathname } = new URL(url);
	const socket = createConnection({ port: Number(port), host: hostname });
	let answer = '';
	socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
	// The answer may come, and the connection be closed, before all is sent.
	socket.on('error', () => {});
	socket.write(
		`POST ${pathname}${query} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: close\r\n${head}\r\n`,
	);
	socket.write(body);
	const closed = once(socket, 'close').catch(() => {});
	await Promise.race([closed, pause(ANSWER_MS, undefined, { ref: false })]);
	socket.destroy();
	const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
	return status === undefined ? null : Number(status);
}
