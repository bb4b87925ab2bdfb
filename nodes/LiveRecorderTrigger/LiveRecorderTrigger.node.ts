import type {
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { recorders } from '../../formats/registry';
import { triggerOutputSchemas } from '../shared/outputSchemas';
import { receiveWebhook } from '../shared/receiveWebhook';
import { choicesByKind } from '../shared/triggerChoices';
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

const choices = choicesByKind(recorders);

export const outputSchemas = () => triggerOutputSchemas(choices.recorders);

export class LiveRecorderTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Live Recorder Trigger',
		name: 'liveRecorderTrigger',
		icon: { light: 'file:liveRecorderTrigger.svg', dark: 'file:liveRecorderTrigger.dark.svg' },
		group: ['trigger'],
		version: 1.1,
		subtitle: triggerSubtitle(choices),
		description:
			'Starts the workflow on events of any supported live-stream recorder, leaving out repeats',
		defaults: { name: 'Live Recorder Trigger' },
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
