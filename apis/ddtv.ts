import { z } from 'zod/v4';

import { fileName, fileRole } from '../formats/paths';
import { livePageUrl } from '../formats/payload';
import { isoTime } from '../formats/time';
import { createClient, encodePath, MAX_LISTING_BYTES, staysInside } from './client';
import { acceptsAnyCertificate, baseUrlOf, type ConnectionFields, field } from './connection';
import { ddtvSignature } from './ddtvSignature';
import { FileTimes } from './fileTimes';
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
import { RoomsByNumber } from './roomsByNumber';
import type { ApiTools } from './tools';

/** Webhooks are set in DDTV's configuration file; its API has no call for them (APIS 4). */
export type DdtvApi = ApiWith<
	| 'listRooms'
	| 'getRoom'
	| 'addRoom'
	| 'removeRoom'
	| 'startRecording'
	| 'stopRecording'
	| 'splitFile'
	| 'listRecordings'
	| 'recordingRequest'
>;

/** DDTV's login to bilibili is no longer valid: every answer has this code then, though the call worked (APIS 4). */
const LOGIN_INVALID = 6000;
const BAD_PARAMETER = 5000;
const FAILED = 7000;

/** The API of DDTV 5 (APIS 4). Fields: url, accessKeyId, accessKeySecret. The secret is never sent: it signs. */
export function ddtvApi(fields: ConnectionFields, http: ApiHttp, tools: ApiTools = {}): DdtvApi {
	const { times = new FileTimes(), now = Date.now } = tools;
	const secret = field(fields, 'accessKeySecret');
	const client = createClient(
		{
			title: 'DDTV',
			baseUrl: baseUrlOf(fields, 'http://192.168.1.10:11419'),
			headers: {},
			secrets: [secret],
			acceptsAnyCertificate: acceptsAnyCertificate(fields),
			problemOf: ({ status, text: answered }) => problemOf(status, answered),
		},
		http,
		tools,
	);

	const signed = (parameters: Readonly<Record<string, string>>): string => {
		// Empty text counts as missing (APIS 4).
		const given = Object.fromEntries(
			Object.entries(parameters).filter(([, value]) => value !== ''),
		);
		const all = {
			...given,
			access_key_id: field(fields, 'accessKeyId') || 'ddtv',
			time: String(Math.floor(now() / 1000)),
		};
		return new URLSearchParams({ ...all, sig: ddtvSignature(all, secret) }).toString();
	};

	const ask = async <T>(
		method: 'GET' | 'POST',
		name: string,
		parameters: Readonly<Record<string, string>>,
		data: z.ZodType<T>,
		maxBytes?: number,
	): Promise<{ data: T; message: string; isLoginValid: boolean }> => {
		const query = signed(parameters);
		const answer = await client.read(
			{
				method,
				path: method === 'GET' ? `/api/${name}?${query}` : `/api/${name}`,
				...(method === 'GET' ? {} : { form: query }),
				...(maxBytes === undefined ? {} : { maxBytes }),
			},
			envelopeSchema,
		);
		const message = (answer.message ?? '').slice(0, 200);
		if (answer.code === BAD_PARAMETER || answer.code === FAILED) {
			throw client.problem(
				'refused',
				`DDTV refused: ${message} (${answer.code})`,
				'Check the room ID.',
			);
		}
		return {
			data: client.expect(answer.data, data, name),
			message,
			isLoginValid: answer.code !== LOGIN_INVALID,
		};
	};

	const roomParameters = (room: RoomRef): Record<string, string> => ({
		uid: '0',
		room_id: numericId(room.id),
	});

	const listRooms = async (): Promise<readonly ApiRoom[]> => {
		const { data } = await ask(
			'POST',
			'get_rooms/batch_complete_room_information',
			{ quantity: '0', page: '1', type: '0' },
			z.looseObject({ completeInfoList: list }),
			MAX_LISTING_BYTES,
		);
		return (await client.rooms(data.completeInfoList, roomSchema)).map(roomOf);
	};

	const getRoom = async (room: RoomRef): Promise<ApiRoom> => {
		const found = (await listRooms()).find(
			({ id: roomId, shortId }) => roomId === room.id || shortId === room.id,
		);
		if (found !== undefined) return found;
		throw client.problem(
			'not found',
			'DDTV does not know this room',
			'Add the room first, or check its ID.',
		);
	};

	/** Many calls answer whether they worked by `data` alone (APIS 4). */
	const demand = async (name: string, room: RoomRef): Promise<void> => {
		const { data, message } = await ask(
			'POST',
			name,
			roomParameters(await getRoom(room)),
			z.unknown(),
		);
		if (data === true) return;
		throw client.problem(
			'refused',
			`DDTV refused${message === '' ? '' : `: ${message}`}`,
			'A file can be split, and a recording stopped, only while the room is recorded.',
		);
	};

	return {
		async check() {
			const { data, isLoginValid } = await client.identify(
				async () => await ask('GET', 'system/get_core_version', {}, z.string()),
			);
			return {
				version: data.slice(0, 60),
				note: isLoginValid
					? null
					: 'DDTV is not logged in to bilibili: log in there again, or it cannot record everything.',
			};
		},
		listRooms,
		getRoom,
		async addRoom(room, { autoRecord }) {
			const { data } = await ask(
				'POST',
				'set_rooms/add_room',
				{
					...roomParameters(room),
					auto_rec: String(autoRecord),
					rec_danmu: 'true',
					remind: 'false',
				},
				z.number(),
			);
			switch (data) {
				case 1:
					return await getRoom(room);
				case 2:
					throw client.problem('refused', 'DDTV has this room already', 'Nothing has to be added.');
				case 3:
					throw client.problem('not found', 'bilibili has no such room', 'Check the room ID.');
				default:
					throw client.problem(
						'refused',
						`DDTV did not take the room (${data})`,
						'Check the room ID.',
					);
			}
		},
		async removeRoom(room) {
			const found = await getRoom(room);
			// `data` is false whether it worked or not (APIS 4): so the list is asked again.
			await ask('POST', 'set_rooms/del_room', roomParameters(found), z.unknown());
			if (!(await listRooms()).some(({ id: roomId }) => roomId === found.id)) return;
			throw client.problem('refused', 'DDTV still has the room', "DDTV's own log says more.");
		},
		startRecording: async (room) => await demand('rec_task/single_task', room),
		stopRecording: async (room) => await demand('rec_task/cancel_task', room),
		splitFile: async (room) => await demand('rec_task/cut_task', room),
		listRecordings: async (query) => await listFiles(query),
		async recordingRequest(given) {
			// Webhooks name files by their folder on disk.
			const path = given.startsWith(FILES) ? given : `${FILES}${await belowRecordings(given)}`;
			if (!staysInside(path)) {
				throw client.problem(
					'setting',
					`'${given.slice(0, 200)}' leads out of the recordings`,
					'Give a path as Recording: Get Many lists it, or as a webhook names it.',
				);
			}
			return {
				url: `${client.baseUrl}${encodePath(path)}`,
				headers: {},
				acceptsAnyCertificate: client.acceptsAnyCertificate,
			};
		},
	};

	async function recordingFolder(): Promise<string> {
		const { data: folder } = await ask('GET', 'config/get_recording_path', {}, z.unknown());
		return plain(typeof folder === 'string' ? folder : './Rec/').replace(/\/+$/, '');
	}

	async function belowRecordings(path: string): Promise<string> {
		const folder = await recordingFolder();
		return plain(path).startsWith(`${folder}/`)
			? plain(path).slice(folder.length + 1)
			: plain(path).replace(/^\/+/, '');
	}

	async function listFiles(query: RecordingQuery): Promise<RecordingList> {
		const { data: tree } = await ask(
			'POST',
			'file/get_file_structure',
			{},
			z.unknown(),
			MAX_LISTING_BYTES,
		);
		if (tree === false) {
			throw client.problem(
				'disabled',
				'DDTV has no recording folder yet',
				'It is made with the first recording; check the path in its settings.',
			);
		}
		const found = await filesIn(tree, query, await recordingFolder());
		if (query.folder === '' && found.isComplete) times.keepOnly(found.files);
		const rooms = await listRooms();
		const known = new RoomsByNumber(rooms, ({ id: roomId, streamer }) => [roomId, streamer.id]);
		const ofRoom: ApiRecording[] = [];
		await client.each(found.files, (file) => {
			const listed = withRoom(file, known);
			if (query.room === null || listed.room.id === query.room.id) ofRoom.push(listed);
		});
		const { recordings, isComplete } =
			query.since === null
				? { recordings: ofRoom, isComplete: true }
				: await withTimes(ofRoom, query.since);
		return {
			recordings: recordings.slice(0, query.limit),
			isComplete: found.isComplete && isComplete && recordings.length <= query.limit,
		};
	}

	/** The listing has no times: they are asked for, a request a file, of files that aren't known to be older. */
	async function withTimes(
		files: readonly ApiRecording[],
		since: number,
	): Promise<{ recordings: ApiRecording[]; isComplete: boolean }> {
		const listing = new Listing(now);
		const recent: ApiRecording[] = [];
		await client.each(files, (file) => {
			if (!isBefore(file, since)) recent.push(file);
		});
		// Those that are too many for this listing are asked for in the next.
		const wanted = (await byUrgency(recent)).slice(0, MAX_HEADS);
		const timed = new Map<string, ApiRecording>();
		for (let start = 0; start < wanted.length && !listing.isSpent; start += CONCURRENT_HEADS) {
			const batch = wanted.slice(start, start + CONCURRENT_HEADS);
			for (const file of await Promise.all(batch.map(withTime))) timed.set(file.path, file);
		}
		return {
			// In the order of the tree.
			recordings: recent
				.flatMap(({ path }) => timed.get(path) ?? [])
				.filter(({ modifiedAt }) => modifiedAt === null || Date.parse(modifiedAt) >= since),
			isComplete: timed.size === recent.length,
		};
	}

	async function withTime(file: ApiRecording): Promise<ApiRecording> {
		if (file.download === null) return file;
		const answer = await client
			.call({ method: 'HEAD', path: encodePath(file.download) })
			.catch((error: unknown) => {
				// Gone since it was listed, as temporary files are, or of a type that DDTV doesn't serve.
				if (error instanceof ApiProblem && error.status !== null) return null;
				throw error;
			});
		const time = Date.parse(answer?.headers['last-modified'] ?? '');
		times.note(file, Number.isNaN(time) ? null : time);
		if (answer === null) return { ...file, state: 'unknown' };
		return Number.isNaN(time) ? file : { ...file, modifiedAt: isoTime(time) };
	}

	/** The files of the tree, under the paths by which webhooks name them. */
	async function filesIn(
		tree: unknown,
		query: RecordingQuery,
		folder: string,
	): Promise<{ files: ApiRecording[]; isComplete: boolean }> {
		const files: ApiRecording[] = [];
		const start = `${FILES}${query.folder.replace(/^[\\/]+/, '').replace(/^rec_file[\\/]/, '')}`;
		let level: unknown[] = [tree];
		for (let depth = 0; level.length > 0; depth++) {
			if (depth > MAX_DEPTH) return { files, isComplete: false };
			const next: unknown[] = [];
			await client.each(level, (candidate) => {
				const parsed = nodeSchema.safeParse(candidate);
				if (!parsed.success) return;
				const { Type: type, RelativePath: path, Size: size, Children: children } = parsed.data;
				for (const child of children ?? []) next.push(child);
				if (type !== 'file' || typeof path !== 'string' || !path.startsWith(start)) return;
				if (!isPath(path) || !staysInside(path)) return;
				files.push(recordingOf(path, `${folder}/${path.slice(FILES.length)}`, size));
			});
			level = next;
		}
		return { files, isComplete: true };
	}

	function isBefore(file: ApiRecording, since: number): boolean {
		return isDatedBefore(file.path, since) || (times.of(file) ?? Infinity) < since;
	}

	/** Videos first; of these what was never asked for; of these the newest by name. */
	async function byUrgency(files: readonly ApiRecording[]): Promise<ApiRecording[]> {
		const ranked: Array<{ readonly file: ApiRecording; readonly rank: number }> = [];
		await client.each(files, (file) => {
			const rank =
				(fileRole(file.path) === 'video' ? 0 : 2) + (times.of(file) === undefined ? 0 : 1);
			ranked.push({ file, rank });
		});
		ranked.sort((a, b) => a.rank - b.rank || (a.file.path < b.file.path ? 1 : -1));
		return ranked.map(({ file }) => file);
	}
}

