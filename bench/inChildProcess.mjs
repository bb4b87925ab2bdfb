/** Runs one of the measured programs in a fresh process and reads the JSON it prints. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * @param {string} source CommonJS; what it gives to `print` comes back
 * @param {{ program?: string, cwd?: string, env?: NodeJS.ProcessEnv }} [options] `program` is the Node.js to run it
 */
export async function measureInChild(source, { program = process.execPath, cwd, env } = {}) {
	const prelude = 'const print = (value) => process.stdout.write(JSON.stringify(value));\n';
	const { stdout } = await execute(program, ['--expose-gc', '-e', prelude + source], {
		cwd,
		env: env ?? process.env,
		maxBuffer: 1e7,
	});
	return JSON.parse(stdout);
}
