import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import { recordersThatCan } from '../../../../apis/connect';
import { connected, recorderParameter, roomOf, roomParameter } from '../connected';
import { failure, itemsOf, type Operation } from '../operation';

const deleting = recordersThatCan('removalDeletesRecordings');

const deleteRecordingsParameter: INodeProperties = {
	displayName: 'Delete Its Recordings',
	name: 'deleteRecordings',
	type: 'boolean',
	default: false,
	description:
		'Whether all recordings of the room may be deleted with it: this recorder does so, and removes no room otherwise',
	displayOptions: { show: { recorder: deleting.map(({ id }) => id) } },
};

/** One room less for the recorder. */
export const removeRoom: Operation = {
	value: 'remove',
	name: 'Remove',
	description: `Have a recorder forget a room. Its recordings stay, but with ${deleting.map(({ title }) => title).join(', ')} they are deleted.`,
	action: 'Remove a room',
	parameters: [recorderParameter('removeRoom'), roomParameter, deleteRecordingsParameter],
	output: z.object({ recorder: z.string(), id: z.string(), removed: z.boolean() }),
	plan(parameters, tools) {
		const room = roomOf(parameters, 'room');
		const recorderId = parameters.text('recorder');
		const deletes = deleting.find(({ id }) => id === recorderId);
		if (deletes !== undefined && parameters.value('deleteRecordings') !== true) {
			return failure(
				`${deletes.title} deletes all recordings of a room when it removes the room`,
				'If that is wanted, tick Delete Its Recordings. To only stop recording the room, use Stop Recording.',
			);
		}
		return async () => {
			const { recorder, api } = await connected('removeRoom', parameters, tools);
			await api.removeRoom(room);
			return itemsOf([{ recorder: recorder.id, id: room.id, removed: true }]);
		};
	},
};
