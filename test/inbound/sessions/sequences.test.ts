import type { SessionSettings } from '../../../inbound/sessions/roomSessions';
import { drive, HOUR, iso, MINUTE, type PutOut, settings, type Told } from './drive';

/** What matters of an item, in a line. */
function inShort({ at, item }: PutOut): string {
	const { reason, files, missing, leftOut, sessionIds } = item.summary;
	const paths = (list: readonly { path: string }[]) => list.map(({ path }) => path).join(' ');
	return [
		`${at}s ${reason}`,
		`[${paths(files)}]`,
		...(missing.length > 0 ? [`missing ${paths(missing)}`] : []),
		...(leftOut.length > 0 ? [`left out ${paths(leftOut)}`] : []),
		...(sessionIds.length > 0 ? [`of ${sessionIds.join(' ')}`] : []),
		...(item.id.includes(':late-') ? [item.id.slice(item.id.indexOf(':late-') + 1)] : []),
	].join(' ');
}

const V2 = 'bililive-recorder.v2';
const WAIT = 5 * MINUTE;
const GIVE_UP = HOUR;

const begin = (at: number, session: string): Told => ({ kind: 'recording.started', at, session });
const end = (at: number, session: string): Told => ({ kind: 'recording.ended', at, session });
const open = (at: number, path: string, session?: string): Told => ({
	kind: 'file.opened',
	at,
	path,
	...(session === undefined ? {} : { session }),
});
const close = (opened: number, at: number, path: string, session?: string): Told => ({
	kind: 'file.closed',
	at,
	opened,
	path,
	...(session === undefined ? {} : { session }),
});

const plain: Told[] = [
	{ kind: 'live.started', at: 0 },
	begin(1, 'A'),
	open(2, 'a.flv', 'A'),
	close(2, 1000, 'a.flv', 'A'),
	end(1001, 'A'),
	{ kind: 'live.ended', at: 1002 },
];

const as = (format: string, told: readonly Told[]): Told[] =>
	told.map((each) => ({ ...each, format }));

