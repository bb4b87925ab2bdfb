import type { INodeCredentialDescription } from 'n8n-workflow';

import { WEBHOOK_CREDENTIAL } from '../shared/webhookCredential';
import { REDIS_CREDENTIAL } from './redisCredential';

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

export const triggerCredentials = [webhookCredential, redisCredential];
