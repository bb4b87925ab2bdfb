import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import '../shared/requirements';
import { ddtv } from '../../formats/ddtv';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(ddtv));

export const { outputSchemas } = trigger;

export class DdtvTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'DDTV Trigger',
		name: 'ddtvTrigger',
		icon: { light: 'file:ddtv.svg', dark: 'file:ddtv.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of DDTV, leaving out repeats',
		defaults: { name: 'DDTV Trigger' },
	};
}
