import { hash } from 'node:crypto';

import type { SessionEntry } from './entry';
import type { LifecycleOf } from './live';
import { readRoom } from './persistedRoom';
import {
	type CompletedSession,
	MAX_ROOM_LENGTH,
	RoomSessions,
	type SessionSettings,
} from './roomSessions';
import type { SessionWaits } from './waits';

/** What is written to n8n's static data at the most, in bytes, and of it for one room. */
export const MAX_PERSISTED_BYTES = 128 * 1024;
export const MAX_PERSISTED_ROOM_BYTES = 64 * 1024;

/** Characters that all rooms may take in memory; then the one not heard of for longest is put out as far as it has come. */
const MAX_LENGTH = 32 * MAX_ROOM_LENGTH;

/** Rooms that this process has had, and so knows better than what is persisted. */
const MAX_HANDLED = 50_000;

/**
 * The lives of all rooms in this process's memory, the authority within one process, with a compact form to persist. Rooms
 * not heard of for longest are the first that are not persisted, and the first that are put out when memory is full.
 */
export class SessionBook {
	/** Not heard of for longest first. */
	private readonly rooms = new Map<string, RoomSessions>();

	private handled = new Set<string>();

	private kept = 0;

	private earliest = Number.POSITIVE_INFINITY;

	private written: string | null = '[]';

	private lastMerged = '';

	private changes = 0;

	constructor(
		private readonly lifecycleOf: LifecycleOf,
		private readonly maxLength = MAX_LENGTH,
	) {}

	/** Rooms that something is known of, for measurements. */
	get size(): number {
		return this.rooms.size;
	}

	/** About how much it holds, in characters. */
	get length(): number {
		return this.kept;
	}

	/** Grows with every change: tells whether there is something to persist. */
	get revision(): number {
		return this.changes;
	}

	/** When something may be over, by our clock; null where nothing is open. */
	get dueAt(): number | null {
		return this.earliest === Number.POSITIVE_INFINITY ? null : this.earliest;
	}

	/** Takes in what an event says of a room; false where it is known. */
	note(key: string, entry: SessionEntry, waits: SessionWaits): boolean {
		const room = this.rooms.get(key) ?? new RoomSessions(key, this.lifecycleOf);
		const before = room.size;
		if (!room.note(entry, waits)) return false;
		this.kept += room.size - before;
		this.keep(room);
		return true;
	}

	/** Whether a room's live runs, for all that is known, and nothing was heard of it from a moment on: milliseconds since 1970. */
	runsUnheardSince(key: string, moment: number, waits: SessionWaits): boolean {
		return this.rooms.get(key)?.runsUnheardSince(moment, waits) ?? false;
	}

	/** The lives that are over at a moment: put out now, in the hands of whoever asked. */
	due(now: number, settings: SessionSettings): CompletedSession[] {
		if (now < this.earliest && this.kept <= this.maxLength) return [];
		const over: CompletedSession[] = [];
		this.earliest = Number.POSITIVE_INFINITY;
		for (const room of [...this.rooms.values()]) {
			const isForced = this.kept > this.maxLength;
			if (isForced || room.nextLook <= now) over.push(...this.look(room, now, settings, isForced));
			this.earliest = Math.min(this.earliest, room.nextLook);
		}
		return over;
	}

	/**
	 * The rooms heard of last, as JSON text of at most {@link MAX_PERSISTED_BYTES}. A room that is too large for its share is
	 * left out and goes on in memory.
	 */
	serialise(): string {
		if (this.written !== null) return this.written;
		const texts: string[] = [];
		let bytes = 2;
		for (const room of [...this.rooms.values()].reverse()) {
			const text = room.serialise();
			const roomBytes = Buffer.byteLength(text) + 1;
			if (roomBytes > MAX_PERSISTED_ROOM_BYTES || bytes + roomBytes > MAX_PERSISTED_BYTES) continue;
			bytes += roomBytes;
			texts.push(text);
			if (bytes > MAX_PERSISTED_BYTES - SMALLEST_ROOM_BYTES) break;
		}
		this.written = `[${texts.reverse().join(',')}]`;
		this.lastMerged = this.written;
		return this.written;
	}

	/** Takes over rooms that this process has never had. Text of another form is ignored. */
	merge(text: unknown): void {
		if (typeof text !== 'string' || text === this.lastMerged) return;
		this.lastMerged = text;
		for (const value of parseList(text)) {
			const room = readRoom(value, this.lifecycleOf);
			if (room === null || this.handled.has(shortened(room.key))) continue;
			this.kept += room.size;
			this.keep(room);
		}
	}

	private look(
		room: RoomSessions,
		now: number,
		settings: SessionSettings,
		isForced: boolean,
	): CompletedSession[] {
		const before = room.size;
		const over = room.look(now, settings, isForced);
		this.kept += room.size - before;
		if (room.isEmpty) this.rooms.delete(room.key);
		this.changed();
		return over.map(({ item, markStored, putBack }) => ({
			item,
			markStored: () => {
				markStored();
				this.changed();
			},
			putBack: () => {
				const reduced = room.size;
				putBack();
				this.kept += room.size - reduced;
				this.keep(room);
			},
		}));
	}

	private keep(room: RoomSessions): void {
		// Put at the end again: the first is the one that was not heard of for longest.
		this.rooms.delete(room.key);
		this.rooms.set(room.key, room);
		if (this.handled.size >= MAX_HANDLED) {
			this.handled = new Set([...this.rooms.keys()].map(shortened));
		}
		this.handled.add(shortened(room.key));
		this.earliest = Math.min(this.earliest, room.nextLook);
		this.changed();
	}

	private changed(): void {
		this.written = null;
		this.changes++;
	}
}

/** A key that takes little for as long as it is remembered: strangers may make them long. */
function shortened(key: string): string {
	return key.length > LONGEST_KEY ? hash('sha256', key, 'base64url') : key;
}

/** Recorders' keys are shorter. */
const LONGEST_KEY = 100;

/** Less than any room takes: with less left, looking further is in vain. */
const SMALLEST_ROOM_BYTES = 200;

function parseList(text: string): unknown[] {
	try {
		const list: unknown = JSON.parse(text);
		return Array.isArray(list) ? list : [];
	} catch {
		return [];
	}
}
