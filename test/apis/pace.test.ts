import { connectedRecorders } from '../../apis/connect';
import { Pace } from '../../apis/pace';
import { ApiProblem } from '../../apis/problem';

/** Milliseconds; a clock that only sleeping moves. */
function sleepingClock() {
	let passed = 5_000;
	return {
		elapsed: () => passed,
		sleep: async (milliseconds: number) => {
			passed += milliseconds;
		},
		pass: (milliseconds: number) => {
			passed += milliseconds;
		},
	};
}

it('a burst goes at once, then one call after the other', async () => {
	const clock = sleepingClock();
	const pace = new Pace({ perMinute: 60, burst: 3 }, clock);
	const at: number[] = [];
	for (let call = 0; call < 5; call++) {
		await pace.turn();
		at.push(clock.elapsed() - 5_000);
	}
	expect(at).toEqual([0, 0, 0, 1_000, 2_000]);
	clock.pass(60_000);
	const before = clock.elapsed();
	for (let call = 0; call < 3; call++) await pace.turn();
	expect(clock.elapsed()).toBe(before);
});

it('calls that come together wait for one another', async () => {
	const waits: number[] = [];
	const clock = {
		elapsed: () => 0,
		sleep: async (milliseconds: number) => {
			waits.push(milliseconds);
		},
	};
	const pace = new Pace({ perMinute: 60, burst: 2 }, clock);
	await Promise.all(Array.from({ length: 5 }, async () => await pace.turn()));
	expect(waits).toEqual([1_000, 2_000, 3_000]);
});

it('who would wait for too long is told so, and keeps nobody else waiting', async () => {
	let passed = 0;
	const clock = { elapsed: () => passed, sleep: async () => {} };
	const pace = new Pace({ perMinute: 60, burst: 1 }, clock);
	const outcomes = await Promise.all(
		Array.from({ length: 100_000 }, async () =>
			pace.turn().then(
				() => 'may go',
				(error: unknown) => (error instanceof ApiProblem ? error.reason : 'thrown'),
			),
		),
	);
	expect(outcomes.filter((outcome) => outcome === 'may go')).toHaveLength(601);
	expect(new Set(outcomes)).toEqual(new Set(['may go', 'refused']));
	passed = 10 * 60_000;
	await expect(pace.turn()).resolves.toBeUndefined();
});

it('no minute has more calls than Aodianyun takes, and some are left to others', async () => {
	const limit = connectedRecorders.find(({ id }) => id === 'aodianyun')?.pace;
	if (limit === undefined) throw new Error('Aodianyun has no limit');
	const clock = sleepingClock();
	const pace = new Pace(limit, clock);
	const at: number[] = [];
	for (let call = 0; call < 400; call++) {
		await pace.turn();
		at.push(clock.elapsed());
		if (call % 90 === 0) clock.pass(45_000);
	}
	const most = Math.max(
		...at.map((end) => at.filter((each) => each > end - 60_000 && each <= end).length),
	);
	expect(most).toBeLessThanOrEqual(75);
	expect(most).toBeGreaterThan(50);
});
