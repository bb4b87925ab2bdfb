import {
	type ICredentialDataDecryptedObject,
	type IHookFunctions,
	type INode,
	NodeOperationError,
} from 'n8n-workflow';

import type { ConnectedRecorder } from '../../apis/connect';
import { ApiProblem } from '../../apis/problem';
import { withoutSecrets, type WebhookSettings } from '../../apis/webhookSettings';
import { authenticationProblem, authorise, readAuthentication } from '../../authentication/schemes';
import { connectTo, plainField } from '../shared/apiConnection';
import { apiHttpOf } from '../shared/apiHttp';
import { errorMessage } from '../shared/errorMessage';
import { WEBHOOK_CREDENTIAL } from '../shared/webhookCredential';
import { authentication } from './parameters/authentication';
import { Misconfiguration, readParameters } from './parameters/parameter';
import {
	connectedRecorderOf,
	publicUrl,
	registration,
	replaceForeign,
} from './parameters/registration';
import { inTurn, withinOneRegistration } from './registrationTurn';
import type { TriggerChoices } from './triggerChoices';
import { triggerKeyOf } from './triggerKey';

/**
 * The trigger's URL in the recorder's settings: put there when the workflow is published or tested, taken out when that ends.
 * n8n calls this at every start, too, so it does nothing where nothing is to be done.
 */

/** What is remembered of it with the workflow, by its name in static data. Never a secret. */
const REMEMBERED = 'registration';

/** What stood in the only slot before, by node and kind of URL: in memory only, as it may hold somebody's secret. */
const formerUrls = new Map<string, string>();

/** How long a start of n8n waits for a recorder that was told the URL before. */
const STARTING_WAITS_SECONDS = 3;

interface Settings {
	readonly registers: boolean;
	readonly publicUrl: string | null;
	readonly replace: boolean;
	readonly authenticates: boolean;
}

function settingsOf(context: IHookFunctions, choices: TriggerChoices): Settings | Misconfiguration {
	return readParameters(context, choices, (parameterOf) => ({
		registers: parameterOf(registration),
		publicUrl: parameterOf(publicUrl),
		replace: parameterOf(replaceForeign),
		authenticates: parameterOf(authentication),
	}));
}

/** Whether the recorder's API is to be asked at all. */
export function isRegistering(context: IHookFunctions, choices: TriggerChoices): boolean {
	if (connectedRecorderOf(choices) === null) return false;
	const settings = settingsOf(context, choices);
	// What can't be read is said when it is created.
	return settings instanceof Misconfiguration || settings.registers;
}

/** Puts the URL into the recorder; fails with what keeps it from that, and what to do. */
export async function registerWebhook(
	context: IHookFunctions,
	choices: TriggerChoices,
): Promise<boolean> {
	const recorder = connectedRecorderOf(choices);
	const settings = settingsOf(context, choices);
	const node = context.getNode();
	if (settings instanceof Misconfiguration) throw new NodeOperationError(node, settings.reason);
	if (recorder === null || !settings.registers) return true;

	const url = addressOf(context, settings);
	const wholeUrl = await withProof(context, url, recorder, settings);
	// At a start of n8n, what was registered before stays so: a recorder that isn't up yet must not keep the trigger down.
	const isKnown = context.getActivationMode() === 'init' && rememberedOf(context).url === url;
	const registering = attempt(context, recorder, async (webhooks) => {
		const isOurs = recognise(context, url);
		const ownOther = await productionUrlInTheWay(context, webhooks);
		const replace = settings.replace || ownOther !== null;
		const { replaced } = await webhooks.add(wholeUrl, isOurs, replace);
		if (replaced !== null) formerUrls.set(keyOf(context, url), replaced);
		remember(context, url, replaced);
	});
	if (isKnown) {
		const looked = registering.then((problem) => {
			if (problem === null) return;
			context.logger.warn(
				`${node.name} could not look whether ${recorder.title} still calls it: ${problem.message}`,
			);
		});
		// n8n 1 starts one workflow after the other: the rest is done beside it.
		await Promise.race([looked, seconds(STARTING_WAITS_SECONDS)]);
		return true;
	}
	const problem = await registering;
	if (problem !== null) throw registrationError(node, problem);
	return true;
}

