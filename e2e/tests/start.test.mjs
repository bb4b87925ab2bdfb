/** The command that people try first. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

import { E2E_FOLDER, REPO_FOLDER } from '../paths.mjs';

test('npm start -- --check ends with 0 and shows what became of each event', async () => {
	const child = spawn(process.execPath, [join(E2E_FOLDER, 'start.mjs'), '--check'], {
		cwd: REPO_FOLDER,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	child.stdout.on('data', (chunk) => (output += chunk));
	child.stderr.on('data', (chunk) => (output += chunk));
	const exitCode = await new Promise((resolve) => child.once('close', resolve));

	assert.equal(exitCode, 0, output);
	assert.match(output, /^ +all +19 +2 +10 +7$/m);
	assert.match(output, /File is ready/);
	assert.match(output, /Something else happened/);
	assert.match(output, /every event started the workflow exactly once/);
});
