import type { RecorderFormat } from '../../formats/recorderFormat';
import type { Random } from '../random';
import type { SessionPlan, SimulatedRequest, SimulatedSession } from './plan';

/** A request without its place in the schedule. */
export type Told = Omit<SimulatedRequest, 'delaySeconds'>;

/** Puts the story on the wire: out of order, twice, or not at all, where the plan says so. */
export function deliverAsPlanned(
	format: RecorderFormat,
	told: readonly Told[],
	plan: SessionPlan,
	random: Random,
): SimulatedSession {
	const ordered = plan.shuffle ? shuffledNearby(told, random) : told;
	const gap = plan.secondsBetweenEvents;
	const requests: SimulatedRequest[] = [];
	const lost: string[] = [];
	for (const request of ordered) {
		const isHit = (percent: number) => random.next() * 100 < percent;
		const [isLost, isRepeated, isRetried] = [
			isHit(plan.lossPercent),
			isHit(plan.repeatPercent),
			isHit(plan.retryPercent),
		];
		if (isLost) {
			lost.push(request.note);
			continue;
		}
		requests.push({ ...request, delaySeconds: requests.length === 0 ? 0 : gap });
		if (isRepeated) {
			requests.push({ ...request, delaySeconds: 0, note: `${request.note} (repeated)` });
		}
		if (isRetried) {
			const body = format.delivery.bodyOfAttempt?.(request.body, 2) ?? request.body;
			const wait = Math.min(gap, format.delivery.waitsSeconds[0] ?? 0);
			const note = `${request.note} (second attempt)`;
			requests.push({ ...request, body, delaySeconds: wait, note });
		}
	}
	return { requests, lost };
}

/** Each event may move a few places: what concurrent requests do to an order, not a new order altogether. */
function shuffledNearby<T>(events: readonly T[], random: Random): T[] {
	return events
		.map((event, index) => ({ event, place: index + random.next() * 3 }))
		.sort((a, b) => a.place - b.place)
		.map(({ event }) => event);
}
