import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import { owncast } from '../../formats/owncast';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(owncast));

export const { outputSchemas } = trigger;

export class OwncastTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'Owncast Trigger',
		name: 'owncastTrigger',
		icon: { light: 'file:owncast.svg', dark: 'file:owncast.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of Owncast, leaving out repeats',
		defaults: { name: 'Owncast Trigger' },
	};
}
