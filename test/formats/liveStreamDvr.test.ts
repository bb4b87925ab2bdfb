import { liveStreamDvrWebhook } from '../../formats/liveStreamDvr/webhook';
import { formatsOf, parseAmong, recorders } from '../../formats/registry';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { eventOf, parsed, RECEIVED_AT } from './parsing';

const corpus = loadCorpus('livestreamdvr');

const KINDS: ReadonlyArray<readonly [file: string, kind: string]> = [
	['recon-init', 'app.started'],
	['recon-start_download', 'recording.started'],
	['recon-kick-start_download', 'recording.started'],
	['edge-start_download-no-times', 'recording.started'],
	['recon-start_capture', 'unknown'],
	['recon-chapter_update', 'room.updated'],
	['recon-end_capture', 'recording.ended'],
	['recon-end_capture-failed', 'error'],
	['recon-end_convert', 'unknown'],
	['recon-end_convert-failed', 'error'],
	['recon-end_download', 'file.processed'],
	['recon-video_download', 'file.closed'],
	['edge-video_download-windows', 'file.closed'],
	['recon-vod_removed', 'recording.deleted'],
	['recon-channel_updated', 'unknown'],
	['recon-job_progress', 'unknown'],
	['edge-unlisted-action', 'unknown'],
];

function bodyOf(file: string) {
	const found = corpus.find((entry) => entry.file === `${file}.json`);
	if (found === undefined) throw new Error(`The corpus has no ${file}`);
	return found.body;
}

describe('LiveStreamDVR', () => {
	test.each(corpus)('$name is told apart', ({ body }) => {
		const result = parseAmong(body, formatsOf(recorders), RECEIVED_AT);
		if (result.status !== 'event') throw new Error(JSON.stringify(result));
		expect(result.format).toBe(liveStreamDvrWebhook);
		expect(result.event.warnings).toEqual([]);
	});

	test.each(KINDS)('%s is %s', (file, kind) => {
		expect(eventOf(liveStreamDvrWebhook, bodyOf(file)).kind).toBe(kind);
	});

	it('puts out the converted file with its size and duration', () => {
		expect(eventOf(liveStreamDvrWebhook, bodyOf('recon-end_download'))).toMatchObject({
			room: { id: 'abcdabcd-1111-4222-8333-444455556666', platform: 'twitch' },
			session: {
				id: 'c0ffee00-1111-4222-8333-444455556666',
				startedAt: '2026-08-22T18:00:03.000Z',
				endedAt: '2026-08-22T21:00:00.000Z',
				platformLiveId: null,
			},
			file: {
				path: 'streamer_2026-08-22T18_00_03Z_401234567890.mp4',
				sizeBytes: 8012345678,
				durationSeconds: 10797.4,
				relatedPaths: [],
			},
		});
	});

	it('knows no time that is not said: 0 and empty texts are none', () => {
		const event = eventOf(liveStreamDvrWebhook, bodyOf('edge-start_download-no-times'));
		if (event.kind !== 'recording.started') throw new Error(event.kind);
		expect(event.session).toMatchObject({ startedAt: null, endedAt: null });
		expect(event.recording).toMatchObject({ sizeBytes: null, durationSeconds: null });
	});

	it('leaves what comes every few seconds to those who want it', () => {
		for (const file of ['recon-job_progress', 'recon-vod_updated', 'recon-channel_updated']) {
			expect(parsed(liveStreamDvrWebhook, bodyOf(file)).housekeeping).toBe(true);
		}
	});
});
