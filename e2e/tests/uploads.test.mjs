/**
 * The examples for files that don't fit into memory: a sparse file goes up, n8n's memory stays flat.
 * By default a file of 300 MB; `LIVE_RECORDER_E2E_FILE_GIB=3` is the size that the examples are for.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { nodeOf, readExample, sampleOf } from '../examples.mjs';
import { N8nInstance } from '../n8nInstance.mjs';
import { N8N_SETUPS } from '../n8nSetups.mjs';
import { MultipartStandIn, WEBDAV_LOGIN, WebDavStandIn } from '../uploadStandIns.mjs';

const GIB = 2 ** 30;
const FILE_BYTES = Math.round(Number(process.env.LIVE_RECORDER_E2E_FILE_GIB ?? 0.3) * GIB);
const PATH = '23058-3号直播间/录制-23058-【歌回】 [4K] (1).flv';
const PART_BYTES = 5 * 1024 * 1024;
/** What n8n may grow by while a file passes: far less than the file. */
const MAX_GROWTH_BYTES = 250 * 1024 * 1024;
const UPLOAD_TIMEOUT_MS = 15 * 60_000;

/** Creates a file that takes no room on the disk but for its last byte. */
async function createSparseFile(path, bytes) {
	const file = await open(path, 'w');
	await file.write('!', bytes - 1);
	await file.close();
}

function sha256OfSparseFile(bytes) {
	const hash = createHash('sha256');
	const zeros = Buffer.alloc(2 ** 20);
	let left = bytes - 1;
	for (; left >= zeros.length; left -= zeros.length) hash.update(zeros);
	return hash.update(zeros.subarray(0, left)).update('!').digest('hex');
}

/** Resident memory of a process. */
async function residentBytes(pid) {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
}

for (const { name, version, environment } of N8N_SETUPS) {
	describe(`Uploads of any size from n8n ${name}`, () => {
		/** @type {N8nInstance} */
		let n8n;
		let webDav;
		let storage;
		let folder;
		let recordings;
		let keys;

		before(
			async () => {
				folder = await mkdtemp(join(tmpdir(), 'live-recorder-uploads-'));
				recordings = join(folder, 'recordings');
				await mkdir(join(recordings, '23058-3号直播间'), { recursive: true });
				await createSparseFile(join(recordings, PATH), FILE_BYTES);
				webDav = await WebDavStandIn.start();
				storage = await MultipartStandIn.start();
				n8n = await N8nInstance.startNew({
					version,
					environment: {
						...environment,
						N8N_RESTRICT_FILE_ACCESS_TO: recordings,
						N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
					},
				});
				keys = await n8n.createCredential('S3', 'aws', {
					region: 'us-east-1',
					accessKeyId: 'stand-in',
					secretAccessKey: 'stand-in-secret',
					temporaryCredentials: false,
					customEndpoints: true,
					s3Endpoint: storage.endpoint,
				});
			},
			{ timeout: 30 * 60_000 },
		);
		after(async () => {
			await n8n?.discard();
			await webDav?.stop();
			await storage?.stop();
			if (folder !== undefined) await rm(folder, { recursive: true, force: true });
		});

		/** Runs an example with one finished file, and says how much memory n8n took meanwhile. */
		async function upload(
			file,
			credentials,
			adapt,
			event = sampleOf('bililive-recorder.v2', 'FileClosed'),
		) {
			const workflow = await readExample(file);
			const trigger = nodeOf(workflow, 'BililiveRecorder Trigger');
			trigger.parameters.options.pathMapping.folders[0].localFolder = recordings;
			nodeOf(workflow, 'Upload').credentials = credentials;
			adapt(workflow);
			const created = await n8n.createWorkflow(workflow);
			event.EventData.RelativePath = PATH;
			event.EventData.FileSize ??= FILE_BYTES;
			const before = await residentBytes(n8n.pid);
			let most = before;
			const watch = setInterval(async () => {
				most = Math.max(most, await residentBytes(n8n.pid).catch(() => 0));
			}, 100);
			try {
				const response = await fetch(n8n.webhookUrl(trigger), {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify(event),
				});
				assert.equal(response.status, 200, await response.text());
				const [execution] = await n8n.finishedExecutions(created.id, {
					timeoutMs: UPLOAD_TIMEOUT_MS,
				});
				return { execution, growth: most - before };
			} finally {
				clearInterval(watch);
			}
		}

		function assertFlat(t, growth) {
			const mib = (bytes) => Math.round(bytes / 2 ** 20);
			t.diagnostic(`a file of ${mib(FILE_BYTES)} MiB, n8n grew by ${mib(growth)} MiB`);
			assert.ok(growth < MAX_GROWTH_BYTES, `n8n grew by ${mib(growth)} MiB`);
		}

		function fileClosed(size) {
			const event = sampleOf('bililive-recorder.v2', 'FileClosed');
			event.EventData.FileSize = size;
			return event;
		}

		test('WebDAV', { timeout: UPLOAD_TIMEOUT_MS }, async (t) => {
			const login = await n8n.createCredential('WebDAV', 'httpBasicAuth', WEBDAV_LOGIN);
			const { execution, growth } = await upload(
				'file-closed-to-webdav.json',
				{ httpBasicAuth: login },
				(workflow) => {
					const { parameters } = nodeOf(workflow, 'Upload');
					parameters.url = parameters.url.replace(
						'https://alist.example/dav/recordings',
						webDav.url,
					);
				},
				fileClosed(FILE_BYTES),
			);
			assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
			assert.deepEqual(
				[...webDav.files],
				[[PATH.split('/').at(-1), { length: FILE_BYTES, sha256: sha256OfSparseFile(FILE_BYTES) }]],
			);
			assertFlat(t, growth);
		});

		test('S3 in parts', { timeout: UPLOAD_TIMEOUT_MS }, async (t) => {
			const { execution, growth } = await upload(
				'big-file-to-s3.json',
				{ aws: keys },
				() => {},
				fileClosed(FILE_BYTES),
			);
			assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
			assert.deepEqual(
				[...storage.objects],
				[
					[
						`/my.recordings/${PATH}`,
						{ length: FILE_BYTES, parts: Math.ceil(FILE_BYTES / PART_BYTES) },
					],
				],
			);
			assertFlat(t, growth);
		});

		test('S3: a file that n8n would cut off is refused, and told of', async () => {
			const { execution } = await upload(
				'big-file-to-s3.json',
				{ aws: keys },
				() => {},
				fileClosed(900 * PART_BYTES + 1),
			);
			assert.equal(execution.status, 'error');
			assert.match(execution.data.resultData.error.message, /above 4\.39 GiB/);
		});
	});
}
