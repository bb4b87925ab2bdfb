import type { RecorderEvent } from '../formats/recorderEvent';
import { type MapPath, unmappedPaths } from './pathMapping';

/** The event with its paths as n8n reaches them: what no format can know, as it follows from where n8n runs. */
export function withLocalPaths(event: RecorderEvent, mapPath: MapPath): RecorderEvent {
	if (mapPath === unmappedPaths) return event;
	if ('file' in event) {
		return { ...event, file: { ...event.file, localPath: mapPath(event.file.path) } };
	}
	if ('summary' in event) {
		const files = event.summary.files.map((file) => ({ ...file, localPath: mapPath(file.path) }));
		return { ...event, summary: { ...event.summary, files } };
	}
	if ('clip' in event) {
		return { ...event, clip: { ...event.clip, localPath: mapPath(event.clip.path) } };
	}
	return event;
}
