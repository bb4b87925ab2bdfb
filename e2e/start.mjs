/**
 * `npm start`: from a fresh clone to a running n8n with an example workflow that has just received
 * a recorded session. `npm start -- --check` does the same, compares, and exits with 0 or 1.
 *
 * Everything imported up here needs nothing but Node.js: at first nothing is installed.
 */

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { run } from './commands.mjs';
import { ensureCacheFolder, installN8n, NEWEST_N8N_VERSION } from './n8nInstall.mjs';
import { CACHE_FOLDER, E2E_FOLDER, EXAMPLES_FOLDER, REPO_FOLDER } from './paths.mjs';
import { runMain, step, UserFacingError } from './progress.mjs';

const EDITOR_PORT = 5678;
const EXAMPLE_FILE = join(EXAMPLES_FOLDER, 'first-flow.json');
const FILE_BRANCH = 'File is ready';
const OTHER_BRANCH = 'Something else happened';

const isCheck = process.argv.includes('--check');

await runMain(async () => {
	checkNodeVersion();
	await ensureCacheFolder();
	await installDependencies(REPO_FOLDER, 'Installing the dependencies of the package');
	await installDependencies(E2E_FOLDER, 'Installing the dependencies of the demonstration');
	await step('Building the package', async () => {
		await run('npm', ['run', 'build'], {
			cwd: REPO_FOLDER,
			logFile: join(CACHE_FOLDER, 'logs', 'build.log'),
			advice: 'Undo local changes to the sources, or fix what the lines below complain about.',
		});
	});
	await installN8n(NEWEST_N8N_VERSION);

	// These need what has just been installed.
	const { findFreePort, N8nInstance, OWNER, packPackage } = await import('./n8nInstance.mjs');

	const tarball = await step('Packing the package', async () => await packPackage());
	const userFolder = isCheck ? undefined : join(CACHE_FOLDER, 'start');
	const n8n = await N8nInstance.create({
		userFolder,
		tarball,
		port: await findFreePort(isCheck ? 0 : EDITOR_PORT),
		logFile: join(CACHE_FOLDER, 'logs', isCheck ? 'check-n8n.log' : 'start-n8n.log'),
	});
	const interruption = stopOnInterruption(n8n);

	try {
		await step(`Starting n8n ${n8n.version}`, async () => await n8n.start());
		await step('Setting up the owner account', async () => {
			await logIn(n8n, userFolder);
		});
		const workflow = await step(
			'Importing and activating the example workflow',
			async () => await ensureExampleWorkflow(n8n),
		);
		const rows = await step(
			'Replaying a recorded session of BililiveRecorder',
			async (report) => await replay(n8n, workflow, report),
		);

		printTable(rows);
		const differences = rows.flatMap(describeDifferences);
		if (isCheck) {
			if (differences.length > 0) {
				throw new UserFacingError(
					`Not as it must be:\n${differences.map((line) => `  - ${line}`).join('\n')}\n\n` +
						`n8n's log: ${n8n.logFile}`,
				);
			}
			console.log('As it must be: every event started the workflow exactly once.');
			return;
		}
		if (differences.length > 0) {
			console.log('Not what an unchanged workflow and package do:');
			for (const line of differences) console.log(`  - ${line}`);
			console.log('');
		}
		const editor = `${n8n.editorUrl}/workflow/${workflow.id}`;
		console.log(`n8n is running. The workflow:  ${editor}`);
		console.log(`Its executions:                ${editor}/executions`);
		console.log(`Log in with:                   ${OWNER.email}`);
		console.log(`Password:                      ${OWNER.password}`);
		console.log(`Log:                           ${n8n.logFile}`);
		console.log('\nPress Ctrl-C to stop it. Another npm start finds the workflow as you left it.');
		await interruption;
	} finally {
		await n8n.stop();
		await n8n.discard();
	}
});

// Sockets of a stopped n8n may linger in the connection pool and would delay the end.
process.exit();

function checkNodeVersion() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major > 20 || (major === 20 && minor >= 19)) return;
	throw new UserFacingError(
		`This needs Node.js 20.19 or newer, and this is ${process.version}.\n` +
			'Install a newer one, for example from https://nodejs.org, and run it again.',
	);
}

/** Runs `npm ci` unless node_modules is there and no older than the lockfile. */
async function installDependencies(folder, title) {
	const installed = join(folder, 'node_modules', '.package-lock.json');
	const lockfile = join(folder, 'package-lock.json');
	if (existsSync(installed) && (await stat(installed)).mtimeMs >= (await stat(lockfile)).mtimeMs) {
		return;
	}
	await step(title, async () => {
		await run('npm', ['ci', '--no-audit', '--no-fund'], {
			cwd: folder,
			logFile: join(CACHE_FOLDER, 'logs', 'npm-ci.log'),
			advice: 'Check that npm reaches its registry (npm ping) and run this again.',
		});
	});
}

