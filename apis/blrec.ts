import { z } from 'zod/v4';

import { isJsonObject, type JsonObject } from '../formats/json';
import { fileName } from '../formats/paths';
import { livePageUrl } from '../formats/payload';
import { type ApiClient, createClient, MAX_LISTING_BYTES } from './client';
import { acceptsAnyCertificate, baseUrlOf, type ConnectionFields, field } from './connection';
import type { ApiHttp } from './http';
import { amount, flag, id, list, part, text } from './lenient';
import { isPath, Listing } from './listing';
import { ApiProblem } from './problem';
import type {
	ApiRecording,
	ApiRoom,
	ApiWith,
	RecordingList,
	RecordingQuery,
	RoomRef,
} from './recorderApi';
import type { ApiTools } from './tools';
import { webhookSettings, type WebhookSettings } from './webhookSettings';

export type BlrecApi = ApiWith<
	| 'webhooks'
	| 'listRooms'
	| 'getRoom'
	| 'addRoom'
	| 'removeRoom'
	| 'startRecording'
	| 'stopRecording'
	| 'splitFile'
	| 'listRecordings'
	| 'listsWithoutTimes'
>;

/** Adding a room takes until the danmaku server is connected: an unknown room is refused after 26 s (APIS 2). */
const ADD_TIMEOUT_SECONDS = 45;

/** The API of blrec (APIS 2). Fields: url, apiKey. It serves no files. */
export function blrecApi(fields: ConnectionFields, http: ApiHttp, tools: ApiTools = {}): BlrecApi {
	const { now = Date.now } = tools;
	const apiKey = usableKey(field(fields, 'apiKey'));
	const client = createClient(
		{
			title: 'blrec',
			baseUrl: baseUrlOf(fields, 'http://192.168.1.10:2233'),
			headers: apiKey === '' ? {} : { 'X-API-KEY': apiKey },
			secrets: [apiKey],
			acceptsAnyCertificate: acceptsAnyCertificate(fields),
			problemOf: ({ status, text: answered }) => problemOf(status, answered),
		},
		http,
		tools,
	);
	const taskPath = ({ id: roomId }: RoomRef, action: string): string =>
		`/api/v1/tasks/${numericId(roomId)}${action}`;

	const listRooms = async (): Promise<readonly ApiRoom[]> =>
		(await listTasks(client, new Listing(now))).tasks.map(({ room }) => room);

	/** Only adding takes a short id; everywhere else a short id is 404 (APIS 2): then it is looked up. */
	const longId = async (room: RoomRef): Promise<RoomRef> => {
		const found = (await listRooms()).find(({ shortId }) => shortId === room.id);
		return found === undefined ? room : { id: found.id, platform: room.platform };
	};

	const getRoom = async (room: RoomRef): Promise<ApiRoom> => {
		const found = (await listRooms()).find(
			({ id: roomId, shortId }) => roomId === room.id || shortId === room.id,
		);
		if (found !== undefined) return found;
		throw client.problem(
			'not found',
			'blrec does not know this room',
			'Add the room first, or check its ID.',
		);
	};

	const switchRecorder = async (room: RoomRef, action: '/enable' | '/disable'): Promise<void> => {
		const { id: roomId } = await longId(room);
		await client.call({
			method: 'POST',
			path: taskPath({ id: roomId, platform: null }, `/recorder${action}`),
			// In the background: else it answers when post-processing is over.
			...(action === '/disable' ? { json: { force: false, background: true } } : {}),
		});
	};

	return {
		async check() {
			// Never /app/info: it quotes the command line, and with it the key (APIS 2).
			await client.identify(
				async () =>
					await client.read(
						{ method: 'GET', path: '/api/v1/app/status' },
						z.looseObject({ cpu_percent: z.number() }),
					),
			);
			return { version: null, note: null };
		},
		webhooks: webhooksOf(client),
		listRooms,
		getRoom,
		async addRoom({ id: roomId, platform }, { autoRecord }) {
			const { data } = await client.read(
				{
					method: 'POST',
					path: taskPath({ id: roomId, platform }, ''),
					timeoutSeconds: ADD_TIMEOUT_SECONDS,
				},
				z.looseObject({ data: part({ room_id: id }) }),
			);
			const room = { id: data?.room_id ?? roomId, platform: null };
			// A new task is switched on.
			if (!autoRecord) await switchRecorder(room, '/disable');
			return await getRoom(room);
		},
		removeRoom: async (room) => {
			await client.call({ method: 'DELETE', path: taskPath(await longId(room), '') });
		},
		startRecording: async (room) => await switchRecorder(room, '/enable'),
		stopRecording: async (room) => await switchRecorder(room, '/disable'),
		splitFile: async (room) => {
			await client.call({ method: 'POST', path: taskPath(await longId(room), '/cut') });
		},
		listRecordings: async (query) => await listFiles(client, query, new Listing(now)),
		listsWithoutTimes: true,
	};
}

