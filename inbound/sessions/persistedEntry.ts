import { z } from 'zod/v4';

import { fileExtension, withExtension } from '../../formats/paths';
import { eventKinds } from '../../formats/recorderEvent';
import { type About, persistedAbout } from '../about';
import type { FileStep, SessionEntry } from './entry';
import type { CompletedLive } from './live';

/*
 * The form in which entries outlive the process: JSON with short names, without what isn't known. There are three entries to a
 * file, and they are written with every event.
 */

const text = z
	.string()
	.nullish()
	.transform((value) => value ?? null);
const amount = z
	.number()
	.nullish()
	.transform((value) => value ?? null);

const STEPS = ['opened', 'closed', 'processed'] as const;

const fileSchema = z
	.object({
		p: z.string(),
		e: z.int().min(0).max(2),
		r: z.enum(['video', 'danmaku', 'raw_danmaku', 'cover', 'other']),
		z: amount,
		d: amount,
		o: amount,
		c: amount,
		s: text,
		/** True: the video's path with the extension xml. */
		m: z.union([z.string(), z.literal(true)]).nullish(),
		v: text,
	})
	.transform(
		(file): FileStep => ({
			path: file.p,
			step: STEPS[file.e] ?? 'closed',
			role: file.r,
			sizeBytes: file.z,
			durationSeconds: file.d,
			openedAt: file.o,
			closedAt: file.c,
			sourcePath: file.s,
			danmakuPath: file.m === true ? withExtension(file.p, 'xml') : (file.m ?? null),
			coverPath: file.v,
		}),
	);

const entrySchema = z.object({
	i: z.string(),
	k: z.enum(eventKinds),
	f: z.string(),
	h: z.number(),
	a: z.number(),
	/** 0 where `h` is when it came. */
	t: z.literal(0).nullish(),
	s: text,
	b: amount,
	/** Who it is of, or its place in the list of the room. */
	r: z.union([persistedAbout, z.int()]),
	o: z.array(fileSchema).nullish(),
	w: amount,
	z: amount,
	d: amount,
});

/** What was written of an entry, but for who it is of: it is written with every event that follows. */
const written = new WeakMap<SessionEntry, string>();

/**
 * An entry in the form that outlives the process.
 *
 * @param about as JSON text, or its place in a list of such
 */
export function writeEntry(entry: SessionEntry, about: string | number): string {
	const before = written.get(entry);
	const text = before ?? writeMembers(entry);
	if (before === undefined) written.set(entry, text);
	return `${text.slice(0, -1)},"r":${about}}`;
}

function writeMembers(entry: SessionEntry): string {
	return JSON.stringify({
		i: entry.id,
		k: entry.kind,
		f: entry.format,
		h: entry.happenedAt,
		a: entry.arrivedAt,
		...(entry.isTimed ? {} : { t: 0 }),
		s: entry.sessionId ?? undefined,
		b: entry.startedAt ?? undefined,
		o: entry.files.length === 0 ? undefined : entry.files.map(writeFile),
		w: entry.wait ?? undefined,
		z: entry.sizeBytes ?? undefined,
		d: entry.durationSeconds ?? undefined,
	});
}

function writeFile(file: FileStep): object {
	const isConventional =
		file.danmakuPath !== null &&
		fileExtension(file.path) !== 'xml' &&
		file.danmakuPath === withExtension(file.path, 'xml');
	return {
		p: file.path,
		e: STEPS.indexOf(file.step),
		r: file.role,
		z: file.sizeBytes ?? undefined,
		d: file.durationSeconds ?? undefined,
		o: file.openedAt ?? undefined,
		c: file.closedAt ?? undefined,
		s: file.sourcePath ?? undefined,
		m: isConventional ? true : (file.danmakuPath ?? undefined),
		v: file.coverPath ?? undefined,
	};
}

/** An entry as it was written; null where it isn't one. */
export function readEntry(value: unknown, abouts: readonly About[]): SessionEntry | null {
	const read = entrySchema.safeParse(value);
	if (!read.success) return null;
	const { data } = read;
	const about = typeof data.r === 'number' ? abouts[data.r] : data.r;
	if (about === undefined) return null;
	return {
		id: data.i,
		kind: data.k,
		format: data.f,
		happenedAt: data.h,
		arrivedAt: data.a,
		isTimed: data.t !== 0,
		sessionId: data.s,
		startedAt: data.b,
		about,
		files: data.o ?? [],
		wait: data.w,
		sizeBytes: data.z,
		durationSeconds: data.d,
	};
}

/** Who a live is of, as it was written; null where it isn't that. */
export function readAbout(value: unknown): About | null {
	const read = persistedAbout.safeParse(value);
	return read.success ? read.data : null;
}

const completedSchema = z.object({
	id: z.string(),
	items: z.int(),
	completedAt: z.number(),
	startedAt: z.number(),
	endedAt: z.number(),
	followedAt: amount,
	sessionIds: z.array(z.string()),
	paths: z.array(z.string()),
	/** Left out where nothing is. */
	missing: z
		.array(z.string())
		.optional()
		.transform((digests) => digests ?? []),
	stems: z.array(z.string()),
});

/** A live that was put out, as it was written; null where it isn't one. */
export function readCompleted(value: unknown): CompletedLive | null {
	const read = completedSchema.safeParse(value);
	return read.success ? read.data : null;
}
