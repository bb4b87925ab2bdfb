import type { DeliveryProfile, SuccessRule } from '../formats/delivery';

/** When to try again, how long to wait, and what counts as delivered. */
export interface DeliveryPolicy {
	/** Seconds to wait before each further attempt: `[1, 2]` is three attempts. */
	readonly waitsSeconds: readonly number[];
	readonly timeoutSeconds: number;
	/** Whether a `Retry-After` in the answer lengthens the wait, up to the longest of `waitsSeconds`. */
	readonly honourRetryAfter: boolean;
	/** No further attempt once this many seconds have passed since the first; null: the waits alone decide. */
	readonly giveUpAfterSeconds: number | null;
	/** Whether the recorder would follow a redirect; null: not known. */
	readonly followsRedirects: boolean | null;
	/** What the body must look like for the recorder; null: anything. */
	readonly successBody: RegExp | null;
	isSuccess(answer: TargetAnswer): boolean;
}

/** What a target answered. */
export interface TargetAnswer {
	readonly status: number;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** The beginning of the body, for people. */
	readonly excerpt: string;
}

/** The statuses that send an HTTP client elsewhere, and whether it takes the body along. */
const REDIRECTS: ReadonlyMap<number, 'with the body' | 'without the body'> = new Map([
	[301, 'without the body'],
	[302, 'without the body'],
	[303, 'without the body'],
	[307, 'with the body'],
	[308, 'with the body'],
]);

/** Where an answer sends the client, and how it would go there. */
export interface Redirect {
	readonly location: string;
	readonly goes: 'with the body' | 'without the body';
}

/** Null where the answer is no redirect; a 304 is none. */
export function redirectOf({ status, headers }: TargetAnswer): Redirect | null {
	const goes = REDIRECTS.get(status);
	const { location } = headers;
	return goes === undefined || location === undefined ? null : { location, goes };
}

/** What a user wants otherwise than the recorder does it. */
export interface PolicyOverrides {
	readonly attempts?: number;
	readonly waitsSeconds?: readonly number[];
	readonly timeoutSeconds?: number;
	/** Status codes and ranges: `200, 204, 300-399`. */
	readonly successCodes?: string;
	readonly honourRetryAfter?: boolean;
}

const succeedsBy: Readonly<Record<SuccessRule, (status: number) => boolean>> = {
	'2xx': (status) => status >= 200 && status < 300,
	'exactly 200': (status) => status === 200,
	'below 400': (status) => status < 400,
	'neither 429 nor 5xx': (status) => status !== 429 && (status < 500 || status === 501),
	'any answer': () => true,
};

/**
 * The policy of a recorder, with the user's wishes on top. More attempts than the recorder makes repeat its last wait.
 *
 * @throws RangeError where `successCodes` can't be read
 */
export function policyOf(
	profile: DeliveryProfile,
	overrides: PolicyOverrides = {},
): DeliveryPolicy {
	const waits = overrides.waitsSeconds ?? profile.waitsSeconds;
	const attempts = overrides.attempts ?? waits.length + 1;
	const lastWait = waits.at(-1) ?? 1;
	const isOwnSchedule = overrides.attempts === undefined && overrides.waitsSeconds === undefined;
	return {
		waitsSeconds: Array.from({ length: attempts - 1 }, (_, index) => waits[index] ?? lastWait),
		timeoutSeconds: overrides.timeoutSeconds ?? profile.timeoutSeconds,
		honourRetryAfter: overrides.honourRetryAfter ?? profile.honoursRetryAfter ?? false,
		giveUpAfterSeconds: isOwnSchedule ? (profile.giveUpAfterSeconds ?? null) : null,
		followsRedirects: profile.followsRedirects ?? null,
		successBody: overrides.successCodes === undefined ? (profile.successBody ?? null) : null,
		isSuccess:
			overrides.successCodes === undefined
				? successOf(profile)
				: statusesIn(overrides.successCodes),
	};
}

/** An answer that sends the event elsewhere has not taken it, whatever the recorder makes of what it finds there. */
function successOf({ success, successBody }: DeliveryProfile): (answer: TargetAnswer) => boolean {
	const isSuccess = succeedsBy[success];
	return (answer) =>
		isSuccess(answer.status) &&
		redirectOf(answer) === null &&
		(successBody === undefined || successBody.test(answer.excerpt));
}

/** `200, 204, 300-399` as a test of a status code. */
function statusesIn(text: string): (answer: TargetAnswer) => boolean {
	const ranges = text
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== '')
		.map((part) => {
			const match = /^(\d{3})(?:\s*-\s*(\d{3}))?$/.exec(part);
			if (match === null) {
				throw new RangeError(`'${part}' is neither a status code nor a range such as 200-299`);
			}
			const from = Number(match[1]);
			return { from, to: Number(match[2] ?? from) };
		});
	if (ranges.length === 0) throw new RangeError('No status code is given');
	return ({ status }) => ranges.some(({ from, to }) => status >= from && status <= to);
}

/** `1, 2, 4` as seconds to wait; '' is no further attempt. */
export function parseWaits(text: string): readonly number[] {
	return text
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== '')
		.map((part) => {
			const seconds = Number(part);
			if (!Number.isFinite(seconds) || seconds < 0 || seconds > LONGEST_WAIT_SECONDS) {
				throw new RangeError(`'${part}' is no number of seconds from 0 to ${LONGEST_WAIT_SECONDS}`);
			}
			return seconds;
		});
}

/** Longer ones belong into a workflow of their own: the execution waits all the while. */
const LONGEST_WAIT_SECONDS = 3600;

/** URLs from a text with one on each line; a line given twice counts twice, as it does for the recorders. */
export function parseUrls(
	text: string,
):
	| { readonly ok: true; readonly urls: readonly string[] }
	| { readonly ok: false; readonly message: string } {
	const urls = text
		.split(/[\r\n]+/)
		.map((line) => line.trim())
		.filter((line) => line !== '');
	if (urls.length === 0) return { ok: false, message: 'No URL is given' };
	for (const [index, url] of urls.entries()) {
		if (!/^https?:/i.test(url) || !URL.canParse(url)) {
			const which = urls.length === 1 ? 'The URL' : `URL ${index + 1}`;
			return { ok: false, message: `${which} is no absolute http or https address` };
		}
	}
	return { ok: true, urls };
}
