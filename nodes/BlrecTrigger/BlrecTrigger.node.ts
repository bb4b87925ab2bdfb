import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import '../shared/requirements';
import { blrec } from '../../formats/blrec';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(blrec));

export const { outputSchemas } = trigger;

export class BlrecTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'Blrec Trigger',
		name: 'blrecTrigger',
		icon: { light: 'file:blrec.svg', dark: 'file:blrec.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of blrec, leaving out repeats',
		defaults: { name: 'Blrec Trigger' },
	};
}
