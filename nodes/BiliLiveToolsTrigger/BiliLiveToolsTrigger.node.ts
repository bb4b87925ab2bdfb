import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import { biliLiveTools } from '../../formats/biliLiveTools';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(biliLiveTools));

export const { outputSchemas } = trigger;

export class BiliLiveToolsTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'biliLive-tools Trigger',
		name: 'biliLiveToolsTrigger',
		icon: { light: 'file:biliLiveTools.svg', dark: 'file:biliLiveTools.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of biliLive-tools, leaving out repeats',
		defaults: { name: 'biliLive-tools Trigger' },
	};
}
