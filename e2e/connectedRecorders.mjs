/**
 * The recorders that n8n asks for missed files, each with a stand-in of its API: rooms, files that are finished, and the webhooks that
 * tell of them, in the recorder's own form.
 */

import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

import { sampleOf } from './examples.mjs';

const { AodianyunApi, BililiveRecorderApi, BlrecApi, BsrApi, DdtvApi } = createRequire(
	import.meta.url,
)('./recorderApis/index.cjs');

const FILE_BYTES = 1_000;

const isoTime = (milliseconds) => new Date(milliseconds).toISOString();

/**
 * What the tests need of a recorder.
 *
 * @typedef {object} ConnectedRecorder
 * @property {string} id as Live Recorder knows it
 * @property {string} name
 * @property {string} trigger the node's name within the package
 * @property {string[]} events the native types that say that a file is finished
 * @property {string} credential the type of its API's credential
 * @property {object} api the stand-in
 * @property {() => object} data the credential's fields
 * @property {string[]} secrets what must be seen nowhere
 * @property {(room: number, isRecording?: boolean) => void} setRoom
 * @property {(room: number, index: number) => string} pathOf as the items name the file
 * @property {(room: number, index: number, state?: 'finished' | 'written') => void} putFile
 * @property {(room: number) => object[]} begin the events that open a live
 * @property {(room: number, index: number) => object} fileEvent
 * @property {(room: number) => object[]} end the events that end it
 * @property {(item: object) => string} fileOf the file that an item is about
 */

/** @returns {Promise<ConnectedRecorder>} */
export async function connectedBililiveRecorder() {
	const api = await new BililiveRecorderApi().start();
	const secret = `password-${randomUUID()}`;
	api.login = { user: 'rec', password: secret };
	const sessions = new Map();
	const sessionOf = (room) => {
		if (!sessions.has(room)) sessions.set(room, randomUUID());
		return sessions.get(room);
	};
	const event = (EventType, room, data) => ({
		EventType,
		EventTimestamp: isoTime(Date.now()),
		EventId: randomUUID(),
		EventData: {
			...data,
			RoomId: room,
			ShortId: 0,
			Name: 'Name',
			Title: 'Title',
			AreaNameParent: '',
			AreaNameChild: '',
			Recording: false,
			Streaming: false,
			DanmakuConnected: true,
		},
	});
	const pathOf = (room, index) => `${room}-Name/录制-${room}-${nameOf(index)}.flv`;
	return {
		id: 'bililive-recorder',
		name: 'BililiveRecorder',
		trigger: 'bililiveRecorderTrigger',
		events: ['FileClosed'],
		credential: 'bililiveRecorderApi',
		api,
		data: () => ({ url: api.url, ...api.login }),
		secrets: [secret, Buffer.from(`rec:${secret}`).toString('base64')],
		setRoom: (room, recording = false) => api.addRoom(room, { recording, streaming: recording }),
		pathOf,
		putFile: (room, index) =>
			api.files.set(pathOf(room, index), { size: FILE_BYTES + index, modified: Date.now() }),
		begin: (room) => [event('SessionStarted', room, { SessionId: sessionOf(room) })],
		fileEvent: (room, index) =>
			event('FileClosed', room, {
				SessionId: sessionOf(room),
				RelativePath: pathOf(room, index),
				FileSize: FILE_BYTES + index,
				Duration: 1,
				FileOpenTime: isoTime(Date.now() - 1000),
				FileCloseTime: isoTime(Date.now()),
			}),
		end: (room) => [event('SessionEnded', room, { SessionId: sessionOf(room) })],
		fileOf: ({ file }) => file.path,
	};
}

