import type { INodeProperties, INodeTypeDescription, IWebhookDescription } from 'n8n-workflow';

import type { Recorder } from '../../formats/recorderFormat';
import { liveRecorderRedisTest } from './claimStores';
import { pathMappingOption } from './pathMapping';
import type { TriggerChoices } from './triggerChoices';
import { liveRecorderWebhookTest } from './webhookCredential';

/**
 * The parts of a trigger's description that are the same for every recorder. Derived from the formats.
 */

/**
 * One POST address. No expressions here: n8n evaluates each on every request, and takes an isolate for it.
 * `noData` because n8n 2 answers accepted events with the text `firstEntryJson` without it.
 */
export const triggerWebhook: IWebhookDescription = {
	name: 'default',
	httpMethod: 'POST',
	responseMode: 'onReceived',
	responseData: 'noData',
	path: 'webhook',
};

/** The URL is pasted into the recorder by hand: there is nothing to look up, register or take back. */
export const pastedByHand = {
	default: {
		checkExists: async () => true,
		create: async () => true,
		delete: async () => true,
	},
};

/** The methods that n8n calls by name: how the credentials are tested. */
export const triggerMethods = {
	credentialTest: { liveRecorderRedisTest, liveRecorderWebhookTest },
};

/** The parameters of a trigger for the given recorders. */
export function triggerProperties(choices: TriggerChoices): INodeProperties[] {
	return [
		{
			displayName: setupNotice(choices.recorders),
			name: 'setupNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{
					name: 'None',
					value: 'none',
					description: 'Whoever knows the URL can send events',
				},
				{
					name: 'Webhook Secret',
					value: 'liveRecorderWebhook',
					description: 'A secret in the URL, a header, basic auth or a signature',
				},
			],
			default: 'none',
			description: 'How the recorder proves that it is the sender',
		},
		{
			displayName: authenticationNotice,
			name: 'authenticationNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { authentication: ['liveRecorderWebhook'] } },
		},
		...formatProperty(choices.recorders),
		{
			displayName: 'Events',
			name: 'events',
			type: 'multiOptions',
			options: choices.events.map((choice) => ({ ...choice })),
			default: ['*'],
			required: true,
			description: 'The events that start the workflow; all others are answered and left alone',
		},
		{
			displayName: 'Rooms',
			name: 'rooms',
			type: 'string',
			default: '',
			placeholder: 'e.g. 23058, 3',
			description:
				'Room or channel IDs, separated by commas; short IDs count too. Empty for all rooms. Events that belong to no room always pass.',
		},
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
		{
			displayName: 'Simplify',
			name: 'simplify',
			type: 'boolean',
			default: false,
			description: 'Whether to return a simplified version of the response instead of the raw data',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{
					displayName: 'Fill In From Earlier Events',
					name: 'remember',
					type: 'boolean',
					default: true,
					description:
						'Whether to complete the room, streamer and session from earlier events of the same room where an event lacks them',
				},
				{
					displayName: 'If Redis Is Unreachable',
					name: 'redisUnreachable',
					type: 'options',
					options: [
						{
							name: 'Refuse With 503',
							value: 'refuse',
							description: 'The recorder tries again, as long as it does; never twice',
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
				{
					displayName: 'Include Request',
					name: 'includeRequest',
					type: 'boolean',
					default: false,
					description:
						'Whether to add the request headers and query to the item, credentials taken out',
				},
				{
					displayName: 'IP Allow List',
					name: 'ipAllowList',
					type: 'string',
					default: '',
					placeholder: 'e.g. 192.168.1.0/24, fd00::/8',
					description: 'Addresses and ranges that may send, separated by commas. Empty for all.',
				},
				pathMappingOption,
				{
					displayName: 'Remember Events for (Hours)',
					name: 'claimHours',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: 720 },
					default: 72,
					description: 'How long a delivery of the same event counts as a repeat',
				},
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
			],
		},
	];
}

