import {
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import type { RecorderEvent } from '../../formats/recorderEvent';
import { readSessionWait, SESSION_WAIT_HEADER } from '../../formats/sessionWait';
import { simplify } from '../../formats/simplify';
import { type Answer, type LiveState, receive, type Reception } from '../../inbound/receive';
import { headerValue, type InboundRequest } from '../../inbound/request';
import { type RequestReport, reportRequest } from '../../inbound/requestReport';
import { type Admission, admit, misconfigured, type Refusal } from './admission';
import { catchesUp } from './catchUp';
import { redisClaimsOf } from './claimStores';
import { Misconfiguration } from './parameters/parameter';
import {
	isSavedDataBehind,
	knownNodeState,
	nodeStateOf,
	persistNodeState,
	scratchStateOf,
	type StateParts,
	systemClock,
} from './nodeState';
import { itemsOf } from './items';
import { LogOncePerMinute } from './logOncePerMinute';
import { isOwnRequest, SAVED } from './ownRequest';
import { livesInRedis } from './redisLives';
import { TestLives } from './sampleSession';
import { saveAfterAnswer } from './saveAfterAnswer';
import { settleClaim, untilSettled } from './settleClaim';
import { savesAfterStoring } from './staticData';
import { keepForTestRun } from './testRuns';
import { hasTimer } from './timer';
import type { TriggerChoices } from './triggerChoices';
import { triggerKeyOf } from './triggerKey';
import { type DueItem, livesInMemory, takeDue, watchesLives } from './triggerLives';
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
	const response = await respond(context, choices);
	if (context.getMode() === 'manual' && response.workflowData !== undefined) {
		keepForTestRun(context, response.workflowData);
	}
	return response;
}

async function respond(
	context: IWebhookFunctions,
	choices: TriggerChoices,
): Promise<IWebhookResponseData> {
	const node = context.getNode();
	if (isOwnRequest(context.getRequestObject())) return await saveState(context, node);
	const admission = await admit(context, node, choices, systemClock.now());
	if (!admission.ok) return refuse(context, node, admission.refusal);
	const settings = triggerSettings.read(context, node, choices);
	if (settings instanceof Misconfiguration) {
		return refuse(context, node, misconfigured(settings).refusal);
	}
	const { request, authentication } = admission;
	const { reception, made } =
		context.getMode() === 'manual'
			? await receiveInTest(context, node, admission, settings)
			: await receiveInProduction(context, node, admission, settings);
	if (reception.outcome === 'answered') {
		const { answer: given } = reception;
		if (made.length === 0 || given.status !== 200) return answer(context, given);
		return { workflowData: allOf(made, settings), webhookResponse: given.body };
	}
	const report = settings.includeRequest ? reportRequest(request, authentication) : null;
	// The reply counts because the webhook's description has an empty `responseData`: see recorderTrigger.ts.
	return {
		workflowData: allOf(made, settings, putOut(reception, settings, report)),
		webhookResponse: reception.reply,
	};
}

type Admitted = Extract<Admission, { ok: true }>;

interface Received {
	readonly reception: Reception;
	/** What the trigger puts out by itself, beside what it received. */
	readonly made: readonly RecorderEvent[];
}

/** The items of what the trigger made by itself, output by output, after those given. */
function allOf(
	made: readonly RecorderEvent[],
	settings: TriggerSettings,
	given: INodeExecutionData[][] = settings.outputs.map(() => []),
): INodeExecutionData[][] {
	const own = made.map((event) => itemsOf(event, settings));
	return given.map((items, output) => [...items, ...own.flatMap((part) => part[output] ?? [])]);
}

