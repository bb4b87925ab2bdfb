import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { JsonObject } from '../../../formats/json';
import {
	contentsOf,
	type Delivery,
	deliver,
	type DeliveryResult,
	describeRequest,
} from '../../../outbound/deliver';
import { type Authentication, authenticationProblem } from '../../../authentication/schemes';
import { ParameterProblem } from '../itemParameters';
import {
	type FailedOutcome,
	itemsOf,
	type OperationTools,
	type Outcome,
	type Plan,
} from './operation';
import type { Target } from './targets';

/** The request as items report it. */
export const requestOutput = z.lazy(() =>
	z.object({
		method: z.literal('POST'),
		headers: z.record(z.string(), z.string()).describe('Without secrets'),
		body: z.string().describe('The bytes of the first attempt'),
	}),
);

/** How sending went, as items report it. */
export const sentOutput = () => ({
	delivered: z.boolean().describe('Whether every URL has it'),
	request: requestOutput,
	deliveries: z
		.array(
			z.object({
				url: z.string().describe('Without secrets'),
				delivered: z.boolean(),
				status: z.number().int().nullable(),
				answer: z.string().nullable().describe('The beginning of the last answer'),
				attempts: z.array(
					z.object({
						attempt: z.number().int(),
						at: z.iso.datetime(),
						status: z.number().int().nullable().describe('Null where no answer came'),
						durationMs: z.number(),
						error: z.string().nullable(),
						waitedSeconds: z.number(),
					}),
				),
			}),
		)
		.describe('One per URL'),
});

/** What is put on the wire. */
interface Content {
	readonly body: JsonObject;
	/** Paths in it of texts that go out as numbers. */
	readonly numbers?: ReadonlySet<string>;
	/** The same for every delivery of the event. */
	readonly identity: string;
}

/** Sends one event; `summary` is what its item says beside how the sending went. */
export function sendOne(
	event: Content,
	target: Target,
	summary: IDataObject,
	tools: OperationTools,
): Plan {
	return async () => {
		const report = await deliverEvent(event, target, await authenticationFrom(tools), tools);
		return outcomeOf({ ...summary, ...report.json }, report, target);
	};
}

/**
 * How the target is to know who sends.
 *
 * @throws ParameterProblem where the credential can't be used
 */
export async function authenticationFrom(tools: OperationTools): Promise<Authentication> {
	const authentication = await tools.authentication();
	const problem = authenticationProblem(authentication);
	if (problem !== null) throw new ParameterProblem(`${problem}: complete the credential`);
	return authentication;
}

/** How sending one event went: for the program, and for the item. */
export interface DeliveryReport {
	readonly results: readonly DeliveryResult[];
	readonly json: IDataObject;
}

/** Delivers one event to all URLs of a target. */
export async function deliverEvent(
	{ body, numbers, identity }: Content,
	{ urls, profile, policy }: Target,
	authentication: Authentication,
	tools: OperationTools,
): Promise<DeliveryReport> {
	const delivery: Delivery = {
		contentOf: contentsOf(profile, body, numbers),
		identity,
		authentication,
		policy,
	};
	const [firstUrl = ''] = urls;
	const request = describeRequest(delivery, firstUrl, tools.now());
	const results = await deliver(delivery, urls, tools);
	return {
		results,
		json: {
			delivered: results.every((result) => result.delivered),
			request: { ...request },
			deliveries: results.map((result) => ({ ...result, attempts: [...result.attempts] })),
		},
	};
}

function outcomeOf(json: IDataObject, report: DeliveryReport, { neverError }: Target): Outcome {
	const failed = report.results.filter(({ delivered }) => !delivered);
	const [first] = failed;
	if (first === undefined || neverError) return itemsOf([json]);
	return targetFailure(failed.length, first, report.results.length, json);
}

/** Of so many deliveries, so many failed, this one first. */
export function targetFailure(
	failed: number,
	first: DeliveryResult,
	total: number,
	details: IDataObject,
): FailedOutcome {
	const attempts = first.attempts.length;
	const reason = first.attempts.at(-1)?.error ?? 'Cancelled';
	const where = total === 1 ? '' : ` to ${failed} of ${total} URLs`;
	const answer = first.answer === null ? '' : ` It answered: ${first.answer.slice(0, 300)}`;
	return {
		ok: false,
		message: `The event could not be delivered${where}: ${reason}`,
		description: `${first.url} was tried ${attempts === 1 ? 'once' : `${attempts} times`}. ${adviceFor(first)}${answer}`,
		httpCode: first.status === null ? null : String(first.status),
		ofTarget: true,
		details,
	};
}

function adviceFor({ status }: DeliveryResult): string {
	if (status === null) {
		return 'Check the URL, and that the target is running and can be reached from n8n.';
	}
	if (status >= 300 && status < 400) return 'Give the address that the redirect leads to.';
	if (status === 401 || status === 403) return 'Check the credential.';
	if (status === 404)
		return 'Check the URL; the Production URL of an n8n workflow answers when it is published.';
	return 'To go on all the same, switch on Never Error in the options.';
}
