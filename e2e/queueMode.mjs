/**
 * n8n in queue mode: a main process, webhook processors and a worker over one PostgreSQL and one Redis, as n8n's own
 * documentation sets it up. They share a user folder, as containers share a volume.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { tailOf } from './commands.mjs';
import { installN8n } from './n8nInstall.mjs';
import { findFreePort, N8nInstance } from './n8nInstance.mjs';
import { PostgresServer } from './servers.mjs';

const START_TIMEOUT_MS = 600_000;
const POLL_INTERVAL_MS = 200;

const runningProcesses = new Set();

process.once('exit', () => {
	for (const child of runningProcesses) killGroup(child);
});

function killGroup(child) {
	try {
		process.kill(-child.pid, 'SIGKILL');
	} catch (error) {
		if (error.code !== 'ESRCH') throw error;
	}
}

export class QueueModeN8n {
	#children = new Map();

	/** @param {{ version: string, tarball: string, redis: object, postgres: object, processors?: number }} options */
	static async start({ version, tarball, redis, postgres, processors = 2 }) {
		const n8n = new QueueModeN8n();
		n8n.settings = {
			EXECUTIONS_MODE: 'queue',
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgres.port),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: PostgresServer.user,
			DB_POSTGRESDB_PASSWORD: 'unused',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			N8N_ENCRYPTION_KEY: 'queue-mode-test',
			// Webhooks and executions are the other processes' business.
			N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
			OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'false',
		};
		n8n.install = await installN8n(version);
		n8n.main = await N8nInstance.create({ version, tarball, environment: n8n.settings });
		await n8n.main.start();
		await n8n.main.logIn();
		n8n.processorUrls = [];
		for (let index = 0; index < processors; index++) {
			const port = await findFreePort();
			await n8n.#startProcess(`processor${index}`, 'webhook', port, { N8N_PORT: String(port) });
			n8n.processorUrls.push(`http://127.0.0.1:${port}`);
		}
		const workerPort = await findFreePort();
		await n8n.#startProcess('worker', 'worker', workerPort, {
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: String(workerPort),
			N8N_PORT: String(workerPort),
		});
		return n8n;
	}

	async #startProcess(name, command, port, environment) {
		const logFile = join(this.main.userFolder, `${name}.log`);
		const log = openSync(logFile, 'a');
		const inherited = Object.entries(this.install.environment).filter(
			([variable]) => !/^(N8N_|DB_|EXECUTIONS_|QUEUE_|WEBHOOK_|NODE_|npm_)/.test(variable),
		);
		const child = spawn(this.install.nodeProgram, [this.install.n8nProgram, command], {
			cwd: this.main.userFolder,
			env: {
				...Object.fromEntries(inherited),
				N8N_USER_FOLDER: this.main.userFolder,
				N8N_DIAGNOSTICS_ENABLED: 'false',
				N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
				N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
				N8N_VERIFIED_PACKAGES_ENABLED: 'false',
				N8N_REINSTALL_MISSING_PACKAGES: 'false',
				N8N_PYTHON_ENABLED: 'false',
				N8N_RUNNERS_ENABLED: 'true',
				N8N_RUNNERS_BROKER_PORT: String(await findFreePort()),
				N8N_LISTEN_ADDRESS: '127.0.0.1',
				N8N_HOST: '127.0.0.1',
				WEBHOOK_URL: `${this.main.baseUrl}/`,
				NO_COLOR: '1',
				...this.settings,
				...environment,
			},
			stdio: ['ignore', log, log],
			detached: true,
		});
		closeSync(log);
		runningProcesses.add(child);
		child.once('exit', () => runningProcesses.delete(child));
		this.#children.set(name, { child, port, logFile, command });
		const deadline = Date.now() + START_TIMEOUT_MS;
		for (;;) {
			const answer = await fetch(`http://127.0.0.1:${port}/healthz/readiness`).catch(() => null);
			if (answer?.status === 200) return;
			if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
				throw new Error(`n8n ${command} did not start:\n${await tailOf(logFile)}`);
			}
			await pause(POLL_INTERVAL_MS);
		}
	}

	/** The address of a trigger at one of the webhook processors. */
	urlAt(processor, node) {
		return this.main.webhookUrl(node).replace(this.main.baseUrl, this.processorUrls[processor]);
	}

	/** Ends a webhook processor as a crash would. */
	async killProcessor(processor) {
		const { child } = this.#children.get(`processor${processor}`);
		const hasExited = once(child, 'exit');
		killGroup(child);
		await hasExited;
	}

	/** Stops and continues a webhook processor: it keeps its connections and does nothing. */
	signalProcessor(processor, signal) {
		this.#children.get(`processor${processor}`).child.kill(signal);
	}

	async restartProcessor(processor) {
		const name = `processor${processor}`;
		const { port } = this.#children.get(name);
		await this.#startProcess(name, 'webhook', port, { N8N_PORT: String(port) });
	}

	async readLogs() {
		const logs = [...this.#children.values()].map(
			async ({ logFile }) => await tailOf(logFile, 200),
		);
		return (await Promise.all(logs)).join('\n');
	}

	async discard() {
		for (const { child } of this.#children.values()) {
			if (child.exitCode !== null || child.signalCode !== null) continue;
			const hasExited = once(child, 'exit');
			killGroup(child);
			await hasExited;
		}
		await this.main.discard();
	}
}
