import { ALL_EVENTS } from '../../../inbound/filter';
import type { TriggerChoices } from '../triggerChoices';
import { described, parameter, type Parameter, textsIn, UnreadableParameter } from './parameter';

const anyEvents = parameter(
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		options: [],
		default: [ALL_EVENTS],
		required: true,
		description: 'The events that start the workflow; all others are answered and left alone',
	},
	(value) => {
		const events = textsIn(value)?.filter((event) => event !== '') ?? [];
		if (events.length > 0) return events;
		throw new UnreadableParameter(`${described(value)} names no events`);
	},
);

/** The events that start the workflow, by their values in the list. */
export const events: Parameter<readonly string[]> = {
	...anyEvents,
	describe: (choices: TriggerChoices) => {
		const property = anyEvents.describe(choices);
		const options = choices.events.map((choice) => ({ ...choice }));
		return property === null ? null : { ...property, options };
	},
};

/** Room ids; empty for all rooms. */
export const rooms = parameter<readonly string[]>(
	{
		displayName: 'Rooms',
		name: 'rooms',
		type: 'string',
		default: '',
		placeholder: 'e.g. 23058, 3',
		description:
			'Room or channel IDs, separated by commas; short IDs count too. Empty for all rooms. Events that belong to no room always pass.',
	},
	(value) => {
		if (value === '') return [];
		const ids = textsIn(value)?.flatMap((text) => text.split(/[\s,，、]+/)) ?? [];
		const named = ids.filter((id) => id !== '');
		if (named.length > 0) return named;
		throw new UnreadableParameter(`${described(value)} names no rooms`);
	},
);
