import type { INode } from 'n8n-workflow';

import type { ReceiveSettings } from '../../inbound/receive';
import type { SessionSettings } from '../../inbound/sessions/roomSessions';
import { authentication } from './parameters/authentication';
import { events, rooms } from './parameters/filter';
import { format } from './parameters/format';
import { ipAllowList } from './parameters/ipAllowList';
import { includeRequest, invalid, outputMode, remember, simplify } from './parameters/items';
import {
	Misconfiguration,
	type ParameterSource,
	type ReadParameter,
	readParameters,
} from './parameters/parameter';
import { pathMapping } from './parameters/paths';
import { claimHours, claimStore, deduplicate, redisUnreachable } from './parameters/repeats';
import {
	atLeastBytes,
	atLeastSeconds,
	interruption,
	SESSION_COMPLETED,
	sessionGiveUp,
	sessionWait,
} from './parameters/sessions';
import type { OutputChoice, TriggerChoices } from './triggerChoices';
import { planOutputs } from './triggerOutputs';

/** What a trigger is set to by its parameters alone, without its credentials. */
export interface TriggerSettings {
	readonly receiving: Omit<ReceiveSettings, 'authentication'>;
	/** Senders must prove who they are, by the trigger's credential. */
	readonly authenticates: boolean;
	/** Claims are shared with other processes, in the Redis of the trigger's credential. */
	readonly claimsInRedis: boolean;
	/** Gaps in an event are filled in from earlier ones. */
	readonly remember: boolean;
	/** How whole lives are put together; null where they aren't wanted. */
	readonly sessions: SessionSettings | null;
	/** How soon a start withdraws the end of a live, in milliseconds; 0 where none does. */
	readonly interruption: number;
	readonly includeRequest: boolean;
	readonly simplify: boolean;
	/** In their order. */
	readonly outputs: readonly OutputChoice[];
}

/** Settings read before, by node id: with what they were read from. */
const settingsRead = new Map<
	string,
	{ readonly source: string; readonly settings: TriggerSettings | Misconfiguration }
>();

/**
 * What a trigger is set to, or why it can't receive anything as it is set. Read from n8n when the node has changed, as reading
 * costs more than the rest of receiving; each time where a parameter is an expression.
 */
export function triggerSettingsOf(
	context: ParameterSource,
	node: INode,
	choices: TriggerChoices,
): TriggerSettings | Misconfiguration {
	const source = JSON.stringify([node.type, node.typeVersion, node.parameters]);
	const before = settingsRead.get(node.id);
	if (before?.source === source) return before.settings;
	const settings = readParameters(context, choices, (parameterOf) =>
		settingsFrom(parameterOf, choices),
	);
	if (!HOLDS_EXPRESSION.test(source)) settingsRead.set(node.id, { source, settings });
	return settings;
}

/** A text that begins with `=`. */
const HOLDS_EXPRESSION = /"=/;

function settingsFrom(parameterOf: ReadParameter, choices: TriggerChoices): TriggerSettings {
	const chosenEvents = parameterOf(events);
	const whenInvalid = parameterOf(invalid);
	const hours = parameterOf(claimHours);
	return {
		receiving: {
			formats: parameterOf(format),
			isAddressAllowed: parameterOf(ipAllowList),
			filter: { events: new Set(chosenEvents), rooms: new Set(parameterOf(rooms)) },
			invalid: whenInvalid,
			mapPath: parameterOf(pathMapping),
			claimSeconds: parameterOf(deduplicate) ? hours * 3600 : null,
			whenStoreUnavailable: parameterOf(redisUnreachable),
		},
		authenticates: parameterOf(authentication),
		claimsInRedis: parameterOf(claimStore),
		remember: parameterOf(remember),
		sessions: chosenEvents.includes(SESSION_COMPLETED)
			? {
					waits: { quiet: parameterOf(sessionWait), giveUp: parameterOf(sessionGiveUp) },
					atLeast: { seconds: parameterOf(atLeastSeconds), bytes: parameterOf(atLeastBytes) },
				}
			: null,
		interruption: parameterOf(interruption),
		includeRequest: parameterOf(includeRequest),
		simplify: parameterOf(simplify),
		outputs: planOutputs(
			{ outputMode: parameterOf(outputMode), events: chosenEvents, invalid: whenInvalid },
			choices.groups,
			choices.events.map(({ value, name }): OutputChoice => [value, name]),
		),
	};
}
