import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import { fileName } from '../../../../formats/paths';
import { ParameterProblem } from '../../itemParameters';
import { connected, recorderParameter } from '../connected';
import type { Operation } from '../operation';

const pathParameter: INodeProperties = {
	displayName: 'Recording',
	name: 'recording',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. {{ $json.file.path }}',
	description: 'Its path: as the trigger or Recording: Get Many names it',
};

const fieldParameter: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the output binary field to put the file in',
};

/** A recording as binary data, streamed. */
export const downloadRecording: Operation = {
	value: 'download',
	name: 'Download',
	description: 'Fetch a recording as binary data, however large',
	action: 'Download a recording',
	parameters: [recorderParameter('recordingRequest'), pathParameter, fieldParameter],
	output: z.object({
		recorder: z.string(),
		path: z.string(),
		name: z.string(),
		sizeBytes: z.number(),
		interruptions: z.number().int().describe('How often the download was interrupted and went on'),
	}),
	plan(parameters, tools) {
		const path = parameters.text('recording').trim();
		const field = parameters.text('binaryPropertyName').trim();
		if (path === '') throw new ParameterProblem("'Recording' is empty");
		if (field === '') throw new ParameterProblem("'Put Output File in Field' is empty");
		return async () => {
			const { recorder, api } = await connected('recordingRequest', parameters, tools);
			const request = await api.recordingRequest(path);
			const name = fileName(path.split('?')[0] ?? path);
			const { binary, sizeBytes, interruptions } = await tools.download(request, name);
			const json = { recorder: recorder.id, path, name, sizeBytes, interruptions };
			return { ok: true, items: [{ json, binary: { [field]: binary } }] };
		};
	},
};
