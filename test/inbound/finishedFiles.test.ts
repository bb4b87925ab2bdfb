import { finishedFilesOf } from '../../inbound/finishedFiles';
import { eventOf } from './events';
import type { RecorderEvent } from '../../formats/recorderEvent';

function recordingEnded(paths: readonly string[]): RecorderEvent {
	return {
		...eventOf({ recorder: 'ddtv' }),
		kind: 'recording.ended',
		recording: {
			paths: [...paths],
			localPaths: paths.map(() => null),
			sizeBytes: null,
			durationSeconds: null,
		},
	};
}

describe('the finished files that an event tells of', () => {
	it('are its videos, by their last parts for DDTV', () => {
		const { keys } = finishedFilesOf(recordingEnded(['./Rec/1/a.mp4', 'C:\\Rec\\1\\a.xml']));
		expect(keys).toEqual(['file:ddtv:Rec/1/a.mp4']);
	});

	it('are so many that a stranger pushes no other claims out of memory', () => {
		const many = Array.from({ length: 50_000 }, (_, index) => `/rec/${index}.mp4`);
		expect(finishedFilesOf(recordingEnded(many)).keys).toHaveLength(1_000);
	});

	it('are none with a path that no system has', () => {
		const long = `/rec/${'../'.repeat(100_000)}a.mp4`;
		expect(finishedFilesOf(recordingEnded([long, '/rec/b.mp4'])).keys).toEqual([
			'file:ddtv:rec/b.mp4',
		]);
	});
});
