import type { INodeProperties } from 'n8n-workflow';

import { connected, newRoomParameter, recorderParameter, roomOf } from '../connected';
import type { Operation } from '../operation';
import { oneRoom, roomOutput } from './roomItem';

const autoRecordParameter: INodeProperties = {
	displayName: 'Record Automatically',
	name: 'autoRecord',
	type: 'boolean',
	default: true,
	description: 'Whether the recorder records the room by itself when it goes live',
};

/** A room more for the recorder. */
export const addRoom: Operation = {
	value: 'add',
	name: 'Add',
	description: 'Have a recorder watch and record a room',
	action: 'Add a room',
	parameters: [recorderParameter('addRoom'), newRoomParameter, autoRecordParameter],
	output: roomOutput,
	plan(parameters, tools) {
		const room = roomOf(parameters, 'newRoom');
		const autoRecord = parameters.value('autoRecord') !== false;
		return async () => {
			const { recorder, api } = await connected('addRoom', parameters, tools);
			return oneRoom(recorder, await api.addRoom(room, { autoRecord }));
		};
	},
};
