/**
 * Stand-ins on this machine for the services that the examples speak to: messengers and an S3
 * storage. Messengers are reached at their own names, by way of a proxy that leads there and
 * nowhere else, with a certificate made for the test.
 */

import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { CHANNEL_HOSTS, ChannelStandIns } from './channelStandIns.mjs';

const execute = promisify(execFile);

const SLACK_HOST = 'slack.com';
const TELEGRAM_HOST = 'api.telegram.org';
const HOSTS = [SLACK_HOST, TELEGRAM_HOST, ...CHANNEL_HOSTS];

export const S3_KEYS = {
	accessKeyId: 'stand-in',
	secretAccessKey: 'stand-in-secret',
	region: 'us-east-1',
};

/** Makes an authority and a certificate for the given hosts; returns their files. */
async function makeCertificates(folder, hosts) {
	const file = (name) => join(folder, name);
	const openssl = async (...args) => await execute('openssl', args, { cwd: folder });
	const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
	await openssl(
		...['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Stand-in authority'],
		...['-addext', 'basicConstraints=critical,CA:TRUE'],
		...['-keyout', 'authority.key', '-out', 'authority.pem'],
	);
	await openssl(
		...['req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${hosts[0]}`],
		...['-addext', `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}`],
		...['-addext', 'basicConstraints=critical,CA:FALSE'],
		...['-CA', 'authority.pem', '-CAkey', 'authority.key'],
		...['-keyout', 'hosts.key', '-out', 'hosts.pem'],
	);
	return {
		authority: file('authority.pem'),
		key: await readFile(file('hosts.key')),
		cert: await readFile(file('hosts.pem')),
	};
}

async function listen(server) {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return server.address().port;
}

async function readAll(stream) {
	const chunks = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks);
}

export class StandIns {
	#servers = [];
	#further;
	#authority;
	#proxyPort;

	/** What arrived, in order: bodies of Slack and Telegram parsed, those of S3 as they came. */
	slack = [];
	telegram = [];
	s3 = [];
	/** The robots and push services of `channelStandIns.mjs`. */
	channels = new ChannelStandIns();
	/** Hosts that somebody wanted to reach by way of the proxy, and couldn't. */
	turnedAway = [];

