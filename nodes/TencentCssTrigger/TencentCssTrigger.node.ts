import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import { tencentCss } from '../../formats/tencentCss';
import { recorderTrigger } from '../trigger/recorderTrigger';
import { choicesByType } from '../trigger/triggerChoices';

const trigger = recorderTrigger(choicesByType(tencentCss));

export const { outputSchemas } = trigger;

export class TencentCssTrigger extends trigger.Trigger implements INodeType {
	description: INodeTypeDescription = {
		...trigger.description,
		displayName: 'Tencent CSS Trigger',
		name: 'tencentCssTrigger',
		icon: { light: 'file:tencentCss.svg', dark: 'file:tencentCss.dark.svg' },
		subtitle: trigger.description.subtitle,
		description: 'Starts the workflow on events of Tencent Cloud CSS, leaving out repeats',
		defaults: { name: 'Tencent CSS Trigger' },
	};
}
