import type { ApiRecording } from '../../apis/recorderApi';
import { RecordingsOfRooms } from '../../nodes/trigger/recordingsOfRooms';

const recordingOf = (path: string): ApiRecording => ({
	type: 'vod',
	path,
	name: path,
	sizeBytes: 1,
	durationSeconds: null,
	startedAt: null,
	modifiedAt: null,
	state: 'finished',
	room: { id: null, platform: 'aodianyun' },
	title: null,
	sessionId: null,
	download: null,
});

it('asks for no further room where there is more than it may keep', async () => {
	const rooms = Array.from({ length: 100 }, (_, room) => String(room));
	const asked: Array<string | null> = [];
	const ofRooms = new RecordingsOfRooms(new Set(rooms), 1_000);
	const { recordings, isComplete } = await ofRooms.look(async (room) => {
		asked.push(room?.id ?? null);
		const list = Array.from({ length: 300 }, (_, index) => `${room?.id ?? 'all'}/${index}`);
		return { recordings: list.map(recordingOf), isComplete: room !== null };
	});
	expect(asked).toEqual([null, '0', '1', '2']);
	expect(recordings).toHaveLength(900);
	expect(isComplete).toBe(false);
});
