import type { INodeProperties } from 'n8n-workflow';

import type { DeliveryProfile } from '../../../formats/delivery';
import type { RecorderFormat } from '../../../formats/recorderFormat';
import { formatById, formatsOf, recorders } from '../../../formats/registry';
import { type ItemParameters, ParameterProblem } from '../itemParameters';
import { alphabetical } from '../../shared/alphabetical';

/** The format that an operation speaks, and what can be chosen about how it does. */

/** Formats come from the registry: a new recorder shows up by itself. */
export const formats = formatsOf(recorders);

const defaultFormat = formats[0]?.id ?? '';

/** The format to speak. */
export const formatParameter: INodeProperties = {
	displayName: 'Format',
	name: 'format',
	type: 'options',
	options: formats.map(({ id, title }) => ({ name: title, value: id })),
	default: defaultFormat,
	required: true,
	description: 'The recorder, and the version of its webhooks, to speak for',
};

/** What {@link formatParameter} is set to. */
export function formatOf(parameters: ItemParameters): RecorderFormat {
	const id = parameters.text('format');
	const format = formatById(id);
	if (format !== undefined) return format;
	const known = formats.map((candidate) => candidate.id);
	throw new ParameterProblem(`There is no format '${id}'; there are ${known.join(', ')}`);
}

const DEFAULT_UTC_OFFSET = '+08:00';

/** The recorder's time zone. */
export const utcOffsetOption: INodeProperties = {
	displayName: 'UTC Offset',
	name: 'utcOffset',
	type: 'string',
	default: DEFAULT_UTC_OFFSET,
	placeholder: 'e.g. +08:00',
	description: 'The time zone of the recorder, for formats that write local times',
};

/** What {@link utcOffsetOption} is set to, minutes east of UTC. */
export function utcOffsetMinutes(parameters: ItemParameters): number {
	const text = parameters.textOption('utcOffset') ?? DEFAULT_UTC_OFFSET;
	const match = /^([+-])(\d{1,2}):?([0-5]\d)?$/.exec(text.trim());
	const [, sign, hours, minutes = '0'] = match ?? [];
	const offset = Number(hours) * 60 + Number(minutes);
	if (match === null || offset > 14 * 60) {
		throw new ParameterProblem(`'${text}' is no UTC offset; write it as ${DEFAULT_UTC_OFFSET}`);
	}
	return sign === '-' ? -offset : offset;
}

/** For recorders that send JSON or a form. */
export const asFormOption: INodeProperties = {
	displayName: 'Send As Form',
	name: 'asForm',
	type: 'boolean',
	default: false,
	description:
		'Whether to send the body as a form, as Aodianyun can be set to; no other recorder can',
};

/** As the recorder sends it, or as a form where it can be set to send one. */
export function profileFrom(parameters: ItemParameters, format: RecorderFormat): DeliveryProfile {
	if (parameters.booleanOption('asForm') !== true) return format.delivery;
	if (format.formDelivery !== null) return format.formDelivery;
	throw new ParameterProblem(`${format.title} is never sent as a form: remove 'Send As Form'`);
}

/** The options of an operation. */
export function optionsParameter(
	options: readonly INodeProperties[],
	show: Record<string, string[]> = {},
): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...options].sort((a, b) => alphabetical(a.displayName, b.displayName)),
		displayOptions: { show },
	};
}
