import { ALL_EVENTS, HOUSEKEEPING_EVENTS, UNLISTED_EVENTS } from '../../inbound/filter';
import { eventGroups, eventKinds, kindTitle } from '../../formats/recorderEvent';
import type { EventDefinition, Recorder } from '../../formats/recorderFormat';
import { formatsOf } from '../../formats/registry';
import { alphabetical } from '../shared/alphabetical';
import { SESSION_COMPLETED } from './parameters/sessions';

/** One entry of a trigger's event list. */
export interface EventChoice {
	readonly name: string;
	readonly value: string;
	readonly description: string;
}

/** An output of a trigger: its id in the routing, its name on the canvas. */
export type OutputChoice = readonly [id: string, title: string];

/** What can be chosen in a trigger, derived from the formats it takes. */
export interface TriggerChoices {
	readonly recorders: readonly Recorder[];
	readonly events: readonly EventChoice[];
	/** Groups that these recorders have events for. */
	readonly groups: readonly OutputChoice[];
}

const allEvents: EventChoice = {
	name: 'All Events',
	value: ALL_EVENTS,
	description:
		'Everything, types newer than this package too; housekeeping only where it is chosen',
};

const sessionCompleted: EventChoice = {
	name: kindTitle('session.completed'),
	value: SESSION_COMPLETED,
	description:
		'A whole live as one item with all its files, once it is over; made by the trigger, and not among All Events',
};

const unlistedEvents: EventChoice = {
	name: 'Event of a Newer Type',
	value: UNLISTED_EVENTS,
	description: 'Event types that this package does not know yet',
};

const housekeepingEvents: EventChoice = {
	name: 'Housekeeping',
	value: HOUSEKEEPING_EVENTS,
	description: 'Settings read, login codes scanned and the like',
};

/** The choices of a trigger for one recorder: by the recorder's own event types. */
export function choicesByType(recorder: Recorder): TriggerChoices {
	const definitions = new Map<string, EventDefinition>();
	for (const format of recorder.formats) {
		for (const [nativeType, definition] of format.events) {
			if (!definitions.has(nativeType)) definitions.set(nativeType, definition);
		}
	}
	const events = [...definitions].map(([value, { title, description }]) => ({
		name: title,
		value,
		description,
	}));
	return withGroups([recorder], events);
}

/** The choices of a trigger for several recorders: by what happened. */
export function choicesByKind(recorders: readonly Recorder[]): TriggerChoices {
	const kinds = kindsOf(recorders);
	const events = eventKinds
		.filter((kind) => kinds.has(kind) && kind !== 'unknown' && kind !== SESSION_COMPLETED)
		.map((kind) => ({ name: kindTitle(kind), value: kind, description: `Item with kind ${kind}` }));
	return withGroups(recorders, events);
}

function withGroups(
	recorders: readonly Recorder[],
	events: readonly EventChoice[],
): TriggerChoices {
	const kinds = kindsOf(recorders);
	const definitions = formatsOf(recorders).flatMap((format) => [...format.events.values()]);
	return {
		recorders,
		events: [
			allEvents,
			...[...events, sessionCompleted].sort((a, b) => alphabetical(a.name, b.name)),
			...(definitions.some(({ housekeeping }) => housekeeping) ? [housekeepingEvents] : []),
			unlistedEvents,
		],
		groups: eventGroups
			.filter((group) => group.kinds.some((kind) => kinds.has(kind) || kind === 'unknown'))
			.map(({ id, title }): OutputChoice => [id, title]),
	};
}

function kindsOf(recorders: readonly Recorder[]): ReadonlySet<string> {
	// Every recorder says something of lives.
	return new Set([
		'session.completed',
		...formatsOf(recorders).flatMap((format) =>
			[...format.events.values()].map(({ kind }) => kind),
		),
	]);
}
