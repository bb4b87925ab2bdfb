import fc from 'fast-check';

import type * as RunningLives from '../../../inbound/sessions/runningLive';
import { drive, HOUR, MINUTE, type PutOut, settings, type Told } from './drive';

let looksAlways = false;

jest.mock('../../../inbound/sessions/runningLive', () => {
	const { runningLiveOf } = jest.requireActual<typeof RunningLives>(
		'../../../inbound/sessions/runningLive',
	);
	return {
		runningLiveOf: (...known: Parameters<typeof runningLiveOf>) =>
			looksAlways ? null : runningLiveOf(...known),
	};
});

/* Events of any kind, in any order, that need not make sense together: what is left out of looking must not be seen in what comes out. */

const KINDS = [
	'live.started',
	'recording.started',
	'file.opened',
	'file.closed',
	'file.closed',
	'file.processed',
	'room.title_changed',
	'recording.ended',
	'live.ended',
] as const;

const FORMATS = [
	'bililive-recorder.v2',
	'bililive-recorder.v1',
	'blrec',
	'one-live-rec',
	'ddtv.v3',
] as const;

const seconds = fc.oneof(
	fc.integer({ min: 0, max: 30 * MINUTE }),
	fc.integer({ min: 0, max: 20 * HOUR }),
);

const toldArb = (format: (typeof FORMATS)[number]): fc.Arbitrary<Told> =>
	fc
		.record({
			kind: fc.constantFrom(...KINDS),
			at: seconds,
			delay: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 * HOUR })),
			session: fc.constantFrom(null, 'a', 'b'),
			path: fc.constantFrom('a.flv', 'b.flv', 'c.mp4', 'c.flv'),
			length: fc.integer({ min: 0, max: 3 * HOUR }),
			source: fc.constantFrom(null, null, 'a.flv'),
		})
		.map(({ kind, at, delay, session, path, length, source }): Told => {
			const isOfFile = kind.startsWith('file.');
			return {
				kind,
				at,
				comes: at + delay,
				format,
				...(session === null ? {} : { session }),
				...(isOfFile ? { path } : {}),
				...(kind === 'file.closed' ? { opened: at - length } : {}),
				...(source === null || kind !== 'file.processed' ? {} : { source }),
			};
		});

const roomArb = fc
	.constantFrom(...FORMATS)
	.chain((format) => fc.array(toldArb(format), { minLength: 1, maxLength: 25 }));

/** What came out, but for what differs by definition. */
const plain = (out: readonly PutOut[]) => out.map(({ at, item }) => [at, item]);

describe('a running live', () => {
	it('comes out at the same time with the same content whether every event leads to a look or only some do', () => {
		fc.assert(
			fc.property(roomArb, (told) => {
				const out = plain(drive(told));
				looksAlways = true;
				const always = plain(drive(told));
				looksAlways = false;
				expect(out).toEqual(always);
			}),
			{ numRuns: 400 },
		);
	});

	it('is over when its end was said, however many files came without a look', () => {
		const files = Array.from({ length: 30 }, (_, index): Told[] => [
			{ kind: 'file.opened', at: 1 + index * HOUR, path: `${index}.flv`, session: 's' },
			{ kind: 'file.closed', at: (index + 1) * HOUR, path: `${index}.flv`, session: 's' },
		]).flat();
		const end = 30 * HOUR + 1;
		const out = drive([
			{ kind: 'recording.started', at: 0, session: 's' },
			...files,
			{ kind: 'recording.ended', at: end, session: 's' },
		]);
		expect(out.map(({ at, item }) => [at, item.summary.files.length])).toEqual([
			[end + settings.waits.quiet / 1000, 30],
		]);
	});

	it('lets a file of the live before come late in its time', () => {
		const format = 'blrec';
		const out = drive([
			{ kind: 'recording.started', at: 0, format },
			{ kind: 'file.closed', at: MINUTE, opened: 0, path: 'a.flv', format },
			{ kind: 'recording.ended', at: MINUTE, format },
			{ kind: 'recording.started', at: HOUR, format },
			{ kind: 'file.opened', at: HOUR, path: 'b.flv', format },
			{ kind: 'file.processed', at: 2 * HOUR, path: 'a.mp4', format },
			{ kind: 'file.closed', at: 9 * HOUR, opened: HOUR, path: 'b.flv', format },
			{ kind: 'recording.ended', at: 9 * HOUR, format },
		]);
		const late = out.filter(({ item }) => item.summary.reason === 'late');
		expect(late.map(({ at }) => at)).toEqual([2 * HOUR + 5 * MINUTE]);
	});
});
