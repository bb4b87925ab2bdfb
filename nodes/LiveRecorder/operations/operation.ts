import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { z } from 'zod/v4';

import type { ConnectedRecorder } from '../../../apis/connect';
import type { DownloadRequest, RecorderApi } from '../../../apis/recorderApi';
import type { DeliveryTools } from '../../../outbound/deliver';
import type { Authentication } from '../../../authentication/schemes';
import type { TriggerStatus } from '../../trigger/triggerStatus';
import type { Download } from '../download';
import type { ItemParameters } from '../itemParameters';

/** One operation of the node, whole: what it asks for, what it does and what comes out. */
export interface Operation {
	/** As it stands in a saved workflow. */
	readonly value: string;
	/** Title Case, for the editor's list. */
	readonly name: string;
	readonly description: string;
	/** What it is called in n8n's list of actions: `Build a recorder event`. */
	readonly action: string;
	/**
	 * Its parameters in their order, shown wherever resource and operation are chosen and their own conditions hold.
	 * Operations of one resource may share one: the same object stands in the description once.
	 */
	readonly parameters: readonly INodeProperties[];
	/** How many items are worked on at once; left out, ten. An option of the name `concurrency` changes it. */
	readonly itemsAtOnce?: number;
	/** What its items are: what the editor shows before it has run. */
	readonly output: z.ZodType;
	/**
	 * Reads an item's parameters and does what can be done at once: everything but asking others. Apart from that, so that
	 * mistakes in any item are known before anything goes out, and because n8n evaluates expressions faster without requests
	 * in between.
	 *
	 * @throws ParameterProblem where a parameter can't be used
	 */
	plan(parameters: ItemParameters, tools: OperationTools): Plan;
}

/** What operations are about: the first choice in the editor. */
export interface Resource {
	readonly value: string;
	readonly name: string;
	readonly operations: readonly Operation[];
	/** The operation that is chosen first. */
	readonly defaultOperation: string;
}

/** What an operation needs beside its parameters. */
export interface OperationTools extends DeliveryTools {
	authentication(): Promise<Authentication>;
	/** A recorder's API, by the credential that is chosen for it. */
	connect(recorder: ConnectedRecorder): Promise<RecorderApi>;
	/** How the triggers of the workflow that is running fare. */
	triggers(): readonly TriggerStatus[];
	/** Streams a file into n8n's binary data. */
	download(request: DownloadRequest, name: string): Promise<Download>;
}

/** What came of an item by reading its parameters, or what is left to do. */
export type Plan = Outcome | (() => Promise<Outcome>);

/** What came of one item. */
export type Outcome =
	| { readonly ok: true; readonly items: readonly OutgoingItem[] }
	| FailedOutcome;

/** An item as it goes out, but for the item that it is paired with. */
export type OutgoingItem = Pick<INodeExecutionData, 'json' | 'binary'>;

/** An item that could not be done. */
export interface FailedOutcome {
	readonly ok: false;
	readonly message: string;
	/** What to do about it. */
	readonly description: string;
	/** Of the target's last answer, where one came. */
	readonly httpCode: string | null;
	/** True where a target failed, and not the item or its parameters. */
	readonly ofTarget: boolean;
	/** What the item says when the workflow goes on all the same. */
	readonly details: IDataObject;
}

/** Items without binary data. */
export function itemsOf(jsons: readonly IDataObject[]): Outcome {
	return { ok: true, items: jsons.map((json) => ({ json })) };
}

/** An item that can't be done as it is: what is wrong, and what to do about it. */
export function failure(
	message: string,
	description: string,
	details: IDataObject = {},
): FailedOutcome {
	return { ok: false, message, description, httpCode: null, ofTarget: false, details };
}
