import { z } from 'zod/v4';

import type { RecorderEvent, Room, Streamer } from '../formats/recorderEvent';
import { onItsOwn } from './onItsOwn';

/** Who something is of. */
export interface About {
	readonly room: Room;
	readonly streamer: Streamer;
}

/*
 * What strangers send is remembered: what is longer than anybody's is not taken over. Characters.
 */
export const MAX_ID_LENGTH = 256;
export const MAX_TEXT_LENGTH = 1_024;
export const MAX_URL_LENGTH = 2_048;

/** The text to be remembered, or null where it is longer than is remembered. */
export function within(text: string | null, length: number): string | null {
	return text === null || text.length > length ? null : onItsOwn(text);
}

/** Room and streamer of an event, to be kept: copies, without what is too long to be kept. */
export function aboutOf({ room, streamer }: Pick<RecorderEvent, 'room' | 'streamer'>): About {
	return {
		room: {
			id: within(room.id, MAX_ID_LENGTH),
			shortId: within(room.shortId, MAX_ID_LENGTH),
			platform: within(room.platform, MAX_ID_LENGTH),
			title: within(room.title, MAX_TEXT_LENGTH),
			url: within(room.url, MAX_URL_LENGTH),
			coverUrl: within(room.coverUrl, MAX_URL_LENGTH),
			area: {
				parent: within(room.area.parent, MAX_TEXT_LENGTH),
				child: within(room.area.child, MAX_TEXT_LENGTH),
			},
		},
		streamer: {
			id: within(streamer.id, MAX_ID_LENGTH),
			name: within(streamer.name, MAX_TEXT_LENGTH),
			avatarUrl: within(streamer.avatarUrl, MAX_URL_LENGTH),
		},
	};
}

const text = z
	.string()
	.nullish()
	.transform((value) => value ?? null);

/** Room and streamer as they were persisted; what isn't there is not known. */
export const persistedAbout = z.object({
	room: z.object({
		id: text,
		shortId: text,
		platform: text,
		title: text,
		url: text,
		coverUrl: text,
		area: z.object({ parent: text, child: text }),
	}),
	streamer: z.object({ id: text, name: text, avatarUrl: text }),
});
