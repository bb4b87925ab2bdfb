export interface NotedRequest {
	method: string;
	path: string;
	body: string;
	status: number | null;
}

export interface StandInFile {
	size: number;
	modified: number;
}

export class StandIn {
	requests: NotedRequest[];
	mood: null | 'cut' | 'page' | number;
	cutDownloadsAfter: number[];
	ahead: number;
	diesAt: { request: number; readonly isDone: boolean } | null;
	partsBeginAt: number | null;
	ignoresIfRange: boolean;
	fileHeaders: (headers: Record<string, string>, isPart: boolean) => Record<string, string>;
	files: Map<string, StandInFile>;
	url: string;
	start(): Promise<this>;
	stop(): Promise<void>;
}

export function contentOf(size: number, start?: number, end?: number): Buffer;

interface Optional {
	hasValue: boolean;
	value: unknown;
}

export class BililiveRecorderApi extends StandIn {
	login: { user: string; password: string } | null;
	hasFileBrowser: boolean;
	config: Record<string, Optional>;
	rooms: Map<number, Record<string, unknown>>;
	live: Set<number>;
	readonly webhooks: string[];
	addRoom(roomId: number, details?: object): void;
}

export class BlrecApi extends StandIn {
	apiKey: string | null;
	webhooks: Array<Record<string, unknown>>;
	tasks: Map<number, { videos: object[]; danmakus: object[]; data: Record<string, unknown> }>;
	unreachable: Set<number>;
	readonly isLockedOut: boolean;
	restart(): void;
	addTask(roomId: number, details?: object): void;
}

export class BsrApi extends StandIn {
	isReadonly: boolean;
	idsAreNumbers: boolean;
	token: string | null;
	webhookUrl: string;
	recorders: Array<Record<string, unknown>>;
	records: Array<Record<string, unknown>>;
	videos: Array<Record<string, unknown>>;
	addRecorder(platform: string, roomId: string, details?: object): void;
}

export class DdtvApi extends StandIn {
	keyId: string;
	secret: string;
	isLoginValid: boolean;
	recordingPath: string;
	rooms: Map<number, Record<string, unknown>>;
	addRoom(roomId: number, details?: object): void;
}

export class AodianyunApi extends StandIn {
	apiKey: string;
	webhook: {
		url: string;
		content_type: string;
		secret: string;
		event: Record<string, unknown>;
	} | null;
	vods: Record<string, object[]>;
	remaining: number;
	now: () => number;
}
