import type { IExecuteFunctions } from 'n8n-workflow';

import { ApiProblem } from '../../apis/problem';
import { isAsyncIterable } from '../shared/apiHttp';

/**
 * What is read ahead while n8n writes, and how it is written. n8n 1 hands over the network's own stream: its pieces, up to 64 KiB
 * each, are joined, as one write costs about as much whatever its size.
 */
const JOINED = { objectMode: false, highWaterMark: 1024 * 1024 };

/** n8n 2 makes a stream of its own of the answer, and has so much in its memory that each copy is dear to collect: as they come. */
const IN_PIECES = { objectMode: true, highWaterMark: 16 };

/** What n8n takes as a stream of binary data. */
export type ByteStream = Exclude<
	Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0],
	Buffer
>;

/**
 * A stream of the class that n8n's client made the answer of: n8n stores only that and buffers, and a community node can't
 * import it.
 */
export function newStream(answer: ByteStream, options: object): ByteStream {
	const from: unknown = Reflect.get(Object(answer.constructor), 'from');
	// An answer's own class wants a socket; what it makes streams of does not.
	const plain: unknown = typeof from === 'function' ? from([]) : null;
	const Stream: unknown = Reflect.get(Object(plain), 'constructor');
	const ahead = answer.constructor === Stream ? IN_PIECES : JOINED;
	const stream: unknown =
		typeof Stream === 'function' ? Reflect.construct(Stream, [{ ...ahead, ...options }]) : null;
	if (isStream(stream)) return stream;
	throw new ApiProblem('refused', 'This n8n gives no stream of the answer', 'Try again.');
}

export function isStream(value: unknown): value is ByteStream {
	return isAsyncIterable(value) && 'pipe' in value && typeof value.pipe === 'function';
}
