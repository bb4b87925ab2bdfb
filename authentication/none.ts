import { allowed, type Scheme } from './scheme';

/** Nobody has to prove anything. */
export interface NoAuthentication {
	readonly mode: 'none';
}

export const none: Scheme<NoAuthentication> = {
	read: () => ({ mode: 'none' }),
	problem: () => null,
	advice: () => null,
	verify: () => allowed(),
	sign: (request) => request,
	secretPlaces: () => ({ texts: [], headers: [], parameters: [] }),
};
