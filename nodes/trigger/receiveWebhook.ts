import {
	type IDataObject,
	type INodeExecutionData,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import {
	type Authentication,
	authenticationProblem,
	NOT_SET_UP,
	readAuthentication,
} from '../../authentication/schemes';
import { simplify } from '../../formats/simplify';
import { type Answer, receive, type Reception } from '../../inbound/receive';
import { headersFrom, type InboundRequest } from '../../inbound/request';
import { type RequestReport, reportRequest } from '../../inbound/requestReport';
import { redisClaimsOf } from './claimStores';
import { Misconfiguration } from './parameters/parameter';
import { nodeStateOf, persistNodeState, systemClock } from './nodeState';
import { settleClaim, untilSettled } from './settleClaim';
import type { TriggerChoices } from './triggerChoices';
import { invalidOutputIndex, outputIndexOf } from './triggerOutputs';
import { type TriggerSettings, triggerSettingsOf } from './triggerSettings';
import { WEBHOOK_CREDENTIAL } from '../shared/webhookCredential';

/**
 * What every trigger's `webhook` does: the request through the pipeline, its result to n8n.
 * Refusals are answered, not thrown: an exception would be stored by n8n as a failed execution.
 */
export async function receiveWebhook(
	context: IWebhookFunctions,
	choices: TriggerChoices,
): Promise<IWebhookResponseData> {
	const isTestRun = context.getMode() === 'manual';
	const request = await readRequest(context);
	const node = context.getNode();
	const settings = triggerSettingsOf(context, node, choices);
	if (settings instanceof Misconfiguration) {
		return answer(context, misconfigured(settings.reason));
	}
	const authentication = await authenticationOf(context, settings);
	const problem =
		typeof authentication === 'string' ? authentication : authenticationProblem(authentication);
	if (typeof authentication === 'string' || problem !== null) {
		// For whoever set it up, not for whoever knows the URL.
		context.logger.warn(`${node.name} takes nothing: ${problem}`);
		return answer(context, misconfigured(NOT_SET_UP));
	}

	const state = nodeStateOf(context, node);
	const { claims, rooms } = state.parts;
	const roomsBefore = rooms.revision;
	const { claimSeconds } = settings.receiving;
	const reception = await receive(
		request,
		{ ...settings.receiving, authentication, claimSeconds: isTestRun ? null : claimSeconds },
		{
			claims: settings.claimsInRedis && !isTestRun ? await redisClaimsOf(context, claims) : claims,
			rooms: settings.remember ? rooms : null,
			now: systemClock.now,
		},
	);
	const claim = reception.outcome === 'answered' ? null : reception.claim;
	const response = context.getResponseObject();
	if (claim !== null) settleClaim(claim, response, systemClock);
	const hasChanged = claim !== null || rooms.revision !== roomsBefore;
	if (!isTestRun && hasChanged) {
		await persistNodeState(context, state, {
			finished: untilSettled(response, systemClock),
			// When it serialises, n8n 2 has stored this request's execution (webhook-helpers.js, executeWebhook: first the run, then
			// the callback that saves): that is the moment from which the request's claim may outlive the process.
			beforeSerialising: () => claim?.markStored(),
		});
	}
	if (reception.outcome === 'answered') return answer(context, reception.answer);
	const report = settings.includeRequest ? reportRequest(request, authentication) : null;
	// The reply counts because the webhook's description has an empty `responseData`: see recorderTrigger.ts.
	return {
		workflowData: putOut(reception, settings, report),
		webhookResponse: reception.reply,
	};
}

async function readRequest(context: IWebhookFunctions): Promise<InboundRequest> {
	const request = context.getRequestObject();
	// n8n reads the body beforehand for some content types only. What can't be read (cut off, badly compressed, already
	// consumed as multipart) is a body the sender has to answer for, and no reason to store a failed execution.
	if (!Buffer.isBuffer(request.rawBody) && !isMultipart(request.headers['content-type'])) {
		await request.readRawBody().catch(() => {});
	}
	const body = Buffer.isBuffer(request.rawBody) ? request.rawBody : Buffer.alloc(0);
	return {
		headers: headersFrom(request.headersDistinct),
		query: { ...request.query },
		body,
		address: request.ip ?? null,
	};
}

function isMultipart(contentType: string | undefined): boolean {
	return /^multipart\//i.test(contentType ?? '');
}

/** How senders prove who they are, or why nobody can. */
async function authenticationOf(
	context: IWebhookFunctions,
	{ authenticates }: TriggerSettings,
): Promise<Authentication | string> {
	if (!authenticates) return { mode: 'none' };
	try {
		return readAuthentication(await context.getCredentials(WEBHOOK_CREDENTIAL));
	} catch {
		return 'it asks for authentication, but its credential is missing or cannot be read';
	}
}

/** Refused, not thrown: the sender keeps its event and tries again, and its log says why. */
function misconfigured(message: string): Answer {
	return { status: 503, headers: {}, body: { status: 'refused', message } };
}

function answer(
	context: IWebhookFunctions,
	{ status, headers, body }: Answer,
): IWebhookResponseData {
	if (status === 200) return { webhookResponse: body };
	context.getResponseObject().status(status).set(headers).json(body);
	return { noWebhookResponse: true };
}

type Accepted = Exclude<Reception, { outcome: 'answered' }>;

function putOut(
	reception: Accepted,
	{ outputs, simplify: isSimplified }: TriggerSettings,
	request: RequestReport | null,
): INodeExecutionData[][] {
	const index =
		reception.outcome === 'invalid'
			? invalidOutputIndex(outputs)
			: outputIndexOf(reception.event, reception.housekeeping, reception.known, outputs);
	const content =
		reception.outcome === 'invalid'
			? reception.report
			: isSimplified
				? simplify(reception.event)
				: reception.event;
	const json: IDataObject = {
		...content,
		...(request === null ? {} : { request: { ...request } }),
	};
	return outputs.map((_output, position) => (position === index ? [{ json }] : []));
}
