import type { z } from 'zod/v4';

import { createRedactor } from '../authentication/redactor';
import { isDeeperThan, type JsonValue } from '../formats/json';
import { parseJsonLosslessly } from '../formats/parseJson';
import type { ApiAnswer, ApiHttp, ApiRequest, NoApiAnswer } from './http';
import { KeyGate } from './keyGate';
import type { Listing } from './listing';
import { inPortions } from './portions';
import { ApiProblem } from './problem';
import type { ApiTools } from './tools';

/** Seconds a recorder may take for an answer, unless a call knows better. */
const TIMEOUT_SECONDS = 20;

/** Enough for settings and rooms. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Characters of a refusal that are looked at. */
const LONGEST_REFUSAL = 20_000;

/** The deepest answer, DDTV's tree of folders, has two levels for each of its 32. */
const MAX_DEPTH = 100;

/** Enough for tens of thousands of files. */
export const MAX_LISTING_BYTES = 24 * 1024 * 1024;

/** Each is gone through at every look; the largest recorders known have some hundred. */
const MAX_ROOMS = 10_000;

/** One call of an API. */
export interface ApiCall {
	readonly method: ApiRequest['method'];
	/** From the base address on, percent-encoded, with a query where there is one. */
	readonly path: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** Sent as JSON. */
	readonly json?: unknown;
	/** Sent as a form. */
	readonly form?: string;
	readonly timeoutSeconds?: number;
	readonly maxBytes?: number;
	/** What the answer counts towards. */
	readonly listing?: Listing;
}

/** What is particular to one recorder's API. */
export interface ApiDialect {
	/** The recorder, as in messages: `blrec`. */
	readonly title: string;
	readonly baseUrl: string;
	readonly headers: Readonly<Record<string, string>>;
	/** What must never come out in a message. */
	readonly secrets: readonly string[];
	readonly acceptsAnyCertificate: boolean;
	/** What this recorder means by an answer that isn't a success; null leaves it to the general rules. */
	readonly problemOf?: (answer: ApiAnswer) => ApiProblem | null;
	/** What a connection that is closed without an answer means, for a recorder that refuses that way. */
	readonly closedMeans?: { readonly message: string; readonly advice: string };
}

/** Calls one recorder's API and reads its answers. Every method throws an {@link ApiProblem}, and nothing else. */
export interface ApiClient {
	readonly title: string;
	readonly baseUrl: string;
	/** The headers that let a request in, for downloads. */
	readonly headers: Readonly<Record<string, string>>;
	readonly acceptsAnyCertificate: boolean;
	/** An answer with a status from 200 to 299. */
	call(call: ApiCall): Promise<ApiAnswer>;
	/** The JSON of such an answer, as far as the schema asks for it. */
	read<T>(call: ApiCall, schema: z.ZodType<T>): Promise<T>;
	/** A problem of this recorder, without secrets. */
	problem(
		reason: ApiProblem['reason'],
		message: string,
		advice: string,
		status?: number | null,
	): ApiProblem;
	/** A value as the schema asks for it. */
	expect<T>(value: unknown, schema: z.ZodType<T>, what: string): T;
	/** Looks at each element, a portion at a time: long answers are not to hold n8n up. */
	each<T>(list: Iterable<T>, look: (element: T) => void): Promise<void>;
	/** The elements of a list that have what is needed of them; the others are left out. */
	elements<T>(list: readonly unknown[], schema: z.ZodType<T>): Promise<T[]>;
	/** The same for a list of rooms: of more than anybody has, none are looked at. */
	rooms<T>(list: readonly unknown[], schema: z.ZodType<T>): Promise<T[]>;
	/** The call that tests the credential: an answer of another form than the recorder's came from something else. */
	identify<T>(ask: () => Promise<T>): Promise<T>;
}

