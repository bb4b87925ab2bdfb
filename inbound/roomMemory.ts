import type { Lifecycle } from '../formats/lifecycle';
import { tellsOfThePast } from '../formats/lifecycle';
import type { RecorderEvent } from '../formats/recorderEvent';
import { aboutOf, MAX_URL_LENGTH } from './about';
import { lifecycleOf } from './lifecycles';
import { parseRooms, type RememberedRoom } from './persistedRooms';
import {
	fillRoom,
	fillsNoGap,
	fillStreamer,
	isSameRoom,
	isSameStreamer,
	saysMoreThanItsId,
	saysNothingNew,
} from './roomKnowledge';
import { fillSession, Happening, sessionsAfter } from './roomSession';

/**
 * What is known of a recorder's rooms from earlier events. Some recorders name only the room in their file events
 * (OneLiveRec, blrec); the title, the streamer and the session come from the last event that had them.
 */

/** Characters that are remembered per node; twice as many at the most. */
const GENERATION_LENGTH = 2_000_000;

/** Written to n8n's static data at the most: the rooms heard of last. */
const PERSISTED_ROOMS = 16;
const PERSISTED_BYTES = 4_096;

/** A room's known data, by recorder, platform and room id. Bounded: rooms not heard of for long are forgotten. */
export class RoomMemory {
	private younger = new Map<string, RememberedRoom>();

	private older = new Map<string, RememberedRoom>();

	private length = 0;

	private recent: string[] = [];

	private serialised: string | null = null;

	private lastMerged = '';

	private changes = 0;

	private last: RoomKey | null = null;

	constructor(
		private readonly generationLength = GENERATION_LENGTH,
		private readonly lifecycles: (format: string) => Lifecycle = lifecycleOf,
	) {}

	/** Number of rooms in memory, for measurements. */
	get size(): number {
		return this.younger.size + this.older.size;
	}

	/** Grows with every change: tells whether there is something to persist. */
	get revision(): number {
		return this.changes;
	}

	/** {@link fill}, and the memory brought up to date with what the event itself says. */
	complete(event: RecorderEvent): RecorderEvent {
		const key = this.keyOf(event);
		if (key === null) return event;
		const known = this.find(key);
		const happening = new Happening(event);
		const lifecycle = this.lifecycles(event.format);
		const completed = fillFrom(happening, known, lifecycle);
		// What tells of the past says what the room was like then.
		if (!tellsOfThePast(event.kind)) this.learn(key, happening, known, lifecycle);
		return completed;
	}

	/**
	 * The event with the gaps in its room, streamer and session filled in from memory, `remembered` naming the blocks. Neither the
	 * event nor the memory is changed.
	 */
	fill(event: RecorderEvent): RecorderEvent {
		const key = this.keyOf(event);
		if (key === null) return event;
		return fillFrom(new Happening(event), this.find(key), this.lifecycles(event.format));
	}

	/** The rooms heard of last, as JSON text. A room that is too large is left out. */
	serialise(): string {
		if (this.serialised !== null) return this.serialised;
		const entries: string[] = [];
		let bytes = 2;
		for (const key of [...this.recent].reverse()) {
			const remembered = this.find(key);
			if (remembered === undefined) continue;
			const entry = JSON.stringify([key, remembered]);
			const entryBytes = Buffer.byteLength(entry) + 1;
			if (bytes + entryBytes > PERSISTED_BYTES) continue;
			bytes += entryBytes;
			entries.unshift(entry);
		}
		this.serialised = `[${entries.join(',')}]`;
		this.lastMerged = this.serialised;
		return this.serialised;
	}

	/** Takes over what was persisted, where this process doesn't know better. Text of another form is ignored. */
	merge(text: unknown): void {
		if (typeof text !== 'string' || text === this.lastMerged) return;
		this.lastMerged = text;
		for (const [key, remembered] of parseRooms(text)) {
			if (this.find(key) === undefined) this.store(key, remembered);
		}
	}

	/** Events come in runs of one room: its key is made, and hashed, once for them all. */
	private keyOf({ recorder, room: { id, platform } }: RecorderEvent): string | null {
		const { last } = this;
		if (last !== null && last.id === id && last.platform === platform && last.recorder === recorder)
			return last.key;
		const key = keyOf(recorder, id, platform);
		this.last = { recorder, id, platform, key };
		return key;
	}

