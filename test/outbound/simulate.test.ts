import * as fc from 'fast-check';

import { simulate } from '../../outbound/simulate';
import type { SessionPlan } from '../../outbound/simulation/plan';
import { eventOf, formatById, formats, RECEIVED_AT } from './everyEvent';

const plan: SessionPlan = {
	roomId: '4711',
	streamerName: 'Nathan',
	title: 'Singing all night',
	files: 3,
	fileSeconds: 1800,
	secondsBetweenEvents: 2,
	seed: 'a',
	startsAt: Date.UTC(2026, 4, 1, 12),
	utcOffsetMinutes: 480,
	shuffle: false,
	repeatPercent: 0,
	retryPercent: 0,
	lossPercent: 0,
};

const all = formats.map((format) => [format.id, format] as const);

describe('a simulated session', () => {
	it.each(all)('is told by %s in valid events of its own', (_id, format) => {
		const { requests, lost } = simulate(format, plan);
		expect(requests.length).toBeGreaterThan(0);
		expect(lost).toEqual([]);
		const ids = new Set<string>();
		let previous = 0;
		for (const request of requests) {
			const parsed = format.parse(request.body, RECEIVED_AT);
			expect(parsed).toMatchObject({
				status: 'event',
				known: true,
				event: { warnings: [], nativeType: request.nativeType, id: request.identity },
			});
			const event = eventOf(format, request.body);
			const time = event.occurredAt === null ? previous : Date.parse(event.occurredAt);
			expect(time).toBeGreaterThanOrEqual(Math.floor(previous / 1000) * 1000);
			previous = time;
			ids.add(request.identity);
			expect(event.room.id).toBe('4711');
		}
		expect(ids.size).toBe(requests.length);
		expect(requests.map(({ delaySeconds }) => delaySeconds)).toEqual([
			0,
			...requests.slice(1).map(() => 2),
		]);
	});

	it('has all that BililiveRecorder says of one, in its order', () => {
		const format = formatById('bililive-recorder.v2');
		const { requests } = simulate(format, plan);
		expect(requests.map(({ nativeType }) => nativeType)).toEqual([
			'StreamStarted',
			'SessionStarted',
			...Array(3).fill(['FileOpening', 'FileClosed']).flat(),
			'SessionEnded',
			'StreamEnded',
		]);
		const events = requests.map(({ body }) => eventOf(format, body));
		expect(new Set(events.map(({ streamer }) => streamer.name))).toEqual(new Set(['Nathan']));
		expect(new Set(events.map(({ room }) => room.title))).toEqual(
			new Set(['Singing all night', 'Singing all night (2)']),
		);
		const sessions = events.map(({ session }) => session.id).filter((id) => id !== null);
		expect(new Set(sessions).size).toBe(1);
		const files = events.flatMap((event) => ('file' in event ? [event.file] : []));
		expect(new Set(files.map(({ path }) => path)).size).toBe(3);
		for (const file of files.filter(({ closedAt }) => closedAt !== null)) {
			const seconds = (Date.parse(file.closedAt ?? '') - Date.parse(file.openedAt ?? '')) / 1000;
			expect(file.durationSeconds).toBeCloseTo(seconds, 2);
			expect(file.sizeBytes).toBeGreaterThan(1e8);
		}
	});

	it('has the files, the change of title and the processing that OneLiveRec tells of', () => {
		const types = simulate(formatById('one-live-rec'), plan).requests.map(
			(each) => each.nativeType,
		);
		expect(new Set(types)).toEqual(
			new Set([
				'live_start',
				'video_file_create',
				'video_file_finish',
				'video_transmux_finish',
				'title_change',
				'live_end',
			]),
		);
	});

	it.each(all)('is the same for the same seed and start: %s', (_id, format) => {
		const wild = { ...plan, shuffle: true, repeatPercent: 30, retryPercent: 30, lossPercent: 20 };
		expect(simulate(format, wild)).toEqual(simulate(format, wild));
		const other = simulate(format, { ...wild, seed: 'b' });
		expect(other).not.toEqual(simulate(format, wild));
	});

	it('loses, repeats and retries as many as it is told to', () => {
		const aodianyun = formatById('aodianyun');
		const calm = simulate(aodianyun, plan).requests;
		const lossy = simulate(aodianyun, { ...plan, lossPercent: 100 });
		expect([lossy.requests.length, lossy.lost.length]).toEqual([0, calm.length]);

		const doubled = simulate(aodianyun, { ...plan, repeatPercent: 100 }).requests;
		expect(doubled.length).toBe(calm.length * 2);
		expect(doubled[1]?.body).toEqual(doubled[0]?.body);

		const retried = simulate(aodianyun, { ...plan, retryPercent: 100 }).requests;
		expect(retried[0]?.body).toMatchObject({ retry_times: 1 });
		expect(retried[1]?.body).toMatchObject({ retry_times: 2 });
		expect(retried[1]?.identity).toBe(retried[0]?.identity);
	});

	it('shuffles neighbours, and loses none', () => {
		const format = formatById('blrec');
		const calm = simulate(format, { ...plan, files: 20 }).requests;
		const shuffled = simulate(format, { ...plan, files: 20, shuffle: true }).requests;
		const ids = calm.map(({ identity }) => identity);
		const shuffledIds = shuffled.map(({ identity }) => identity);
		expect([...shuffledIds].sort()).toEqual([...ids].sort());
		expect(shuffledIds).not.toEqual(ids);
		shuffledIds.forEach((id, place) => {
			expect(Math.abs(ids.indexOf(id) - place)).toBeLessThanOrEqual(3);
		});
	});

	it('leaves to the samples what nobody chose', () => {
		const open = { ...plan, roomId: null, streamerName: null, title: null };
		const format = formatById('bililive-recorder.v2');
		const [first] = simulate(format, open).requests;
		expect(first?.body).toMatchObject({
			EventData: { RoomId: 23058, ShortId: 3, Name: '3号直播间', Title: '哔哩哔哩音悦台' },
		});
	});

	it('copes with any names', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'binary' }),
				fc.string({ unit: 'binary' }),
				fc.integer({ min: 1, max: 5 }),
				(streamerName, title, files) => {
					for (const format of formats) {
						const { requests } = simulate(format, { ...plan, streamerName, title, files });
						for (const { body } of requests) {
							expect(format.parse(body, RECEIVED_AT).status).toBe('event');
							expect(() => JSON.parse(format.delivery.encode(body))).not.toThrow();
						}
					}
				},
			),
			{ numRuns: 20 },
		);
	});
});
