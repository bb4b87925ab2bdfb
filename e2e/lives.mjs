/** Whole lives, as a recorder tells of them, for a `Sender` of recorderEvents.mjs. */

import { randomUUID } from 'node:crypto';

/** A live of BililiveRecorder: its events in order, under a room of its own. */
export function liveOf(roomId, files = 3) {
	const session = randomUUID();
	const start = Date.now() - 3_600_000;
	let at = start;
	const base = { RoomId: roomId, ShortId: 0, Name: 'Name', Title: 'Title' };
	const event = (type, data = {}) => {
		at += 1_000;
		return {
			EventType: type,
			EventTimestamp: new Date(at).toISOString(),
			EventId: randomUUID(),
			EventData: { ...data, ...base, AreaNameParent: '', AreaNameChild: '' },
		};
	};
	const ofSession = { SessionId: session };
	const names = Array.from({ length: files }, (_, index) => `${roomId}/${session}-${index}.flv`);
	const bodies = [event('StreamStarted'), event('SessionStarted', ofSession)];
	for (const RelativePath of names) {
		const FileOpenTime = new Date(at + 1_000).toISOString();
		bodies.push(event('FileOpening', { ...ofSession, RelativePath, FileOpenTime }));
		bodies.push(
			event('FileClosed', {
				...ofSession,
				RelativePath,
				FileSize: 10,
				Duration: 1,
				FileOpenTime,
				FileCloseTime: new Date(at + 1_000).toISOString(),
			}),
		);
	}
	bodies.push(event('SessionEnded', ofSession), event('StreamEnded'));
	const recorder = { name: 'BililiveRecorder', waits: [0, 1_000, 2_000] };
	return {
		names,
		events: bodies.map((body) => ({
			recorder: { ...recorder, body: () => body },
			bodyOf: () => JSON.stringify(body),
		})),
	};
}

/** The paths of a session's files, in order. */
export const filesOf = (session) => session.summary.files.map(({ path }) => path);
