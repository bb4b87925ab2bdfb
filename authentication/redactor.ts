import { isCredentialParameter } from './credentialNames';
import { type Needles, needlesOf, type Range } from './needles';
import type { SecretPlaces } from './scheme';
import { strictBase64, strictHex } from './secrets';
import { rangesOfSecrets } from './spellings';

/** What stands where a secret was. */
export const REDACTED = '***';

/** Takes secrets out of what people get to see: items, errors, logs. For requests that come in and that go out. */
export interface Redactor {
	/**
	 * Any text that may hold a secret, as a target's answer or a header of a request: known secrets in any spelling, and what
	 * is a credential by where it stands (user info and parameters of URLs, bearer tokens).
	 */
	text(text: string): string;
	/** Header values by their names; those that are known to hold secrets whole. */
	headers(headers: Readonly<Record<string, string>>): Record<string, string>;
}

/** A redactor that knows the secrets of all these places. */
export function createRedactor(...places: readonly SecretPlaces[]): Redactor {
	const secretHeaders = new Set(
		['authorization', ...places.flatMap(({ headers }) => headers)].map((name) =>
			name.toLowerCase(),
		),
	);
	const parameters = new Set(places.flatMap((place) => place.parameters));
	let needles: Needles | null = null;

	const text = (given: string): string => {
		needles ??= needlesOf(places.flatMap((place) => place.texts).flatMap(meaningsOf));
		const ranges = [...rangesOfSecrets(given, needles), ...rangesByPlace(given, parameters)];
		return withoutRanges(given, ranges);
	};
	return {
		text,
		headers: (headers) =>
			Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [
					name,
					secretHeaders.has(name.toLowerCase()) ? REDACTED : value,
				]),
			),
	};
}

/** A secret, and its bytes where it is written in base64 or hex, as keys and signatures are: they may be written otherwise. */
function meaningsOf(secret: string): Array<string | Buffer> {
	const digits = secret.replace(/^whsec_/, '');
	const bytes = [strictBase64(digits), strictHex(digits)];
	return [
		secret,
		...bytes.filter((each): each is Buffer => each !== null && each.length >= SHORTEST_BYTES),
	];
}

/** Shorter ones may be words. */
const SHORTEST_BYTES = 12;

/** Schemes and versions in front of what a header proves with: `Basic …`, `sha256=…`, `v1,…`. */
const IN_FRONT = /^(?:[A-Za-z]+ +|sha256=|v\d\w*,)/;

/** What headers hold that carry a proof: as secret as the secret, until it expires. */
export function proofsIn(
	headers: Readonly<Record<string, unknown>>,
	isProof: (name: string) => boolean,
): SecretPlaces {
	const values = Object.entries(headers)
		.filter(([name]) => isProof(name))
		.flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
		.filter((value) => typeof value === 'string');
	const parts = values
		.flatMap((value) => [...value.split(/[ ,;.](?=\w)/), value.replace(IN_FRONT, '')])
		.map((value) => value.replace(/^(?:\w{1,6}=|v\d\w*,)/, ''));
	const texts = [...values, ...parts].filter((value) => value.length >= SHORTEST_PROOF);
	return { texts: [...new Set(texts)].slice(0, MOST_PROOFS), headers: [], parameters: [] };
}

/** More than all the cookies of a browser: each is looked for in each way that each header can be read. */
const MOST_PROOFS = 200;

/** Shorter ones are words of other headers, too. */
const SHORTEST_PROOF = 8;

