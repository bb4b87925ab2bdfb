import type { INodeProperties } from 'n8n-workflow';

import { createPathMapping, type MapPath } from '../../inbound/pathMapping';

/** The option that says where n8n finds a recorder's files. */
export const pathMappingOption: INodeProperties = {
	displayName: 'Path Mapping',
	name: 'pathMapping',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Folder',
	default: {},
	description:
		'Where n8n finds the recorder’s files: fills in file.localPath, and a local path beside every other path. A path that would leave the folder is not mapped.',
	options: [
		{
			displayName: 'Folder',
			name: 'folders',
			values: [
				{
					displayName: 'Recorder Folder',
					name: 'recorderFolder',
					type: 'string',
					default: '',
					placeholder: 'e.g. /rec',
					description:
						'The folder as the recorder names it. Empty for paths relative to its work folder.',
				},
				{
					displayName: 'Local Folder',
					name: 'localFolder',
					type: 'string',
					default: '',
					placeholder: 'e.g. /mnt/recordings',
					description: 'The same folder where n8n runs',
				},
			],
		},
	],
};

/** The mapping that {@link pathMappingOption} is set to, from the value of its `folders`. */
export function pathMappingFrom(folders: unknown): MapPath {
	const entries: unknown[] = Array.isArray(folders) ? folders : [];
	return createPathMapping(
		entries.map((entry) => {
			const folder = Object(entry);
			return {
				recorderFolder: folderOf(Reflect.get(folder, 'recorderFolder')),
				localFolder: folderOf(Reflect.get(folder, 'localFolder')),
			};
		}),
	);
}

function folderOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
