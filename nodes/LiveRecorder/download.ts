import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { ApiProblem } from '../../apis/problem';
import type { DownloadRequest } from '../../apis/recorderApi';
import { headersOf } from '../shared/apiHttp';
import { connectionFailure } from '../shared/connectionFailure';
import { type ByteStream, isStream, newStream } from './byteStream';

/** So often may a download be interrupted without a byte in between before it is given up. */
const FRUITLESS_ATTEMPTS = 5;

/** So often in all: who sends a byte at a time would never come to an end. */
const MOST_INTERRUPTIONS = 1000;

/**
 * Where no length binds it, an answer ends here: more than a day of 12 Mbit/s, in bytes. Without it, who never comes to an end
 * would fill the disk.
 */
const MOST_BYTES = 128 * 1024 ** 3;

/** Without a byte for so long, a connection counts as interrupted. */
const IDLE_MILLISECONDS = 60_000;

/** A file as binary data. */
export interface Download {
	readonly binary: IBinaryData;
	/** As many as were stored. */
	readonly sizeBytes: number;
	/** How often it was interrupted, and went on where it was. */
	readonly interruptions: number;
}

/** As much of a node's context as downloads need. */
export interface DownloadingContext {
	readonly helpers: Pick<IExecuteFunctions['helpers'], 'httpRequest' | 'prepareBinaryData'>;
}

interface Part {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: ByteStream;
}

/**
 * Streams a file into n8n's binary data. Interrupted, it goes on by range where it was, if it is still the same file.
 *
 * @throws ApiProblem
 */
export async function download(
	context: DownloadingContext,
	request: DownloadRequest,
	name: string,
	signal: AbortSignal,
	pause: (seconds: number) => Promise<void>,
): Promise<Download> {
	let interruptions = 0;
	const first = await ask(context, request, signal, {});
	if (first.status === 206) {
		first.body.destroy();
		throw problem('refused', 'The recorder sent a part, where the whole file was asked for');
	}
	const total = Number(first.headers['content-length'] ?? Number.NaN);
	const size = Number.isNaN(total) ? null : total;
	const mark = markOf(first);

	let source = first.body;
	let received = 0;
	let isUnderWay = false;
	const stream = newStream(first.body, {
		read() {
			if (isUnderWay) source.resume();
			else begin();
		},
		destroy(error: Error | null, done: (error: Error | null) => void) {
			source.destroy();
			done(error);
		},
	});
	// In one piece, a proxy may have compressed it on its way whatever was asked for.
	const isTooMuch = () =>
		received > (interruptions > 0 && size !== null ? size : Math.max(size ?? 0, MOST_BYTES));

	/** Passes on what a part has, without a promise for each piece: n8n makes those dear. Gives what ended it before its end. */
	const passOn = async ({ body }: Part): Promise<unknown> =>
		await new Promise((resolve) => {
			source = body;
			body.on('data', (chunk: unknown) => {
				const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk), 'utf8');
				received += piece.length;
				if (isTooMuch()) resolve(null);
				else if (!stream.push(piece)) body.pause();
			});
			body.once('end', () => resolve(null));
			body.on('error', resolve);
			body.once('close', () => resolve(new Error('The connection was closed')));
		});

	const passOnAll = async (): Promise<void> => {
		let part: Part | null = first;
		let fruitless = 0;
		for (;;) {
			const before = received;
			const failure = part === null ? null : await passOn(part);
			// n8n could not store it, and says why.
			if (stream.destroyed) return;
			if (isTooMuch()) {
				throw size === null
					? problem(
							'too large',
							'The recorder does not say how large the file is, and sent 128 GiB without coming to an end',
						)
					: problem('refused', 'The recorder sent more bytes than it had announced');
			}
			if (failure === null && part !== null && (size === null || received >= size)) return;
			if (signal.aborted) throw problem('closed', 'The download was cancelled');
			fruitless = received > before ? 0 : fruitless + 1;
			interruptions++;
			if (
				fruitless >= FRUITLESS_ATTEMPTS ||
				interruptions > MOST_INTERRUPTIONS ||
				size === null ||
				mark === undefined
			) {
				const { message } = connectionFailure(failure ?? new Error('The connection was closed'));
				throw problem('closed', `The download was interrupted after ${received} bytes: ${message}`);
			}
			await pause(fruitless);
			part = await resume(received);
			if (stream.destroyed) {
				part?.body.destroy();
				return;
			}
		}
	};

	/** The rest; null where nobody is there for a moment: the same as interrupted. */
	const resume = async (from: number): Promise<Part | null> => {
		const range = { Range: `bytes=${from}-`, 'If-Range': mark ?? '' };
		const part = await ask(context, request, signal, range).catch((error: unknown) => {
			if (error instanceof ApiProblem && error.status === null) return null;
			throw error;
		});
		if (part === null) return null;
		// If-Range is not honoured everywhere.
		const isSame = isSameFile(first, part);
		if (part.status === 206 && isSame && isRest(part, from, size)) return part;
		part.body.destroy();
		if (!isSame) throw problem('refused', 'The file has changed while it was downloaded');
		throw problem(
			'refused',
			part.status === 206
				? 'The recorder sent other bytes than those that were asked for'
				: `The download was interrupted after ${from} bytes, and the recorder sends no parts`,
		);
	};

	/** Not before n8n reads: nobody would hear of an error. */
	const begin = (): void => {
		isUnderWay = true;
		passOnAll().then(
			() => stream.push(null),
			(error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))),
		);
	};

	const binary = await context.helpers.prepareBinaryData(stream, name);
	return { binary, sizeBytes: received, interruptions };
}

