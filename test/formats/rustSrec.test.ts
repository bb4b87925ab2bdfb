import type { JsonObject, JsonValue } from '../../formats/json';
import { parseJsonLosslessly } from '../../formats/parseJson';
import { rustSrec } from '../../formats/rustSrec';
import { rustSrecWebhook } from '../../formats/rustSrec/webhook';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import * as parsing from './parsing';

const corpus = loadCorpus('rust-srec');
const STREAMER = '3f0a9c1e-6a51-4c1e-9a55-0f6f6f1d2b10';
const SESSION = 'b7b1d5f2-0b5e-4f3a-8a53-7d3b8a1c9e42';

function entryOf(name: string) {
	const found = corpus.find(({ file }) => file === `${name}.json`);
	if (found === undefined) throw new Error(`No ${name}.json in the corpus`);
	return found;
}

function bodyOf(name: string): JsonObject {
	return structuredClone(entryOf(name).body);
}

const eventOf = (body: JsonValue) => parsing.eventOf(rustSrecWebhook, body);

const streamer = { id: STREAMER, name: '纸鸢Official' };
const about = { room: { id: STREAMER }, streamer };
const recorded = { ...about, session: { id: SESSION } };

describe('events of rust-srec', () => {
	test.each<[string, JsonObject]>([
		[
			'recon-stream_online',
			{
				kind: 'live.started',
				occurredAt: '2026-08-22T12:00:03.512Z',
				streamer,
				room: {
					id: STREAMER,
					platform: null,
					title: '【歌回】深夜点歌台 🎤',
					area: { parent: null, child: '唱见电台' },
				},
			},
		],
		[
			'recon-stream_online-no-category',
			{ room: { title: 'morning run', area: { child: null } }, kind: 'live.started' },
		],
		[
			'recon-stream_offline',
			{ kind: 'live.ended', occurredAt: '2026-08-22T15:02:11.902Z', ...about },
		],
		['edge-stream_offline-duration', { kind: 'live.ended', ...about }],
		['recon-download_started', { kind: 'recording.started', ...recorded }],
		['recon-v0.2-download_started', { kind: 'recording.started', ...recorded }],
		[
			'recon-segment_started',
			{
				kind: 'file.opened',
				...recorded,
				file: {
					path: '/rec/纸鸢Official/20260822/【歌回】深夜点歌台 🎤_20-00-05.flv',
					openedAt: '2026-08-22T12:00:05.980Z',
					sizeBytes: null,
				},
			},
		],
		[
			'recon-segment_completed',
			{
				kind: 'file.closed',
				...recorded,
				file: {
					name: '【歌回】深夜点歌台 🎤_20-00-05.flv',
					sizeBytes: 2147480012,
					durationSeconds: 3600,
					closedAt: '2026-08-22T13:00:06.004Z',
				},
			},
		],
		[
			'edge-segment_completed-windows',
			{ file: { name: 'a&b "c"_21-00-06.ts', sizeBytes: 12884901888 } },
		],
		['edge-segment_completed-tiny', { file: { sizeBytes: 0, durationSeconds: 0 } }],
		[
			'recon-download_completed',
			{
				kind: 'recording.ended',
				...recorded,
				recording: { paths: [], localPaths: [], sizeBytes: 6442440036, durationSeconds: 10926.4 },
			},
		],
		['recon-download_cancelled', { kind: 'recording.cancelled', ...recorded }],
		[
			'recon-download_error',
			{ kind: 'error', ...about, error: { name: null, message: expect.stringContaining('503') } },
		],
		['recon-download_rejected', { kind: 'error', ...recorded }],
		['recon-fatal_error', { kind: 'error', ...about, error: { name: 'Banned' } }],
		['recon-pipeline_completed', { kind: 'unknown', nativeType: 'pipeline_completed' }],
		[
			'edge-pipeline_completed-output',
			{
				kind: 'file.processed',
				nativeType: 'pipeline_completed:output',
				file: { path: '/rec/纸鸢Official/20260822/20-00-05.mp4', role: 'video' },
			},
		],
		['edge-pipeline_started-unknown-job', { kind: 'unknown', room: { id: null } }],
		['recon-pipeline_failed', { kind: 'error', error: { name: 'rclone' } }],
		[
			'recon-out_of_space',
			{
				kind: 'storage.low',
				storage: { path: '/rec', freeBytes: 1073741824, thresholdBytes: 5368709120 },
			},
		],
		[
			'recon-output_path_inaccessible',
			{ error: { name: 'storage_full', message: '/mnt/nas/rec' } },
		],
		['recon-gpu_unavailable', { error: { name: 'driver' } }],
		['recon-system_startup', { kind: 'app.started', room: { id: null } }],
		['recon-system_shutdown', { kind: 'app.stopped' }],
		[
			'recon-credential_invalid',
			{
				kind: 'error',
				...about,
				error: { name: '-101', message: 'logged out' },
			},
		],
		['recon-credential_refresh_failed', { kind: 'error', room: { platform: 'bilibili' } }],
		['recon-credential_refreshed', { kind: 'unknown' }],
		['recon-baidupcs_relogin_failed', { kind: 'error', error: { message: 'captcha required' } }],
		['edge-unlisted-type', { kind: 'unknown', nativeType: 'recording_paused', ...recorded }],
	])('%s', (name, expected) => {
		expect(eventOf(bodyOf(name))).toMatchObject(expected);
	});

	test('a size that a double can’t hold is not rounded', () => {
		const { text } = entryOf('edge-download_completed-big');
		expect(eventOf(parseJsonLosslessly(text))).toMatchObject({
			recording: { sizeBytes: null, durationSeconds: 86400 },
		});
	});

	test('every type of the corpus but the invented one is known', () => {
		const types = new Set(corpus.map(({ body }) => eventOf(body).nativeType));
		types.delete('recording_paused');
		expect([...types].filter((type) => !rustSrecWebhook.events.has(type))).toEqual([]);
		expect([...rustSrecWebhook.events.keys()].filter((type) => !types.has(type))).toEqual([]);
	});
});

describe('identity', () => {
	test('a retry is the same event', () => {
		const [first, retry] = ['recon-download_completed', 'recon-download_completed-retry'];
		expect(eventOf(bodyOf(retry)).id).toBe(eventOf(bodyOf(first)).id);
	});

	test('going online again after a drop is another event', () => {
		const [first, again] = ['recon-stream_online', 'recon-stream_online-resumed'];
		expect(eventOf(bodyOf(again)).id).not.toBe(eventOf(bodyOf(first)).id);
	});

	test('two events a nanosecond apart are two', () => {
		const body = bodyOf('recon-stream_online');
		const later = { ...body, timestamp: '2026-08-22T12:00:03.512348918+00:00' };
		expect(eventOf(later).id).not.toBe(eventOf(body).id);
	});

	test('content never comes back for another event, so it is remembered as long as an id', () => {
		expect(rustSrecWebhook.sameContentWindowSeconds).toBeNull();
	});
});

describe('what it writes', () => {
	// A number beyond 2^53 is no longer the same once it was read as a double.
	test.each(corpus.filter(({ file }) => file !== 'edge-download_completed-big.json'))(
		'$file, byte for byte',
		({ body, text }) => {
			expect(rustSrecWebhook.delivery.encode(body)).toBe(text);
		},
	);
});

test('the filter that hides files is told where the channel is set up', () => {
	expect(rustSrec.setup.join('\n')).toMatch(/lowest priority to Low/);
});
