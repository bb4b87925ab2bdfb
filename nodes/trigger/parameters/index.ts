import type { INodeProperties } from 'n8n-workflow';

import { alphabetical } from '../../shared/alphabetical';
import { setupNotice } from '../triggerTexts';
import type { TriggerChoices } from '../triggerChoices';
import { authentication, authenticationNotice } from './authentication';
import { checkMinutes } from './catchUp';
import { events, rooms } from './filter';
import { format } from './format';
import { ipAllowList } from './ipAllowList';
import { includeRequest, invalid, outputMode, remember, simplify } from './items';
import type { Parameter } from './parameter';
import { pathMapping } from './paths';
import { atLeastBytes, atLeastSeconds, interruption, sessionGiveUp, sessionWait } from './sessions';
import { publicUrl, registration, replaceForeign } from './registration';
import { claimHours, claimStore, deduplicate, redisUnreachable } from './repeats';

/** The parameters of a trigger, beside its options, in the editor's order: from whom, which events, where to. */
const filtering: readonly Parameter<unknown>[] = [
	format,
	events,
	rooms,
	outputMode,
	invalid,
	claimStore,
	simplify,
];

/** How the URL gets into the recorder, where its API can do that. */
const registering: readonly Parameter<unknown>[] = [registration, publicUrl, replaceForeign];

/** The editor shows them by their names. */
const options: readonly Parameter<unknown>[] = [
	atLeastBytes,
	atLeastSeconds,
	checkMinutes,
	claimHours,
	deduplicate,
	includeRequest,
	interruption,
	ipAllowList,
	pathMapping,
	redisUnreachable,
	remember,
	sessionGiveUp,
	sessionWait,
];

/** The parameters of a trigger for the given recorders. */
export function triggerProperties(choices: TriggerChoices): INodeProperties[] {
	const registration = describe(registering, choices);
	return [
		{
			displayName: setupNotice(choices.recorders),
			name: 'setupNotice',
			type: 'notice',
			default: '',
			// There is nothing to paste where the URL registers itself. n8n 1 publishes no node that names a parameter it doesn't have.
			...(registration.length === 0 ? {} : { displayOptions: { hide: { registration: ['api'] } } }),
		},
		...registration,
		...describe([authentication], choices),
		authenticationNotice,
		...describe(filtering, choices),
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: describe(options, choices).sort((a, b) =>
				alphabetical(a.displayName, b.displayName),
			),
		},
	];
}

function describe(
	parameters: readonly Parameter<unknown>[],
	choices: TriggerChoices,
): INodeProperties[] {
	return parameters.flatMap((subject) => subject.describe(choices) ?? []);
}
