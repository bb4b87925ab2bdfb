import type { JsonObject } from '../formats/json';
import { describeFile, livePageUrl } from '../formats/payload';
import { unmappedPaths, withExtension } from '../formats/paths';
import {
	type EventKind,
	type RecordedFile,
	type RecorderEvent,
	recorderEventSchema,
	type Room,
	type Session,
	type Streamer,
	unknownRoom,
	unknownSession,
	unknownStreamer,
} from '../formats/recorderEvent';
import type { RecorderFormat } from '../formats/recorderFormat';
import { sampleEvent } from './freshSample';
import { createRandom, type Random } from './random';

/** The session a user wants to see. What is null is as in the format's samples. */
export interface SessionPlan {
	readonly roomId: string | null;
	readonly streamerName: string | null;
	readonly title: string | null;
	/** How many files the recording is split into. */
	readonly files: number;
	/** How long each file is, in the session's own time. */
	readonly fileSeconds: number;
	/** How long to wait between two events when they are sent: a session of hours in a minute. */
	readonly secondsBetweenEvents: number;
	/** The same seed and start give the same session. */
	readonly seed: string;
	/** When the stream starts, milliseconds since 1970. */
	readonly startsAt: number;
	readonly utcOffsetMinutes: number;
	/** Neighbouring events may change places, as recorders that send each from a task of its own let happen. */
	readonly shuffle: boolean;
	/** How many in a hundred events come a second time, unchanged. */
	readonly repeatPercent: number;
	/** How many in a hundred events come again as the recorder's next attempt, as after a lost answer. */
	readonly retryPercent: number;
	/** How many in a hundred events never come. */
	readonly lossPercent: number;
}

/** One request of a simulated session. */
export interface SimulatedRequest {
	/** The wait before it. */
	readonly delaySeconds: number;
	readonly format: string;
	readonly nativeType: string;
	readonly kind: EventKind;
	readonly body: JsonObject;
	/** The same for every delivery of the event. */
	readonly identity: string;
	/** What it is in the session, in words. */
	readonly note: string;
}

/** A session as a receiver gets to see it. */
export interface SimulatedSession {
	readonly requests: readonly SimulatedRequest[];
	/** The notes of events that were lost on the way. */
	readonly lost: readonly string[];
}

/** One thing that happens in a session. */
interface Scene {
	readonly kind: EventKind;
	/** Seconds since the stream started. */
	readonly second: number;
	readonly note: string;
	readonly details: Readonly<Record<string, unknown>>;
	/** Not said by a recorder that has no word for it. */
	readonly title?: string;
}

/**
 * A whole session in a format's own words: the stream starts, files are opened and closed, the title changes, the stream
 * ends. What the format has no event for is left out. Nothing here is written per recorder: what a plan leaves open
 * (platform, area, session ids, paths) is as in the format's samples.
 */
export function simulate(format: RecorderFormat, plan: SessionPlan): SimulatedSession {
	const random = createRandom(plan.seed);
	const cast = castOf(format, plan, random);
	const told = script(cast, plan, random)
		.sort((a, b) => a.second - b.second)
		.flatMap((scene) => tell(format, plan, cast, scene, random));
	return deliverAsPlanned(format, told, plan, random);
}

/** Who and where: the same in every event of a session. */
interface Cast {
	readonly room: Room;
	readonly streamer: Streamer;
	readonly sessionId: string | null;
	/** A file path from the format's samples: its folder, separators and extension are kept. */
	readonly examplePath: string;
	/** By kind, what the format's samples say beside all that. */
	readonly examples: ReadonlyMap<EventKind, RecorderEvent>;
}

const FALLBACK_PATH = 'recordings/live.flv';

function castOf(format: RecorderFormat, plan: SessionPlan, random: Random): Cast {
	const examples = new Map<EventKind, RecorderEvent>();
	for (const { samples } of format.events.values()) {
		for (const sample of samples) {
			const event = sampleEvent(format, sample);
			if (event !== null && !examples.has(event.kind)) examples.set(event.kind, event);
		}
	}
	const events = [...examples.values()];
	const example = events.find(({ room }) => room.title !== null) ?? events[0];
	const room = example?.room ?? unknownRoom;
	const roomId = plan.roomId ?? room.id ?? '23058';
	const isOther = roomId !== room.id;
	const sessionId = events.find(({ session }) => session.id !== null)?.session.id ?? null;
	const paths = events.flatMap((event) =>
		'file' in event && event.file.role === 'video' ? [event.file.path] : [],
	);
	return {
		room: {
			...room,
			id: roomId,
			shortId: isOther ? null : room.shortId,
			coverUrl: isOther ? null : room.coverUrl,
			title: plan.title ?? room.title,
			url: isOther ? livePageUrl(room.platform, roomId) : room.url,
		},
		streamer: {
			...(example?.streamer ?? unknownStreamer),
			...(plan.streamerName === null ? {} : { name: plan.streamerName }),
		},
		sessionId: sessionId === null ? null : likeExample(sessionId, plan.startsAt, random),
		examplePath: paths[0] ?? FALLBACK_PATH,
		examples,
	};
}