describe('sequences as recorders send them', () => {
	it.each<[string, Told[], string[]]>([
		['BililiveRecorder: a live of one file', plain, [`${1002 + WAIT}s ended [a.flv] of A`]],
		[
			'BililiveRecorder: without live events, as before 2.0',
			plain.slice(1, 5),
			[`${1001 + WAIT}s ended [a.flv] of A`],
		],
		[
			'BSR: a recording that is told of only when its live was put out, then once more',
			as('bsr', [
				begin(0, 'A'),
				end(1000, 'A'),
				{ ...begin(1100, 'B'), comes: 1500 },
				{ ...end(1200, 'B'), comes: 1501 },
				{ ...end(1200, 'B'), comes: 4000 },
			]),
			[`${1000 + WAIT}s ended [] of A`, `${1501 + WAIT}s late [] of A B late-1`],
		],
		[
			'LiveStreamDVR: the file half an hour after the end, and two recordings in one live',
			as('livestreamdvr', [
				begin(0, 'A'),
				end(1000, 'A'),
				begin(1060, 'B'),
				end(2000, 'B'),
				{ kind: 'file.processed', at: 2400, path: 'a.mp4', session: 'A' },
				{ kind: 'file.processed', at: 3800, path: 'b.mp4', session: 'B' },
			]),
			[`${3800 + WAIT}s ended [a.mp4 b.mp4] of A B`],
		],
		[
			'LiveStreamDVR: a file that comes later than is waited for, and one that never comes',
			as('livestreamdvr', [
				begin(0, 'A'),
				end(1000, 'A'),
				{ kind: 'file.processed', at: 6000, path: 'a.mp4', session: 'A' },
				begin(20_000, 'B'),
				end(21_000, 'B'),
			]),
			[
				`${1000 + GIVE_UP}s gave_up [] of A`,
				`${6000 + WAIT}s late [a.mp4] of A late-1`,
				`${21_000 + GIVE_UP}s gave_up [] of B`,
			],
		],
		[
			'BililiveRecorder: the end before the last File Closed',
			[
				begin(0, 'A'),
				open(1, 'a.flv', 'A'),
				end(999, 'A'),
				{ ...close(1, 999, 'a.flv', 'A'), comes: 1003 },
			],
			[`${1003 + WAIT}s ended [a.flv] of A`],
		],
		[
			'BililiveRecorder: 31 seconds between two recordings of a live (#553)',
			[
				begin(0, 'A'),
				open(1, 'a.flv', 'A'),
				close(1, 600, 'a.flv', 'A'),
				end(600, 'A'),
				begin(631, 'B'),
				open(632, 'b.flv', 'B'),
				close(632, 1200, 'b.flv', 'B'),
				end(1200, 'B'),
			],
			[`${1200 + WAIT}s ended [a.flv b.flv] of A B`],
		],
		[
			'BililiveRecorder: the next file opens before the last one closes',
			[
				begin(0, 'A'),
				open(1, 'a.flv', 'A'),
				open(599, 'b.flv', 'A'),
				{ ...close(1, 599, 'a.flv', 'A'), comes: 602 },
				close(599, 1200, 'b.flv', 'A'),
				end(1200, 'A'),
			],
			[`${1200 + WAIT}s ended [a.flv b.flv] of A`],
		],
		[
			'biliLive-tools: a close without an open',
			[begin(0, 'A'), close(1, 600, 'a.flv', 'A'), end(600, 'A')],
			[`${600 + WAIT}s ended [a.flv] of A`],
		],
		[
			'biliLive-tools: an open that never closes',
			[
				begin(0, 'A'),
				open(1, 'a.flv', 'A'),
				close(1, 600, 'a.flv', 'A'),
				open(600, 'b.flv', 'A'),
				end(1200, 'A'),
			],
			[`${1200 + GIVE_UP}s gave_up [a.flv] missing b.flv of A`],
		],
		[
			'an end that never comes',
			[begin(0, 'A'), open(1, 'a.flv', 'A'), close(1, 600, 'a.flv', 'A')],
			[`${600 + 24 * HOUR}s gave_up [a.flv] of A`],
		],
		[
			'an end that never comes, of a live that is said to be over',
			[begin(0, 'A'), close(1, 600, 'a.flv', 'A'), { kind: 'live.ended', at: 601 }],
			[`${601 + GIVE_UP}s gave_up [a.flv] of A`],
		],
		[
			'an end that never comes, and the next live five hours later',
			[
				{ kind: 'live.started', at: 0 },
				begin(0, 'A'),
				close(1, 600, 'a.flv', 'A'),
				{ kind: 'live.started', at: 5 * HOUR },
				begin(5 * HOUR, 'B'),
				close(5 * HOUR, 6 * HOUR, 'b.flv', 'B'),
				end(6 * HOUR, 'B'),
			],
			[`${5 * HOUR + WAIT}s gave_up [a.flv] of A`, `${6 * HOUR + WAIT}s ended [b.flv] of B`],
		],
		[
			'a live that is watched and not recorded',
			[
				{ kind: 'live.started', at: 0 },
				{ kind: 'live.ended', at: 1000 },
			],
			[`${1000 + WAIT}s ended []`],
		],
		['an end of nothing', [end(0, 'A'), { kind: 'live.ended', at: 1 }], []],
		[
			'a file that comes after the item, and once more, and known ones again',
			[
				...plain,
				{ ...close(2, 1000, 'a.flv', 'A'), comes: 3000 },
				{ ...close(500, 900, 'b.flv', 'A'), comes: 3001 },
				{ ...close(500, 900, 'b.flv', 'A'), comes: 9000 },
				{ ...end(1001, 'A'), comes: 9001 },
			],
			[`${1002 + WAIT}s ended [a.flv] of A`, `${3001 + WAIT}s late [b.flv] of A late-1`],
		],
		[
			'a file that was missing, after the item',
			[
				begin(0, 'A'),
				open(1, 'a.flv', 'A'),
				end(600, 'A'),
				{ ...close(1, 600, 'a.flv', 'A'), comes: 2 * HOUR },
			],
			[
				`${600 + GIVE_UP}s gave_up [] missing a.flv of A`,
				`${2 * HOUR + WAIT}s late [a.flv] of A late-1`,
			],
		],
		[
			'two lives with files of the same name',
			[
				...plain,
				begin(2 * HOUR, 'B'),
				open(2 * HOUR, 'a.flv', 'B'),
				close(2 * HOUR, 3 * HOUR, 'a.flv', 'B'),
				end(3 * HOUR, 'B'),
			],
			[`${1002 + WAIT}s ended [a.flv] of A`, `${3 * HOUR + WAIT}s ended [a.flv] of B`],
		],
		[
			'BililiveRecorder V1: files and nothing else',
			as('bililive-recorder.v1', [close(0, 600, 'a.flv'), close(600, 800, 'b.flv')]),
			[`${800 + WAIT}s ended [a.flv b.flv]`],
		],
		[
			'BililiveRecorder V1: a file longer than the wait follows',
			as('bililive-recorder.v1', [close(0, HOUR, 'a.flv'), close(HOUR, 2 * HOUR, 'b.flv')]),
			[`${HOUR + WAIT}s ended [a.flv]`, `${2 * HOUR + WAIT}s late [b.flv] late-1`],
		],
		[
			'BililiveRecorder V1 beside V2: one file, one end',
			[...plain, { ...close(2, 1000, 'a.flv'), id: 'v1', format: 'bililive-recorder.v1' }],
			[`${1002 + WAIT}s ended [a.flv] of A`],
		],
		[
			'blrec: postprocessed minutes after the recording finished, .m4s to .mp4, danmaku and cover beside',
			as('blrec', [
				{ kind: 'live.started', at: 0 },
				{ kind: 'recording.started', at: 1 },
				open(2, '/rec/a.m4s'),
				open(2, '/rec/a.xml'),
				{ kind: 'file.closed', at: 3, path: '/rec/a.jpg' },
				{ kind: 'file.closed', at: 1000, path: '/rec/a.m4s' },
				{ kind: 'file.closed', at: 1000, path: '/rec/a.xml' },
				{ kind: 'live.ended', at: 1000 },
				{ kind: 'recording.ended', at: 1001 },
				{ kind: 'file.processed', at: 1600, path: '/rec/a.mp4' },
				{
					kind: 'file.processed',
					at: 1601,
					path: '/rec/a.mp4',
					related: ['/rec/a.jsonl'],
					id: 'all',
				},
			]),
			[`${1601 + WAIT}s ended [/rec/a.mp4]`],
		],
		[
			'blrec: never postprocessed',
			as('blrec', [
				{ kind: 'recording.started', at: 1 },
				open(2, '/rec/a.flv'),
				{ kind: 'file.closed', at: 1000, path: '/rec/a.flv' },
				{ kind: 'recording.ended', at: 1001 },
			]),
			[`${1001 + GIVE_UP}s gave_up [/rec/a.flv]`],
		],
		[
			'OneLiveRec: closed is final where nothing is converted',
			as('one-live-rec', [
				{ kind: 'live.started', at: 0, session: 'L' },
				open(1, 'a.ts'),
				{ kind: 'file.closed', at: 600, path: 'a.ts' },
				{ kind: 'live.ended', at: 601, session: 'L' },
			]),
			[`${601 + WAIT}s ended [a.ts] of L`],
		],
		[
			'OneLiveRec: transmuxed in the wait',
			as('one-live-rec', [
				{ kind: 'live.started', at: 0, session: 'L' },
				{ kind: 'file.closed', at: 600, path: 'a.ts' },
				{ kind: 'live.ended', at: 601, session: 'L' },
				{ kind: 'file.processed', at: 700, path: 'out/a.mp4', source: 'a.ts' },
			]),
			[`${700 + WAIT}s ended [out/a.mp4] of L`],
		],
		[
			'OneLiveRec: the second of two conversions takes longer than the wait',
			as('one-live-rec', [
				{ kind: 'live.started', at: 0, session: 'L' },
				{ kind: 'file.closed', at: 600, path: 'a.ts' },
				{ kind: 'file.processed', at: 610, path: 'a.mp4', source: 'a.ts' },
				{ kind: 'file.closed', at: 1200, path: 'b.ts' },
				{ kind: 'live.ended', at: 1201, session: 'L' },
				{ kind: 'file.processed', at: 2000, path: 'b.mp4', source: 'b.ts' },
			]),
			[`${2000 + WAIT}s ended [a.mp4 b.mp4] of L`],
		],
		[
			'an opening that was said to be missing comes again: no news; its closing is',
			[
				...plain.slice(0, 3),
				end(1001, 'A'),
				{ ...open(2, 'a.flv', 'A'), comes: 2 * HOUR },
				{ ...close(2, 1000, 'a.flv', 'A'), comes: 3 * HOUR },
			],
			[
				`${1001 + GIVE_UP}s gave_up [] missing a.flv of A`,
				`${3 * HOUR + WAIT}s late [a.flv] of A late-1`,
			],
		],
		[
			'the end of a recording is lost, and the next begins as its file of over an hour is closed: one live',
			[
				begin(0, 'A'),
				open(0, 'a.flv', 'A'),
				begin(2 * HOUR, 'B'),
				close(0, 2 * HOUR, 'a.flv', 'A'),
				close(2 * HOUR, 3 * HOUR, 'b.flv', 'B'),
				end(3 * HOUR, 'B'),
				{ kind: 'live.ended', at: 3 * HOUR },
			],
			[`${4 * HOUR}s gave_up [a.flv b.flv] of A B`],
		],
		[
			'BSR: no files; the stream renewed within one live_id, in the same second',
			as('bsr', [
				{ kind: 'live.started', at: 0 },
				{ kind: 'recording.started', at: 10, session: '1' },
				{ kind: 'recording.ended', at: 600, session: '1' },
				{ kind: 'recording.started', at: 600, session: '1', id: 'again' },
				{ kind: 'recording.ended', at: 3600, session: '1', id: 'end' },
				{ kind: 'live.ended', at: 3601 },
			]),
			[`${3601 + WAIT}s ended [] of 1`],
		],
		[
			'BSR: a start that came to nothing ends nothing',
			as('bsr', [
				{ kind: 'recording.started', at: 10, session: '1' },
				{ kind: 'recording.ended', at: 20 },
			]),
			[`${10 + 24 * HOUR}s gave_up [] of 1`],
		],
		[
			'Aodianyun: the video two minutes after the end, by its address',
			as('aodianyun', [
				{ kind: 'live.started', at: 0, session: 'live/hall' },
				{ kind: 'live.ended', at: 3600, session: 'live/hall' },
				{ kind: 'vod.created', at: 3720, path: 'http://x/1.mp4', opened: 0, closed: 3600 },
			]),
			[`${3720 + WAIT}s ended [http://x/1.mp4]`],
		],
		[
			'DDTV 5: lists, and no times',
			as('ddtv.v5', [
				{ kind: 'live.started', comes: 0 },
				{ kind: 'recording.started', comes: 1 },
				{
					kind: 'file.closed',
					comes: 600,
					path: './Rec/p1_1.xml',
					related: ['C:/Rec/p1_original.flv'],
				},
				{ kind: 'live.ended', comes: 1200 },
				{
					kind: 'recording.ended',
					comes: 1201,
					paths: [
						'C:/Rec/p1_original.flv',
						'C:/Rec/p1_fix.mp4',
						'C:/Rec/p2_original.flv',
						'C:/Rec/p2_fix.mp4',
						'C:/Rec/p1_1.xml',
						'C:/Rec/p2_1.xml',
						'C:/Rec/p2_1_礼物.csv',
					],
				},
			]),
			[`${1201 + WAIT}s ended [C:/Rec/p1_fix.mp4 C:/Rec/p2_fix.mp4]`],
		],
	])('%s', (_title, told, expected) => {
		expect(drive(told).map(inShort)).toEqual(expected);
	});

	it('tells everything of a live', () => {
		const told: Told[] = [
			{ kind: 'live.started', at: 0, title: 'Hello' },
			{ ...begin(1, 'A'), title: 'Hello' },
			open(2, 'a.flv', 'A'),
			{ kind: 'room.title_changed', at: 500, title: 'Singing' },
			{ ...close(2, 1000, 'a.flv', 'A'), size: 5, length: 998, title: 'Singing' },
			{ ...close(1000, 1010, 'b.flv', 'A'), size: 2, length: 10 },
			end(1011, 'A'),
		];
		const [put] = drive(told, {
			given: { ...settings, atLeast: { seconds: 60, bytes: null } },
		});
		expect(put?.item).toMatchObject({
			kind: 'session.completed',
			recorder: 'bililive-recorder',
			format: V2,
			nativeType: 'session.completed',
			occurredAt: iso(1011),
			room: { id: '1', title: 'Singing' },
			session: { id: 'A', startedAt: iso(0), endedAt: iso(1011), platformLiveId: null },
			summary: {
				files: [{ path: 'a.flv', sizeBytes: 5, durationSeconds: 998, openedAt: iso(2) }],
				sizeBytes: 5,
				durationSeconds: 998,
				titles: ['Hello', 'Singing'],
				leftOut: [{ path: 'b.flv', sizeBytes: 2, durationSeconds: 10 }],
			},
			raw: {},
		});
		expect(put?.item.summary.eventIds).toHaveLength(6);
	});

	it.each<[string, Partial<SessionSettings['atLeast']>, string]>([
		['duration', { seconds: 11 }, '[] left out a.flv'],
		['size', { bytes: 1000 }, '[] left out a.flv'],
		['neither', { seconds: 10, bytes: 999 }, '[a.flv]'],
	])('leaves out files below a least %s', (_title, least, expected) => {
		const told = [
			begin(0, 'A'),
			{ ...close(1, 11, 'a.flv', 'A'), size: 999, length: 10 },
			end(12, 'A'),
		];
		const atLeast = { ...settings.atLeast, ...least };
		const [put] = drive(told, { given: { ...settings, atLeast } }).map(inShort);
		expect(put).toBe(`${12 + WAIT}s ended ${expected} of A`);
	});
});
