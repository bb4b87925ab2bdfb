import {
	type IExecuteFunctions,
	type INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

import { mapConcurrently } from '../../outbound/concurrency';
import type { TargetAuthentication } from '../../outbound/sign';
import { WEBHOOK_CREDENTIAL } from '../shared/webhookCredential';
import { errorMessage } from './errorMessage';
import { type ItemParameters, ParameterProblem, parametersOf } from './itemParameters';
import { type OperationTools, type Outcome, runOperation } from './operations';
import { targetAuthentication } from './targetAuthentication';
import { createDeliveryTools } from './transport';

const DEFAULT_CONCURRENCY = 10;

/** Does what the node is set to for each input item; several at a time, the output in the order of the input. */
export async function executeItems(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	const failing = new AbortController();
	const cancelled = context.getExecutionCancelSignal();
	const signal =
		cancelled === undefined ? failing.signal : AbortSignal.any([failing.signal, cancelled]);
	const delivery = createDeliveryTools(context, signal);

	const outputs = await mapConcurrently(
		items,
		items.length > 1 ? concurrencyOf(context) : 1,
		async (_, itemIndex) => {
			const tools: OperationTools = {
				...delivery,
				authentication: async () => await authenticationOf(context, itemIndex),
			};
			const outcome = await attempt(parametersOf(context, itemIndex), tools);
			const pairedItem = { item: itemIndex };
			if (outcome.ok) return outcome.items.map((json) => ({ json, pairedItem }));
			if (context.continueOnFail()) {
				const { message, description, details } = outcome;
				return [{ json: { error: message, description, ...details }, pairedItem }];
			}
			// The execution ends here: nothing further goes out.
			failing.abort();
			throw errorOf(context, outcome, itemIndex);
		},
	);
	return outputs.flat();
}

function concurrencyOf(context: IExecuteFunctions): number {
	const wanted = parametersOf(context, 0).option('concurrency');
	const number = Number(wanted ?? DEFAULT_CONCURRENCY);
	return Number.isInteger(number) && number >= 1 ? Math.min(number, 100) : DEFAULT_CONCURRENCY;
}

async function attempt(parameters: ItemParameters, tools: OperationTools): Promise<Outcome> {
	try {
		return await runOperation(parameters, tools);
	} catch (error) {
		const isProblem = error instanceof ParameterProblem;
		return {
			ok: false,
			message: errorMessage(error, 'The operation failed'),
			description: isProblem
				? 'Change this parameter of the node, or the expression that gives its value.'
				: '',
			httpCode: null,
			ofTarget: false,
			details: {},
		};
	}
}

async function authenticationOf(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<TargetAuthentication> {
	if (context.getNodeParameter('authentication', itemIndex, 'none') === 'none') {
		return { mode: 'none' };
	}
	return targetAuthentication(await context.getCredentials(WEBHOOK_CREDENTIAL, itemIndex));
}

function errorOf(
	context: IExecuteFunctions,
	{ message, description, httpCode, ofTarget }: Extract<Outcome, { ok: false }>,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	const node = context.getNode();
	if (!ofTarget) return new NodeOperationError(node, message, { description, itemIndex });
	return new NodeApiError(
		node,
		{ message },
		{ message, description, itemIndex, ...(httpCode === null ? {} : { httpCode }) },
	);
}
