import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import '../shared/requirements';
import { bsr } from '../../formats/bsr';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(bsr));

export const { outputSchemas } = trigger;

export class BsrTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'BSR Trigger',
		name: 'bsrTrigger',
		icon: { light: 'file:bsr.svg', dark: 'file:bsr.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of BSR (bili-shadowreplay), leaving out repeats',
		defaults: { name: 'BSR Trigger' },
	};
}
