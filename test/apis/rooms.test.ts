import { abilitiesOf, connectedRecorders } from '../../apis/connect';
import { readRoomAddress, roomAddress } from '../../apis/roomAddress';
import { until } from '../until';
import { bililiveRecorder, blrec, bsr, ddtv, problemOf, stopStandIns } from './standIns';

afterEach(stopStandIns);

const ROOM = { id: '23058', platform: null };

describe('what a recorder can', () => {
	it('is what its API has', () => {
		const abilities = Object.fromEntries(
			connectedRecorders.map((recorder) => [recorder.id, abilitiesOf(recorder)]),
		);
		expect(abilities.ddtv?.has('webhooks')).toBe(false);
		expect(abilities.blrec?.has('recordingRequest')).toBe(false);
		expect(abilities.bsr?.has('splitFile')).toBe(false);
		expect(abilities.bsr?.has('removalDeletesRecordings')).toBe(true);
		expect(abilities['bililive-recorder']?.has('splitFile')).toBe(true);
	});
});

describe('a room', () => {
	it.each([
		['23058', { id: '23058', platform: null }],
		[' https://live.bilibili.com/23058?spm=1 ', { id: '23058', platform: 'bilibili' }],
		['live.bilibili.com/h5/23058', { id: '23058', platform: 'bilibili' }],
		['https://www.huya.com/lpl', { id: 'lpl', platform: 'huya' }],
		['huya:lpl', { id: 'lpl', platform: 'huya' }],
		['https://example.com/1', null],
		['', null],
	])('is read from %j', (given, expected) => {
		expect(readRoomAddress(given)).toEqual(expected);
		if (expected !== null) {
			const again = readRoomAddress(roomAddress(expected));
			expect(again?.id).toBe(expected.id);
		}
	});
});

describe('BililiveRecorder', () => {
	it('adds, starts (after a refresh), splits, stops and removes', async () => {
		const { recorder, api } = await bililiveRecorder();
		await api.addRoom(ROOM, { autoRecord: false });
		expect(recorder.rooms.get(23058)).toMatchObject({ autoRecord: false });
		recorder.live.add(23058);
		await api.startRecording(ROOM);
		await until(async () => (await api.getRoom(ROOM)).recording === true);
		expect(await api.getRoom(ROOM)).toMatchObject({
			id: '23058',
			recording: true,
			live: true,
			platform: 'bilibili',
		});
		await api.splitFile(ROOM);
		await api.stopRecording(ROOM);
		await until(async () => (await api.getRoom(ROOM)).recording === false);
		expect(await api.listRooms()).toMatchObject([
			{ recording: false, url: 'https://live.bilibili.com/23058' },
		]);
		await api.removeRoom(ROOM);
		expect(recorder.rooms.size).toBe(0);
	});

	it('survives members of other types in a newer release, and rooms that it cannot name', async () => {
		const { recorder, api } = await bililiveRecorder();
		recorder.addRoom(23058, { shortId: '3', name: 7, recordingStats: 'new', streaming: 'yes' });
		recorder.rooms.set(-1, { roomId: 'no number' });
		expect(await api.listRooms()).toMatchObject([
			{ id: '23058', shortId: '3', live: null, streamer: { name: null } },
		]);
	});
});

describe('blrec', () => {
	it('adds, starts, splits, stops and removes, by the short id, too', async () => {
		const { recorder, api } = await blrec();
		recorder.addTask(23058, { info: { short_room_id: 3, live_status: 1 } });
		const short = { id: '3', platform: null };
		await api.startRecording(short);
		const before = await api.getRoom(short);
		expect(before).toMatchObject({
			id: '23058',
			recording: true,
			current: { path: '/rec/23058-1.flv' },
		});
		await api.splitFile(short);
		expect((await api.getRoom(short)).current?.path).toBe('/rec/23058-2.flv');
		await api.stopRecording(short);
		expect(await api.getRoom(short)).toMatchObject({ recording: false, autoRecord: false });
		expect((await problemOf(api.splitFile(short))).message).toMatch(/cannot be cut/);
		await api.removeRoom(short);
		expect(recorder.tasks.size).toBe(0);
		expect(await api.addRoom({ id: '5', platform: null }, { autoRecord: false })).toMatchObject({
			id: '5',
			autoRecord: false,
		});
		expect(
			await problemOf(api.addRoom({ id: '5', platform: null }, { autoRecord: true })),
		).toMatchObject({ status: 409 });
	});

	it('pages through many tasks, and lets no stream’s address out', async () => {
		const { recorder, api } = await blrec();
		for (let id = 1; id <= 230; id++) recorder.addTask(id);
		const rooms = await api.listRooms();
		expect(rooms).toHaveLength(230);
		expect(JSON.stringify(rooms)).not.toContain('signed-and-secret');
	});
});

