/**
 * What credentials are called, whoever set them: by these names they are known in requests of other people's making.
 * Wide on purpose: a name too many costs a value that nobody needed, a name too few gives a secret away.
 */

/** Parts of names of headers and of query parameters alike. `author` is none. */
const IN_ANY_NAME =
	/secret|token|passw|pwd|passphrase|auth(?!or(?:s|ed|ity)?(?![a-z]))|signature|credential|jwt|saml|assertion|bearer|hmac|csrf|xsrf|session|cookie/i;

/** Words of which a name may consist, as `sig` or `txSign`: `design` is none. */
const WORDS = new Set('cred creds otp pass pin sid sig sign signed ticket'.split(' '));

/** `x-api-key`, `cf-access-client-id`, `x-amzn-oidc-data` (a JWT), `x-ms-client-principal`, `x-forwarded-client-cert`. */
const IN_HEADER_NAME = /key|cert|^proxy-|^cf-access-|^x-amzn-oidc-|^x-ms-client-/i;

/** `apiKey`, `access_key_id`: `keyword` is none. */
const IN_PARAMETER_NAME = /key(?:id)?(?![a-z])/i;

/** Of OAuth and of signed URLs: `codec` is none. */
const PARAMETER_WORDS = new Set([...WORDS, 'code', 'hash', 'nonce']);

/** Whether a header carries a credential by itself, as its name says. */
export function isCredentialHeader(name: string): boolean {
	return IN_ANY_NAME.test(name) || IN_HEADER_NAME.test(name) || hasWord(name, WORDS);
}

/** Whether a query parameter's value is most likely a credential, as its name says. */
export function isCredentialParameter(name: string): boolean {
	return IN_ANY_NAME.test(name) || IN_PARAMETER_NAME.test(name) || hasWord(name, PARAMETER_WORDS);
}

function hasWord(name: string, words: ReadonlySet<string>): boolean {
	return name
		.replace(/([a-z])([A-Z])/g, '$1 $2')
		.split(/[^A-Za-z]+/)
		.some((word) => words.has(word.toLowerCase()));
}
