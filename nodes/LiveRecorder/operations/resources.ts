import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { OutputSchemas } from '../../shared/outputSchemas';
import { type ItemParameters, ParameterProblem } from '../itemParameters';
import { build } from './build';
import { convert } from './convert';
import type { Operation, OperationTools, Plan, Resource } from './operation';
import { parse } from './parse';
import { downloadRecording } from './recording/download';
import { getManyRecordings } from './recording/getMany';
import { addRoom } from './room/add';
import { splitFile, startRecording, stopRecording } from './room/control';
import { getRoom } from './room/get';
import { getManyRooms } from './room/getMany';
import { removeRoom } from './room/remove';
import { send } from './send';
import { simulate } from './simulate';
import { triggerStatus } from './trigger/status';

/** All that the node can do. A further resource or operation is an entry here; everything below follows. */
export const resources: readonly Resource[] = [
	{
		value: 'event',
		name: 'Event',
		operations: [build, convert, parse, send],
		defaultOperation: send.value,
	},
	{
		value: 'recording',
		name: 'Recording',
		operations: [downloadRecording, getManyRecordings],
		defaultOperation: getManyRecordings.value,
	},
	{
		value: 'room',
		name: 'Room',
		operations: [
			addRoom,
			getRoom,
			getManyRooms,
			removeRoom,
			splitFile,
			startRecording,
			stopRecording,
		],
		defaultOperation: getManyRooms.value,
	},
	{
		value: 'session',
		name: 'Session',
		operations: [simulate],
		defaultOperation: simulate.value,
	},
	{
		value: 'trigger',
		name: 'Trigger',
		operations: [triggerStatus],
		defaultOperation: triggerStatus.value,
	},
];

const defaultResource = resources[0]?.value ?? '';

/** All parameters of the node. */
export function nodeProperties(): INodeProperties[] {
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			options: resources.map(({ name, value }) => ({ name, value })),
			default: defaultResource,
		},
		...resources.map(operationProperty),
		...resources.flatMap(parametersOfResource),
	];
}

function operationProperty({
	value: resource,
	operations,
	defaultOperation,
}: Resource): INodeProperties {
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations.map(
			({ name, value, description, action }): INodePropertyOptions => ({
				name,
				value,
				description,
				action,
			}),
		),
		default: defaultOperation,
	};
}

/** What several operations share stands once, where the first of them has it. */
function parametersOfResource(resource: Resource): INodeProperties[] {
	const operationsWith = new Map<INodeProperties, string[]>();
	for (const { value, parameters } of resource.operations) {
		for (const parameter of parameters) {
			operationsWith.set(parameter, [...(operationsWith.get(parameter) ?? []), value]);
		}
	}
	return [...operationsWith].map(([parameter, operations]) => ({
		...parameter,
		displayOptions: {
			...parameter.displayOptions,
			show: {
				resource: [resource.value],
				operation: operations,
				...parameter.displayOptions?.show,
			},
		},
	}));
}

/** Plans what the node is set to for one item: see {@link Operation.plan}. */
export function planOperation(parameters: ItemParameters, tools: OperationTools): Plan {
	return chosenOperation(parameters.text('resource'), parameters.text('operation')).plan(
		parameters,
		tools,
	);
}

const ITEMS_AT_ONCE = 10;
const MOST_ITEMS_AT_ONCE = 100;

/** How many items are to be worked on at once. */
export function itemsAtOnce(parameters: ItemParameters): number {
	const operations = resources.flatMap((resource) =>
		resource.value === parameters.text('resource') ? resource.operations : [],
	);
	const operation = operations.find(({ value }) => value === parameters.text('operation'));
	const usual = operation?.itemsAtOnce ?? ITEMS_AT_ONCE;
	const wanted = Number(parameters.option('concurrency') ?? usual);
	return Number.isInteger(wanted) && wanted >= 1 ? Math.min(wanted, MOST_ITEMS_AT_ONCE) : usual;
}

function chosenOperation(resourceValue: string, operationValue: string): Operation {
	const resource = resources.find(({ value }) => value === resourceValue);
	if (resource === undefined) throw new ParameterProblem(`There is no resource '${resourceValue}'`);
	const operation = resource.operations.find(({ value }) => value === operationValue);
	if (operation !== undefined) return operation;
	throw new ParameterProblem(`There is no operation '${operationValue}' of ${resource.name}`);
}

/** The `__schema__` files of the node: what the editor shows of an operation's output before it has run. */
export function liveRecorderOutputSchemas(): OutputSchemas {
	return Object.fromEntries(
		resources.flatMap(({ value: resource, operations }) =>
			operations.map(({ value: operation, output }) => [
				`v1.0.0/${resource}/${operation}.json`,
				z.toJSONSchema(output, { unrepresentable: 'any' }),
			]),
		),
	);
}
