import {
	type IExecuteFunctions,
	type INodeExecutionData,
	NodeApiError,
	NodeOperationError,
	sleep,
} from 'n8n-workflow';

import { type Authentication, readAuthentication } from '../../authentication/schemes';
import type { ConnectedRecorder } from '../../apis/connect';
import { ApiProblem } from '../../apis/problem';
import type { RecorderApi } from '../../apis/recorderApi';
import { mapConcurrently } from '../../outbound/concurrency';
import { WEBHOOK_CREDENTIAL } from '../shared/webhookCredential';
import { connectTo } from '../shared/apiConnection';
import { triggerStatuses } from '../trigger/triggerStatus';
import { download } from './download';
import { errorMessage } from '../shared/errorMessage';
import { type ItemParameters, ParameterProblem, parameterReader } from './itemParameters';
import { itemsAtOnce, planOperation } from './operations/resources';
import type { FailedOutcome, OperationTools, Outcome, Plan } from './operations/operation';
import { createDeliveryTools } from './transport';

/** Does what the node is set to for each input item; several at a time, the output in the order of the input. */
export async function executeItems(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	const failing = new AbortController();
	const cancelled = context.getExecutionCancelSignal();
	const signal =
		cancelled === undefined ? failing.signal : AbortSignal.any([failing.signal, cancelled]);
	const delivery = createDeliveryTools(context, signal);

	const settle = (outcome: Outcome, itemIndex: number): INodeExecutionData[] => {
		const pairedItem = { item: itemIndex };
		if (outcome.ok) return outcome.items.map((item) => ({ ...item, pairedItem }));
		if (context.continueOnFail()) {
			const { message, description, details } = outcome;
			return [{ json: { error: message, description, ...details }, pairedItem }];
		}
		// The execution ends here: nothing further goes out.
		failing.abort();
		throw errorOf(context, outcome, itemIndex);
	};

	// One connection for all items of one credential: a key that is refused goes out once.
	const connections = new Map<string, RecorderApi>();
	const connectApi = async (
		recorder: ConnectedRecorder,
		itemIndex: number,
	): Promise<RecorderApi> => {
		const data = await context.getCredentials(recorder.credential, itemIndex);
		const key = JSON.stringify([recorder.id, data]);
		const api = connections.get(key) ?? connectTo(recorder, data, context);
		connections.set(key, api);
		return api;
	};

	const parametersOf = parameterReader(context);
	const plans = items.map((_, itemIndex) => {
		const parameters = parametersOf(itemIndex);
		const plan = planFor(parameters, {
			...delivery,
			authentication: async () => await authenticationOf(context, parameters, itemIndex),
			connect: async (recorder) => await connectApi(recorder, itemIndex),
			triggers: () => triggerStatuses(context),
			download: async (request, name) =>
				await download(context, request, name, signal, delivery.sleep),
		});
		return typeof plan === 'function' ? plan : settle(plan, itemIndex);
	});
	const outputs = await mapConcurrently(
		plans,
		items.length > 1 ? itemsAtOnce(parametersOf(0)) : 1,
		async (plan, itemIndex) =>
			typeof plan === 'function' ? settle(await carryOut(plan), itemIndex) : plan,
		async () => await sleep(0),
	);
	return outputs.flat();
}

function planFor(parameters: ItemParameters, tools: OperationTools): Plan {
	try {
		return planOperation(parameters, tools);
	} catch (error) {
		return failureBy(error);
	}
}

async function carryOut(plan: Extract<Plan, () => unknown>): Promise<Outcome> {
	try {
		return await plan();
	} catch (error) {
		return failureBy(error);
	}
}

function failureBy(error: unknown): FailedOutcome {
	if (error instanceof ApiProblem) {
		const { message, advice, reason, status } = error;
		const httpCode = status === null ? null : String(status);
		return {
			ok: false,
			message,
			description: advice,
			httpCode,
			ofTarget: reason !== 'setting',
			details: { reason },
		};
	}
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

async function authenticationOf(
	context: IExecuteFunctions,
	parameters: ItemParameters,
	itemIndex: number,
): Promise<Authentication> {
	if (parameters.text('authentication') === 'none') return { mode: 'none' };
	return readAuthentication(await context.getCredentials(WEBHOOK_CREDENTIAL, itemIndex));
}

function errorOf(
	context: IExecuteFunctions,
	{ message, description, httpCode, ofTarget }: FailedOutcome,
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
