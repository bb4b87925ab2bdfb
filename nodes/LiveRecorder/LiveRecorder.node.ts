import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { liveRecorderWebhookTest } from '../shared/webhookCredential';
import { getEventFields } from './eventFieldMapping';
import { executeItems } from './executeItems';
import { liveRecorderOutputSchemas, nodeProperties } from './operations';

export const outputSchemas = liveRecorderOutputSchemas;

export class LiveRecorder implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Live Recorder',
		name: 'liveRecorder',
		icon: { light: 'file:liveRecorder.svg', dark: 'file:liveRecorder.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Sends, converts, parses and simulates webhooks of live-stream recorders',
		defaults: { name: 'Live Recorder' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'liveRecorderWebhookApi',
				required: true,
				testedBy: 'liveRecorderWebhookTest',
				displayOptions: { show: { authentication: ['liveRecorderWebhook'] } },
			},
		],
		properties: nodeProperties(),
	};

	methods = {
		credentialTest: { liveRecorderWebhookTest },
		resourceMapping: { getEventFields },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await executeItems(this)];
	}
}
