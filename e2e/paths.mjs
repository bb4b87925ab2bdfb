/** Where things are. Whatever is big or made at run time lies outside the repository. */

import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const E2E_FOLDER = dirname(fileURLToPath(import.meta.url));
export const REPO_FOLDER = dirname(E2E_FOLDER);
export const CORPUS_FOLDER = join(REPO_FOLDER, 'test', 'fixtures', 'corpus');
export const EXAMPLES_FOLDER = join(REPO_FOLDER, 'examples');

/** n8n installs, the user data of `npm start` and logs. */
export const CACHE_FOLDER = resolve(
	process.env.LIVE_RECORDER_E2E_CACHE ||
		join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-live-recorder'),
);
