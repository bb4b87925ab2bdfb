import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import '../shared/requirements';
import { aodianyun } from '../../formats/aodianyun';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(aodianyun));

export const { outputSchemas } = trigger;

export class AodianyunTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'Aodianyun Trigger',
		name: 'aodianyunTrigger',
		icon: { light: 'file:aodianyun.svg', dark: 'file:aodianyun.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of Aodianyun (奥点云), leaving out repeats',
		defaults: { name: 'Aodianyun Trigger' },
	};
}
