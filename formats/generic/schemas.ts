import { z } from 'zod/v4';

import { isTimestamp } from '../time';

/*
 * The members of a RecorderEvent as a sender says them, of which only the kind, and the path of a file or clip, must be there. A
 * form has text for everything, so numbers and times are taken as text, too, and '' says nothing.
 *
 * Functions, so that nothing is made before the first event of its kind comes.
 */

/** Digits with or without a fraction, or nothing. */
export const NUMBER = /^(?:\d+(?:\.\d+)?)?$/;

const text = () => z.string().nullish();

const id = () => z.union([z.string(), z.number().int()]).nullish();

const flag = () => z.union([z.boolean(), z.enum(['true', 'false', ''])]).nullish();

const amount = () =>
	z
		.union([z.number().nonnegative(), z.string().regex(NUMBER)], {
			error: 'Expected a number, 0 or more',
		})
		.nullish();

const time = () =>
	z
		.union(
			[
				z.number().nonnegative(),
				z.string().refine((value) => NUMBER.test(value) || isTimestamp(value)),
			],
			{ error: 'Expected Unix seconds, or a time with its offset, e.g. 2026-08-08T20:00:00+08:00' },
		)
		.nullish();

const area = () => z.looseObject({ parent: text(), child: text() }).nullish();

/** Members that every event may have. */
export const everyEvent = () => ({
	id: id().describe('The same whenever the event is sent again, different for any other'),
	occurredAt: time().describe('When it happened: ISO 8601 with its offset, or Unix seconds'),
	room: z
		.looseObject({
			id: id().describe('Room, channel or stream; what belongs together has the same'),
			platform: text().describe('Where the stream runs, or the name of the recorder'),
			title: text(),
			url: text(),
			coverUrl: text(),
			area: area(),
		})
		.nullish(),
	streamer: z.looseObject({ id: id(), name: text(), avatarUrl: text() }).nullish(),
	session: z
		.looseObject({
			id: id().describe('The live or the recording'),
			startedAt: time(),
			endedAt: time(),
			platformLiveId: id().describe('The platform’s own id of the live'),
		})
		.nullish(),
	state: z
		.looseObject({ live: flag(), recording: flag(), danmakuConnected: flag() })
		.nullish()
		.describe('What was so at that moment'),
});

export const envelope = () => z.looseObject(everyEvent());

export const file = () =>
	z.looseObject({
		path: z.string().min(1).describe('Path of the file'),
		role: z.enum(['video', 'danmaku', 'raw_danmaku', 'cover', 'other']).nullish(),
		sizeBytes: amount().describe('Size in bytes'),
		durationSeconds: amount().describe('Duration in seconds'),
		openedAt: time(),
		closedAt: time(),
		sourcePath: text().describe('The file this one was made from'),
		danmakuPath: text(),
		coverPath: text(),
	});

export const recording = () =>
	z.looseObject({ sizeBytes: amount(), durationSeconds: amount() }).nullish();

export const clip = () =>
	z.looseObject({
		path: z.string().min(1).describe('Path of the clip'),
		id: id(),
		title: text(),
		sizeBytes: amount(),
		durationSeconds: amount(),
		coverPath: text(),
		note: text(),
		uploadId: id().describe('Id that it was uploaded under'),
	});

export const vod = () =>
	z
		.looseObject({
			ownerId: id().describe('Account that it belongs to'),
			url: text().describe('Where it can be watched'),
			playlistUrl: text(),
			filename: text(),
			startedAt: time(),
			endedAt: time(),
			uploadedAt: time(),
		})
		.nullish();

export const snapshot = () =>
	z
		.looseObject({
			url: text().describe('Where the picture is'),
			startedAt: time(),
			endedAt: time(),
			uploadedAt: time(),
		})
		.nullish();

export const storage = () =>
	z
		.looseObject({
			path: text(),
			freeBytes: amount(),
			thresholdBytes: amount(),
			totalBytes: amount(),
		})
		.nullish();

export const error = () => z.looseObject({ name: text(), message: text() }).nullish();

const state = () => z.looseObject({ title: text(), area: area() }).nullish();

export const change = () => z.looseObject({ before: state(), after: state() }).nullish();
