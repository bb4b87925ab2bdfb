import type { INode } from 'n8n-workflow';

import {
	type Misconfiguration,
	type ParameterSource,
	type ReadParameter,
	readParameters,
} from './parameters/parameter';
import type { TriggerChoices } from './triggerChoices';

/** More nodes than anybody has; those that are gone are forgotten. */
const MAX_NODES = 1_000;

/** A text that begins with `=`. */
const HOLDS_EXPRESSION = /"=/;

/**
 * What nodes are set to. Read from n8n when a node has changed, as reading costs more than the rest of receiving; each time
 * where a parameter is an expression.
 */
export class SettingsCache<T> {
	/** By node id, with what they were read from. */
	private readonly known = new Map<
		string,
		{ readonly source: string; readonly settings: T | Misconfiguration }
	>();

	constructor(private readonly from: (parameterOf: ReadParameter, choices: TriggerChoices) => T) {}

	/** What a node is set to, or why it can't receive anything as it is set. */
	read(context: ParameterSource, node: INode, choices: TriggerChoices): T | Misconfiguration {
		const source = JSON.stringify([node.type, node.typeVersion, node.parameters]);
		const before = this.known.get(node.id);
		if (before?.source === source) return before.settings;
		const settings = readParameters(context, choices, (parameterOf) =>
			this.from(parameterOf, choices),
		);
		this.known.delete(node.id);
		if (!HOLDS_EXPRESSION.test(source)) {
			this.known.set(node.id, { source, settings });
			const [oldest] = this.known.keys();
			if (this.known.size > MAX_NODES && oldest !== undefined) this.known.delete(oldest);
		}
		return settings;
	}
}
