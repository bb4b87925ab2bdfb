import { hash } from 'node:crypto';

/** Characters that tell one file from another. */
const DIGEST_LENGTH = 8;

/** Files that are remembered, 32 kB: blrec lists those of each room's last recording. What is put out of a listing has a claim besides. */
const MAX_FILES = 4_000;

/**
 * Files of a listing that has no times: which of them were dealt with, or were there before the trigger first ran. Their claims run
 * out while the recorder still lists them; these are known for as long as they are listed.
 */
export class ListedFiles {
	private digests = new Set<string>();

	has(key: string): boolean {
		return this.digests.has(digestOf(key));
	}

	add(key: string): void {
		if (this.digests.size < MAX_FILES) this.digests.add(digestOf(key));
	}

	/** Forgets what is listed no more. */
	keepOnly(keys: readonly string[]): void {
		if (this.digests.size === 0) return;
		const listed = new Set(keys.map(digestOf));
		this.digests = new Set([...this.digests].filter((digest) => listed.has(digest)));
	}

	serialise(): string {
		return [...this.digests].join('');
	}

	/** What this process has learned itself counts for more. */
	merge(text: unknown): void {
		if (typeof text !== 'string' || this.digests.size > 0) return;
		if (!/^[\w-]*$/.test(text) || text.length > MAX_FILES * DIGEST_LENGTH) return;
		this.digests = new Set(text.match(/.{8}/g) ?? []);
	}
}

function digestOf(key: string): string {
	return hash('sha256', key, 'base64url').slice(0, DIGEST_LENGTH);
}
