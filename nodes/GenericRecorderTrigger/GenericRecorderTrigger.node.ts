import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import { generic } from '../../formats/generic';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(generic));

export const { outputSchemas } = trigger;

export class GenericRecorderTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'Generic Recorder Trigger',
		name: 'genericRecorderTrigger',
		icon: { light: 'file:genericRecorder.svg', dark: 'file:genericRecorder.dark.svg' },
		subtitle: trigger.description.subtitle,
		description:
			'Starts the workflow on events that any recorder or script sends with curl, leaving out repeats',
		defaults: { name: 'Generic Recorder Trigger' },
	};
}
