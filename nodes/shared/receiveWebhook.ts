import {
	type IDataObject,
	type INodeExecutionData,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { createPathMapping, type PathMappingRule } from '../../formats/paths';
import { formatsOf } from '../../formats/registry';
import { simplify } from '../../formats/simplify';
import type { Authentication } from '../../inbound/authenticate';
import { readIpAllowList } from '../../inbound/ipAllowList';
import { type Answer, receive, type ReceiveSettings, type Reception } from '../../inbound/receive';
import type { InboundRequest } from '../../inbound/request';
import { claimStoreOf } from './claimStores';
import { nodeStateOf, persistNodeState, systemClock } from './nodeState';
import { settleClaim } from './settleClaim';
import type { OutputChoice, TriggerChoices } from './triggerChoices';
import { invalidOutputIndex, outputIndexOf, planOutputs } from './triggerOutputs';
import { readWebhookCredential, WEBHOOK_CREDENTIAL } from './webhookCredential';

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
	const settings = await readSettings(context, choices, isTestRun);
	if (typeof settings === 'string') return answer(context, misconfigured(settings));

	const state = nodeStateOf(context);
	const options = readOptions(context);
	const roomsBefore = state.rooms.revision;
	const reception = await receive(request, settings, {
		claims: isTestRun ? state.claims : await claimStoreOf(context, state),
		rooms: options.remember ? state.rooms : null,
		now: systemClock.now,
	});
	const claim = reception.outcome === 'answered' ? null : reception.claim;
	if (claim !== null) settleClaim(claim, context.getResponseObject(), systemClock);
	const hasChanged = claim !== null || state.rooms.revision !== roomsBefore;
	if (!isTestRun && hasChanged) await persistNodeState(context, state, claim);
	if (reception.outcome === 'answered') return answer(context, reception.answer);
	return { workflowData: putOut(context, choices, reception, options, request, settings) };
}

async function readRequest(context: IWebhookFunctions): Promise<InboundRequest> {
	const request = context.getRequestObject();
	// n8n reads the body beforehand for some content types only. What can't be read (cut off, badly compressed, already
	// consumed as multipart) is a body the sender has to answer for, and no reason to store a failed execution.
	if (!Buffer.isBuffer(request.rawBody) && !isMultipart(request.headers['content-type'])) {
		await request.readRawBody().catch(() => {});
	}
	const body = Buffer.isBuffer(request.rawBody) ? request.rawBody : Buffer.alloc(0);
	const addresses = [...new Set([request.ip, ...(request.ips ?? [])])];
	return {
		headers: request.headers,
		query: { ...request.query },
		body,
		addresses: addresses.filter((address) => address !== undefined),
	};
}

function isMultipart(contentType: string | undefined): boolean {
	return /^multipart\//i.test(contentType ?? '');
}

/** The node's options, as far as they are not part of {@link ReceiveSettings}. */
interface TriggerOptions {
	readonly remember: boolean;
	readonly includeRequest: boolean;
}

function readOptions(context: IWebhookFunctions): TriggerOptions {
	return {
		remember: context.getNodeParameter('options.remember', true) !== false,
		includeRequest: context.getNodeParameter('options.includeRequest', false) === true,
	};
}

