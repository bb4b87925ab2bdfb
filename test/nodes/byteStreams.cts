import { Readable } from 'node:stream';

/** The same piece, so often; as n8n's client gives an answer, without a socket. */
export function repeating(piece: Buffer, count: number): Readable {
	let given = 0;
	return new Readable({
		objectMode: true,
		highWaterMark: 4,
		read() {
			this.push(given++ < count ? piece : null);
		},
	});
}

/** Reads to the end, and gives how many bytes there were. */
export async function lengthOf(stream: AsyncIterable<unknown>): Promise<number> {
	let length = 0;
	for await (const piece of stream) length += Buffer.isBuffer(piece) ? piece.length : 0;
	return length;
}
