import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import { liveKitEgress } from '../../formats/liveKitEgress';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(liveKitEgress));

export const { outputSchemas } = trigger;

export class LiveKitEgressTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'LiveKit Egress Trigger',
		name: 'liveKitEgressTrigger',
		icon: { light: 'file:liveKitEgress.svg', dark: 'file:liveKitEgress.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of LiveKit Egress, leaving out repeats',
		defaults: { name: 'LiveKit Egress Trigger' },
	};
}
