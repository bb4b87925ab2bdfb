import { oneOf, option, parameter, yesOrNo } from './parameter';

/** Where events leave the node. */
export const outputMode = parameter<'one' | 'event' | 'group'>(
	{
		displayName: 'Outputs',
		name: 'outputMode',
		type: 'options',
		options: [
			{
				name: 'One for All Events',
				value: 'one',
			},
			{
				name: 'One per Chosen Event',
				value: 'event',
				description: 'In the order in which they were chosen',
			},
			{
				name: 'One per Group of Events',
				value: 'group',
				description: 'Live, Recording, File and so on',
			},
		],
		default: 'one',
		description: 'Where events leave the node',
	},
	oneOf({ one: 'one', event: 'event', group: 'group' }),
);

/** What happens to an event that breaks its schema. */
export const invalid = parameter<'output' | 'reject'>(
	{
		displayName: 'Invalid Events',
		name: 'invalid',
		type: 'options',
		options: [
			{
				name: 'Put Out',
				value: 'output',
				description: 'On an output of their own, with what is wrong and the payload as it came',
			},
			{
				name: 'Refuse',
				value: 'reject',
				description: 'With status 400 and a list of what is wrong; the recorder may try again',
			},
		],
		default: 'output',
		description:
			'What happens to an event of this recorder that breaks its format. What is no event of it at all is always refused.',
	},
	oneOf({ output: 'output', reject: 'reject' }),
);

/** Whether items are shortened. */
export const simplify = parameter(
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: false,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
	yesOrNo,
);

/** Whether gaps in an event are filled in from earlier ones. */
export const remember = option(
	{
		displayName: 'Fill In From Earlier Events',
		name: 'remember',
		type: 'boolean',
		default: true,
		description:
			'Whether to complete the room, streamer and session from earlier events of the same room where an event lacks them',
	},
	yesOrNo,
);

/** Whether items tell of the request. */
export const includeRequest = option(
	{
		displayName: 'Include Request',
		name: 'includeRequest',
		type: 'boolean',
		default: false,
		description: 'Whether to add the request headers and query to the item, credentials taken out',
	},
	yesOrNo,
);
