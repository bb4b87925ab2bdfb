import { sleep } from 'n8n-workflow';

import {
	BililiveRecorderApi,
	BlrecApi,
	BsrApi,
	contentOf,
	DdtvApi,
} from '../../e2e/recorderApis/index.cjs';
import { LiveRecorder } from '../../nodes/LiveRecorder/LiveRecorder.node';
import { errorOf, executeNode } from './executeNode';

const node = new LiveRecorder();

async function running<T extends { start(): Promise<unknown>; stop(): Promise<void> }>(
	standIn: T,
	test: (standIn: T) => Promise<void>,
): Promise<void> {
	await standIn.start();
	await test(standIn).finally(async () => await standIn.stop());
}

const bililive = (recorder: BililiveRecorderApi) => ({
	bililiveRecorderApi: { url: recorder.url, user: 'rec', password: 's3cret' },
});

const room = (operation: string, more: object = {}) => ({
	resource: 'room',
	operation,
	recorder: 'bililive-recorder',
	room: { __rl: true, mode: 'id', value: '23058' },
	...more,
});

describe('Room', () => {
	it('adds, lists, starts and is followed until it is seen', async () => {
		await running(new BililiveRecorderApi(), async (recorder) => {
			const credentials = bililive(recorder);
			const added = await executeNode(node, {
				parameters: room('add', { newRoom: 'https://live.bilibili.com/23058' }),
				credentials,
			});
			expect(added[0]).toMatchObject({
				json: { id: '23058', autoRecord: true },
				pairedItem: { item: 0 },
			});
			recorder.live.add(23058);
			const started = await executeNode(node, { parameters: room('startRecording'), credentials });
			expect(started[0]?.json).toMatchObject({ recording: true, confirmed: true, note: null });
			recorder.addRoom(5);
			const listed = await executeNode(node, {
				parameters: room('getAll', { roomState: 'recording', returnAll: true }),
				credentials,
			});
			expect(listed.map(({ json }) => json.id)).toEqual(['23058']);
		});
	});

	it('says when it was not seen within the time, and why', async () => {
		await running(new BililiveRecorderApi(), async (recorder) => {
			recorder.addRoom(23058);
			const [item] = await executeNode(node, {
				parameters: room('startRecording', { options: { waitSeconds: 0.2 } }),
				credentials: bililive(recorder),
			});
			expect(item?.json).toMatchObject({
				confirmed: false,
				note: expect.stringContaining('not live'),
			});
		});
	});

	it('removes no room whose recordings would go with it, unless that is ticked', async () => {
		await running(new BsrApi(), async (recorder) => {
			recorder.addRecorder('bilibili', '23058');
			const credentials = { bsrApi: { url: recorder.url, authentication: 'none' } };
			const parameters = room('remove', { recorder: 'bsr' });
			const { message } = await errorOf(node, { parameters, credentials });
			expect(message).toMatch(/deletes all recordings/);
			expect(recorder.recorders).toHaveLength(1);
			await executeNode(node, {
				parameters: { ...parameters, deleteRecordings: true },
				credentials,
			});
			expect(recorder.recorders).toHaveLength(0);
		});
	});

	it('sends a wrong key once for ten items and two executions, and quotes it nowhere', async () => {
		await running(new BlrecApi(), async (recorder) => {
			const settings = {
				parameters: room('get', { recorder: 'blrec' }),
				items: Array.from({ length: 10 }, () => ({})),
				credentials: { blrecApi: { url: recorder.url, apiKey: 'wrong-key-of-the-user' } },
			};
			const outputs = await executeNode(node, { ...settings, continueOnFail: true });
			expect(outputs).toHaveLength(10);
			expect(outputs[9]).toMatchObject({
				json: { error: 'blrec does not accept the API key' },
				pairedItem: { item: 9 },
			});
			const failure = await errorOf(node, settings);
			expect(failure.everything).not.toContain('wrong-key-of-the-user');
			expect(recorder.requests).toHaveLength(1);
		});
	});

	it('can be asked of every recorder that has rooms', async () => {
		await running(new DdtvApi(), async (recorder) => {
			recorder.addRoom(23058);
			const [item] = await executeNode(node, {
				parameters: room('get', { recorder: 'ddtv' }),
				credentials: {
					ddtvApi: { url: recorder.url, accessKeyId: 'ddtv', accessKeySecret: 'abc123' },
				},
			});
			expect(item?.json).toMatchObject({ id: '23058', recorder: 'ddtv' });
			expect(
				(await errorOf(node, { parameters: room('get', { recorder: 'aodianyun' }) })).message,
			).toMatch(/no API/);
		});
	});
});