async function logIn(n8n, userFolder) {
	try {
		await n8n.logIn();
	} catch (error) {
		throw new UserFacingError(
			`n8n did not let its owner in: ${error.message}` +
				(userFolder === undefined
					? ''
					: `\nIf you changed the password there, start afresh: delete ${userFolder} and run npm start again.`),
		);
	}
}

/** The example workflow, active: the one of an earlier start if it is still usable. */
async function ensureExampleWorkflow(n8n) {
	const { triggerOf } = await import('./workflows.mjs');
	const example = JSON.parse(await readFile(EXAMPLE_FILE, 'utf8'));
	const branches = [FILE_BRANCH, OTHER_BRANCH];

	for (const { id, name } of await n8n.listWorkflows()) {
		if (name !== example.name) continue;
		const existing = await n8n.getWorkflow(id);
		const nodeNames = existing.nodes.map((node) => node.name);
		const isUsable =
			!existing.isArchived &&
			triggerOf(existing)?.parameters.authentication === 'none' &&
			branches.every((branch) => nodeNames.includes(branch));
		if (!isUsable) continue;
		if (!existing.active) await n8n.activateWorkflow(id);
		return existing;
	}
	// n8n takes a webhook's id only once, and an unusable copy of the example may still have it.
	triggerOf(example).webhookId = randomUUID();
	return await n8n.createWorkflow(example);
}

async function replay(n8n, workflow, report) {
	const { outputsOf } = await import('./n8nInstance.mjs');
	const { expectedDelivery, replaySession } = await import('./session.mjs');
	const { triggerOf } = await import('./workflows.mjs');

	const trigger = triggerOf(workflow);
	const earlier = await n8n.waitUntilIdle(workflow.id);
	const deliveries = await replaySession(n8n.webhookUrl(trigger), {
		onDelivery: (done, all) => report(`${done} of ${all} deliveries`),
	});
	report('waiting for the executions');
	const executions = await n8n.finishedExecutions(workflow.id, { after: earlier.at(-1)?.id });

	return deliveries.map((delivery, index) => {
		const own = executions.filter((execution) =>
			outputsOf(execution, trigger.name)
				.flat()
				.some((item) => item.id === delivery.event.EventId),
		);
		const branchesOf = (execution) =>
			[FILE_BRANCH, OTHER_BRANCH].filter(
				(branch) => outputsOf(execution, branch).flat().length > 0,
			);
		return {
			...delivery,
			expected: expectedDelivery(index),
			executions: own.length,
			failedExecutions: own.filter(({ status }) => status !== 'success').length,
			branches: own.flatMap(branchesOf),
			expectedBranch: delivery.event.EventType === 'FileClosed' ? FILE_BRANCH : OTHER_BRANCH,
		};
	});
}

function describeDifferences(row, index) {
	const label = `event ${index + 1} (${row.event.EventType})`;
	const { expected } = row;
	const checks = [
		['sent', row.sent, expected.sent],
		['lost on the way', row.lost, expected.lost],
		['accepted', row.accepted, expected.accepted],
		['dropped as repeat', row.repeats, expected.repeats],
		['executions', row.executions, 1],
		['failed executions', row.failedExecutions, 0],
		['branches', row.branches.join(' and ') || 'none', row.expectedBranch],
		['answers', [...new Set(row.statuses)].join(', '), '200'],
	];
	return checks
		.filter(([, actual, wanted]) => actual !== wanted)
		.map(([what, actual, wanted]) => `${label}: ${what} is ${actual}, must be ${wanted}`);
}

function printTable(rows) {
	const header = ['#', 'Event', 'Sent', 'Lost', 'Accepted', 'Repeats dropped', 'Went to'];
	const lines = rows.map((row, index) => [
		index + 1,
		row.event.EventType,
		row.sent,
		row.lost,
		row.accepted,
		row.repeats,
		row.branches.join(', ') || '(nowhere)',
	]);
	const sum = (name) => rows.reduce((total, row) => total + row[name], 0);
	const total = ['', 'all', sum('sent'), sum('lost'), sum('accepted'), sum('repeats'), ''];
	const cells = [header, ...lines, total].map((line) => line.map(String));
	const widths = header.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
	const isNumber = (column) => column === 0 || (column >= 2 && column <= 5);
	const format = (line) =>
		line
			.map((cell, column) =>
				isNumber(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
			)
			.join('  ')
			.trimEnd();
	const rule = widths.map((width) => '-'.repeat(width)).join('  ');

	console.log('');
	console.log(format(cells[0]));
	console.log(rule);
	for (const line of cells.slice(1, -1)) console.log(format(line));
	console.log(rule);
	console.log(format(cells.at(-1)));
	console.log('');
}

/** Resolves when someone wants this to stop; a second time ends it at once. */
function stopOnInterruption(n8n) {
	return new Promise((resolve) => {
		let isStopping = false;
		for (const signal of ['SIGINT', 'SIGTERM']) {
			process.on(signal, () => {
				if (isStopping || !n8n.isRunning) process.exit(130);
				isStopping = true;
				console.log('\nStopping n8n …');
				resolve();
			});
		}
	});
}
