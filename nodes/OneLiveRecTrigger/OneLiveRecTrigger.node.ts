import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import '../shared/requirements';
import { oneLiveRec } from '../../formats/oneLiveRec';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(oneLiveRec));

export const { outputSchemas } = trigger;

export class OneLiveRecTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'OneLiveRec Trigger',
		name: 'oneLiveRecTrigger',
		icon: { light: 'file:oneLiveRec.svg', dark: 'file:oneLiveRec.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of OneLiveRec, leaving out repeats',
		defaults: { name: 'OneLiveRec Trigger' },
	};
}
