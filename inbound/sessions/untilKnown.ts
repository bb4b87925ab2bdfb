import type { Clock } from '../clock';

/** Something that a shared store has to be told. Told twice, it must count once. */
export interface Telling {
	/** Characters that it takes, about. */
	readonly length: number;
	/** True once the store knows; never rejects. */
	tell(): Promise<boolean>;
}

/** Characters of what is still to be told. What comes on top is lost. */
const MAX_LENGTH = 16_000_000;

const PAUSE_MILLISECONDS = 1_000;

/**
 * What a shared store could not be told is told again until it knows, in any order. It is in this process's memory only: what the
 * store was not told when the process dies, it is never told.
 */
export class UntilKnown {
	private readonly waiting: Telling[] = [];

	private length = 0;

	private isTelling = false;

	private isClosed = false;

	/** @param report told of each loss */
	constructor(
		private readonly clock: Clock,
		private readonly report: (trouble: string) => void,
		private readonly maxLength = MAX_LENGTH,
	) {}

	/** How much still is to be told, for measurements. */
	get size(): number {
		return this.waiting.length;
	}

	/** Tells the store, now if it can be reached, else as soon as it can be. */
	async tell(telling: Telling): Promise<'known' | 'owed' | 'lost'> {
		if (await telling.tell()) return 'known';
		if (this.length + telling.length > this.maxLength) {
			this.report('more was noted of lives than is kept while it cannot be reached: some is lost');
			return 'lost';
		}
		this.length += telling.length;
		this.waiting.push(telling);
		if (!this.isTelling) void this.tellWaiting();
		return 'owed';
	}

	/** No more of it: the connection is given up. */
	close(): void {
		this.isClosed = true;
	}

	private async tellWaiting(): Promise<void> {
		this.isTelling = true;
		for (;;) {
			const first = this.waiting.shift();
			if (first === undefined || this.isClosed) break;
			if (await first.tell()) {
				this.length -= first.length;
			} else {
				// At the end again: one that never can be told must not keep the others.
				this.waiting.push(first);
				await this.clock.sleep(PAUSE_MILLISECONDS);
			}
		}
		this.isTelling = false;
	}
}
