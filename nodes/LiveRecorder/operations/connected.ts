import type { INodeProperties } from 'n8n-workflow';

import {
	type ConnectedRecorder,
	connectedRecorders,
	recordersThatCan,
} from '../../../apis/connect';
import type { RecorderApi, RoomRef } from '../../../apis/recorderApi';
import { readRoomAddress } from '../../../apis/roomAddress';
import { isJsonObject } from '../../../formats/json';
import { type ItemParameters, ParameterProblem } from '../itemParameters';
import type { OperationTools } from './operation';

/** What the operations on a recorder's own API share: which recorder, which room, how many. */

const byAbilities = new Map<string, INodeProperties>();

/** The recorder, of those whose API can do what is wanted. Operations that can be done by the same ones share it. */
export function recorderParameter(ability: keyof RecorderApi): INodeProperties {
	const able = recordersThatCan(ability);
	const key = able.map(({ id }) => id).join();
	const known = byAbilities.get(key);
	if (known !== undefined) return known;
	const missing = connectedRecorders.filter((recorder) => !able.includes(recorder));
	const defaultRecorder = able.find(({ id }) => id === 'bililive-recorder')?.id ?? '';
	const property: INodeProperties = {
		displayName: 'Recorder',
		name: 'recorder',
		type: 'options',
		options: able.map(({ id, title }) => ({ name: title, value: id })),
		default: defaultRecorder,
		required: true,
		description:
			missing.length === 0
				? 'The recorder whose API is asked'
				: `The recorder whose API is asked. This cannot be done with ${missing.map(({ title }) => title).join(', ')}.`,
	};
	byAbilities.set(key, property);
	return property;
}

/** The API of the chosen recorder, as one that can do what is wanted. */
export async function connected<K extends keyof RecorderApi>(
	ability: K,
	parameters: ItemParameters,
	tools: OperationTools,
): Promise<{ recorder: ConnectedRecorder; api: RecorderApi & Required<Pick<RecorderApi, K>> }> {
	const id = parameters.text('recorder');
	const recorder = recordersThatCan(ability).find((candidate) => candidate.id === id);
	if (recorder === undefined) throw new ParameterProblem(`'${id}' has no API that can do this`);
	const api = await tools.connect(recorder);
	if (can(api, ability)) return { recorder, api };
	throw new ParameterProblem(`${recorder.title} cannot do this`);
}

function can<K extends keyof RecorderApi>(
	api: RecorderApi,
	ability: K,
): api is RecorderApi & Required<Pick<RecorderApi, K>> {
	return api[ability] !== undefined;
}

/** A room of the recorder. */
export const roomParameter: INodeProperties = {
	displayName: 'Room',
	name: 'room',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The room, from the recorder’s list, by its ID or by the link of its page',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchRooms', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 23058, or huya:lpl',
		},
		{
			displayName: 'By Link',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://live.bilibili.com/23058',
		},
	],
};

/** A room that the recorder doesn't have yet. */
export const newRoomParameter: INodeProperties = {
	displayName: 'Room',
	name: 'newRoom',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 23058, or https://live.bilibili.com/23058',
	description:
		'The room’s ID, or the link of its page. For another platform than bilibili: its name in front, as in huya:lpl.',
};

/** What a room parameter names. */
export function roomOf(parameters: ItemParameters, name: 'room' | 'newRoom'): RoomRef {
	const given = parameters.value(name);
	// A resource locator, or the text that an expression or a tool gave in its place.
	const value = isJsonObject(given) ? given.value : given;
	const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
	if (text.trim() === '') throw new ParameterProblem("'Room' is empty");
	const room = readRoomAddress(text);
	if (room !== null) return room;
	throw new ParameterProblem(`'${text.slice(0, 100)}' is no room's ID, and no link of a live page`);
}

/** All, or as many as wanted. */
export const returnAllParameter: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

export const limitParameter: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
	displayOptions: { show: { returnAll: [false] } },
};

/** More than any recorder has. */
const ALL = 100_000;

/** What {@link returnAllParameter} and {@link limitParameter} come to. */
export function limitOf(parameters: ItemParameters): number {
	if (parameters.value('returnAll') === true) return ALL;
	const limit = parameters.number('limit');
	if (Number.isInteger(limit) && limit >= 1) return Math.min(limit, ALL);
	throw new ParameterProblem("'Limit' must be a whole number from 1");
}
