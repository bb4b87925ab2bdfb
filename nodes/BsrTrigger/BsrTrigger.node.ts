import type {
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { bsr } from '../../formats/bsr';
import { triggerOutputSchemas } from '../shared/outputSchemas';
import { receiveWebhook } from '../shared/receiveWebhook';
import { choicesByType } from '../shared/triggerChoices';
import {
	listeningText,
	pastedByHand,
	triggerMethods,
	triggerPanel,
	triggerProperties,
	triggerSubtitle,
	triggerWebhook,
} from '../shared/triggerDescription';
import { outputsExpression } from '../shared/triggerOutputs';

const choices = choicesByType(bsr);

export const outputSchemas = () => triggerOutputSchemas(choices.recorders);

export class BsrTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'BSR Trigger',
		name: 'bsrTrigger',
		icon: { light: 'file:bsr.svg', dark: 'file:bsr.dark.svg' },
		group: ['trigger'],
		version: 1.1,
		subtitle: triggerSubtitle(choices),
		description: 'Starts the workflow on events of BSR (bili-shadowreplay), leaving out repeats',
		defaults: { name: 'BSR Trigger' },
		eventTriggerDescription: listeningText(choices.recorders),
		inputs: [],
		outputs: outputsExpression(choices),
		credentials: [
			{
				name: 'liveRecorderWebhookApi',
				required: true,
				testedBy: 'liveRecorderWebhookTest',
				displayOptions: { show: { authentication: ['liveRecorderWebhook'] } },
			},
			{
				name: 'liveRecorderRedisApi',
				required: true,
				testedBy: 'liveRecorderRedisTest',
				displayOptions: { show: { claimStore: ['redis'] } },
			},
		],
		webhooks: [triggerWebhook],
		properties: triggerProperties(choices),
		triggerPanel: triggerPanel(choices.recorders),
	};

	methods = triggerMethods;

	webhookMethods = pastedByHand;

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return receiveWebhook(this, choices);
	}
}
