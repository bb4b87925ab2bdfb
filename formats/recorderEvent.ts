import { z } from 'zod/v4';

import {
	change,
	clip,
	error,
	everyEvent,
	file,
	quality,
	recording,
	snapshot,
	storage,
	summary,
	vod,
} from './eventBlocks';

export type {
	Room,
	Streamer,
	Session,
	RoomState,
	RecordedFile,
	Clip,
	Vod,
	Snapshot,
	Quality,
	Storage,
	RoomChange,
	Recording,
	SessionSummary,
	EventWarning,
} from './eventBlocks';
export { unknownRoom, unknownStreamer, unknownSession, unknownState } from './eventBlocks';

/**
 * One vocabulary for all recorders: every trigger's item is a RecorderEvent, whichever recorder spoke.
 * The TypeScript types and the JSON Schemas (`__schema__`) come from the zod schemas on this page
 * and in eventBlocks.ts.
 */

/** The groups of kinds, in the order of a trigger's outputs. */
const groupTitles = {
	live: 'Live',
	recording: 'Recording',
	file: 'File',
	session: 'Session',
	clip: 'Clip',
	media: 'VOD and Snapshot',
	room: 'Room',
	app: 'Recorder App',
	trouble: 'Trouble',
	other: 'Other',
};

/** One kind of event: its group, its title, and the blocks that its items have beside those of every event. */
function kind<K extends string, S extends z.core.$ZodLooseShape>(
	name: K,
	group: keyof typeof groupTitles,
	title: string,
	blocks: S,
) {
	const schema = z.lazy(() => z.object({ kind: z.literal(name), ...everyEvent(), ...blocks }));
	return { name, group, title, blocks: Object.keys(blocks), schema };
}

/** Every kind of event, in the order in which they are listed to people. Whatever is told of kinds derives from this. */
const kinds = [
	kind('live.started', 'live', 'Live Started', {}),
	kind('live.ended', 'live', 'Live Ended', {}),
	kind('live.quality_reported', 'live', 'Quality Reported', { quality }),
	kind('recording.started', 'recording', 'Recording Started', { recording }),
	kind('recording.ended', 'recording', 'Recording Ended', { recording }),
	kind('recording.cancelled', 'recording', 'Recording Cancelled', { recording }),
	kind('recording.deleted', 'recording', 'Recording Deleted', { recording }),
	kind('file.opened', 'file', 'File Opened', { file }),
	kind('file.closed', 'file', 'File Closed', { file }),
	kind('file.processed', 'file', 'File Processed', { file }),
	kind('session.completed', 'session', 'Session Completed', { summary, recording }),
	kind('clip.created', 'clip', 'Clip Created', { clip }),
	kind('clip.deleted', 'clip', 'Clip Deleted', { clip }),
	kind('vod.created', 'media', 'VOD Created', { vod }),
	kind('vod.uploaded', 'media', 'VOD Uploaded', { vod }),
	kind('vod.transcoded', 'media', 'VOD Transcoded', { vod }),
	kind('snapshot.created', 'media', 'Snapshot Created', { snapshot }),
	kind('room.added', 'room', 'Room Added', {}),
	kind('room.removed', 'room', 'Room Removed', {}),
	kind('room.title_changed', 'room', 'Title Changed', { change }),
	kind('room.category_changed', 'room', 'Category Changed', { change }),
	kind('room.updated', 'room', 'Room Updated', { change }),
	kind('app.started', 'app', 'Recorder Started', {}),
	kind('app.stopped', 'app', 'Recorder Stopped', {}),
	kind('storage.low', 'trouble', 'Storage Low', { storage }),
	kind('error', 'trouble', 'Recorder Error', { error }),
	kind('unknown', 'other', 'Other Event', {}),
] as const;

type Kind = (typeof kinds)[number];

/** What happened, whoever says it. */
export type EventKind = Kind['name'];

/** One event of a given kind, as every trigger puts it out. */
export type EventOf<K extends EventKind> = z.infer<Extract<Kind, { name: K }>['schema']>;

/** One event of any recorder: a union discriminated on `kind`. */
export type RecorderEvent = z.infer<Kind['schema']>;

const [firstKind, ...otherKinds] = kinds;

/** The schema of one RecorderEvent of any kind. */
export const recorderEventSchema = z.lazy(() =>
	z.discriminatedUnion('kind', [firstKind.schema, ...otherKinds.map(({ schema }) => schema)]),
);

/** All kinds, in the order in which they are listed to people. */
export const eventKinds: readonly EventKind[] = kinds.map(({ name }) => name);

const kindsByName = new Map<EventKind, Kind>(kinds.map((each) => [each.name, each]));

function rowOf(name: EventKind): Kind {
	const row = kindsByName.get(name);
	if (row === undefined) throw new RangeError(`There is no kind '${name}'`);
	return row;
}

/** The schema of an item of one kind. */
export function schemaOfKind(name: EventKind): Kind['schema'] {
	return rowOf(name).schema;
}

/** A kind in words, e.g. `file.closed` -> `File Closed`. */
export function kindTitle(name: EventKind): string {
	return rowOf(name).title;
}

/** The blocks that only some kinds have, by their names in the item: `file` for every `file.*`. */
export function blocksOfKind(name: EventKind): readonly string[] {
	return rowOf(name).blocks;
}

/** A group of kinds: one output of a trigger that has an output per group. */
export interface EventGroup {
	readonly id: string;
	readonly title: string;
	readonly kinds: readonly EventKind[];
}

/** Every kind is in exactly one group; outputs follow this order. */
export const eventGroups: readonly EventGroup[] = Object.entries(groupTitles).map(
	([id, title]) => ({
		id,
		title,
		kinds: kinds.filter(({ group }) => group === id).map(({ name }) => name),
	}),
);
