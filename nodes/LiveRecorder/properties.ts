import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { formatsOf, recorders } from '../../formats/registry';
import { pathMappingOption } from '../shared/pathMapping';

/** What the action node asks for. Formats and events come from the registry: a new recorder shows up by itself. */

const formats = formatsOf(recorders);
const defaultFormat = formats[0]?.id ?? '';

const formatOptions: INodePropertyOptions[] = formats.map(({ id, title }) => ({
	name: title,
	value: id,
}));

const resourceProperty: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Event', value: 'event' },
		{ name: 'Session', value: 'session' },
	],
	default: 'event',
};

const eventOperation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['event'] } },
	options: [
		{
			name: 'Build',
			value: 'build',
			description: 'Make the request that a recorder would send, and send nothing',
			action: 'Build a recorder event',
		},
		{
			name: 'Convert',
			value: 'convert',
			description: 'Put an event of one recorder into the words of another',
			action: 'Convert a recorder event',
		},
		{
			name: 'Parse',
			value: 'parse',
			description: 'Read a webhook body that came another way',
			action: 'Parse a recorder event',
		},
		{
			name: 'Send',
			value: 'send',
			description: 'Send an event just as a recorder would',
			action: 'Send a recorder event',
		},
	],
	default: 'send',
};

const sessionOperation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['session'] } },
	options: [
		{
			name: 'Simulate',
			value: 'simulate',
			description: 'Play a whole live stream, from its start to its end',
			action: 'Simulate a live session',
		},
	],
	default: 'simulate',
};

const formatProperty: INodeProperties = {
	displayName: 'Format',
	name: 'format',
	type: 'options',
	options: formatOptions,
	default: defaultFormat,
	required: true,
	description: 'The recorder, and the version of its webhooks, to speak for',
	displayOptions: { show: { operation: ['build', 'convert', 'send', 'simulate'] } },
};

/** One list of events per format. */
const eventProperties: INodeProperties[] = formats.map((format) => {
	const options = [...format.events].map(([value, { title, description }]) => ({
		name: title,
		value,
		description,
	}));
	const [defaultEvent = ''] = format.events.keys();
	return {
		displayName: 'Event',
		name: 'event',
		type: 'options',
		options: options.sort((a, b) => a.name.localeCompare(b.name, 'en')),
		default: defaultEvent,
		required: true,
		description: 'What happened',
		displayOptions: { show: { operation: ['build', 'send'], format: [format.id] } },
	};
});

const forOneEvent = { operation: ['build', 'send'] };

const contentProperties: INodeProperties[] = [
	{
		displayName: 'Content',
		name: 'content',
		type: 'options',
		options: [
			{
				name: 'Fields Below',
				value: 'fields',
				description: 'Each member of the event in a field of its own',
			},
			{
				name: 'JSON',
				value: 'json',
				description: 'The whole body as JSON',
			},
			{
				name: 'Sample',
				value: 'sample',
				description: 'A realistic event that happens now: nothing has to be at hand',
			},
		],
		default: 'sample',
		description: 'Where the members of the event come from',
		displayOptions: { show: forOneEvent },
	},
	{
		displayName: 'Fields',
		name: 'fields',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		required: true,
		description: 'IDs and times that are left empty are made anew for each event',
		typeOptions: {
			loadOptionsDependsOn: ['format', 'event'],
			resourceMapper: {
				resourceMapperMethod: 'getEventFields',
				mode: 'add',
				fieldWords: { singular: 'field', plural: 'fields' },
				addAllFields: true,
				supportAutoMap: false,
				noFieldsError: 'Choose a format and an event first',
			},
		},
		displayOptions: { show: { ...forOneEvent, content: ['fields'] } },
	},
	{
		displayName: 'Body',
		name: 'body',
		type: 'json',
		typeOptions: { rows: 8 },
		default: '={{ $json.raw }}',
		required: true,
		description:
			'The body as the recorder would send it. It is checked before it is sent, and written the way the recorder writes JSON.',
		displayOptions: { show: { ...forOneEvent, content: ['json'] } },
	},
];

const convertProperties: INodeProperties[] = [
	{
		displayName: 'Recorder Event',
		name: 'recorderEvent',
		type: 'json',
		typeOptions: { rows: 4 },
		default: '={{ $json }}',
		required: true,
		description: 'An item as the recorder triggers put it out (not simplified)',
		displayOptions: { show: { operation: ['convert'] } },
	},
	{
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
		displayOptions: { show: { operation: ['convert'] } },
	},
];

