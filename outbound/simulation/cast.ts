import { livePageUrl } from '../../formats/payload';
import {
	type EventKind,
	type RecorderEvent,
	type Room,
	type Streamer,
	unknownRoom,
	unknownStreamer,
} from '../../formats/recorderEvent';
import type { RecorderFormat } from '../../formats/recorderFormat';
import { sampleEvent } from '../freshSample';
import type { Random } from '../random';
import type { SessionPlan } from './plan';

/** Who and where: the same in every event of a session. */
export interface Cast {
	readonly room: Room;
	readonly streamer: Streamer;
	readonly sessionId: string | null;
	/** A file path from the format's samples: its folder, separators and extension are kept. */
	readonly examplePath: string;
	/** By kind, what the format's samples say beside all that. */
	readonly examples: ReadonlyMap<EventKind, RecorderEvent>;
}

const FALLBACK_PATH = 'recordings/live.flv';

/** The cast of a plan; what the plan leaves open is as in the format's samples. */
export function castOf(format: RecorderFormat, plan: SessionPlan, random: Random): Cast {
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
