import { FinishedRecordings } from '../../apis/catchUp';
import { RoomsByNumber } from '../../apis/roomsByNumber';
import type { ApiRecording, ApiRoom } from '../../apis/recorderApi';

const NOW = Date.UTC(2026, 4, 1, 20);
const MINUTE = 60_000;

function file(path: string, more: Partial<ApiRecording> = {}): ApiRecording {
	return {
		type: 'file',
		path,
		name: path,
		sizeBytes: 10,
		durationSeconds: null,
		startedAt: null,
		modifiedAt: new Date(NOW - 3 * MINUTE).toISOString(),
		state: 'unknown',
		room: { id: null, platform: 'bilibili' },
		title: null,
		sessionId: null,
		download: path,
		...more,
	};
}

function room(id: string, recording: boolean): ApiRoom {
	return {
		id,
		shortId: null,
		platform: 'bilibili',
		title: null,
		streamer: { id: null, name: null },
		url: null,
		area: { parent: null, child: null },
		live: recording,
		recording,
		autoRecord: true,
		current: null,
	};
}

const question = {
	since: NOW - 60 * MINUTE,
	now: NOW,
	aheadMilliseconds: 0,
	graceMilliseconds: 2 * MINUTE,
};

function found(recordings: ApiRecording[], rooms: ApiRoom[] | null, more: object = {}): string[] {
	return new FinishedRecordings()
		.among({ ...question, recordings, rooms, ...more })
		.map(({ path }) => path);
}

it.each<[string, ApiRecording, ApiRoom[] | null, boolean]>([
	['of a room that records no more', file('1-a/x.flv'), [room('1', false), room('2', true)], true],
	['of a room that still records', file('1-a/x.flv'), [room('1', true), room('2', false)], false],
	['of no known room, while one records', file('a/x.flv'), [room('1', true)], false],
	['of no known room, while none records', file('a/x.flv'), [room('1', false)], true],
	['whose recorder says that it is finished', file('x.mp4', { state: 'finished' }), null, true],
	['that is being converted', file('x.flv', { state: 'processing' }), [room('1', false)], false],
	['that is gone', file('x.flv', { state: 'missing' }), [room('1', false)], false],
	['that is no video', file('1-a/x.xml'), [room('1', false)], false],
	['that is empty', file('1-a/x.flv', { sizeBytes: 0 }), [room('1', false)], false],
	[
		'whose own event may be on its way',
		file('1/x.flv', { modifiedAt: new Date(NOW - MINUTE).toISOString() }),
		[room('1', false)],
		false,
	],
	[
		'from before the trigger ran',
		file('1/x.flv', { modifiedAt: new Date(NOW - 61 * MINUTE).toISOString() }),
		[room('1', false)],
		false,
	],
])('a file %s', (_case, recording, rooms, isFinished) => {
	expect(found([recording], rooms)).toEqual(isFinished ? [recording.path] : []);
});

it('takes a file for closed that did not change between two looks, whatever its room does', () => {
	const finished = new FinishedRecordings();
	const rooms = [room('1', true)];
	const quiet = file('1/old.flv', { modifiedAt: new Date(NOW - 10 * MINUTE).toISOString() });
	const growing = (sizeBytes: number) =>
		file('1/new.flv', { sizeBytes, modifiedAt: new Date(NOW - 10 * MINUTE).toISOString() });
	expect(finished.among({ ...question, recordings: [quiet, growing(1)], rooms })).toEqual([]);
	const later = { ...question, now: NOW + MINUTE };
	expect(finished.among({ ...later, recordings: [quiet, growing(2)], rooms })).toEqual([quiet]);
});

it('puts files out in the order in which they were finished', () => {
	const at = (path: string, minutes: number) =>
		file(path, { modifiedAt: new Date(NOW - minutes * MINUTE).toISOString() });
	expect(found([at('b.flv', 10), at('a.flv', 20), at('c.flv', 5)], [room('1', false)])).toEqual([
		'a.flv',
		'b.flv',
		'c.flv',
	]);
});

it('knows a room by its number in a path, if it is the only one', () => {
	const rooms = [room('23058', false), room('3', false)];
	expect(new RoomsByNumber(rooms).idIn('23058-主播/录制-23058-20260501.flv')).toBe('23058');
	expect(new RoomsByNumber(rooms).idIn('230581/x.flv')).toBeNull();
	expect(new RoomsByNumber(rooms).idIn('23058/3.flv')).toBeNull();
});

it('tells rooms of one id on several platforms from one another', () => {
	const [ofHuya, ofBilibili] = [{ ...room('3', false), platform: 'huya' }, room('3', false)];
	const rooms = new RoomsByNumber([ofHuya, ofBilibili, room('4', false)]);
	expect(rooms.get('3', 'bilibili')).toBe(ofBilibili);
	expect(rooms.get('3', 'Huya')).toBe(ofHuya);
	expect(rooms.get('3', 'douyin')).toBeUndefined();
	expect(rooms.get('4', null)?.id).toBe('4');
});
