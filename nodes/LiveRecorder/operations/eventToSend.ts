import { randomUUID } from 'node:crypto';

import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import { isJsonObject, type JsonObject, type JsonValue } from '../../../formats/json';
import type { EventWarning } from '../../../formats/recorderEvent';
import type { EventDefinition, Issue, RecorderFormat } from '../../../formats/recorderFormat';
import { isoTime } from '../../../formats/time';
import { bodyFromFields } from '../../../outbound/bodyFromFields';
import { eventFields } from '../../../outbound/eventFields';
import { freshSample } from '../../../outbound/freshSample';
import { longNumbersOf } from '../../../outbound/longNumbers';
import { type ItemParameters, ParameterProblem } from '../itemParameters';
import { type FailedOutcome, failure, type OperationTools } from './operation';
import { formatOf, formatParameter, formats, utcOffsetMinutes } from './spokenFormat';
import { alphabetical } from '../../shared/alphabetical';

/** What Build and Send share: the event that they are asked for. */

/** One list of events per format. */
const eventParameters: INodeProperties[] = formats.map((format) => {
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
		options: options.sort((a, b) => alphabetical(a.name, b.name)),
		default: defaultEvent,
		required: true,
		description: 'What happened',
		displayOptions: { show: { format: [format.id] } },
	};
});

/** Which event, and what it says. */
export const eventToSendParameters: readonly INodeProperties[] = [
	formatParameter,
	...eventParameters,
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
		displayOptions: { show: { content: ['fields'] } },
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
		displayOptions: { show: { content: ['json'] } },
	},
];

/** For samples whose time is to be recognised. */
export const keepSampleOption: INodeProperties = {
	displayName: 'Keep Sample As It Is',
	name: 'keepSample',
	type: 'boolean',
	default: false,
	description:
		'Whether a sample keeps its ID and times; receivers that drop repeats then take it only once',
};

/** An event ready to go out. */
export interface EventToSend {
	readonly format: RecorderFormat;
	readonly nativeType: string;
	readonly body: JsonObject;
	/** Paths in it of texts that go out as numbers: they have more digits than JavaScript can hold. */
	readonly numbers: ReadonlySet<string>;
	/** The same for every delivery of the event. */
	readonly identity: string;
	readonly warnings: readonly EventWarning[];
}

/** Members of the items of every operation that makes a body. */
export const bodyOutput = () => ({
	format: z.string().describe('The webhook format, e.g. bililive-recorder.v2'),
	nativeType: z.string().describe('The event type in the recorder’s own words'),
	body: z.record(z.string(), z.unknown()).describe('The webhook’s body'),
});

/** The members of {@link EventToSend} that stand in an item. */
export const eventToSendOutput = () => ({
	...bodyOutput(),
	warnings: z.array(z.object({ path: z.string(), message: z.string() })),
});

/** {@link eventToSendOutput} of an event. */
export function describeEvent({ format, nativeType, body, warnings }: EventToSend): IDataObject {
	return { format: format.id, nativeType, body, warnings: [...warnings] };
}

type Prepared = { readonly ok: true; readonly event: EventToSend } | FailedOutcome;

/** The event that is asked for: from fields, from JSON or a sample. */
export function prepareEvent(
	parameters: ItemParameters,
	{ now }: Pick<OperationTools, 'now'>,
): Prepared {
	const format = formatOf(parameters);
	const nativeType = parameters.text('event');
	const definition = format.events.get(nativeType);
	if (definition === undefined) {
		const known = [...format.events.keys()].join(', ');
		throw new ParameterProblem(`${format.title} has no event '${nativeType}'; it has ${known}`);
	}
	const content = parameters.text('content');
	const receivedAt = isoTime(now());
	if (content === 'json') {
		const { value, inexact } = parameters.json('body');
		const numbers = inexact.length > 0 ? inexact : longNumbersOf(parameters.item(), value);
		return check(format, nativeType, value, receivedAt, numbers);
	}

	const sample = sampleFor(parameters, format, nativeType, definition, now());
	if (content === 'sample') return check(format, nativeType, sample, receivedAt);

	const given = parameters.value('fields.value');
	const fields = eventFields(format, nativeType) ?? [];
	const filled = bodyFromFields(sample, fields, isJsonObject(given) ? given : {});
	if (!filled.ok) return invalid(nativeType, filled.issues);
	return check(format, nativeType, filled.body, receivedAt, filled.numbers);
}

function sampleFor(
	parameters: ItemParameters,
	format: RecorderFormat,
	nativeType: string,
	{ samples }: EventDefinition,
	now: number,
): JsonObject {
	const isKept =
		parameters.text('content') === 'sample' && parameters.booleanOption('keepSample') === true;
	const freshness = { id: randomUUID(), now, utcOffsetMinutes: utcOffsetMinutes(parameters) };
	const sample = isKept ? samples[0] : freshSample(format, nativeType, freshness);
	if (sample !== undefined && sample !== null) return sample;
	throw new ParameterProblem(`There is no sample of '${nativeType}': give the body as JSON`);
}

function invalid(nativeType: string, issues: readonly Issue[]): FailedOutcome {
	return failure(
		`This is no valid '${nativeType}' event: ${listed(issues)}`,
		'Correct the members named here. To see a valid event, set Content to Sample.',
		{ issues: [...issues] },
	);
}

function check(
	format: RecorderFormat,
	nativeType: string,
	body: JsonValue,
	receivedAt: string,
	numbers: readonly string[] = [],
): Prepared {
	const parsed = format.parse(body, receivedAt);
	if (parsed.status === 'invalid' || !isJsonObject(body)) {
		return invalid(nativeType, parsed.status === 'invalid' ? parsed.issues : []);
	}
	const { id: identity, nativeType: ownType, warnings } = parsed.event;
	if (ownType !== nativeType) {
		return failure(
			`The body is a '${ownType}' event, but Event says '${nativeType}'`,
			'Choose the event that the body is, or give another body.',
		);
	}
	return {
		ok: true,
		event: { format, nativeType, body, numbers: new Set(numbers), identity, warnings },
	};
}

/** Issues as one sentence: `EventData.RoomId: Expected number; …`. */
export function listed(issues: readonly Issue[]): string {
	return issues
		.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
		.join('; ');
}