function problemOf(status: number, answered: string): ApiProblem | null {
	if (status === 401) {
		return new ApiProblem(
			'key',
			'DDTV does not accept the signature',
			'Check Access Key ID and Access Key Secret, and that the clocks of n8n and DDTV are less than five minutes apart.',
			status,
		);
	}
	if (status === 400) {
		return new ApiProblem(
			'refused',
			`DDTV did not understand the request: ${answered.trim().slice(0, 200)}`,
			'This package is made for DDTV 5.',
			status,
		);
	}
	if (status === 404) {
		return new ApiProblem(
			'version',
			'DDTV does not know this call (404)',
			'Its API came with 5.1.15; DDTV 3 has another one. Check the address, too.',
			status,
		);
	}
	return null;
}

const envelopeSchema = z.looseObject({ code: z.number(), message: text, data: z.unknown() });

function numericId(roomId: string): string {
	if (/^[1-9]\d{0,17}$/.test(roomId)) return roomId;
	throw new ApiProblem(
		'setting',
		`'${roomId.slice(0, 60)}' is no room ID`,
		'DDTV knows rooms of bilibili, by number.',
	);
}

const roomIdSchema = z.union([z.number().min(1), z.string().regex(/^[1-9]\d*$/)]);

/** With a quantity the outer ids stay 0: the inner ones count (APIS 4). */
const roomSchema = z.lazy(() =>
	z.looseObject({
		uid: id,
		roomInfo: z.looseObject({
			roomId: roomIdSchema,
			shortId: id,
			title: text,
			areaName: text,
			liveStatus: flag,
			isAutoRec: flag,
		}),
		userInfo: part({ name: text, uid: id, isAutoRec: flag }),
		isAutoRec: flag,
		taskStatus: part({ isDownload: flag, downloadSize: amount }),
	}),
);

