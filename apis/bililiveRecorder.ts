import { z } from 'zod/v4';

import { fileName } from '../formats/paths';
import { livePageUrl } from '../formats/payload';
import { isoFromTimestamp, parseTimestamp } from '../formats/time';
import {
	type ApiClient,
	createClient,
	encodePath,
	encodeText,
	MAX_LISTING_BYTES,
	staysInside,
} from './client';
import {
	acceptsAnyCertificate,
	baseUrlOf,
	basicHeaders,
	type ConnectionFields,
	field,
} from './connection';
import type { ApiHttp } from './http';
import { amount, flag, id, list, part, text } from './lenient';
import { isName, isPath, Listing } from './listing';
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

export type BililiveRecorderApi = ApiWith<
	| 'webhooks'
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

/** The API of BililiveRecorder (APIS 1), since 2.2.0 where it comes to webhooks. Fields: url, user, password. */
export function bililiveRecorderApi(
	fields: ConnectionFields,
	http: ApiHttp,
	tools: ApiTools = {},
): BililiveRecorderApi {
	const { now = Date.now } = tools;
	const user = field(fields, 'user');
	// Spaces may be part of a password.
	const password = typeof fields.password === 'string' ? fields.password : '';
	const headers = basicHeaders(user, password);
	const client = createClient(
		{
			title: 'BililiveRecorder',
			baseUrl: baseUrlOf(fields, 'http://192.168.1.10:2356'),
			headers,
			secrets: [password, (headers.Authorization ?? '').slice('Basic '.length)],
			acceptsAnyCertificate: acceptsAnyCertificate(fields),
			problemOf: ({ status, text: answered }) =>
				problemOf(status, answered, user !== '' || password !== ''),
		},
		http,
		tools,
	);
	const roomPath = ({ id: roomId }: RoomRef, action = ''): string =>
		`/api/room/${encodeURIComponent(numericId(roomId))}${action}`;
	const getRoom = async (room: RoomRef): Promise<ApiRoom> =>
		roomOf(await client.read({ method: 'GET', path: roomPath(room) }, roomSchema));

	return {
		async check() {
			const { semVer } = await client.identify(
				async () => await client.read({ method: 'GET', path: '/api/version' }, versionSchema),
			);
			return { version: semVer.slice(0, 60), note: null };
		},
		webhooks: webhooksOf(client),
		async listRooms() {
			const listed = await client.read({ method: 'GET', path: '/api/room' }, list);
			return (await client.rooms(listed, roomSchema)).map(roomOf);
		},
		getRoom,
		// `autoRecord` left out means false; a room that is there already only gets it set (APIS 1).
		addRoom: async ({ id: roomId }, { autoRecord }) =>
			roomOf(
				await client.read(
					{
						method: 'POST',
						path: '/api/room',
						json: { roomId: Number(numericId(roomId)), autoRecord },
					},
					roomSchema,
				),
			),
		removeRoom: async (room) => {
			await client.call({ method: 'DELETE', path: roomPath(room) });
		},
		async startRecording(room) {
			// It looks at what it remembers of the room, which may be ten minutes old: refresh first (Room.cs).
			await client.call({ method: 'POST', path: roomPath(room, '/refresh') });
			await client.call({ method: 'POST', path: roomPath(room, '/start') });
		},
		stopRecording: async (room) => {
			await client.call({ method: 'POST', path: roomPath(room, '/stop') });
		},
		splitFile: async (room) => {
			await client.call({ method: 'POST', path: roomPath(room, '/split') });
		},
		listRecordings: async (query) => await listFiles(client, query, new Listing(now)),
		recordingRequest: async (path) => {
			if (!staysInside(path)) throw wrongPath(client, path);
			return {
				// The listing's own `url` is not percent-encoded (APIS 1).
				url: `${client.baseUrl}/file/${encodePath(path.replace(/^[\\/]+/, ''))}`,
				headers,
				acceptsAnyCertificate: client.acceptsAnyCertificate,
			};
		},
	};
}

