import { type Scheme, wrong } from './scheme';

/** A credential of a method that is not known here: of a newer version, or by an expression that gives something else. */
export interface UnreadableAuthentication {
	readonly mode: 'unreadable';
}

export const unreadable: Scheme<UnreadableAuthentication> = {
	read: () => ({ mode: 'unreadable' }),
	problem: () => 'The method of the credential is not known',
	advice: () => null,
	verify: () => wrong('Nobody can be let in'),
	sign: (request) => request,
	secretPlaces: () => ({ texts: [], headers: [], parameters: [] }),
};