const parseProperties: INodeProperties[] = [
	{
		displayName: 'Recorder',
		name: 'recorder',
		type: 'options',
		options: [
			{ name: 'Any', value: 'any', description: 'Told by the shape of the body' },
			...recorders.map(({ id, title }) => ({ name: title, value: id })),
		],
		default: 'any',
		description: 'Whose webhook it is',
		displayOptions: { show: { operation: ['parse'] } },
	},
	{
		displayName: 'Body',
		name: 'rawBody',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '={{ $json.body }}',
		required: true,
		description:
			'The body as it came: text (JSON or a form) or an object. Text is better, as it keeps every digit of long IDs.',
		displayOptions: { show: { operation: ['parse'] } },
	},
	{
		displayName: 'If It Is Invalid',
		name: 'invalid',
		type: 'options',
		options: [
			{
				name: 'Fail',
				value: 'fail',
				description: 'With an error that lists what is wrong',
			},
			{
				name: 'Report',
				value: 'report',
				description: 'As an item with what is wrong and the body',
			},
		],
		default: 'fail',
		description: 'What to do with a body that is no event of this recorder',
		displayOptions: { show: { operation: ['parse'] } },
	},
];

const simulateProperties: INodeProperties[] = [
	{
		displayName: 'Room ID',
		name: 'roomId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 23058',
		description: 'The room that goes live. Empty for the one in the format’s samples.',
		displayOptions: { show: { operation: ['simulate'] } },
	},
	{
		displayName: 'Streamer',
		name: 'streamerName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Nathan',
		description: 'Who goes live. Empty for the one in the format’s samples.',
		displayOptions: { show: { operation: ['simulate'] } },
	},
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '',
		placeholder: 'e.g. Singing all night',
		description: 'The title of the room. Empty for the one in the format’s samples.',
		displayOptions: { show: { operation: ['simulate'] } },
	},
	{
		displayName: 'Files',
		name: 'files',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 500 },
		default: 2,
		description: 'How many files the recording is split into',
		displayOptions: { show: { operation: ['simulate'] } },
	},
	{
		displayName: 'Minutes per File',
		name: 'minutesPerFile',
		type: 'number',
		typeOptions: { minValue: 0.1, maxValue: 1440, numberPrecision: 1 },
		default: 60,
		description:
			'How long each file is, as its events say; it does not take that long to send them',
		displayOptions: { show: { operation: ['simulate'] } },
	},
];

const deliveryProperty: INodeProperties = {
	displayName: 'Result',
	name: 'delivery',
	type: 'options',
	options: [
		{
			name: 'Return',
			value: 'return',
			description: 'As items; nothing is sent',
		},
		{
			name: 'Send',
			value: 'send',
			description: 'To URLs, just as the recorder would send it',
		},
	],
	default: 'return',
	displayOptions: { show: { operation: ['convert', 'simulate'] } },
};

/** Where it is sent: always by Send, by choice elsewhere. */
const whereItIsSent = [
	{ operation: ['send'] },
	{ operation: ['convert', 'simulate'], delivery: ['send'] },
];

const targetProperties: INodeProperties[] = whereItIsSent.flatMap((show): INodeProperties[] => [
	{
		displayName: 'URLs',
		name: 'urls',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		required: true,
		placeholder: 'e.g. https://n8n.example.com/webhook/…',
		description: 'Where to send it, one URL on each line: all get it at the same time',
		displayOptions: { show },
	},
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'options',
		options: [
			{ name: 'None', value: 'none' },
			{
				name: 'Webhook Secret',
				value: 'liveRecorderWebhook',
				description: 'A secret in the URL, a header, basic auth or a signature',
			},
		],
		default: 'none',
		description: 'How the target knows who sends',
		displayOptions: { show },
	},
]);

const paceProperty: INodeProperties = {
	displayName: 'Seconds Between Events',
	name: 'secondsBetweenEvents',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 3600, numberPrecision: 2 },
	default: 1,
	description:
		'How long to wait between two events when they are sent; returned ones say it in delaySeconds',
	displayOptions: { show: { operation: ['simulate'] } },
};

const utcOffsetOption: INodeProperties = {
	displayName: 'UTC Offset',
	name: 'utcOffset',
	type: 'string',
	default: '+08:00',
	placeholder: 'e.g. +08:00',
	description: 'The time zone of the recorder, for formats that write local times',
};

