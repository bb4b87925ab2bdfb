import * as fc from 'fast-check';

import type { JsonObject, JsonValue } from '../../formats/json';
import { formatsOf, parseAmong, recorders } from '../../formats/registry';
import { srs } from '../../formats/srs';
import { srsHooks } from '../../formats/srs/hooks';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import * as parsing from './parsing';

const corpus = loadCorpus('srs');

function bodyOf(name: string): JsonObject {
	const found = corpus.find(({ file }) => file === `${name}.json`);
	if (found === undefined) throw new Error(`No ${name}.json in the corpus`);
	return structuredClone(found.body);
}

const eventOf = (body: JsonValue) => parsing.eventOf(srsHooks, body);

describe('hooks of SRS 2 to 7', () => {
	test.each([
		['recon-3-on_publish', 'live.started', 'live/livestream', '108'],
		['recon-4-on_publish', 'live.started', 'live/livestream', '9x8y7z61'],
		['real-5-on_publish', 'live.started', 'live/1', '0454644q'],
		['edge-5-on_publish-loopback', 'live.started', 'live/livestream_ff', 'k1k2k3k4'],
		['edge-6-vhost-unicode', 'live.started', 'live.example.com/游戏/1/主播 A', '0jx3kz21'],
		['edge-7-on_publish-quotes', 'live.started', 'live/a"b\\c', '0jx3kz21'],
		['recon-3-on_unpublish', 'live.ended', 'live/livestream', '108'],
		['real-5-on_unpublish', 'live.ended', 'live/1', '0454644q'],
		['real-2-issue498-on_dvr', 'file.closed', 'hls/live/cam34', '109'],
		['real-3-issue1613-on_dvr', 'file.closed', 'live/457556', '532'],
		['recon-5-on_hls', 'file.closed', 'live/livestream', '0jx3kz21'],
		['real-5-on_play', 'unknown', 'live/1', null],
		['edge-5-on_stop-hls-viewer', 'unknown', 'live/livestream', null],
		['recon-5-on_connect', 'unknown', 'live/livestream', null],
		['real-2-issue995-on_connect', 'unknown', null, null],
		['real-3-issue1847-on_close', 'unknown', null, null],
		['edge-5-unlisted-action', 'unknown', 'live/livestream', null],
	])('%s is %s of %s', (name, kind, roomId, sessionId) => {
		const event = eventOf(bodyOf(name));
		expect(event).toMatchObject({ kind, room: { id: roomId }, session: { id: sessionId } });
		// No hook says when it happened.
		expect(event.occurredAt).toBeNull();
	});

	test.each([
		['real-2-issue498-on_dvr', '/mnt/data/records/cams/cam34/1443596268173.flv'],
		[
			'real-3-issue1613-on_dvr',
			'/root/srs/trunk/objs/nginx/html/live/2020-02/457556-1582169235680.flv',
		],
		['recon-5-on_dvr', '/usr/local/srs/objs/nginx/html/live/livestream.1755864003123.flv'],
		['recon-6-on_dvr-mp4-absolute', '/data/dvr/live/2026-08-22/livestream-20.00.03.123.mp4'],
	])('%s: the file is %s', (name, path) => {
		expect(eventOf(bodyOf(name))).toMatchObject({
			file: { path, role: 'video', sizeBytes: null, durationSeconds: null },
		});
	});

	test('an HLS segment has its duration and its playlist', () => {
		expect(eventOf(bodyOf('recon-7-on_hls'))).toMatchObject({
			file: {
				path: '/data/hls/live/livestream-65.ts',
				durationSeconds: 9.97,
				relatedPaths: ['/usr/local/srs/objs/nginx/html/live/livestream.m3u8'],
			},
		});
	});

	test('questions, and the hook that is no POST, are no events', () => {
		const questions = loadCorpus('_not-wire').filter(({ file }) => file.startsWith('srs-'));
		expect(questions.map(({ body }) => srsHooks.recognise(body))).toEqual([false, false]);
	});

	test('clients coming and going are housekeeping; streams and recordings are not', () => {
		const chatter = [...srsHooks.events].filter(([, { housekeeping }]) => housekeeping);
		expect(chatter.map(([action]) => action).sort()).toEqual([
			'on_close',
			'on_connect',
			'on_hls',
			'on_play',
			'on_stop',
		]);
	});
});

describe('identity', () => {
	test('publishing again over another connection is another event', () => {
		const first = bodyOf('recon-5-on_publish');
		const second = { ...first, client_id: '9z8y7x6w' };
		expect(eventOf(second).id).not.toBe(eventOf(first).id);
	});

	test('a file name that comes back with another connection is another event', () => {
		const first = bodyOf('recon-5-on_dvr');
		expect(eventOf({ ...first, client_id: '9z8y7x6w' }).id).not.toBe(eventOf(first).id);
	});

	test('what is said again much later happened again: SRS repeats nothing', () => {
		expect(srsHooks.sameContentWindowSeconds).toBeLessThanOrEqual(10);
		expect(srsHooks.delivery.waitsSeconds).toEqual([]);
	});
});

describe('the answer', () => {
	test('is what every version of SRS takes for "go on"', () => {
		expect(srsHooks.answer).toBe('0');
		expect(formatsOf(recorders).filter(({ answer }) => answer !== null)).toContain(srsHooks);
	});

	test('is told where it matters', () => {
		const told = [...srs.setup, ...srs.limits].join('\n');
		expect(told).toContain('on_publish');
		expect(told).toContain('body 0');
	});
});

describe('what it writes', () => {
	test.each(corpus)('$file, byte for byte', ({ body, text }) => {
		expect(srsHooks.delivery.encode(body)).toBe(text);
	});

	test('any stream it is asked to speak of is read back as the same stream', () => {
		const sample = eventOf(bodyOf('recon-5-on_dvr'));
		fc.assert(
			fc.property(fc.string({ minLength: 1 }), (id) => {
				const built = srsHooks.build({ ...sample, room: { ...sample.room, id } });
				if (!built.ok) return expect(id.endsWith('/')).toBe(true);
				expect(eventOf(built.body).room.id).toBe(id);
			}),
		);
	});

	test('it is told from every other format', () => {
		for (const { file, body } of corpus) {
			const result = parseAmong(body, formatsOf(recorders), parsing.RECEIVED_AT);
			expect([file, result.status]).toEqual([file, 'event']);
		}
	});
});
