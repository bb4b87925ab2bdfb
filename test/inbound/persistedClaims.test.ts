import fc from 'fast-check';

import {
	DIGEST_LENGTH,
	GROUP_HEAD_LENGTH,
	GROUP_SECONDS,
	MAX_PERSISTED_LENGTH,
	type PersistedClaim,
	PersistedClaims,
	readPersistedClaims,
} from '../../inbound/persistedClaims';

const START = Date.UTC(2026, 0, 1);

const digestOf = (index: number) => String(index).padStart(DIGEST_LENGTH, '0');

function fill(claims: readonly PersistedClaim[]): PersistedClaims {
	const persisted = new PersistedClaims();
	for (const claim of claims) persisted.append(claim);
	return persisted;
}

const claim = fc.record({
	digest: fc.stringMatching(new RegExp(`^[A-Za-z0-9_-]{${DIGEST_LENGTH}}$`)),
	claimedAt: fc.integer({ min: START, max: START + 100_000 }),
});

describe('persisted claims', () => {
	it('are read back in their order, their times exact but for the seconds of a group', () => {
		fc.assert(
			fc.property(fc.array(claim, { maxLength: 300 }), (claims) => {
				const read = [...readPersistedClaims(fill(claims).text)];
				expect(read.map(({ digest }) => digest)).toEqual(claims.map(({ digest }) => digest));
				for (const [index, { claimedAt }] of claims.entries()) {
					const age = claimedAt - (read[index]?.claimedAt ?? 0);
					expect(age).toBeGreaterThanOrEqual(0);
					expect(age).toBeLessThan(GROUP_SECONDS * 1000);
				}
			}),
		);
	});

	it('make the same text again of what was read', () => {
		fc.assert(
			fc.property(fc.array(claim, { maxLength: 2_000, size: 'max' }), (claims) => {
				const { text } = fill(claims);
				expect(fill([...readPersistedClaims(text)]).text).toBe(text);
			}),
			{ numRuns: 30 },
		);
	});

	it.each([
		['at once', 0, 1_200],
		['one a second', 1_000, 1_100],
		['each alone', GROUP_SECONDS * 1000, 710],
	])('hold the newest within their bound: %s', (_title, distance, atLeast) => {
		const persisted = new PersistedClaims();
		for (let index = 0; index < 5_000; index++) {
			persisted.append({ digest: digestOf(index), claimedAt: START + index * distance });
			expect(persisted.text.length).toBeLessThanOrEqual(MAX_PERSISTED_LENGTH);
		}
		const held = [...readPersistedClaims(persisted.text)].map(({ digest }) => digest);
		expect(held.length).toBeGreaterThanOrEqual(atLeast);
		const oldest = 5_000 - held.length;
		expect(held).toEqual(Array.from(held, (_, index) => digestOf(oldest + index)));
	});

	it('take a fixed number of characters each', () => {
		const alone = fill([{ digest: digestOf(1), claimedAt: START }]);
		expect(alone.text).toHaveLength(GROUP_HEAD_LENGTH + DIGEST_LENGTH);
		alone.append({ digest: digestOf(2), claimedAt: START + 999 });
		expect(alone.text).toHaveLength(GROUP_HEAD_LENGTH + 2 * DIGEST_LENGTH);
	});

	it('lose what is removed, wherever it stands, and nothing else', () => {
		const claims = [1, 2, 3, 2, 4].map((index) => ({
			digest: digestOf(index),
			claimedAt: START + index * 20_000,
		}));
		const persisted = fill(claims);
		persisted.remove(digestOf(2));
		expect([...readPersistedClaims(persisted.text)]).toEqual(
			claims.filter(({ digest }) => digest !== digestOf(2)),
		);
		persisted.remove('unknown.');
		expect([...readPersistedClaims(persisted.text)]).toHaveLength(3);
	});

	it('know what they were a while ago, and nothing else', () => {
		fc.assert(
			fc.property(fc.nat({ max: 1_500 }), fc.integer({ min: 1, max: 1_000 }), (before, since) => {
				const persisted = new PersistedClaims();
				const append = (index: number) =>
					persisted.append({ digest: digestOf(index), claimedAt: START + index * 700 });
				for (let index = 0; index < before; index++) append(index);
				const earlier = persisted.text;
				for (let index = before; index < before + since; index++) append(index);
				expect(persisted.grewFrom(persisted.text)).toBe(true);
				if (before > 0) {
					expect(persisted.grewFrom(`${earlier}${'x'.repeat(DIGEST_LENGTH)}`)).toBe(false);
				}
				// More may have been forgotten than stood there.
				const first = [...readPersistedClaims(persisted.text)][0]?.digest ?? '';
				if (earlier.includes(first)) expect(persisted.grewFrom(earlier)).toBe(true);
			}),
		);
		expect(new PersistedClaims().grewFrom('')).toBe(true);
		expect(
			new PersistedClaims().grewFrom(fill([{ digest: digestOf(1), claimedAt: START }]).text),
		).toBe(false);
	});

	it('read nothing from any other text, and never throw', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				for (const { digest, claimedAt } of readPersistedClaims(text)) {
					expect(digest).toMatch(/^[\w-]{8}$/);
					expect(Number.isSafeInteger(claimedAt)).toBe(true);
				}
			}),
		);
	});
});
