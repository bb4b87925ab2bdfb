import { isJsonObject, type JsonObject } from '../formats/json';
import type { RecorderEvent, Room, Session, Streamer } from '../formats/recorderEvent';

/**
 * What is known of a recorder's rooms from earlier events. Some recorders name only the room in their file events
 * (OneLiveRec, blrec); the title, the streamer and the session come from the last event that had them.
 */

interface RememberedRoom {
	readonly room: Room;
	readonly streamer: Streamer;
	readonly session: Session;
}

/** Rooms remembered per node; twice as many at the most. */
const GENERATION_SIZE = 5_000;

/** Rooms written to n8n's static data: the ones heard of last. */
const PERSISTED_ROOMS = 16;

/** What is written to n8n's static data at the most, in characters. */
const PERSISTED_LENGTH = 4_096;

/** A room's known data, by recorder, platform and room id. Bounded: rooms not heard of for long are forgotten. */
export class RoomMemory {
	private younger = new Map<string, RememberedRoom>();

	private older = new Map<string, RememberedRoom>();

	private recent: string[] = [];

	private serialised: string | null = null;

	private lastMerged = '';

	private changes = 0;

	constructor(private readonly generationSize = GENERATION_SIZE) {}

	/** Number of rooms in memory, for measurements. */
	get size(): number {
		return this.younger.size + this.older.size;
	}

	/** Grows with every change: tells whether there is something to persist. */
	get revision(): number {
		return this.changes;
	}

	/**
	 * The event with the gaps in its room, streamer and session filled in from memory, `remembered` naming the blocks;
	 * and the memory brought up to date with what the event itself says. The event given is not changed.
	 */
	complete(event: RecorderEvent): RecorderEvent {
		const key = keyOf(event);
		if (key === null) return event;
		const known = this.younger.get(key) ?? this.older.get(key);
		if (known === undefined) {
			if (saysMoreThanItsId(event)) this.store(key, pick(event));
			return event;
		}
		const room = fillRoom(event.room, known.room);
		const streamer = fillStreamer(event.streamer, known.streamer);
		const session = fillSession(event, known.session);
		const remembered: RecorderEvent['remembered'] = [];
		if (room !== event.room) remembered.push('room');
		if (streamer !== event.streamer) remembered.push('streamer');
		if (session !== event.session) remembered.push('session');
		const completed = { room, streamer, session };
		if (!isSame(completed, known)) this.store(key, completed);
		if (remembered.length === 0) return event;
		// Assigned, not spread: V8 takes several times as long to spread into a literal that has members.
		return Object.assign({ ...event }, completed, { remembered });
	}

	/** The rooms heard of last, as JSON text. */
	serialise(): string {
		if (this.serialised !== null) return this.serialised;
		const entries: Array<[string, RememberedRoom]> = [];
		let length = 2;
		for (const key of [...this.recent].reverse()) {
			const remembered = this.younger.get(key) ?? this.older.get(key);
			if (remembered === undefined) continue;
			const entryLength = JSON.stringify([key, remembered]).length + 1;
			if (length + entryLength > PERSISTED_LENGTH) break;
			length += entryLength;
			entries.unshift([key, remembered]);
		}
		this.serialised = JSON.stringify(entries);
		this.lastMerged = this.serialised;
		return this.serialised;
	}

	/** Takes over what was persisted, where this process doesn't know better. Text of another form is ignored. */
	merge(text: unknown): void {
		if (typeof text !== 'string' || text === this.lastMerged) return;
		this.lastMerged = text;
		for (const [key, remembered] of parseEntries(text)) {
			if (!this.younger.has(key) && !this.older.has(key)) this.store(key, remembered);
		}
	}

	private store(key: string, remembered: RememberedRoom): void {
		this.serialised = null;
		this.changes++;
		this.older.delete(key);
		this.younger.set(key, copyOf(remembered));
		const place = this.recent.indexOf(key);
		if (place !== -1) this.recent.splice(place, 1);
		this.recent.push(key);
		if (this.recent.length > PERSISTED_ROOMS) this.recent.shift();
		if (this.younger.size >= this.generationSize) {
			this.older = this.younger;
			this.younger = new Map();
		}
	}
}

/** Events are handed out to workflows, which may change them: memory keeps its own. */
function copyOf({ room, streamer, session }: RememberedRoom): RememberedRoom {
	return {
		room: { ...room, area: { ...room.area } },
		streamer: { ...streamer },
		session: { ...session },
	};
}

/** Says where the platform ends, so that no two rooms share a key. */
function keyOf({ recorder, room: { id, platform } }: RecorderEvent): string | null {
	if (id === null) return null;
	const name = platform ?? '';
	return `${recorder}:${platform === null ? 'none' : name.length}:${name}${id}`;
}

function pick({ room, streamer, session }: RecorderEvent): RememberedRoom {
	return { room, streamer, session };
}

