import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import '../shared/requirements';
import { recorders } from '../../formats/registry';
import { redisCredential, webhookCredential } from '../trigger/credentials';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByKind } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByKind(recorders));

export const { outputSchemas } = trigger;

export class LiveRecorderTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'Live Recorder Trigger',
		name: 'liveRecorderTrigger',
		icon: { light: 'file:liveRecorderTrigger.svg', dark: 'file:liveRecorderTrigger.dark.svg' },
		subtitle: trigger.description.subtitle,
		description:
			'Starts the workflow on events of any supported live-stream recorder, leaving out repeats',
		defaults: { name: 'Live Recorder Trigger' },
		// As every trigger has them; written out here, where n8n's lint finds who tests them.
		credentials: [
			{
				...webhookCredential,
				name: 'liveRecorderWebhookApi',
				testedBy: 'liveRecorderWebhookTest',
			},
			{ ...redisCredential, name: 'liveRecorderRedisApi', testedBy: 'liveRecorderRedisTest' },
		],
	};
}
