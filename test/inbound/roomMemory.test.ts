import fc from 'fast-check';

import type { RecorderEvent } from '../../formats/recorderEvent';
import { RoomMemory } from '../../inbound/roomMemory';
import { eventOf } from './events';
import { heapInUse } from './mutations.cjs';
import { required } from './requests';

const START = '2026-03-01T10:00:00.000Z';
const END = '2026-03-01T12:00:00.000Z';

const full = eventOf({
	room: {
		shortId: '3',
		title: 'Title',
		url: 'https://example.org/1',
		coverUrl: 'https://example.org/1.jpg',
		area: { parent: 'Life', child: 'Music' },
	},
	streamer: { id: '9', name: 'Name', avatarUrl: 'https://example.org/9.jpg' },
	session: { id: 's1', startedAt: START },
});
const bare = eventOf();
const recording = { paths: [], localPaths: [], sizeBytes: null, durationSeconds: null };

describe('RoomMemory', () => {
	it('fills the gaps of an event from earlier ones of its room, and says what it filled', () => {
		const memory = new RoomMemory();
		expect(memory.complete(full)).toBe(full);
		const completed = memory.complete(bare);
		expect(completed).toEqual({
			...bare,
			room: full.room,
			streamer: full.streamer,
			session: full.session,
			remembered: ['room', 'streamer', 'session'],
		});
		expect(bare.room.title).toBeNull();
	});

	it('leaves an event alone whose room it does not know, or that has none', () => {
		const memory = new RoomMemory();
		memory.complete(full);
		const others = [
			eventOf({ room: { id: '2' } }),
			eventOf({ room: { platform: 'huya' } }),
			eventOf({ recorder: 'blrec' }),
			eventOf({ room: { id: null } }),
		];
		for (const event of others) expect(memory.complete(event)).toBe(event);
	});

	it('does not let times that lie far ahead stand for ever', () => {
		const memory = new RoomMemory();
		const year9999 = '9999-12-30T00:00:00.000Z';
		for (const id of ['f1', 'f2', 'f3', 'f4']) {
			const session = { id, startedAt: year9999 };
			const forged = eventOf({ kind: 'live.started', room: { title: 'Forged' }, session });
			memory.complete({ ...forged, occurredAt: year9999 });
		}
		const real = { id: 's1', startedAt: '2026-03-01T11:05:00.000Z' };
		const started = eventOf({ kind: 'live.started', room: { title: 'Title' }, session: real });
		memory.complete({ ...started, occurredAt: real.startedAt, receivedAt: real.startedAt });
		const later = { ...bare, receivedAt: '2026-03-01T11:10:00.000Z' };
		expect(memory.complete(later)).toMatchObject({ room: { title: 'Title' }, session: real });
	});

	it('does not remember a room of which nothing is known', () => {
		const memory = new RoomMemory();
		memory.complete(bare);
		expect([memory.size, memory.revision]).toEqual([0, 0]);
	});

	it('believes the event rather than its memory, and learns from it', () => {
		const memory = new RoomMemory();
		memory.complete(full);
		const renamed = eventOf({ room: { title: 'New title' } });
		expect(memory.complete(renamed)).toMatchObject({
			room: { title: 'New title', area: { child: 'Music' } },
			remembered: ['room', 'streamer', 'session'],
		});
		expect(memory.complete(bare)).toMatchObject({ room: { title: 'New title' } });
	});

	it('never mixes the parts of two categories', () => {
		const memory = new RoomMemory();
		memory.complete(full);
		const event = eventOf({ room: { area: { parent: null, child: 'Games' } } });
		expect(memory.complete(event).room.area).toEqual({ parent: null, child: 'Games' });
	});

	it.each([
		[
			'the same session',
			{ session: { id: 's1', endedAt: END } },
			{ id: 's1', startedAt: START, endedAt: END, platformLiveId: null },
		],
		[
			'another session',
			{ session: { id: 's2' } },
			{ id: 's2', startedAt: null, endedAt: null, platformLiveId: null },
		],
		['no session named', {}, { id: 's1', startedAt: START, endedAt: null, platformLiveId: null }],
		[
			'a new live',
			{ kind: 'live.started' as const },
			{ id: null, startedAt: null, endedAt: null, platformLiveId: null },
		],
	])('completes sessions: %s', (_title, known, expected) => {
		const memory = new RoomMemory();
		memory.complete(full);
		expect(memory.complete(eventOf(known)).session).toEqual(expected);
	});

	it('forgets the session of the last live when a new one begins', () => {
		const memory = new RoomMemory();
		memory.complete(full);
		memory.complete(eventOf({ kind: 'live.started' }));
		const completed = memory.complete(bare);
		expect(completed.session.id).toBeNull();
		expect(completed.remembered).toEqual(['room', 'streamer']);
	});

	it('forgets that a recording had ended when it begins again', () => {
		const memory = new RoomMemory();
		const session = { id: 's1', startedAt: null, endedAt: null, platformLiveId: null };
		memory.complete(full);
		const occurredAt = '2026-03-01T10:30:00.000Z';
		const ended = { ...session, endedAt: occurredAt };
		memory.complete({ ...bare, kind: 'recording.ended', occurredAt, session: ended, recording });
		expect(memory.complete(bare).session.id).toBeNull();
		expect(
			memory.complete({ ...bare, kind: 'recording.started', session, recording }).session,
		).toEqual({ id: 's1', startedAt: START, endedAt: null, platformLiveId: null });
		expect(memory.complete(bare).session).toEqual({
			id: 's1',
			startedAt: START,
			endedAt: null,
			platformLiveId: null,
		});
	});

	it.each([
		// biliLive-tools: the next live's first file may be told of before its start.
		['of a recording, where no end of a live is told', 'bililive-tools.events', null],
		['of a recording, where the live goes on', 'generic', 'live-1'],
	])('ends the session with the end %s', (_title, format, expected) => {
		const memory = new RoomMemory();
		const of = (session: Partial<RecorderEvent['session']>, occurredAt: string): RecorderEvent => ({
			...eventOf({ session }),
			format,
			occurredAt,
		});
		const id = 'live-1';
		memory.complete({
			...of({ id, startedAt: START }, START),
			kind: 'recording.started',
			recording,
		});
		memory.complete({ ...of({ id, endedAt: END }, END), kind: 'recording.ended', recording });
		const next = memory.complete(of({}, '2026-03-01T13:00:00.000Z'));
		expect(next.session.id).toBe(expected);
	});

	it('takes no end of another session for that of the one that runs', () => {
		const memory = new RoomMemory();
		const of = (session: Partial<RecorderEvent['session']>, occurredAt: string): RecorderEvent => ({
			...eventOf({ session }),
			format: 'generic',
			occurredAt,
		});
		memory.complete({ ...of({ id: 'b' }, START), kind: 'live.started' });
		const former = of({ id: 'a', endedAt: END }, START);
		memory.complete({ ...former, kind: 'recording.ended', recording });
		expect(memory.complete(of({ id: 'b' }, START)).session.endedAt).toBeNull();
	});

	it('believes a late end of a recording rather than the start of the next live, by which it seemed over', () => {
		const memory = new RoomMemory();
		const of = (session: Partial<RecorderEvent['session']>, occurredAt: string): RecorderEvent => ({
			...eventOf({ recorder: 'bililive-recorder', session }),
			format: 'bililive-recorder.v2',
			occurredAt,
		});
		memory.complete({ ...of({ id: 'a' }, START), kind: 'recording.started', recording });
		memory.complete({ ...of({}, END), kind: 'live.started' });
		const between = of({}, '2026-03-01T11:30:00.000Z');
		expect(memory.complete(between).session.id).toBe('a');
		const endedAt = '2026-03-01T11:00:00.000Z';
		memory.complete({ ...of({ id: 'a', endedAt }, endedAt), kind: 'recording.ended', recording });
		expect(memory.complete(between).session.id).toBeNull();
	});

	it('is not changed by what a workflow does to its items', () => {
		const memory = new RoomMemory();
		const given = structuredClone(full);
		memory.complete(given);
		for (const event of [given, memory.complete(bare)]) {
			Object.assign(event.room, { title: 'Changed' });
			Object.assign(event.room.area, { parent: 'Changed' });
			Object.assign(event.streamer, { name: 'Changed' });
			Object.assign(event.session, { id: 'Changed' });
		}
		expect(memory.complete(bare)).toMatchObject({
			room: full.room,
			streamer: full.streamer,
			session: full.session,
		});
	});

	it.each([
		['another room', { room: { id: '2' } }],
		['another platform', { room: { platform: 'huya' } }],
		['another recorder', { recorder: 'blrec' }],
	])('tells a room from %s, told of right after it', (_title, other) => {
		const memory = new RoomMemory();
		memory.complete(full);
		const event = eventOf(other);
		expect(memory.complete(event)).toBe(event);
		expect(memory.complete(bare).room.title).toBe('Title');
	});

	it.each([
		['a start', { startedAt: START }],
		['an end', { endedAt: '2026-03-01T23:00:00.000Z' }],
	])('learns %s of a session that is known from an event amid it', (_title, news) => {
		const memory = new RoomMemory();
		memory.complete(eventOf({ room: { title: 'Title' }, session: { id: 's1' } }));
		const before = memory.revision;
		memory.complete(eventOf({ session: { id: 's1', ...news } }));
		expect(memory.revision).toBe(before + 1);
		expect(memory.complete(eventOf({ session: { id: 's1' } })).session).toMatchObject(news);
	});

	it.each([
		['title', { title: 'Another' }],
		['short id', { shortId: '4' }],
		['url', { url: 'https://example.org/2' }],
		['cover', { coverUrl: 'https://example.org/2.jpg' }],
		['parent category', { area: { parent: 'Games', child: 'Music' } }],
		['category', { area: { parent: 'Life', child: 'Chat' } }],
		['category without a parent', { area: { parent: null, child: 'Music' } }],
	])('learns another %s', (_title, news) => {
		const memory = new RoomMemory();
		memory.complete(full);
		memory.complete(eventOf({ room: news }));
		expect(memory.complete(bare).room).toEqual({ ...full.room, ...news });
	});

	it.each([
		['id', { id: '8' }],
		['name', { name: 'Another' }],
		['picture', { avatarUrl: 'https://example.org/8.jpg' }],
	])('learns another %s of the streamer', (_title, news) => {
		const memory = new RoomMemory();
		memory.complete(full);
		memory.complete(eventOf({ streamer: news }));
		expect(memory.complete(bare).streamer).toEqual({ ...full.streamer, ...news });
	});

	it('is changed by what is new only', () => {
		const memory = new RoomMemory();
		memory.complete(full);
		const { revision } = memory;
		memory.complete(full);
		memory.complete(bare);
		expect(memory.revision).toBe(revision);
		memory.complete(eventOf({ room: { title: 'New' } }));
		expect(memory.revision).toBe(revision + 1);
	});

	it('is bounded', () => {
		const memory = new RoomMemory(100);
		for (let id = 0; id < 10_000; id++) {
			memory.complete(eventOf({ room: { id: String(id), title: 'x' } }));
			expect(memory.size).toBeLessThanOrEqual(200);
		}
		expect(memory.complete(eventOf({ room: { id: '9999' } })).room.title).toBe('x');
		expect(memory.complete(eventOf({ room: { id: '0' } })).room.title).toBeNull();
	});

	it('learns from an event that comes late what was not known, and nothing else', () => {
		const memory = new RoomMemory();
		const room = { id: '9', title: 'Now' };
		memory.complete({ ...eventOf({ room }), occurredAt: '2026-03-01T11:00:00.000Z' });
		const late = eventOf({ room: { id: '9', title: 'Before' }, streamer: { name: 'Ann' } });
		memory.complete({ ...late, occurredAt: '2026-03-01T10:00:00.000Z' });
		expect(memory.fill(eventOf({ room: { id: '9' } }))).toMatchObject({
			room: { title: 'Now' },
			streamer: { name: 'Ann' },
		});
		const { revision } = memory;
		memory.complete({ ...late, occurredAt: '2026-03-01T10:00:00.000Z' });
		expect(memory.revision).toBe(revision);
	});

	it('keeps of a part of a text no more than the part', () => {
		const rooms = new RoomMemory();
		const before = heapInUse();
		for (let index = 0; index < 20; index++) {
			// As `UID:[…]` in a message of DDTV 5.
			const message = `UID:[${10n ** 19n + BigInt(index)}]${'z'.repeat(1_000_000)}`;
			const [id = null] = /\d+/.exec(message) ?? [];
			rooms.complete(eventOf({ room: { id: `${index}` }, streamer: { id } }));
		}
		expect(heapInUse() - before).toBeLessThan(5_000_000);
		expect(rooms.fill(eventOf({ room: { id: '3' } })).streamer.id).toBe('10000000000000000003');
	});
});

