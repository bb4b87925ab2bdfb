import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import '../shared/requirements';
import { bililiveRecorder } from '../../formats/bililiveRecorder';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(bililiveRecorder));

export const { outputSchemas } = trigger;

export class BililiveRecorderTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'BililiveRecorder Trigger',
		name: 'bililiveRecorderTrigger',
		icon: { light: 'file:bililiveRecorder.svg', dark: 'file:bililiveRecorder.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of BililiveRecorder (录播姬), leaving out repeats',
		defaults: { name: 'BililiveRecorder Trigger' },
	};
}
