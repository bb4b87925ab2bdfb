/**
 * Installs the pinned n8n versions of `e2e/n8n/` from npm into the cache folder, once each.
 *
 * An install is a folder named after the version and its lockfile. It is put together under
 * another name and renamed when it is complete, so one that was interrupted is never used.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
	access,
	constants,
	copyFile,
	mkdir,
	readFile,
	readdir,
	rename,
	rm,
	statfs,
} from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { run } from './commands.mjs';
import { CACHE_FOLDER, E2E_FOLDER } from './paths.mjs';
import { formatBytes, step, UserFacingError } from './progress.mjs';

const execute = promisify(execFile);

/** Part of the install's key: raise it when the steps below change. */
const INSTALL_RECIPE = 1;
const NEEDED_BYTES = 4e9;

/**
 * Native modules that n8n cannot start without; install scripts of all others stay off.
 * isolated-vm brings prebuilt files for Node.js 22 and 24, sqlite3 usually has to be compiled.
 */
const NATIVE_MODULES = ['sqlite3', 'isolated-vm'];

/** The major versions of Node.js that each n8n runs on, from its manifest and its isolated-vm. */
const NODE_MAJORS = {
	'2.40.7': { oldest: 24, newest: 24 },
	'1.123.81': { oldest: 22, newest: 24 },
};

export const N8N_VERSIONS = Object.keys(NODE_MAJORS);
export const NEWEST_N8N_VERSION = '2.40.7';

function pinsOf(version) {
	return join(E2E_FOLDER, 'n8n', version);
}

function nodeFolderIn(installFolder) {
	return join(installFolder, 'node_modules', `node-${process.platform}-${process.arch}`);
}

/**
 * The Node.js an install runs on: its own, where npm has one for this platform, else the one that
 * runs this, which must then be new enough.
 */
function nodeProgramFor(version, installFolder) {
	const own = join(nodeFolderIn(installFolder), 'bin', 'node');
	if (existsSync(own)) return own;

	const major = Number(process.versions.node.split('.')[0]);
	const { oldest, newest } = NODE_MAJORS[version];
	if (major >= oldest && major <= newest) return process.execPath;
	throw new UserFacingError(
		`n8n ${version} needs Node.js ${oldest === newest ? oldest : `${oldest} to ${newest}`}, and npm has ` +
			`none to install for ${process.platform}-${process.arch}; this is ${process.version}.\n` +
			`Run the same command with Node.js ${newest}.`,
	);
}

/** What n8n and anything that builds for it must find: its Node.js first on PATH. */
function environmentFor(nodeProgram) {
	return { ...process.env, PATH: `${dirname(nodeProgram)}${delimiter}${process.env.PATH ?? ''}` };
}

async function describeInstall(version, folder) {
	const nodeProgram = nodeProgramFor(version, folder);
	return {
		version,
		folder,
		nodeProgram,
		n8nProgram: join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
		environment: environmentFor(nodeProgram),
	};
}

/** Makes the cache folder, or says what to do where that can't be done. */
export async function ensureCacheFolder() {
	try {
		await mkdir(CACHE_FOLDER, { recursive: true });
		await access(CACHE_FOLDER, constants.W_OK);
	} catch (error) {
		throw new UserFacingError(
			`The folder ${CACHE_FOLDER} cannot be used: ${error.message}.\n` +
				'Set LIVE_RECORDER_E2E_CACHE to a folder of yours and run this again.',
		);
	}
}

async function removeAbandonedInstalls() {
	for (const name of await readdir(CACHE_FOLDER)) {
		const pid = /^n8n-.*\.installing-(\d+)$/.exec(name)?.[1];
		if (pid !== undefined && !isRunning(Number(pid))) {
			await rm(join(CACHE_FOLDER, name), { recursive: true, force: true });
		}
	}
}

