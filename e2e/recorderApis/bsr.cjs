/** BSR 2.21, headless (APIS 3): one envelope, refusals with HTTP 200, and connections that end where a handler panics. */
const { StandIn } = require('./standIn.cjs');

const PLATFORMS = ['bilibili', 'douyin', 'huya', 'kuaishou', 'tiktok', 'xiaohongshu', 'weibo'];
const WRITING = ['update_webhook_url', 'add_recorder', 'remove_recorder', 'set_enable'];

class BsrApi extends StandIn {
	isReadonly = false;
	/** Until 2.15 room ids are numbers. */
	idsAreNumbers = false;
	/** What a proxy in front of it wants; null: nobody asks. */
	token = null;
	webhookUrl = '';
	recorders = [];
	records = [];
	videos = [];

	addRecorder(platform, roomId, details = {}) {
		this.recorders.push({
			room_info: {
				platform,
				room_id: this.idsAreNumbers ? Number(roomId) : roomId,
				room_title: '测试',
				room_cover: '',
				status: false,
			},
			user_info: { user_id: '1', user_name: `主播${roomId}`, user_avatar: '' },
			platform_live_id: '0',
			live_id: '',
			recording: false,
			enabled: true,
			...details,
		});
	}

	async answer({ request, response, body, path }) {
		if (this.token !== null && request.headers['x-token'] !== this.token) {
			this.text(response, 401, 'Unauthorized');
			return;
		}
		if (request.method === 'GET' || request.method === 'HEAD') {
			const file = this.files.get(path.slice(1));
			if (file === undefined) this.text(response, 404, '');
			else await this.serveFile(request, response, file);
			return;
		}
		const name = path.replace(/^\/api\//, '');
		if (this.isReadonly && WRITING.includes(name)) {
			this.text(response, 405, '');
			return;
		}
		const handler = this.#handlers[name];
		if (handler === undefined) {
			this.text(response, 405, '');
			return;
		}
		let given = {};
		if (body !== '') {
			if (!/json/.test(request.headers['content-type'] ?? '')) {
				this.text(response, 415, 'Expected request with `Content-Type: application/json`');
				return;
			}
			given = JSON.parse(body);
		}
		handler({
			given,
			data: (data) => this.json(response, 200, { code: 0, message: 'success', data }),
			refuse: (message) => this.json(response, 200, { code: 1, message, data: null }),
			unfit: (message) =>
				this.text(
					response,
					422,
					`Failed to deserialize the JSON body into the target type: ${message}`,
				),
			// No catch-panic layer: the connection ends.
			panic: () => response.destroy(),
		});
	}

	#isId(id) {
		return this.idsAreNumbers ? typeof id === 'number' : typeof id === 'string';
	}

	#find({ platform, roomId }) {
		return this.recorders.find(
			({ room_info: room }) => room.platform === platform && room.room_id === roomId,
		);
	}

	#handlers = {
		get_recorder_list: ({ data }) =>
			data({ count: this.recorders.length, recorders: this.recorders }),
		get_config: ({ data }) =>
			data({
				cache: '/cache',
				output: '/output',
				openai_api_key: 'sk-of-the-user',
				webhook_url: this.webhookUrl,
			}),
		update_webhook_url: ({ given, data, unfit }) => {
			if (typeof given.webhookUrl !== 'string') return unfit('missing field `webhookUrl`');
			this.webhookUrl = given.webhookUrl;
			data(null);
		},
		add_recorder: ({ given, data, unfit, panic }) => {
			if (!this.#isId(given.roomId)) return unfit('roomId: invalid type');
			if (given.extra === undefined) return unfit('missing field `extra`');
			if (!PLATFORMS.includes(given.platform) || this.#find(given) !== undefined) return panic();
			this.addRecorder(given.platform, String(given.roomId));
			data({
				room_id: given.roomId,
				platform: given.platform,
				auto_start: true,
				extra: given.extra,
				created_at: new Date().toISOString(),
			});
		},
		remove_recorder: ({ given, data, unfit, panic }) => {
			if (!this.#isId(given.roomId)) return unfit('roomId: invalid type');
			if (this.#find(given) === undefined) return panic();
			this.recorders = this.recorders.filter((recorder) => recorder !== this.#find(given));
			this.records = this.records.filter(({ room_id: id }) => id !== given.roomId);
			data(null);
		},
		set_enable: ({ given, data, unfit }) => {
			if (!this.#isId(given.roomId)) return unfit('roomId: invalid type');
			const recorder = this.#find(given);
			if (recorder !== undefined) {
				recorder.enabled = given.enabled;
				setTimeout(() => (recorder.recording = given.enabled && recorder.room_info.status), 100);
			}
			data(null);
		},
		get_recent_record: ({ given, data, unfit }) => {
			if (given.roomId === undefined || given.offset === undefined || given.limit === undefined)
				return unfit('missing field');
			const rows = this.records
				.filter(({ room_id: id }) => given.roomId === '' || id === given.roomId)
				.sort((a, b) => b.created_at.localeCompare(a.created_at));
			data(rows.slice(given.offset, given.offset + given.limit));
		},
		get_all_videos: ({ data }) => data(this.videos),
	};
}

module.exports = { BsrApi };
