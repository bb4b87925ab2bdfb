import { createHash, createHmac } from 'node:crypto';

import { standardWebhookKey, standardWebhookSignature } from '../signatures/standardWebhooks';

/** How a request proves to its target who sent it. */
export type TargetAuthentication =
	| { readonly mode: 'none' }
	/** The secret as a query parameter: the one way every recorder's users have. */
	| { readonly mode: 'query'; readonly name: string; readonly secret: string }
	| { readonly mode: 'header'; readonly name: string; readonly secret: string }
	| { readonly mode: 'basic'; readonly user: string; readonly password: string }
	/** Standard Webhooks 1.0, version v1 (HMAC-SHA256). */
	| { readonly mode: 'standardWebhooks'; readonly secret: string }
	/** HMAC-SHA256 of the body in a header of its own. */
	| {
			readonly mode: 'hmac';
			readonly name: string;
			readonly encoding: 'hex' | 'base64';
			readonly secret: string;
	  };

/** One HTTP request, ready to be put on the wire. */
export interface OutgoingRequest {
	readonly method: 'POST';
	readonly url: string;
	/** In the order in which they go on the wire, without Host and Content-Length. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** What a signature says beside the body. */
export interface SigningContext {
	/** The same for every attempt to deliver one event. */
	readonly messageId: string;
	/** When this attempt is made, milliseconds since 1970. */
	readonly now: number;
}

/** What stands where a secret was. */
export const REDACTED = '***';

/** Why an authentication can't be used, in words for the person who set it up; null where it can. */
export function authenticationProblem(authentication: TargetAuthentication): string | null {
	switch (authentication.mode) {
		case 'none':
			return null;
		case 'basic':
			if (authentication.user === '') return 'The user name is missing';
			if (authentication.user.includes(':')) return "The user name can't contain a colon";
			return authentication.password === '' ? 'The password is missing' : null;
		case 'query':
			if (authentication.name === '') return 'The name of the query parameter is missing';
			return authentication.secret === '' ? 'The secret is missing' : null;
		case 'header':
		case 'hmac':
			if (!HEADER_NAME.test(authentication.name)) return 'The header needs a valid name';
			if (authentication.secret === '') return 'The secret is missing';
			return authentication.mode === 'header' && !HEADER_VALUE.test(authentication.secret)
				? "The secret contains characters that can't stand in a header"
				: null;
		case 'standardWebhooks':
			if (authentication.secret === '') return 'The secret is missing';
			return standardWebhookKey(authentication.secret).length === 0
				? 'After whsec_ the secret must be base64'
				: null;
	}
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]+$/;

/** The request with its proof. To be called anew for each attempt: timestamp and signature are fresh, the id is not. */
export function authorise(
	request: OutgoingRequest,
	authentication: TargetAuthentication,
	{ messageId, now }: SigningContext,
): OutgoingRequest {
	const withHeaders = (headers: Record<string, string>): OutgoingRequest => ({
		...request,
		headers: { ...withoutHeaders(request.headers, Object.keys(headers)), ...headers },
	});
	switch (authentication.mode) {
		case 'none':
			return request;
		case 'query': {
			const url = new URL(request.url);
			url.searchParams.set(authentication.name, authentication.secret);
			return { ...request, url: url.href };
		}
		case 'header':
			return withHeaders({ [authentication.name]: authentication.secret });
		case 'basic':
			return withHeaders({ Authorization: basicAuthorization(authentication) });
		case 'standardWebhooks': {
			const id = standardWebhookId(messageId);
			const timestamp = String(Math.trunc(now / 1000));
			const { secret } = authentication;
			const signature = standardWebhookSignature(secret, id, timestamp, request.body);
			return withHeaders({
				'webhook-id': id,
				'webhook-timestamp': timestamp,
				'webhook-signature': `v1,${signature.toString('base64')}`,
			});
		}
		case 'hmac': {
			const { name, encoding, secret } = authentication;
			const signature = createHmac('sha256', secret).update(request.body).digest(encoding);
			return withHeaders({ [name]: signature });
		}
	}
}

function withoutHeaders(
	headers: Readonly<Record<string, string>>,
	names: readonly string[],
): Record<string, string> {
	const dropped = new Set(names.map((name) => name.toLowerCase()));
	return Object.fromEntries(
		Object.entries(headers).filter(([name]) => !dropped.has(name.toLowerCase())),
	);
}

function basicAuthorization({ user, password }: { user: string; password: string }): string {
	return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/** The id is part of what is signed, divided by dots: one with a dot, or unfit for a header, is replaced by its hash. */
function standardWebhookId(messageId: string): string {
	return /^[\x21-\x2d\x2f-\x7e]+$/.test(messageId)
		? messageId
		: createHash('sha256').update(messageId).digest('base64url');
}

/**
 * The user name and password of a URL become a header, as curl and blrec send them; HTTP clients refuse or drop them.
 */
export function userInfoAsHeader(request: OutgoingRequest): OutgoingRequest {
	if (!request.url.includes('@')) return request;
	const url = new URL(request.url);
	if (url.username === '' && url.password === '') return request;
	const user = decodeUserInfo(url.username);
	const password = decodeUserInfo(url.password);
	url.username = '';
	url.password = '';
	const headers = { ...request.headers, Authorization: basicAuthorization({ user, password }) };
	return { ...request, url: url.href, headers };
}

function decodeUserInfo(text: string): string {
	return /%(?![0-9a-f]{2})/i.test(text) ? text : unescapePercent(text);
}

function unescapePercent(text: string): string {
	return Buffer.from(
		text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
			String.fromCharCode(Number.parseInt(digits, 16)),
		),
		'latin1',
	).toString('utf8');
}

/** Query parameters whose values are most likely secrets, whoever put them into the URL. */
const SECRET_PARAMETER = /secret|token|key|pass|pwd|auth|sign|credential/i;

/** Takes secrets out of what people get to see: outputs, errors, logs. */
export interface Redactor {
	url(url: string): string;
	headers(headers: Readonly<Record<string, string>>): Record<string, string>;
	/** Any text that may repeat a secret, e.g. the target's answer. */
	text(text: string): string;
}

/** A redactor for requests that are authenticated this way. */
export function createRedactor(authentication: TargetAuthentication): Redactor {
	const secretTexts = secretTextsOf(authentication);
	const secretHeaders = new Set(
		[...secretHeadersOf(authentication), 'Authorization'].map((name) => name.toLowerCase()),
	);
	const secretParameter = authentication.mode === 'query' ? authentication.name : null;

	const redactUrl = (address: string): string => {
		if (!URL.canParse(address)) return REDACTED;
		const url = new URL(address);
		if (url.username !== '') url.username = REDACTED;
		if (url.password !== '') url.password = REDACTED;
		const names = url.search === '' ? [] : new Set(url.searchParams.keys());
		for (const name of names) {
			if (name === secretParameter || SECRET_PARAMETER.test(name)) {
				url.searchParams.set(name, REDACTED);
			}
		}
		return redactText(url.href);
	};
	const redactText = (text: string): string =>
		secretTexts.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);

