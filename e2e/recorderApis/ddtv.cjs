/** DDTV 5 (APIS 4): signed forms, code 6000 while the login is invalid, `data` that alone tells of failures. */
const { createHash } = require('node:crypto');
const { StandIn } = require('./standIn.cjs');

const SERVED = /\.(mp4|flv|xml|csv|txt)$/i;

class DdtvApi extends StandIn {
	keyId = 'ddtv';
	secret = 'abc123';
	isLoginValid = true;
	recordingPath = './Rec/';
	rooms = new Map();

	addRoom(roomId, details = {}) {
		this.rooms.set(roomId, {
			uid: 100_000 + roomId,
			name: `主播${roomId}`,
			autoRec: true,
			live: false,
			recording: false,
			bytes: 0,
			...details,
		});
	}

	async answer({ request, response, url, body, path }) {
		if (path.startsWith('/rec_file/')) {
			const file = this.files.get(path.slice('/rec_file/'.length));
			if (file === undefined || !SERVED.test(path)) this.text(response, 404, '');
			else await this.serveFile(request, response, file);
			return;
		}
		const isForm = /x-www-form-urlencoded/.test(request.headers['content-type'] ?? '');
		const parameters =
			request.method === 'GET' ? url.searchParams : new URLSearchParams(isForm ? body : '');
		const refusal = this.#refusal(parameters);
		if (refusal === 400) {
			this.json(response, 400, { title: 'One or more validation errors occurred.', status: 400 });
			return;
		}
		if (refusal === 401) {
			response.writeHead(401, { location: '/api/unauthorized' }).end();
			return;
		}
		const call = path.replace(/^\/api\//, '');
		const handler = this.#handlers[call];
		if (handler === undefined) {
			this.text(response, 404, '');
			return;
		}
		const answer = handler(Object.fromEntries(parameters));
		this.json(response, 200, {
			cmd: call.split('/').at(-1),
			code: answer.code ?? (this.isLoginValid ? 0 : 6000),
			data: answer.data,
			message: answer.message ?? '',
		});
	}

	#refusal(parameters) {
		const given = Object.fromEntries([...parameters].filter(([, value]) => value !== ''));
		const { sig, time, access_key_id: keyId } = given;
		if (sig === undefined || time === undefined || keyId === undefined) return 400;
		if ('access_key_secret' in given || keyId !== this.keyId) return 401;
		if (Math.abs(Date.now() / 1000 - Number(time)) > 300) return 401;
		const signed = Object.entries({ ...given, access_key_secret: this.secret })
			.filter(([name]) => name !== 'sig')
			.sort(([a], [b]) => a.localeCompare(b, 'en', { sensitivity: 'base' }))
			.map(([name, value]) => `${name.toLowerCase()}=${value}`)
			.join(';');
		return createHash('sha1').update(signed).digest('hex') === sig ? null : 401;
	}

	#of({ room_id: roomId, uid }) {
		return (
			this.rooms.get(Number(roomId)) ??
			[...this.rooms.values()].find((room) => String(room.uid) === uid)
		);
	}

	#handlers = {
		'system/get_core_version': () => ({ data: 'dev5.3.7' }),
		'config/get_recording_path': () => ({ data: this.recordingPath }),
		'get_rooms/batch_complete_room_information': () => ({
			data: {
				total: this.rooms.size,
				currentPage: 1,
				completeInfoList: [...this.rooms].map(([roomId, room]) => ({
					uid: 0,
					roomId: 0,
					userInfo: {
						name: room.name,
						uid: room.uid,
						isAutoRec: room.autoRec,
						isRecDanmu: true,
						appointmentRecord: false,
					},
					roomInfo: {
						roomId,
						shortId: 0,
						title: '测试',
						areaName: '唱见',
						liveStatus: room.live,
						specialType: 0,
						url: '',
					},
					taskStatus: {
						isDownload: room.recording,
						downloadSize: room.bytes,
						status: room.recording ? 1 : 0,
					},
				})),
			},
		}),
		'set_rooms/add_room': ({ room_id: roomId, uid, auto_rec: autoRec }) => {
			if (Number(roomId) === 0 && Number(uid) === 0) return { data: 0, message: '参数有误' };
			if (this.rooms.has(Number(roomId))) return { data: 2, message: '房间已存在' };
			if (Number(roomId) > 900_000_000) return { data: 3, message: '房间不存在' };
			this.addRoom(Number(roomId), { autoRec: autoRec === 'true' });
			return { data: 1, message: '添加成功' };
		},
		'set_rooms/del_room': (parameters) => {
			const room = this.#of(parameters);
			for (const [id, candidate] of this.rooms) if (candidate === room) this.rooms.delete(id);
			// False in any case.
			return { data: false, message: room === undefined ? '失败' : '成功' };
		},
		'rec_task/single_task': (parameters) => {
			const room = this.#of(parameters);
			if (room === undefined) return { data: false, message: '房间不存在' };
			setTimeout(() => (room.recording = room.live), 100);
			return { data: true };
		},
		'rec_task/cancel_task': (parameters) => {
			const room = this.#of(parameters);
			if (room === undefined || !room.recording) return { data: false, message: '没有录制任务' };
			setTimeout(() => (room.recording = false), 100);
			return { data: true };
		},
		'rec_task/cut_task': (parameters) => {
			const room = this.#of(parameters);
			if (room === undefined || !room.recording) return { data: false, message: '传入参数有误' };
			room.bytes = 0;
			return { data: true };
		},
		'file/get_file_structure': () => ({ data: this.files.size === 0 ? false : this.#tree() }),
	};

	#tree() {
		const root = {
			Name: 'Rec',
			Type: 'folder',
			Size: null,
			RelativePath: '/rec_file',
			Extension: '',
			Children: [],
		};
		for (const [path, { size }] of this.files) {
			let folder = root;
			const segments = path.split('/');
			const name = segments.pop();
			for (const segment of segments) {
				let next = folder.Children.find((child) => child.Name === segment);
				if (next === undefined) {
					next = {
						Name: segment,
						Type: 'folder',
						Size: null,
						RelativePath: `${folder.RelativePath}/${segment}`,
						Extension: '',
						Children: [],
					};
					folder.Children.push(next);
				}
				folder = next;
			}
			const extension = /\.\w+$/.exec(name)?.[0] ?? '';
			folder.Children.push({
				Name: name,
				Type: 'file',
				Size: size,
				RelativePath: `${folder.RelativePath}/${name}`,
				Extension: extension,
				Children: null,
			});
		}
		return root;
	}
}

module.exports = { DdtvApi };
