import { type INodeExecutionData, type ITriggerFunctions } from 'n8n-workflow';

/** As much of n8n's context as starting executions needs. */
export type EmittingContext = Pick<ITriggerFunctions, 'emit'>;

/**
 * Starts an execution without a request.
 *
 * n8n says nothing of its own accord when it has stored it. Two things show that it has: the engine looks at
 * {@link INodeExecutionData.pairedItem} of the items when it runs the trigger (workflow-execute.js, assignPairedItems, 1.123 and
 * 2.40; not in queue mode, where a worker runs it), and the execution ends.
 *
 * @param data the items of each output
 * @param key the same for the same items: n8n 2 starts nothing for a key that an execution has already
 * @returns true once n8n holds the execution; false where n8n says that it can't. May stay open for as long as n8n says nothing
 *   (n8n 1 never says that it can't)
 */
export async function startExecution(
	{ emit }: EmittingContext,
	data: INodeExecutionData[][],
	key: string,
): Promise<boolean> {
	const isRunning = new Promise<boolean>((resolve) => {
		for (const item of data.flat()) tellWhenRun(item, () => resolve(true));
	});
	const done = deferred();
	// Whatever became of an execution that was cut short: it was stored.
	const isDone = done.promise.then(
		() => true,
		(error: unknown) => isCancellation(error),
	);
	emit(data, undefined, done, key);
	return await Promise.race([isRunning, isDone]);
}

type Deferred = NonNullable<Parameters<EmittingContext['emit']>[2]>;

function deferred(): Deferred {
	let resolve: Deferred['resolve'] = () => {};
	let reject: Deferred['reject'] = () => {};
	const promise: Deferred['promise'] = new Promise((onValue, onError) => {
		resolve = onValue;
		reject = onError;
	});
	return { promise, resolve, reject };
}

function isCancellation(error: unknown): boolean {
	return error instanceof Error && error.constructor.name.endsWith('CancelledError');
}

/** Calls back when n8n's engine looks which item this one came from: not enumerable, it isn't looked at when items are stored. */
function tellWhenRun(item: INodeExecutionData, tell: () => void): void {
	const settle = (value: INodeExecutionData['pairedItem']) => {
		Object.defineProperty(item, 'pairedItem', {
			value,
			writable: true,
			enumerable: value !== undefined,
			configurable: true,
		});
		tell();
	};
	Object.defineProperty(item, 'pairedItem', {
		enumerable: false,
		configurable: true,
		get: () => {
			tell();
			return undefined;
		},
		set: settle,
	});
}