function problemOf(status: number, answered: string, hasLogin: boolean): ApiProblem | null {
	if (status === 412) {
		return new ApiProblem(
			'key',
			'BililiveRecorder refuses callers from elsewhere while it has no password (412)',
			'Set a user and password in BililiveRecorder (BREC_HTTP_BASIC_USER, BREC_HTTP_BASIC_PASS) and here. Without one it refuses host names, Docker names and proxies, too.',
			status,
		);
	}
	if (status === 401) {
		return new ApiProblem(
			'key',
			hasLogin
				? 'BililiveRecorder does not accept the user or password'
				: 'BililiveRecorder wants a user and password',
			'They are what it was started with: --http-basic-user and --http-basic-pass, or BREC_HTTP_BASIC_USER and BREC_HTTP_BASIC_PASS.',
			status,
		);
	}
	const said = saidIn(answered);
	if (said === null) return null;
	return status === 404
		? new ApiProblem(
				'not found',
				`BililiveRecorder does not know this room (${said})`,
				'Add the room first, or check its ID.',
				status,
			)
		: new ApiProblem('refused', `BililiveRecorder refused: ${said}`, 'Check the room ID.', status);
}

/** Domain errors are `{"code":-4,"message":"Room not found"}`; 404 without one is an unknown path. */
function saidIn(answered: string): string | null {
	try {
		const parsed = z
			.looseObject({ code: z.number(), message: z.string() })
			.safeParse(JSON.parse(answered));
		return parsed.success ? parsed.data.message.slice(0, 200) : null;
	} catch {
		return null;
	}
}

const versionSchema = z.looseObject({ semVer: z.string(), fullSemVer: z.string() });

function numericId(roomId: string): string {
	if (/^[1-9]\d{0,17}$/.test(roomId)) return roomId;
	throw new ApiProblem(
		'setting',
		`'${roomId.slice(0, 60)}' is no room ID`,
		'BililiveRecorder knows rooms of bilibili, by number.',
	);
}

const roomSchema = z.looseObject({
	roomId: z.number(),
	shortId: id,
	autoRecord: flag,
	uid: id,
	name: text,
	title: text,
	areaNameParent: text,
	areaNameChild: text,
	recording: flag,
	streaming: flag,
	recordingStats: part({ currentFileSize: amount, fileMaxTimestamp: amount }),
});

function roomOf(room: z.infer<typeof roomSchema>): ApiRoom {
	const roomId = String(room.roomId);
	const recording = room.recording ?? null;
	const milliseconds = room.recordingStats?.fileMaxTimestamp ?? null;
	return {
		id: roomId,
		shortId: room.shortId,
		platform: 'bilibili',
		title: room.title ?? null,
		streamer: { id: room.uid, name: room.name ?? null },
		url: livePageUrl('bilibili', roomId),
		area: { parent: room.areaNameParent ?? null, child: room.areaNameChild ?? null },
		live: room.streaming ?? null,
		recording,
		autoRecord: room.autoRecord ?? null,
		current:
			recording === true
				? {
						path: null,
						sizeBytes: room.recordingStats?.currentFileSize ?? null,
						durationSeconds: milliseconds === null ? null : milliseconds / 1000,
					}
				: null,
	};
}

interface WebhookText {
	readonly hasValue: boolean;
	readonly value: string;
}

const configSchema = z.lazy(() =>
	z.looseObject({
		// Required: a config in which the list can't be read must not be overwritten (APIS 7).
		optionalWebHookUrlsV2: z.looseObject({ hasValue: z.boolean(), value: z.string().nullable() }),
	}),
);

/**
 * The list is one text, a URL a line. Ours goes to its front, so that taking it out gives back the text that was, byte for byte;
 * in an empty list, a line end behind it remembers that the text was set, if to nothing.
 */
function webhooksOf(client: ApiClient): WebhookSettings {
	return webhookSettings<WebhookText>({
		title: client.title,
		slots: 'many',
		async read() {
			const config = await client.read({ method: 'GET', path: '/api/config/global' }, configSchema);
			const { hasValue, value } = config.optionalWebHookUrlsV2;
			return { hasValue, value: hasValue ? (value ?? '') : '' };
		},
		async write({ hasValue, value }) {
			// Without `hasValue` the list would be cleared (APIS 1).
			const optionalWebHookUrlsV2 = { hasValue, value: hasValue ? value : null };
			await client.call({
				method: 'POST',
				path: '/api/config/global',
				json: { optionalWebHookUrlsV2 },
			});
		},
		urls: ({ value }) => value.split(/[\r\n]/),
		with: ({ hasValue, value }, url) => ({
			hasValue: true,
			value: hasValue ? `${url}\n${value}` : url,
		}),
		without: ({ hasValue, value }, isOurs) => {
			const lines = value.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
			const rest = lines.filter((line) => !isOurs(line)).join('');
			const wasUnset = rest === '' && !/[\r\n]/.test(value) && value !== '';
			return { hasValue: hasValue && !wasUnset, value: rest };
		},
	});
}

