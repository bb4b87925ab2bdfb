import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	ITriggerFunctions,
	ITriggerResponse,
	IHookFunctions,
	INodeCredentialTestResult,
	INodeTypeDescription,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { apiCredentialTests } from '../shared/apiConnection';
import { triggerOutputSchemas } from '../shared/outputSchemas';
import { liveRecorderWebhookTest } from '../shared/webhookCredential';
import { triggerCredentials } from './credentials';
import { triggerProperties } from './parameters';
import type { TriggerChoices } from './triggerChoices';
import { outputsExpression } from './triggerOutputs';
import { listeningText, triggerPanel, triggerSubtitle } from './triggerTexts';

/**
 * One POST address. No expressions here: n8n evaluates each on every request, and takes an isolate for it.
 *
 * `responseData` is there, and empty: left out, n8n answers accepted events with the text `firstEntryJson`; with `noData`, without
 * a body; but where it is empty, with the `webhookResponse` that `webhook()` returned beside its items
 * (webhook-on-received-response-extractor.js). Some senders want a certain body.
 */
const webhook: IWebhookDescription = {
	name: 'default',
	httpMethod: 'POST',
	responseMode: 'onReceived',
	responseData: '',
	path: 'webhook',
};

/** What triggers do, apart from what they are: loaded when the first of them runs. n8n loads all nodes of a package at its start. */
const receiving = async () => await import('./receiveWebhook.js');
const lives = async () => await import('./livesTrigger.js');
const registration = async () => await import('./registration.js');

/** Tests the credential for Redis. */
async function liveRecorderRedisTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { testRedis } = await import('./claimStores.js');
	return await testRedis(credential);
}

/** What every trigger is, but for its names, icons and choices. */
export type TriggerDescription = Omit<
	INodeTypeDescription,
	'displayName' | 'name' | 'icon' | 'description' | 'defaults' | 'subtitle'
> & { readonly subtitle: string };

/**
 * A trigger for the given choices: what its node file describes and does beside its names and icons. Whatever is added here,
 * every trigger has.
 */
export function recorderTrigger(choices: TriggerChoices) {
	const description: TriggerDescription = {
		group: ['trigger'],
		// Above 1: for version 1 n8n evaluates an expression on each request.
		version: 1.1,
		subtitle: triggerSubtitle(choices),
		eventTriggerDescription: listeningText(choices.recorders),
		inputs: [],
		outputs: outputsExpression(choices),
		credentials: triggerCredentials(choices),
		webhooks: [webhook],
		properties: triggerProperties(choices),
		triggerPanel: triggerPanel(choices),
	};

	/** What n8n calls: the methods of each trigger's class. */
	class Trigger {
		/** By name: how the credentials are tested. */
		methods = {
			credentialTest: { ...apiCredentialTests, liveRecorderRedisTest, liveRecorderWebhookTest },
		};

		/** Where that is chosen, the URL is put into the recorder and taken out again by its API; else it is pasted by hand. */
		webhookMethods = {
			default: {
				async checkExists(this: IHookFunctions): Promise<boolean> {
					return !(await registration()).isRegistering(this, choices);
				},
				async create(this: IHookFunctions): Promise<boolean> {
					return await (await registration()).registerWebhook(this, choices);
				},
				async delete(this: IHookFunctions): Promise<boolean> {
					return await (await registration()).unregisterWebhook(this, choices);
				},
			},
		};

		async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
			return await (await lives()).watchLives(this, choices);
		}

		async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
			return await (await receiving()).receiveWebhook(this, choices);
		}
	}

	return { description, outputSchemas: () => triggerOutputSchemas(choices.recorders), Trigger };
}
