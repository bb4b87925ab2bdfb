/** Runs other programs, keeping their output in a log so that a failure can show its end. */

import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { UserFacingError } from './progress.mjs';

const TAIL_LINES = 30;
const EXCERPT_HEAD_LINES = 15;

/** The last lines of a log file, for an error message; says so if there is no log. */
export async function tailOf(logFile, lines = TAIL_LINES) {
	const text = await readFile(logFile, 'utf8').catch(() => '');
	const kept = text.trimEnd().split('\n').slice(-lines).join('\n');
	return kept === '' ? '(nothing was logged)' : kept;
}

/** The beginning and the end of what a command printed: npm says first what is wrong. */
function excerptOf(output) {
	const lines = output.trim().split('\n');
	if (lines.length <= EXCERPT_HEAD_LINES + TAIL_LINES) return lines.join('\n');
	return [...lines.slice(0, EXCERPT_HEAD_LINES), '…', ...lines.slice(-TAIL_LINES)].join('\n');
}

/**
 * Runs a program to its end. Its output goes to `logFile`, or straight to the screen without one.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, logFile?: string, advice?: string }} [options]
 *   `advice` is what a person can do when this fails
 */
export async function run(program, args, { cwd, env, logFile, advice } = {}) {
	let log;
	if (logFile !== undefined) {
		await mkdir(dirname(logFile), { recursive: true });
		log = createWriteStream(logFile, { flags: 'a' });
		log.write(`$ ${program} ${args.join(' ')}\n`);
	}

	let output = '';
	const keep = (chunk) => {
		output += chunk;
		log.write(chunk);
	};
	const outcome = await new Promise((resolve) => {
		const child = spawn(program, args, {
			cwd,
			env: env ?? process.env,
			stdio: log === undefined ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
			// On Windows npm is a batch file, which only a shell can start.
			shell: process.platform === 'win32',
		});
		child.stdout?.on('data', keep);
		child.stderr?.on('data', keep);
		child.once('error', (error) => resolve(`could not be started: ${error.message}`));
		child.once('close', (code, signal) =>
			resolve(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`),
		);
	});
	await new Promise((resolve) => (log === undefined ? resolve() : log.end(resolve)));

	if (outcome !== undefined) {
		const parts = [`\`${program} ${args.join(' ')}\` ${outcome}.`];
		if (advice !== undefined) parts.push(advice);
		if (logFile !== undefined)
			parts.push(`What it said (all of ${logFile}):\n\n${excerptOf(output)}`);
		throw new UserFacingError(parts.join('\n'));
	}
}
