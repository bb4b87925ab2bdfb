import { FATES, Tally } from '../../inbound/tally';
import { ManualClock } from './manualClock';

const HOUR = 3_600_000;

describe('Tally', () => {
	it('counts what became of the deliveries of the last 24 hours', async () => {
		const clock = new ManualClock();
		const tally = new Tally(clock);
		tally.count('taken');
		tally.count('duplicate');
		await clock.advance(23 * HOUR);
		tally.count('duplicate');
		expect(tally.sums).toMatchObject({ taken: 1, duplicate: 2, ignored: 0 });
		await clock.advance(HOUR);
		expect(tally.sums).toMatchObject({ taken: 0, duplicate: 1 });
		expect(tally.lastTakenAt).toBe(clock.now() - 24 * HOUR);
	});

	it('stays small, however long it counts', async () => {
		const clock = new ManualClock();
		const tally = new Tally(clock);
		for (let hour = 0; hour < 500; hour++) {
			for (const fate of FATES) for (let count = 0; count < 99; count++) tally.count(fate);
			await clock.advance(HOUR);
		}
		expect(tally.serialise().length).toBeLessThan(1_500);
	});

	it('goes on after a restart, and counts nothing twice', async () => {
		const clock = new ManualClock();
		const tally = new Tally(clock);
		for (let count = 0; count < 3; count++) tally.count('ignored');
		const saved = tally.serialise();
		const successor = new Tally(clock);
		for (let time = 0; time < 3; time++) successor.merge(saved);
		successor.count('ignored');
		successor.merge(saved);
		expect(successor.sums.ignored).toBe(4);
	});

	it.each([
		undefined,
		null,
		5,
		'',
		'{}',
		'[[',
		'[-1,["a",[1]]]',
		'[0,[999999999,[1,1]]]',
		'[0,[492000,"x"]]',
		'['.repeat(9_000),
	])('takes over nothing from %p', (text) => {
		const tally = new Tally(new ManualClock());
		tally.merge(text);
		expect(tally.serialise()).toBe('[0]');
	});
});
