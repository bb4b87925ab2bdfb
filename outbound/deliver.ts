import { createRedactor, proofsIn, type Redactor, secretsInUrl } from '../authentication/redactor';
import type { OutgoingRequest } from '../authentication/requests';
import { type Authentication, authorise, secretPlaces } from '../authentication/schemes';
import type { DeliveryProfile } from '../formats/delivery';
import type { JsonObject } from '../formats/json';
import {
	type TargetAnswer,
	type DeliveryPolicy,
	type Redirect,
	redirectOf,
} from './deliveryPolicy';
import { userInfoAsHeader } from './userInfo';

/** No answer came: why, in words. */
export interface NoAnswer {
	readonly status: null;
	readonly error: string;
}

/** What delivering needs from outside. */
export interface DeliveryTools {
	/** Puts one request on the wire; never throws, never follows a redirect. */
	send(request: OutgoingRequest, timeoutSeconds: number): Promise<TargetAnswer | NoAnswer>;
	/** Milliseconds since 1970. */
	now(): number;
	/** Resolves after that time, or at once when the work is cancelled. */
	sleep(seconds: number): Promise<void>;
	isCancelled(): boolean;
}

/** One attempt, as it is reported. */
export interface Attempt {
	readonly attempt: number;
	/** When it was made, ISO 8601. */
	readonly at: string;
	/** Null where no answer came. */
	readonly status: number | null;
	readonly durationMs: number;
	/** Why it doesn't count as delivered; null where it does. */
	readonly error: string | null;
	/** The wait before it. */
	readonly waitedSeconds: number;
}

/** What became of one event at one URL. Secrets are taken out. */
export interface DeliveryResult {
	readonly url: string;
	readonly delivered: boolean;
	/** Of the last attempt. */
	readonly status: number | null;
	/** The beginning of the last answer's body. */
	readonly answer: string | null;
	readonly attempts: readonly Attempt[];
}

/** What a request says, wherever it goes and whoever sends it. */
export type Content = Omit<OutgoingRequest, 'url'>;

/** One event to be delivered. */
export interface Delivery {
	/** By {@link contentsOf}. */
	readonly contentOf: (attempt: number) => Content;
	/** The same for every attempt: what a signature names the event by. */
	readonly identity: string;
	readonly authentication: Authentication;
	readonly policy: DeliveryPolicy;
}

/**
 * The content of each attempt to deliver an event: written once, unless the recorder changes the body when it tries again.
 *
 * @param numbers paths of texts that go out as numbers: see `DeliveryProfile.encode`
 */
export function contentsOf(
	{ headers, encode, bodyOfAttempt }: DeliveryProfile,
	body: JsonObject,
	numbers: ReadonlySet<string> = new Set(),
): (attempt: number) => Content {
	const first: Content = { method: 'POST', headers, body: encode(body, numbers) };
	return (attempt) =>
		attempt === 1 || bodyOfAttempt === undefined
			? first
			: { ...first, body: encode(bodyOfAttempt(body, attempt), numbers) };
}

/** The request of one attempt, with its proof. */
function requestOf(
	{ contentOf, identity, authentication }: Omit<Delivery, 'policy'>,
	url: string,
	attempt: number,
	now: number,
): OutgoingRequest {
	const request = userInfoAsHeader({ ...contentOf(attempt), url });
	return authorise(request, authentication, { messageId: identity, now });
}

/** What the first request to a URL says, with secrets taken out. */
export function describeRequest(
	delivery: Omit<Delivery, 'policy'>,
	url: string,
	now: number,
): Content {
	const request = requestOf(delivery, url, 1, now);
	const { method, headers, body } = request;
	return { method, headers: redactorOf(delivery, url, request).headers(headers), body };
}

/** Takes out whatever is secret about a request: of its authentication, its URL, and what proves this very request. */
function redactorOf(
	{ authentication }: Pick<Delivery, 'authentication'>,
	url: string,
	request: OutgoingRequest,
): Redactor {
	const places = secretPlaces(authentication);
	const proofHeaders = new Set(
		['authorization', ...places.headers].map((name) => name.toLowerCase()),
	);
	const proofs = proofsIn(request.headers, (name) => proofHeaders.has(name.toLowerCase()));
	return createRedactor(places, secretsInUrl(url), proofs);
}

/** Delivers one event to every URL at the same time, to each with its own attempts; the results are in their order. */
export async function deliver(
	delivery: Delivery,
	urls: readonly string[],
	tools: DeliveryTools,
): Promise<DeliveryResult[]> {
	return await Promise.all(urls.map(async (url) => await deliverTo(url, delivery, tools)));
}

