import { z } from 'zod/v4';

import {
	describeEvent,
	eventToSendOutput,
	eventToSendParameters,
	keepSampleOption,
	prepareEvent,
} from './eventToSend';
import type { Operation } from './operation';
import { sendOne, sentOutput } from './sending';
import { asFormOption, optionsParameter, utcOffsetOption } from './spokenFormat';
import {
	concurrencyOption,
	EVENTS_AT_ONCE,
	policyOptions,
	targetOf,
	targetParameters,
} from './targets';

/** Sends an event as a recorder would. */
export const send: Operation = {
	value: 'send',
	name: 'Send',
	description: 'Send an event just as a recorder would',
	action: 'Send a recorder event',
	parameters: [
		...eventToSendParameters,
		...targetParameters,
		optionsParameter([
			...policyOptions,
			concurrencyOption,
			asFormOption,
			utcOffsetOption,
			keepSampleOption,
		]),
	],
	itemsAtOnce: EVENTS_AT_ONCE,
	output: z.object({ ...eventToSendOutput(), ...sentOutput() }),
	plan(parameters, tools) {
		const prepared = prepareEvent(parameters, tools);
		if (!prepared.ok) return prepared;
		const { event } = prepared;
		return sendOne(event, targetOf(parameters, event.format), describeEvent(event), tools);
	},
};
