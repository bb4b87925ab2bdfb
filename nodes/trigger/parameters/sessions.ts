import type { INodeProperties } from 'n8n-workflow';

import { number, option } from './parameter';

/** The event choice of whole lives, also where a trigger lists its recorder's own types. */
export const SESSION_COMPLETED = 'session.completed';

const ofSessions: NonNullable<INodeProperties['displayOptions']> = {
	show: { '/events': [SESSION_COMPLETED] },
};

const MILLISECONDS_PER_MINUTE = 60_000;

/** Minutes, decimals allowed, as milliseconds. */
function minutes(value: unknown): number {
	return Math.max(0, number(value)) * MILLISECONDS_PER_MINUTE;
}

/** What is above zero; null for zero, which sets no least. */
function least(value: unknown): number | null {
	const amount = number(value);
	return amount > 0 ? amount : null;
}

/** How long a room must be quiet before its session is complete. */
export const sessionWait = option(
	{
		displayName: 'Wait After the End (Minutes)',
		name: 'sessionWaitMinutes',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: 5,
		description:
			'How long a room must be quiet after the end before its session is complete. A live that goes on within this time, e.g. after a reconnect, is the same session.',
		displayOptions: ofSessions,
	},
	minutes,
);

/** How long a file that was opened is waited for. */
export const sessionGiveUp = option(
	{
		displayName: 'Give Up After (Minutes)',
		name: 'sessionGiveUpMinutes',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: 60,
		description:
			'How long a file that was never closed is waited for after the end. The session then comes without it, naming it in summary.missing.',
		displayOptions: ofSessions,
	},
	minutes,
);

/** The least duration of a file in a session, in seconds. */
export const atLeastSeconds = option(
	{
		displayName: 'At Least (Minutes)',
		name: 'atLeastMinutes',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: 0,
		description:
			'Leave shorter files out of a session, naming them in summary.leftOut. 0 leaves out none.',
		displayOptions: ofSessions,
	},
	(value) => {
		const amount = least(value);
		return amount === null ? null : amount * 60;
	},
);

/** The least size of a file in a session, in bytes. */
export const atLeastBytes = option(
	{
		displayName: 'At Least (MB)',
		name: 'atLeastMegabytes',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: 0,
		description:
			'Leave smaller files out of a session, naming them in summary.leftOut. A MB is a million bytes. 0 leaves out none.',
		displayOptions: ofSessions,
	},
	(value) => {
		const amount = least(value);
		return amount === null ? null : amount * 1_000_000;
	},
);

/** How soon a start withdraws an end, in milliseconds; 0: never. */
export const interruption = option(
	{
		displayName: 'Ignore Interruptions (Minutes)',
		name: 'interruptionMinutes',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: 0,
		description:
			'Hold back the end of a live for this long, and leave it out together with the start that follows, if one does. For messages that would say offline, online every minute. 0 switches it off.',
	},
	minutes,
);
