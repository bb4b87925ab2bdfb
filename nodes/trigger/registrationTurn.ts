import type { ApiHttp } from '../../apis/http';
import { ApiProblem } from '../../apis/problem';

/**
 * One registration after the other at a recorder. Each reads the recorder's URLs and writes them back with one more or one less:
 * where two did so at once, the one that wrote last would take the other's URL out again, or put it back.
 *
 * And what a recorder whose API does not answer may cost while a workflow is published. n8n 2 tries a trigger that fails four times
 * more, 1, 2, 4 and 8 s later, and takes it out after each (trigger-activation-retry.js): with time-outs that adds up to minutes.
 */

/** All requests of one registration together, seconds: three answers, one of them from a disk that has to wake up. */
const ALL_REQUESTS_SECONDS = 30;

/** From the time-out on, for as long as n8n goes on trying, and a busy one some seconds longer. */
const PAUSE_MILLISECONDS = 25_000;

/** Which recorder timed out, and until when it is not asked again, by any trigger. */
const silent = new Map<string, { readonly until: number; readonly problem: ApiProblem }>();

/** The last of those that wait for their turn, by recorder. */
const turns = new Map<string, Promise<void>>();

/** The same client, for requests that take no longer than that together. */
export function withinOneRegistration(http: ApiHttp): ApiHttp {
	const endsAt = Date.now() + ALL_REQUESTS_SECONDS * 1000;
	return async (request) => {
		const secondsLeft = Math.ceil((endsAt - Date.now()) / 1000);
		if (secondsLeft <= 0) {
			const message = `within ${ALL_REQUESTS_SECONDS} s for all requests`;
			return { status: null, reason: 'timeout', message };
		}
		return await http({
			...request,
			timeoutSeconds: Math.min(request.timeoutSeconds, secondsLeft),
		});
	};
}

/**
 * Registers at a recorder once nobody else does, unless it has just not answered in time: then that is said again, at once.
 *
 * @param recorder what tells it from others: its address
 */
export async function inTurn(recorder: string, register: () => Promise<void>): Promise<void> {
	const before = turns.get(recorder) ?? Promise.resolve();
	const going = before.then(async () => await unlessSilent(recorder, register));
	const over = going.catch(() => {});
	turns.set(recorder, over);
	try {
		await going;
	} finally {
		if (turns.get(recorder) === over) turns.delete(recorder);
	}
}

async function unlessSilent(recorder: string, ask: () => Promise<void>): Promise<void> {
	const now = Date.now();
	for (const [each, { until }] of silent) {
		// Set back, the clock must not lengthen it.
		if (until <= now || until > now + PAUSE_MILLISECONDS) silent.delete(each);
	}
	const known = silent.get(recorder);
	if (known !== undefined) {
		const { reason, message, advice } = known.problem;
		const seconds = Math.ceil((known.until - now) / 1000);
		throw new ApiProblem(reason, `${message}, and is not asked again for ${seconds} s`, advice);
	}
	await ask().catch((error: unknown) => {
		if (error instanceof ApiProblem && error.reason === 'timeout') {
			silent.set(recorder, { until: Date.now() + PAUSE_MILLISECONDS, problem: error });
		}
		throw error;
	});
}
