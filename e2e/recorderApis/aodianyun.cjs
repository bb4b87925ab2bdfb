/** Aodianyun's finance platform (APIS 5): a key in a bare header, Flag 100 or a refusal, one webhook, lists of VODs. */
const { StandIn } = require('./standIn.cjs');

/** Calls that a key may make in a minute. */
const LIMIT = 100;
const MINUTE_MS = 60_000;
const LISTS = ['7DayDvrList', 'DvrList', 'UploadVodList'];

class AodianyunApi extends StandIn {
	apiKey = 'aodianyun-key';
	/** Null where it was never set. */
	webhook = null;
	/** By list: rows as getRoomDvrList gives them, each with the `room` that it is of, which is not told. */
	vods = { '7DayDvrList': [], DvrList: [], UploadVodList: [] };
	/** Whose minute counts, milliseconds. */
	now = Date.now;
	#calls = [];

	/** What the key may still do in this minute; set, as if others had used it. */
	get remaining() {
		const since = this.now() - MINUTE_MS;
		this.#calls = this.#calls.filter((at) => at > since);
		return LIMIT - this.#calls.length;
	}

	set remaining(count) {
		this.#calls = Array.from({ length: LIMIT - count }, () => this.now());
	}

	async answer({ request, response, body, path, url }) {
		const { remaining } = this;
		const limits = {
			'x-ratelimit-limitnum': String(LIMIT),
			'x-ratelimit-remaining': String(Math.max(0, remaining - 1)),
			'x-ratelimit-timerange': '60',
		};
		const answer = (status, value) => this.json(response, status, value, limits);
		const refuse = (reason) => answer(200, { Flag: 101, FlagString: reason });
		if (request.headers.authorization !== `dyyadmin:${this.apiKey}`) {
			answer(401, { Flag: 401, FlagString: 'api key expired' });
			return;
		}
		if (remaining <= 0) {
			answer(403, { Flag: 403, FlagString: 'rate limit' });
			return;
		}
		this.#calls.push(this.now());
		if (!/application\/json/.test(request.headers.accept ?? '')) {
			answer(406, { Flag: 406, FlagString: 'not acceptable' });
			return;
		}
		const call = path.replace(/^\/api\//, '');
		const isWebhookCall = call.startsWith('AdminAssist/');
		if (isWebhookCall && request.method !== 'POST') {
			answer(405, { Flag: 405, FlagString: 'method not allowed' });
			return;
		}
		const isJson = /json/.test(request.headers['content-type'] ?? '');
		let given = Object.fromEntries(url.searchParams);
		try {
			if (isJson && body !== '') given = JSON.parse(body);
		} catch {
			answer(400, { Flag: 400, FlagString: 'bad request' });
			return;
		}
		if (!Number.isSafeInteger(given.admin_id)) refuse('admin_id is required');
		else if (call === 'AdminAssist/getWebHookConfig') this.#tell(answer);
		else if (call === 'AdminAssist/setWebHookConfig') this.#keep(given, answer, refuse);
		else if (call === 'RoomVideo/getRoomDvrList') this.#list(given, answer, refuse);
		else answer(404, { Flag: 404, FlagString: 'no such call' });
	}

	#tell(answer) {
		// As PHP writes a map with nothing in it.
		answer(200, { Flag: 100, FlagString: 'ok', Info: this.webhook ?? [] });
	}

	#keep({ url, content_type: type, secret, event }, answer, refuse) {
		if ([url, type, secret].some((text) => typeof text !== 'string')) {
			refuse('url, content_type and secret are text');
			return;
		}
		if (event === null || typeof event !== 'object') {
			refuse('event is a map');
			return;
		}
		const events = Object.entries(event).map(([name, isOn]) => [name, String(isOn)]);
		this.webhook = { url, content_type: type, secret, event: Object.fromEntries(events) };
		answer(200, { Flag: 100, FlagString: '操作成功' });
	}

	#list(
		{ uptime = [0, Infinity], num = 8, page = 1, type = LISTS[0], room_id = 0 },
		answer,
		refuse,
	) {
		if (!LISTS.includes(type) || !(num >= 1 && num <= 100) || !(page >= 1)) {
			refuse('type, num or page is wrong');
			return;
		}
		if (!Number.isSafeInteger(room_id) || !Array.isArray(uptime) || uptime.length !== 2) {
			refuse('room_id or uptime is wrong');
			return;
		}
		const rows = this.vods[type]
			.filter((row) => Number(row.uptime) >= uptime[0] && Number(row.uptime) <= uptime[1])
			.filter(({ room }) => room_id === 0 || room === room_id)
			.map(({ room: _room, ...row }) => row);
		answer(200, {
			Flag: 100,
			FlagString: 'ok',
			rows: rows.slice((page - 1) * num, page * num),
		});
	}
}

module.exports = { AodianyunApi };