async function receiveInProduction(
	context: IWebhookFunctions,
	node: INode,
	{ request, message }: Admitted,
	settings: TriggerSettings,
): Promise<Received> {
	const state = nodeStateOf(context, node);
	const { address, claims, rooms, tally } = state.parts;
	const before = revisionOf(state.parts);
	address.note(context.getRequestObject());
	const reception = await receive(
		request,
		{ ...settings.receiving, notesFiles: catchesUp(node, settings) },
		{
			claims: settings.claimsInRedis ? await redisClaimsOf(context, claims) : claims,
			rooms: settings.remember ? rooms : null,
			lives: await livesFor(context, state.parts, settings, request),
			clock: systemClock,
		},
		message,
	);
	const { claim } = reception;
	// Before all else that could fail: then n8n answers 500, and the retry is to be taken as new.
	if (claim !== null) settleClaim(claim, context.getResponseObject(), systemClock);
	const due = dueWithRequest(context, node, state.parts, settings, reception);
	const hasChanged = claim !== null || due !== null || revisionOf(state.parts) !== before;
	tally.count(reception.outcome === 'answered' ? reception.fate : 'taken');
	if (hasChanged || isSavedDataBehind(context, state)) {
		await persistNodeState(context, state, {
			finished: untilSettled(context.getResponseObject(), systemClock),
			// When it serialises, n8n 2 has stored this request's execution (webhook-helpers.js, executeWebhook: first the run, then
			// the callback that saves): that is the moment from which the request's claim may outlive the process.
			beforeSerialising: () => {
				claim?.markStored();
				due?.markStored();
			},
		});
	}
	if (claim !== null && !savesAfterStoring) void saveAfterAnswer(context);
	return { reception, made: due === null ? [] : [due.event] };
}

/** Where lives are kept: nobody asks Redis for what isn't wanted. */
async function livesFor(
	context: IWebhookFunctions,
	parts: StateParts,
	settings: TriggerSettings,
	request: InboundRequest,
): Promise<LiveState> {
	const wait = readSessionWait(headerValue(request, SESSION_WAIT_HEADER));
	return settings.claimsInRedis && watchesLives(settings)
		? await livesInRedis(context, settings, wait)
		: livesInMemory(parts, settings, wait);
}

function revisionOf({ rooms, sessions, steadyLives }: StateParts): number {
	return rooms.revision + sessions.revision + steadyLives.revision;
}

/** The trigger's own request: nothing but n8n saving what it remembers. */
async function saveState(context: IWebhookFunctions, node: INode): Promise<IWebhookResponseData> {
	await persistNodeState(context, nodeStateOf(context, node), {
		finished: untilSettled(context.getResponseObject(), systemClock),
		beforeSerialising: () => {},
	});
	return { webhookResponse: SAVED };
}

/**
 * What is due and has to go with this request, as n8n has not called `trigger` in this process (yet). One at a time, and only with
 * a request that was taken.
 */
function dueWithRequest(
	context: IWebhookFunctions,
	node: INode,
	parts: StateParts,
	settings: TriggerSettings,
	reception: Reception,
): DueItem | null {
	const isTaken = reception.outcome !== 'answered' || reception.answer.status === 200;
	if (settings.claimsInRedis || !watchesLives(settings)) return null;
	// The recorder is to be asked first, which takes longer than a request should.
	if (catchesUp(node, settings)) return null;
	if (!isTaken || hasTimer(triggerKeyOf(context))) return null;
	const [due = null, ...others] = takeDue(parts, settings, systemClock.now());
	for (const other of others) other.putBack();
	if (due === null) return null;
	const response = context.getResponseObject();
	void untilSettled(response, systemClock).then(() => {
		const isKept =
			response.writableEnded && response.statusCode >= 200 && response.statusCode < 300;
		if (isKept) due.markStored();
		else due.putBack();
	});
	return due;
}

/** A test run in the editor compares nothing, asks no Redis and leaves no trace. */
async function receiveInTest(
	context: IWebhookFunctions,
	node: INode,
	{ request }: Admitted,
	settings: TriggerSettings,
): Promise<Received> {
	const { claims, rooms } = scratchStateOf(context, node).parts;
	const lives = new TestLives();
	const reception = await receive(
		request,
		{ ...settings.receiving, claimSeconds: null },
		{ claims, rooms: settings.remember ? rooms : null, lives, clock: systemClock },
	);
	const sample = lives.sample(settings, systemClock.now());
	return { reception, made: sample === null ? [] : [sample] };
}

const refusals = new LogOncePerMinute(systemClock);

/** Refuses a sender, and says why in n8n's log. */
function refuse(
	context: IWebhookFunctions,
	node: INode,
	{ answer: refusal, reason }: Refusal,
): IWebhookResponseData {
	knownNodeState(context, node.id)?.parts.tally.count('refused');
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