	private find(key: string): RememberedRoom | undefined {
		return this.younger.get(key) ?? this.older.get(key);
	}

	private learn(
		key: string,
		happening: Happening,
		known: RememberedRoom | undefined,
		lifecycle: Lifecycle,
	): void {
		const { event } = happening;
		const sessions = sessionsAfter(happening, known?.sessions ?? [], lifecycle);
		// Nearly every event of a room: told without the copies that are made to be kept.
		if (known !== undefined && sessions === known.sessions) {
			if (saysNothingNew(event, known)) return;
			if (happening.at < known.at && fillsNoGap(event, known)) return;
		}
		const said = aboutOf(event);
		const { at } = happening;
		if (known === undefined) {
			if (saysMoreThanItsId(said) || sessions.length > 0) {
				this.store(key, { ...said, sessions, at });
			}
			return;
		}
		// An event that comes late fills gaps, but what was said after it happened stands.
		const [first, second] = at >= known.at ? [said, known] : [known, said];
		const room = fillRoom(first.room, second.room);
		const streamer = fillStreamer(first.streamer, second.streamer);
		const isSame =
			sessions === known.sessions &&
			isSameRoom(room, known.room) &&
			isSameStreamer(streamer, known.streamer);
		if (!isSame) this.store(key, { room, streamer, sessions, at: Math.max(at, known.at) });
	}

	private store(key: string, remembered: RememberedRoom): void {
		this.serialised = null;
		this.changes++;
		this.length += lengthOf(key, remembered) - lengthOf(key, this.younger.get(key));
		this.older.delete(key);
		this.younger.set(key, remembered);
		const place = this.recent.indexOf(key);
		if (place !== -1) this.recent.splice(place, 1);
		this.recent.push(key);
		if (this.recent.length > PERSISTED_ROOMS) this.recent.shift();
		if (this.length < this.generationLength) return;
		this.older = this.younger;
		this.younger = new Map();
		this.length = 0;
	}
}

function fillFrom(
	happening: Happening,
	known: RememberedRoom | undefined,
	lifecycle: Lifecycle,
): RecorderEvent {
	const { event } = happening;
	if (known === undefined) return event;
	const room = fillRoom(event.room, known.room);
	const streamer = fillStreamer(event.streamer, known.streamer);
	const session = fillSession(happening, known.sessions, lifecycle);
	const remembered: RecorderEvent['remembered'] = [];
	if (room !== event.room) remembered.push('room');
	if (streamer !== event.streamer) remembered.push('streamer');
	if (session !== event.session) remembered.push('session');
	if (remembered.length === 0) return event;
	// Assigned, not spread: V8 takes several times as long to spread into a literal that has members.
	return Object.assign({ ...event }, { room, streamer, session, remembered });
}

/** What a session or a room's bare members take, about. */
const MEMBERS_LENGTH = 300;

/** Characters that a room takes in memory, about; without writing it out, as that would be done at every change. */
function lengthOf(key: string, remembered: RememberedRoom | undefined): number {
	if (remembered === undefined) return 0;
	const { room, streamer, sessions } = remembered;
	let length = key.length + MEMBERS_LENGTH * (1 + sessions.length);
	for (const { id } of sessions) length += id?.length ?? 0;
	length += room.id?.length ?? 0;
	length += room.shortId?.length ?? 0;
	length += room.platform?.length ?? 0;
	length += room.title?.length ?? 0;
	length += room.url?.length ?? 0;
	length += room.coverUrl?.length ?? 0;
	length += room.area.parent?.length ?? 0;
	length += room.area.child?.length ?? 0;
	length += streamer.id?.length ?? 0;
	length += streamer.name?.length ?? 0;
	length += streamer.avatarUrl?.length ?? 0;
	return length;
}

interface RoomKey {
	readonly recorder: string;
	readonly id: string | null;
	readonly platform: string | null;
	readonly key: string | null;
}

/** Says where the platform ends, so that no two rooms share a key. */
function keyOf(recorder: string, id: string | null, platform: string | null): string | null {
	if (id === null || id.length > MAX_URL_LENGTH) return null;
	const name = platform ?? '';
	if (name.length > MAX_URL_LENGTH) return null;
	return `${recorder}:${platform === null ? 'none' : name.length}:${name}${id}`;
}
