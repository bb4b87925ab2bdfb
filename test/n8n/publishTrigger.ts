/**
 * A trigger that n8n has published (n8n 1.123.81 and 2.40.7, active-workflow-manager.js): n8n-core's TriggerContext, static data
 * saved once `trigger()` has returned, executions started by `emit`.
 */
import { TriggerContext } from 'n8n-core';
import type {
	INodeExecutionData,
	INodeType,
	ITriggerFunctions,
	ITriggerResponse,
} from 'n8n-workflow';

import { additionalDataOf, type Credentials } from './standIns';
import type { WebhookServer } from './webhookServer';

type Emit = ITriggerFunctions['emit'];

/** An execution as `emit` was asked for it. */
export interface Emitted {
	readonly items: readonly INodeExecutionData[];
	readonly key: string | undefined;
	/** What n8n had saved when the execution was stored. */
	readonly savedBefore: WebhookServer['staticData'];
}

export type PublishedTrigger = Awaited<ReturnType<typeof publishTrigger>>;

export async function publishTrigger(
	nodeType: INodeType,
	server: WebhookServer,
	{
		credentials = {},
		holdExecution = async () => {},
	}: { credentials?: Credentials; holdExecution?: () => Promise<void> } = {},
) {
	const { trigger } = nodeType;
	if (trigger === undefined) throw new Error('The node has no trigger');
	const emitted: Emitted[] = [];
	const workflow = server.createWorkflow();
	const emit: Emit = (data, _response, done, key) => {
		void holdExecution().then(
			() => {
				const items = data.flat();
				// Stored as JSON; then the engine asks each item where it came from.
				const stored: unknown = JSON.parse(JSON.stringify(items));
				expect(stored).toEqual(items);
				emitted.push({ items, key, savedBefore: server.staticData });
				for (const item of items) item.pairedItem ??= { item: 0 };
			},
			(error: unknown) => done?.reject(error instanceof Error ? error : new Error(String(error))),
		);
	};
	const context = new TriggerContext(
		workflow,
		workflow.getNode(server.node.name) ?? server.node,
		additionalDataOf(credentials),
		'trigger',
		'activate',
		emit,
	);
	const write = (line: string) => void server.log.push(line);
	const logger = { error: write, warn: write, info: write, debug: () => {} };
	Object.defineProperty(context, 'logger', { value: logger });
	// n8n-core's contexts declare some members more loosely than n8n-workflow does.
	const response: ITriggerResponse | undefined = await Reflect.apply(trigger, context, []);
	if (workflow.staticData.__dataChanged === true) {
		server.staticData = JSON.parse(JSON.stringify(workflow.staticData));
	}
	return {
		emitted,
		/** The events of the items of each execution. */
		events: () => emitted.map(({ items }) => items.map(({ json }) => json)),
		async unpublish(): Promise<void> {
			await response?.closeFunction?.();
		},
	};
}