/** @returns {Promise<ConnectedRecorder>} */
export async function connectedBlrec() {
	const api = await new BlrecApi().start();
	api.apiKey = `key-${randomUUID()}`;
	const pathOf = (room, index) => `/rec/${room} - Name/blive_${room}_${nameOf(index)}.flv`;
	const event = (type, data) => {
		const sample = sampleOf('blrec', type);
		return { ...sample, id: randomUUID(), date: isoTime(Date.now()), data: data(sample.data) };
	};
	const ofRoom = (room) => (data) => ({ ...data, room_info: { ...data.room_info, room_id: room } });
	const setStatus = (room, status) => {
		const task = api.tasks.get(room);
		task.data.task_status = { ...task.data.task_status, ...status };
		return task;
	};
	return {
		id: 'blrec',
		name: 'blrec',
		trigger: 'blrecTrigger',
		events: ['VideoPostprocessingCompletedEvent'],
		credential: 'blrecApi',
		api,
		data: () => ({ url: api.url, apiKey: api.apiKey }),
		secrets: [api.apiKey, 'signed-and-secret', 'cookie-of-the-user'],
		setRoom(room, isRecording = false) {
			if (!api.tasks.has(room)) api.addTask(room);
			setStatus(room, { running_status: isRecording ? 'recording' : 'waiting' });
		},
		pathOf,
		putFile(room, index, state = 'finished') {
			const path = pathOf(room, index);
			const isWritten = state === 'written';
			const task = setStatus(room, { recording_path: isWritten ? path : '' });
			const videos = task.videos.filter((video) => video.path !== path);
			const status = isWritten ? 'recording' : 'completed';
			task.videos = [...videos, { path, size: FILE_BYTES + index, status }];
		},
		begin: (room) => [event('RecordingStartedEvent', ofRoom(room))],
		fileEvent: (room, index) =>
			event('VideoPostprocessingCompletedEvent', () => ({
				room_id: room,
				path: pathOf(room, index),
			})),
		end: (room) => [event('RecordingFinishedEvent', ofRoom(room))],
		fileOf: ({ file }) => file.path,
	};
}

/** @returns {Promise<ConnectedRecorder>} BSR records into folders: what it finishes are archives, a live after the other. */
export async function connectedBsr() {
	const api = await new BsrApi().start();
	api.token = `token-${randomUUID()}`;
	const start = Date.now();
	const liveIdOf = (room, index) => String(start + room * 10_000 + index);
	const event = (type, room, members = {}) => {
		const sample = sampleOf('bsr', type);
		const { room_info: info } = sample.payload;
		return {
			...sample,
			id: randomUUID(),
			timestamp: Math.floor(Date.now() / 1000),
			payload: {
				...sample.payload,
				...members,
				room_info: { ...info, room_id: String(room) },
			},
		};
	};
	return {
		id: 'bsr',
		name: 'BSR',
		trigger: 'bsrTrigger',
		events: ['record.ended'],
		credential: 'bsrApi',
		api,
		data: () => ({
			url: api.url,
			authentication: 'header',
			headerName: 'X-Token',
			headerToken: api.token,
		}),
		secrets: [api.token, 'sk-of-the-user'],
		setRoom(room, isRecording = false) {
			const known = api.recorders.find(({ room_info: info }) => info.room_id === String(room));
			if (known === undefined) api.addRecorder('bilibili', String(room));
			const recorder =
				known ?? api.recorders.find(({ room_info: info }) => info.room_id === String(room));
			recorder.recording = isRecording;
			if (!isRecording) recorder.live_id = '';
		},
		pathOf: (room, index) => `bilibili/${room}/${liveIdOf(room, index)}`,
		putFile(room, index, state = 'finished') {
			const liveId = liveIdOf(room, index);
			const recorder = api.recorders.find(({ room_info: info }) => info.room_id === String(room));
			if (state === 'written') recorder.live_id = liveId;
			const row = {
				platform: 'bilibili',
				parent_id: '1',
				live_id: liveId,
				room_id: String(room),
				title: 'Title',
				length: 1.5,
				size: FILE_BYTES + index,
				created_at: isoTime(Date.now() - 1500),
				cover: null,
			};
			api.records = [...api.records.filter(({ live_id: id }) => id !== liveId), row];
		},
		begin: (room) => [event('live.started', room)],
		fileEvent: (room, index) => event('record.ended', room, { live_id: liveIdOf(room, index) }),
		end: (room) => [event('live.ended', room)],
		fileOf: ({ room, session }) => `${room.platform}/${room.id}/${session.id}`,
	};
}

