/** BililiveRecorder 2.11 (APIS 1): Basic or the rules for callers without, the config, rooms, the file browser, files. */
const { StandIn } = require('./standIn.cjs');

const CORS = { 'access-control-allow-origin': '*' };

class BililiveRecorderApi extends StandIn {
	/** Null: no password, and then only callers that come straight from the LAN. */
	login = { user: 'rec', password: 's3cret' };
	hasFileBrowser = true;
	config = {
		optionalRecordMode: { hasValue: false, value: 0 },
		optionalCookie: { hasValue: true, value: 'SESSDATA=cookie-of-the-user' },
		optionalWebHookUrls: { hasValue: false, value: null },
		optionalWebHookUrlsV2: { hasValue: false, value: null },
	};
	rooms = new Map();
	/** Rooms that are live on bilibili, which the recorder learns by /refresh. */
	live = new Set();

	addRoom(roomId, details = {}) {
		this.rooms.set(roomId, {
			objectId: `00000000-0000-0000-0000-${String(roomId).padStart(12, '0')}`,
			roomId,
			autoRecord: true,
			shortId: 0,
			name: `主播${roomId}`,
			uid: 100_000 + roomId,
			title: '测试',
			areaNameParent: '娱乐',
			areaNameChild: '唱见',
			recording: false,
			streaming: false,
			danmakuConnected: true,
			autoRecordForThisSession: true,
			recordingStats: { currentFileSize: 0, fileMaxTimestamp: 0, sessionDuration: 0 },
			ioStats: { streamHost: null },
			...details,
		});
	}

	async answer({ request, response, url, body, path }) {
		if (this.login !== null) {
			const { user, password } = this.login;
			const expected = `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
			if (request.headers.authorization !== expected) {
				response.writeHead(401, {
					'content-type': 'text/html',
					'www-authenticate': 'Basic realm="BililiveRecorder 2.11.1"',
				});
				response.end('<html><body>401 Unauthorized</body></html>');
				return;
			}
		} else if (
			['x-real-ip', 'x-forwarded-for', 'x-forwarded-host', 'via'].some(
				(name) => name in request.headers,
			) ||
			!/^\d+\.\d+\.\d+\.\d+(:\d+)?$/.test(request.headers.host)
		) {
			this.text(response, 412, 'Precondition failed: open access is off');
			return;
		}
		if (path.startsWith('/file/')) {
			await this.#download(request, response, path.slice('/file/'.length));
			return;
		}
		if (
			request.method === 'POST' &&
			body !== '' &&
			!/json/.test(request.headers['content-type'] ?? '')
		) {
			this.json(response, 415, {
				type: 'about:blank',
				title: 'Unsupported Media Type',
				status: 415,
			});
			return;
		}
		if (path === '/api/version') {
			this.json(response, 200, {
				semVer: '2.11.1',
				fullSemVer: '2.11.1',
				sha: 'c428086',
				commitDate: '2024-03-17',
			});
		} else if (path === '/api/config/global') this.#config(request, response, body);
		else if (path === '/api/file') this.#list(response, url);
		else if (path === '/api/room' || path.startsWith('/api/room/'))
			this.#room(request, response, path, body);
		else this.page(response, 404);
	}

	async #download(request, response, path) {
		const file = this.files.get(path);
		if (file === undefined) this.page(response, 404);
		else await this.serveFile(request, response, file);
	}

	#config(request, response, body) {
		if (request.method === 'POST') {
			let change;
			try {
				change = JSON.parse(body);
			} catch {
				this.json(response, 400, { title: 'One or more validation errors occurred.', status: 400 });
				return;
			}
			for (const [name, value] of Object.entries(change)) {
				if (value === null || !(name in this.config)) continue;
				// `hasValue` left out is false: the list is cleared.
				const hasValue = value.hasValue === true;
				this.config[name] = { hasValue, value: hasValue ? (value.value ?? null) : null };
			}
		}
		this.json(response, 200, this.config, CORS);
	}

	/** The URLs that it calls. */
	get webhooks() {
		const { hasValue, value } = this.config.optionalWebHookUrlsV2;
		return hasValue && value !== null
			? value
					.split(/[\r\n]/)
					.map((line) => line.trim())
					.filter((line) => line !== '')
			: [];
	}

	#list(response, url) {
		const wanted = url.searchParams.get('path');
		if (wanted === null) {
			this.json(response, 400, { title: 'The path field is required.', status: 400 });
			return;
		}
		const folder = wanted.replaceAll('\\', '/').replace(/^\/+|\/+$/g, '');
		const prefix = folder === '' ? '' : `${folder}/`;
		const entries = new Map();
		for (const [path, { size, modified }] of this.files) {
			if (!path.startsWith(prefix)) continue;
			const [name, ...below] = path.slice(prefix.length).split('/');
			const lastModified = `${new Date(modified).toISOString().replace('Z', '')}0000+00:00`;
			if (name.startsWith('.')) continue;
			if (below.length > 0) entries.set(name, { isFolder: true, name, lastModified });
			else entries.set(name, { isFolder: false, name, lastModified, size, url: `/file/${path}` });
		}
		const exist =
			this.hasFileBrowser && !folder.includes('..') && (folder === '' || entries.size > 0);
		this.json(
			response,
			200,
			exist
				? { exist: true, path: `/${folder}`, files: [...entries.values()] }
				: { exist: false, path: '', files: [] },
		);
	}

	#room(request, response, path, body) {
		const [, , , id, action] = path.split('/');
		if (id === undefined) {
			if (request.method === 'GET') {
				this.json(response, 200, [...this.rooms.values()]);
				return;
			}
			const { roomId, autoRecord = false } = JSON.parse(body);
			if (!(roomId > 0)) {
				this.json(response, 400, { code: -2, message: 'Roomid is out of range' });
				return;
			}
			const known = this.#find(String(roomId));
			if (known === undefined)
				this.addRoom(roomId, { autoRecord, name: null, title: null, uid: 0 });
			else known.autoRecord = autoRecord;
			this.json(response, 200, this.#find(String(roomId)));
			return;
		}
		const room = this.#find(id);
		if (room === undefined) {
			this.json(response, 404, { code: -4, message: 'Room not found' });
			return;
		}
		const before = { ...room };
		if (request.method === 'DELETE') this.rooms.delete(room.roomId);
		else if (action === 'refresh') room.streaming = this.live.has(room.roomId);
		else if (action === 'start') {
			room.autoRecordForThisSession = true;
			// It looks at what it remembers; the answer still shows the old state.
			if (room.streaming) setTimeout(() => (room.recording = true), 150);
		} else if (action === 'stop') setTimeout(() => (room.recording = false), 150);
		else if (action === 'split' && room.recording) {
			room.recordingStats = { ...room.recordingStats, currentFileSize: 0, fileMaxTimestamp: 0 };
		}
		this.json(response, 200, before);
	}

	#find(id) {
		return [...this.rooms.values()].find(
			(room) =>
				String(room.roomId) === id ||
				(room.shortId !== 0 && String(room.shortId) === id) ||
				room.objectId === id,
		);
	}
}

module.exports = { BililiveRecorderApi };
