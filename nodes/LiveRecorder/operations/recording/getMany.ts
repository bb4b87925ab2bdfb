import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { ApiRecording } from '../../../../apis/recorderApi';
import { readRoomAddress } from '../../../../apis/roomAddress';
import { parseTimestamp } from '../../../../formats/time';
import { type ItemParameters, ParameterProblem } from '../../itemParameters';
import {
	connected,
	limitOf,
	limitParameter,
	recorderParameter,
	returnAllParameter,
} from '../connected';
import { itemsOf, type Operation } from '../operation';
import { optionsParameter } from '../spokenFormat';

const folderOption: INodeProperties = {
	displayName: 'Folder',
	name: 'folder',
	type: 'string',
	default: '',
	placeholder: 'e.g. 23058-name/2026-05',
	description: 'Only what is below this folder, for BililiveRecorder and DDTV',
};

const sinceOption: INodeProperties = {
	displayName: 'Modified After',
	name: 'modifiedAfter',
	type: 'dateTime',
	default: '',
	description:
		'Only what was written to since then. What the recorder tells no time of is returned.',
};

const finishedOption: INodeProperties = {
	displayName: 'Only Finished',
	name: 'onlyFinished',
	type: 'boolean',
	default: false,
	description:
		'Whether to leave out what is still being written or converted. BililiveRecorder does not tell: there nothing is left out.',
};

const roomOption: INodeProperties = {
	displayName: 'Room',
	name: 'roomFilter',
	type: 'string',
	default: '',
	placeholder: 'e.g. 23058',
	description:
		'Only recordings of this room, by its ID or link. BililiveRecorder tells of none: use its folders.',
};

const text = z.string().nullable();
const amount = z.number().nullable();

const recordingOutput = z.lazy(() =>
	z.object({
		recorder: z.string(),
		type: z.enum(['file', 'archive', 'clip', 'vod']),
		path: z.string().describe('As the recorder’s webhooks name it'),
		name: z.string(),
		sizeBytes: amount,
		durationSeconds: amount,
		startedAt: text,
		modifiedAt: text.describe('When it was last written to'),
		state: z.enum(['recording', 'processing', 'finished', 'unknown', 'missing']),
		room: z.object({ id: text, platform: text }),
		title: text,
		sessionId: text,
		download: text.describe('What Recording: Download takes; null where it cannot be downloaded'),
	}),
);

/** What the recorder has recorded. */
export const getManyRecordings: Operation = {
	value: 'getAll',
	name: 'Get Many',
	description: 'List what a recorder has recorded',
	action: 'Get many recordings',
	parameters: [
		recorderParameter('listRecordings'),
		returnAllParameter,
		limitParameter,
		optionsParameter([folderOption, sinceOption, finishedOption, roomOption]),
	],
	output: recordingOutput,
	plan(parameters, tools) {
		const limit = limitOf(parameters);
		const onlyFinished = parameters.booleanOption('onlyFinished') ?? false;
		const query = {
			room: roomFilterOf(parameters),
			since: sinceOf(parameters),
			folder: parameters.textOption('folder') ?? '',
		};
		return async () => {
			const { recorder, api } = await connected('listRecordings', parameters, tools);
			// A filter takes out some: then the recorder is asked for more than the limit.
			const { recordings } = await api.listRecordings({
				...query,
				limit: onlyFinished ? limit * 10 : limit,
			});
			const wanted = recordings.filter(
				({ state }) =>
					!onlyFinished ||
					state === 'finished' ||
					(state === 'unknown' && recorder.id === 'bililive-recorder'),
			);
			return itemsOf(
				wanted.slice(0, limit).map((recording) => recordingItem(recorder.id, recording)),
			);
		};
	},
};

function recordingItem(recorder: string, recording: ApiRecording): IDataObject {
	return { recorder, ...recording, room: { ...recording.room } };
}

function roomFilterOf(parameters: ItemParameters) {
	const given = parameters.textOption('roomFilter')?.trim() ?? '';
	if (given === '') return null;
	const room = readRoomAddress(given);
	if (room !== null) return room;
	throw new ParameterProblem(
		`'${given.slice(0, 100)}' is no room's ID, and no link of a live page`,
	);
}

function sinceOf(parameters: ItemParameters): number | null {
	const given = parameters.textOption('modifiedAfter')?.trim() ?? '';
	if (given === '') return null;
	// The editor's date picker gives no offset: UTC.
	const time = parseTimestamp(/[zZ]|[+-]\d{2}:?\d{2}$/.test(given) ? given : `${given}Z`);
	if (time !== null) return time;
	throw new ParameterProblem(
		`'${given.slice(0, 60)}' is no time such as 2026-05-01T20:00:00+08:00`,
	);
}
