import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import { rustSrec } from '../../formats/rustSrec';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(rustSrec));

export const { outputSchemas } = trigger;

export class RustSrecTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'rust-srec Trigger',
		name: 'rustSrecTrigger',
		icon: { light: 'file:rustSrec.svg', dark: 'file:rustSrec.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of rust-srec, leaving out repeats',
		defaults: { name: 'rust-srec Trigger' },
	};
}