/** A client for one recorder. */
export function createClient(
	dialect: ApiDialect,
	http: ApiHttp,
	{ gate = new KeyGate(), breathe = async () => {} }: ApiTools = {},
): ApiClient {
	const { title, baseUrl } = dialect;
	const redactor = createRedactor({
		texts: dialect.secrets.filter((secret) => secret !== ''),
		headers: Object.keys(dialect.headers),
		parameters: ['sig', 'access_key_id'],
	});

	const problem: ApiClient['problem'] = (reason, message, advice, status = null) =>
		new ApiProblem(reason, onOneLine(redactor.text(message).slice(0, 600)), advice, status);

	const expect: ApiClient['expect'] = (value, schema, what) => {
		const parsed = schema.safeParse(value);
		if (parsed.success) return parsed.data;
		const [issue] = parsed.error.issues;
		const where =
			issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
		throw problem(
			'version',
			`${title} answered ${what} in a form that is not known${where}`,
			`This package may be too old for this version of ${title}, or the other way round.`,
		);
	};

	const each: ApiClient['each'] = async (list, look) => {
		for await (const element of inPortions(list, breathe)) look(element);
	};

	const elements: ApiClient['elements'] = async <T>(
		list: readonly unknown[],
		schema: z.ZodType<T>,
	): Promise<T[]> => {
		const found: T[] = [];
		const look = (element: unknown): void => {
			const parsed = schema.safeParse(element);
			if (parsed.success) found.push(parsed.data);
		};
		await each(list, look);
		return found;
	};

	const rooms: ApiClient['rooms'] = async (list, schema) => {
		if (list.length <= MAX_ROOMS) return await elements(list, schema);
		throw problem(
			'too large',
			`${title} lists more than ${MAX_ROOMS} rooms`,
			`Check the address: no ${title} can record so many.`,
		);
	};

	const call = async (wanted: ApiCall): Promise<ApiAnswer> =>
		await gate.pass(async () => await send(wanted));

	const send = async (wanted: ApiCall): Promise<ApiAnswer> => {
		const answer = await http({
			method: wanted.method,
			url: `${baseUrl}${wanted.path}`,
			headers: {
				Accept: 'application/json',
				...dialect.headers,
				...bodyType(wanted),
				...wanted.headers,
			},
			body: bodyOf(wanted),
			timeoutSeconds: wanted.timeoutSeconds ?? TIMEOUT_SECONDS,
			maxBytes: wanted.maxBytes ?? MAX_BYTES,
			acceptsAnyCertificate: dialect.acceptsAnyCertificate,
		});
		if (answer.status === null) {
			const { closedMeans } = dialect;
			if (answer.reason === 'closed' && closedMeans !== undefined) {
				throw problem('closed', closedMeans.message, closedMeans.advice);
			}
			throw unanswered(answer, title, problem);
		}
		if (answer.status >= 200 && answer.status < 300) return answer;
		// Before anything is cut from it: half a secret is one, too.
		const shown = { ...answer, text: redactor.text(answer.text.slice(0, LONGEST_REFUSAL)) };
		const own = dialect.problemOf?.(shown) ?? null;
		throw own === null
			? statusProblem(shown, title, problem)
			: problem(own.reason, own.message, own.advice, own.status);
	};

	const read: ApiClient['read'] = async (wanted, schema) => {
		const answer = await call(wanted);
		wanted.listing?.count(answer);
		if (answer.isCut) {
			throw problem(
				'too large',
				`${title}'s answer is larger than ${Math.round((wanted.maxBytes ?? MAX_BYTES) / 1_048_576)} MiB`,
				'Ask for less, e.g. for one folder or one room.',
				answer.status,
			);
		}
		return expect(
			parseAnswer(answer, title, problem),
			schema,
			`${wanted.method} ${shown(wanted.path)}`,
		);
	};

	const identify: ApiClient['identify'] = async (ask) =>
		await ask().catch((error: unknown) => {
			// With a status, the recorder may be too old for the call.
			const isOfAnotherForm =
				error instanceof ApiProblem && error.reason === 'version' && error.status === null;
			if (!isOfAnotherForm) throw error;
			throw problem(
				'not the recorder',
				`What answered is not ${title}: it does not answer as ${title} does`,
				`Check the address and the port: something else is there, or a ${title} that this package does not know.`,
			);
		});

	return {
		title,
		baseUrl,
		headers: dialect.headers,
		acceptsAnyCertificate: dialect.acceptsAnyCertificate,
		call,
		read,
		problem,
		expect,
		each,
		elements,
		rooms,
		identify,
	};
}

