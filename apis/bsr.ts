import { z } from 'zod/v4';

import { fileName } from '../formats/paths';
import { livePageUrl } from '../formats/payload';
import { isoFromTimestamp, isoTime, parseTimestamp } from '../formats/time';
import {
	type ApiCall,
	type ApiClient,
	createClient,
	encodePath,
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
import { amount, flag, id, list, part, text, writtenId } from './lenient';
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

export type BsrApi = ApiWith<
	| 'webhooks'
	| 'listRooms'
	| 'getRoom'
	| 'addRoom'
	| 'removeRoom'
	| 'startRecording'
	| 'stopRecording'
	| 'listRecordings'
	| 'recordingRequest'
	| 'removalDeletesRecordings'
>;

/**
 * The API of BSR's headless edition (APIS 3). Fields: url; authentication (`none`, `basic`, `header`) for a proxy in front of it,
 * as BSR itself has none; user, password; headerName, headerToken.
 */
export function bsrApi(fields: ConnectionFields, http: ApiHttp, tools: ApiTools = {}): BsrApi {
	const { now = Date.now } = tools;
	const { headers, secrets } = proxyLogin(fields);
	const client = createClient(
		{
			title: 'BSR',
			baseUrl: baseUrlOf(fields, 'http://192.168.1.10:3000'),
			headers,
			secrets,
			acceptsAnyCertificate: acceptsAnyCertificate(fields),
			problemOf: ({ status, headers: answered, text: body }) =>
				(status === 404 || status === 405) && !/json/i.test(answered['content-type'] ?? '')
					? notRouted(status)
					: status === 400 || status === 415 || status === 422
						? new ApiProblem(
								'version',
								`BSR did not understand the request: ${body.trim().slice(0, 200)}`,
								'This package may not fit this version of BSR.',
								status,
							)
						: null,
			// Several handlers end their connection where they refuse (APIS 3).
			closedMeans: {
				message: 'BSR refused without saying why: it closed the connection',
				advice:
					'Usual causes: it has no account for the platform, the room is there already, or the platform is unknown. Its log says more. It was not asked again.',
			},
		},
		http,
		tools,
	);

	/** `code` 1 is a refusal, with HTTP 200 (APIS 3). */
	const ask = async <T>(
		name: string,
		json: unknown,
		data: z.ZodType<T>,
		{ maxBytes, listing }: AskOptions = {},
	): Promise<T> => {
		const answer = await client.read(
			{
				method: 'POST',
				path: `/api/${name}`,
				...(json === null ? {} : { json }),
				...(maxBytes === undefined ? {} : { maxBytes }),
				...(listing === undefined ? {} : { listing }),
			},
			envelopeSchema,
		);
		if (answer.code !== 0) {
			const said = (answer.message ?? '').slice(0, 1000);
			const isMissing = /not found/i.test(said);
			throw client.problem(
				isMissing ? 'not found' : 'refused',
				isMissing ? 'BSR does not know this room' : `BSR refused: ${said}`,
				isMissing
					? 'Add the room first, or check its ID and platform.'
					: "BSR's own log says more.",
			);
		}
		return client.expect(answer.data, data, name);
	};

	const listInfos = async (): Promise<RecorderInfo[]> =>
		await client.rooms(
			(await ask('get_recorder_list', null, recordersSchema)).recorders,
			infoSchema,
		);

	/** A text since 2.16, a number before: as BSR itself writes it (APIS 3). */
	const wireId = (roomId: string, infos: readonly RecorderInfo[]): string | number =>
		infos.some(({ room_info: info }) => typeof info.room_id === 'number') &&
		/^\d{1,15}$/.test(roomId)
			? Number(roomId)
			: roomId;

	const find = (infos: readonly RecorderInfo[], room: RoomRef): ApiRoom => {
		const found = infos
			.map(roomOf)
			.filter(
				({ id: roomId, platform }) =>
					roomId === room.id && (room.platform === null || platform === room.platform),
			);
		const [first] = found;
		if (first === undefined) {
			throw client.problem(
				'not found',
				'BSR does not know this room',
				'Add the room first, or check its ID and platform.',
			);
		}
		if (found.length > 1) {
			throw client.problem(
				'setting',
				`BSR has rooms of this ID on several platforms: ${found.map(({ platform }) => platform).join(', ')}`,
				'Write the platform in front of it, e.g. huya:123.',
			);
		}
		return first;
	};

	const setEnabled = async (room: RoomRef, enabled: boolean): Promise<void> => {
		const infos = await listInfos();
		// BSR says nothing against rooms it doesn't know (APIS 3): so they are looked up.
		const { id: roomId, platform } = find(infos, room);
		await ask('set_enable', { platform, roomId: wireId(roomId, infos), enabled }, z.unknown());
	};

	return {
		async check() {
			await client.identify(async () => await ask('get_recorder_list', null, recordersSchema));
			return {
				version: null,
				note:
					headers.Authorization === undefined && secrets.length === 0
						? 'BSR asks nobody for a password: whoever reaches this port reads its keys and files. Keep it behind a proxy with a password.'
						: null,
			};
		},
		webhooks: webhooksOf(client, ask),
		listRooms: async () => (await listInfos()).map(roomOf),
		getRoom: async (room) => find(await listInfos(), room),
		async addRoom({ id: roomId, platform }, { autoRecord }) {
			const infos = await listInfos();
			const ref = { id: roomId, platform: platform ?? 'bilibili' };
			if (infos.map(roomOf).some((room) => room.id === ref.id && room.platform === ref.platform)) {
				throw client.problem('refused', 'BSR has this room already', 'Nothing has to be added.');
			}
			await ask(
				'add_recorder',
				{ platform: ref.platform, roomId: wireId(roomId, infos), extra: '' },
				z.unknown(),
			);
			if (!autoRecord) await setEnabled(ref, false);
			return find(await listInfos(), ref);
		},
		async removeRoom(room) {
			const infos = await listInfos();
			const { id: roomId, platform } = find(infos, room);
			// It deletes by the id alone, whatever the platform (APIS 3).
			if (infos.map(roomOf).filter((other) => other.id === roomId).length > 1) {
				throw client.problem(
					'refused',
					'BSR has rooms of this ID on several platforms, and would delete the recordings of all',
					'Remove it in BSR itself.',
				);
			}
			await ask('remove_recorder', { platform, roomId: wireId(roomId, infos) }, z.unknown());
		},
		startRecording: async (room) => await setEnabled(room, true),
		stopRecording: async (room) => await setEnabled(room, false),
		listRecordings: async (query) =>
			await listAll(query, client, ask, listInfos, wireId, new Listing(now)),
		async recordingRequest(given) {
			// Webhooks name clips below the output folder.
			const path = /^(output|cache)\//.test(given) ? given : `output/${given}`;
			if (!staysInside(path)) {
				throw client.problem(
					'setting',
					`'${path.slice(0, 200)}' leads out of the recordings`,
					'Give a path as Recording: Get Many lists it, or the path of a clip.',
				);
			}
			return {
				url: `${client.baseUrl}/${encodePath(path)}`,
				headers,
				acceptsAnyCertificate: client.acceptsAnyCertificate,
			};
		},
		removalDeletesRecordings: true,
	};
}

type AskOptions = Pick<ApiCall, 'maxBytes' | 'listing'>;

type Ask = <T>(name: string, json: unknown, data: z.ZodType<T>, options?: AskOptions) => Promise<T>;

function proxyLogin(fields: ConnectionFields): {
	headers: Record<string, string>;
	secrets: string[];
} {
	switch (field(fields, 'authentication')) {
		case 'basic': {
			const password = typeof fields.password === 'string' ? fields.password : '';
			const headers = basicHeaders(field(fields, 'user'), password);
			return { headers, secrets: [password, (headers.Authorization ?? '').slice('Basic '.length)] };
		}
		case 'header': {
			const name = field(fields, 'headerName');
			if (!/^[\w!#$%&'*+.^|~-]+$/.test(name)) {
				throw new ApiProblem(
					'setting',
					'This cannot be the name of a header',
					'Give the header that the proxy in front of BSR looks at, e.g. X-Token.',
				);
			}
			const value = field(fields, 'headerToken');
			return { headers: { [name]: value }, secrets: [value] };
		}
		default:
			return { headers: {}, secrets: [] };
	}
}

/** What isn't routed falls through to the web page's files: 404 or 405 without JSON (APIS 3). */
function notRouted(status: number): ApiProblem {
	return new ApiProblem(
		'disabled',
		`BSR does not offer this call (${status})`,
		'BSR may run with --readonly, be too old (webhooks came with 2.12.0), or something else is at this address.',
		status,
	);
}

const envelopeSchema = z.looseObject({
	// Done, or refused (APIS 3).
	code: z.union([z.literal(0), z.literal(1)]),
	message: text,
	data: z.unknown(),
});

const recordersSchema = z.looseObject({ recorders: list });

/** Since 2.15 everything is within; before it, platform and state stood beside (FACTS 2). */
const infoSchema = z.looseObject({
	room_info: z.looseObject({
		room_id: writtenId,
		platform: text,
		room_title: text,
		status: flag,
	}),
	user_info: part({ user_id: id, user_name: text }),
	live_id: id,
	current_live_id: id,
	recording: flag,
	is_recording: flag,
	enabled: flag,
	auto_start: flag,
	live_status: flag,
	platform: text,
});

type RecorderInfo = z.infer<typeof infoSchema>;

function roomOf(info: RecorderInfo): ApiRoom {
	const { room_info: room, user_info: user } = info;
	const roomId = String(room.room_id);
	const platform = (room.platform ?? info.platform ?? 'bilibili').toLowerCase();
	const recording = info.recording ?? info.is_recording ?? null;
	return {
		id: roomId,
		shortId: null,
		platform,
		title: room.room_title ?? null,
		streamer: { id: user?.user_id ?? null, name: user?.user_name ?? null },
		url: livePageUrl(platform, roomId),
		area: { parent: null, child: null },
		live: room.status ?? info.live_status ?? null,
		recording,
		autoRecord: info.enabled ?? info.auto_start ?? null,
		current: null,
	};
}

function webhooksOf(client: ApiClient, ask: Ask): WebhookSettings {
	// Of the settings, which hold keys, this one member (APIS 3). Required: what can't be read isn't overwritten.
	const configSchema = z.object({ webhook_url: z.string() });
	return webhookSettings<string>({
		title: client.title,
		slots: 'one',
		async read() {
			const config = await ask('get_config', null, z.unknown());
			const parsed = configSchema.safeParse(config);
			if (parsed.success) return parsed.data.webhook_url;
			throw client.problem(
				'version',
				'This BSR has no setting for a webhook URL',
				'Webhooks came with BSR 2.12.0: update it.',
			);
		},
		write: async (webhookUrl) => {
			await ask('update_webhook_url', { webhookUrl }, z.unknown());
		},
		urls: (url) => [url],
		with: (_former, url) => url,
		without: (url, isOurs) => (isOurs(url) ? '' : url),
	});
}

const PAGE_SIZE = 50;
const MAX_PAGES = 200;

/** No recording is longer: what began this long before the time asked for ended before it. */
const LONGEST_RECORDING_MS = 3 * 24 * 3_600_000;

/** Longer than any platform's name. */
const LONGEST_PLATFORM = 200;

const recordSchema = z.looseObject({
	platform: z.string().max(LONGEST_PLATFORM),
	live_id: writtenId,
	room_id: writtenId,
	title: text,
	length: amount,
	size: amount,
	created_at: text,
});

const videoSchema = z.looseObject({
	file: z.string().refine(isPath),
	platform: text,
	room_id: id,
	title: text,
	length: amount,
	size: amount,
	created_at: text,
});

async function listAll(
	query: RecordingQuery,
	client: ApiClient,
	ask: Ask,
	listInfos: () => Promise<RecorderInfo[]>,
	wireId: (roomId: string, infos: readonly RecorderInfo[]) => string | number,
	listing: Listing,
): Promise<RecordingList> {
	const infos = await listInfos();
	const running = new Set(
		infos
			.filter((info) => roomOf(info).recording === true)
			.map(
				(info) =>
					`${roomOf(info).platform}/${roomOf(info).id}/${info.live_id ?? info.current_live_id}`,
			),
	);
	const isOfRoom = (platform: string | null | undefined, roomId: string | null): boolean =>
		query.room === null ||
		(query.room.id === roomId &&
			(query.room.platform === null || query.room.platform === platform));
	const recordings: ApiRecording[] = [];
	let isComplete = true;

	pages: for (let page = 0; ; page++) {
		if (page >= MAX_PAGES || listing.isSpent) {
			isComplete = false;
			break;
		}
		// '' stands for all rooms.
		const roomId = query.room === null ? '' : wireId(query.room.id, infos);
		const rows = await ask(
			'get_recent_record',
			{ roomId, offset: page * PAGE_SIZE, limit: PAGE_SIZE },
			list,
			{ listing },
		);
		for (const row of rows.slice(0, PAGE_SIZE)) {
			const record = recordSchema.safeParse(row);
			if (!record.success || !isOfRoom(record.data.platform, String(record.data.room_id))) continue;
			const archive = archiveOf(record.data, running);
			const startedAt = archive.startedAt === null ? null : Date.parse(archive.startedAt);
			// Newest first, by when they began.
			if (
				query.since !== null &&
				startedAt !== null &&
				startedAt < query.since - LONGEST_RECORDING_MS
			)
				break pages;
			if (isSince(archive, query)) recordings.push(archive);
			if (recordings.length > query.limit) break pages;
		}
		if (rows.length < PAGE_SIZE) break;
	}

	const videos = await ask('get_all_videos', {}, list, { maxBytes: MAX_LISTING_BYTES });
	await client.each(videos, (candidate) => {
		const video = videoSchema.safeParse(candidate);
		if (!video.success || !isOfRoom(video.data.platform, video.data.room_id)) return;
		const clip = clipOf(video.data);
		if (isSince(clip, query) && recordings.length <= query.limit) recordings.push(clip);
	});
	return {
		recordings: recordings.slice(0, query.limit),
		isComplete: isComplete && recordings.length <= query.limit,
	};
}

function isSince({ modifiedAt }: ApiRecording, { since }: RecordingQuery): boolean {
	return since === null || modifiedAt === null || Date.parse(modifiedAt) >= since;
}

/** An archive is a folder with a playlist; its row tells when it began and how long it is. */
function archiveOf(row: z.infer<typeof recordSchema>, running: ReadonlySet<string>): ApiRecording {
	const roomId = String(row.room_id);
	const sessionId = String(row.live_id);
	const key = `${row.platform}/${roomId}/${sessionId}`;
	const started = parseTimestamp(row.created_at ?? '');
	const ended = started === null || row.length === null ? null : started + row.length * 1000;
	return {
		type: 'archive',
		path: key,
		name: sessionId,
		sizeBytes: row.size,
		durationSeconds: row.length,
		startedAt: isoFromTimestamp(row.created_at),
		modifiedAt: ended === null ? null : isoTime(ended),
		state: running.has(key) ? 'recording' : 'finished',
		room: { id: roomId, platform: row.platform },
		title: row.title ?? null,
		sessionId,
		download: `cache/${key}/playlist.m3u8`,
	};
}

/** Rows of clips appear when the file is finished (APIS 3). */
function clipOf(row: z.infer<typeof videoSchema>): ApiRecording {
	return {
		type: 'clip',
		path: row.file,
		name: fileName(row.file),
		sizeBytes: row.size,
		durationSeconds: row.length,
		startedAt: null,
		modifiedAt: isoFromTimestamp(row.created_at),
		state: 'finished',
		room: { id: row.room_id, platform: row.platform ?? null },
		title: row.title ?? null,
		sessionId: null,
		download: `output/${row.file}`,
	};
}