	return {
		url: redactUrl,
		text: redactText,
		headers: (headers) =>
			Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [
					name,
					secretHeaders.has(name.toLowerCase()) ? REDACTED : value,
				]),
			),
	};
}

/** The headers that hold a secret, or a signature that would pass as one until it expires. */
function secretHeadersOf(authentication: TargetAuthentication): readonly string[] {
	switch (authentication.mode) {
		case 'header':
		case 'hmac':
			return [authentication.name];
		case 'standardWebhooks':
			return ['webhook-signature'];
		case 'none':
		case 'query':
		case 'basic':
			return [];
	}
}

/** Each secret, in every spelling in which a request carries it. */
function secretTextsOf(authentication: TargetAuthentication): readonly string[] {
	switch (authentication.mode) {
		case 'none':
			return [];
		case 'basic': {
			const encoded = basicAuthorization(authentication).slice('Basic '.length);
			return [encoded, authentication.password].filter((text) => text !== '');
		}
		case 'query':
		case 'header':
		case 'hmac':
		case 'standardWebhooks': {
			const { secret } = authentication;
			const inQuery = new URLSearchParams([['', secret]]).toString().slice(1);
			return [...new Set([secret, inQuery, encodeURIComponent(secret)])].filter(
				(text) => text !== '',
			);
		}
	}
}
