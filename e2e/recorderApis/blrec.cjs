/** blrec 2.0.0-beta.5 (APIS 2): its lock-out, settings, tasks, and the files of the last recording of each. */
const { StandIn } = require('./standIn.cjs');

const SWITCHES = [
	'liveBegan',
	'liveEnded',
	'roomChange',
	'recordingStarted',
	'recordingFinished',
	'recordingCancelled',
	'videoFileCreated',
	'videoFileCompleted',
	'danmakuFileCreated',
	'danmakuFileCompleted',
	'rawDanmakuFileCreated',
	'rawDanmakuFileCompleted',
	'coverImageDownloaded',
	'videoPostprocessingCompleted',
	'postprocessingCompleted',
	'spaceNoEnough',
	'errorOccurred',
];
const MAX_TRIES = 3;
const MAX_WEBHOOKS = 49;

class BlrecApi extends StandIn {
	apiKey = 'blrec-key-1234';
	webhooks = [];
	tasks = new Map();
	/** Rooms that take no answer: bilibili can't be reached. */
	unreachable = new Set();
	#tries = 0;
	#isWhitelisted = false;
	#isBlacklisted = false;

	/** As only a restart of the process does. */
	restart() {
		this.#tries = 0;
		this.#isWhitelisted = false;
		this.#isBlacklisted = false;
		for (const task of this.tasks.values()) task.videos = [];
	}

	get isLockedOut() {
		return this.#isBlacklisted;
	}

	addTask(roomId, { status = {}, info = {}, videos = [], danmakus = [] } = {}) {
		this.tasks.set(roomId, {
			videos,
			danmakus,
			data: {
				user_info: { name: `主播${roomId}`, gender: '', face: '', uid: 100_000 + roomId },
				room_info: {
					uid: 100_000 + roomId,
					room_id: roomId,
					short_room_id: 0,
					area_id: 1,
					area_name: '唱见',
					parent_area_id: 1,
					parent_area_name: '娱乐',
					live_status: 0,
					live_start_time: 0,
					online: 1,
					title: '测试',
					cover: '',
					tags: '',
					description: '',
					...info,
				},
				task_status: {
					monitor_enabled: true,
					recorder_enabled: true,
					running_status: 'waiting',
					stream_url: 'https://cdn.example/live.flv?sign=signed-and-secret',
					stream_host: 'cdn.example',
					rec_total: 0,
					rec_elapsed: 0,
					recording_path: '',
					postprocessor_status: 'waiting',
					postprocessing_path: null,
					...status,
				},
			},
		});
	}

	#refusal(key) {
		if (this.apiKey === null) return null;
		if (key === undefined) return [401, 'No api key'];
		if (this.#isBlacklisted) return [403, 'Blacklisted'];
		if (this.#isWhitelisted) {
			if (key === this.apiKey) return null;
			this.#isWhitelisted = false;
			return [401, 'API key is invalid'];
		}
		this.#tries += 1;
		if (this.#tries > MAX_TRIES) {
			this.#isBlacklisted = true;
			return [403, 'Max api key attempts exceeded'];
		}
		if (key !== this.apiKey) return [401, 'API key is invalid'];
		this.#isWhitelisted = true;
		this.#tries = 0;
		return null;
	}

	async answer({ request, response, url, body, path }) {
		if (!path.startsWith('/api/v1/')) {
			this.page(response, 404);
			return;
		}
		const refusal = this.#refusal(request.headers['x-api-key']);
		if (refusal !== null) {
			this.json(response, refusal[0], { detail: refusal[1] });
			return;
		}
		let given = null;
		if (body !== '') {
			try {
				if (!/json/.test(request.headers['content-type'] ?? '')) throw new Error('no JSON');
				given = JSON.parse(body);
			} catch {
				this.json(response, 422, {
					detail: [{ loc: ['body'], msg: 'value is not a valid dict', type: 'type_error.dict' }],
				});
				return;
			}
		}
		const call = `${request.method} ${path.slice('/api/v1'.length)}`;
		if (call === 'GET /app/status')
			this.json(response, 200, { cpu_percent: 1.5, memory_percent: 2.5, num_threads: 9 });
		else if (call === 'GET /app/info')
			this.json(response, 200, { cmdline: ['blrec', '--api-key', this.apiKey] });
		else if (call === 'GET /settings') this.#settings(response, url);
		else if (call === 'PATCH /settings') this.#patch(response, given);
		else if (call === 'GET /tasks/data') this.#list(response, url);
		else this.#task(response, request.method, path.slice('/api/v1/tasks/'.length), given);
	}