/** An id of the same making: a UUID, Unix seconds or milliseconds; an id that is a name stays as it is. */
function likeExample(example: string, time: number, random: Random): string {
	if (/^\d{13}$/.test(example)) return String(time);
	if (/^\d{10}$/.test(example)) return String(Math.trunc(time / 1000));
	return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(example) ? random.uuid() : example;
}

/** How long after the stream's start a recorder notices, connects and opens its first file. */
const SECONDS_TO_RECORDING = 6;
const SECONDS_TO_FIRST_FILE = 8;

function script(cast: Cast, plan: SessionPlan, random: Random): Scene[] {
	const scenes: Scene[] = [
		{ kind: 'live.started', second: 0, note: 'The stream starts', details: {} },
		{
			kind: 'recording.started',
			second: SECONDS_TO_RECORDING,
			note: 'The recording starts',
			details: { recording: { paths: [], sizeBytes: null, durationSeconds: null } },
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
				recording: {
					paths,
					sizeBytes: totalBytes,
					durationSeconds: round(endsAt - SECONDS_TO_RECORDING, 3),
				},
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
	return describeFile(path, unmappedPaths, { role: 'video', ...known });
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

function isoAt(plan: SessionPlan, second: number): string {
	return new Date(plan.startsAt + Math.round(second * 1000)).toISOString();
}

function round(value: number, digits: number): number {
	return Math.round(value * 10 ** digits) / 10 ** digits;
}

/** A request without its place in the schedule. */
type Told = Omit<SimulatedRequest, 'delaySeconds'>;

/** A scene in the format's words, or nothing where it has none. */
function tell(
	format: RecorderFormat,
	plan: SessionPlan,
	cast: Cast,
	scene: Scene,
	random: Random,
): Told[] {
	// Drawn for every scene, told or not, so that formats don't differ in what follows.
	const id = random.uuid();
	const example = cast.examples.get(scene.kind);
	if (example === undefined) return [];
	const occurredAt = isoAt(plan, scene.second);
	const session: Session = {
		...unknownSession,
		id: cast.sessionId,
		startedAt: isoAt(plan, 0),
	};
	const candidate = recorderEventSchema.safeParse({
		...movedTo(example, plan, scene),
		kind: scene.kind,
		id,
		occurredAt,
		receivedAt: occurredAt,
		room: { ...cast.room, title: scene.title ?? cast.room.title },
		streamer: cast.streamer,
		session,
		warnings: [],
		remembered: [],
		raw: {},
		...scene.details,
	});
	if (!candidate.success) return [];
	const built = format.build(candidate.data, { utcOffsetMinutes: plan.utcOffsetMinutes });
	if (!built.ok) return [];
	const parsed = format.parse(built.body);
	if (parsed.status === 'invalid') return [];
	return [
		{
			format: format.id,
			nativeType: built.nativeType,
			kind: parsed.kind,
			body: built.body,
			identity: parsed.identity,
			note: scene.note,
		},
	];
}

/** The example's own block (snapshot, vod, quality), its times moved into the session. */
function movedTo(example: RecorderEvent, plan: SessionPlan, scene: Scene): Record<string, unknown> {
	const at = isoAt(plan, scene.second);
	switch (example.kind) {
		case 'snapshot.created':
			return {
				...example,
				snapshot: { ...example.snapshot, startedAt: isoAt(plan, 0), endedAt: at, uploadedAt: at },
			};
		case 'vod.created':
			return {
				...example,
				vod: { ...example.vod, startedAt: isoAt(plan, 0), endedAt: at, uploadedAt: at },
			};
		default:
			return { ...example };
	}
}

/** Puts the story on the wire: out of order, twice, or not at all, where the plan says so. */
function deliverAsPlanned(
	format: RecorderFormat,
	told: readonly Told[],
	plan: SessionPlan,
	random: Random,
): SimulatedSession {
	const ordered = plan.shuffle ? shuffledNearby(told, random) : told;
	const gap = plan.secondsBetweenEvents;
	const requests: SimulatedRequest[] = [];
	const lost: string[] = [];
	for (const request of ordered) {
		const isHit = (percent: number) => random.next() * 100 < percent;
		const [isLost, isRepeated, isRetried] = [
			isHit(plan.lossPercent),
			isHit(plan.repeatPercent),
			isHit(plan.retryPercent),
		];
		if (isLost) {
			lost.push(request.note);
			continue;
		}
		requests.push({ ...request, delaySeconds: requests.length === 0 ? 0 : gap });
		if (isRepeated) {
			requests.push({ ...request, delaySeconds: 0, note: `${request.note} (repeated)` });
		}
		if (isRetried) {
			const body = format.delivery.bodyOfAttempt?.(request.body, 2) ?? request.body;
			const wait = Math.min(gap, format.delivery.waitsSeconds[0] ?? 0);
			const note = `${request.note} (second attempt)`;
			requests.push({ ...request, body, delaySeconds: wait, note });
		}
	}
	return { requests, lost };
}

/** Each event may move a few places: what concurrent requests do to an order, not a new order altogether. */
function shuffledNearby<T>(events: readonly T[], random: Random): T[] {
	return events
		.map((event, index) => ({ event, place: index + random.next() * 3 }))
		.sort((a, b) => a.place - b.place)
		.map(({ event }) => event);
}
