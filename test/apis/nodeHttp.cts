import { request as sendRequest } from 'node:http';

import type { ApiHttp, NoApiAnswer } from '../../apis/http';

const REASONS: Readonly<Record<string, NoApiAnswer['reason']>> = {
	ECONNREFUSED: 'unreachable',
	ECONNRESET: 'closed',
};

/** The HTTP client that the APIs are handed in tests: Node's own, with the bounds that `apis/http.ts` asks for. */
export const nodeHttp: ApiHttp = async ({ method, url, headers, body, timeoutSeconds, maxBytes }) =>
	await new Promise((resolve) => {
		const sent = sendRequest(url, { method, headers, agent: false }, (answer) => {
			const chunks: Buffer[] = [];
			let length = 0;
			const end = (): void => {
				const read: Record<string, string> = {};
				for (const [name, value] of Object.entries(answer.headers)) {
					if (typeof value === 'string') read[name] = value;
				}
				resolve({
					status: answer.statusCode ?? 0,
					headers: read,
					text: Buffer.concat(chunks).toString('utf8'),
					isCut: length > maxBytes,
				});
			};
			answer.on('data', (chunk: Buffer) => {
				chunks.push(chunk);
				length += chunk.length;
				if (length <= maxBytes) return;
				end();
				answer.destroy();
			});
			answer.on('end', end);
			answer.on('error', () => resolve({ status: null, reason: 'closed', message: 'cut off' }));
		});
		sent.setTimeout(timeoutSeconds * 1000, () => {
			const message = `no answer within ${timeoutSeconds} s`;
			resolve({ status: null, reason: 'timeout', message });
			sent.destroy();
		});
		sent.on('error', (error: NodeJS.ErrnoException) =>
			resolve({
				status: null,
				reason: REASONS[error.code ?? ''] ?? 'unreachable',
				message: String(error.code),
			}),
		);
		sent.end(body ?? undefined);
	});
