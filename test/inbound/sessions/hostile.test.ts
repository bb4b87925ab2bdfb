import { lifecycleOf } from '../../../inbound/lifecycles';
import type { SessionEntry } from '../../../inbound/sessions/entry';
import { RoomSessions } from '../../../inbound/sessions/roomSessions';
import { SessionBook } from '../../../inbound/sessions/sessionBook';
import { processorMilliseconds } from '../../processorTime.cjs';
import { eventOf } from '../events';
import { heapInUse } from '../mutations.cjs';
import { drive, HOUR, iso, MINUTE, ORIGIN, settings, type Told } from './drive';

/** Seconds from {@link ORIGIN} to a year that no recorder is in. */
const YEAR_9999 = (Date.UTC(9999, 0, 1) - ORIGIN) / 1000;

describe('a time that lies far ahead', () => {
	const live = (at: number, name: string): Told[] => [
		{ kind: 'recording.started', at, session: name },
		{ kind: 'file.closed', at: at + HOUR, opened: at, path: `${name}.flv`, session: name },
		{ kind: 'recording.ended', at: at + HOUR, session: name },
	];

	it.each<[string, Partial<Told>]>([
		['of an event', { at: YEAR_9999 }],
		['of a file', { at: MINUTE, opened: YEAR_9999, closed: YEAR_9999 }],
		['of the start of a live', { at: MINUTE, since: YEAR_9999 }],
	])('%s leaves the lives that follow as they are', (_of, said) => {
		const forged: Told = { kind: 'file.closed', path: 'forged.flv', session: 'f', ...said };
		const out = drive([
			{ ...forged, comes: MINUTE },
			{ kind: 'recording.ended', session: 'f', comes: 2 * MINUTE, at: said.at ?? 0 },
			...live(5 * HOUR, 'one'),
			...live(10 * HOUR, 'two'),
		]);
		expect(out.map(({ item }) => item.summary.files.map(({ path }) => path))).toEqual([
			['forged.flv'],
			['one.flv'],
			['two.flv'],
		]);
		expect(out.map(({ item }) => item.summary.reason)).toEqual(['ended', 'ended', 'ended']);
	});

	it('is taken as it is where it is a mistaken time zone', () => {
		const out = drive(
			live(8 * HOUR, 'ahead').map((told) => ({ ...told, comes: told.at! - 8 * HOUR })),
		);
		expect(out.map(({ item }) => item.summary.files[0]?.openedAt)).toEqual([iso(8 * HOUR)]);
	});
});

/* --- Costs: linear, or nearly so, in what one room is told. --- */

const { room, streamer } = eventOf();

const closedFile = (path: string): SessionEntry['files'][number] => ({
	path,
	step: 'closed',
	role: 'video',
	sizeBytes: null,
	durationSeconds: null,
	openedAt: null,
	closedAt: null,
	sourcePath: null,
	danmakuPath: null,
	coverPath: null,
});

const entry = (index: number, said: Partial<SessionEntry>): SessionEntry => ({
	id: `e${index}`,
	kind: 'file.closed',
	format: 'bililive-recorder.v2',
	happenedAt: ORIGIN + index,
	arrivedAt: ORIGIN,
	isTimed: true,
	sessionId: null,
	startedAt: null,
	about: { room, streamer },
	files: [],
	wait: null,
	sizeBytes: null,
	durationSeconds: null,
	...said,
});

const KEY = JSON.stringify(['bililive-recorder', 'bilibili', '1']);
const DAY = 24 * HOUR * 1000;

