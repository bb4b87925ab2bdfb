/** The JSON Schema of the generic format, for people who write senders: docs/generic-event.schema.json. */

import { recorders, z } from './fromDist.mjs';

export const GENERIC_SCHEMA_FILE = 'docs/generic-event.schema.json';

/** What every event may have, then the block of each kind: said kind by kind, it would be fifteen times as long. */
export function genericSchema() {
	const [format] = recorders.find(({ id }) => id === 'generic').formats;
	const schemas = new Map(
		[...format.events].map(([kind, { schema }]) => [
			kind,
			z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }),
		]),
	);
	const [{ properties: first }] = schemas.values();
	const isCommon = (name) => [...schemas.values()].every(({ properties }) => name in properties);
	const common = Object.keys(first).filter(isCommon);

	const blocks = new Map();
	for (const [kind, { properties, required }] of schemas) {
		const own = Object.keys(properties).filter((name) => !isCommon(name));
		if (own.length === 0) continue;
		const block = {
			properties: Object.fromEntries(own.map((name) => [name, properties[name]])),
			required: required.filter((name) => own.includes(name)),
		};
		const text = JSON.stringify(block);
		blocks.set(text, { kinds: [...(blocks.get(text)?.kinds ?? []), kind], block });
	}
	return JSON.stringify({
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		title: 'Event for Generic Recorder Trigger and Live Recorder Trigger',
		type: 'object',
		properties: {
			...Object.fromEntries(common.map((name) => [name, first[name]])),
			kind: { enum: [...schemas.keys()], description: 'What happened' },
		},
		required: ['kind'],
		allOf: [...blocks.values()].map(({ kinds, block }) => ({
			if: { properties: { kind: { enum: kinds } } },
			then: block,
		})),
	});
}