describe('BSR', () => {
	it.each([true, false])(
		'adds, enables, disables and removes, ids as numbers: %s',
		async (idsAreNumbers) => {
			const { recorder, api } = await bsr();
			recorder.idsAreNumbers = idsAreNumbers;
			recorder.addRecorder('bilibili', '1');
			const room = { id: '23058', platform: 'huya' };
			expect(await api.addRoom(room, { autoRecord: true })).toMatchObject({
				id: '23058',
				platform: 'huya',
				autoRecord: true,
			});
			await api.stopRecording(room);
			expect(await api.getRoom(room)).toMatchObject({ autoRecord: false });
			await api.startRecording(ROOM);
			expect(await api.getRoom(ROOM)).toMatchObject({ platform: 'huya', autoRecord: true });
			await api.removeRoom(room);
			expect(await problemOf(api.stopRecording(room))).toMatchObject({ reason: 'not found' });
		},
	);

	it('removes nothing where the same id on another platform would lose its recordings, too', async () => {
		const { recorder, api } = await bsr();
		recorder.addRecorder('bilibili', '1');
		recorder.addRecorder('huya', '1');
		expect(await problemOf(api.removeRoom({ id: '1', platform: 'huya' }))).toMatchObject({
			reason: 'refused',
		});
		expect(await problemOf(api.getRoom({ id: '1', platform: null }))).toMatchObject({
			reason: 'setting',
		});
		expect(recorder.requests.some(({ path }) => path === '/api/remove_recorder')).toBe(false);
	});

	it('reads the shape before 2.15', async () => {
		const { recorder, api } = await bsr();
		recorder.recorders.push({
			room_id: 7,
			room_info: { room_id: 7, room_title: 't', room_cover: '' },
			user_info: { user_id: '1', user_name: 'n', user_avatar: '' },
			total_length: 1,
			current_live_id: '170',
			live_status: true,
			is_recording: true,
			auto_start: true,
			platform: 'bilibili',
		});
		expect(await api.listRooms()).toMatchObject([
			{ id: '7', live: true, recording: true, autoRecord: true },
		]);
	});
});

describe('DDTV', () => {
	it('adds, starts, splits, stops and removes, whatever its answers say', async () => {
		const { recorder, api } = await ddtv();
		expect(await api.addRoom(ROOM, { autoRecord: true })).toMatchObject({
			id: '23058',
			autoRecord: true,
		});
		expect((await problemOf(api.addRoom(ROOM, { autoRecord: true }))).message).toMatch(/already/);
		Object.assign(recorder.rooms.get(23058) ?? {}, { live: true });
		await api.startRecording(ROOM);
		await until(async () => (await api.getRoom(ROOM)).recording === true);
		expect(await api.getRoom(ROOM)).toMatchObject({ recording: true, live: true });
		await api.splitFile(ROOM);
		await api.stopRecording(ROOM);
		await until(async () => (await api.getRoom(ROOM)).recording === false);
		expect((await problemOf(api.splitFile(ROOM))).message).toContain('传入参数有误');
		await api.removeRoom(ROOM);
		expect(recorder.rooms.size).toBe(0);
		expect(
			await problemOf(api.addRoom({ id: '999999999', platform: null }, { autoRecord: true })),
		).toMatchObject({ reason: 'not found' });
	});
});
