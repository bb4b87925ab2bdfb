import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import { srs } from '../../formats/srs';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(srs));

export const { outputSchemas } = trigger;

export class SrsTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'SRS Trigger',
		name: 'srsTrigger',
		icon: { light: 'file:srs.svg', dark: 'file:srs.dark.svg' },
		subtitle: trigger.description.subtitle,
		description:
			'Starts the workflow on events of SRS (Simple Realtime Server), leaving out repeats',
		defaults: { name: 'SRS Trigger' },
	};
}
