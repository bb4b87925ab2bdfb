import { number, oneOf, option, parameter } from './parameter';

/** Whether claims are shared with other processes, in the Redis of the trigger's credential. */
export const claimStore = parameter(
	{
		displayName: 'Remember Events In',
		name: 'claimStore',
		type: 'options',
		options: [
			{
				name: 'This Workflow',
				value: 'n8n',
				description: 'In the memory of n8n, saved with the workflow; for one n8n process',
			},
			{
				name: 'Redis',
				value: 'redis',
				description: 'Shared by several processes: for queue mode with webhook processors',
			},
		],
		default: 'n8n',
		description: 'Where the trigger notes which events it has taken, so that repeats are dropped',
	},
	oneOf({ n8n: false, redis: true }),
);

/** What happens to an event while the shared store can't be reached. */
export const redisUnreachable = option<'accept' | 'refuse'>(
	{
		displayName: 'If Redis Is Unreachable',
		name: 'redisUnreachable',
		type: 'options',
		options: [
			{
				name: 'Refuse With 503',
				value: 'refuse',
				description:
					'The recorder tries again, as long as it does; not twice, unless a process stands still or loses sight of Redis for long',
			},
			{
				name: 'Take the Event',
				value: 'accept',
				description: 'Never lost; several processes may take the same event',
			},
		],
		default: 'accept',
		description: 'What happens to an event while Redis cannot tell whether it is a repeat',
		displayOptions: { show: { '/claimStore': ['redis'] } },
	},
	oneOf({ accept: 'accept', refuse: 'refuse' }),
);

const LEAST_HOURS = 1;

/** Hours for which a claim counts. */
export const claimHours = option(
	{
		displayName: 'Remember Events for (Hours)',
		name: 'claimHours',
		type: 'number',
		typeOptions: { minValue: LEAST_HOURS, maxValue: 720 },
		default: 72,
		description: 'How long a delivery of the same event counts as a repeat',
	},
	(value) => Math.max(LEAST_HOURS, number(value)),
);

/** Whether repeats are dropped. */
export const deduplicate = option(
	{
		displayName: 'Repeats',
		name: 'deduplicate',
		type: 'options',
		options: [
			{ name: 'Drop', value: 'drop', description: 'Each event starts the workflow once' },
			{
				name: 'Let Through',
				value: 'pass',
				description: 'Every delivery starts the workflow, retries too',
			},
		],
		default: 'drop',
		description: 'What happens to an event that is delivered again',
	},
	oneOf({ drop: true, pass: false }),
);