function roomOf({
	uid,
	roomInfo,
	userInfo,
	taskStatus,
	isAutoRec,
}: z.infer<typeof roomSchema>): ApiRoom {
	const roomId = String(roomInfo.roomId);
	const recording = taskStatus?.isDownload ?? null;
	return {
		id: roomId,
		shortId: roomInfo.shortId,
		platform: 'bilibili',
		title: roomInfo.title ?? null,
		streamer: { id: userInfo?.uid ?? uid, name: userInfo?.name ?? null },
		url: livePageUrl('bilibili', roomId),
		area: { parent: null, child: roomInfo.areaName ?? null },
		live: roomInfo.liveStatus ?? null,
		recording,
		autoRecord: userInfo?.isAutoRec ?? roomInfo.isAutoRec ?? isAutoRec ?? null,
		current:
			recording === true
				? { path: null, sizeBytes: taskStatus?.downloadSize ?? null, durationSeconds: null }
				: null,
	};
}

/** Where DDTV serves recordings; listings name them so. */
const FILES = '/rec_file/';
const MAX_DEPTH = 32;
const MAX_HEADS = 1000;
const CONCURRENT_HEADS = 4;

const nodeSchema = z.lazy(() =>
	z.looseObject({
		Type: text,
		RelativePath: text,
		Size: amount,
		Children: z.array(z.unknown()).nullish().catch(null),
	}),
);

