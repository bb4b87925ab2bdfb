import type { Vod } from '../formats/recorderEvent';
import type { WebhookSettings } from './webhookSettings';

/** A room as people and other nodes name it. */
export interface RoomRef {
	readonly id: string;
	/** Where the recorder knows several platforms; null: the recorder's own, or bilibili. */
	readonly platform: string | null;
}

/** A room as the recorder's API tells of it. What it doesn't tell is null. */
export interface ApiRoom {
	readonly id: string;
	readonly shortId: string | null;
	readonly platform: string;
	readonly title: string | null;
	readonly streamer: { readonly id: string | null; readonly name: string | null };
	readonly url: string | null;
	readonly area: { readonly parent: string | null; readonly child: string | null };
	readonly live: boolean | null;
	readonly recording: boolean | null;
	/** Whether the recorder records the room by itself when it goes live. */
	readonly autoRecord: boolean | null;
	/** What is being recorded right now. */
	readonly current: CurrentFile | null;
}

/** The file that is being written: what tells one file from the next after a split. */
export interface CurrentFile {
	readonly path: string | null;
	readonly sizeBytes: number | null;
	readonly durationSeconds: number | null;
}

/** What a listed recording is. */
export type RecordingType = 'file' | 'archive' | 'clip' | 'vod';

/** One recording as the recorder's API lists it. */
export interface ApiRecording {
	readonly type: RecordingType;
	/** As the recorder's webhooks name it, where they do; the identity of a recording. */
	readonly path: string;
	readonly name: string;
	readonly sizeBytes: number | null;
	readonly durationSeconds: number | null;
	/** ISO 8601 UTC. */
	readonly startedAt: string | null;
	/** When it was last written to, ISO 8601 UTC; about when it was finished. */
	readonly modifiedAt: string | null;
	readonly state: 'recording' | 'processing' | 'finished' | 'unknown' | 'missing';
	readonly room: { readonly id: string | null; readonly platform: string | null };
	readonly title: string | null;
	/** The recorder's own id of the recording or its session, as its webhooks name that. */
	readonly sessionId: string | null;
	/** What is told of a recording that is watched on demand, and of no other. */
	readonly vod?: Pick<Vod, 'playlistUrl' | 'endedAt' | 'uploadedAt'>;
	/** What `recordingRequest` takes; null where it can't be downloaded. */
	readonly download: string | null;
}

/** A listing, and whether it is all there is. */
export interface RecordingList {
	readonly recordings: readonly ApiRecording[];
	/** False where a bound was met before everything was listed. */
	readonly isComplete: boolean;
}

/** What to list. */
export interface RecordingQuery {
	/** Only those of this room; null for all. */
	readonly room: RoomRef | null;
	/** Only those last written to since then, milliseconds since 1970; what has no time is listed. Null for all. */
	readonly since: number | null;
	/** As many as this at the most. */
	readonly limit: number;
	/** Only what is below this folder, where the recorder has folders; '' for all. */
	readonly folder: string;
}

/** The request that downloads a recording. */
export interface DownloadRequest {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly acceptsAnyCertificate: boolean;
}

/** What a recorder answers when asked who it is. */
export interface ApiCheck {
	readonly version: string | null;
	/** What its user should know although it answered; null where there is nothing. */
	readonly note: string | null;
}

/**
 * A recorder's own API. What a recorder can't do, its API doesn't have: every member but `check` may be missing, and each
 * recorder's type says which are there. Everything throws an `ApiProblem`, and nothing else; nothing is tried twice.
 */
export interface RecorderApi {
	/** One request that proves address and key. */
	check(): Promise<ApiCheck>;
	/** The webhook URLs the recorder calls. */
	readonly webhooks?: WebhookSettings;
	listRooms?(): Promise<readonly ApiRoom[]>;
	getRoom?(room: RoomRef): Promise<ApiRoom>;
	addRoom?(room: RoomRef, options: { readonly autoRecord: boolean }): Promise<ApiRoom>;
	removeRoom?(room: RoomRef): Promise<void>;
	/** Asks for it: what becomes of it is seen in `getRoom`. */
	startRecording?(room: RoomRef): Promise<void>;
	stopRecording?(room: RoomRef): Promise<void>;
	splitFile?(room: RoomRef): Promise<void>;
	listRecordings?(query: RecordingQuery): Promise<RecordingList>;
	/** Its listings don't say when anything was recorded. */
	readonly listsWithoutTimes?: true;
	/** How to download what a listing calls `download`, or a webhook calls the path. */
	recordingRequest?(path: string): Promise<DownloadRequest>;
	/** Removing a room deletes its recordings. */
	readonly removalDeletesRecordings?: true;
}

/** An API that has the given members. */
export type ApiWith<K extends keyof RecorderApi> = Pick<Required<RecorderApi>, K | 'check'>;
