import { hash } from 'node:crypto';

/** Files that are remembered, some 10 MB: as many as the largest listing has. */
const MAX_FILES = 100_000;

/** Characters that tell one file from another. */
const DIGEST_LENGTH = 11;

interface ListedFile {
	readonly path: string;
	readonly sizeBytes: number | null;
}

/**
 * When files were last written to, as far as that was asked for, a request a file, in former listings: so that each listing gets
 * further than the one before. A file of another size is another file.
 */
export class FileTimes {
	/** Milliseconds since 1970; null where asking gave no time. */
	private times = new Map<string, number | null>();

	note(file: ListedFile, time: number | null): void {
		const digest = digestOf(file);
		if (this.times.size < MAX_FILES || this.times.has(digest)) this.times.set(digest, time);
	}

	/** Null where asking gave none, undefined where it was never asked for. */
	of(file: ListedFile): number | null | undefined {
		return this.times.get(digestOf(file));
	}

	/** Forgets what is listed no more. */
	keepOnly(files: readonly ListedFile[]): void {
		const listed = new Set(files.map(digestOf));
		this.times = new Map([...this.times].filter(([digest]) => listed.has(digest)));
	}
}

function digestOf({ path, sizeBytes }: ListedFile): string {
	return hash('sha256', `${sizeBytes}\n${path}`, 'base64url').slice(0, DIGEST_LENGTH);
}