const attacks: Readonly<Record<string, (index: number) => SessionEntry>> = {
	'one path, opened and closed again and again': (index) =>
		entry(index, {
			kind: index % 2 === 0 ? 'file.closed' : 'file.opened',
			files: [{ ...closedFile('a.flv'), step: index % 2 === 0 ? 'closed' : 'opened' }],
		}),
	'a live of its own for each file': (index) =>
		entry(index, {
			format: 'bililive-recorder.v1',
			happenedAt: ORIGIN + index * DAY,
			files: [closedFile(`${index}.flv`)],
		}),
	'one path in a live of its own each time': (index) =>
		entry(index, {
			format: 'bililive-recorder.v1',
			happenedAt: ORIGIN + index * DAY,
			files: [{ ...closedFile('a.flv'), openedAt: ORIGIN + index * DAY }],
		}),
	'a recording of its own each time': (index) =>
		entry(index, {
			kind: index % 2 === 0 ? 'recording.started' : 'recording.ended',
			sessionId: `s${index >> 1}`,
			happenedAt: ORIGIN + index * DAY,
		}),
	'many files of one live': (index) => entry(index, { files: [closedFile(`${index}.flv`)] }),
};

/** Processor time in milliseconds for noting so many entries and looking at them. */
function costOf(attack: (index: number) => SessionEntry, count: number): number {
	const room = new RoomSessions(KEY, lifecycleOf);
	const before = processorMilliseconds();
	for (let index = 0; index < count; index++) room.note(attack(index), settings.waits);
	room.look(ORIGIN + 1, settings);
	room.look(ORIGIN + 4 * HOUR * 1000, settings);
	return processorMilliseconds() - before;
}

describe('a room that is told of a great deal', () => {
	it.each(Object.keys(attacks))('costs no more per event: %s', (name) => {
		const attack = attacks[name];
		if (attack === undefined) throw new Error(name);
		costOf(attack, 500);
		// Eight times as many: 8 where each costs the same, 64 where each is compared with all. The least of some pairs, as machines are noisy.
		const pairs = Array.from({ length: 5 }, () => costOf(attack, 4_000) / costOf(attack, 500));
		expect(Math.min(...pairs)).toBeLessThan(24);
	});

	it('counts what it remembers of lives that are over, and forgets that when memory is full', () => {
		const limit = 200_000;
		const book = new SessionBook(lifecycleOf, limit);
		for (let room = 0; room < 40; room++) {
			const key = JSON.stringify(['bililive-recorder', 'bilibili', String(room)]);
			for (let index = 0; index < 100; index++) {
				const path = `${room}-${index}.flv`;
				const files = [closedFile(path)];
				const format = 'bililive-recorder.v1';
				book.note(key, entry(index, { id: path, format, files }), settings.waits);
			}
			for (let turn = 0; turn < 3; turn++) book.due(ORIGIN + room * HOUR * 1000, settings);
		}
		expect(book.length).toBeLessThanOrEqual(limit);
		expect(book.size).toBeGreaterThan(0);
	});

	const filled = (limit: number, told: (index: number) => Partial<SessionEntry>, rooms: number) => {
		const book = new SessionBook(lifecycleOf, limit);
		const before = heapInUse();
		for (let index = 0; index < 3_000; index++) {
			const key = JSON.stringify([
				'bililive-recorder',
				'bilibili',
				'x'.repeat(1_500),
				index % rooms,
			]);
			const arrivedAt = ORIGIN + index;
			book.note(key, entry(index, { arrivedAt, ...told(index) }), settings.waits);
			for (const { markStored } of book.due(arrivedAt, settings)) markStored();
		}
		return { book, bytes: heapInUse() - before };
	};

	it('counts what it knows of the room as often as that was told in another way', () => {
		const title = (index: number) => `${'t'.repeat(1_000)}${index}`;
		const about = (index: number) => ({ room: { ...room, title: title(index) }, streamer });
		const told = (index: number): Partial<SessionEntry> => ({
			kind: 'room.updated',
			about: about(index),
		});
		const { book, bytes } = filled(500_000, told, 4);
		expect(book.length).toBeLessThanOrEqual(500_000);
		expect(bytes).toBeLessThan(4_000_000);
	});

	it('counts rooms that are hardly told of by what each takes', () => {
		const { book, bytes } = filled(500_000, () => ({ kind: 'recording.started' }), 3_000);
		expect(book.length).toBeLessThanOrEqual(500_000);
		expect(book.size).toBeLessThan(300);
		expect(bytes).toBeLessThan(4_000_000);
	});
});
