import { formatsOf, parseAmong, recorders } from '../../formats/registry';
import { tencentCssCallback } from '../../formats/tencentCss/callback';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { eventOf, RECEIVED_AT } from './parsing';

const corpus = loadCorpus('tencent-css');

const KINDS: ReadonlyArray<readonly [file: string, kind: string]> = [
	['docs-1-push-start', 'live.started'],
	['real-2017-1-push-start', 'live.started'],
	['edge-1-push-start-old-fields', 'live.started'],
	['docs-0-push-stop', 'live.ended'],
	['docs-100-record-mp4', 'vod.created'],
	['real-2017-100-record-flv', 'vod.created'],
	['edge-100-record-size-text', 'vod.created'],
	['docs-200-screenshot', 'snapshot.created'],
	['docs-332-record_start_succeeded', 'recording.started'],
	['docs-332-record_ended', 'recording.ended'],
	['docs-332-record_start_failed', 'error'],
	['docs-332-record_error', 'error'],
	['docs-332-record_paused', 'unknown'],
	['docs-321-push-exception', 'error'],
	['docs-341-record-exception', 'error'],
	['docs-314-relay-TaskStart', 'unknown'],
	['edge-unlisted-event_type', 'unknown'],
];

function bodyOf(file: string) {
	const found = corpus.find((entry) => entry.file === `${file}.json`);
	if (found === undefined) throw new Error(`The corpus has no ${file}`);
	return found.body;
}

describe('Tencent Cloud CSS', () => {
	test.each(corpus)('$name is told apart', ({ body }) => {
		const result = parseAmong(body, formatsOf(recorders), RECEIVED_AT);
		if (result.status !== 'event') throw new Error(JSON.stringify(result));
		expect(result.format).toBe(tencentCssCallback);
		expect(result.event.warnings).toEqual([]);
	});

	test.each(KINDS)('%s is %s', (file, kind) => {
		expect(eventOf(tencentCssCallback, bodyOf(file)).kind).toBe(kind);
	});

	it('is one event, however often it is signed anew', () => {
		const [first, again] = ['docs-100-record-mp4', 'edge-100-record-mp4-again-new-t'].map(
			(file) => eventOf(tencentCssCallback, bodyOf(file)).id,
		);
		expect(again).toBe(first);
	});

	it('gives the beginning and the end of a push the same session', () => {
		const [start, end] = ['docs-1-push-start', 'docs-0-push-stop'].map((file) =>
			eventOf(tencentCssCallback, bodyOf(file)),
		);
		expect(start?.session).toMatchObject({
			id: '2210464508206756938',
			startedAt: '2026-08-22T18:00:03.123Z',
		});
		expect(end?.session.id).toBe('2210464508206756938');
	});

	it('does not take a playlist’s size for the recording’s', () => {
		const event = eventOf(tencentCssCallback, bodyOf('real-2017-100-record-hls'));
		if (event.kind !== 'vod.created') throw new Error(event.kind);
		expect(event.vod).toMatchObject({ url: null, sizeBytes: null, durationSeconds: 63 });
		expect(event.vod.playlistUrl).toMatch(/playlist\.m3u8$/);
	});
});
