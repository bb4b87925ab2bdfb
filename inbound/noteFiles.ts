import type { RecorderEvent } from '../formats/recorderEvent';
import type { Claim, ClaimStore } from './claims';
import { finishedFilesOf, recoveredKey } from './finishedFiles';

/** What noting an event's files came to: what is to be settled with the event, or that the file was put out already. */
export type NotedFiles = { readonly claims: readonly Claim[] } | 'recovered';

/**
 * Notes the files that an event says are finished, so that the recorder's listing doesn't put them out again. A path that is noted
 * already is no repeat by itself: it may be used anew, or told of in two formats. It is one where the file was put out from the
 * listing.
 */
export async function noteFiles(
	event: RecorderEvent,
	claims: ClaimStore,
	windowSeconds: number,
): Promise<NotedFiles> {
	const { keys, only } = finishedFilesOf(event);
	const noted: Claim[] = [];
	for (const key of keys) {
		const result = await claims.claim(key, windowSeconds);
		if (result.status === 'new' || result.status === 'unavailable') noted.push(result.claim);
		else if (result.status === 'repeat' && only !== null) {
			const recovered = await claims.claim(recoveredKey(only), windowSeconds);
			if (recovered.status === 'repeat') return 'recovered';
			if (recovered.status !== 'pending') await recovered.claim.release();
		}
	}
	return { claims: noted };
}

/** Several claims that are settled as one. */
export function together(first: Claim, others: readonly Claim[]): Claim {
	if (others.length === 0) return first;
	const all = [first, ...others];
	return {
		markStored: () => {
			for (const each of all) each.markStored();
		},
		keep: async () => {
			for (const each of all) await each.keep();
		},
		release: async () => {
			for (const each of all) await each.release();
		},
	};
}
