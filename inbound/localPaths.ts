import type { Clip, RecordedFile, RecorderEvent, Recording } from '../formats/recorderEvent';
import { type MapPath, unmappedPaths } from './pathMapping';

/** The event with its paths as n8n reaches them: what no format can know, as it follows from where n8n runs. */
export function withLocalPaths(event: RecorderEvent, mapPath: MapPath): RecorderEvent {
	if (mapPath === unmappedPaths) return event;
	if ('file' in event) return { ...event, file: localFile(event.file, mapPath) };
	if ('clip' in event) return { ...event, clip: localClip(event.clip, mapPath) };
	if ('summary' in event) {
		const { files, missing, leftOut } = event.summary;
		const summary = {
			...event.summary,
			files: files.map((file) => localFile(file, mapPath)),
			missing: missing.map((file) => ({ ...file, localPath: mapPath(file.path) })),
			leftOut: leftOut.map((file) => ({ ...file, localPath: mapPath(file.path) })),
		};
		return { ...event, summary, recording: localRecording(event.recording, mapPath) };
	}
	if ('recording' in event) {
		return { ...event, recording: localRecording(event.recording, mapPath) };
	}
	return event;
}

function localFile(file: RecordedFile, mapPath: MapPath): RecordedFile {
	return {
		...file,
		localPath: mapPath(file.path),
		sourceLocalPath: mapped(file.sourcePath, mapPath),
		danmakuLocalPath: mapped(file.danmakuPath, mapPath),
		coverLocalPath: mapped(file.coverPath, mapPath),
		relatedLocalPaths: file.relatedPaths.map(mapPath),
	};
}

function localClip(clip: Clip, mapPath: MapPath): Clip {
	const coverLocalPath = mapped(clip.coverPath, mapPath);
	return { ...clip, localPath: mapPath(clip.path), coverLocalPath };
}

function localRecording(recording: Recording, mapPath: MapPath): Recording {
	const { paths, files } = recording;
	return {
		...recording,
		localPaths: paths.map(mapPath),
		...(files === undefined
			? {}
			: { files: files.map((file) => ({ ...file, localPath: mapPath(file.path) })) }),
	};
}

function mapped(path: string | null, mapPath: MapPath): string | null {
	return path === null ? null : mapPath(path);
}
