/** The HTTP client that the APIs are handed in tests: Node's own, with the bounds that `apis/http.ts` asks for. */
const { request } = require('node:http');

const REASONS = { ECONNREFUSED: 'unreachable', ECONNRESET: 'closed' };

exports.nodeHttp = ({ method, url, headers, body, timeoutSeconds, maxBytes }) =>
	new Promise((resolve) => {
		const sent = request(url, { method, headers, agent: false }, async (answer) => {
			const chunks = [];
			let length = 0;
			try {
				for await (const chunk of answer) {
					chunks.push(chunk);
					length += chunk.length;
					if (length > maxBytes) break;
				}
			} catch {
				resolve({ status: null, reason: 'closed', message: 'cut off' });
				return;
			}
			resolve({
				status: answer.statusCode,
				headers: answer.headers,
				text: Buffer.concat(chunks).toString('utf8'),
				isCut: length > maxBytes,
			});
		});
		sent.setTimeout(timeoutSeconds * 1000, () => {
			resolve({ status: null, reason: 'timeout', message: `no answer within ${timeoutSeconds} s` });
			sent.destroy();
		});
		sent.on('error', ({ code }) =>
			resolve({ status: null, reason: REASONS[code] ?? 'unreachable', message: String(code) }),
		);
		sent.end(body ?? undefined);
	});

exports.pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

exports.processorMilliseconds = () => {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
};
