/**
 * Runs the end-to-end tests in real n8n instances: `npm run e2e`, after `npm run build`.
 *
 *   node e2e/run.mjs                        e2e/tests, but what in them takes long
 *   node e2e/run.mjs --all                  all of e2e/tests
 *   node e2e/run.mjs bililive               files whose names contain this
 *   node e2e/run.mjs --summary=totals.json  also writes the totals there
 *   node e2e/run.mjs --name=SIGKILL         tests whose names match this pattern
 *   node e2e/run.mjs browser --screenshots  also renews the pictures in docs/images
 *   node e2e/run.mjs --at-a-time=1          one file after the other, on a slow machine
 *
 * A test file is any `e2e/tests/*.test.mjs`. What it needs beyond n8n it asks for with
 * `skipWithout` of requirements.mjs.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

import { run } from './commands.mjs';
import { ensureCacheFolder, installN8n, N8N_VERSIONS } from './n8nInstall.mjs';
import { CACHE_FOLDER, E2E_FOLDER, REPO_FOLDER } from './paths.mjs';
import { formatDuration, runMain, step, UserFacingError } from './progress.mjs';

const TESTS_FOLDER = join(E2E_FOLDER, 'tests');

/** Files that measure, start several n8n at once or build the package anew: nothing else runs meanwhile. */
const ALONE = new Set(['hostile', 'queueMode', 'reliability', 'start']);

await runMain(async () => {
	const startedAt = Date.now();
	const { values, positionals } = parseArgs({
		options: {
			summary: { type: 'string' },
			name: { type: 'string' },
			all: { type: 'boolean', default: false },
			screenshots: { type: 'boolean', default: false },
			'at-a-time': { type: 'string', default: String(Math.min(2, availableParallelism())) },
		},
		allowPositionals: true,
	});
	if (values.screenshots) process.env.LIVE_RECORDER_E2E_SCREENSHOTS = '1';
	const isShort = positionals.length === 0 && !values.all;
	// What takes long in a file is left out by the file itself.
	if (isShort) process.env.LIVE_RECORDER_E2E_SHORT = '1';
	const files = await findTestFiles(positionals);
	await ensureCacheFolder();
	if (!existsSync(join(REPO_FOLDER, 'dist'))) {
		throw new UserFacingError('There is no dist folder yet. Run `npm run build` first.');
	}
	if (!existsSync(join(E2E_FOLDER, 'node_modules'))) {
		await step('Installing the dependencies of the end-to-end tests', async () => {
			await run('npm', ['ci', '--no-audit', '--no-fund'], {
				cwd: E2E_FOLDER,
				logFile: join(CACHE_FOLDER, 'logs', 'npm-ci.log'),
				advice: 'Check that npm reaches its registry (npm ping) and run this again.',
			});
		});
	}
	for (const version of N8N_VERSIONS) await installN8n(version);

	const workFolder = await mkdtemp(join(tmpdir(), 'live-recorder-e2e-'));
	try {
		const { packPackage } = await import('./n8nInstance.mjs');
		const tarball = await step('Packing the package', () => packPackage(REPO_FOLDER, workFolder));
		const isAlone = (file) => ALONE.has(basename(file, '.test.mjs'));
		const batches = [
			{ files: files.filter((file) => !isAlone(file)), atATime: Number(values['at-a-time']) },
			{ files: files.filter(isAlone), atATime: 1 },
		].filter((batch) => batch.files.length > 0);
		const totals = {};
		let exitCode = 0;
		for (const batch of batches) {
			const summaryFile = join(workFolder, 'summary.json');
			const options = { ...batch, tarball, summaryFile, name: values.name };
			exitCode = Math.max(exitCode, await runTests(options));
			const ofBatch = JSON.parse(await readFile(summaryFile, 'utf8').catch(() => '{}'));
			for (const [name, count] of Object.entries(ofBatch)) {
				totals[name] = (totals[name] ?? 0) + count;
			}
		}
		if (values.summary !== undefined) await writeFile(values.summary, JSON.stringify(totals));
		console.log(
			`\n${files.length} end-to-end test files in ${formatDuration(Date.now() - startedAt)}`,
		);
		if (totals.tests === undefined || totals.tests === 0) {
			throw new UserFacingError('No end-to-end test ran.');
		}
		process.exitCode = exitCode;
	} finally {
		await rm(workFolder, { recursive: true, force: true });
	}
});

async function findTestFiles(wanted) {
	const all = (await readdir(TESTS_FOLDER)).filter((name) => name.endsWith('.test.mjs')).sort();
	const chosen = all.filter(
		(name) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
	);
	if (chosen.length === 0) {
		throw new UserFacingError(
			`No test file's name contains ${wanted.join(' or ')}. There are: ${all.join(', ')}.`,
		);
	}
	return chosen.map((name) => join(TESTS_FOLDER, name));
}

/** Each file has an n8n of its own, so that two files fill two cores: while one waits, the other works. */
async function runTests({ files, atATime, tarball, summaryFile, name }) {
	const child = spawn(
		process.execPath,
		[
			'--test',
			`--test-concurrency=${atATime}`,
			'--test-reporter=spec',
			'--test-reporter-destination=stdout',
			`--test-reporter=${join(E2E_FOLDER, 'summaryReporter.mjs')}`,
			`--test-reporter-destination=${summaryFile}`,
			...(name === undefined ? [] : [`--test-name-pattern=${name}`]),
			...files,
		],
		{ stdio: 'inherit', env: { ...process.env, LIVE_RECORDER_E2E_TARBALL: tarball } },
	);
	return await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => resolve(code ?? 1));
	});
}
