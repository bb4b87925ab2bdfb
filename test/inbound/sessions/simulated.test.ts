import { formatsOf, recorders } from '../../../formats/registry';
import { isoTime } from '../../../formats/time';
import { lifecycleOf } from '../../../inbound/lifecycles';
import { entryOf, roomKeyOf } from '../../../inbound/sessions/entry';
import { SessionBook } from '../../../inbound/sessions/sessionBook';
import { simulate } from '../../../outbound/simulate';
import { settings } from './drive';

const NOW = Date.UTC(2026, 2, 1);
const WAIT = 3_000;

const plan = {
	roomId: '4711',
	streamerName: null,
	title: null,
	files: 2,
	fileSeconds: 3_600,
	secondsBetweenEvents: 1,
	seed: 'a',
	startsAt: NOW,
	utcOffsetMinutes: 480,
	shuffle: false,
	repeatPercent: 0,
	retryPercent: 0,
	lossPercent: 0,
};

it('leaves out SRS’s HLS segments, of which a live has thousands', () => {
	const srs = formatsOf(recorders).find(({ id }) => id === 'srs');
	const entryOfSample = (type: string) => {
		const parsed = srs?.parse(srs.events.get(type)?.samples[0] ?? null, isoTime(NOW));
		if (parsed?.status !== 'event') throw new Error('Not an event');
		return entryOf(parsed.event, lifecycleOf('srs'));
	};
	expect(entryOfSample('on_hls')).toBeNull();
	expect(entryOfSample('on_dvr')?.files).toHaveLength(1);
});

describe('a session that Live Recorder simulates, its events a second apart', () => {
	it.each(formatsOf(recorders).map((format) => [format.id, format] as const))(
		'is complete three seconds after the last: %s',
		(_id, format) => {
			const book = new SessionBook(lifecycleOf);
			let now = NOW;
			let open = 0;
			for (const { body } of simulate(format, plan).requests) {
				now += 1_000;
				const parsed = format.parse(body, isoTime(now));
				if (parsed.status !== 'event') throw new Error('Not an event');
				const key = roomKeyOf(parsed.event);
				const entry = entryOf(parsed.event, format.lifecycle, WAIT);
				if (key !== null && entry !== null && book.note(key, entry, settings.waits)) open = now;
				expect(book.due(now, settings)).toEqual([]);
			}
			expect(book.due(open + WAIT - 1, settings)).toEqual([]);
			const [session, ...others] = book.due(open + WAIT, settings);
			expect(others).toEqual([]);
			expect(session?.item.summary).toMatchObject({ reason: 'ended', missing: [] });
			const hasFiles = (session?.item.summary.files.length ?? 0) > 0;
			expect(hasFiles).toBe(format.lifecycle.finalFile !== 'none');
		},
	);
});
