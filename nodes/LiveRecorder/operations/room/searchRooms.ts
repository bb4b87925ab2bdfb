import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { connectedRecorders } from '../../../../apis/connect';
import { ApiProblem } from '../../../../apis/problem';
import { roomAddress } from '../../../../apis/roomAddress';
import { connectTo } from '../../../shared/apiConnection';

/** The rooms of the chosen recorder, for the list that a room is chosen from. */
export async function searchRooms(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const id = this.getCurrentNodeParameter('recorder');
	const recorder = connectedRecorders.find((candidate) => candidate.id === id);
	if (recorder === undefined) return { results: [] };
	const data = await this.getCredentials(recorder.credential);
	const rooms = await Promise.resolve()
		.then(async () => (await connectTo(recorder, data, this).listRooms?.()) ?? [])
		.catch((error: unknown) => {
			// The list shows a message and nothing beside it.
			if (error instanceof ApiProblem)
				throw new ApiProblem(error.reason, `${error.message}. ${error.advice}`, '');
			throw error;
		});
	const wanted = filter.trim().toLowerCase();
	return {
		results: rooms
			.map((room) => ({
				name: [room.streamer.name, room.id, room.title].filter((part) => part !== null).join(' · '),
				value: roomAddress(room),
				...(room.url === null ? {} : { url: room.url }),
			}))
			.filter(({ name }) => name.toLowerCase().includes(wanted))
			.sort((a, b) => a.name.localeCompare(b.name, 'en')),
	};
}
