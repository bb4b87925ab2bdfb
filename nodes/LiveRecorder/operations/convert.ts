import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import { convert as convertEvent } from '../../../outbound/convert';
import { bodyOutput, listed } from './eventToSend';
import { failure, itemsOf, type Operation } from './operation';
import { sendOne } from './sending';
import {
	asFormOption,
	formatOf,
	formatParameter,
	optionsParameter,
	utcOffsetMinutes,
	utcOffsetOption,
} from './spokenFormat';
import {
	concurrencyOption,
	EVENTS_AT_ONCE,
	isSent,
	isSentParameter,
	policyOptions,
	targetOf,
	targetParametersIfSent,
	whereReturned,
	whereSent,
} from './targets';

const recorderEventParameter: INodeProperties = {
	displayName: 'Recorder Event',
	name: 'recorderEvent',
	type: 'json',
	typeOptions: { rows: 4 },
	default: '={{ $json }}',
	required: true,
	description: 'An item as the recorder triggers put it out (not simplified)',
};

const noCounterpartParameter: INodeProperties = {
	displayName: 'If There Is No Counterpart',
	name: 'noCounterpart',
	type: 'options',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description: 'With an error that says so',
		},
		{
			name: 'Pass Over',
			value: 'skip',
			description: 'The item is left out',
		},
	],
	default: 'fail',
	description: 'What to do when the format has no event for what happened',
};

/** An event of one recorder in the words of another. */
export const convert: Operation = {
	value: 'convert',
	name: 'Convert',
	description: 'Put an event of one recorder into the words of another',
	action: 'Convert a recorder event',
	parameters: [
		formatParameter,
		recorderEventParameter,
		noCounterpartParameter,
		isSentParameter,
		...targetParametersIfSent,
		optionsParameter([utcOffsetOption], whereReturned),
		optionsParameter(
			[...policyOptions, concurrencyOption, asFormOption, utcOffsetOption],
			whereSent,
		),
	],
	itemsAtOnce: EVENTS_AT_ONCE,
	output: z.object({
		...bodyOutput(),
		lost: z.array(z.string()).describe('What the format can’t say, by path'),
	}),
	plan(parameters, tools) {
		const format = formatOf(parameters);
		const { value: given } = parameters.json('recorderEvent');
		const conversion = convertEvent(given, format, {
			utcOffsetMinutes: utcOffsetMinutes(parameters),
		});
		switch (conversion.status) {
			case 'invalid':
				return failure(
					`This is no RecorderEvent: ${listed(conversion.issues)}`,
					'Give an item of a recorder trigger, with Simplify switched off, or of the operation Parse.',
					{ issues: [...conversion.issues] },
				);
			case 'unsupported':
				if (parameters.text('noCounterpart') === 'skip') return itemsOf([]);
				return failure(
					conversion.message,
					Reflect.get(Object(given), 'kind') === 'session.completed'
						? 'No recorder tells of a whole live: the trigger makes that item. Give the events of the recorder, or set If There Is No Counterpart to Pass Over.'
						: 'Choose another format, or set If There Is No Counterpart to Pass Over.',
				);
			case 'converted': {
				const { nativeType, body, numbers, identity, lost } = conversion;
				const json = { format: format.id, nativeType, body, lost: [...lost] };
				if (!isSent(parameters)) return itemsOf([json]);
				return sendOne({ body, numbers, identity }, targetOf(parameters, format), json, tools);
			}
		}
	},
};
