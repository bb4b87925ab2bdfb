/** What an error says, if it says anything. By its members: an error from another realm is no `instanceof Error`. */
export function errorMessage(error: unknown, otherwise: string): string {
	const isTold = typeof error === 'object' && error !== null && 'message' in error;
	return isTold && typeof error.message === 'string' && error.message !== ''
		? error.message
		: otherwise;
}