	#settings(response, url) {
		const included = url.searchParams.getAll('include');
		if (included.some((name) => name !== 'webhooks')) {
			this.json(response, 422, {
				detail: [{ loc: ['query', 'include'], msg: 'unexpected value', type: 'value_error' }],
			});
			return;
		}
		const all = { webhooks: this.webhooks, header: { cookie: 'SESSDATA=cookie-of-the-user' } };
		this.json(response, 200, included.length > 0 ? { webhooks: this.webhooks } : all);
	}

	#patch(response, given) {
		if (given?.webhooks === null) {
			this.text(response, 500, 'Internal Server Error');
			return;
		}
		if (given?.webhooks === undefined) {
			this.json(response, 200, {});
			return;
		}
		if (given.webhooks.some(({ url }) => typeof url !== 'string')) {
			this.json(response, 422, {
				detail: [
					{
						loc: ['body', 'webhooks', 0, 'url'],
						msg: 'field required',
						type: 'value_error.missing',
					},
				],
			});
			return;
		}
		if (given.webhooks.length > MAX_WEBHOOKS) {
			this.json(response, 406, { code: 406, message: 'Too many webhooks', data: null });
			return;
		}
		this.webhooks = given.webhooks.map((webhook) => ({
			...Object.fromEntries(SWITCHES.map((name) => [name, webhook[name] ?? true])),
			url: webhook.url,
		}));
		this.json(response, 200, { webhooks: this.webhooks });
	}

	#list(response, url) {
		const size = Number(url.searchParams.get('size') ?? 100);
		const page = Number(url.searchParams.get('page') ?? 1);
		if (size < 10 || size > 100) {
			this.json(response, 422, {
				detail: [
					{
						loc: ['query', 'size'],
						msg: 'ensure this value is between 10 and 100',
						type: 'value_error',
					},
				],
			});
			return;
		}
		const tasks = [...this.tasks.values()].map(({ data }) => data);
		this.json(response, 200, tasks.slice((page - 1) * size, page * size));
	}

	#task(response, method, path, given) {
		const [id, ...rest] = path.split('/');
		const action = rest.join('/');
		const done = (status = 200, data = null) =>
			this.json(response, status, { code: 0, message: 'Success', data });
		const failed = (code, message) => this.json(response, code, { code, message, data: null });
		if (method === 'POST' && action === '') {
			if (this.unreachable.has(Number(id))) return;
			if (this.tasks.has(Number(id))) failed(409, `The task ${id} is existing`);
			else if (Number(id) > 900_000_000) failed(404, 'The room does not exist');
			else {
				this.addTask(Number(id));
				done(201, { room_id: Number(id) });
			}
			return;
		}
		const task = this.tasks.get(Number(id));
		if (task === undefined) {
			failed(404, `No task for the room ${id}`);
			return;
		}
		const { task_status: status, room_info: info } = task.data;
		switch (`${method} ${action}`) {
			case 'DELETE ':
				this.tasks.delete(Number(id));
				return done();
			case 'POST recorder/enable':
				status.recorder_enabled = true;
				if (info.live_status === 1) {
					status.running_status = 'recording';
					status.recording_path = `/rec/${id}-1.flv`;
				}
				return done();
			case 'POST recorder/disable':
				if (given !== null && typeof given.background !== 'boolean')
					return failed(422, 'background');
				status.recorder_enabled = false;
				status.running_status = 'waiting';
				status.recording_path = '';
				return done(202);
			case 'POST cut':
				if (status.running_status !== 'recording') return failed(403, 'The stream cannot be cut');
				status.recording_path = status.recording_path.replace(
					/(\d+)\.flv$/,
					(_all, n) => `${Number(n) + 1}.flv`,
				);
				return done(202);
			case 'GET videos':
				return this.json(response, 200, task.videos);
			case 'GET danmakus':
				return this.json(response, 200, task.danmakus);
			default:
				return this.page(response, 404);
		}
	}
}

module.exports = { BlrecApi };
