import type { JsonObject } from '../json';
import { describeFile, idOrNull, textOrNull } from '../payload';
import type { RecordedFile, RecorderEvent, Room, Session } from '../recorderEvent';

export const DEFAULT_VHOST = '__defaultVhost__';

interface StreamNames {
	readonly vhost?: string | null | undefined;
	readonly app?: string | null | undefined;
	readonly stream?: string | null | undefined;
	readonly stream_url?: string | null | undefined;
}

/**
 * A stream is a room. Its id is `app/stream`, on another than the default vhost `vhost/app/stream`: the stream_url of SRS 5
 * without its slash, put together for the versions that don't send it. Viewers of HLS have `.m3u8` in `stream` only.
 */
export function describeRoom({
	vhost,
	app,
	stream: name,
	stream_url: url,
}: StreamNames): Partial<Room> {
	const known = textOrNull(url);
	if (known !== null) return { id: known.replace(/^\//, '') };
	if (textOrNull(name) === null) return {};
	const parts = [vhost === DEFAULT_VHOST ? null : vhost, app, name];
	return {
		id: parts
			.map(textOrNull)
			.filter((part) => part !== null)
			.join('/'),
	};
}

/** The publisher's connection is what a live and its files have in common. */
export function describeSession(clientId: string | number | null | undefined): Partial<Session> {
	return { id: idOrNull(clientId) };
}

/** A recorded file; SRS writes it relative to its work folder where the configuration does. */
export function describeRecording(
	{ cwd: folder, file }: { cwd?: string | null | undefined; file: string },
	known: Partial<RecordedFile> = {},
): RecordedFile {
	return describeFile(absolutePath(textOrNull(folder), file), { role: 'video', ...known });
}

const ABSOLUTE = /^(?:[\\/]|[A-Za-z]:)/;

export function absolutePath(folder: string | null, path: string): string {
	if (folder === null || ABSOLUTE.test(path)) return path;
	return `${folder.replace(/\/$/, '')}/${path.replace(/^(?:\.\/)+/, '')}`;
}

/** A hook about the stream of an event, in the order of the wire. Null where no stream is named. */
export function buildHook(
	action: string,
	{ room, session, id }: RecorderEvent,
	members: JsonObject = {},
): JsonObject | null {
	const parts = (room.id ?? '').split('/');
	const name = parts.at(-1);
	if (room.id === null || name === undefined || name === '') return null;
	// An application may have slashes in its name, and a vhost is the name of a host.
	const hasVhost = parts.length > 2 && parts[0]?.includes('.') === true;
	return {
		server_id: '',
		service_id: '',
		action,
		client_id: session.id ?? id,
		ip: '',
		vhost: hasVhost ? (parts[0] ?? '') : DEFAULT_VHOST,
		app: parts.slice(hasVhost ? 1 : 0, -1).join('/'),
		tcUrl: '',
		stream: name,
		param: '',
		...members,
		stream_url: hasVhost ? room.id : `/${room.id}`,
		stream_id: '',
	};
}
