/** Aodianyun's finance platform (APIS 5): a key in a bare header, Flag 100 or a refusal, one webhook, lists of VODs. */
const { StandIn } = require('./standIn.cjs');

class AodianyunApi extends StandIn {
	apiKey = 'aodianyun-key';
	webhook = { url: '', content_type: '', secret: '', event: {} };
	/** By list: rows as getRoomDvrList gives them. */
	vods = { '7DayDvrList': [], DvrList: [], UploadVodList: [] };
	remaining = 100;

	async answer({ request, response, body, path }) {
		if (request.headers.authorization !== `dyyadmin:${this.apiKey}`) {
			this.json(response, 401, { Flag: 401, FlagString: 'api key expired' });
			return;
		}
		if (this.remaining <= 0) {
			this.json(
				response,
				403,
				{ Flag: 403, FlagString: 'rate limit' },
				{ 'x-ratelimit-remaining': '0' },
			);
			return;
		}
		const given = body === '' ? {} : JSON.parse(body);
		const call = path.replace(/^\/api\//, '');
		const info = (values) => this.json(response, 200, { Flag: 100, FlagString: 'ok', ...values });
		if (given.admin_id === undefined || given.admin_id === '') {
			this.json(response, 200, { Flag: 101, FlagString: 'admin_id is required' });
		} else if (call === 'AdminAssist/getWebHookConfig') info({ Info: this.webhook });
		else if (call === 'AdminAssist/setWebHookConfig') {
			const { url, content_type, secret, event } = given;
			this.webhook = { url, content_type, secret, event };
			info({});
		} else if (call === 'RoomVideo/getRoomDvrList') {
			const size = Math.min(100, given.num ?? 8);
			const [from, to] = given.uptime ?? [0, Infinity];
			const rows = (this.vods[given.type] ?? []).filter(
				({ uptime }) => Number(uptime) >= from && Number(uptime) <= to,
			);
			info({ rows: rows.slice((given.page - 1) * size, given.page * size) });
		} else this.json(response, 404, { Flag: 404, FlagString: 'no such call' });
	}
}

module.exports = { AodianyunApi };
