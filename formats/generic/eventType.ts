import { z } from 'zod/v4';

import type { JsonObject } from '../json';
import { type EventKind, kindTitle } from '../recorderEvent';
import { buildBody } from './build';
import { everyEvent } from './schemas';

/** The whole body of one kind: what every event may have, and the block of its kind. */
export function eventSchema<K extends EventKind, S extends z.core.$ZodLooseShape>(
	kind: K,
	block: S,
) {
	return z.looseObject({ kind: z.literal(kind), ...everyEvent(), ...block });
}

const sampleRoom = { room: { id: 'studio', platform: 'mediamtx', title: 'Evening run' } };
const sampleSession = { session: { id: '1a7c3e5b' } };
/** The file of the samples. */
export const samplePath = '/recordings/studio/2026-08-08_20-00-03.mp4';

/** A sample that happened so many minutes into the evening. */
export function sample(kind: EventKind, minute: number, block: JsonObject = {}): JsonObject {
	const occurredAt = `2026-08-08T12:${String(minute).padStart(2, '0')}:03.120Z`;
	return { kind, id: `evening-${minute}`, occurredAt, ...sampleRoom, ...sampleSession, ...block };
}

/** What is the same for every kind: its name, its title, how it is written. */
export function named<K extends EventKind>(kind: K, description: string) {
	return { kind, title: kindTitle(kind), description, build: buildBody };
}