/** blrec answers 500 to a key with other characters (APIS 2). */
function usableKey(apiKey: string): string {
	if (apiKey === '' || /^[\w-]{8,80}$/.test(apiKey)) return apiKey;
	throw new ApiProblem(
		'setting',
		'This cannot be the key of blrec: it has 8 to 80 letters, digits and hyphens',
		'Give what blrec was started with as --api-key or BLREC_API_KEY.',
	);
}

const LOCKED_OUT =
	'Restart blrec: until then it refuses this client even with the right key. Correct the credential first.';

function problemOf(status: number, answered: string): ApiProblem | null {
	const said = saidIn(answered);
	if (status === 401) {
		return /no api key/i.test(said ?? '')
			? new ApiProblem(
					'key',
					'blrec wants an API key',
					'It is what blrec was started with: --api-key or BLREC_API_KEY.',
					status,
				)
			: new ApiProblem(
					'key',
					'blrec does not accept the API key',
					'Correct it before anything else is tried: at the fourth wrong request blrec locks this client out until it is restarted.',
					status,
				);
	}
	if (status === 403 && /blacklist|max api key attempts/i.test(said ?? '')) {
		return new ApiProblem(
			'locked out',
			`blrec has locked this client out (${said})`,
			LOCKED_OUT,
			status,
		);
	}
	if (said === null) return null;
	switch (status) {
		case 403:
			return new ApiProblem(
				'refused',
				`blrec refused: ${said}`,
				'A file can be split only while it is recorded, and not shortly after the last time.',
				status,
			);
		case 404:
			return new ApiProblem(
				'not found',
				`blrec does not know this room (${said})`,
				'Add the room first, or check its ID.',
				status,
			);
		case 409:
			return new ApiProblem(
				'refused',
				`blrec has this room already (${said})`,
				'Nothing has to be added.',
				status,
			);
		case 422:
			return new ApiProblem(
				'version',
				`blrec did not understand the request: ${said}`,
				'This package may not fit this version of blrec.',
				status,
			);
		default:
			return new ApiProblem(
				'refused',
				`blrec refused: ${said}`,
				'Check what was asked for.',
				status,
			);
	}
}

/** `{"code":404,"message":"…"}` of blrec, `{"detail":"…"}` of its web framework. */
function saidIn(answered: string): string | null {
	try {
		const value: unknown = JSON.parse(answered);
		if (!isJsonObject(value)) return null;
		const said = value.message ?? value.detail;
		if (typeof said === 'string') return said.slice(0, 200);
		return said === undefined ? null : JSON.stringify(said).slice(0, 200);
	} catch {
		return null;
	}
}

function numericId(roomId: string): string {
	if (/^[1-9]\d{0,17}$/.test(roomId)) return roomId;
	throw new ApiProblem(
		'setting',
		`'${roomId.slice(0, 60)}' is no room ID`,
		'blrec knows rooms of bilibili, by number.',
	);
}

const PAGE_SIZE = 100;
const MAX_PAGES = 50;

const taskSchema = z.lazy(() =>
	z.looseObject({
		room_info: z.looseObject({
			room_id: z.number(),
			short_room_id: id,
			title: text,
			area_name: text,
			parent_area_name: text,
			live_status: z.number().nullish().catch(null),
		}),
		user_info: part({ name: text, uid: id }),
		task_status: part({
			monitor_enabled: flag,
			recorder_enabled: flag,
			running_status: text,
			recording_path: text,
			rec_total: amount,
			rec_elapsed: amount,
			postprocessing_path: text,
		}),
	}),
);

interface Task {
	readonly room: ApiRoom;
	/** What is being written, and what is being converted. */
	readonly recordingPath: string;
	readonly processingPath: string;
	readonly isProcessing: boolean;
}

async function listTasks(
	client: ApiClient,
	listing: Listing,
): Promise<{ tasks: Task[]; isComplete: boolean }> {
	const tasks: Task[] = [];
	for (let page = 1; page <= MAX_PAGES && !listing.isSpent; page++) {
		const path = `/api/v1/tasks/data?page=${page}&size=${PAGE_SIZE}&select=all`;
		const listed = await client.read({ method: 'GET', path, listing }, list);
		const known = await client.elements(listed.slice(0, PAGE_SIZE), taskSchema);
		tasks.push(...known.map(taskOf));
		if (listed.length < PAGE_SIZE) return { tasks, isComplete: true };
	}
	return { tasks, isComplete: false };
}

