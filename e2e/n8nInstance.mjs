/**
 * A real n8n with its own user folder: started, set up, fed over its REST API, stopped, killed and
 * started again. The package under test is in it the way n8n itself installs a community package.
 */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { parse as parseFlatted } from 'flatted';

import { tailOf } from './commands.mjs';
import { installN8n, NEWEST_N8N_VERSION } from './n8nInstall.mjs';
import { REPO_FOLDER } from './paths.mjs';
import { formatDuration, UserFacingError } from './progress.mjs';

const execute = promisify(execFile);

// What hangs is given up after these; what only is slow, on a machine that is busy with others, is not.
const START_TIMEOUT_MS = 600_000;
const STOP_TIMEOUT_MS = 120_000;
const PUBLICATION_TIMEOUT_MS = 240_000;
const EXECUTION_TIMEOUT_MS = 240_000;
/** As often as n8n is started anew where a port was taken meanwhile. */
const MAX_STARTS = 3;
const POLL_INTERVAL_MS = 150;
const EXECUTIONS_PER_PAGE = 100;

const ALL_STATUSES = [
	'new',
	'running',
	'waiting',
	'success',
	'error',
	'crashed',
	'canceled',
	'unknown',
];
const UNFINISHED_STATUSES = new Set(['new', 'running', 'waiting']);

export const OWNER = {
	email: 'owner@live-recorder.local',
	password: 'Recorder-2468',
	firstName: 'Live',
	lastName: 'Recorder',
};

/** Anything of the caller's that would change how this n8n behaves. */
const INHERITED_SETTINGS = /^(N8N_|DB_|EXECUTIONS_|QUEUE_|WEBHOOK_|CREDENTIALS_|NODES_|NODE_|npm_)/;

const QUIET_SETTINGS = {
	DB_TYPE: 'sqlite',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	// The list of vetted community nodes is fetched from n8n's servers; nothing here needs it.
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_REINSTALL_MISSING_PACKAGES: 'false',
	// Running Code nodes in Python needs more than npm installs; nothing here has one.
	N8N_PYTHON_ENABLED: 'false',
	N8N_RUNNERS_ENABLED: 'true',
	N8N_SECURE_COOKIE: 'false',
	N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
	EXECUTIONS_DATA_PRUNE: 'false',
	EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
	EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
	N8N_LOG_LEVEL: 'info',
	N8N_LOG_OUTPUT: 'console',
	NO_COLOR: '1',
};

const runningInstances = new Set();

// However this program ends, no n8n stays behind it.
process.once('exit', () => {
	for (const instance of runningInstances) instance.killNow();
});

/** A TCP port that nothing listens on; `preferred` if that one is free. */
export async function findFreePort(preferred = 0) {
	const server = createServer();
	server.listen(preferred, '127.0.0.1');
	try {
		await once(server, 'listening');
	} catch (error) {
		if (preferred !== 0 && error.code === 'EADDRINUSE') return await findFreePort();
		throw error;
	}
	const { port } = server.address();
	server.close();
	await once(server, 'close');
	return port;
}

/**
 * Packs a built package as `npm publish` would.
 *
 * @returns {Promise<string>} the tarball's path
 */