/** A choice of the format where a recorder has several. Live Recorder Trigger takes all there are. */
function formatProperty(recorders: readonly Recorder[]): INodeProperties[] {
	const [recorder, ...others] = recorders;
	if (recorder === undefined || others.length > 0 || recorder.formats.length < 2) return [];
	return [
		{
			displayName: 'Version',
			name: 'format',
			type: 'options',
			options: [
				{ name: 'All', value: 'all', description: 'Whichever the recorder sends' },
				...recorder.formats.map(({ id, title }) => ({ name: title, value: id })),
			],
			default: 'all',
			description: 'The webhook format that is taken; other formats are refused',
		},
	];
}

/** Notices may have links and lists: n8n takes all other tags out. */
const authenticationNotice =
	'How the secret gets into the URL, depending on the method of the credential:<ul><li>Query Secret: at its end, …/webhook?key=YOUR_SECRET</li><li>Basic Auth: in front, https://USER:PASSWORD@… Of the recorders, blrec and BSR send it.</li></ul>';

function setupNotice(recorders: readonly Recorder[]): string {
	const [recorder, ...others] = recorders;
	const page =
		recorder === undefined || others.length > 0
			? ''
			: `<a href="${recorder.documentation}" target="_blank">Documentation of ${recorder.title}</a>`;
	const steps = setupSteps(recorders).map((step) => `<li>${step}.</li>`);
	return `Where the URL goes:<ul>${steps.join('')}</ul>${page}`;
}

/** Where in the recorder the URL goes, step by step. */
function setupSteps(recorders: readonly Recorder[]): string[] {
	const [recorder, ...others] = recorders;
	const steps =
		recorder === undefined || others.length > 0
			? ['Paste it into the webhook settings of the recorder, or of several recorders']
			: recorder.setup;
	return ['Copy the URL from Webhook URLs', ...steps];
}

/** What the editor shows while it waits for a test event. */
export function triggerPanel(
	recorders: readonly Recorder[],
): NonNullable<INodeTypeDescription['triggerPanel']> {
	const name = nameOf(recorders);
	const testing =
		'<b>While building the workflow</b>, click <b>Execute step</b>, give the Test URL to the recorder, and make something happen there. One event is taken each time. No stream at hand? The Live Recorder node sends sample events.';
	const steps = setupSteps(recorders).map((step, index) => `${index + 1}. ${step}.`);
	return {
		header: `Listen for events of ${name}`,
		executionsHelp: {
			inactive: `${testing}<br><br>${steps.join('<br>')}<br><br><b>When the workflow is ready</b>, publish it and give the Production URL to the recorder. Every event then runs the workflow, and shows up in the <a data-key="executions">executions list</a>, not in the editor.`,
			active: `${testing}<br><br><b>The workflow is published</b>: events at the Production URL run it, and show up in the <a data-key="executions">executions list</a>, not in the editor.`,
		},
		activationHint:
			'Once this workflow is published, give the Production URL to the recorder: it will run on every event.',
	};
}

/** What the editor says while it listens. */
export function listeningText(recorders: readonly Recorder[]): string {
	return `Waiting for ${nameOf(recorders)} to send an event to the Test URL`;
}

function nameOf(recorders: readonly Recorder[]): string {
	const [recorder, ...others] = recorders;
	return recorder === undefined || others.length > 0 ? 'any supported recorder' : recorder.title;
}

/** The line under the node's name: the chosen events by their titles. An expression, for the editor only. */
export function triggerSubtitle({ events }: TriggerChoices): string {
	const titles = Object.fromEntries(events.map(({ value, name }) => [value, name]));
	return `={{ ((chosen, titles) => chosen.length > 3 ? chosen.length + ' kinds of events' : chosen.map((event) => titles[event] ?? event).join(', '))($parameter.events, ${JSON.stringify(titles)}) }}`;
}
