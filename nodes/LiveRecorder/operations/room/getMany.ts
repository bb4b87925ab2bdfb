import type { INodeProperties } from 'n8n-workflow';

import type { ApiRoom } from '../../../../apis/recorderApi';
import type { ItemParameters } from '../../itemParameters';
import {
	connected,
	limitOf,
	limitParameter,
	recorderParameter,
	returnAllParameter,
} from '../connected';
import { itemsOf, type Operation } from '../operation';
import { roomItem, roomOutput } from './roomItem';

const stateParameter: INodeProperties = {
	displayName: 'Rooms',
	name: 'roomState',
	type: 'options',
	options: [
		{ name: 'All', value: 'all' },
		{ name: 'Being Recorded', value: 'recording' },
		{ name: 'Live', value: 'live' },
		{
			name: 'Live and Not Recorded',
			value: 'missed',
			description:
				'Those that should be recorded by themselves, are live, and are not being recorded',
		},
	],
	default: 'all',
	description: 'Which of the recorder’s rooms to return',
};

const STATES: Readonly<Record<string, (room: ApiRoom) => boolean>> = {
	all: () => true,
	recording: ({ recording }) => recording === true,
	live: ({ live }) => live === true,
	missed: ({ live, recording, autoRecord }) =>
		live === true && recording === false && autoRecord === true,
};

/** The recorder's rooms. */
export const getManyRooms: Operation = {
	value: 'getAll',
	name: 'Get Many',
	description: 'List the rooms that a recorder watches',
	action: 'Get many rooms',
	parameters: [recorderParameter('listRooms'), stateParameter, returnAllParameter, limitParameter],
	output: roomOutput,
	plan(parameters: ItemParameters, tools) {
		const limit = limitOf(parameters);
		const isWanted = STATES[parameters.text('roomState')] ?? STATES.all;
		return async () => {
			const { recorder, api } = await connected('listRooms', parameters, tools);
			const rooms = (await api.listRooms()).filter((room) => isWanted?.(room) ?? true);
			return itemsOf(rooms.slice(0, limit).map((room) => roomItem(recorder, room)));
		};
	},
};
