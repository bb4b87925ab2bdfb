export function createRandom(seed: number): () => number;
export function mutate(
	texts: readonly string[],
	random: () => number,
): { body: Buffer; contentType: string };
export function heapInUse(): number;
export const fuzzRequests: number;
export const fuzzSeed: number;