/** A path of DDTV, which mixes `\\`, `//` and `/` in one (FACTS 6). */
function plain(path: string): string {
	return path.replace(/[\\/]+/g, '/');
}

function recordingOf(download: string, path: string, sizeBytes: number | null): ApiRecording {
	return {
		type: 'file',
		path,
		name: fileName(path),
		sizeBytes,
		durationSeconds: null,
		startedAt: null,
		modifiedAt: null,
		// Originals are converted and then vanish (APIS 4).
		state: /_original\.\w+$/i.test(path) ? 'processing' : 'unknown',
		room: { id: null, platform: 'bilibili' },
		title: null,
		sessionId: null,
		download,
	};
}

/** DDTV names folders after room and streamer: where exactly one known room stands in a path, it is the file's. */
function withRoom(file: ApiRecording, rooms: RoomsByNumber): ApiRecording {
	const room = rooms.get(rooms.idIn(file.download ?? ''), file.room.platform);
	if (room === undefined) return file;
	const state =
		room.recording === false && file.state === 'unknown' ? ('finished' as const) : file.state;
	return { ...file, state, room: { id: room.id, platform: 'bilibili' } };
}

/** Two days: more than any recording takes and time zones differ. */
const DATE_MARGIN_MS = 2 * 24 * 3_600_000;

function isDatedBefore(path: string, since: number): boolean {
	const date = /(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d{7})/.exec(path);
	if (date === null) return false;
	const [, year, month, day] = date;
	return Date.UTC(Number(year), Number(month) - 1, Number(day)) < since - DATE_MARGIN_MS;
}
