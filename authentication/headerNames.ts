const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Headers that say how a request is read, or where it goes: HTTP clients set them, and Node.js gives Set-Cookie as a list. */
const TAKEN = new Set([
	'connection',
	'content-encoding',
	'content-length',
	'content-type',
	'expect',
	'host',
	'keep-alive',
	'set-cookie',
	'te',
	'trailer',
	'transfer-encoding',
	'upgrade',
]);

/** Why a header of this name can't carry a proof; null where it can (RFC 9110, section 5.1). */
export function headerNameProblem(name: string | null): string | null {
	if (name === null || name === '') return "The header's name is missing";
	if (!HEADER_NAME.test(name)) return 'The header needs a valid name';
	return TAKEN.has(name.toLowerCase()) ? `The header ${name} has another use` : null;
}
