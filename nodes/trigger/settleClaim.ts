import type { Claim, Clock } from '../../inbound/claims';

/** As much of an HTTP response as tells a claim's fate. */
export interface SettlingResponse {
	readonly statusCode: number;
	/** True once the answer was given, even to a connection that is gone. */
	readonly writableEnded: boolean;
	/** True once the connection is gone, or the answer was sent whole. */
	readonly closed: boolean;
	once(event: 'finish' | 'close', listener: () => void): unknown;
}

/**
 * How long n8n may take to answer after the sender has hung up, before its event counts as not taken. Short enough that
 * BSR's third attempt, a minute after the first when n8n answers none, is taken (30 s time-out each, webhook/poster.rs).
 */
const MAX_MILLISECONDS_AFTER_CLOSE = 30_000;

const POLL_MILLISECONDS = 50;

/**
 * Keeps the claim if n8n answers 2xx, releases it if n8n answers anything else or never.
 * n8n's answer decides, not the connection: a sender that hangs up early and comes back finds its event taken once.
 */
export function settleClaim(claim: Claim, response: SettlingResponse, clock: Clock): void {
	void untilSettled(response, clock).then(async () => {
		const taken = response.writableEnded && response.statusCode >= 200 && response.statusCode < 300;
		await (taken ? claim.keep() : claim.release());
	});
}

/** Resolves when n8n has answered, or when it no longer counts as about to. */
export async function untilSettled(response: SettlingResponse, clock: Clock): Promise<void> {
	if (!response.closed) {
		await new Promise<void>((resolve) => {
			response.once('finish', resolve);
			response.once('close', resolve);
		});
	}
	await untilAnswered(response, clock);
}

/** Counts its waits instead of reading the clock, which may be set meanwhile. */
async function untilAnswered(response: SettlingResponse, clock: Clock): Promise<void> {
	let waits = MAX_MILLISECONDS_AFTER_CLOSE / POLL_MILLISECONDS;
	while (!response.writableEnded && waits-- > 0) await clock.sleep(POLL_MILLISECONDS);
}