/** @returns {Promise<ConnectedRecorder>} DDTV tells of videos by the list that comes with a recording's end. */
export async function connectedDdtv() {
	const api = await new DdtvApi().start();
	api.secret = `secret-${randomUUID()}`;
	const fileOf = (room, index) => `${room}-Name/2026/${nameOf(index)}_fix.mp4`;
	const event = (type, room, lists = {}) => {
		const { data, ...sample } = sampleOf('ddtv.v5', type);
		const DownInfo = {
			...data.DownInfo,
			DownloadFileList: { ...data.DownInfo.DownloadFileList, DanmuFile: [], ...lists },
		};
		return { ...sample, data: { ...data, DownInfo, RoomId: room, UID: 100_000 + room } };
	};
	const pathOf = (room, index) => `./Rec/${fileOf(room, index)}`;
	return {
		id: 'ddtv',
		name: 'DDTV 5',
		trigger: 'ddtvTrigger',
		events: ['RecordingEnd'],
		credential: 'ddtvApi',
		api,
		data: () => ({ url: api.url, accessKeyId: api.keyId, accessKeySecret: api.secret }),
		secrets: [api.secret],
		setRoom(room, isRecording = false) {
			if (!api.rooms.has(room)) api.addRoom(room);
			Object.assign(api.rooms.get(room), { recording: isRecording, live: isRecording });
		},
		pathOf,
		putFile: (room, index) =>
			api.files.set(fileOf(room, index), { size: FILE_BYTES + index, modified: Date.now() }),
		begin: (room) => [event('StartRecording', room)],
		fileEvent: (room, index) => event('RecordingEnd', room, { VideoFile: [pathOf(room, index)] }),
		end: (room) => [event('StopLiveEvent', room)],
		fileOf: ({ file, recording }) => file?.path ?? recording.paths[0],
	};
}

/** @returns {Promise<ConnectedRecorder>} Aodianyun lists what it has recorded by URL, and never says of which room. */
export async function connectedAodianyun() {
	const api = await new AodianyunApi().start();
	api.apiKey = `key-${randomUUID()}`;
	const pathOf = (room, index) => `http://cdn.example.com/${room}/录制-${nameOf(index)}.mp4`;
	const secondsNow = () => Math.floor(Date.now() / 1000);
	return {
		id: 'aodianyun',
		name: 'Aodianyun',
		trigger: 'aodianyunTrigger',
		events: ['sys/notify/live_dvr'],
		credential: 'aodianyunApi',
		api,
		data: () => ({ url: api.url, apiKey: api.apiKey, adminId: '42' }),
		secrets: [api.apiKey],
		setRoom: () => {},
		pathOf,
		putFile(room, index, state = 'finished', { list = '7DayDvrList', uptime = secondsNow() } = {}) {
			const url = pathOf(room, index);
			const row = {
				room,
				id: String(index),
				url,
				m3u8: url.replace('.mp4', '.m3u8'),
				title: 'Title',
				size: String(FILE_BYTES + index),
				duration: '60',
				start: String(uptime - 60),
				end: String(uptime),
				uptime: String(uptime),
				filemtime: String(uptime),
				app: 'live',
				stream: `stream-${room}`,
				is_living: state === 'written' ? '1' : '0',
			};
			api.vods[list] = [row, ...api.vods[list].filter((each) => each.url !== url)];
		},
		begin: () => [],
		fileEvent(room, index) {
			const { event_value: value, ...sample } = sampleOf('aodianyun', 'sys/notify/live_dvr');
			const url = pathOf(room, index);
			return {
				...sample,
				room_id: room,
				started_at: secondsNow(),
				event_value: {
					...value,
					app: 'live',
					stream: `stream-${room}`,
					url,
					m3u8: url.replace('.mp4', '.m3u8'),
					start: secondsNow() - 60,
					end: secondsNow(),
					uptime: secondsNow(),
				},
			};
		},
		end: () => [],
		fileOf: ({ vod }) => vod.url,
	};
}

/** So that names sort as the files were recorded. */
function nameOf(index) {
	return String(index).padStart(4, '0');
}
