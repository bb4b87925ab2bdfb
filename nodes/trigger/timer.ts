import type { Clock } from '../../inbound/claims';

/** Something that a published trigger does from time to time, without a request. */
export interface PeriodicJob {
	/** When it is to run next, milliseconds since 1970; null where there is nothing to do. Asked each second: it must be cheap. */
	dueAt(): number | null;
	/** Handles what goes wrong by itself. Not called again before it is done. */
	run(): Promise<void>;
}

const TICK_MILLISECONDS = 1_000;

/**
 * Runs jobs when they are due, one beside the other, until it is stopped.
 *
 * @returns stops it; a job that is running runs to its end
 */
export function startTimer(jobs: readonly PeriodicJob[], clock: Clock): () => void {
	let isStopped = false;
	const running = new Set<PeriodicJob>();
	const start = async (job: PeriodicJob) => {
		running.add(job);
		try {
			await job.run();
		} finally {
			running.delete(job);
		}
	};
	const tick = async () => {
		while (!isStopped) {
			for (const job of jobs) {
				const dueAt = job.dueAt();
				if (dueAt !== null && dueAt <= clock.now() && !running.has(job)) void start(job);
			}
			await clock.sleep(TICK_MILLISECONDS);
		}
	};
	if (jobs.length > 0) void tick();
	return () => {
		isStopped = true;
	};
}
