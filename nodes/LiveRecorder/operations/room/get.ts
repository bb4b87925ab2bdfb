import { connected, recorderParameter, roomOf, roomParameter } from '../connected';
import type { Operation } from '../operation';
import { oneRoom, roomOutput } from './roomItem';

/** One room of the recorder. */
export const getRoom: Operation = {
	value: 'get',
	name: 'Get',
	description: 'Look at a room of a recorder: live, recording, what it writes',
	action: 'Get a room',
	parameters: [recorderParameter('getRoom'), roomParameter],
	output: roomOutput,
	plan(parameters, tools) {
		const room = roomOf(parameters, 'room');
		return async () => {
			const { recorder, api } = await connected('getRoom', parameters, tools);
			return oneRoom(recorder, await api.getRoom(room));
		};
	},
};
