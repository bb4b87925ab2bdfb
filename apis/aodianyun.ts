import { z } from 'zod/v4';

import { isJsonObject, type JsonObject, type JsonValue } from '../formats/json';
import { fileName } from '../formats/paths';
import { isoFromUnixSeconds } from '../formats/time';
import { createClient } from './client';
import { acceptsAnyCertificate, baseUrlOf, type ConnectionFields, field } from './connection';
import type { ApiAnswer, ApiHttp } from './http';
import { amount, text } from './lenient';
import { isPath, Listing } from './listing';
import { ApiProblem } from './problem';
import type { ApiRecording, ApiWith, RecordingList, RecordingQuery } from './recorderApi';
import type { ApiTools } from './tools';
import { webhookSettings, type WebhookSettings } from './webhookSettings';

export type AodianyunApi = ApiWith<'webhooks' | 'listRecordings' | 'recordingRequest'>;

/** The types of event that its webhook can send (FACTS 4). */
const EVENT_TYPES = [
	'sys/notify/lss',
	'sys/notify/lss_fluency',
	'sys/notify/live_dvr',
	'sys/notify/live_dvr_preview_image',
	'sys/notify/upload_dvr',
];

/** `Flag` of a call that worked; every other value is a refusal, with HTTP 200 (APIS 5). */
const SUCCESS = 100;

/** The API of Aodianyun's finance platform (APIS 5). Fields: url, apiKey, adminId. */
export function aodianyunApi(
	fields: ConnectionFields,
	http: ApiHttp,
	tools: ApiTools = {},
): AodianyunApi {
	const { pace, now = Date.now } = tools;
	const apiKey = field(fields, 'apiKey');
	const adminId = idOf(field(fields, 'adminId'));
	const client = createClient(
		{
			title: 'Aodianyun',
			baseUrl: baseUrlOf(fields, 'https://58jinrongyun.com'),
			// Literally, without a scheme (APIS 5).
			headers: { Authorization: `dyyadmin:${apiKey}` },
			secrets: [apiKey],
			acceptsAnyCertificate: acceptsAnyCertificate(fields),
			problemOf,
		},
		async (request) => {
			await pace?.turn();
			return await http(request);
		},
		tools,
	);
	const ask: Ask = async (name, parameters, listing) => {
		const answer = await client.read(
			{
				method: 'POST',
				path: `/api/${name}`,
				json: parameters,
				...(listing === undefined ? {} : { listing }),
			},
			answerSchema,
		);
		if (Number(answer.Flag) === SUCCESS) return answer;
		throw client.problem(
			'refused',
			`Aodianyun refused: ${(answer.FlagString ?? '').slice(0, 200)} (${String(answer.Flag)})`,
			'Check Admin ID, and what the key may do.',
		);
	};

	return {
		async check() {
			// The cheapest call that a key is needed for.
			await client.identify(
				async () =>
					await ask(
						'RoomVideo/getRoomDvrList',
						listParameters(adminId, now(), null, '7DayDvrList', 1, 1),
					),
			);
			return { version: null, note: null };
		},
		webhooks: webhooksOf(ask, adminId),
		listRecordings: async (query) => await listVods(query, ask, adminId, now(), new Listing(now)),
		async recordingRequest(url) {
			if (!/^https?:\/\//i.test(url)) {
				throw client.problem(
					'setting',
					`'${url.slice(0, 200)}' is no URL of a recording`,
					'Give Download as Recording: Get Many lists it.',
				);
			}
			// A CDN's, which the key is none of the business of.
			return { url, headers: {}, acceptsAnyCertificate: false };
		},
	};
}

/** Ids are numbers there (APIS 5). */
function idOf(text: string): JsonValue {
	const number = Number(text);
	return /^\d+$/.test(text) && Number.isSafeInteger(number) ? number : text;
}

function problemOf({ status, headers }: ApiAnswer): ApiProblem | null {
	if (status === 401) {
		return new ApiProblem(
			'key',
			'Aodianyun does not accept the API key: it is wrong, has run out or may not do this',
			'Ask the vendor for a valid key.',
			status,
		);
	}
	if (status !== 403) return null;
	// Refused, or more than 100 calls a minute (APIS 5).
	return headers['x-ratelimit-remaining'] === '0'
		? new ApiProblem(
				'refused',
				'Aodianyun takes no more calls for now: 100 a minute are allowed',
				'Try again in a minute.',
				status,
			)
		: new ApiProblem('key', 'Aodianyun refuses access', 'Check what the API key may do.', status);
}

const answerSchema = z.lazy(() =>
	z.looseObject({
		Flag: z.union([z.number(), z.string()]),
		FlagString: text,
		Info: z.unknown(),
		rows: z.array(z.unknown()).nullish().catch(null),
	}),
);

type Ask = (
	name: string,
	parameters: JsonObject,
	listing?: Listing,
) => Promise<z.infer<typeof answerSchema>>;

interface WebhookConfig {
	readonly url: string;
	readonly content_type: string;
	readonly secret: string;
	readonly event: JsonObject;
}

