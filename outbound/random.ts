import { createHash } from 'node:crypto';

/** Random numbers that are the same for the same seed: a simulated session can be had again. */
export interface Random {
	/** From 0 up to, but not including, 1. */
	next(): number;
	/** A UUID of version 4. */
	uuid(): string;
}

/** Numbers from a chain of hashes: slow next to a generator, but a session needs a few hundred. */
export function createRandom(seed: string): Random {
	let count = 0;
	const bytes = (): Buffer => createHash('sha256').update(`${count++}:${seed}`).digest();
	return {
		next: () => bytes().readUIntBE(0, 6) / 2 ** 48,
		uuid: () => {
			const hex = bytes().toString('hex');
			const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
			return [
				hex.slice(0, 8),
				hex.slice(8, 12),
				`4${hex.slice(13, 16)}`,
				`${variant}${hex.slice(17, 20)}`,
				hex.slice(20, 32),
			].join('-');
		},
	};
}