function saysMoreThanItsId({ room, streamer, session }: RecorderEvent): boolean {
	return [
		room.title,
		room.coverUrl,
		room.area.parent,
		room.area.child,
		streamer.id,
		streamer.name,
		session.id,
	].some((value) => value !== null);
}

/*
 * Member by member, as every event comes by here: walking over the members by name takes ten times as long. What is filled
 * in is a new block; a block without gaps that memory could fill is given back itself.
 */

function fillRoom(room: Room, known: Room): Room {
	// A parent of one category and a child of another would be a category that doesn't exist.
	const knowsArea = room.area.parent !== null || room.area.child !== null;
	const lacksArea = !knowsArea && (known.area.parent !== null || known.area.child !== null);
	const hasGap =
		lacksArea ||
		(room.shortId === null && known.shortId !== null) ||
		(room.platform === null && known.platform !== null) ||
		(room.title === null && known.title !== null) ||
		(room.url === null && known.url !== null) ||
		(room.coverUrl === null && known.coverUrl !== null);
	if (!hasGap) return room;
	return {
		id: room.id ?? known.id,
		shortId: room.shortId ?? known.shortId,
		platform: room.platform ?? known.platform,
		title: room.title ?? known.title,
		url: room.url ?? known.url,
		coverUrl: room.coverUrl ?? known.coverUrl,
		area: knowsArea ? room.area : { ...known.area },
	};
}

function fillStreamer(streamer: Streamer, known: Streamer): Streamer {
	const hasGap =
		(streamer.id === null && known.id !== null) ||
		(streamer.name === null && known.name !== null) ||
		(streamer.avatarUrl === null && known.avatarUrl !== null);
	if (!hasGap) return streamer;
	return {
		id: streamer.id ?? known.id,
		name: streamer.name ?? known.name,
		avatarUrl: streamer.avatarUrl ?? known.avatarUrl,
	};
}

/**
 * A session is filled in whole or, where the event names the same session, in its gaps. A new live forgets the old one; a
 * recording that begins again (BSR, the same live_id after a lost connection) forgets that it had ended.
 */
function fillSession({ kind, session }: RecorderEvent, known: Session): Session {
	if (kind === 'live.started') return session;
	if (session.id !== null && session.id !== known.id) return session;
	if (session.id === null && known.id === null && known.startedAt === null) return session;
	const filled: Session = {
		id: session.id ?? known.id,
		startedAt: session.startedAt ?? known.startedAt,
		endedAt: session.endedAt ?? (kind === 'recording.started' ? null : known.endedAt),
	};
	return isSameSession(filled, session) ? session : filled;
}

function isSame(a: RememberedRoom, b: RememberedRoom): boolean {
	return (
		isSameRoom(a.room, b.room) &&
		isSameStreamer(a.streamer, b.streamer) &&
		isSameSession(a.session, b.session)
	);
}

function isSameRoom(a: Room, b: Room): boolean {
	return (
		a.id === b.id &&
		a.shortId === b.shortId &&
		a.platform === b.platform &&
		a.title === b.title &&
		a.url === b.url &&
		a.coverUrl === b.coverUrl &&
		a.area.parent === b.area.parent &&
		a.area.child === b.area.child
	);
}

function isSameStreamer(a: Streamer, b: Streamer): boolean {
	return a.id === b.id && a.name === b.name && a.avatarUrl === b.avatarUrl;
}

function isSameSession(a: Session, b: Session): boolean {
	return a.id === b.id && a.startedAt === b.startedAt && a.endedAt === b.endedAt;
}

function parseEntries(text: string): Array<[string, RememberedRoom]> {
	let entries: unknown;
	try {
		entries = JSON.parse(text);
	} catch {
		return [];
	}
	if (!Array.isArray(entries)) return [];
	return entries.flatMap((entry: unknown): Array<[string, RememberedRoom]> => {
		if (!Array.isArray(entry)) return [];
		const [key, value]: unknown[] = entry;
		if (typeof key !== 'string' || !isJsonObject(value)) return [];
		const remembered = readRemembered(value);
		return remembered === null ? [] : [[key, remembered]];
	});
}

function readRemembered(value: JsonObject): RememberedRoom | null {
	const { room, streamer, session } = value;
	if (!isJsonObject(room) || !isJsonObject(streamer) || !isJsonObject(session)) return null;
	const area = isJsonObject(room.area) ? room.area : {};
	return {
		room: {
			id: text(room.id),
			shortId: text(room.shortId),
			platform: text(room.platform),
			title: text(room.title),
			url: text(room.url),
			coverUrl: text(room.coverUrl),
			area: { parent: text(area.parent), child: text(area.child) },
		},
		streamer: {
			id: text(streamer.id),
			name: text(streamer.name),
			avatarUrl: text(streamer.avatarUrl),
		},
		session: {
			id: text(session.id),
			startedAt: text(session.startedAt),
			endedAt: text(session.endedAt),
		},
	};
}

function text(value: unknown): string | null {
	return typeof value === 'string' ? value : null;
}
