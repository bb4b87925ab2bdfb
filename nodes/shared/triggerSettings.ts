import type { INode, IWebhookFunctions } from 'n8n-workflow';

import { formatsOf } from '../../formats/registry';
import { readIpAllowList } from '../../inbound/ipAllowList';
import type { ReceiveSettings } from '../../inbound/receive';
import { pathMappingFrom } from './pathMapping';
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
	readonly includeRequest: boolean;
	readonly simplify: boolean;
	/** In their order. */
	readonly outputs: readonly OutputChoice[];
}

/** Settings read before, by node id: with what they were read from. */
const settingsRead = new Map<
	string,
	{ readonly source: string; readonly settings: TriggerSettings | string }
>();

/**
 * What a trigger is set to, or why it can't receive anything as it is set. Read from n8n when the node has changed, as reading
 * costs more than the rest of receiving; each time where a parameter is an expression.
 */
export function triggerSettingsOf(
	context: IWebhookFunctions,
	node: INode,
	choices: TriggerChoices,
): TriggerSettings | string {
	const source = JSON.stringify([node.type, node.typeVersion, node.parameters]);
	const before = settingsRead.get(node.id);
	if (before?.source === source) return before.settings;
	const settings = readSettings(context, choices);
	if (!HOLDS_EXPRESSION.test(source)) settingsRead.set(node.id, { source, settings });
	return settings;
}

/** A text that begins with `=`. */
const HOLDS_EXPRESSION = /"=/;

function readSettings(
	context: IWebhookFunctions,
	choices: TriggerChoices,
): TriggerSettings | string {
	const allowList = readIpAllowList(text(context.getNodeParameter('options.ipAllowList', '')));
	if (!allowList.ok) return `IP Allow List: ${allowList.message}`;

	const format = context.getNodeParameter('format', 'all');
	const formats = formatsOf(choices.recorders);
	const events = context.getNodeParameter('events', ['*']);
	const invalid = context.getNodeParameter('invalid', 'output') === 'reject' ? 'reject' : 'output';
	const claimHours = Number(context.getNodeParameter('options.claimHours', 72));
	const dropsRepeats = context.getNodeParameter('options.deduplicate', 'drop') !== 'pass';
	return {
		receiving: {
			formats: format === 'all' ? formats : formats.filter(({ id }) => id === format),
			isAddressAllowed: allowList.isAddressAllowed,
			filter: {
				events: new Set(strings(events)),
				rooms: new Set(
					text(context.getNodeParameter('rooms', ''))
						.split(/[\s,，、]+/)
						.filter((room) => room !== ''),
				),
			},
			invalid,
			mapPath: pathMappingFrom(context.getNodeParameter('options.pathMapping.folders', [])),
			claimSeconds: dropsRepeats ? Math.max(1, claimHours) * 3600 : null,
			whenStoreUnavailable:
				context.getNodeParameter('options.redisUnreachable', 'accept') === 'refuse'
					? 'refuse'
					: 'accept',
		},
		authenticates: context.getNodeParameter('authentication', 'none') !== 'none',
		claimsInRedis: context.getNodeParameter('claimStore', 'n8n') === 'redis',
		remember: context.getNodeParameter('options.remember', true) !== false,
		includeRequest: context.getNodeParameter('options.includeRequest', false) === true,
		simplify: context.getNodeParameter('simplify', false) === true,
		outputs: planOutputs(
			{ outputMode: context.getNodeParameter('outputMode', 'one'), events, invalid },
			choices.groups,
			choices.events.map(({ value, name }): OutputChoice => [value, name]),
		),
	};
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function strings(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