/** Folders asked for at once, and in all: no more are kept, either. */
const CONCURRENT_FOLDERS = 4;
const MAX_FOLDERS = 5000;
const MAX_DEPTH = 12;

const entrySchema = z.lazy(() =>
	z.looseObject({
		isFolder: z.boolean(),
		name: z.string().refine(isName),
		lastModified: text,
		size: amount,
	}),
);

const folderSchema = z.looseObject({ exist: z.boolean(), files: list });

/** Walks the work folder, a folder a call. */
async function listFiles(
	client: ApiClient,
	query: RecordingQuery,
	listing: Listing,
): Promise<RecordingList> {
	const start = query.folder.replace(/^[\\/]+|[\\/]+$/g, '');
	if (!staysInside(start)) throw wrongPath(client, query.folder);
	const recordings: ApiRecording[] = [];
	let level = [start];
	let found = 1;
	for (let depth = 0; level.length > 0 && depth <= MAX_DEPTH; depth++) {
		const next: string[] = [];
		while (level.length > 0) {
			if (listing.isSpent || recordings.length >= query.limit) {
				return { recordings: recordings.slice(0, query.limit), isComplete: false };
			}
			const batch = level.splice(0, CONCURRENT_FOLDERS);
			const listings = await Promise.all(
				batch.map(async (folder) => ({
					folder,
					entries: await listFolder(client, folder, listing),
				})),
			);
			for (const { folder, entries } of listings) {
				if (entries === null) {
					if (folder === start) throw folderMissing(client, start);
					// Removed since its parent was listed.
					continue;
				}
				await client.each(entries, (candidate) => {
					const parsed = entrySchema.safeParse(candidate);
					if (!parsed.success || recordings.length > query.limit) return;
					const entry = parsed.data;
					const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
					if (!isPath(path)) return;
					if (entry.isFolder) {
						if (++found <= MAX_FOLDERS) next.push(path);
					} else if (isWanted(entry.lastModified, query)) {
						recordings.push(recordingOf(path, entry));
					}
				});
			}
		}
		level = next;
	}
	return {
		recordings: recordings.slice(0, query.limit),
		isComplete: level.length === 0 && found <= MAX_FOLDERS && recordings.length <= query.limit,
	};
}

async function listFolder(client: ApiClient, folder: string, listing: Listing) {
	const { exist, files } = await client.read(
		{
			method: 'GET',
			path: `/api/file?path=${encodeText(`/${folder}`)}`,
			maxBytes: MAX_LISTING_BYTES,
			listing,
		},
		folderSchema,
	);
	return exist ? files : null;
}

function isWanted(lastModified: string | null | undefined, { since }: RecordingQuery): boolean {
	if (since === null || typeof lastModified !== 'string') return true;
	const time = parseTimestamp(lastModified);
	return time === null || time >= since;
}

function recordingOf(path: string, entry: z.infer<typeof entrySchema>): ApiRecording {
	return {
		type: 'file',
		path,
		name: fileName(path),
		sizeBytes: entry.size,
		durationSeconds: null,
		startedAt: null,
		modifiedAt: isoFromTimestamp(entry.lastModified),
		// The listing doesn't tell (APIS 1).
		state: 'unknown',
		room: { id: null, platform: 'bilibili' },
		title: null,
		sessionId: null,
		download: path,
	};
}

/** The same answer stands for a folder that isn't there and for a file browser that is switched off. */
function folderMissing(client: ApiClient, folder: string): ApiProblem {
	return folder === ''
		? client.problem(
				'disabled',
				'The file browser of BililiveRecorder is switched off',
				'Start BililiveRecorder with --enable-file-browser, which is the default.',
			)
		: client.problem(
				'not found',
				`BililiveRecorder has no folder '${folder.slice(0, 200)}'`,
				'Give a folder below its work folder. If all folders are missing, its file browser is switched off.',
			);
}

function wrongPath(client: ApiClient, path: string): ApiProblem {
	return client.problem(
		'setting',
		`The path '${path.slice(0, 200)}' leads out of the recordings`,
		'Give a path as Recording: Get Many lists it.',
	);
}
