/** Lets a test that needs another program be skipped, with a clear line, where it is missing. */

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * For a test's `skip` option: false if one of the programs is on PATH, else why it is skipped.
 *
 * @param {string | string[]} names the program, or names it goes by
 * @param {string} remedy how to get it, e.g. 'apt-get install redis-server'
 */
export function skipWithout(names, remedy) {
	const candidates = [names].flat();
	const folders = (process.env.PATH ?? '').split(delimiter);
	const isThere = candidates.some((name) =>
		folders.some((folder) => existsSync(join(folder, name))),
	);
	return isThere ? false : `needs ${candidates.join(' or ')}: ${remedy}`;
}
