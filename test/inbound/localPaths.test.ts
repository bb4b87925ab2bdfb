import { describeFile, recordingOf } from '../../formats/payload';
import { type RecorderEvent, recorderEventSchema } from '../../formats/recorderEvent';
import { withLocalPaths } from '../../inbound/localPaths';
import { createPathMapping, unmappedPaths } from '../../inbound/pathMapping';
import { leavesOf } from '../../outbound/leaves';
import { everyEvent, sampleOf } from '../outbound/everyEvent';

describe('local paths', () => {
	test.each([
		[
			'bililive-recorder.v2',
			'FileClosed',
			{ recorderFolder: '', localFolder: '/mnt/rec' },
			'/mnt/rec/23058-3号直播间/录制-23058-20210514-175250-哔哩哔哩音悦台.flv',
		],
		[
			'one-live-rec',
			'video_transmux_finish',
			{ recorderFolder: '/app/rec', localFolder: 'R:\\rec' },
			'R:\\rec\\twitch\\oneliverec_demo\\2026-03-11_05-22-40.mp4',
		],
	])('%s %s', (formatId, nativeType, rule, localPath) => {
		const { event } = sampleOf(formatId, nativeType);
		expect(withLocalPaths(event, createPathMapping([rule]))).toMatchObject({ file: { localPath } });
	});

	test.each(everyEvent)(
		'%s: nothing else changes, and nothing without a mapping',
		(_name, { event }) => {
			const before = structuredClone(event);
			expect(withLocalPaths(event, unmappedPaths)).toBe(event);
			const everywhere = withLocalPaths(event, (path) => `/local/${path}`);
			expect(event).toEqual(before);
			expect(Object.keys(everywhere)).toEqual(Object.keys(event));
			expect(withLocalPaths(everywhere, () => null)).toEqual(event);
			expect(localNamesIn(everywhere)).toEqual(pathNamesIn(event));
		},
	);

	test('what is brought up to date: a video with its danmaku, a clip with its cover, lists', () => {
		const mapPath = createPathMapping([{ recorderFolder: '/rec', localFolder: '/mnt/rec' }]);
		const { event: closed } = sampleOf('bililive-tools.custom', 'FileClosed');
		const below = createPathMapping([{ recorderFolder: '/record', localFolder: '/mnt' }]);
		expect(withLocalPaths(closed, below)).toMatchObject({
			file: {
				localPath: '/mnt/Bilibili/嘉然/2026-08-22 20-00-06.ts',
				danmakuLocalPath: '/mnt/Bilibili/嘉然/2026-08-22 20-00-06.xml',
				coverLocalPath: '/mnt/Bilibili/嘉然/2026-08-22 20-00-06.jpg',
				sourceLocalPath: null,
			},
		});
		const { event: transmuxed } = sampleOf('one-live-rec', 'video_transmux_finish');
		const rec = createPathMapping([{ recorderFolder: '/app/rec', localFolder: '/mnt' }]);
		expect(withLocalPaths(transmuxed, rec)).toMatchObject({
			file: { sourceLocalPath: '/mnt/twitch/oneliverec_demo/2026-03-11_05-22-40.ts' },
		});
		const { event: ended } = sampleOf('ddtv.v3', 'DownloadEndMissionSuccess');
		const lists = createPathMapping([{ recorderFolder: 'D:\\DDTV', localFolder: '/mnt' }]);
		const mapped = withLocalPaths(ended, lists);
		if (mapped.kind !== 'recording.ended') throw new Error(mapped.kind);
		expect(mapped.recording.localPaths).toHaveLength(mapped.recording.paths.length);
		expect(mapped.recording.localPaths[0]).toBe(
			'/mnt/Rec/50443_灬莱瓦汀/2023_02_11/01_45_49_fix.mp4',
		);
		const outside = {
			...closed,
			kind: 'file.closed' as const,
			file: describeFile('/rec/a.flv', {
				danmakuPath: '/rec/../etc/a.xml',
				relatedPaths: ['/rec/b.jpg', '/other/c.jpg'],
			}),
		};
		expect(withLocalPaths(outside, mapPath)).toMatchObject({
			file: {
				localPath: '/mnt/rec/a.flv',
				danmakuLocalPath: null,
				relatedLocalPaths: ['/mnt/rec/b.jpg', null],
			},
		});
	});

	test('the files of a whole live, those that are missing or left out, too', () => {
		const { event } = sampleOf('bililive-recorder.v2', 'SessionEnded');
		const known = { sizeBytes: null, durationSeconds: null };
		const completed: RecorderEvent = {
			...event,
			kind: 'session.completed',
			recording: recordingOf({ paths: ['a.flv'] }),
			summary: {
				...known,
				files: [describeFile('a.flv', { danmakuPath: 'a.xml', coverPath: 'a.jpg' })],
				sessionIds: [],
				titles: [],
				reason: 'ended',
				missing: [{ path: 'b.flv', localPath: null, openedAt: null }],
				leftOut: [{ path: 'c.flv', localPath: null, ...known }],
				eventIds: [],
			},
		};
		expect(withLocalPaths(completed, (path) => `/mnt/${path}`)).toMatchObject({
			recording: { localPaths: ['/mnt/a.flv'] },
			summary: {
				files: [
					{
						localPath: '/mnt/a.flv',
						danmakuLocalPath: '/mnt/a.xml',
						coverLocalPath: '/mnt/a.jpg',
					},
				],
				missing: [{ localPath: '/mnt/b.flv' }],
				leftOut: [{ localPath: '/mnt/c.flv' }],
			},
		});
	});

	test('an item made before there were so many of them is still one', () => {
		const { event } = sampleOf('bililive-recorder.v2', 'FileClosed');
		if (event.kind !== 'file.closed') throw new Error(event.kind);
		const { danmakuLocalPath, coverLocalPath, sourceLocalPath, relatedLocalPaths, ...file } =
			event.file;
		const { platformLiveId, ...session } = event.session;
		const { state, ...old } = event;
		expect([danmakuLocalPath, coverLocalPath, sourceLocalPath, platformLiveId]).toEqual([
			null,
			null,
			null,
			null,
		]);
		expect(recorderEventSchema.parse({ ...old, file, session })).toEqual({
			...event,
			state: { live: null, recording: null, danmakuConnected: null },
			file: { ...event.file, relatedLocalPaths },
		});
		expect(state.live).toBe(true);
	});
});

/** Members that name a file, by their paths: all but the storage's folder. */
function pathNamesIn(event: RecorderEvent): string[] {
	return [...leavesOf(event).keys()]
		.filter((path) => !/^(?:raw|storage|warnings)\b/.test(path) && PATH.test(path))
		.sort();
}

/** The same, where each has its local path beside it. */
function localNamesIn(event: RecorderEvent): string[] {
	return [...leavesOf(event).keys()]
		.filter((path) => !/^(?:raw|storage|warnings)\b/.test(path) && LOCAL.test(path))
		.map((path) => path.replace(/localP/, 'p').replace(/LocalP/, 'P'))
		.sort();
}

const LOCAL = /(?:\.local|Local)Paths?(?:\[\d+\])?$/;
const PATH = /(?:\.p|(?<!ocal)P)aths?(?:\[\d+\])?$/;
