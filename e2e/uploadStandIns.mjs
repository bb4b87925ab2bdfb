/**
 * Stand-ins for storage that takes files of any size: a WebDAV server, and an S3 storage with
 * multipart uploads. What arrives is hashed, not kept.
 */

import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

export const WEBDAV_LOGIN = { user: 'nas', password: 'stand-in' };

async function listen(server) {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return server.address().port;
}

/** A body longer than this is a file's, and only hashed. */
const KEPT_BYTES = 1_000_000;

/** Reads a body as it comes: how many bytes, their hashes, and the text of a short one. */
async function digestOf(stream, algorithms) {
	const hashes = algorithms.map((algorithm) => createHash(algorithm));
	const kept = [];
	let length = 0;
	for await (const chunk of stream) {
		length += chunk.length;
		if (length <= KEPT_BYTES) kept.push(chunk);
		for (const hash of hashes) hash.update(chunk);
	}
	const text = length <= KEPT_BYTES ? Buffer.concat(kept).toString('utf8') : '';
	return { length, text, digests: hashes.map((hash) => hash.digest()) };
}

export class WebDavStandIn {
	/** Files by their path: `{ length, sha256 }`. */
	files = new Map();

	static async start() {
		const standIn = new WebDavStandIn();
		standIn.server = createServer((request, response) => void standIn.#answer(request, response));
		standIn.url = `http://127.0.0.1:${await listen(standIn.server)}/dav/recordings`;
		return standIn;
	}

	async stop() {
		this.server.close();
		this.server.closeAllConnections();
	}

	async #answer(request, response) {
		const { user, password } = WEBDAV_LOGIN;
		const login = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
		if (request.headers.authorization !== login) {
			response.writeHead(401, { 'www-authenticate': 'Basic realm="dav"' }).end();
			return;
		}
		const announced = request.headers['content-length'];
		// As WebDAV servers do: PUT into an existing folder only, with a length.
		const isPut = request.method === 'PUT' && /^\/dav\/recordings\/[^/]+$/.test(request.url);
		if (!isPut || announced === undefined) {
			response.writeHead(isPut ? 411 : 409).end();
			return;
		}
		const { length, digests } = await digestOf(request, ['sha256']);
		const name = decodeURIComponent(request.url.slice('/dav/recordings/'.length));
		this.files.set(name, { length, sha256: digests[0].toString('hex') });
		response.writeHead(201).end();
	}
}

/** As much of S3 as a multipart upload needs: parts are checked against their Content-MD5. */
export class MultipartStandIn {
	/** Complete objects by their path: `{ length, parts }`. */
	objects = new Map();

	#uploads = new Map();

	static async start() {
		const standIn = new MultipartStandIn();
		standIn.server = createServer((request, response) => void standIn.#answer(request, response));
		standIn.endpoint = `http://127.0.0.1:${await listen(standIn.server)}`;
		return standIn;
	}

	async stop() {
		this.server.close();
		this.server.closeAllConnections();
	}

	async #answer(request, response) {
		const { pathname, searchParams } = new URL(request.url, this.endpoint);
		const { length, text, digests } = await digestOf(request, ['md5', 'sha256']);
		const [md5, sha256] = digests;
		const reply = (status, xml = '', headers = {}) => {
			response.writeHead(status, { 'content-type': 'application/xml', ...headers });
			response.end(xml === '' ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
		};
		const isSigned = /^AWS4-HMAC-SHA256 Credential=/.test(request.headers.authorization ?? '');
		const signedHash = request.headers['x-amz-content-sha256'];
		if (!isSigned) return reply(403);
		if (signedHash !== undefined && signedHash !== 'UNSIGNED-PAYLOAD') {
			if (signedHash !== sha256.toString('hex')) return reply(400);
		}
		const key = decodeURIComponent(pathname);
		if (request.method === 'GET' && searchParams.has('location')) {
			return reply(
				200,
				'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">us-east-1</LocationConstraint>',
			);
		}
		if (request.method === 'POST' && searchParams.has('uploads')) {
			const uploadId = randomUUID();
			this.#uploads.set(uploadId, { key, parts: new Map() });
			return reply(
				200,
				`<InitiateMultipartUploadResult><Key>${uploadId}</Key><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
			);
		}
		const upload = this.#uploads.get(searchParams.get('uploadId'));
		if (upload === undefined || upload.key !== key) return reply(404);
		if (request.method === 'PUT') {
			if (request.headers['content-md5'] !== md5.toString('base64')) return reply(400);
			const etag = `"${md5.toString('hex')}"`;
			upload.parts.set(Number(searchParams.get('partNumber')), { etag, length });
			return reply(200, '', { etag });
		}
		if (request.method === 'GET') {
			const parts = [...upload.parts].sort(([a], [b]) => a - b);
			const listed = parts.slice(0, Number(searchParams.get('max-parts') ?? 1000));
			const xml = listed.map(
				([number, { etag, length: size }]) =>
					`<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag><Size>${size}</Size></Part>`,
			);
			return reply(200, `<ListPartsResult>${xml.join('')}</ListPartsResult>`);
		}
		if (request.method === 'POST') {
			// Only the parts that the request names become the object: what it leaves out is gone.
			const parts = [...text.matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].flatMap(
				([, number]) => upload.parts.get(Number(number)) ?? [],
			);
			const total = parts.reduce((sum, part) => sum + part.length, 0);
			this.objects.set(key, { length: total, parts: parts.length });
			return reply(
				200,
				'<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>',
			);
		}
		return reply(405);
	}
}
