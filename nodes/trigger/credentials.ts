import type { INodeCredentialDescription } from 'n8n-workflow';

import { abilitiesOf } from '../../apis/connect';
import { WEBHOOK_CREDENTIAL } from '../shared/webhookCredential';
import { connectedRecorderOf } from './parameters/registration';
import { REDIS_CREDENTIAL } from './redisCredential';
import type { TriggerChoices } from './triggerChoices';

/** The credentials of every trigger, each needed where a parameter asks for it. */
export const webhookCredential: INodeCredentialDescription = {
	name: WEBHOOK_CREDENTIAL,
	required: true,
	testedBy: 'liveRecorderWebhookTest',
	displayOptions: { show: { authentication: ['liveRecorderWebhook'] } },
};

export const redisCredential: INodeCredentialDescription = {
	name: REDIS_CREDENTIAL,
	required: true,
	testedBy: 'liveRecorderRedisTest',
	displayOptions: { show: { claimStore: ['redis'] } },
};

/** The credentials of a trigger: where its recorder has an API, that of the API, too. */
export function triggerCredentials(choices: TriggerChoices): INodeCredentialDescription[] {
	const recorder = connectedRecorderOf(choices);
	if (recorder === null) return [webhookCredential, redisCredential];
	// Not required: it is for registering the URL and for catching up, both by choice.
	const uses = abilitiesOf(recorder).has('webhooks') ? 'Register and Catch Up' : 'Catch Up';
	const api = {
		name: recorder.credential,
		// n8n itself would call it Credential, and nobody would know what for.
		displayName: `Recorder's API, to ${uses}`,
		testedBy: `${recorder.credential}Test`,
	};
	return [webhookCredential, redisCredential, api];
}