/** Without what a recorder would write lines of its own with, or colours, into n8n's log. */
function onOneLine(text: string): string {
	return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function shown(path: string): string {
	return path.split('?')[0] ?? path;
}

function bodyOf({ json, form }: ApiCall): string | null {
	if (json !== undefined) return JSON.stringify(json);
	return form ?? null;
}

function bodyType({ json, form }: ApiCall): Record<string, string> {
	if (json !== undefined) return { 'Content-Type': 'application/json' };
	if (form === undefined) return {};
	return { 'Content-Type': 'application/x-www-form-urlencoded' };
}

function parseAnswer(answer: ApiAnswer, title: string, problem: ApiClient['problem']): JsonValue {
	let value: JsonValue;
	try {
		value = parseJsonLosslessly(answer.text);
	} catch (error) {
		if (error instanceof RangeError) {
			throw problem(
				'too large',
				`${title}'s answer ${error.message}`,
				'Ask for less, e.g. for one folder or one room.',
				answer.status,
			);
		}
		if (isHtml(answer)) throw foreignPage(answer, title, problem);
		throw problem(
			'not the recorder',
			`What answered is not ${title}: it sent no JSON`,
			`Check the address: it must be ${title}'s own, with nothing after host and port but the path a proxy adds.`,
			answer.status,
		);
	}
	// What is written back goes through code that recurses.
	if (!isDeeperThan(value, MAX_DEPTH)) return value;
	throw problem(
		'not the recorder',
		`What answered is not ${title}: its JSON is nested more than ${MAX_DEPTH} levels deep`,
		`Check the address: it must be ${title}'s own.`,
		answer.status,
	);
}

function isHtml({ headers, text }: ApiAnswer): boolean {
	return /html/i.test(headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(text);
}

/** A page for people. With a password field, or named so, it is the login of a proxy in front of the recorder. */
function foreignPage(
	{ text, status }: ApiAnswer,
	title: string,
	problem: ApiClient['problem'],
): ApiProblem {
	const isLogin = /type=["']?password|<form|log ?in|sign ?in|登录|登錄/i.test(
		text.slice(0, 20_000),
	);
	return isLogin
		? problem(
				'not the recorder',
				`A login page answered instead of ${title}`,
				`A proxy in front of ${title} wants people to log in. Give an address that goes around it, or let the proxy pass n8n's requests.`,
				status,
			)
		: problem(
				'not the recorder',
				`A web page answered instead of ${title}'s API`,
				`Check the address and the port: something else is there, or ${title} is an older version without this call.`,
				status,
			);
}

function statusProblem(
	answer: ApiAnswer,
	title: string,
	problem: ApiClient['problem'],
): ApiProblem {
	const { status, headers } = answer;
	if (status >= 300 && status < 400) {
		const target = originOf(headers.location);
		const isLogin = /login|auth|sso|oauth/i.test(headers.location ?? '');
		return problem(
			'not the recorder',
			`${title}'s address redirects${target === null ? '' : ` to ${target}`}`,
			isLogin
				? `It looks like the login of a proxy. Give an address that goes around it, or let the proxy pass n8n's requests.`
				: 'Redirects are not followed, so that no key goes elsewhere. Give the address it leads to.',
			status,
		);
	}
	if (status === 401 || status === 403) {
		return problem(
			'key',
			status === 401
				? `${title} does not accept the key or password`
				: `${title}, or a proxy in front of it, refuses access`,
			'Check the credential. Nothing is tried again with it.',
			status,
		);
	}
	if (status === 407) {
		return problem(
			'not the recorder',
			'The proxy on the way wants a login',
			'Set the proxy in the environment of n8n, with its user and password.',
			status,
		);
	}
	if (status === 502 || status === 503 || status === 504) {
		return problem(
			'unreachable',
			`A proxy answered that it cannot reach ${title} (${status})`,
			`Check that ${title} is running.`,
			status,
		);
	}
	if (isHtml(answer) && status !== 500) return foreignPage(answer, title, problem);
	if (status === 404 || status === 405) {
		return problem(
			'version',
			`${title} does not know this call (${status})`,
			`Check the address, and that ${title} is not an older version without this call, or set to read-only.`,
			status,
		);
	}
	return problem(
		'refused',
		`${title} answered ${status}${excerpt(answer)}`,
		status >= 500 ? `${title}'s own log says more.` : 'Check what was asked for.',
		status,
	);
}

function excerpt({ text }: ApiAnswer): string {
	const line = text.trim().split('\n')[0] ?? '';
	return line === '' || line.startsWith('<') ? '' : `: ${line.slice(0, 200)}`;
}

function originOf(location: string | undefined): string | null {
	try {
		const { protocol, host } = new URL(location ?? '');
		return `${protocol}//${host}`;
	} catch {
		return null;
	}
}

function unanswered(
	{ reason, message }: NoApiAnswer,
	title: string,
	problem: ApiClient['problem'],
): ApiProblem {
	switch (reason) {
		case 'timeout':
			return problem(
				'timeout',
				`${title} did not answer in time (${message})`,
				`Check that ${title} is running and not overloaded.`,
			);
		case 'closed':
			return problem(
				'closed',
				`${title} closed the connection without an answer`,
				`Check the address, whether it wants https instead of http, and ${title}'s own log.`,
			);
		case 'garbled':
			return problem(
				'not the recorder',
				`What answered is not ${title}, or was changed on its way: ${message}`,
				'Check the address, whether it wants https instead of http, and any proxy in between.',
			);
		case 'blocked':
			return problem(
				'blocked',
				`n8n does not let requests go to ${title}'s address: ${message}`,
				'N8N_SSRF_PROTECTION_ENABLED is on: add the recorder to N8N_SSRF_ALLOWED_IP_RANGES or N8N_SSRF_ALLOWED_HOSTNAMES in the environment of n8n.',
			);
		case 'certificate':
			return problem(
				'unreachable',
				`${title}'s certificate is not accepted: ${message}`,
				'If it is a certificate you made yourself, switch on Ignore SSL Issues in the credential.',
			);
		case 'unreachable':
			return problem(
				'unreachable',
				`${title} cannot be reached: ${message}`,
				`Check that ${title} is running, and that its address is the one n8n sees: from within a container, localhost is the container itself.`,
			);
	}
}

/** Each segment of a path, percent-encoded: Chinese, spaces, `#`, `%`. `/` and `\` both part segments. */
export function encodePath(path: string): string {
	return path.split(/[\\/]/).map(encodeText).join('/');
}

/** A text, percent-encoded. JSON may hold half a character, as file names of Windows do: that can't be encoded, and is replaced. */
export function encodeText(text: string): string {
	return encodeURIComponent(text.toWellFormed());
}

/** Whether a path stays where it starts: no segment leads upwards, as the recorders themselves refuse. */
export function staysInside(path: string): boolean {
	return !path
		.split(/[\\/]/)
		.some((segment) => segment === '.' || (segment.includes('..') && /^[. ]+$/.test(segment)));
}
