/**
 * The n8n that the package has to work in: one row per version and way of setting it up. A test file goes through all of
 * them, or through those with n8n's own defaults (`N8N_VERSIONS`) where settings make no difference to what it shows.
 */

import { N8N_VERSIONS, NEWEST_N8N_VERSION } from './n8nInstall.mjs';

/**
 * What n8n 3 has announced as its defaults, as far as n8n 2.40 knows of it (its deprecation messages and its report of
 * breaking changes), and what our READMEs tell to set.
 */
const N8N_3_DEFAULTS = {
	N8N_RUNNERS_ENABLED: 'true',
	N8N_RUNNERS_TASK_TIMEOUT: '60',
	N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
	N8N_BLOCK_ENV_ACCESS_IN_NODE: 'true',
	N8N_BLOCK_FILE_ACCESS_TO_N8N_FILES: 'true',
	N8N_SECURE_COOKIE: 'true',
	N8N_COMPRESSION_NODE_MAX_DECOMPRESSED_SIZE_BYTES: String(256 * 2 ** 20),
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
};

/** @type {{ name: string, version: string, environment: Record<string, string> }[]} */
export const N8N_SETUPS = [
	...N8N_VERSIONS.map((version) => ({ name: version, version, environment: {} })),
	{
		name: `${NEWEST_N8N_VERSION} with the defaults of n8n 3`,
		version: NEWEST_N8N_VERSION,
		environment: N8N_3_DEFAULTS,
	},
];
