import { pathMappingFrom, pathMappingOption } from '../../shared/pathMapping';
import { described, option, UnreadableParameter } from './parameter';

/** Where n8n finds the recorder's files. */
export const pathMapping = option(pathMappingOption, (value) => {
	const folders: unknown = Reflect.get(Object(value), 'folders') ?? [];
	if (typeof value !== 'object' || !Array.isArray(folders) || !folders.every(isFolder)) {
		throw new UnreadableParameter(`${described(value)} is no list of folders`);
	}
	return pathMappingFrom(folders);
});

/** Both folders are texts; the recorder's may be empty. */
function isFolder(entry: unknown): boolean {
	const folder = Object(entry);
	return [Reflect.get(folder, 'recorderFolder'), Reflect.get(folder, 'localFolder')].every(
		(name) => typeof name === 'string' || name === undefined,
	);
}