const asFormOption: INodeProperties = {
	displayName: 'Send As Form',
	name: 'asForm',
	type: 'boolean',
	default: false,
	description:
		'Whether to send the body as a form, as Aodianyun can be set to; no other recorder can',
};

const keepSampleOption: INodeProperties = {
	displayName: 'Keep Sample As It Is',
	name: 'keepSample',
	type: 'boolean',
	default: false,
	description:
		'Whether a sample keeps its ID and times; receivers that drop repeats then take it only once',
};

const policyOptions: INodeProperties[] = [
	{
		displayName: 'Attempts',
		name: 'attempts',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100 },
		default: 3,
		description:
			'How often to try, the first attempt included. Without this, as often as the recorder.',
	},
	{
		displayName: 'Honour Retry-After',
		name: 'honourRetryAfter',
		type: 'boolean',
		default: true,
		description:
			'Whether to wait as long as the target asks for, but never longer than the longest of the waits. The recorders themselves ignore it.',
	},
	{
		displayName: 'Items at the Same Time',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100 },
		default: 10,
		description: 'How many items are worked on at once. With 1 they arrive in their order.',
	},
	{
		displayName: 'Never Error',
		name: 'neverError',
		type: 'boolean',
		default: false,
		description:
			'Whether an event that could not be delivered is an item like others instead of an error',
	},
	{
		displayName: 'Success Codes',
		name: 'successCodes',
		type: 'string',
		default: '200-299',
		placeholder: 'e.g. 200, 204, 300-399',
		description:
			'The status codes that count as delivered. Without this, those the recorder takes.',
	},
	{
		displayName: 'Timeout in Seconds',
		name: 'timeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 3600 },
		default: 30,
		description: 'How long to wait for an answer. Without this, as long as the recorder.',
	},
	{
		displayName: 'Waits in Seconds',
		name: 'waits',
		type: 'string',
		default: '1, 2',
		placeholder: 'e.g. 1, 2, 4',
		description:
			'The waits before further attempts, separated by commas. Without this, those of the recorder.',
	},
];

const simulateOptions: INodeProperties[] = [
	{
		displayName: 'Lost Events in Percent',
		name: 'lossPercent',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 0,
		description: 'How many events never come',
	},
	{
		displayName: 'Repeated Events in Percent',
		name: 'repeatPercent',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 0,
		description: 'How many events come a second time, unchanged',
	},
	{
		displayName: 'Retried Events in Percent',
		name: 'retryPercent',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 0,
		description:
			'How many events come again as the recorder’s next attempt, as after a lost answer',
	},
	{
		displayName: 'Seed',
		name: 'seed',
		type: 'string',
		default: '',
		description: 'The same seed and start give the same session. Empty for another one each time.',
	},
	{
		displayName: 'Shuffle',
		name: 'shuffle',
		type: 'boolean',
		default: false,
		description:
			'Whether neighbouring events change places, as recorders let happen that send each by itself',
	},
	{
		displayName: 'Start',
		name: 'start',
		type: 'dateTime',
		default: '',
		description: 'When the stream starts. Empty for now.',
	},
];

function optionsFor(show: Record<string, string[]>, options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...options].sort((a, b) => a.displayName.localeCompare(b.displayName, 'en')),
		displayOptions: { show },
	};
}

/** All parameters of the action node. */
export const liveRecorderProperties: INodeProperties[] = [
	resourceProperty,
	eventOperation,
	sessionOperation,
	formatProperty,
	...eventProperties,
	...contentProperties,
	...convertProperties,
	...parseProperties,
	...simulateProperties,
	deliveryProperty,
	...targetProperties,
	paceProperty,
	optionsFor({ operation: ['send'] }, [
		...policyOptions,
		asFormOption,
		utcOffsetOption,
		keepSampleOption,
	]),
	optionsFor({ operation: ['build'] }, [asFormOption, utcOffsetOption, keepSampleOption]),
	optionsFor({ operation: ['parse'] }, [pathMappingOption]),
	optionsFor({ operation: ['convert'], delivery: ['return'] }, [utcOffsetOption]),
	optionsFor({ operation: ['convert'], delivery: ['send'] }, [
		...policyOptions,
		asFormOption,
		utcOffsetOption,
	]),
	optionsFor({ operation: ['simulate'], delivery: ['return'] }, [
		...simulateOptions,
		utcOffsetOption,
	]),
	optionsFor({ operation: ['simulate'], delivery: ['send'] }, [
		...simulateOptions,
		...policyOptions.filter(({ name }) => name !== 'concurrency'),
		asFormOption,
		utcOffsetOption,
	]),
];