describe('Recording', () => {
	const download = (recording: string) => ({
		parameters: {
			resource: 'recording',
			operation: 'download',
			recorder: 'bililive-recorder',
			recording,
		},
	});
	const PATH = '23058-主播/录制 #1 100%[a]&b.flv';

	it('lists what is there', async () => {
		await running(new BililiveRecorderApi(), async (recorder) => {
			recorder.files.set(PATH, { size: 10, modified: Date.UTC(2026, 4, 1) });
			const listed = await executeNode(node, {
				parameters: {
					resource: 'recording',
					operation: 'getAll',
					recorder: 'bililive-recorder',
					returnAll: true,
				},
				credentials: bililive(recorder),
			});
			expect(listed[0]?.json).toMatchObject({
				recorder: 'bililive-recorder',
				path: PATH,
				sizeBytes: 10,
			});
		});
	});

	it('downloads, and goes on where it was when it is interrupted', async () => {
		await running(new BililiveRecorderApi(), async (recorder) => {
			const size = 5_000_000;
			recorder.files.set(PATH, { size, modified: Date.UTC(2026, 4, 1) });
			recorder.cutDownloadsAfter = [1_500_000, 0, 1_000_000];
			const [item] = await executeNode(node, {
				...download(PATH),
				credentials: bililive(recorder),
			});
			expect(item?.json).toMatchObject({ path: PATH, sizeBytes: size, interruptions: 3 });
			const bytes = Buffer.from(item?.binary?.data?.data ?? '', 'base64');
			expect(bytes.equals(contentOf(size))).toBe(true);
			expect(item?.binary?.data).toMatchObject({
				fileName: '录制 #1 100%[a]&b.flv',
				fileExtension: 'flv',
			});
		});
	});

	it.each([
		['a path that is not there', 'nothing.flv', /no such recording/],
		['a path that leads out', '../config.json', /leads out/],
		['no path', ' ', /empty/],
	])('%s', async (_case, path, message) => {
		await running(new BililiveRecorderApi(), async (recorder) => {
			const failure = await errorOf(node, { ...download(path), credentials: bililive(recorder) });
			expect(failure.message).toMatch(message);
			expect(failure.everything).not.toContain('s3cret');
			expect(failure.everything).not.toContain(Buffer.from('rec:s3cret').toString('base64'));
		});
	});

	it('does not join parts that do not follow one another', async () => {
		await running(new BililiveRecorderApi(), async (recorder) => {
			recorder.files.set(PATH, { size: 5_000_000, modified: Date.UTC(2026, 4, 1) });
			recorder.cutDownloadsAfter = [1_500_000];
			recorder.partsBeginAt = 1_000_000;
			const cut = executeNode(node, { ...download(PATH), credentials: bililive(recorder) });
			await expect(cut).rejects.toThrow(/other bytes than/);
		});
	});

	it.each<[string, Record<string, string>, RegExp | null]>([
		[
			'a part of a larger file',
			{ 'content-range': 'bytes 1500000-4999999/5000001' },
			/other bytes/,
		],
		['a part that does not say which', { 'content-range': '' }, /other bytes/],
		['a part of a file with another mark', { etag: '"another"' }, /has changed/],
		['a part of a later file', { 'last-modified': 'Fri, 01 May 2026 00:00:01 GMT' }, /has changed/],
		['a part of whatever size', { 'content-range': 'bytes 1500000-4999999/*' }, null],
	])('goes on with no other file’s bytes: %s', async (_what, changed, message) => {
		await running(new BililiveRecorderApi(), async (recorder) => {
			const size = 5_000_000;
			recorder.files.set(PATH, { size, modified: Date.UTC(2026, 4, 1) });
			recorder.cutDownloadsAfter = [1_500_000];
			recorder.fileHeaders = (headers, isPart) => (isPart ? { ...headers, ...changed } : headers);
			const cut = executeNode(node, { ...download(PATH), credentials: bililive(recorder) });
			if (message !== null) {
				await expect(cut).rejects.toThrow(message);
				return;
			}
			const bytes = Buffer.from((await cut)[0]?.binary?.data?.data ?? '', 'base64');
			expect(bytes.equals(contentOf(size))).toBe(true);
		});
	});

	it('goes by the time of a file whose mark is weak', async () => {
		await running(new BililiveRecorderApi(), async (recorder) => {
			const size = 5_000_000;
			recorder.files.set(PATH, { size, modified: Date.UTC(2026, 4, 1) });
			recorder.cutDownloadsAfter = [1_500_000];
			recorder.fileHeaders = (headers, isPart) =>
				isPart ? headers : { ...headers, etag: `W/${headers.etag}` };
			const [item] = await executeNode(node, {
				...download(PATH),
				credentials: bililive(recorder),
			});
			expect(item?.json).toMatchObject({ sizeBytes: size, interruptions: 1 });
		});
	});

	it('joins nothing of another file where the recorder sends it all the same', async () => {
		await running(new BililiveRecorderApi(), async (recorder) => {
			recorder.files.set(PATH, { size: 5_000_000, modified: 1000 });
			recorder.cutDownloadsAfter = [1_500_000];
			recorder.ignoresIfRange = true;
			const cut = executeNode(node, { ...download(PATH), credentials: bililive(recorder) });
			while (recorder.cutDownloadsAfter.length > 0) await sleep(1);
			recorder.files.set(PATH, { size: 5_000_001, modified: 5000 });
			await expect(cut).rejects.toThrow(/has changed/);
		});
	});

	it('does not join two files to one', async () => {
		await running(new BililiveRecorderApi(), async (recorder) => {
			recorder.files.set(PATH, { size: 5_000_000, modified: 1000 });
			recorder.cutDownloadsAfter = [1_500_000];
			const cut = executeNode(node, { ...download(PATH), credentials: bililive(recorder) });
			while (recorder.cutDownloadsAfter.length > 0) await sleep(1);
			recorder.files.set(PATH, { size: 5_000_000, modified: 5000 });
			await expect(cut).rejects.toThrow(/has changed/);
		});
	});
});