/** What the trigger is set to, or why it can't receive anything as it is set. */
async function readSettings(
	context: IWebhookFunctions,
	choices: TriggerChoices,
	isTestRun: boolean,
): Promise<ReceiveSettings | string> {
	const allowList = readIpAllowList(text(context.getNodeParameter('options.ipAllowList', '')));
	if (!allowList.ok) return `IP Allow List: ${allowList.message}`;
	const authentication = await readAuthentication(context);
	if (typeof authentication === 'string') return authentication;

	const format = context.getNodeParameter('format', 'all');
	const formats = formatsOf(choices.recorders);
	const claimHours = Number(context.getNodeParameter('options.claimHours', 72));
	const dropsRepeats = context.getNodeParameter('options.deduplicate', 'drop') !== 'pass';
	return {
		formats: format === 'all' ? formats : formats.filter(({ id }) => id === format),
		authentication,
		isAddressAllowed: allowList.isAddressAllowed,
		filter: {
			events: new Set(strings(context.getNodeParameter('events', ['*']))),
			rooms: new Set(
				text(context.getNodeParameter('rooms', ''))
					.split(/[\s,，、]+/)
					.filter((room) => room !== ''),
			),
		},
		invalid: context.getNodeParameter('invalid', 'output') === 'reject' ? 'reject' : 'output',
		mapPath: createPathMapping(
			readPathMapping(context.getNodeParameter('options.pathMapping.folders', [])),
		),
		claimSeconds: isTestRun || !dropsRepeats ? null : Math.max(1, claimHours) * 3600,
		whenStoreUnavailable:
			context.getNodeParameter('options.redisUnreachable', 'accept') === 'refuse'
				? 'refuse'
				: 'accept',
	};
}

async function readAuthentication(context: IWebhookFunctions): Promise<Authentication | string> {
	if (context.getNodeParameter('authentication', 'none') === 'none') return { mode: 'none' };
	try {
		return readWebhookCredential(await context.getCredentials(WEBHOOK_CREDENTIAL));
	} catch {
		// The reason names credentials and belongs to the editor, not to whoever knows the URL.
		return 'The trigger asks for authentication, but its credential is missing or cannot be read';
	}
}

function readPathMapping(folders: unknown): PathMappingRule[] {
	const entries: unknown[] = Array.isArray(folders) ? folders : [];
	return entries.map((entry) => {
		const folder = Object(entry);
		return {
			recorderFolder: text(Reflect.get(folder, 'recorderFolder')),
			localFolder: text(Reflect.get(folder, 'localFolder')),
		};
	});
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function strings(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
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
	context: IWebhookFunctions,
	choices: TriggerChoices,
	reception: Accepted,
	options: TriggerOptions,
	request: InboundRequest,
	settings: ReceiveSettings,
): INodeExecutionData[][] {
	const events = choices.events.map(({ value, name }): OutputChoice => [value, name]);
	const outputs = planOutputs(
		{
			outputMode: context.getNodeParameter('outputMode', 'one'),
			events: context.getNodeParameter('events', ['*']),
			invalid: settings.invalid,
		},
		choices.groups,
		events,
	);
	const index =
		reception.outcome === 'invalid'
			? invalidOutputIndex(outputs)
			: outputIndexOf(reception.event, reception.housekeeping, reception.known, outputs);
	const content =
		reception.outcome === 'invalid'
			? reception.report
			: context.getNodeParameter('simplify', false) === true
				? simplify(reception.event)
				: reception.event;
	const json: IDataObject = {
		...content,
		...(options.includeRequest
			? { request: describeRequest(request, settings.authentication) }
			: {}),
	};
	return outputs.map((_output, position) => (position === index ? [{ json }] : []));
}

/** Headers that carry credentials by themselves, whatever this trigger is set to. */
const CREDENTIAL_HEADERS = ['authorization', 'cookie', 'proxy-authorization', 'webhook-signature'];

function describeRequest(request: InboundRequest, authentication: Authentication): IDataObject {
	const secretHeaders = new Set(CREDENTIAL_HEADERS);
	const secretParameters = new Set<string>();
	if (authentication.mode === 'header' || authentication.mode === 'hmac') {
		secretHeaders.add(authentication.name.toLowerCase());
	}
	if (authentication.mode === 'query') secretParameters.add(authentication.name);
	const headers = Object.entries(request.headers).filter(([name]) => !secretHeaders.has(name));
	const query = Object.entries(request.query).filter(([name]) => !secretParameters.has(name));
	return { headers: Object.fromEntries(headers), query: Object.fromEntries(query) };
}