	/**
	 * @param {string} folder a temporary one, for the certificates
	 * @param {Record<string, (request: object, response: object) => void>} [further] who answers for hosts beyond these
	 */
	static async start(folder, further = {}) {
		const standIns = new StandIns();
		standIns.#further = further;
		const { authority, key, cert } = await makeCertificates(folder, standIns.#hosts);
		standIns.#authority = authority;

		const tlsServer = createTlsServer(
			{ key, cert },
			(request, response) => void standIns.#answerMessenger(request, response),
		);
		const tlsPort = await listen(tlsServer);
		const proxy = createServer((_request, response) => response.writeHead(403).end());
		proxy.on('connect', ({ url }, socket) => standIns.#carry(url, socket, tlsPort));
		standIns.#proxyPort = await listen(proxy);
		const storage = createServer((request, response) => void standIns.#answerS3(request, response));
		standIns.s3Endpoint = `http://127.0.0.1:${await listen(storage)}`;
		standIns.#servers = [tlsServer, proxy, storage];
		return standIns;
	}

	get #hosts() {
		return [...HOSTS, ...Object.keys(this.#further)];
	}

	/** What n8n needs in its environment to find the stand-ins and to trust them. */
	get environment() {
		const proxy = `http://127.0.0.1:${this.#proxyPort}`;
		return {
			HTTPS_PROXY: proxy,
			NO_PROXY: '127.0.0.1,localhost',
			NODE_EXTRA_CA_CERTS: this.#authority,
		};
	}

	forget() {
		for (const traffic of [this.slack, this.telegram, this.s3]) traffic.length = 0;
		this.channels.forget();
	}

	async stop() {
		for (const server of this.#servers) {
			server.close();
			server.closeAllConnections();
		}
	}

	#carry(target, socket, tlsPort) {
		socket.on('error', () => socket.destroy());
		if (!this.#hosts.some((host) => target === `${host}:443`)) {
			this.turnedAway.push(target);
			socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
			return;
		}
		const inner = connect(tlsPort, '127.0.0.1', () => {
			socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			inner.pipe(socket).pipe(inner);
		});
		inner.on('error', () => socket.destroy());
	}

	async #answerMessenger(request, response) {
		const further = this.#further[request.headers.host];
		if (further !== undefined) {
			further(request, response);
			return;
		}
		const text = (await readAll(request)).toString('utf8');
		if (CHANNEL_HOSTS.includes(request.headers.host)) {
			this.channels.answer(request, text, response);
			return;
		}
		const body = text === '' ? {} : JSON.parse(text);
		const { host, authorization } = request.headers;
		const isSlack = host === SLACK_HOST;
		(isSlack ? this.slack : this.telegram).push({ path: request.url, authorization, body });
		const isRefused = !isSlack && !isReadByTelegram(body);
		const answer = isSlack
			? { ok: true, channel: body.channel, ts: '1700000000.000100', message: {} }
			: isRefused
				? { ok: false, error_code: 400, description: "Bad Request: can't parse entities" }
				: { ok: true, result: { message_id: 1, chat: { id: 1 } } };
		response
			.writeHead(isRefused ? 400 : 200, { 'content-type': 'application/json' })
			.end(JSON.stringify(answer));
	}

	async #answerS3(request, response) {
		const body = await readAll(request);
		const isSigned = isSignedAsS3Wants(request, body);
		this.s3.push({ method: request.method, path: request.url, isSigned, body });
		response.writeHead(isSigned ? 200 : 403, { 'content-type': 'application/xml' });
		response.end(
			request.method === 'GET'
				? '<?xml version="1.0" encoding="UTF-8"?><LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>'
				: '',
		);
	}
}

/** Telegram refuses markup that has no end, as a name with an underscore is in Markdown, and as `<` and `&` are in HTML. */
function isReadByTelegram({ parse_mode: mode, text, caption }) {
	const given = text ?? caption ?? '';
	if (mode === 'HTML') {
		return !/[<>]|&(?!amp;|lt;|gt;|quot;)/.test(
			given.replaceAll(/<\/?b>|<a href="[^"<>]*">|<\/a>/g, ''),
		);
	}
	if (mode !== 'Markdown') return true;
	return ['_', '*', '`'].every((mark) => given.split(mark).length % 2 === 1);
}

/** AWS Signature Version 4, over the request as it arrived. */
function isSignedAsS3Wants(request, body) {
	const match =
		/^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
			request.headers.authorization ?? '',
		);
	if (match === null) return false;
	const [, accessKeyId, day, region, signedHeaders, signature] = match;
	const sha256 = (data) => createHash('sha256').update(data).digest('hex');
	const hmac = (key, data) => createHmac('sha256', key).update(data).digest();

	const [path, query = ''] = request.url.split('?');
	const canonicalQuery = query
		.split('&')
		.filter((part) => part !== '')
		.map((part) => (part.includes('=') ? part : `${part}=`))
		.sort()
		.join('&');
	const headers = signedHeaders
		.split(';')
		.map((name) => `${name}:${String(request.headers[name]).trim().replaceAll(/ +/g, ' ')}\n`)
		.join('');
	const payloadHash = request.headers['x-amz-content-sha256'] ?? sha256(body);
	if (payloadHash !== 'UNSIGNED-PAYLOAD' && payloadHash !== sha256(body)) return false;
	// As S3 does: whatever was left unencoded on the wire, the signature is over the encoded path.
	const canonicalPath = path.split('/').map(decodeURIComponent).map(encodeStrictly).join('/');
	const canonicalRequest = [
		...[request.method, canonicalPath, canonicalQuery, headers, signedHeaders, payloadHash],
	].join('\n');
	const scope = `${day}/${region}/s3/aws4_request`;
	const toSign = [
		...['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonicalRequest)],
	].join('\n');
	const key = [day, region, 's3', 'aws4_request'].reduce(hmac, `AWS4${S3_KEYS.secretAccessKey}`);
	return accessKeyId === S3_KEYS.accessKeyId && hmac(key, toSign).toString('hex') === signature;
}

/** Everything but letters, digits and `-._~` as %XX. */
function encodeStrictly(text) {
	const hex = (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
	return encodeURIComponent(text).replaceAll(/[!'()*]/g, hex);
}