function taskOf({
	room_info: info,
	user_info: user,
	task_status: status,
}: z.infer<typeof taskSchema>): Task {
	const roomId = String(info.room_id);
	const recording =
		status === null || status === undefined ? null : status.running_status === 'recording';
	const path = status?.recording_path ?? '';
	return {
		recordingPath: path,
		processingPath: status?.postprocessing_path ?? '',
		isProcessing: /^(remuxing|injecting)$/.test(status?.running_status ?? ''),
		room: {
			id: roomId,
			shortId: info.short_room_id,
			platform: 'bilibili',
			title: info.title ?? null,
			streamer: { id: user?.uid ?? null, name: user?.name ?? null },
			url: livePageUrl('bilibili', roomId),
			area: { parent: info.parent_area_name ?? null, child: info.area_name ?? null },
			// 0 preparing, 1 live, 2 a rerun (FACTS 5).
			live: typeof info.live_status === 'number' ? info.live_status === 1 : null,
			recording,
			autoRecord:
				status === null || status === undefined
					? null
					: status.monitor_enabled === true && status.recorder_enabled === true,
			current:
				recording === true
					? {
							path: path === '' ? null : path,
							sizeBytes: status?.rec_total ?? null,
							durationSeconds: status?.rec_elapsed ?? null,
						}
					: null,
		},
	};
}

const settingsSchema = z.looseObject({ webhooks: z.array(z.custom<JsonObject>(isJsonObject)) });

/** A list of objects, each with a URL and its switches: foreign ones go back as they came. */
function webhooksOf(client: ApiClient): WebhookSettings {
	return webhookSettings<readonly JsonObject[]>({
		title: client.title,
		slots: 'many',
		// Asked for alone: the other settings hold a cookie (APIS 7).
		read: async () =>
			(
				await client.read(
					{ method: 'GET', path: '/api/v1/settings?include=webhooks' },
					settingsSchema,
				)
			).webhooks,
		write: async (webhooks) => {
			await client.call({ method: 'PATCH', path: '/api/v1/settings', json: { webhooks } });
		},
		urls: (webhooks) => webhooks.map(({ url }) => (typeof url === 'string' ? url : '')),
		// Switches left out are on (APIS 2).
		with: (webhooks, url) => [...webhooks, { url }],
		without: (webhooks, isOurs) =>
			webhooks.filter(({ url }) => typeof url !== 'string' || !isOurs(url)),
	});
}

const fileSchema = z.looseObject({ path: z.string().refine(isPath), size: amount, status: text });

/**
 * The files of each room's current or last recording: blrec keeps no longer list (APIS 2).
 * `completed` means closed; a file is finished when nothing of its room is being converted any more.
 */
async function listFiles(
	client: ApiClient,
	query: RecordingQuery,
	listing: Listing,
): Promise<RecordingList> {
	const listed = await listTasks(client, listing);
	const tasks = listed.tasks.filter(
		({ room }) =>
			query.room === null || query.room.id === room.id || query.room.id === room.shortId,
	);
	const recordings: ApiRecording[] = [];
	for (const task of tasks) {
		for (const kind of ['videos', 'danmakus']) {
			if (listing.isSpent) return { recordings, isComplete: false };
			const files = await client.read(
				{
					method: 'GET',
					path: `/api/v1/tasks/${task.room.id}/${kind}`,
					maxBytes: MAX_LISTING_BYTES,
					listing,
				},
				list,
			);
			await client.each(files, (candidate) => {
				const file = fileSchema.safeParse(candidate);
				// One more tells that there are more.
				if (!file.success || recordings.length > query.limit) return;
				recordings.push(recordingOf(file.data, task));
			});
			if (recordings.length > query.limit) {
				return { recordings: recordings.slice(0, query.limit), isComplete: false };
			}
		}
	}
	return { recordings, isComplete: listed.isComplete };
}

function recordingOf(file: z.infer<typeof fileSchema>, task: Task): ApiRecording {
	return {
		type: 'file',
		path: file.path,
		name: fileName(file.path),
		sizeBytes: file.size,
		durationSeconds: null,
		startedAt: null,
		modifiedAt: null,
		state: stateOf(file, task),
		room: { id: task.room.id, platform: 'bilibili' },
		title: task.room.title,
		sessionId: null,
		download: null,
	};
}

function stateOf(
	{ path, status }: z.infer<typeof fileSchema>,
	{ recordingPath, processingPath, isProcessing }: Task,
): ApiRecording['state'] {
	switch (status) {
		case 'recording':
			return 'recording';
		case 'remuxing':
		case 'injecting':
			return 'processing';
		case 'missing':
			return 'missing';
		case 'completed':
			if (path === recordingPath) return 'recording';
			return path === processingPath || (processingPath === '' && isProcessing)
				? 'processing'
				: 'finished';
		default:
			return 'unknown';
	}
}
