import type { Clock } from '../../inbound/clock';

/** Something that a published trigger does from time to time, without a request. */
export interface PeriodicJob {
	/** When it is to run next, milliseconds since 1970; null where there is nothing to do. Asked each second: it must be cheap. */
	dueAt(): number | null;
	/** Handles what goes wrong by itself. Not called again before it is done. */
	run(): Promise<void>;
	/** No more is to be put out, also by what is running. */
	stop?(): void;
}

/** Timers that run in this process, by the triggers' keys. */
const running = new Map<string, () => void>();

/** Does this process's timer put out what is due? Else the next request does. */
export function hasTimer(triggerKey: string): boolean {
	return running.has(triggerKey);
}

const TICK_MILLISECONDS = 1_000;

/**
 * Runs a trigger's jobs when they are due, one beside the other, until it is stopped.
 *
 * @returns stops it; a job that is running runs to its end, unless it can be stopped
 */
export function startTimer(
	triggerKey: string,
	jobs: readonly PeriodicJob[],
	clock: Clock,
): () => void {
	let isStopped = false;
	const busy = new Set<PeriodicJob>();
	const start = async (job: PeriodicJob) => {
		busy.add(job);
		try {
			await job.run();
		} finally {
			busy.delete(job);
		}
	};
	const tick = async () => {
		while (!isStopped) {
			for (const job of jobs) {
				const dueAt = job.dueAt();
				if (dueAt !== null && dueAt <= clock.now() && !busy.has(job)) void start(job);
			}
			await clock.sleep(TICK_MILLISECONDS);
		}
	};
	const stop = () => {
		isStopped = true;
		for (const job of jobs) job.stop?.();
		if (running.get(triggerKey) === stop) running.delete(triggerKey);
	};
	// Published anew while it runs: the one before is over.
	running.get(triggerKey)?.();
	running.set(triggerKey, stop);
	void tick();
	return stop;
}
