import * as fc from 'fast-check';

import type { EventKind, RecorderEvent } from '../../formats/recorderEvent';
import type { RecorderFormat } from '../../formats/recorderFormat';
import { RoomMemory } from '../../inbound/roomMemory';
import { everyEvent, formats } from '../outbound/everyEvent';

/*
 * Lives of one room, one after the other, as each recorder tells of them: each event with what its sample says of the session (its id,
 * its start, or neither). They happen in order, and come up to half a minute late, so in any order.
 */

const NOON = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (second: number) => new Date(NOON + second * 1000).toISOString();

/** How a live goes, in seconds after its start; what a recorder doesn't tell of is left out. */
const COURSE: ReadonlyArray<readonly [EventKind, (length: number) => number]> = [
	['live.started', () => 0],
	['recording.started', () => 2],
	['file.opened', () => 4],
	['room.title_changed', (length) => length / 3],
	['file.closed', (length) => length / 2],
	['file.opened', (length) => length / 2 + 1],
	['file.processed', (length) => length / 2 + 9],
	['file.closed', (length) => length - 3],
	['recording.ended', (length) => length - 2],
	['live.ended', (length) => length],
];

interface Live {
	readonly gap: number;
	readonly length: number;
	readonly delays: readonly number[];
}

const lives = fc.array(
	fc.record({
		gap: fc.integer({ min: 120, max: 90_000 }),
		length: fc.integer({ min: 60, max: 20_000 }),
		delays: fc.array(fc.integer({ min: 0, max: 30 }), {
			minLength: COURSE.length,
			maxLength: COURSE.length,
		}),
	}),
	{ minLength: 1, maxLength: 4 },
);

interface Told {
	readonly event: RecorderEvent;
	readonly at: number;
	readonly comes: number;
	readonly session: number;
}

interface Session {
	readonly id: string;
	/** As its recorder names it. */
	readonly startedAt: string;
	readonly endedAt: number;
}

/** What a recorder tells of lives, in the order in which it comes. */
function told(format: RecorderFormat, planned: readonly Live[]): [Told[], Session[]] {
	const isOfRecordings = format.lifecycle.sessionId === 'recording';
	const events: Told[] = [];
	const sessions: Session[] = [];
	let start = 0;
	for (const [index, { gap, length, delays }] of planned.entries()) {
		start += gap;
		const offset = (kind: EventKind) => COURSE.find(([each]) => each === kind)?.[1](length) ?? 0;
		const startedAt = iso(start + (isOfRecordings ? offset('recording.started') : 0));
		const ends = isOfRecordings || !tells(format, 'live.ended') ? 'recording.ended' : 'live.ended';
		const id = format.lifecycle.sessionId === 'stream' ? 'live/hall' : `session-${index}`;
		sessions.push({ id, startedAt, endedAt: start + offset(ends) });
		for (const [place, [kind, when]] of COURSE.entries()) {
			const sample = sampleOf(format, kind);
			if (sample === undefined) continue;
			const at = start + Math.round(when(length));
			const comes = at + (delays[place] ?? 0);
			const event: RecorderEvent = {
				...sample,
				id: `${index} ${place}`,
				occurredAt: sample.occurredAt === null ? null : iso(at),
				receivedAt: iso(comes),
				room: { ...sample.room, id: '1' },
				session: {
					...sample.session,
					id: sample.session.id === null ? null : id,
					startedAt: sample.session.startedAt === null ? null : startedAt,
					endedAt: sample.session.endedAt === null ? null : iso(at),
				},
			};
			events.push({ event, at, comes, session: index });
		}
		start += length;
	}
	return [events.sort((a, b) => a.comes - b.comes), sessions];
}

function sampleOf(format: RecorderFormat, kind: EventKind): RecorderEvent | undefined {
	return everyEvent.find(
		([, sample]) => sample.format === format && sample.event.kind === kind,
	)?.[1].event;
}

function tells(format: RecorderFormat, kind: EventKind): boolean {
	return sampleOf(format, kind) !== undefined;
}

const withLives = formats.filter(({ lifecycle }) => lifecycle.begins.length > 0);

describe.each(withLives.map((format) => [format.id, format] as const))(
	'rooms as %s tells of them',
	(_id, format) => {
		it('never get a session that had ended before, nor an end before its start', () => {
			fc.assert(
				fc.property(lives, (planned) => {
					const [events, sessions] = told(format, planned);
					const memory = new RoomMemory();
					const ended = new Set<number>();
					for (const { event, at, session: own } of events) {
						const moment =
							event.occurredAt === null ? Date.parse(event.receivedAt) : NOON + at * 1000;
						const { id, startedAt, endedAt } = memory.complete(event).session;
						if (endedAt !== null && startedAt !== null) {
							expect(Date.parse(endedAt)).toBeGreaterThanOrEqual(Date.parse(startedAt));
						}
						for (const index of ended) {
							const session = sessions[index];
							if (session === undefined || NOON + session.endedAt * 1000 >= moment) continue;
							const isNamed = event.session.id !== null && index === own;
							if (isNamed || index === own) continue;
							const place = [event.id, event.kind, index];
							if (format.lifecycle.sessionId !== 'stream' && event.session.id === null) {
								expect([...place, id]).not.toEqual([...place, session.id]);
							}
							if (event.session.startedAt === null) {
								expect([...place, startedAt]).not.toEqual([...place, session.startedAt]);
							}
						}
						if (isEndOf(format, event)) ended.add(own);
					}
				}),
			);
		});

		it('keep a start that is known', () => {
			fc.assert(
				fc.property(lives, (planned) => {
					const [events, sessions] = told(format, planned);
					const memory = new RoomMemory();
					const known = new Set<number>();
					for (const { event, session: own } of events) {
						const { startedAt } = memory.complete(event).session;
						const { lifecycle } = format;
						const isNamed = event.session.id !== null && lifecycle.sessionId !== 'stream';
						if (isNamed && known.has(own)) {
							const place = [event.id, event.kind];
							expect([...place, startedAt]).toEqual([...place, sessions[own]?.startedAt]);
						}
						const { id, startedAt: said } = event.session;
						if (said !== null && id !== null) known.add(own);
					}
				}),
			);
		});
	},
);

/** The end of a session, as its lifecycle has it. */
function isEndOf({ lifecycle }: RecorderFormat, { kind, session }: RecorderEvent): boolean {
	if (lifecycle.sessionId === 'recording') return kind === 'recording.ended' && session.id !== null;
	const isToldOfLives = lifecycle.sessionId !== 'live' || lifecycle.ends.includes('live.ended');
	return kind === (isToldOfLives ? 'live.ended' : 'recording.ended');
}