/** By a timer that keeps no process from ending. */
async function seconds(count: number): Promise<void> {
	const end = AbortSignal.timeout(count * 1000);
	await new Promise<void>((resolve) => {
		end.addEventListener('abort', () => resolve(), { once: true });
	});
}

/** Takes the URL out of the recorder. Whatever comes of that, the workflow is unpublished. */
export async function unregisterWebhook(
	context: IHookFunctions,
	choices: TriggerChoices,
): Promise<boolean> {
	const recorder = connectedRecorderOf(choices);
	const settings = settingsOf(context, choices);
	if (recorder === null || settings instanceof Misconfiguration || !settings.registers) return true;
	const done = await attempt(context, recorder, async (webhooks) => {
		const url = addressOf(context, settings);
		const key = keyOf(context, url);
		const former = formerUrls.get(key) ?? rememberedOf(context).former;
		await webhooks.remove(recognise(context, url), former);
		formerUrls.delete(key);
		if (rememberedOf(context).url === url) {
			// An empty object would not be noticed as a change.
			context.getWorkflowStaticData('node')[REMEMBERED] = { url: null };
		}
	});
	if (done instanceof Error) {
		context.logger.warn(
			`${context.getNode().name} could not take its URL out of ${recorder.title}: ${done.message}. Take it out there by hand.`,
		);
	}
	return true;
}

/** Does something with the URLs of the recorder, and gives the problem where there is one. */
async function attempt(
	context: IHookFunctions,
	recorder: ConnectedRecorder,
	what: (webhooks: WebhookSettings) => Promise<void>,
): Promise<ApiProblem | null> {
	const whole = async (): Promise<void> => {
		const data = await credentialOf(context, recorder);
		await inTurn(`${recorder.id} ${plainField(data, 'url')}`, async () => {
			await what(webhooksOf(context, recorder, data));
		});
	};
	return await whole().then(
		() => null,
		(error: unknown) =>
			error instanceof ApiProblem
				? error
				: new ApiProblem(
						'setting',
						errorMessage(error, 'It could not be done'),
						'Check the settings of the trigger and its credentials.',
					),
	);
}

async function credentialOf(
	context: IHookFunctions,
	recorder: ConnectedRecorder,
): Promise<ICredentialDataDecryptedObject> {
	if (context.getNode().credentials?.[recorder.credential] === undefined) {
		throw new ApiProblem(
			'setting',
			`The credential for the API of ${recorder.title} is missing`,
			'Choose one in the trigger, or paste the URL yourself.',
		);
	}
	return await context.getCredentials(recorder.credential);
}

function webhooksOf(
	context: IHookFunctions,
	recorder: ConnectedRecorder,
	data: ICredentialDataDecryptedObject,
): WebhookSettings {
	const http = withinOneRegistration(apiHttpOf(context));
	const { webhooks } = connectTo(recorder, data, context, http, false);
	if (webhooks !== undefined) return webhooks;
	throw new ApiProblem(
		'setting',
		`${recorder.title} has no call for this`,
		'Paste the URL yourself.',
	);
}

/** The trigger's URL as the recorder reaches it, without a secret. */
function addressOf(context: IHookFunctions, { publicUrl: address }: Settings): string {
	const own = context.getNodeWebhookUrl('default') ?? '';
	if (!URL.canParse(own)) {
		throw new NodeOperationError(context.getNode(), 'n8n has no URL for this trigger yet', {
			description: 'Save the workflow and try again.',
		});
	}
	if (address === null) return own;
	const { pathname } = new URL(own);
	// What stands before n8n's own path is how its address goes on, as in https://example.com/n8n/webhook/…
	const { webhookId } = context.getNode();
	const at = webhookId === undefined ? -1 : pathname.indexOf(`/${webhookId}`);
	const start = at <= 0 ? 0 : pathname.lastIndexOf('/', at - 1);
	return `${address}${pathname.slice(start)}`;
}

