import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { ApiProblem } from '../../apis/problem';
import type { DownloadRequest } from '../../apis/recorderApi';
import { headersOf, isAsyncIterable } from '../shared/apiHttp';
import { connectionFailure } from '../shared/connectionFailure';

/** So often may a download be interrupted without a byte in between before it is given up. */
const FRUITLESS_ATTEMPTS = 5;

/** So often in all: who sends a byte at a time would never come to an end. */
const MOST_INTERRUPTIONS = 1000;

/** Without a byte for so long, a connection counts as interrupted. */
const IDLE_MILLISECONDS = 60_000;

/**
 * What is read ahead while n8n writes, and how it is written. n8n 1 hands over the network's own stream: its pieces, up to 64 KiB
 * each, are joined, as one write costs about as much whatever its size.
 */
const JOINED = { objectMode: false, highWaterMark: 1024 * 1024 };

/** n8n 2 makes a stream of its own of the answer, and has so much in its memory that each copy is dear to collect: as they come. */
const IN_PIECES = { objectMode: true, highWaterMark: 16 };

/** A file as binary data. */
export interface Download {
	readonly binary: IBinaryData;
	readonly sizeBytes: number | null;
	/** How often it was interrupted, and went on where it was. */
	readonly interruptions: number;
}

/** What n8n takes as a stream of binary data. */
type ByteStream = Exclude<Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0], Buffer>;

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
	context: IExecuteFunctions,
	request: DownloadRequest,
	name: string,
	signal: AbortSignal,
	pause: (seconds: number) => Promise<void>,
): Promise<Download> {
	let interruptions = 0;
	const first = await ask(context, request, signal, {});
	const total = Number(first.headers['content-length'] ?? Number.NaN);
	const size = Number.isNaN(total) ? null : total;
	const mark = first.headers.etag ?? first.headers['last-modified'];

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
	const isTooMuch = () => interruptions > 0 && size !== null && received > size;

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
				throw problem('refused', 'The recorder sent more bytes than it had announced');
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
		if (part === null || (part.status === 206 && beginsAt(part, from))) return part;
		part.body.destroy();
		if (part.status === 206) {
			throw problem('refused', 'The recorder sent other bytes than those that were asked for');
		}
		throw problem('refused', 'The file has changed while it was downloaded');
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
	return { binary, sizeBytes: size, interruptions };
}

function problem(
	reason: ApiProblem['reason'],
	message: string,
	status: number | null = null,
): ApiProblem {
	return new ApiProblem(reason, message, 'Try again.', status);
}

async function ask(
	context: IExecuteFunctions,
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

/** Whether a part is of the bytes that were asked for: a proxy may answer with others of the same file. */
function beginsAt({ headers }: Part, from: number): boolean {
	const [, start] = /^bytes (\d+)-/.exec(headers['content-range'] ?? '') ?? [];
	return start === undefined || Number(start) === from;
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

/**
 * A stream of the class that n8n's client made the answer of: n8n stores only that and buffers, and a community node can't
 * import it.
 */
function newStream(answer: ByteStream, options: object): ByteStream {
	const from: unknown = Reflect.get(Object(answer.constructor), 'from');
	// An answer's own class wants a socket; what it makes streams of does not.
	const plain: unknown = typeof from === 'function' ? from([]) : null;
	const Stream: unknown = Reflect.get(Object(plain), 'constructor');
	const ahead = answer.constructor === Stream ? IN_PIECES : JOINED;
	const stream: unknown =
		typeof Stream === 'function' ? Reflect.construct(Stream, [{ ...ahead, ...options }]) : null;
	if (isStream(stream)) return stream;
	throw problem('refused', 'This n8n gives no stream of the answer');
}

function isStream(value: unknown): value is ByteStream {
	return isAsyncIterable(value) && 'pipe' in value && typeof value.pipe === 'function';
}