async function deliverTo(
	url: string,
	delivery: Delivery,
	tools: DeliveryTools,
): Promise<DeliveryResult> {
	const { policy } = delivery;
	let redactor: Redactor | null = null;
	const attempts: Attempt[] = [];
	const startedAt = tools.now();
	let waitedSeconds = 0;
	let last: TargetAnswer | NoAnswer = { status: null, error: 'Cancelled' };
	let delivered = false;

	for (let attempt = 1; !tools.isCancelled(); attempt++) {
		const madeAt = tools.now();
		const request = requestOf(delivery, url, attempt, madeAt);
		redactor = redactorOf(delivery, url, request);
		last = await tools.send(request, policy.timeoutSeconds);
		delivered = last.status !== null && policy.isSuccess(last);
		attempts.push({
			attempt,
			at: new Date(madeAt).toISOString(),
			status: last.status,
			durationMs: tools.now() - madeAt,
			error: delivered ? null : reasonOf(last, policy, redactor),
			waitedSeconds,
		});
		const scheduledWait = policy.waitsSeconds[attempt - 1];
		if (delivered || scheduledWait === undefined) break;
		const elapsedSeconds = (tools.now() - startedAt) / 1000;
		if (policy.giveUpAfterSeconds !== null && elapsedSeconds >= policy.giveUpAfterSeconds) break;
		waitedSeconds = waitAfter(last, scheduledWait, policy, tools.now());
		await tools.sleep(waitedSeconds);
	}
	redactor ??= createRedactor(secretPlaces(delivery.authentication), secretsInUrl(url));
	return {
		url: redactor.text(url),
		delivered,
		status: last.status,
		answer: last.status === null ? null : answerText(last, redactor),
		attempts,
	};
}

function answerText(answer: TargetAnswer, redactor: Redactor): string | null {
	// Secrets first, so that none is cut in two and no longer known.
	return answer.excerpt === ''
		? null
		: redactor.text(answer.excerpt).slice(0, LONGEST_ANSWER).toWellFormed();
}

/** Characters of an answer, and of an error, that are reported. */
const LONGEST_ANSWER = 2000;
const LONGEST_REASON = 300;

function reasonOf(
	answer: TargetAnswer | NoAnswer,
	policy: DeliveryPolicy,
	redactor: Redactor,
): string {
	if (answer.status === null) return redactor.text(answer.error).slice(0, LONGEST_REASON);
	const redirect = redirectOf(answer);
	if (redirect === null) return `Answered ${answer.status}${fallsShort(answer, policy)}`;
	const target = redirectTarget(redactor.text(redirect.location));
	const where = `a redirect to ${target}, which is not followed`;
	return `Answered ${answer.status}, ${where}${fateOf(redirect, policy)}`;
}

/** Some recorders read the body, too. */
function fallsShort({ status, excerpt }: TargetAnswer, { successBody }: DeliveryPolicy): string {
	const isBodyWrong = status < 300 && successBody !== null && !successBody.test(excerpt);
	return isBodyWrong ? ', but not with the body the recorder goes on with' : '';
}

/** What would have become of the event with the recorder itself (FACTS section 9). */
function fateOf({ goes }: Redirect, { followsRedirects }: DeliveryPolicy): string {
	if (followsRedirects !== true) return '';
	return goes === 'with the body'
		? '; the recorder would post it again there'
		: '; the recorder would go there without the body: the event would be lost';
}

/** Where a redirect leads, without its query: targets like to hand secrets on there. */
function redirectTarget(location: string): string {
	return location.replace(/[?#].*$/s, '').slice(0, LONGEST_REASON);
}

/** The scheduled wait, or what the target asks for, if that is longer; never more than the schedule's longest. */
function waitAfter(
	answer: TargetAnswer | NoAnswer,
	scheduled: number,
	policy: DeliveryPolicy,
	now: number,
): number {
	if (!policy.honourRetryAfter || answer.status === null) return scheduled;
	const asked = retryAfterSeconds(answer.headers['retry-after'], now);
	if (asked === null) return scheduled;
	return Math.max(scheduled, Math.min(asked, Math.max(...policy.waitsSeconds)));
}

/** `Retry-After: 120`, or a date (RFC 9110, section 10.2.3). */
function retryAfterSeconds(value: string | undefined, now: number): number | null {
	if (value === undefined) return null;
	const text = value.trim();
	if (/^\d{1,9}$/.test(text)) return Number(text);
	const date = Date.parse(text);
	return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000);
}
