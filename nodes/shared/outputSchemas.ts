import { z } from 'zod/v4';

import { type EventKind, schemaOfKind } from '../../formats/recorderEvent';
import { formatsOf } from '../../formats/registry';
import type { Recorder } from '../../formats/recorderFormat';

/**
 * The `__schema__` files of a node, by path below that folder. Node modules export a function `outputSchemas` that returns
 * them; the build writes them beside the compiled node.
 */
export type OutputSchemas = Readonly<Record<string, object>>;

/** The version folder n8n looks in for a trigger of type version 1.1. */
const TRIGGER_VERSION = 'v1.1.0';

/** The JSON Schema of a trigger's items: the kinds that its recorders can say. n8n's AI builder reads it. */
export function triggerOutputSchemas(among: readonly Recorder[]): OutputSchemas {
	const kinds = new Set<EventKind>(['unknown', 'session.completed']);
	for (const format of formatsOf(among)) {
		for (const { kind } of format.events.values()) kinds.add(kind);
	}
	const schemas = [...kinds].map(schemaOfKind);
	const schema = z.toJSONSchema(z.union(schemas), {
		unrepresentable: 'any',
		override: ({ zodSchema, jsonSchema }) => {
			if (zodSchema._zod.def.type === 'custom') jsonSchema.type = 'object';
		},
	});
	return { [`${TRIGGER_VERSION}/output.json`]: schema };
}