/** Known for certain only where something is put there: n8n takes out test URLs in another mode (test-webhooks.js). */
function isTestRun(context: IHookFunctions): boolean {
	return context.getMode() === 'manual';
}

/** Recorders send their secret in the URL, or not at all. */
async function withProof(
	context: IHookFunctions,
	url: string,
	recorder: ConnectedRecorder,
	{ authenticates }: Settings,
): Promise<string> {
	if (!authenticates) return url;
	const node = context.getNode();
	const proof = readAuthentication(await context.getCredentials(WEBHOOK_CREDENTIAL));
	const problem = authenticationProblem(proof);
	if (problem !== null) throw new NodeOperationError(node, problem);
	if (proof.mode === 'query') {
		const request = { method: 'POST', url, headers: {}, body: '' } as const;
		return authorise(request, proof, { messageId: '', now: 0 }).url;
	}
	if (proof.mode === 'basic' && (recorder.id === 'blrec' || recorder.id === 'bsr')) {
		const withUser = new URL(url);
		withUser.username = proof.user ?? '';
		withUser.password = proof.password ?? '';
		return withUser.href;
	}
	throw new NodeOperationError(node, `${recorder.title} cannot prove who it is in this way`, {
		description:
			'Set the method of the webhook secret to Query Secret: it becomes part of the URL.',
	});
}

/** This URL with whatever secret, and the same path under the address of n8n that was registered before. */
function recognise(context: IHookFunctions, url: string): (candidate: string) => boolean {
	const known = new Set([bare(url)]);
	const { url: before } = rememberedOf(context);
	if (before !== null && pathOf(before) === pathOf(url)) known.add(bare(before));
	return (candidate) => known.has(bare(candidate));
}

function pathOf(url: string): string {
	const { path } = /\/(?<path>[^/]+\/[^/]+\/[^/]+)$/.exec(bare(url))?.groups ?? {};
	return path ?? url;
}

/** A URL without what may be secret in it. */
function bare(url: string): string {
	return URL.canParse(url) ? withoutSecrets(url) : url;
}

/** During a test run, this trigger's own production URL makes room in the only slot, and gets it back. */
async function productionUrlInTheWay(
	context: IHookFunctions,
	webhooks: WebhookSettings,
): Promise<string | null> {
	if (webhooks.slots !== 'one' || !isTestRun(context)) return null;
	const { webhookId } = context.getNode();
	const [occupant = null] = await webhooks.list();
	const isOwn =
		webhookId !== undefined && occupant !== null && bare(occupant).includes(`/${webhookId}/`);
	return isOwn ? occupant : null;
}

function keyOf(context: IHookFunctions, url: string): string {
	return `${triggerKeyOf(context)}:${bare(url)}`;
}

interface Remembered {
	readonly url: string | null;
	readonly former: string | null;
}

function rememberedOf(context: IHookFunctions): Remembered {
	const kept: unknown = context.getWorkflowStaticData('node')[REMEMBERED];
	const textOf = (name: string): string | null => {
		const value: unknown = Reflect.get(Object(kept), name);
		return typeof value === 'string' ? value : null;
	};
	return { url: textOf('url'), former: textOf('former') };
}

/** A former URL that may hold a secret is not kept beyond this process. */
function remember(context: IHookFunctions, url: string, replaced: string | null): void {
	if (isTestRun(context)) return;
	const kept = rememberedOf(context);
	const former = replaced === null ? kept.former : bare(replaced) === replaced ? replaced : null;
	context.getWorkflowStaticData('node')[REMEMBERED] = {
		url,
		...(former === null ? {} : { former }),
	};
}

/**
 * n8n 1 shows of a NodeApiError only what to do when publishing fails (workflow.service.js), n8n 2 only what happened
 * (workflow-publication-applier.js): so both stand in the message of an error that either shows.
 */
function registrationError(node: INode, { message, advice }: ApiProblem): NodeOperationError {
	return new NodeOperationError(node, `${message}. ${advice}`);
}
