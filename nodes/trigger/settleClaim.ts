import { type Claim, PENDING_LEASE_MILLISECONDS } from '../../inbound/claims';
import type { Clock } from '../../inbound/clock';

/** As much of an HTTP response as tells a claim's fate. */
export interface SettlingResponse {
	readonly statusCode: number;
	/** True once the answer was given, even to a connection that is gone. */
	readonly writableEnded: boolean;
	/** True once the connection is gone, or the answer was sent whole. */
	readonly closed: boolean;
	once(event: 'finish' | 'close', listener: () => void): unknown;
}

/** How long after the sender has hung up it is first asked whether n8n has answered; then less and less often. */
const FIRST_POLL_MILLISECONDS = 50;
const LAST_POLL_MILLISECONDS = 1_000;

/**
 * Keeps the claim if n8n answers 2xx, releases it if n8n answers anything else.
 *
 * n8n's answer decides, not the connection: a sender that hangs up early and comes back finds its event taken once. Until n8n
 * answers it may hold the execution already (at its limit of concurrent executions n8n 2 stores it and waits for a slot
 * before it answers), so the claim stays, for as long as a request can be thought to live.
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
	const closedAt = clock.elapsed();
	let poll = FIRST_POLL_MILLISECONDS;
	while (!response.writableEnded && clock.elapsed() - closedAt < PENDING_LEASE_MILLISECONDS) {
		await clock.sleep(poll);
		poll = Math.min(poll * 1.2, LAST_POLL_MILLISECONDS);
	}
}
