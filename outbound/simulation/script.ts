import { describeFile, recordingOf } from '../../formats/payload';
import { withExtension } from '../../formats/paths';
import type { EventKind, RecordedFile } from '../../formats/recorderEvent';
import type { Random } from '../random';
import type { Cast } from './cast';
import { isoAt, type SessionPlan } from './plan';

/** One thing that happens in a session. */
export interface Scene {
	readonly kind: EventKind;
	/** Seconds since the stream started. */
	readonly second: number;
	readonly note: string;
	readonly details: Readonly<Record<string, unknown>>;
	/** Not said by a recorder that has no word for it. */
	readonly title?: string;
}

/** How long after the stream's start a recorder notices, connects and opens its first file. */
const SECONDS_TO_RECORDING = 6;
const SECONDS_TO_FIRST_FILE = 8;

/** All that happens in a session, whether or not a format has words for it. */
export function script(cast: Cast, plan: SessionPlan, random: Random): Scene[] {
	const scenes: Scene[] = [
		{ kind: 'live.started', second: 0, note: 'The stream starts', details: {} },
		{
			kind: 'recording.started',
			second: SECONDS_TO_RECORDING,
			note: 'The recording starts',
			details: { recording: recordingOf() },
		},
	];
	const paths: string[] = [];
	let totalBytes = 0;
	let openedAt = SECONDS_TO_FIRST_FILE;
	for (let index = 1; index <= plan.files; index++) {
		const seconds = round(plan.fileSeconds * (0.97 + 0.06 * random.next()), 3);
		const closedAt = openedAt + seconds;
		const sizeBytes = Math.round(seconds * BYTES_PER_SECOND * (0.9 + 0.2 * random.next()));
		const path = pathOfFile(cast, plan, index, openedAt);
		const times = { openedAt: isoAt(plan, openedAt) };
		const closed = { closedAt: isoAt(plan, closedAt), sizeBytes, durationSeconds: seconds };
		const which = `file ${index} of ${plan.files}`;
		scenes.push(
			{
				kind: 'file.opened',
				second: openedAt,
				note: `Opens ${which}`,
				details: { file: fileBlock(path, times) },
			},
			{
				kind: 'file.closed',
				second: closedAt,
				note: `Closes ${which}`,
				details: { file: fileBlock(path, { ...times, ...closed }) },
			},
			{
				kind: 'file.processed',
				second: closedAt + 3,
				note: `Has processed ${which}`,
				details: { file: processedFile(cast, path, { ...times, ...closed }) },
			},
			{
				kind: 'snapshot.created',
				second: openedAt + seconds / 2,
				note: `Takes a snapshot during ${which}`,
				details: {},
			},
		);
		paths.push(path);
		totalBytes += sizeBytes;
		openedAt = closedAt + 0.02;
	}
	const endsAt = openedAt + 1;
	const titleChangesAt = SECONDS_TO_FIRST_FILE + (endsAt - SECONDS_TO_FIRST_FILE) * 0.4;
	const newTitle = `${cast.room.title ?? 'Live'} (2)`;
	const area = cast.room.area;
	scenes.push(
		{
			kind: 'room.title_changed',
			second: titleChangesAt,
			note: 'The title changes',
			title: newTitle,
			details: {
				change: {
					before: { title: cast.room.title, area },
					after: { title: newTitle, area },
				},
			},
		},
		{
			kind: 'room.updated',
			second: titleChangesAt,
			note: 'The room changes',
			title: newTitle,
			details: {
				change: {
					before: { title: cast.room.title, area },
					after: { title: newTitle, area },
				},
			},
		},
		{
			kind: 'live.quality_reported',
			second: titleChangesAt / 2,
			note: 'The quality is reported',
			details: {},
		},
		{
			kind: 'recording.ended',
			second: endsAt,
			note: 'The recording ends',
			details: {
				recording: recordingOf({
					paths,
					sizeBytes: totalBytes,
					durationSeconds: round(endsAt - SECONDS_TO_RECORDING, 3),
				}),
			},
		},
		{ kind: 'live.ended', second: endsAt + 2, note: 'The stream ends', details: {} },
		{ kind: 'vod.created', second: endsAt + 20, note: 'The recording can be watched', details: {} },
	);
	return scenes.map((scene) =>
		scene.second > titleChangesAt ? { title: newTitle, ...scene } : scene,
	);
}

/** 6 Mbit/s, a usual bitrate for 1080p. */
const BYTES_PER_SECOND = 750_000;

function fileBlock(path: string, known: Partial<RecordedFile>): RecordedFile {
	return describeFile(path, { role: 'video', ...known });
}

/** The file after processing: another one beside the original, where the format's sample shows two. */
function processedFile(cast: Cast, path: string, known: Partial<RecordedFile>): RecordedFile {
	const example = cast.examples.get('file.processed');
	if (example?.kind !== 'file.processed' || example.file.sourcePath === null) {
		return fileBlock(path, known);
	}
	const processedPath = withExtension(path, example.file.extension);
	return fileBlock(processedPath, { ...known, sourcePath: path });
}

function pathOfFile(cast: Cast, plan: SessionPlan, index: number, second: number): string {
	const { examplePath, room, streamer } = cast;
	const separator = examplePath.includes('\\') ? '\\' : '/';
	const parts = examplePath.split(/[\\/]/);
	const extension = /\.[^.]*$/.exec(parts.at(-1) ?? '')?.[0] ?? '.flv';
	const root = parts.slice(0, -2);
	const opened = new Date(plan.startsAt + second * 1000 + plan.utcOffsetMinutes * 60_000);
	const [date = '', time = ''] = opened.toISOString().slice(0, 19).replace(/[-:]/g, '').split('T');
	const owner = fit(streamer.name === null ? `${room.id}` : `${room.id}-${streamer.name}`);
	const name = fit(`${room.id}-${date}-${time}-${String(index).padStart(3, '0')}`);
	return [...root, owner, `${name}${extension}`].join(separator);
}

/** What can be a file's name on every system. */
function fit(name: string): string {
	return name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_');
}

function round(value: number, digits: number): number {
	return Math.round(value * 10 ** digits) / 10 ** digits;
}
