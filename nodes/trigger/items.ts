import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { RecorderEvent } from '../../formats/recorderEvent';
import { simplify } from '../../formats/simplify';
import { outputIndexOf } from './triggerOutputs';
import type { TriggerSettings } from './triggerSettings';

/** The items of each output for an event that a trigger makes by itself. */
export function itemsOf(
	event: RecorderEvent,
	{ outputs, simplify: isSimplified }: TriggerSettings,
): INodeExecutionData[][] {
	const index = outputIndexOf(event, false, true, outputs);
	const json: IDataObject = { ...(isSimplified ? simplify(event) : event) };
	return outputs.map((_output, position) => (position === index ? [{ json }] : []));
}
