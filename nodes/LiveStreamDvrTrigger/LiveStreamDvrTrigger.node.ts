import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import { liveStreamDvr } from '../../formats/liveStreamDvr';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(liveStreamDvr));

export const { outputSchemas } = trigger;

export class LiveStreamDvrTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'LiveStreamDVR Trigger',
		name: 'liveStreamDvrTrigger',
		icon: { light: 'file:liveStreamDvr.svg', dark: 'file:liveStreamDvr.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of LiveStreamDVR, leaving out repeats',
		defaults: { name: 'LiveStreamDVR Trigger' },
	};
}
