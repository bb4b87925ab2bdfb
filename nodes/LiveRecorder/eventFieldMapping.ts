import type {
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';

import { formatById } from '../../formats/registry';
import { type EventField, eventFields } from '../../outbound/eventFields';

/** The members of the chosen event as fields of the editor. */
export async function getEventFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const formatId: unknown = this.getCurrentNodeParameter('format');
	const nativeType: unknown = this.getCurrentNodeParameter('event');
	const format = typeof formatId === 'string' ? formatById(formatId) : undefined;
	const fields = typeof nativeType === 'string' && format ? eventFields(format, nativeType) : null;
	if (fields === null) {
		return { fields: [], emptyFieldsNotice: 'Choose a format and an event from the lists first' };
	}
	return { fields: fields.map(mapperField) };
}

function mapperField(field: EventField): ResourceMapperField {
	const help = [
		...(field.description === null ? [] : [field.description]),
		...(field.madeAnew ? ['made anew when empty'] : []),
	].join('; ');
	const defaultValue = defaultOf(field);
	return {
		id: field.id,
		displayName: help === '' ? field.id : `${field.id} (${help})`,
		// n8n makes a double of what a number field holds.
		type: field.isLongNumber ? 'string' : field.type,
		// What is made anew may stay empty, even where the recorder always sends it.
		required: field.required && !field.madeAnew,
		display: true,
		defaultMatch: false,
		canBeUsedToMatch: false,
		removed: field.outdated,
		...(defaultValue === undefined ? {} : { defaultValue }),
	};
}

/** What the sample has there: a form that is already right is easier to change than an empty one. */
function defaultOf({
	madeAnew,
	isLongNumber,
	sample,
}: EventField): string | number | boolean | undefined {
	if (madeAnew || sample === undefined || sample === null) return undefined;
	if (isLongNumber) return String(sample);
	return typeof sample === 'object' ? JSON.stringify(sample) : sample;
}
