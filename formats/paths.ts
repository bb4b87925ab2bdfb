/** What a file is to a recording. */
export type FileRole = 'video' | 'danmaku' | 'raw_danmaku' | 'cover' | 'other';

/**
 * The part after the last `/` or `\`: recorders on Windows and on Linux mix the two. In an absolute path of a POSIX system a
 * backslash is a character of a name.
 */
export function fileName(path: string): string {
	if (path.startsWith('/') && !path.startsWith('//')) return path.slice(path.lastIndexOf('/') + 1);
	return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** `录制.flv` -> `flv`, in lower case; '' where there is none. */
export function fileExtension(path: string): string {
	const name = fileName(path);
	const dot = name.lastIndexOf('.');
	return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** The path with another extension: where a recorder's convention puts a file beside the video. */
export function withExtension(path: string, extension: string): string {
	const name = fileName(path);
	const dot = name.lastIndexOf('.');
	const stem = dot <= 0 ? path : path.slice(0, path.length - name.length + dot);
	return `${stem}.${extension}`;
}

const ROLE_OF_EXTENSION: ReadonlyMap<string, FileRole> = new Map<string, FileRole>([
	...['flv', 'mp4', 'mkv', 'ts', 'm4s', 'm4v', 'mov', 'webm', 'avi', 'fmp4'].map(
		(extension): [string, FileRole] => [extension, 'video'],
	),
	...['xml', 'ass'].map((extension): [string, FileRole] => [extension, 'danmaku']),
	['jsonl', 'raw_danmaku'],
	...['jpg', 'jpeg', 'png', 'webp'].map((extension): [string, FileRole] => [extension, 'cover']),
]);

/** What a file is, by its extension. */
export function fileRole(path: string): FileRole {
	return ROLE_OF_EXTENSION.get(fileExtension(path)) ?? 'other';
}
