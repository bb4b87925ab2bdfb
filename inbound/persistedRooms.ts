import { z } from 'zod/v4';

import { type About, persistedAbout } from './about';
import type { KnownSession } from './roomSession';

/** What is known of a room. */
export interface RememberedRoom extends About {
	/** Oldest first. */
	readonly sessions: readonly KnownSession[];
	/** When what is known was so, milliseconds since 1970. */
	readonly at: number;
}

const text = z.string().nullable();

const remembered = persistedAbout.extend({
	sessions: z.array(
		z.object({
			id: text,
			startedAt: text,
			endedAt: text,
			begunAt: z.number(),
			overAt: z.number().nullable(),
		}),
	),
	at: z.number(),
});

/**
 * As 0.1.0 wrote it. It doesn't say when: whatever comes knows better, and of the session it named nobody knows whether it still
 * runs.
 */
const rememberedByFirst = persistedAbout
	.extend({ session: z.object({ id: text }) })
	.transform(({ room, streamer }): RememberedRoom => ({ room, streamer, sessions: [], at: 0 }));

const roomsSchema = z.array(
	z
		.tuple([z.string(), z.union([remembered, rememberedByFirst])])
		.nullable()
		.catch(null),
);

/** The rooms of a persisted text, by their keys; those of another form are left out. */
export function parseRooms(text: string): Array<readonly [string, RememberedRoom]> {
	try {
		const read = roomsSchema.safeParse(JSON.parse(text));
		return read.success ? read.data.filter((entry) => entry !== null) : [];
	} catch {
		return [];
	}
}
