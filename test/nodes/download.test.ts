import type { IBinaryData } from 'n8n-workflow';

import { download, type DownloadingContext } from '../../nodes/LiveRecorder/download';
import { lengthOf, repeating } from './byteStreams.cjs';

const GIB = 1024 ** 3;
/** Never read, so that it costs nothing: only its length is counted. */
const PIECE = Buffer.alloc(GIB / 16);

/** Downloads an answer of so many bytes. */
async function downloaded(
	gibibytes: number,
	headers: Record<string, string>,
	statusCode = 200,
): Promise<{ sizeBytes: number; stored: number }> {
	let stored = 0;
	const context: DownloadingContext = {
		helpers: {
			httpRequest: async () => ({ statusCode, headers, body: repeating(PIECE, gibibytes * 16) }),
			async prepareBinaryData(data): Promise<IBinaryData> {
				stored = Buffer.isBuffer(data) ? data.length : await lengthOf(data);
				return { data: '', mimeType: '' };
			},
		},
	};
	const request = { url: 'http://127.0.0.1:9/a', headers: {}, acceptsAnyCertificate: false };
	const never = new AbortController().signal;
	const { sizeBytes } = await download(context, request, 'a.flv', never, async () => {});
	return { sizeBytes, stored };
}

it('an answer of untold length is stored, and counted', async () => {
	expect(await downloaded(100, {})).toEqual({ sizeBytes: 100 * GIB, stored: 100 * GIB });
});

it('an answer of untold length that never ends is stopped', async () => {
	await expect(downloaded(1000, {})).rejects.toMatchObject({
		reason: 'too large',
		message: expect.stringContaining('128 GiB'),
	});
});

it('a length is believed, however large', async () => {
	const size = 200 * GIB;
	expect(await downloaded(200, { 'content-length': String(size) })).toMatchObject({
		stored: size,
	});
});

it('a length that is far too short does not open the door', async () => {
	await expect(downloaded(1000, { 'content-length': '5' })).rejects.toThrow(
		/than it had announced/,
	);
});

it('a part is no whole file', async () => {
	const headers = {
		'content-length': String(GIB),
		'content-range': `bytes 0-${GIB - 1}/${2 * GIB}`,
	};
	await expect(downloaded(1, headers, 206)).rejects.toThrow(/where the whole file was asked for/);
});
