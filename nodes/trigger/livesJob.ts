import type { INode, INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import type { Clock } from '../../inbound/clock';
import { startExecution } from './emission';
import { nodeStateOf, persistNodeState } from './nodeState';
import { saveByRequest, saveUntilSaved } from './ownRequest';
import type { PeriodicJob } from './timer';
import { triggerKeyOf } from './triggerKey';
import { type DueItem, dueAt, takeDue } from './triggerLives';
import type { TriggerSettings } from './triggerSettings';

/** How long publishing waits for n8n to have stored what was due when n8n was started. */
const STARTING_MILLISECONDS = 2_000;

/** Where what is due comes from, and how what became of it is kept. */
export interface DueSource {
	dueAt(): number | null;
	take(): Promise<DueItem[]>;
	/** Called when n8n has stored some of it. False where that could not be saved, and should be tried again. */
	save(): Promise<boolean>;
}

/** What a trigger remembers in this process and in n8n's static data. */
export function dueInMemory(
	context: ITriggerFunctions,
	node: INode,
	settings: TriggerSettings,
	clock: Clock,
): DueSource {
	const { parts } = nodeStateOf(context, node);
	return {
		dueAt: () => dueAt(parts),
		take: async () => takeDue(parts, settings, clock.now()),
		save: async () => await saveByRequest(context),
	};
}

/** What asks the recorder for files that no event told of. */
interface Looking {
	/** Looks now, if that makes sense; tells whether it did. */
	lookFirst(): Promise<boolean>;
}

/** What is due once the recorder was asked for files that no event told of: they belong into the lives that are over. */
export function caughtUp(source: DueSource, catchUp: Looking): DueSource {
	return {
		...source,
		take: async () => {
			const due = await source.take();
			if (due.length === 0 || !(await catchUp.lookFirst())) return due;
			for (const item of due) item.putBack();
			return await source.take();
		},
	};
}

/** Puts out what is due: a whole live, and the end of one that was held back. Each starts one execution. */
export class LivesJob implements PeriodicJob {
	constructor(
		private readonly context: Pick<
			ITriggerFunctions,
			'emit' | 'getNode' | 'getWorkflow' | 'logger'
		>,
		private readonly source: DueSource,
		private readonly itemsOf: (item: DueItem) => INodeExecutionData[][],
		private readonly clock: Clock,
	) {}

	dueAt(): number | null {
		return this.source.dueAt();
	}

	async run(): Promise<void> {
		for (const item of await this.source.take()) void this.putOut(item);
	}

	/** What was due before n8n was started, and n8n's word for as much of it as it stores at once. */
	async start(): Promise<void> {
		const due = await this.source.take();
		if (due.length === 0) return;
		const stored = Promise.all(due.map(async (item) => await this.putOut(item)));
		await Promise.race([stored, this.clock.sleep(STARTING_MILLISECONDS)]);
	}

	private async putOut(item: DueItem): Promise<void> {
		const { context } = this;
		// By workflow and node: each trigger puts out a live of its own.
		const key = `live-recorder:${triggerKeyOf(context)}:${item.key}`;
		const isStored = await startExecution(context, this.itemsOf(item), key);
		if (!isStored) {
			context.logger.warn(`${context.getNode().name}: n8n did not take an item; it is tried again`);
			await this.clock.sleep(RETRY_MILLISECONDS);
			item.putBack();
			return;
		}
		item.markStored();
		await saveUntilSaved(async () => await this.source.save(), this.clock);
	}
}

const RETRY_MILLISECONDS = 30_000;

/** Has n8n save the state with the publishing of the workflow, which it does after `trigger` (1.123 and 2.40). */
export async function saveWithPublishing(context: ITriggerFunctions, node: INode): Promise<void> {
	await persistNodeState(context, nodeStateOf(context, node), {
		finished: Promise.resolve(),
		beforeSerialising: () => {},
	});
}
