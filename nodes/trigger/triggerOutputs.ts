import type { RecorderEvent } from '../../formats/recorderEvent';
import { eventGroups } from '../../formats/recorderEvent';
import type { OutputChoice, TriggerChoices } from './triggerChoices';

/** The parameters that decide a trigger's outputs. */
export interface OutputParameters {
	readonly outputMode?: unknown;
	readonly events?: unknown;
	readonly invalid?: unknown;
}

/**
 * The outputs of a trigger, in their order. Runs in the editor and in expressions as well as here, so it stands on its own:
 * no imports, no closures.
 *
 * With an output per group, the one for sessions is there where they are chosen, at the end: nothing that is wired moves.
 * With an output per event, Invalid comes first and events keep the order in which they were chosen: choosing one more
 * adds an output at the end, and nothing that is wired moves.
 */
export function planOutputs(
	parameters: OutputParameters,
	groups: readonly OutputChoice[],
	events: readonly OutputChoice[],
): OutputChoice[] {
	const invalid: OutputChoice[] = parameters.invalid === 'reject' ? [] : [['invalid', 'Invalid']];
	const chosen: unknown[] = Array.isArray(parameters.events) ? parameters.events : [];
	if (parameters.outputMode === 'group') {
		const ofEvents = groups.filter(([id]) => id !== 'session');
		const ofSessions = groups.filter(([id]) => id === 'session');
		const isChosen = chosen.includes('session.completed');
		return [...ofEvents, ...invalid, ...(isChosen ? ofSessions : [])];
	}
	if (parameters.outputMode !== 'event') return [['event', 'Event'], ...invalid];
	const outputs: OutputChoice[] = [];
	for (const value of chosen) {
		const event = events.find((candidate) => candidate[0] === value);
		if (event !== undefined) outputs.push(event);
	}
	// With "All Events" among them, its output takes what was not chosen by name.
	return outputs.length === 0 ? [['event', 'Event'], ...invalid] : [...invalid, ...outputs];
}

/** The `outputs` of a trigger's description: named outputs, computed from its parameters. */
export function outputsExpression({ groups, events }: TriggerChoices): `={{${string}}}` {
	const named = events.map(({ value, name }): OutputChoice => [value, name]);
	const plan = `(${planOutputs.toString()})($parameter, ${JSON.stringify(groups)}, ${JSON.stringify(named)})`;
	return `={{ ${plan}.map((output) => ({ type: 'main', displayName: output[1] })) }}`;
}

/** The index of the output that an event goes to. */
export function outputIndexOf(
	event: RecorderEvent,
	housekeeping: boolean,
	known: boolean,
	outputs: readonly OutputChoice[],
): number {
	const group = eventGroups.find(({ kinds }) => kinds.includes(event.kind));
	const candidates = [
		event.nativeType,
		...(housekeeping ? ['housekeeping'] : []),
		event.kind,
		...(known ? [] : ['unlisted']),
		'*',
		'event',
		group?.id ?? 'other',
	];
	for (const candidate of candidates) {
		const index = outputs.findIndex(([id]) => id === candidate);
		if (index !== -1) return index;
	}
	return 0;
}

/** The index of the output for events that break their schema. */
export function invalidOutputIndex(outputs: readonly OutputChoice[]): number {
	return Math.max(
		0,
		outputs.findIndex(([id]) => id === 'invalid'),
	);
}
