import { systemClock } from '../../nodes/trigger/nodeState';

/**
 * What triggers still wait for when the tests of a file are over (to save once more, to try again) ends with them: else it goes on
 * in an environment that is no more, which jest counts as a failure, and keeps the process from ending.
 */
export function endWaitsWithTests(): void {
	let areOver = false;
	const timers = new Set<NodeJS.Timeout>();
	const sleep = async (milliseconds: number): Promise<void> =>
		await new Promise((resolve) => {
			if (areOver) return;
			const timer = setTimeout(() => {
				timers.delete(timer);
				resolve();
			}, milliseconds);
			timers.add(timer);
		});
	Object.defineProperty(systemClock, 'sleep', { value: sleep });
	afterAll(() => {
		areOver = true;
		for (const timer of timers) clearTimeout(timer);
	});
}
