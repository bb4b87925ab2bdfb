import type { ReceiveSettings } from '../../inbound/receive';
import type { SessionSettings } from '../../inbound/sessions/roomSessions';
import { checkMinutes } from './parameters/catchUp';
import { connectedRecorderOf } from './parameters/registration';
import { events, rooms } from './parameters/filter';
import { format } from './parameters/format';
import { includeRequest, invalid, outputMode, remember, simplify } from './parameters/items';
import type { ReadParameter } from './parameters/parameter';
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
import { SettingsCache } from './settingsCache';
import type { OutputChoice, TriggerChoices } from './triggerChoices';
import { planOutputs } from './triggerOutputs';

/** What a trigger is set to by its parameters alone, without its credentials. */
export interface TriggerSettings {
	readonly receiving: ReceiveSettings;
	/** Claims are shared with other processes, in the Redis of the trigger's credential. */
	readonly claimsInRedis: boolean;
	/** Gaps in an event are filled in from earlier ones. */
	readonly remember: boolean;
	/** How whole lives are put together; null where they aren't wanted. */
	readonly sessions: SessionSettings | null;
	/** How soon a start withdraws the end of a live, in milliseconds; 0 where none does. */
	readonly interruption: number;
	/** Minutes between two looks for files that no event told of; 0 for none. */
	readonly checkMinutes: number;
	/** The type of the credential for the recorder's own API; null for a recorder without one. */
	readonly apiCredential: string | null;
	readonly includeRequest: boolean;
	readonly simplify: boolean;
	/** In their order. */
	readonly outputs: readonly OutputChoice[];
}

/** What triggers are set to, without what decides who is let in. */
export const triggerSettings = new SettingsCache<TriggerSettings>(settingsFrom);

function settingsFrom(parameterOf: ReadParameter, choices: TriggerChoices): TriggerSettings {
	const chosenEvents = parameterOf(events);
	const whenInvalid = parameterOf(invalid);
	const hours = parameterOf(claimHours);
	return {
		receiving: {
			formats: parameterOf(format),
			filter: { events: new Set(chosenEvents), rooms: new Set(parameterOf(rooms)) },
			invalid: whenInvalid,
			mapPath: parameterOf(pathMapping),
			claimSeconds: parameterOf(deduplicate) ? hours * 3600 : null,
			whenStoreUnavailable: parameterOf(redisUnreachable),
		},
		claimsInRedis: parameterOf(claimStore),
		remember: parameterOf(remember),
		sessions: chosenEvents.includes(SESSION_COMPLETED)
			? {
					waits: { quiet: parameterOf(sessionWait), giveUp: parameterOf(sessionGiveUp) },
					atLeast: { seconds: parameterOf(atLeastSeconds), bytes: parameterOf(atLeastBytes) },
				}
			: null,
		interruption: parameterOf(interruption),
		checkMinutes: parameterOf(checkMinutes),
		apiCredential: connectedRecorderOf(choices)?.credential ?? null,
		includeRequest: parameterOf(includeRequest),
		simplify: parameterOf(simplify),
		outputs: planOutputs(
			{ outputMode: parameterOf(outputMode), events: chosenEvents, invalid: whenInvalid },
			choices.groups,
			choices.events.map(({ value, name }): OutputChoice => [value, name]),
		),
	};
}
