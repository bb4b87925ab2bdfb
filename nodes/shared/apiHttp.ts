import type { ICredentialTestFunctions, IHttpRequestOptions } from 'n8n-workflow';

import type { ApiAnswer, ApiHttp, ApiRequest, NoApiAnswer } from '../../apis/http';
import { connectionFailure } from './connectionFailure';

/** As much of a node's context as requests need. */
export interface RequestingContext {
	readonly helpers: { httpRequest(options: IHttpRequestOptions): Promise<unknown> };
}

/** Requests by n8n's own client, so that its proxy and its protection from forbidden addresses hold. */
export function apiHttpOf(context: RequestingContext): ApiHttp {
	return async (request) =>
		await bounded(request, async (abortSignal) =>
			context.helpers.httpRequest({
				method: request.method,
				url: request.url,
				headers: { ...request.headers },
				...(request.body === null ? {} : { body: request.body }),
				// As a stream, so that an endless answer costs no memory.
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				skipSslCertificateValidation: request.acceptsAnyCertificate,
				timeout: request.timeoutSeconds * 1000,
				abortSignal,
			}),
		);
}

/** The same where a credential is tested: there n8n has an older helper, and no other. */
export function apiHttpOfTest(context: ICredentialTestFunctions): ApiHttp {
	return async (request) =>
		await bounded(request, async () =>
			context.helpers.request({
				method: request.method,
				uri: request.url,
				headers: request.headers,
				...(request.body === null ? {} : { body: request.body }),
				useStream: true,
				resolveWithFullResponse: true,
				simple: false,
				followRedirect: false,
				rejectUnauthorized: !request.acceptsAnyCertificate,
				timeout: request.timeoutSeconds * 1000,
			}),
		);
}

async function bounded(
	{ timeoutSeconds, maxBytes }: ApiRequest,
	send: (signal: AbortSignal) => Promise<unknown>,
): Promise<ApiAnswer | NoApiAnswer> {
	// The client's own time-out starts anew with every byte; this one is for the whole answer.
	const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
	const late: NoApiAnswer = {
		status: null,
		reason: 'timeout',
		message: `within ${timeoutSeconds} s`,
	};
	const isOver = new Promise<NoApiAnswer>((resolve) => {
		deadline.addEventListener('abort', () => resolve(late), { once: true });
	});
	const answered = send(deadline)
		.then(async (response) => await readAnswer(response, maxBytes, deadline))
		.catch((error: unknown): NoApiAnswer => {
			return deadline.aborted ? late : { status: null, ...connectionFailure(error) };
		});
	return await Promise.race([answered, isOver]);
}

async function readAnswer(
	response: unknown,
	maxBytes: number,
	deadline: AbortSignal,
): Promise<ApiAnswer | NoApiAnswer> {
	const status: unknown = Reflect.get(Object(response), 'statusCode');
	if (typeof status !== 'number') {
		return { status: null, reason: 'unreachable', message: 'The HTTP client gave no answer' };
	}
	const headers = headersOf(Reflect.get(Object(response), 'headers'));
	const body: unknown = Reflect.get(Object(response), 'body');
	return { status, headers, ...(await readText(body, maxBytes, deadline)) };
}

/** Names in lower case; what stands several times is left out. */
export function headersOf(headers: unknown): Record<string, string> {
	const read: Record<string, string> = {};
	for (const [name, value] of Object.entries(Object(headers))) {
		if (typeof value === 'string') read[name.toLowerCase()] = value;
	}
	return read;
}

async function readText(
	body: unknown,
	maxBytes: number,
	deadline: AbortSignal,
): Promise<Pick<ApiAnswer, 'text' | 'isCut'>> {
	if (typeof body === 'string' || Buffer.isBuffer(body)) {
		const bytes = Buffer.from(body);
		return { text: bytes.subarray(0, maxBytes).toString('utf8'), isCut: bytes.length > maxBytes };
	}
	if (!isAsyncIterable(body)) return { text: '', isCut: false };
	// n8n's older client knows no signal: an answer that drips would be read for ever.
	const stop = () => {
		const destroy: unknown = Reflect.get(body, 'destroy');
		if (typeof destroy === 'function') destroy.call(body);
	};
	if (deadline.aborted) stop();
	else deadline.addEventListener('abort', stop, { once: true });
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of body) {
		const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk), 'utf8');
		chunks.push(bytes);
		length += bytes.length;
		// Leaving the loop ends the stream.
		if (length > maxBytes) break;
	}
	const text = Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
	return { text, isCut: length > maxBytes };
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
	return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
