/** One pair of a path mapping: the same folder as the recorder and as n8n see it. */
export interface PathMappingRule {
	/** The recorder's folder, e.g. `/rec` or `D:\Rec`. Empty: paths relative to the recorder's work folder. */
	readonly recorderFolder: string;
	/** The same folder where n8n runs, e.g. `/mnt/recordings`. */
	readonly localFolder: string;
}

/** A recorder's path as n8n reaches it, or null where no rule covers it or the result would leave the mapped folder. */
export type MapPath = (recorderPath: string) => string | null;

const SEPARATOR = /[\\/]+/;
const DRIVE = /^[A-Za-z]:/;

/** The longest path that any system knows (Windows); splitting a text of megabytes would hold everything up. */
const LONGEST = 32_767;

/**
 * Windows takes trailing dots and spaces off a name: `.. ` may mean the folder above. Refused whatever the local folder looks
 * like: `//nas/share` and paths without a drive may be Windows', too.
 */
const DOTS_AND_SPACES = /^[. ]+$/;

/**
 * What Windows reads as something else than a file's name: a stream of another file (`a.flv:b`), a device (`NUL.txt`), wildcards and
 * control characters.
 */
const NO_WINDOWS_NAME =
	/[\p{Cc}<>:"|?*]|^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$) *(?:\.|$)/iu;

/** A folder with a drive, or on a network share as Windows names it. */
const WINDOWS_FOLDER = /^[A-Za-z]:|^[\\/]{2}|\\/;

interface ParsedPath {
	/** '' relative, '/' POSIX root, 'c:' a drive, '//' a network share. Lower case. */
	readonly root: string;
	readonly segments: readonly string[];
}

function parsePath(path: string): ParsedPath {
	if (DRIVE.test(path)) {
		return { root: path.slice(0, 2).toLowerCase(), segments: split(path.slice(2)) };
	}
	if (/^[\\/]{2}/.test(path)) return { root: '//', segments: split(path) };
	// A POSIX system's backslash is a character of a name.
	if (path.startsWith('/')) return { root: '/', segments: split(path, '/') };
	if (path.startsWith('\\')) return { root: '/', segments: split(path) };
	return { root: '', segments: split(path) };
}

function split(path: string, separator: RegExp | string = SEPARATOR): string[] {
	return path.split(separator).filter((segment) => segment !== '' && segment !== '.');
}

/** Resolves `..`; null where it climbs above the start. */
function resolveParents(segments: readonly string[]): string[] | null {
	const resolved: string[] = [];
	for (const segment of segments) {
		if (segment === '..') {
			if (resolved.pop() === undefined) return null;
		} else {
			resolved.push(segment);
		}
	}
	return resolved;
}

/** The segments below `folder`, or null where `path` isn't inside it. Windows paths compare without case. */
function segmentsBelow(
	folder: ParsedPath,
	path: ParsedPath,
	segments: readonly string[],
): string[] | null {
	if (folder.root !== path.root || folder.segments.length > segments.length) return null;
	const ignoreCase = folder.root !== '/' && folder.root !== '';
	const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
	const inside = folder.segments.every(
		(segment, index) => fold(segment) === fold(segments[index] ?? ''),
	);
	return inside ? segments.slice(folder.segments.length) : null;
}

function climbs(segment: string): boolean {
	return segment.split('\\').some((part) => DOTS_AND_SPACES.test(part));
}

/**
 * A function that maps a recorder's paths to where n8n finds the same files. The longest matching recorder folder wins.
 * Nothing is looked up on disk: a path is text, and what would climb out of the mapped folder (`../`, another drive,
 * a NUL character) comes back as null.
 */
export function createPathMapping(rules: readonly PathMappingRule[]): MapPath {
	const folders = rules
		.filter((rule) => rule.localFolder.trim() !== '')
		.map((rule) => ({ from: parsePath(rule.recorderFolder.trim()), to: rule.localFolder.trim() }))
		.sort((a, b) => b.from.segments.length - a.from.segments.length);

	if (folders.length === 0) return unmappedPaths;
	return (recorderPath) => {
		if (recorderPath === '' || recorderPath.length > LONGEST || recorderPath.includes('\0')) {
			return null;
		}
		const path = parsePath(recorderPath);
		const segments = resolveParents(path.segments);
		if (segments === null) return null;
		for (const { from, to } of folders) {
			const below = segmentsBelow(from, path, segments);
			if (below === null) continue;
			const separator = DRIVE.test(to) || to.includes('\\') ? '\\' : '/';
			// The folder itself is no file in it.
			if (below.length === 0 || below.some(climbs)) return null;
			if (WINDOWS_FOLDER.test(to) && below.some((segment) => NO_WINDOWS_NAME.test(segment))) {
				return null;
			}
			if (separator === '\\' && below.some((segment) => segment.includes('\\'))) return null;
			const base = to.replace(/[\\/]+$/, '');
			return [base, ...below].join(separator);
		}
		return null;
	};
}

/** No mapping configured: where n8n finds the recorder's files is unknown. */
export const unmappedPaths: MapPath = () => null;
