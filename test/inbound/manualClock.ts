import type { Clock } from '../../inbound/clock';

/** A clock that stands still until it is told to move, and whose sleepers wake in the order of their times. */
export class ManualClock implements Clock {
	private passed = 0;

	private sleepers: Array<{ wakesAt: number; wake: () => void }> = [];

	constructor(private wallTime = Date.UTC(2026, 2, 1)) {}

	now(): number {
		return this.wallTime;
	}

	elapsed(): number {
		return this.passed;
	}

	async sleep(milliseconds: number): Promise<void> {
		await new Promise<void>((wake) => {
			this.sleepers.push({ wakesAt: this.passed + milliseconds, wake });
		});
	}

	/** How many are asleep. */
	get sleeping(): number {
		return this.sleepers.length;
	}

	/** Sets the time of day without any time passing, as a user or NTP does. */
	jump(milliseconds: number): void {
		this.wallTime += milliseconds;
	}

	/** Lets time pass; everything that is due happens on the way. */
	async advance(milliseconds: number): Promise<void> {
		const end = this.passed + milliseconds;
		for (;;) {
			await settled();
			const due = this.sleepers
				.filter(({ wakesAt }) => wakesAt <= end)
				.sort((a, b) => a.wakesAt - b.wakesAt)[0];
			if (due === undefined) break;
			this.sleepers.splice(this.sleepers.indexOf(due), 1);
			this.wallTime += due.wakesAt - this.passed;
			this.passed = due.wakesAt;
			due.wake();
		}
		this.wallTime += end - this.passed;
		this.passed = end;
		await settled();
	}
}

/** Lets everything happen that waits for no time. */
export async function settled(): Promise<void> {
	for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}
