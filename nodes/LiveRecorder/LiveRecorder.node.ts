import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import '../shared/requirements';
import { apiCredentialTests } from '../shared/apiConnection';
import { liveRecorderWebhookTest } from '../shared/webhookCredential';
import { getEventFields } from './eventFieldMapping';
import { liveRecorderOutputSchemas, nodeProperties } from './operations/resources';
import { searchRooms } from './operations/room/searchRooms';

export const outputSchemas = liveRecorderOutputSchemas;

export class LiveRecorder implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Live Recorder',
		name: 'liveRecorder',
		icon: { light: 'file:liveRecorder.svg', dark: 'file:liveRecorder.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description:
			'Controls live-stream recorders, fetches their recordings, and sends, converts, parses and simulates their webhooks',
		defaults: { name: 'Live Recorder' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// By their paths: the editor takes parameters named here for a choice among credentials, and would hide them, and what they
		// depend on, from the panel: recorder, resource and operation.
		credentials: [
			{
				name: 'liveRecorderWebhookApi',
				required: true,
				testedBy: 'liveRecorderWebhookTest',
				displayOptions: { show: { '/authentication': ['liveRecorderWebhook'] } },
			},
			{
				name: 'aodianyunApi',
				required: true,
				testedBy: 'aodianyunApiTest',
				displayOptions: {
					show: { '/resource': ['recording', 'room'], '/recorder': ['aodianyun'] },
				},
			},
			{
				name: 'bililiveRecorderApi',
				required: true,
				testedBy: 'bililiveRecorderApiTest',
				displayOptions: {
					show: { '/resource': ['recording', 'room'], '/recorder': ['bililive-recorder'] },
				},
			},
			{
				name: 'blrecApi',
				required: true,
				testedBy: 'blrecApiTest',
				displayOptions: { show: { '/resource': ['recording', 'room'], '/recorder': ['blrec'] } },
			},
			{
				name: 'bsrApi',
				required: true,
				testedBy: 'bsrApiTest',
				displayOptions: { show: { '/resource': ['recording', 'room'], '/recorder': ['bsr'] } },
			},
			{
				name: 'ddtvApi',
				required: true,
				testedBy: 'ddtvApiTest',
				displayOptions: { show: { '/resource': ['recording', 'room'], '/recorder': ['ddtv'] } },
			},
		],
		properties: nodeProperties(),
	};

	methods = {
		credentialTest: { liveRecorderWebhookTest, ...apiCredentialTests },
		listSearch: { searchRooms },
		resourceMapping: { getEventFields },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// Loaded when the node first runs: n8n loads all nodes of a package at its start.
		const { executeItems } = await import('./executeItems.js');
		return [await executeItems(this)];
	}
}
