import type { Logger } from 'n8n-workflow';

import type { Clock } from '../../inbound/clock';

const MINUTE = 60_000;

/** Different reasons remembered at a time: whoever sends nonsense must not fill memory. */
const MAX_REASONS = 200;

/** Lines for n8n's log, each reason at most once a minute: what strangers send must not fill it. */
export class LogOncePerMinute {
	/** When each was last written, by {@link Clock.elapsed}, oldest first. */
	private readonly written = new Map<string, number>();

	constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

	/** @param reason what makes two lines the same; without what differs from one sender to the next */
	warn(logger: Pick<Logger, 'warn'>, reason: string, line: string): void {
		const now = this.clock.elapsed();
		for (const [known, at] of this.written) {
			if (now - at < MINUTE && this.written.size < MAX_REASONS) break;
			this.written.delete(known);
		}
		if (this.written.has(reason)) return;
		this.written.set(reason, now);
		logger.warn(line);
	}
}
