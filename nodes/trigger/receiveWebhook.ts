import {
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { simplify } from '../../formats/simplify';
import type { Claim } from '../../inbound/claims';
import { type Answer, receive, type Reception } from '../../inbound/receive';
import { type RequestReport, reportRequest } from '../../inbound/requestReport';
import { type Admission, admit, misconfigured, type Refusal } from './admission';
import { redisClaimsOf } from './claimStores';
import { Misconfiguration } from './parameters/parameter';
import {
	isSavedDataBehind,
	nodeStateOf,
	persistNodeState,
	scratchStateOf,
	systemClock,
} from './nodeState';
import { LogOncePerMinute } from './logOncePerMinute';
import { settleClaim, untilSettled } from './settleClaim';
import type { TriggerChoices } from './triggerChoices';
import { invalidOutputIndex, outputIndexOf } from './triggerOutputs';
import { type TriggerSettings, triggerSettings } from './triggerSettings';

/**
 * What every trigger's `webhook` does: the request through the pipeline, its result to n8n.
 * Refusals are answered, not thrown: an exception would be stored by n8n as a failed execution.
 */
export async function receiveWebhook(
	context: IWebhookFunctions,
	choices: TriggerChoices,
): Promise<IWebhookResponseData> {
	const node = context.getNode();
	const admission = await admit(context, node, choices, systemClock.now());
	if (!admission.ok) return refuse(context, node, admission.refusal);
	const settings = triggerSettings.read(context, node, choices);
	if (settings instanceof Misconfiguration) {
		return refuse(context, node, misconfigured(settings).refusal);
	}
	const { request, authentication } = admission;
	const { reception, claim } =
		context.getMode() === 'manual'
			? await receiveInTest(context, node, admission, settings)
			: await receiveInProduction(context, node, admission, settings);
	if (claim !== null) settleClaim(claim, context.getResponseObject(), systemClock);
	if (reception.outcome === 'answered') return answer(context, reception.answer);
	const report = settings.includeRequest ? reportRequest(request, authentication) : null;
	// The reply counts because the webhook's description has an empty `responseData`: see recorderTrigger.ts.
	return {
		workflowData: putOut(reception, settings, report),
		webhookResponse: reception.reply,
	};
}

type Admitted = Extract<Admission, { ok: true }>;

interface Received {
	readonly reception: Reception;
	readonly claim: Claim | null;
}

async function receiveInProduction(
	context: IWebhookFunctions,
	node: INode,
	{ request, message }: Admitted,
	settings: TriggerSettings,
): Promise<Received> {
	const state = nodeStateOf(context, node);
	const { claims, rooms } = state.parts;
	const roomsBefore = rooms.revision;
	const reception = await receive(
		request,
		settings.receiving,
		{
			claims: settings.claimsInRedis ? await redisClaimsOf(context, claims) : claims,
			rooms: settings.remember ? rooms : null,
			clock: systemClock,
		},
		message,
	);
	const { claim } = reception;
	const hasChanged = claim !== null || rooms.revision !== roomsBefore;
	if (hasChanged || isSavedDataBehind(context, state)) {
		await persistNodeState(context, state, {
			finished: untilSettled(context.getResponseObject(), systemClock),
			// When it serialises, n8n 2 has stored this request's execution (webhook-helpers.js, executeWebhook: first the run, then
			// the callback that saves): that is the moment from which the request's claim may outlive the process.
			beforeSerialising: () => claim?.markStored(),
		});
	}
	return { reception, claim };
}

/** A test run in the editor compares nothing, asks no Redis and leaves no trace. */
async function receiveInTest(
	context: IWebhookFunctions,
	node: INode,
	{ request }: Admitted,
	settings: TriggerSettings,
): Promise<Received> {
	const { claims, rooms } = scratchStateOf(context, node).parts;
	const reception = await receive(
		request,
		{ ...settings.receiving, claimSeconds: null },
		{ claims, rooms: settings.remember ? rooms : null, clock: systemClock },
	);
	return { reception, claim: null };
}

const refusals = new LogOncePerMinute(systemClock);

/** Refuses a sender, and says why in n8n's log. */
function refuse(
	context: IWebhookFunctions,
	node: INode,
	{ answer: refusal, reason }: Refusal,
): IWebhookResponseData {
	const { id, name } = context.getWorkflow();
	// What differs from one sender to the next is no other reason.
	const kind = `${id} ${node.id} ${refusal.status} ${reason.replaceAll(/\d+/g, '0')}`;
	const sender = (context.getRequestObject().ip ?? 'unknown').replaceAll(/[^\w.:%]/g, '?');
	refusals.warn(
		context.logger,
		kind,
		`${node.name} of workflow "${name}" (${id}) refused a delivery from ${sender.slice(0, 60)} with ${refusal.status}: ${reason}`,
	);
	return answer(context, refusal);
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
