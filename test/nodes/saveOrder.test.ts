import fc from 'fast-check';

import { MAX_TURN_MILLISECONDS, SaveOrder } from '../../nodes/trigger/saveOrder';
import { ManualClock, settled } from '../inbound/manualClock';

/** Saves under way, and who started or finished when. */
class Saves {
	readonly clock = new ManualClock();

	readonly underWay = new Map<number, () => void>();

	readonly log: string[] = [];

	private readonly order = new SaveOrder(this.clock);

	request(name: number): void {
		let finish = () => {};
		const finished = new Promise<void>((resolve) => {
			finish = resolve;
		});
		void this.order.turn(finished).then(() => {
			this.log.push(`${name} starts beside ${this.underWay.size}`);
			this.underWay.set(name, finish);
		});
	}

	async finish(name: number): Promise<void> {
		const finish = this.underWay.get(name);
		this.underWay.delete(name);
		finish?.();
		await settled();
	}
}

describe('SaveOrder', () => {
	it('lets a save that is alone start at once', async () => {
		const saves = new Saves();
		for (const name of [1, 2]) {
			saves.request(name);
			await settled();
			await saves.finish(name);
		}
		expect(saves.log).toEqual(['1 starts beside 0', '2 starts beside 0']);
	});

	it('has the newest wait for the others, and no longer once a newer one comes', async () => {
		const saves = new Saves();
		for (const name of [1, 2, 3, 4]) saves.request(name);
		await settled();
		expect([...saves.underWay.keys()]).toEqual([1, 2, 3]);
		await saves.finish(2);
		await saves.finish(1);
		expect([...saves.underWay.keys()]).toEqual([3]);
		await saves.finish(3);
		expect(saves.log.at(-1)).toBe('4 starts beside 0');
	});

	it('has one that comes as the waiting one starts wait for that', async () => {
		const saves = new Saves();
		for (const name of [1, 2]) saves.request(name);
		await settled();
		const finish = saves.underWay.get(1);
		saves.underWay.delete(1);
		finish?.();
		saves.request(3);
		await settled();
		expect(saves.log).toEqual(['1 starts beside 0', '2 starts beside 0']);
		await saves.finish(2);
		expect(saves.log.at(-1)).toBe('3 starts beside 0');
	});

	it('does not wait for ever for a save that never ends', async () => {
		const saves = new Saves();
		for (const name of [1, 2]) saves.request(name);
		await saves.clock.advance(MAX_TURN_MILLISECONDS - 1);
		expect([...saves.underWay.keys()]).toEqual([1]);
		await saves.clock.advance(1);
		expect([...saves.underWay.keys()]).toEqual([1, 2]);
		// The time that was set for the second wakes nobody else.
		saves.request(3);
		await saves.clock.advance(MAX_TURN_MILLISECONDS - 1);
		expect(saves.underWay.has(3)).toBe(false);
	});

	it('lets every save start once, and the last one alone, in any order of events', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 40 }),
				async (steps) => {
					const saves = new Saves();
					let requested = 0;
					for (const step of steps) {
						if (step >= 0) saves.request(requested++);
						else await saves.finish([...saves.underWay.keys()][-step % 5] ?? -1);
						if (step % 2 === 0) await settled();
					}
					for (let rest = 0; rest <= requested; rest++) {
						await settled();
						for (const name of [...saves.underWay.keys()].reverse()) await saves.finish(name);
					}
					expect(saves.log).toHaveLength(requested);
					if (requested > 0) {
						expect(saves.log.at(-1)).toBe(`${requested - 1} starts beside 0`);
					}
				},
			),
		);
	});
});
