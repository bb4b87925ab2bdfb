import type { Lifecycle, RecordingName } from '../lifecycle';
import { fileName } from '../paths';

/**
 * Of one part: `…_original.flv`, `…_fix.mp4`, `…_1.xml`, `…_1_礼物.csv` (DDTV 5: Basics.HandleRecordingAsync, Danmu.SevaDanmu),
 * `a.flv` and `a_fix.mp4` (DDTV 3). Folders aren't compared: one body names the same folder in several ways (captured 2024).
 */
function nameOf(path: string): RecordingName {
	const name = fileName(path);
	const isVideo = /\.(?:flv|mp4|m4s|mkv|ts)$/i.test(name);
	const stem = isVideo
		? name.replace(/(?:_original|_fix)?\.[^.]*$/i, '')
		: name.replace(/(?:_\d+)?(?:_[^_\d][^_]*)?\.[^.]*$/, '');
	return { stem, converted: isVideo && /_fix\.[^.]*$/i.test(name) };
}

/** DDTV tells of files by lists: what belongs to a recording is complete with its end. */
export const ddtvLifecycle: Lifecycle = {
	begins: ['live.started', 'recording.started'],
	ends: ['recording.ended', 'recording.cancelled'],
	sessionId: 'none',
	finalFile: 'closed',
	nameOf,
};