function isRunning(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

/** If another run is installing the same, waits until it is done or has given up. */
async function waitForOtherInstall(version, folder) {
	const isBeingInstalled = async () =>
		(await readdir(CACHE_FOLDER)).some((name) => {
			const path = join(CACHE_FOLDER, name);
			const pid = path.startsWith(`${folder}.installing-`) && /\d+$/.exec(name)?.[0];
			return pid && isRunning(Number(pid));
		});
	if (!(await isBeingInstalled())) return;
	await step(`Waiting for another run that is installing n8n ${version}`, async () => {
		while (await isBeingInstalled()) await pause(1000);
	});
}

async function freeBytes(folder) {
	const { bavail, bsize } = await statfs(folder);
	return bavail * bsize;
}

async function countPresent(paths) {
	let present = 0;
	for (const path of paths) {
		if (
			await access(path).then(
				() => true,
				() => false,
			)
		)
			present += 1;
	}
	return present;
}

/** Says every second how many packages are there and how much of the disk went meanwhile. */
function watchInstall(folder, lockfile, freeAtStart, report) {
	const manifests = Object.keys(lockfile.packages)
		.filter((path) => path !== '')
		.map((path) => join(folder, path, 'package.json'));
	let isStopped = false;
	const watching = (async () => {
		while (!isStopped) {
			const used = Math.max(0, freeAtStart - (await freeBytes(folder)));
			const present = await countPresent(manifests);
			report(`${present} of about ${manifests.length} packages, ${formatBytes(used)}`);
			await pause(1000);
		}
	})();
	return async () => {
		isStopped = true;
		await watching;
	};
}

async function buildNativeModules(install, logFile) {
	const nodeFolder = dirname(dirname(install.nodeProgram));
	const hasOwnHeaders = existsSync(join(nodeFolder, 'include', 'node', 'node_api.h'));
	for (const module of NATIVE_MODULES) {
		if (await canLoad(install, module)) continue;
		await run('npm', ['rebuild', module, '--ignore-scripts=false', '--foreground-scripts'], {
			cwd: install.folder,
			env: {
				...install.environment,
				JOBS: 'max',
				// The headers that came with that Node.js: nothing has to be downloaded for them.
				...(hasOwnHeaders ? { npm_config_nodedir: nodeFolder } : {}),
			},
			logFile,
			advice: `${module} has to be compiled: install python3, make and g++ (Debian: apt-get install python3 make g++), and run this again.`,
		});
		if (!(await canLoad(install, module))) {
			throw new UserFacingError(
				`${module} was built for n8n ${install.version}, but ${install.nodeProgram} cannot load it.\n` +
					`Delete ${install.folder} and run this again; the build's log is ${logFile}.`,
			);
		}
	}
}

async function canLoad(install, module) {
	return await execute(install.nodeProgram, ['-e', `require(${JSON.stringify(module)})`], {
		cwd: install.folder,
	}).then(
		() => true,
		() => false,
	);
}

/**
 * Gets an n8n ready to start, installing it if this is the first time.
 *
 * @param {string} version one of N8N_VERSIONS
 */
export async function installN8n(version) {
	if (!N8N_VERSIONS.includes(version)) {
		throw new UserFacingError(
			`There are no pins for n8n ${version}. Those at hand: ${N8N_VERSIONS.join(', ')}.`,
		);
	}
	const pins = pinsOf(version);
	const lockfileText = await readFile(join(pins, 'package-lock.json'));
	const key = createHash('sha256')
		.update(`${INSTALL_RECIPE} ${process.platform} ${process.arch} `)
		.update(lockfileText)
		.digest('hex')
		.slice(0, 12);
	const folder = join(CACHE_FOLDER, `n8n-${version}-${key}`);
	if (existsSync(folder)) return await describeInstall(version, folder);

	await ensureCacheFolder();
	await removeAbandonedInstalls();
	await waitForOtherInstall(version, folder);
	if (existsSync(folder)) return await describeInstall(version, folder);
	const freeAtStart = await freeBytes(CACHE_FOLDER);
	if (freeAtStart < NEEDED_BYTES) {
		throw new UserFacingError(
			`n8n ${version} takes about 3 GB, and ${CACHE_FOLDER} has ${formatBytes(freeAtStart)} left.\n` +
				'Make room, or set LIVE_RECORDER_E2E_CACHE to a folder on a bigger disk.',
		);
	}

	const partialFolder = `${folder}.installing-${process.pid}`;
	const logFile = join(CACHE_FOLDER, 'logs', `install-n8n-${version}.log`);
	await rm(logFile, { force: true });
	await mkdir(partialFolder, { recursive: true });
	await copyFile(join(pins, 'package.json'), join(partialFolder, 'package.json'));
	await copyFile(join(pins, 'package-lock.json'), join(partialFolder, 'package-lock.json'));

	await step(`Installing n8n ${version} from npm, once, into ${folder}`, async (report) => {
		const stopWatching = watchInstall(
			partialFolder,
			JSON.parse(lockfileText.toString()),
			freeAtStart,
			report,
		);
		try {
			await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
				cwd: partialFolder,
				logFile,
				advice:
					'Check that npm reaches its registry (npm ping) and run this again: what has been downloaded is kept.',
			});
		} finally {
			await stopWatching();
		}
	});
	await step(`Building n8n ${version}'s native modules`, async () => {
		await buildNativeModules(await describeInstall(version, partialFolder), logFile);
	});

	try {
		await rename(partialFolder, folder);
	} catch (error) {
		// Another run finished the same install first: theirs is as good.
		if (!existsSync(folder)) throw error;
		await rm(partialFolder, { recursive: true, force: true });
	}
	return await describeInstall(version, folder);
}
