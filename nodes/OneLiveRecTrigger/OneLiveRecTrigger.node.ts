import type {
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { oneLiveRec } from '../../formats/oneLiveRec';
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

const choices = choicesByType(oneLiveRec);

export const outputSchemas = () => triggerOutputSchemas(choices.recorders);

export class OneLiveRecTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'OneLiveRec Trigger',
		name: 'oneLiveRecTrigger',
		icon: { light: 'file:oneLiveRec.svg', dark: 'file:oneLiveRec.dark.svg' },
		group: ['trigger'],
		version: 1.1,
		subtitle: triggerSubtitle(choices),
		description: 'Starts the workflow on events of OneLiveRec, leaving out repeats',
		defaults: { name: 'OneLiveRec Trigger' },
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
