import { randomUUID } from 'node:crypto';

import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { RecorderFormat } from '../../../formats/recorderFormat';
import { SESSION_WAIT_HEADER, writeSessionWait } from '../../../formats/sessionWait';
import { parseTimestamp } from '../../../formats/time';
import type { DeliveryResult } from '../../../outbound/deliver';
import { simulate as simulateSession } from '../../../outbound/simulate';
import type { SessionPlan, SimulatedRequest } from '../../../outbound/simulation/plan';
import { type ItemParameters, ParameterProblem } from '../itemParameters';
import { bodyOutput } from './eventToSend';
import { failure, itemsOf, type Operation, type OperationTools, type Plan } from './operation';
import { authenticationFrom, deliverEvent, targetFailure } from './sending';
import {
	asFormOption,
	formatOf,
	formatParameter,
	optionsParameter,
	utcOffsetMinutes,
	utcOffsetOption,
} from './spokenFormat';
import {
	isSent,
	isSentParameter,
	policyOptions,
	type Target,
	targetOf,
	targetParametersIfSent,
	whereReturned,
	whereSent,
} from './targets';

const sessionParameters: readonly INodeProperties[] = [
	{
		displayName: 'Room ID',
		name: 'roomId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 23058',
		description: 'The room that goes live. Empty for the one in the format’s samples.',
	},
	{
		displayName: 'Streamer',
		name: 'streamerName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Nathan',
		description: 'Who goes live. Empty for the one in the format’s samples.',
	},
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '',
		placeholder: 'e.g. Singing all night',
		description: 'The title of the room. Empty for the one in the format’s samples.',
	},
	{
		displayName: 'Files',
		name: 'files',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 500 },
		default: 2,
		description: 'How many files the recording is split into',
	},
	{
		displayName: 'Minutes per File',
		name: 'minutesPerFile',
		type: 'number',
		typeOptions: { minValue: 0.1, maxValue: 1440, numberPrecision: 1 },
		default: 60,
		description:
			'How long each file is, as its events say; it does not take that long to send them',
	},
];

const paceParameter: INodeProperties = {
	displayName: 'Seconds Between Events',
	name: 'secondsBetweenEvents',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 3600, numberPrecision: 2 },
	default: 1,
	description:
		'How long to wait between two events when they are sent; returned ones say it in delaySeconds',
};

/** Beside the pace, this is how long a trigger waits after the last event. */
const COMPLETE_AFTER_SECONDS = 2;

const completeOption: INodeProperties = {
	displayName: 'Complete the Session',
	name: 'completeSession',
	type: 'boolean',
	default: true,
	description:
		'Whether a trigger of this package with Session Completed puts the session out a few seconds after its last event, instead of after its Wait After the End',
};

const sessionOptions: readonly INodeProperties[] = [
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

/** A whole live stream, from its start to its end. */
export const simulate: Operation = {
	value: 'simulate',
	name: 'Simulate',
	description: 'Play a whole live stream, from its start to its end',
	action: 'Simulate a live session',
	parameters: [
		formatParameter,
		...sessionParameters,
		isSentParameter,
		...targetParametersIfSent,
		paceParameter,
		optionsParameter([...sessionOptions, utcOffsetOption], whereReturned),
		optionsParameter(
			[completeOption, ...sessionOptions, ...policyOptions, asFormOption, utcOffsetOption],
			whereSent,
		),
	],
	output: z.object({ ...bodyOutput(), note: z.string(), delaySeconds: z.number() }),
	plan(parameters, tools) {
		const format = formatOf(parameters);
		const plan = planFrom(parameters, tools.now());
		const target = isSent(parameters) ? targetFor(parameters, format, plan) : null;
		const { requests } = simulateSession(format, plan);
		if (requests.length === 0) {
			return failure(
				'Nothing is left of the session',
				'Choose a format that has events for a live stream, or lower Lost Events in Percent.',
			);
		}
		return target === null ? itemsOf(requests.map(describe)) : play(requests, target, tools);
	},
};

function describe({ format, nativeType, body, note, delaySeconds }: SimulatedRequest): IDataObject {
	return { format, nativeType, body, note, delaySeconds };
}

/** Where the session goes; what completes it is in a header, as the recorder's bodies have no place for it. */
function targetFor(parameters: ItemParameters, format: RecorderFormat, plan: SessionPlan): Target {
	const target = targetOf(parameters, format);
	if (parameters.booleanOption('completeSession') !== true) return target;
	const wait = writeSessionWait(plan.secondsBetweenEvents + COMPLETE_AFTER_SECONDS);
	const headers = { ...target.profile.headers, [SESSION_WAIT_HEADER]: wait };
	return { ...target, profile: { ...target.profile, headers } };
}

/** Sends a session at its pace, one event after the other. */
function play(requests: readonly SimulatedRequest[], target: Target, tools: OperationTools): Plan {
	return async () => {
		const authentication = await authenticationFrom(tools);
		const items: IDataObject[] = [];
		const failed: DeliveryResult[] = [];
		for (const request of requests) {
			await tools.sleep(request.delaySeconds);
			if (tools.isCancelled()) break;
			const report = await deliverEvent(request, target, authentication, tools);
			failed.push(...report.results.filter(({ delivered }) => !delivered));
			items.push({ ...describe(request), ...report.json });
		}
		const [first] = failed;
		if (first === undefined || target.neverError) return itemsOf(items);
		return targetFailure(failed.length, first, items.length * target.urls.length, { items });
	};
}

function planFrom(parameters: ItemParameters, now: number): SessionPlan {
	const start = parameters.textOption('start') ?? '';
	const seed = parameters.textOption('seed') ?? '';
	const percent = (name: string): number =>
		within(parameters.numberOption(name) ?? 0, 0, 100, name);
	const among = (name: string, least: number, most: number): number =>
		within(parameters.number(name), least, most, name);
	return {
		roomId: trimmedOrNull(parameters.text('roomId')),
		streamerName: trimmedOrNull(parameters.text('streamerName')),
		title: trimmedOrNull(parameters.text('title')),
		files: Math.trunc(among('files', 1, 500)),
		fileSeconds: 60 * among('minutesPerFile', 0.1, 1440),
		secondsBetweenEvents: among('secondsBetweenEvents', 0, 3600),
		seed: seed === '' ? randomUUID() : seed,
		startsAt: start === '' ? now : startOf(start),
		utcOffsetMinutes: utcOffsetMinutes(parameters),
		shuffle: parameters.booleanOption('shuffle') ?? false,
		repeatPercent: percent('repeatPercent'),
		retryPercent: percent('retryPercent'),
		lossPercent: percent('lossPercent'),
	};
}

function trimmedOrNull(text: string): string | null {
	const trimmed = text.trim();
	return trimmed === '' ? null : trimmed;
}

function within(value: number, least: number, most: number, name: string): number {
	if (value >= least && value <= most) return value;
	throw new ParameterProblem(`'${name}' must be from ${least} to ${most}`);
}

const LATEST_START = Date.UTC(9000, 0);

/** A time as the editor's date picker gives it (without an offset: UTC), or with an offset. */
function startOf(text: string): number {
	const withOffset = /[zZ]|[+-]\d{2}:?\d{2}$/.test(text) ? text : `${text}Z`;
	const time = parseTimestamp(withOffset) ?? Number.NaN;
	if (time >= 0 && time <= LATEST_START) return time;
	throw new ParameterProblem(`'${text}' is no time such as 2026-05-01T20:00:00+08:00`);
}
