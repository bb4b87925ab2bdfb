import type { INode } from 'n8n-workflow';

/** As much of n8n's contexts as says which trigger it is. */
export interface TriggerContext {
	getWorkflow(): { readonly id?: string | undefined };
	getNode(): Pick<INode, 'id'>;
}

/**
 * What names a trigger among all that this process runs. A node's id does so within its workflow only: whoever imports a workflow
 * twice, or writes one by hand, has it twice.
 */
export function triggerKeyOf(context: TriggerContext): string {
	return `${context.getWorkflow().id ?? ''}:${context.getNode().id}`;
}
