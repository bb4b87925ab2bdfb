import { z } from 'zod/v4';

import { type RecorderEvent, schemaOfKind } from '../formats/recorderEvent';
import { roomKeyOf } from './sessions/entry';

/**
 * A steady live state: an end that is followed by a start soon is no end. Ends are held back for as long as a start may follow;
 * a start that follows withdraws the end and is itself left out.
 */

/** A `live.ended` whose time is over, in the hands of whoever asked. Settling it twice does nothing. */
export interface ReleasedEnd {
	readonly event: RecorderEvent;
	/** n8n has stored the execution. */
	markStored(): void;
	/** n8n didn't take it: its time is over still. */
	putBack(): void;
}

/**
 * What becomes of an event: `pass` as without this, `hold` until its time is over, `leave_out` for good (a start that withdraws an end,
 * or an end that a start has overtaken).
 */
export type SteadyVerdict = 'pass' | 'hold' | 'leave_out';

interface Held {
	/** The event's JSON; null for one that nobody wants: it only says when the live ended. */
	readonly text: string | null;
	readonly endedAt: number;
	readonly until: number;
}

/** Of a room: its latest start, and the end that is held. */
interface RoomState {
	readonly startedAt: number | null;
	readonly held: Held | null;
}

/** An end longer than this is put out at once: what is held has to outlive the process. Characters. */
const MAX_HELD_LENGTH = 16_000;
const MAX_PERSISTED_LENGTH = 64_000;

/** Rooms whose latest start is kept in mind. */
const MAX_ROOMS = 5_000;

/** The ends held in this process's memory, the authority within one process, with a form to persist. */
export class SteadyLives {
	private readonly rooms = new Map<string, RoomState>();

	private readonly handled = new Set<string>();

	/** Ends on their way to n8n: persisted until it has stored them. */
	private readonly outgoing = new Map<string, Held>();

	private heldLength = 0;

	private changes = 0;

	private lastMerged = '';

	/** Grows with every change that is to be persisted. */
	get revision(): number {
		return this.changes;
	}

	/** When the time of a held end is over; null where none is held. */
	get dueAt(): number | null {
		let earliest: number | null = null;
		if (this.heldLength === 0) return null;
		for (const { held } of this.rooms.values()) {
			if (held !== null && (earliest === null || held.until < earliest)) earliest = held.until;
		}
		return earliest;
	}

	/** What becomes of an event, where starts up to `span` milliseconds after an end withdraw it. */
	judge(event: RecorderEvent, span: number, isWanted: boolean): SteadyVerdict {
		if (event.kind !== 'live.started' && event.kind !== 'live.ended') return 'pass';
		const key = roomKeyOf(event);
		if (key === null || span <= 0) return 'pass';
		const receivedAt = Date.parse(event.receivedAt);
		const at = Math.min(
			event.occurredAt === null ? receivedAt : Date.parse(event.occurredAt),
			receivedAt,
		);
		const { startedAt, held } = this.rooms.get(key) ?? { startedAt: null, held: null };
		if (event.kind === 'live.started') {
			const withdraws = held !== null && at >= held.endedAt && at - held.endedAt <= span;
			const latest = Math.max(startedAt ?? at, at);
			this.set(key, { startedAt: latest, held: withdraws ? null : held });
			return withdraws ? 'leave_out' : 'pass';
		}
		const isOvertaken = startedAt !== null && startedAt > at && startedAt - at <= span;
		if (isOvertaken || held !== null) return 'leave_out';
		const until = at + span;
		const text = isWanted ? writeHeldEnd(event) : null;
		const length = key.length + (text?.length ?? 0);
		const isTooLong =
			(isWanted && text === null) || this.heldLength + length > MAX_PERSISTED_LENGTH;
		if (until <= receivedAt || isTooLong) return 'pass';
		this.set(key, { startedAt, held: { text, endedAt: at, until } });
		return 'hold';
	}

	/** The ends whose time is over at a moment, out of memory. */
	due(now: number): ReleasedEnd[] {
		if (this.heldLength === 0) return [];
		const released: ReleasedEnd[] = [];
		for (const [key, { startedAt, held }] of [...this.rooms]) {
			if (held === null || held.until > now) continue;
			this.set(key, { startedAt, held: null });
			const event = held.text === null ? null : readHeldEnd(held.text);
			if (event === null) continue;
			this.outgoing.set(key, held);
			released.push({
				event,
				markStored: () => {
					if (this.outgoing.delete(key)) this.changes++;
				},
				putBack: () => {
					if (this.outgoing.delete(key)) this.set(key, { startedAt, held });
				},
			});
		}
		return released;
	}

	/** The held ends as JSON text. */
	serialise(): string {
		const held: Array<[string, Held]> = [...this.outgoing];
		for (const [key, state] of this.rooms) if (state.held !== null) held.push([key, state.held]);
		this.lastMerged = JSON.stringify(held);
		return this.lastMerged;
	}

	/** Takes over ends of rooms that this process has never had. Text of another form is ignored. */
	merge(text: unknown): void {
		if (typeof text !== 'string' || text === this.lastMerged) return;
		this.lastMerged = text;
		for (const [key, held] of parseHeld(text)) {
			if (!this.handled.has(key)) this.set(key, { startedAt: null, held });
		}
	}

	private set(key: string, state: RoomState): void {
		const before = this.rooms.get(key)?.held ?? null;
		this.heldLength += lengthOf(key, state.held) - lengthOf(key, before);
		if (before !== state.held) this.changes++;
		this.rooms.delete(key);
		this.rooms.set(key, state);
		this.handled.add(key);
		if (this.rooms.size <= MAX_ROOMS) return;
		for (const [oldest, { held }] of this.rooms) {
			if (held !== null) continue;
			this.rooms.delete(oldest);
			this.handled.delete(oldest);
			return;
		}
	}
}

/** With the room's key, which strangers may make long. */
function lengthOf(key: string, held: Held | null): number {
	return held === null ? 0 : key.length + (held.text?.length ?? 0);
}

/** An end as it is held; null where it is too long for that. */
export function writeHeldEnd(event: RecorderEvent): string | null {
	const text = JSON.stringify(event);
	return text.length > MAX_HELD_LENGTH ? null : text;
}

/** An end as it was held; null where the text is none. */
export function readHeldEnd(text: string): RecorderEvent | null {
	try {
		const read = schemaOfEnd.safeParse(JSON.parse(text));
		return read.success ? read.data : null;
	} catch {
		return null;
	}
}

const schemaOfEnd = schemaOfKind('live.ended');

const heldSchema = z.array(
	z.tuple([
		z.string(),
		z.object({ text: z.string().nullable(), endedAt: z.number(), until: z.number() }),
	]),
);

function parseHeld(text: string): Array<[string, Held]> {
	try {
		const read = heldSchema.safeParse(JSON.parse(text));
		return read.success ? read.data : [];
	} catch {
		return [];
	}
}
