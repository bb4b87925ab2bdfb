import type { RecorderEvent } from '../../formats/recorderEvent';
import { withLocalPaths } from '../../inbound/localPaths';
import { createPathMapping, unmappedPaths } from '../../inbound/pathMapping';
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
			expect(localPathOf(everywhere)).toBe(localPathOf(event) ?? expectedLocalPath(event));
		},
	);
});

function localPathOf(event: RecorderEvent): string | null {
	if ('file' in event) return event.file.localPath;
	return 'clip' in event ? event.clip.localPath : null;
}

function expectedLocalPath(event: RecorderEvent): string | null {
	if ('file' in event) return `/local/${event.file.path}`;
	return 'clip' in event ? `/local/${event.clip.path}` : null;
}
