import { liveKitEgressWebhook } from '../../formats/liveKitEgress/webhook';
import { formatsOf, parseAmong, recorders } from '../../formats/registry';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { eventOf, RECEIVED_AT } from './parsing';

const corpus = loadCorpus('livekit-egress');

const KINDS: ReadonlyArray<readonly [file: string, kind: string]> = [
	['recon-egress_started', 'recording.started'],
	['recon-egress_updated-active', 'unknown'],
	['recon-egress_ended-complete', 'recording.ended'],
	['recon-egress_ended-limit', 'recording.ended'],
	['recon-egress_ended-failed', 'error'],
	['recon-egress_ended-aborted', 'recording.cancelled'],
	['edge-egress_ended-auto-failed-without-id', 'error'],
	['recon-room_started', 'unknown'],
	['edge-unlisted-event', 'unknown'],
];

function bodyOf(file: string) {
	const found = corpus.find((entry) => entry.file === `${file}.json`);
	if (found === undefined) throw new Error(`The corpus has no ${file}`);
	return found.body;
}

describe('LiveKit Egress', () => {
	test.each(corpus)('$name is told apart', ({ body }) => {
		const result = parseAmong(body, formatsOf(recorders), RECEIVED_AT);
		if (result.status !== 'event') throw new Error(JSON.stringify(result));
		expect(result.format).toBe(liveKitEgressWebhook);
		expect(result.event.warnings).toEqual([]);
	});

	test.each(KINDS)('%s is %s', (file, kind) => {
		expect(eventOf(liveKitEgressWebhook, bodyOf(file)).kind).toBe(kind);
	});

	it('reads nanoseconds and int64 as text', () => {
		const event = eventOf(liveKitEgressWebhook, bodyOf('recon-egress_ended-complete'));
		if (event.kind !== 'recording.ended') throw new Error(event.kind);
		expect(event).toMatchObject({
			id: 'EV_aaaaaaaaaaad',
			occurredAt: '2026-08-22T13:00:05.000Z',
			room: { id: 'daily-show', platform: 'livekit' },
			session: {
				id: 'EG_9uYx2mQ4LkPa',
				startedAt: '2026-08-22T12:00:00.123Z',
				endedAt: '2026-08-22T13:00:05.000Z',
				platformLiveId: null,
			},
			recording: {
				paths: ['rec/daily-show-2026-08-22T120000.mp4'],
				sizeBytes: 1288490188,
				durationSeconds: 3600,
				files: [
					{
						path: 'rec/daily-show-2026-08-22T120000.mp4',
						url: 'https://recordings.s3.eu-central-1.amazonaws.com/rec/daily-show-2026-08-22T120000.mp4',
						sizeBytes: 1288490188,
						durationSeconds: 3600,
						startedAt: '2026-08-22T12:00:00.000Z',
						endedAt: '2026-08-22T13:00:00.000Z',
					},
				],
			},
		});
	});

	it('lists every output, playlists too, each once', () => {
		const event = eventOf(liveKitEgressWebhook, bodyOf('recon-egress_ended-two-outputs'));
		if (event.kind !== 'recording.ended') throw new Error(event.kind);
		expect(event.recording.paths).toEqual(['a.mp4', 'a.ogg', 'hls/a.m3u8']);
		expect(event.recording.sizeBytes).toBe(6000000 + 600000 + 6100000);
		expect(event.recording.durationSeconds).toBe(60);
		// A local path is no address.
		expect(event.recording.files?.map(({ url }) => url)).toEqual([null, null, null]);
	});

	it('does not believe a negative duration', () => {
		const event = eventOf(
			liveKitEgressWebhook,
			bodyOf('recon-issue809-egress_ended-negative-duration'),
		);
		if (event.kind !== 'recording.ended') throw new Error(event.kind);
		expect(event.recording).toMatchObject({ durationSeconds: null, sizeBytes: 61941096 });
	});

	it('says why an egress failed, with or without an id', () => {
		const event = eventOf(liveKitEgressWebhook, bodyOf('edge-egress_ended-auto-failed-without-id'));
		expect(event).toMatchObject({
			nativeType: 'EGRESS_FAILED',
			session: { id: null },
			error: { name: 'EGRESS_FAILED', message: 'no response from servers' },
		});
	});
});
