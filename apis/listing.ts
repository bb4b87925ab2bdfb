/** All answers of one listing together: hundreds of thousands of files. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

/** A recorder that takes longer for its list is not asked for more of it. */
const MAX_MILLISECONDS = 10 * 60_000;

/** The longest path of Linux; what is longer is no file's. */
const LONGEST_PATH = 4096;

/**
 * What one listing may cost over all its requests: each is bounded by itself, but a recorder can have pages, or folders within
 * folders, without end.
 */
export class Listing {
	private characters = 0;

	private readonly endsAt: number;

	constructor(private readonly now: () => number) {
		this.endsAt = now() + MAX_MILLISECONDS;
	}

	/** Notes an answer. */
	count({ text }: { readonly text: string }): void {
		this.characters += text.length;
	}

	/** Nothing more may be asked for. */
	get isSpent(): boolean {
		return this.characters >= MAX_CHARACTERS || this.now() >= this.endsAt;
	}
}

/** Whether a text can be the path of a file. */
export function isPath(text: string): boolean {
	return text !== '' && text.length <= LONGEST_PATH && !text.includes('\0');
}

/** Whether a text can be a name in a folder: it leads neither upwards nor downwards. */
export function isName(text: string): boolean {
	return isPath(text) && !/^\.{1,2}$|[\\/]/.test(text);
}
