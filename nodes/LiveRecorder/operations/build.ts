import { z } from 'zod/v4';

import { contentsOf } from '../../../outbound/deliver';
import {
	describeEvent,
	eventToSendOutput,
	eventToSendParameters,
	keepSampleOption,
	prepareEvent,
} from './eventToSend';
import { itemsOf, type Operation } from './operation';
import { requestOutput } from './sending';
import { asFormOption, optionsParameter, profileFrom, utcOffsetOption } from './spokenFormat';

/** The request that a recorder would send. */
export const build: Operation = {
	value: 'build',
	name: 'Build',
	description: 'Make the request that a recorder would send, and send nothing',
	action: 'Build a recorder event',
	parameters: [
		...eventToSendParameters,
		optionsParameter([asFormOption, utcOffsetOption, keepSampleOption]),
	],
	output: z.object({ ...eventToSendOutput(), request: requestOutput }),
	plan(parameters, tools) {
		const prepared = prepareEvent(parameters, tools);
		if (!prepared.ok) return prepared;
		const { event } = prepared;
		const profile = profileFrom(parameters, event.format);
		const request = contentsOf(profile, event.body, event.numbers)(1);
		return itemsOf([{ ...describeEvent(event), request }]);
	},
};