describe('the persisted form of rooms', () => {
	it('reads rooms as 0.1.0 wrote them, without their session', () => {
		const memory = new RoomMemory();
		const { recorder, room, streamer, session } = full;
		const key = `${recorder}:${room.platform === null ? 'none' : room.platform.length}:${room.platform ?? ''}${room.id}`;
		memory.merge(JSON.stringify([[key, { room, streamer, session }]]));
		expect(memory.complete(bare)).toMatchObject({
			room: { title: 'Title' },
			streamer: { name: 'Name' },
			session: { id: null },
			remembered: ['room', 'streamer'],
		});
	});

	it('brings the rooms heard of last into a process that starts', () => {
		const memory = new RoomMemory();
		for (let id = 0; id < 100; id++) {
			memory.complete(eventOf({ room: { id: String(id), title: `Room ${id}` } }));
		}
		memory.complete(full);
		const successor = new RoomMemory();
		successor.merge(memory.serialise());
		expect(successor.size).toBeGreaterThan(5);
		expect(successor.complete(bare)).toMatchObject({ room: full.room, session: full.session });
		expect(successor.complete(eventOf({ room: { id: '99' } })).room.title).toBe('Room 99');
		expect(successor.complete(eventOf({ room: { id: '0' } })).room.title).toBeNull();
	});

	it('is never longer than 4 kB, whatever a room is called', () => {
		const memory = new RoomMemory();
		for (let id = 0; id < 40; id++) {
			memory.complete(eventOf({ room: { id: String(id), title: '播'.repeat(id * 60) } }));
			expect(memory.serialise().length).toBeLessThanOrEqual(4_096);
		}
		expect(memory.serialise()).toBe(memory.serialise());
	});

	it('does not overrule what this process knows', () => {
		const memory = new RoomMemory();
		memory.complete(full);
		const written = memory.serialise();
		const other = new RoomMemory();
		other.complete(eventOf({ room: { title: 'Newer' } }));
		other.merge(written);
		expect(other.complete(bare).room.title).toBe('Newer');
	});

	it.each([
		undefined,
		null,
		17,
		'',
		'{',
		'{}',
		'[1]',
		'[[]]',
		'[["a"]]',
		'[["a",1]]',
		'[["a",{}]]',
		'[["a",{"room":{},"streamer":{}}]]',
		'[[1,{"room":{},"streamer":{},"session":{}}]]',
	])('ignores %j', (text) => {
		const memory = new RoomMemory();
		memory.merge(text);
		expect(memory.size).toBe(0);
	});

	it('reads what has its form and leaves out what has not', () => {
		const memory = new RoomMemory();
		memory.complete(full);
		const written: unknown[] = JSON.parse(memory.serialise());
		const successor = new RoomMemory();
		successor.merge(JSON.stringify([['bsr:8:bilibili2', { room: {}, x: 1 }], 5, ...written]));
		expect(successor.size).toBe(1);
		expect(successor.complete(bare).room).toEqual(full.room);
	});

	it('leaves out a room that is too large, and no other', () => {
		const memory = new RoomMemory();
		memory.complete(full);
		const title = '播'.repeat(1_000);
		const coverUrl = 'x'.repeat(2_000);
		memory.complete(eventOf({ room: { id: '2', title, coverUrl } }));
		const successor = new RoomMemory();
		successor.merge(memory.serialise());
		expect(successor.complete(bare).room.title).toBe('Title');
	});

	it('keeps no title that only fills memory', () => {
		const memory = new RoomMemory();
		memory.complete(eventOf({ room: { title: 'x'.repeat(8_000_000), coverUrl: 'c' } }));
		expect(memory.complete(bare).room).toMatchObject({ title: null, coverUrl: 'c' });
	});

	it('survives any JSON', () => {
		fc.assert(
			fc.property(fc.json(), (text) => {
				const memory = new RoomMemory();
				memory.merge(text);
				expect(() => memory.complete(full)).not.toThrow();
			}),
		);
	});

	it('comes back the same for any rooms', () => {
		const text = fc.option(fc.string(), { nil: null });
		const room = fc.record({ id: fc.string({ minLength: 1 }), title: text, coverUrl: text });
		fc.assert(
			fc.property(fc.array(room, { minLength: 1, maxLength: 8 }), (rooms) => {
				const memory = new RoomMemory();
				for (const known of rooms) memory.complete(eventOf({ room: known }));
				const successor = new RoomMemory();
				successor.merge(memory.serialise());
				const last = required(rooms.at(-1));
				const asked = eventOf({ room: { id: last.id } });
				expect(successor.complete(asked)).toEqual(memory.complete(asked));
			}),
		);
	});
});
