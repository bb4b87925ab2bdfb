/** When a trigger first ran: it is not to put out what was recorded before. */
export class FirstRun {
	private at: number | null = null;

	/** It never ran before. */
	get isFirst(): boolean {
		return this.at === null;
	}

	/** Milliseconds since 1970; the earliest call decides: a clock that was ahead may have been set back since. */
	note(now: number): number {
		this.at = Math.min(this.at ?? now, now);
		return this.at;
	}

	serialise(): string {
		return this.at === null ? '' : String(this.at);
	}

	merge(text: unknown): void {
		if (typeof text !== 'string' || !/^\d{1,16}$/.test(text)) return;
		this.at = this.at === null ? Number(text) : Math.min(this.at, Number(text));
	}
}
