import type { Clock } from '../../inbound/clock';

/**
 * How long a save waits for those before it. Waiting costs the sender time, going on risks a claim only if n8n then dies
 * before it saves again; so n8n being slow must not add up.
 */
export const MAX_TURN_MILLISECONDS = 2_000;

/**
 * Sees to it that of several saves of one workflow's static data the last one overlaps no other.
 *
 * n8n saves for each request, and what it serialised first it may write last: its databases take writes of several
 * connections, or of several threads, in any order (n8n 1.123.81 with SQLite, 40 events at once: now and then the last event's
 * claim was not in what stayed). Saves that are followed by others may overlap as they like; so a save waits only as long as
 * others are under way *and* it is the newest. Then what stays is what memory held when nothing else was being saved.
 */
export class SaveOrder {
	private underWay = 0;

	/** Starts the newest save, if it waits. */
	private startNewest: () => void = () => {};

	constructor(private readonly clock: Clock) {}

	/** Resolves when the save may start; it is under way until `finished` resolves. */
	async turn(finished: Promise<void>): Promise<void> {
		this.startNewest();
		if (this.underWay === 0) {
			this.start(finished);
			return;
		}
		const started = new Promise<void>((resolve) => {
			this.startNewest = () => {
				this.startNewest = () => {};
				this.start(finished);
				resolve();
			};
		});
		const startThis = this.startNewest;
		await Promise.race([started, this.clock.sleep(MAX_TURN_MILLISECONDS)]);
		if (this.startNewest === startThis) startThis();
	}

	private start(finished: Promise<void>): void {
		this.underWay++;
		// A request that stays open for longer waits for something else: its save is done, or far away.
		void Promise.race([finished, this.clock.sleep(MAX_TURN_MILLISECONDS)]).then(() => {
			this.underWay--;
			if (this.underWay === 0) this.startNewest();
		});
	}
}
