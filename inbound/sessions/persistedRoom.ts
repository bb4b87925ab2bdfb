import type { About } from '../about';
import type { LifecycleOf } from './live';
import { readAbout, readCompleted, readEntry } from './persistedEntry';
import { RoomSessions } from './roomSessions';

/** A room as it was written; null where it isn't one. */
export function readRoom(value: unknown, lifecycleOf: LifecycleOf): RoomSessions | null {
	if (!Array.isArray(value)) return null;
	const [key, abouts, entries, completed]: unknown[] = value;
	if (typeof key !== 'string' || !isRoomKey(key)) return null;
	const known = listOf(abouts).map(readAbout);
	const isWhole = (about: About | null): about is About => about !== null;
	if (!known.every(isWhole)) return null;
	const room = new RoomSessions(key, lifecycleOf);
	room.takeOver(
		listOf(entries)
			.map((entry) => readEntry(entry, known))
			.filter((entry) => entry !== null),
		listOf(completed)
			.map(readCompleted)
			.filter((live) => live !== null),
	);
	return room;
}

function listOf(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

function isRoomKey(key: string): boolean {
	try {
		return Array.isArray(JSON.parse(key));
	} catch {
		return false;
	}
}
