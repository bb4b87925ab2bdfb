import { type Claim, type ClaimResult, type ClaimStore, Patience } from './claims';
import type { Clock } from './clock';

/**
 * A store of this process before one that is shared: what this process knows needs no question to the other, and while
 * the other can't be reached this process still drops its own repeats.
 */
export class LayeredClaimStore implements ClaimStore {
	constructor(
		private readonly own: ClaimStore,
		private readonly shared: ClaimStore,
		private readonly clock: Clock,
	) {}

	async claim(
		key: string,
		windowSeconds: number,
		patience = new Patience(this.clock),
	): Promise<ClaimResult> {
		const own = await this.own.claim(key, windowSeconds, patience);
		if (own.status !== 'new') return own;
		const shared = await this.shared.claim(key, windowSeconds, patience);
		switch (shared.status) {
			case 'new':
			case 'unavailable':
				return { ...shared, claim: both(own.claim, shared.claim) };
			case 'repeat':
				// Remembered here, so that the next repeat needs no question, and no longer than there.
				await own.claim.keep(shared.age);
				return shared;
			case 'pending':
				await own.claim.release();
				return shared;
		}
	}
}

function both(own: Claim, shared: Claim): Claim {
	return {
		markStored: () => {
			own.markStored();
			shared.markStored();
		},
		keep: async (age) => {
			await Promise.all([own.keep(age), shared.keep(age)]);
		},
		release: async () => {
			await Promise.all([own.release(), shared.release()]);
		},
	};
}
