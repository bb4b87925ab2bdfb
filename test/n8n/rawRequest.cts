/**
 * Sends a request as it is written, byte for byte: with headers twice, spaces where none belong, whatever a client would not
 * send.
 */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RawAnswer {
	/** 0 where there was no answer. */
	status: number;
	text: string;
}

/**
 * @param target path and query, not encoded any further
 * @param headers lines of the head, beside Host, Content-Length and Connection
 */
export async function rawRequest(
	url: string,
	target: string,
	headers: readonly string[],
	body: string,
): Promise<RawAnswer> {
	const { hostname, port } = new URL(url);
	const socket = connect(Number(port), hostname);
	const head = [
		`POST ${target} HTTP/1.1`,
		`Host: ${hostname}:${port}`,
		...headers,
		`Content-Length: ${Buffer.byteLength(body)}`,
		'Connection: close',
	];
	socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
	const answer = await text(socket).catch(() => '');
	return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0), text: answer };
}
