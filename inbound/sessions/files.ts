import { hash } from 'node:crypto';

import { type Lifecycle, plainName, type RecordingName } from '../../formats/lifecycle';
import type { RecordedFile } from '../../formats/recorderEvent';
import type { FileStep } from './entry';

/** What is known of one path, from all the events that named it. */
interface KnownFile {
	readonly path: string;
	readonly name: RecordingName;
	role: RecordedFile['role'];
	isOpened: boolean;
	isClosed: boolean;
	isProcessed: boolean;
	openedAt: number | null;
	closedAt: number | null;
	sizeBytes: number | null;
	durationSeconds: number | null;
	sourcePath: string | null;
	danmakuPath: string | null;
	coverPath: string | null;
	/** Place among all: when it was first named, then where in that event. */
	order: readonly [happenedAt: number, position: number];
}

/** One stretch of a recording as it is put out, times in milliseconds. */
export interface FinishedFile
	extends Pick<
		RecordedFile,
		'path' | 'role' | 'sizeBytes' | 'durationSeconds' | 'sourcePath' | 'danmakuPath' | 'coverPath'
	> {
	readonly openedAt: number | null;
	readonly closedAt: number | null;
	readonly relatedPaths: readonly string[];
	/** For comparing with a least size, where its own isn't known: that of what it was made from. */
	readonly recordedBytes: number | null;
	/** Every finished path of the stretch. */
	readonly paths: readonly string[];
}

/** A file that was opened, and of which no event said that it was closed. */
export interface MissingFile {
	readonly path: string;
	readonly openedAt: number | null;
}

/** The name of a file, as its recorder forms names. */
export function nameOf(path: string, lifecycle: Lifecycle): RecordingName {
	return (lifecycle.nameOf ?? plainName)(path);
}

/** Eight characters for a text that only needs to be known again. */
export function shortDigest(text: string): string {
	return hash('sha256', text, 'base64url').slice(0, 8);
}

/** The {@link shortDigest} of the stem of a file's name, and of that of what it was made from. */
export function stemDigestsOf(
	{ path, sourcePath }: FileStep,
	lifecycle: Lifecycle,
): readonly string[] {
	return [path, sourcePath]
		.filter((named) => named !== null)
		.map((named) => shortDigest(nameOf(named, lifecycle).stem));
}

/** The files of one live, by stretches: what was recorded at once, what it was converted to and what lies beside it. */
export class LiveFiles {
	private readonly files = new Map<string, KnownFile>();

	/** A stem whose files were made from those of another. */
	private readonly madeFrom = new Map<string, string>();

	get isEmpty(): boolean {
		return this.files.size === 0;
	}

	/** Takes in what an event says of a file. The order of calls doesn't matter. */
	add(step: FileStep, happenedAt: number, position: number, lifecycle: Lifecycle): void {
		const file = this.files.get(step.path) ?? newFile(step, happenedAt, position, lifecycle);
		this.files.set(step.path, file);
		if (file.role === 'other') file.role = step.role;
		if (step.step === 'opened') file.isOpened = true;
		else file.isClosed = true;
		if (step.step === 'processed') file.isProcessed = true;
		file.openedAt = least(file.openedAt, step.openedAt);
		file.closedAt = greatest(file.closedAt, step.closedAt);
		file.sizeBytes = greatest(file.sizeBytes, step.sizeBytes);
		file.durationSeconds = greatest(file.durationSeconds, step.durationSeconds);
		file.sourcePath ??= step.sourcePath;
		file.danmakuPath ??= step.danmakuPath;
		file.coverPath ??= step.coverPath;
		if (compare([happenedAt, position], file.order) < 0) file.order = [happenedAt, position];
		if (step.sourcePath !== null) {
			const { stem } = nameOf(step.sourcePath, lifecycle);
			if (stem !== file.name.stem) this.madeFrom.set(file.name.stem, stem);
		}
	}

	/** Whether every file is final. A recorder that was seen to convert one file converts them all. */
	areFinal(finalFile: Lifecycle['finalFile']): boolean {
		const known = [...this.files.values()];
		const processes =
			finalFile === 'processed' ||
			(finalFile === 'converted' && known.some(({ isProcessed }) => isProcessed));
		return this.stretches().every((stretch) => {
			if (stretch.some(({ isProcessed }) => isProcessed)) {
				return stretch.every((file) => file.role === 'video' || isFinished(file));
			}
			const waits = processes && stretch.some(({ role }) => role === 'video');
			return !waits && stretch.every(isFinished);
		});
	}

	/** The finished files, in order of recording; `known` holds paths that are not to be told of again. */
	finished(known: (path: string) => boolean): FinishedFile[] {
		return this.stretches().flatMap((stretch) => {
			const finished = stretch.filter((file) => file.isClosed);
			const main = mainOf(finished);
			return main === null || known(main.path) ? [] : [describe(main, stretch, finished)];
		});
	}

