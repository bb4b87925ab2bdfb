import type { INodeProperties } from 'n8n-workflow';

import type { DeliveryProfile } from '../../../formats/delivery';
import type { RecorderFormat } from '../../../formats/recorderFormat';
import {
	type DeliveryPolicy,
	parseUrls,
	parseWaits,
	policyOf,
	type PolicyOverrides,
} from '../../../outbound/deliveryPolicy';
import { errorMessage } from '../../shared/errorMessage';
import { type ItemParameters, ParameterProblem } from '../itemParameters';
import { profileFrom } from './spokenFormat';

/** Where events are sent, and how: what Send, Convert and Simulate share. */

/** Where to, and how the target knows who sends. */
export const targetParameters: readonly INodeProperties[] = [
	{
		displayName: 'URLs',
		name: 'urls',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		required: true,
		placeholder: 'e.g. https://n8n.example.com/webhook/…',
		description: 'Where to send it, one URL on each line: all get it at the same time',
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
	},
];

/** Whether what was made is sent, too. */
export const isSentParameter: INodeProperties = {
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
};

/** Conditions for parameters that go with {@link isSentParameter}. */
export const whereReturned = { delivery: ['return'] };
export const whereSent = { delivery: ['send'] };

/** What {@link isSentParameter} is set to. */
export function isSent(parameters: ItemParameters): boolean {
	return parameters.text('delivery') === 'send';
}

/** {@link targetParameters} for operations that send by choice. */
export const targetParametersIfSent: readonly INodeProperties[] = targetParameters.map(
	(parameter) => ({ ...parameter, displayOptions: { show: whereSent } }),
);

/** When to try again, and what counts as delivered. */
export const policyOptions: readonly INodeProperties[] = [
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
			'Whether to wait as long as the target asks for, but never longer than the longest of the waits. Without this, as the recorder does: none of those known honours it.',
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
		placeholder: 'e.g. 200, 204',
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

/**
 * As many as n8n's HTTP Request takes for a batch: with few at a time, n8n and the target wait for each other.
 */
export const EVENTS_AT_ONCE = 50;

/** For operations that send one event per item. */
export const concurrencyOption: INodeProperties = {
	displayName: 'Items at the Same Time',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100 },
	default: EVENTS_AT_ONCE,
	description: 'How many items are worked on at once. With 1 they arrive in their order.',
};

/** Where and how events are sent: the same for all events of an item. */
export interface Target {
	readonly urls: readonly string[];
	readonly profile: DeliveryProfile;
	readonly policy: DeliveryPolicy;
	/** A failed delivery is no failure of the item. */
	readonly neverError: boolean;
}

/** What the parameters of this file are set to. */
export function targetOf(parameters: ItemParameters, format: RecorderFormat): Target {
	const parsed = parseUrls(parameters.text('urls'));
	if (!parsed.ok) throw new ParameterProblem(`${parsed.message}: set URLs, one on each line`);
	const profile = profileFrom(parameters, format);
	return {
		urls: parsed.urls,
		profile,
		policy: policyFrom(parameters, profile),
		neverError: parameters.booleanOption('neverError') === true,
	};
}

function policyFrom(parameters: ItemParameters, profile: DeliveryProfile): DeliveryPolicy {
	const attempts = parameters.numberOption('attempts');
	const waits = parameters.textOption('waits');
	const timeoutSeconds = parameters.numberOption('timeoutSeconds');
	const successCodes = parameters.textOption('successCodes');
	const honourRetryAfter = parameters.booleanOption('honourRetryAfter');
	if (attempts !== undefined && (!Number.isInteger(attempts) || attempts < 1 || attempts > 100)) {
		throw new ParameterProblem("'attempts' must be a whole number from 1 to 100");
	}
	if (timeoutSeconds !== undefined && (timeoutSeconds <= 0 || timeoutSeconds > 3600)) {
		throw new ParameterProblem("'timeoutSeconds' must be more than 0 and at most 3600");
	}
	const read = (): PolicyOverrides => ({
		...(attempts === undefined ? {} : { attempts }),
		...(waits === undefined ? {} : { waitsSeconds: parseWaits(waits) }),
		...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
		...(successCodes === undefined ? {} : { successCodes }),
		...(honourRetryAfter === undefined ? {} : { honourRetryAfter }),
	});
	try {
		return policyOf(profile, read());
	} catch (error) {
		return unusable(errorMessage(error, 'The options can’t be read'));
	}
}

function unusable(reason: string): never {
	throw new ParameterProblem(reason);
}
