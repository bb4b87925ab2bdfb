import { z } from 'zod/v4';

import { recorderEventSchema } from '../../formats/recorderEvent';
import type { OutputSchemas } from '../shared/outputSchemas';

const request = z.object({
	method: z.literal('POST'),
	headers: z.record(z.string(), z.string()).describe('Without secrets'),
	body: z.string().describe('The bytes of the first attempt'),
});

const attempt = z.object({
	attempt: z.number().int(),
	at: z.iso.datetime(),
	status: z.number().int().nullable().describe('Null where no answer came'),
	durationMs: z.number(),
	error: z.string().nullable(),
	waitedSeconds: z.number(),
});

const delivery = {
	delivered: z.boolean().describe('Whether every URL has it'),
	request,
	deliveries: z
		.array(
			z.object({
				url: z.string().describe('Without secrets'),
				delivered: z.boolean(),
				status: z.number().int().nullable(),
				answer: z.string().nullable().describe('The beginning of the last answer'),
				attempts: z.array(attempt),
			}),
		)
		.describe('One per URL'),
};

const event = {
	format: z.string().describe('The webhook format, e.g. bililive-recorder.v2'),
	nativeType: z.string().describe('The event type in the recorder’s own words'),
	body: z.record(z.string(), z.unknown()).describe('The webhook’s body'),
};

const warnings = z.array(z.object({ path: z.string(), message: z.string() }));

/** The `__schema__` files of the node: what the editor shows of an operation's output before it has run. */
export function liveRecorderOutputSchemas(): OutputSchemas {
	const operations = {
		'event/build': z.object({ ...event, warnings, request }),
		'event/convert': z.object({
			...event,
			lost: z.array(z.string()).describe('What the format can’t say, by path'),
		}),
		'event/parse': recorderEventSchema,
		'event/send': z.object({ ...event, warnings, ...delivery }),
		'session/simulate': z.object({ ...event, note: z.string(), delaySeconds: z.number() }),
	};
	return Object.fromEntries(
		Object.entries(operations).map(([operation, schema]) => [
			`v1.0.0/${operation}.json`,
			z.toJSONSchema(schema, { unrepresentable: 'any' }),
		]),
	);
}