export async function packPackage(packageFolder = REPO_FOLDER, destination) {
	if (!existsSync(join(packageFolder, 'dist'))) {
		throw new UserFacingError(
			`${packageFolder} has no dist folder. Run \`npm run build\` there first.`,
		);
	}
	const folder = destination ?? (await mkdtemp(join(tmpdir(), 'live-recorder-pack-')));
	await mkdir(folder, { recursive: true });
	const { stdout } = await execute(
		'npm',
		['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder],
		{ cwd: packageFolder, shell: process.platform === 'win32' },
	);
	const answer = JSON.parse(stdout);
	// npm 11 answers with a list, later versions with an object keyed by package name.
	const [{ filename }] = Array.isArray(answer) ? answer : Object.values(answer);
	return join(folder, filename);
}

/**
 * Puts a packed package where n8n keeps community packages, by the steps n8n takes for one from
 * the registry: unpack, strip the dependencies n8n doesn't install, note it in the ledger.
 */
export async function installCommunityPackage(userFolder, tarball) {
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	await mkdir(nodesFolder, { recursive: true });

	const { stdout } = await execute('tar', ['-xzOf', tarball, 'package/package.json']);
	const { devDependencies, peerDependencies, optionalDependencies, ...manifest } =
		JSON.parse(stdout);
	if (Object.keys(manifest.dependencies ?? {}).length > 0) {
		throw new UserFacingError(
			`${manifest.name} has dependencies (${Object.keys(manifest.dependencies).join(', ')}), ` +
				'and a community package that wants to be verified must have none.',
		);
	}

	const packageFolder = join(nodesFolder, 'node_modules', manifest.name);
	await rm(packageFolder, { recursive: true, force: true });
	await mkdir(packageFolder, { recursive: true });
	await execute('tar', ['-xzf', tarball, '-C', packageFolder, '--strip-components=1']);
	await writeFile(join(packageFolder, 'package.json'), JSON.stringify(manifest, null, 2));

	const ledgerFile = join(nodesFolder, 'package.json');
	const ledger = existsSync(ledgerFile)
		? JSON.parse(await readFile(ledgerFile, 'utf8'))
		: { name: 'installed-nodes', private: true, dependencies: {} };
	ledger.dependencies[manifest.name] = manifest.version;
	await writeFile(ledgerFile, JSON.stringify(ledger, null, 2));
}

/** The items a node put out in an execution: one list per output; empty if it never ran. */
export function outputsOf(execution, nodeName) {
	const runs = execution.data.resultData.runData[nodeName] ?? [];
	const outputs = [];
	for (const { data } of runs) {
		(data?.main ?? []).forEach((items, index) => {
			(outputs[index] ??= []).push(...(items ?? []).map((item) => item.json));
		});
	}
	return Array.from(outputs, (items) => items ?? []);
}

export class N8nInstance {
	#install;
	#environment;
	#child;
	#cookie;
	#ownsUserFolder;

	/** Use `N8nInstance.create`. */
	constructor(install, { userFolder, ownsUserFolder, port, environment, logFile }) {
		this.#install = install;
		this.#environment = environment;
		this.#ownsUserFolder = ownsUserFolder;
		this.userFolder = userFolder;
		this.port = port;
		this.logFile = logFile;
	}

	/**
	 * Starts an n8n of its own with this package in it, and logs in: where {@link create} leaves nothing to be set up otherwise.
	 *
	 * @param {Parameters<typeof N8nInstance.create>[0]} [options] `tarball`: the one that the run has packed, unless given
	 */
	static async startNew(options = {}) {
		const tarball = process.env.LIVE_RECORDER_E2E_TARBALL ?? (await packPackage());
		const n8n = await N8nInstance.create({ tarball, ...options });
		try {
			await n8n.start();
			await n8n.logIn();
		} catch (error) {
			await n8n.discard();
			throw error;
		}
		return n8n;
	}

	/**
	 * Makes an n8n ready to start: installed, with a user folder and the package in it.
	 *
	 * @param {{ version?: string, userFolder?: string, port?: number, tarball?: string,
	 *   environment?: Record<string, string>, logFile?: string }} [options]
	 *   without a `userFolder`, a temporary one that `discard` removes
	 */
	static async create({
		version = NEWEST_N8N_VERSION,
		userFolder,
		port,
		tarball,
		environment = {},
		logFile,
	} = {}) {
		const install = await installN8n(version);
		const folder = userFolder ?? (await mkdtemp(join(tmpdir(), `live-recorder-n8n-${version}-`)));
		await mkdir(folder, { recursive: true });
		if (tarball !== undefined) await installCommunityPackage(folder, tarball);
		return new N8nInstance(install, {
			userFolder: folder,
			ownsUserFolder: userFolder === undefined,
			port: port ?? (await findFreePort()),
			environment,
			logFile: logFile ?? join(folder, 'n8n.log'),
		});
	}

	get version() {
		return this.#install.version;
	}

	get baseUrl() {
		return `http://127.0.0.1:${this.port}`;
	}

	/** Where a person logs in. */
	get editorUrl() {
		return `http://localhost:${this.port}`;
	}

	/** The process id of the running n8n. */
	get pid() {
		return this.#child?.pid;
	}

	get isRunning() {
		return this.#child !== undefined;
	}

	/** Starts n8n and returns when it takes webhooks and REST calls. */
	async start() {
		if (this.isRunning) throw new Error('This n8n is already running');
		for (let attempt = 1; ; attempt++) {
			try {
				return await this.#startOnce();
			} catch (error) {
				// The port of its task broker was free when it was looked for, and somebody else's when n8n came to it.
				const isTaken = /Task Broker's port \d+ is already in use/.test(String(error));
				if (!isTaken || attempt === MAX_STARTS) throw error;
			}
		}
	}

	async #startOnce() {
		const startedAt = Date.now();
		const inherited = Object.fromEntries(
			Object.entries(this.#install.environment).filter(([name]) => !INHERITED_SETTINGS.test(name)),
		);
		await mkdir(dirname(this.logFile), { recursive: true });
		const log = openSync(this.logFile, 'a');
		const logStart = (await readFile(this.logFile, 'utf8')).length;
		const child = spawn(this.#install.nodeProgram, [this.#install.n8nProgram, 'start'], {
			cwd: this.userFolder,
			env: {
				...inherited,
				...QUIET_SETTINGS,
				N8N_USER_FOLDER: this.userFolder,
				N8N_HOST: '127.0.0.1',
				N8N_LISTEN_ADDRESS: '127.0.0.1',
				N8N_PORT: String(this.port),
				N8N_RUNNERS_BROKER_PORT: String(await findFreePort()),
				// n8n 1 knows the first only, n8n 3 the second only.
				WEBHOOK_URL: `${this.baseUrl}/`,
				N8N_WEBHOOK_URL: `${this.baseUrl}/`,
				...this.#environment,
			},
			stdio: ['ignore', log, log],
			// Its own process group, so that a kill also ends the task runner it starts.
			detached: true,
		});
		closeSync(log);
		this.#child = child;
		runningInstances.add(this);
		let exit;
		child.once('error', (error) => (exit = `could not be started: ${error.message}`));
		child.once('exit', (code, signal) => {
			exit ??= `ended with ${signal ?? `exit code ${code}`}`;
			if (this.#child === child) this.#child = undefined;
			runningInstances.delete(this);
		});

		while (!(await this.#isReady(logStart))) {
			if (exit !== undefined) {
				throw new UserFacingError(
					`n8n ${this.version} ${exit} before it was ready. Its last lines (all of ${this.logFile}):\n\n` +
						(await tailOf(this.logFile)),
				);
			}
			if (Date.now() - startedAt > START_TIMEOUT_MS) {
				await this.kill();
				throw new UserFacingError(
					`n8n ${this.version} was not ready after ${formatDuration(START_TIMEOUT_MS)}. ` +
						`Its last lines (all of ${this.logFile}):\n\n${await tailOf(this.logFile)}`,
				);
			}
			await pause(POLL_INTERVAL_MS);
		}
		return this;
	}

	async #isReady(logStart) {
		const log = await readFile(this.logFile, 'utf8');
		// n8n answers its health check before it has activated the workflows; this line comes after.
		if (!log.slice(logStart).includes('Editor is now accessible via')) return false;
		const response = await fetch(`${this.baseUrl}/healthz/readiness`).catch(() => undefined);
		return response?.status === 200;
	}

	/** Asks n8n to stop, as `docker stop` does, and waits until it has. */
	async stop() {
		const child = this.#child;
		if (child === undefined) return;
		const hasExited = once(child, 'exit');
		child.kill('SIGTERM');
		const isInTime = await Promise.race([
			hasExited.then(() => true),
			pause(STOP_TIMEOUT_MS).then(() => false),
		]);
		if (!isInTime) {
			await this.kill();
			throw new Error(`n8n ${this.version} did not stop within ${formatDuration(STOP_TIMEOUT_MS)}`);
		}
	}

	/** Ends n8n as a crash or a power cut would: it gets no chance to save anything. */
	async kill() {
		const child = this.#child;
		if (child === undefined) return;
		const hasExited = once(child, 'exit');
		this.killNow();
		await hasExited;
	}

	killNow() {
		const pid = this.#child?.pid;
		if (pid === undefined) return;
		try {
			process.kill(-pid, 'SIGKILL');
		} catch (error) {
			if (error.code !== 'ESRCH') throw error;
		}
	}

	/** Stops n8n if it runs and removes the user folder if it is a temporary one. */
	async discard() {
		await this.kill();
		if (this.#ownsUserFolder) {
			await rm(this.userFolder, { recursive: true, force: true, maxRetries: 5 });
		}
	}

	/** What n8n logged, all of it. */
	async readLog() {
		return await readFile(this.logFile, 'utf8');
	}

	/** What stands in n8n's database and what of it is still to be written there: bytes as characters, for looking for ASCII. */
	async readDatabase() {
		const folder = join(this.userFolder, '.n8n');
		const names = (await readdir(folder)).filter((name) => name.startsWith('database.sqlite'));
		return await Promise.all(
			names.map(async (name) => await readFile(join(folder, name), 'latin1')),
		);
	}

	/** A call to n8n's REST API as the logged-in owner. */
	async request(method, path, body) {
		const response = await fetch(`${this.baseUrl}/rest${path}`, {
			method,
			headers: {
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
				...(this.#cookie === undefined ? {} : { cookie: this.#cookie }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) {
			throw new Error(
				`n8n ${this.version} answered ${method} ${path} with ${response.status}: ${text}`,
			);
		}
		const cookies = response.headers.getSetCookie();
		const authentication = cookies.find((cookie) => cookie.startsWith('n8n-auth='));
		if (authentication !== undefined) this.#cookie = authentication.split(';')[0];
		return text === '' ? undefined : JSON.parse(text).data;
	}

	/** Makes the owner's account on a fresh user folder, and logs in either way. */
	async logIn() {
		const settings = await this.request('GET', '/settings');
		if (settings.userManagement.showSetupOnFirstLoad) {
			await this.request('POST', '/owner/setup', OWNER);
		}
		await this.request('POST', '/login', {
			emailOrLdapLoginId: OWNER.email,
			password: OWNER.password,
		});
	}

	/** @returns {Promise<{ id: string, name: string }>} what a node's `credentials` refer to */
	async createCredential(name, type, data) {
		const { id } = await this.request('POST', '/credentials', { name, type, data });
		return { id, name };
	}

	/** Imports a workflow and, unless told not to, switches it on. */
	async createWorkflow(workflow, { activate = true } = {}) {
		const { name, nodes, connections, settings = {}, pinData } = workflow;
		const created = await this.request('POST', '/workflows', {
			name,
			nodes,
			connections,
			settings,
			// n8n 1 wants to be told, and n8n 2 doesn't mind.
			active: false,
			...(pinData === undefined ? {} : { pinData }),
		});
		if (!activate) return created;
		return await this.activateWorkflow(created.id);
	}

	async listWorkflows() {
		return await this.request('GET', '/workflows');
	}

	async getWorkflow(workflowId) {
		return await this.request('GET', `/workflows/${workflowId}`);
	}

	async activateWorkflow(workflowId) {
		const { versionId } = await this.getWorkflow(workflowId);
		// n8n 1 has a switch on the workflow; n8n 2 publishes one of its versions.
		if (this.version.startsWith('1.')) {
			return await this.request('PATCH', `/workflows/${workflowId}`, { active: true, versionId });
		}
		const activated = await this.request('POST', `/workflows/${workflowId}/activate`, {
			versionId,
		});
		await this.#waitUntilPublished(workflowId);
		return activated;
	}

	/** n8n 2 answers an activation before its webhooks exist: it registers them in the background. */
	async #waitUntilPublished(workflowId) {
		const deadline = Date.now() + PUBLICATION_TIMEOUT_MS;
		for (;;) {
			const publication = await this.request('GET', `/workflows/${workflowId}/publication-status`);
			if (publication.status === 'published') return;
			// In queue mode a workflow counts as not published for a moment before its publication begins.
			const isUnderWay = ['in_progress', 'not_published'].includes(publication.status);
			if (!isUnderWay || Date.now() > deadline) {
				throw new Error(
					`n8n ${this.version} did not publish workflow ${workflowId}: ${JSON.stringify(publication)}`,
				);
			}
			await pause(POLL_INTERVAL_MS);
		}
	}

	async deactivateWorkflow(workflowId) {
		const { versionId } = await this.getWorkflow(workflowId);
		return this.version.startsWith('1.')
			? await this.request('PATCH', `/workflows/${workflowId}`, { active: false, versionId })
			: await this.request('POST', `/workflows/${workflowId}/deactivate`, {});
	}

	/** The production address of a trigger node whose webhook's path is `webhook`. */
	webhookUrl(node) {
		return `${this.baseUrl}/webhook/${node.webhookId}/webhook`;
	}

	/**
	 * Summaries of a workflow's executions, oldest first; with `after`, only of those that came after
	 * the execution with that id.
	 */
	async listExecutions(workflowId, { after = '0' } = {}) {
		const filter = { status: ALL_STATUSES, workflowId };
		const found = [];
		for (;;) {
			const query = new URLSearchParams({
				filter: JSON.stringify(filter),
				limit: String(EXECUTIONS_PER_PAGE),
			});
			if (found.length > 0) query.set('lastId', found.at(-1).id);
			const { results } = await this.request('GET', `/executions?${query}`);
			found.push(...results);
			const isLastPage = results.length < EXECUTIONS_PER_PAGE;
			if (isLastPage || Number(results.at(-1).id) <= Number(after)) {
				return found.filter(({ id }) => Number(id) > Number(after)).reverse();
			}
		}
	}

	/** An execution with its data unpacked. */
	async getExecution(executionId) {
		const execution = await this.request('GET', `/executions/${executionId}`);
		return { ...execution, data: parseFlatted(execution.data) };
	}

	/** As {@link getExecution}; null where n8n 1 was killed between the two rows of an execution: it can't read what it kept. */
	async getExecutionIfWhole(executionId) {
		return await this.getExecution(executionId).catch((error) => {
			if (this.version.startsWith('1.') && String(error).includes("reading 'data'")) return null;
			throw error;
		});
	}

	/**
	 * Waits until none of a workflow's executions is unfinished, then reads them all with data.
	 * n8n has created an execution before it answers a webhook, so none can still be missing.
	 */
	async finishedExecutions(workflowId, options) {
		const summaries = await this.waitUntilIdle(workflowId, options);
		const executions = [];
		for (const { id } of summaries) executions.push(await this.getExecution(id));
		return executions;
	}

	/** Waits until none of a workflow's executions is unfinished; returns their summaries. */
	async waitUntilIdle(workflowId, { timeoutMs = EXECUTION_TIMEOUT_MS, ...options } = {}) {
		let deadline = Date.now() + timeoutMs;
		let unfinishedBefore = Infinity;
		for (;;) {
			const summaries = await this.listExecutions(workflowId, options);
			const unfinished = summaries.filter(({ status }) => UNFINISHED_STATUSES.has(status)).length;
			if (unfinished === 0) return summaries;
			// However long a queue of executions is: as long as it gets shorter, there is nothing to complain about.
			if (unfinished < unfinishedBefore) deadline = Date.now() + timeoutMs;
			unfinishedBefore = unfinished;
			if (Date.now() > deadline) {
				throw new Error(
					`Executions of workflow ${workflowId} were still running after ` +
						`${formatDuration(timeoutMs)}. n8n's last lines:\n${await tailOf(this.logFile)}`,
				);
			}
			await pause(POLL_INTERVAL_MS);
		}
	}
}