	/** What was opened and never said to be closed. */
	missing(): MissingFile[] {
		return this.stretches().flatMap((stretch) => {
			const isConverted = stretch.some(({ isProcessed }) => isProcessed);
			return stretch
				.filter((file) => !isFinished(file) && !(isConverted && file.role === 'video'))
				.map(({ path, openedAt }) => ({ path, openedAt }));
		});
	}

	private stretches(): KnownFile[][] {
		const stretches = new Map<string, KnownFile[]>();
		for (const file of this.files.values()) {
			const stem = this.originOf(file.name.stem);
			const stretch = stretches.get(stem);
			if (stretch === undefined) stretches.set(stem, [file]);
			else stretch.push(file);
		}
		const sorted = [...stretches.values()].map((stretch) => stretch.sort(byOrder));
		return sorted.sort(([a], [b]) => (a === undefined || b === undefined ? 0 : byStart(a, b)));
	}

	private originOf(stem: string): string {
		let origin = stem;
		// No recorder converts more often; a ring of sources would have no end.
		for (let step = 0; step < 4; step++) origin = this.madeFrom.get(origin) ?? origin;
		return origin;
	}
}

function newFile(
	{ path, role }: FileStep,
	happenedAt: number,
	position: number,
	lifecycle: Lifecycle,
): KnownFile {
	return {
		path,
		name: nameOf(path, lifecycle),
		role,
		isOpened: false,
		isClosed: false,
		isProcessed: false,
		openedAt: null,
		closedAt: null,
		sizeBytes: null,
		durationSeconds: null,
		sourcePath: null,
		danmakuPath: null,
		coverPath: null,
		order: [happenedAt, position],
	};
}

function isFinished(file: KnownFile): boolean {
	return file.isClosed || !file.isOpened;
}

/** The file that stands for a stretch: the video, of several the one that was made from the others. */
function mainOf(finished: readonly KnownFile[]): KnownFile | null {
	const videos = finished.filter(({ role }) => role === 'video');
	const candidates = videos.length > 0 ? videos : finished;
	const sources = new Set(candidates.map(({ sourcePath }) => sourcePath));
	const rank = (file: KnownFile) =>
		(file.isProcessed ? 4 : 0) +
		(file.name.converted ? 2 : 0) +
		(sources.has(file.path) ? 0 : 1) +
		(file.role === 'danmaku' ? 0.5 : 0);
	return [...candidates].sort((a, b) => rank(b) - rank(a) || byOrder(a, b))[0] ?? null;
}

function describe(
	main: KnownFile,
	stretch: readonly KnownFile[],
	finished: readonly KnownFile[],
): FinishedFile {
	const videos = stretch.filter(({ role }) => role === 'video');
	const source = main.sourcePath ?? videos.find(({ path }) => path !== main.path)?.path ?? null;
	const beside = finished.filter((file) => file !== main && file.role !== 'video');
	const pathOf = (role: RecordedFile['role']) => beside.find((file) => file.role === role)?.path;
	const danmakuPath = pathOf('danmaku') ?? main.danmakuPath;
	const coverPath = pathOf('cover') ?? main.coverPath ?? null;
	const values = <K extends 'openedAt' | 'closedAt' | 'durationSeconds' | 'sizeBytes'>(member: K) =>
		[main, ...videos].map((file) => file[member]);
	return {
		path: main.path,
		role: main.role,
		sizeBytes: main.sizeBytes,
		durationSeconds: main.durationSeconds ?? values('durationSeconds').reduce(greatest),
		openedAt: values('openedAt').reduce(least),
		closedAt: values('closedAt').reduce(greatest),
		sourcePath: source,
		danmakuPath,
		coverPath,
		relatedPaths: beside
			.map(({ path }) => path)
			.filter((path) => path !== danmakuPath && path !== coverPath),
		recordedBytes: main.sizeBytes ?? values('sizeBytes').reduce(greatest),
		paths: finished.map(({ path }) => path),
	};
}

function startOf({ openedAt, closedAt, order }: KnownFile): number {
	return openedAt ?? closedAt ?? order[0];
}

function byStart(a: KnownFile, b: KnownFile): number {
	return startOf(a) - startOf(b) || byOrder(a, b);
}

function byOrder(a: KnownFile, b: KnownFile): number {
	return compare(a.order, b.order) || (a.path < b.path ? -1 : 1);
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
	return a[0] - b[0] || a[1] - b[1];
}

function least(a: number | null, b: number | null): number | null {
	if (a === null || b === null) return a ?? b;
	return Math.min(a, b);
}

function greatest(a: number | null, b: number | null): number | null {
	if (a === null || b === null) return a ?? b;
	return Math.max(a, b);
}
