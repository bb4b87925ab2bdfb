import type { Lifecycle } from '../lifecycle';

/** BSR records into folders and tells of no files; what it calls a live_id is one recording. */
export const bsrLifecycle: Lifecycle = {
	begins: ['live.started', 'recording.started'],
	ends: ['recording.ended'],
	sessionId: 'recording',
	finalFile: 'none',
	// platforms/bilibili.rs: a start that came to nothing is an end, too.
	endsOnlyWithSession: true,
};
