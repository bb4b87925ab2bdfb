import type { ApiRecording, RecordingList, RoomRef } from '../../apis/recorderApi';

/** A recorder's listing; of all rooms, or of one. */
export type ListRecordings = (room: RoomRef | null) => Promise<RecordingList>;

/**
 * The recordings of chosen rooms, of a recorder whose listing tells of no rooms but can be asked for those of one. All are listed
 * at once, and room by room is asked only where that has something new: the recorder may take few calls.
 */
export class RecordingsOfRooms {
	/** The room's id by path; null for a recording of a room that wasn't chosen. */
	private known = new Map<string, string | null>();

	/** @param most recordings that are kept; where there are more, no further room is asked for */
	constructor(
		private readonly rooms: ReadonlySet<string>,
		private readonly most: number,
	) {}

	async look(list: ListRecordings): Promise<RecordingList> {
		const all = await list(null);
		const found = new Map(all.recordings.map((recording) => [recording.path, recording]));
		this.known = new Map([...this.known].filter(([path]) => found.has(path)));
		const isNew = (path: string): boolean => !this.known.has(path);
		let isComplete = true;
		for (const id of this.rooms) {
			// Of what is too much for one list, each room may have more.
			if (all.isComplete && ![...found.keys()].some(isNew)) break;
			if (found.size >= this.most) {
				isComplete = false;
				break;
			}
			const ofRoom = await list({ id, platform: null });
			isComplete &&= ofRoom.isComplete;
			for (const recording of ofRoom.recordings) {
				found.set(recording.path, recording);
				this.known.set(recording.path, id);
			}
		}
		const recordings: ApiRecording[] = [];
		for (const recording of found.values()) {
			const { path, room, state } = recording;
			const id = this.known.get(path);
			if (typeof id === 'string') recordings.push({ ...recording, room: { ...room, id } });
			// What is still written may be told of its room later.
			else if (isComplete && state === 'finished') this.known.set(path, null);
		}
		return { recordings, isComplete };
	}
}