/** Required is what would be lost if it were written back without it. */
const configSchema = z.lazy(() =>
	z.looseObject({
		url: z.string().nullish(),
		content_type: z.string().nullish(),
		secret: z.string().nullish(),
		event: z.preprocess(filled, z.custom<JsonObject>(isJsonObject).nullish()),
	}),
);

/** PHP writes an empty map as an empty list. */
function filled(value: unknown): unknown {
	return Array.isArray(value) && value.length === 0 ? {} : value;
}

function webhooksOf(ask: Ask, adminId: JsonValue): WebhookSettings {
	return webhookSettings<WebhookConfig>({
		title: 'Aodianyun',
		slots: 'one',
		async read() {
			const { Info: info } = await ask('AdminAssist/getWebHookConfig', { admin_id: adminId });
			const parsed = configSchema.safeParse(filled(info ?? {}));
			if (!parsed.success) {
				throw new ApiProblem(
					'version',
					'The webhook settings of Aodianyun cannot be read, and are left alone',
					'Set the URL by hand.',
				);
			}
			const { url, content_type: contentType, secret, event } = parsed.data;
			return {
				url: url ?? '',
				content_type: contentType ?? '',
				secret: secret ?? '',
				event: event ?? {},
			};
		},
		write: async (config) => {
			await ask('AdminAssist/setWebHookConfig', { admin_id: adminId, ...config });
		},
		urls: ({ url }) => [url],
		with: (config, url) => ({
			...config,
			url,
			content_type: config.content_type === '' ? 'application/json' : config.content_type,
			event:
				Object.keys(config.event).length > 0
					? config.event
					: Object.fromEntries(EVENT_TYPES.map((type) => [type, 1])),
		}),
		without: (config, isOurs) => (isOurs(config.url) ? { ...config, url: '' } : config),
	});
}

/** Three lists, each to be asked for itself; the first keeps a recording for seven days (APIS 5). */
const LISTS = ['7DayDvrList', 'DvrList', 'UploadVodList'];
const PAGE_SIZE = 100;
const MAX_PAGES = 50;

const vodSchema = z.lazy(() =>
	z.looseObject({
		url: z.string().refine(isPath),
		m3u8: text,
		title: text,
		size: amount,
		duration: amount,
		start: amount,
		end: amount,
		uptime: amount,
		filemtime: amount,
		app: text,
		stream: text,
		is_living: z.unknown(),
	}),
);

function listParameters(
	adminId: JsonValue,
	now: number,
	since: number | null,
	type: string,
	size: number,
	page: number,
): JsonObject {
	const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
	return {
		admin_id: adminId,
		room_id: 0,
		uptime: [since === null ? 0 : seconds(since), seconds(now) + 86_400],
		num: size,
		page,
		type,
	};
}

async function listVods(
	query: RecordingQuery,
	ask: Ask,
	adminId: JsonValue,
	now: number,
	listing: Listing,
): Promise<RecordingList> {
	/** `url` is the identity: a recording may stand in two lists. */
	const recordings = new Map<string, ApiRecording>();
	for (const type of LISTS) {
		for (let page = 1; ; page++) {
			if (page > MAX_PAGES || listing.isSpent || recordings.size >= query.limit) {
				return { recordings: [...recordings.values()].slice(0, query.limit), isComplete: false };
			}
			const parameters = listParameters(adminId, now, query.since, type, PAGE_SIZE, page);
			const room = query.room === null ? {} : { room_id: idOf(query.room.id) };
			const asked = { ...parameters, ...room };
			const rows = (await ask('RoomVideo/getRoomDvrList', asked, listing)).rows ?? [];
			for (const row of rows.slice(0, PAGE_SIZE)) {
				const parsed = vodSchema.safeParse(row);
				if (parsed.success) recordings.set(parsed.data.url, recordingOf(parsed.data, query));
			}
			// There is no total (APIS 5).
			if (rows.length < PAGE_SIZE) break;
		}
	}
	return {
		recordings: [...recordings.values()].slice(0, query.limit),
		isComplete: recordings.size <= query.limit,
	};
}

function recordingOf(row: z.infer<typeof vodSchema>, { room }: RecordingQuery): ApiRecording {
	const isLiving = [1, '1', true, 'true'].some((yes) => row.is_living === yes);
	return {
		type: 'vod',
		path: row.url,
		name: row.title ?? fileName(row.url),
		sizeBytes: row.size,
		durationSeconds: row.duration,
		startedAt: isoFromUnixSeconds(row.start),
		modifiedAt: isoFromUnixSeconds(row.uptime ?? row.end),
		state: isLiving ? 'recording' : 'finished',
		// Asked for by room, the rows are that room's; else they don't say.
		room: { id: room?.id ?? null, platform: 'aodianyun' },
		title: row.title ?? null,
		sessionId: streamOf(row),
		vod: {
			playlistUrl: row.m3u8 ?? null,
			endedAt: isoFromUnixSeconds(row.end),
			uploadedAt: isoFromUnixSeconds(row.uptime),
		},
		download: row.url,
	};
}

/** As its events name a broadcast: by app and stream. */
function streamOf({ app, stream }: z.infer<typeof vodSchema>): string | null {
	if (stream === null || stream === undefined || stream === '') return null;
	return app === null || app === undefined || app === '' ? stream : `${app}/${stream}`;
}
