import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { ConnectedRecorder } from '../../../../apis/connect';
import type { ApiRoom } from '../../../../apis/recorderApi';
import { itemsOf, type Outcome } from '../operation';

const text = z.string().nullable();
const amount = z.number().nullable();

/** A room, as operations put it out. */
export const roomOutput = z.lazy(() =>
	z.object({
		recorder: z.string(),
		id: z.string().describe('Room id, as text'),
		shortId: text,
		platform: z.string(),
		title: text,
		url: text,
		streamer: z.object({ id: text, name: text }),
		area: z.object({ parent: text, child: text }),
		live: z
			.boolean()
			.nullable()
			.describe('Whether the room is live; null where the recorder does not tell'),
		recording: z.boolean().nullable(),
		autoRecord: z
			.boolean()
			.nullable()
			.describe('Whether it is recorded by itself when it goes live'),
		current: z
			.object({ path: text, sizeBytes: amount, durationSeconds: amount })
			.nullable()
			.describe('The file that is being written'),
	}),
);

/** A room as an item. */
export function roomItem({ id: recorder }: ConnectedRecorder, room: ApiRoom): IDataObject {
	const { id, shortId, platform, title, url, streamer, area, live, recording, autoRecord } = room;
	return {
		recorder,
		id,
		shortId,
		platform,
		title,
		url,
		streamer: { ...streamer },
		area: { ...area },
		live,
		recording,
		autoRecord,
		current: room.current === null ? null : { ...room.current },
	};
}

/** One room as the outcome of an item. */
export function oneRoom(
	recorder: ConnectedRecorder,
	room: ApiRoom,
	more: IDataObject = {},
): Outcome {
	return itemsOf([{ ...roomItem(recorder, room), ...more }]);
}