/** What of a URL is secret: user info, and the values of parameters that are named so, in its query and its fragment. */
export function secretsInUrl(address: string): SecretPlaces {
	const none: SecretPlaces = { texts: [], headers: [], parameters: [] };
	if (!URL.canParse(address)) return none;
	const url = new URL(address);
	const user = unescaped(url.username);
	const password = unescaped(url.password);
	const parameters = [
		...url.searchParams,
		...new URLSearchParams(url.hash.replace(/^#[^?=&]*\?|^#/, '')),
	];
	const values = parameters
		.filter(([name, value]) => isCredentialParameter(name) && value.length >= SHORTEST_VALUE)
		.map(([, value]) => value);
	const userInfo = password === '' ? [] : [password, `${user}:${password}`];
	return { ...none, texts: [...userInfo, ...values] };
}

/** `?auth=1` is no secret. */
const SHORTEST_VALUE = 4;

/** Percent escapes read, where they are whole. */
export function unescaped(text: string): string {
	if (/%(?![0-9a-f]{2})/i.test(text)) return text;
	const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
		String.fromCharCode(Number.parseInt(digits, 16)),
	);
	return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** `://user:password@`, with its slashes escaped for JSON or in percent. */
const USER_INFO = /(?::|%3a)(?:\\?\/|%2f){2}([^\s/?#"'<>\\]{0,2048})(?:@|%40)/dgi;

/** `?token=`, `&sig=`, `#access_token=`, also in a URL that is a parameter of another. */
const PARAMETER = /(?:^|[?&#;]|%3f|%26|%23|\\u0026)([\w.~%[\]-]{1,100}?)(=|%3d)/gi;

/** The value of one, and of one within another. */
const VALUE = /[^&#\s"'<>\\]+/y;
const VALUE_WITHIN = /(?:(?!%26|%23)[^&#\s"'<>\\])+/iy;

/** `Bearer …`, `Basic …`, and JSON Web Tokens wherever they stand. */
const TOKEN = /\b(?:(Bearer|Basic) +|(?=eyJ))([\w.~+/-]{8,}=*)/dgi;

/** What is secret by where it stands. */
function rangesByPlace(text: string, parameters: ReadonlySet<string>): Range[] {
	const ranges: Range[] = [];
	for (const { indices } of text.matchAll(USER_INFO)) {
		if (indices?.[1] !== undefined) ranges.push(indices[1]);
	}
	for (const { indices, 1: scheme, 2: token = '' } of text.matchAll(TOKEN)) {
		if (indices?.[2] !== undefined && isToken(scheme, token)) ranges.push(indices[2]);
	}
	return [...ranges, ...parameterRanges(text, parameters)];
}

/** "Basic authentication" and "bearer authorisation" are words. */
function isToken(scheme: string | undefined, token: string): boolean {
	if (scheme?.toLowerCase() === 'basic') return Buffer.from(token, 'base64').includes(':');
	return /[^A-Za-z]|[a-z][A-Z]/.test(token);
}

function parameterRanges(text: string, parameters: ReadonlySet<string>): Range[] {
	const ranges: Range[] = [];
	const names = PARAMETER;
	names.lastIndex = 0;
	for (let match = names.exec(text); match !== null; match = names.exec(text)) {
		const name = unescaped(match[1] ?? '');
		// Of any other, the value may be a URL with parameters of its own: they are looked at next.
		if (!parameters.has(name) && !isCredentialParameter(name)) continue;
		const value = match[2] === '=' ? VALUE : VALUE_WITHIN;
		value.lastIndex = names.lastIndex;
		if (value.exec(text) === null) continue;
		ranges.push([names.lastIndex, value.lastIndex]);
		names.lastIndex = value.lastIndex;
	}
	return ranges;
}

/** The text with {@link REDACTED} in place of ranges; those that overlap or touch count as one. */
function withoutRanges(text: string, ranges: readonly Range[]): string {
	let redacted = '';
	let done = 0;
	let wasCut = false;
	for (const [from, to] of ranges.filter(([a, b]) => b > a).sort(([a], [b]) => a - b)) {
		if (to <= done) continue;
		if (!wasCut || from > done) redacted += `${text.slice(done, Math.max(from, done))}${REDACTED}`;
		done = to;
		wasCut = true;
	}
	return redacted + text.slice(done);
}