function problem(
	reason: ApiProblem['reason'],
	message: string,
	status: number | null = null,
): ApiProblem {
	return new ApiProblem(reason, message, 'Try again.', status);
}

async function ask(
	context: DownloadingContext,
	request: DownloadRequest,
	signal: AbortSignal,
	headers: Readonly<Record<string, string>>,
): Promise<Part> {
	const answer: unknown = await context.helpers
		.httpRequest({
			method: 'GET',
			url: request.url,
			// As it is: a range of compressed bytes is no range of the file.
			headers: { ...request.headers, 'Accept-Encoding': 'identity', ...headers },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			skipSslCertificateValidation: request.acceptsAnyCertificate,
			timeout: IDLE_MILLISECONDS,
			abortSignal: signal,
		})
		.catch((error: unknown) => {
			const { reason, message } = connectionFailure(error);
			throw new ApiProblem(
				reason === 'certificate' || reason === 'garbled' ? 'unreachable' : reason,
				`The recording cannot be fetched: ${message}`,
				'Check that the recorder is running and can be reached from n8n.',
			);
		});
	const status: unknown = Reflect.get(Object(answer), 'statusCode');
	const body: unknown = Reflect.get(Object(answer), 'body');
	if (typeof status !== 'number' || !isStream(body)) {
		throw problem('unreachable', 'The HTTP client gave no answer');
	}
	if (status === 200 || status === 206) {
		return { status, headers: headersOf(Reflect.get(Object(answer), 'headers')), body };
	}
	body.destroy();
	throw refused(status);
}

/** Whether a part is what was asked for, of a file as large as it was: a proxy may answer with other bytes of it. */
function isRest({ headers }: Part, from: number, size: number | null): boolean {
	const [, start, whole] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
	return Number(start) === from && (whole === '*' || Number(whole) === size);
}

/** What tells the file from another of its name, for If-Range; a weak ETag does not do for bytes (RFC 9110, 13.1.5). */
function markOf({ headers }: Part): string | undefined {
	const { etag } = headers;
	return etag === undefined || etag.startsWith('W/') ? headers['last-modified'] : etag;
}

/** Whether nothing that both answers tell says that they are of different files. */
function isSameFile(first: Part, { status, headers }: Part): boolean {
	// A whole file has its whole length.
	const told = ['etag', 'last-modified', ...(status === 200 ? ['content-length'] : [])];
	return told.every((name) => {
		const before = first.headers[name];
		const now = headers[name];
		return before === undefined || now === undefined || strong(before) === strong(now);
	});
}

/** Weak where an answer was compressed on its way, an ETag is still of the same file. */
function strong(value: string): string {
	return value.replace(/^W\//, '');
}

function refused(status: number): ApiProblem {
	if (status === 404 || status === 410) {
		return new ApiProblem(
			'not found',
			'The recorder has no such recording',
			'Give its path as Recording: Get Many lists it. It may have been converted, moved or deleted since, or be of a type the recorder does not serve.',
			status,
		);
	}
	if (status === 401 || status === 403 || status === 412) {
		return new ApiProblem(
			'key',
			`The recorder refuses access (${status})`,
			'Check the credential.',
			status,
		);
	}
	return new ApiProblem(
		'refused',
		`The recorder answered ${status} instead of the recording`,
		'Its own log says more.',
		status,
	);
}
