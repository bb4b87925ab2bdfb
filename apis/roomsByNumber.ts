import type { ApiRoom } from './recorderApi';

/** Rooms, found by the numbers that stand in paths. */
export class RoomsByNumber {
	private readonly byId = new Map<string, ApiRoom[]>();

	private readonly byNumber = new Map<string, ApiRoom[]>();

	private readonly anyMayRecord: boolean;

	/** @param numbersOf what a room may be named by in paths */
	constructor(
		rooms: readonly ApiRoom[],
		numbersOf: (room: ApiRoom) => ReadonlyArray<string | null> = ({ id, shortId }) => [id, shortId],
	) {
		for (const room of rooms) {
			add(this.byId, room.id, room);
			for (const number of new Set(numbersOf(room))) {
				// That there are several is all that counts.
				if (number !== null && (this.byNumber.get(number)?.length ?? 0) < 2) {
					add(this.byNumber, number, room);
				}
			}
		}
		this.anyMayRecord = rooms.some(({ recording }) => recording !== false);
	}

	/** The room with this id, of several that of this platform; undefined where there is none. */
	get(id: string | null, platform: string | null): ApiRoom | undefined {
		const own = id === null ? [] : (this.byId.get(id) ?? []);
		return own.length > 1 ? own.find((room) => room.platform === platform?.toLowerCase()) : own[0];
	}

	/** Whether a room may be recorded right now; of one that isn't known, whether any may. */
	mayRecord(id: string | null): boolean {
		const own = id === null ? undefined : this.byId.get(id);
		return own?.some(({ recording }) => recording !== false) ?? this.anyMayRecord;
	}

	/** The one room whose id stands in a path as a number of its own; null where none or several do. */
	idIn(path: string): string | null {
		const numbers = path.match(/\d+/g) ?? [];
		const found = new Set(numbers.flatMap((number) => this.byNumber.get(number) ?? []));
		const [room] = found;
		return room !== undefined && found.size === 1 ? room.id : null;
	}
}

function add(rooms: Map<string, ApiRoom[]>, key: string, room: ApiRoom): void {
	const others = rooms.get(key);
	if (others === undefined) rooms.set(key, [room]);
	else others.push(room);
}
