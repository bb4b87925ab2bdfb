/**
 * Redis and PostgreSQL of this machine, each started on a free port with its data in a temporary folder, for tests that
 * need them. Both can be killed, and started again on the same data.
 */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { findFreePort } from './n8nInstance.mjs';
import { skipWithout } from './requirements.mjs';

const execute = promisify(execFile);

const START_TIMEOUT_MS = 240_000;
const POLL_INTERVAL_MS = 50;

const runningServers = new Set();

// However this program ends, no server stays behind it.
process.once('exit', () => {
	for (const child of runningServers) child.kill('SIGKILL');
});

/** Does a program of this machine listen there? */
export async function acceptsConnections(port) {
	const socket = connect({ host: '127.0.0.1', port });
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}

async function startProgram(program, args, { port, uid, gid, cwd }) {
	let output = '';
	const child = spawn(program, args, { cwd, uid, gid, stdio: ['ignore', 'pipe', 'pipe'] });
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk) => (output = (output + chunk).slice(-4000)));
	}
	runningServers.add(child);
	child.once('exit', () => runningServers.delete(child));
	const deadline = Date.now() + START_TIMEOUT_MS;
	while (!(await acceptsConnections(port))) {
		if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
			child.kill('SIGKILL');
			throw new Error(`${program} did not start:\n${output}`);
		}
		await pause(POLL_INTERVAL_MS);
	}
	return child;
}

/** Ends a server as a crash would. */
async function killProgram(child) {
	if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
	const hasExited = once(child, 'exit');
	child.kill('SIGKILL');
	await hasExited;
}

export const skipWithoutRedis = skipWithout('redis-server', 'apt-get install redis-server');

export class RedisServer {
	#child;

	static async create() {
		const server = new RedisServer();
		server.folder = await mkdtemp(join(tmpdir(), 'live-recorder-redis-'));
		server.port = await findFreePort();
		await server.start();
		return server;
	}

	async start() {
		const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
		this.#child = await startProgram(
			'redis-server',
			['--port', String(this.port), '--dir', this.folder, ...settings],
			{ port: this.port },
		);
	}

	async kill() {
		await killProgram(this.#child);
	}

	/** Lets it keep its connections and answer nothing, as behind a broken network. */
	freeze() {
		this.#child.kill('SIGSTOP');
	}

	unfreeze() {
		this.#child.kill('SIGCONT');
	}

	async discard() {
		await this.kill();
		await rm(this.folder, { recursive: true, force: true });
	}
}

const POSTGRES_FOLDER = '/usr/lib/postgresql';

async function postgresPrograms() {
	const versions = await readdir(POSTGRES_FOLDER).catch(() => []);
	const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
	return newest === undefined ? null : join(POSTGRES_FOLDER, newest, 'bin');
}

export const skipWithoutPostgres =
	(await postgresPrograms()) === null ? 'needs PostgreSQL: apt-get install postgresql' : false;

/** PostgreSQL refuses to run as root: then it runs as the user that Debian's package made for it. */
async function unprivilegedUser() {
	if (process.getuid?.() !== 0) return {};
	const [uid, gid] = await Promise.all(
		['-u', '-g'].map(async (flag) => Number((await execute('id', [flag, 'postgres'])).stdout)),
	);
	return { uid, gid };
}

export class PostgresServer {
	#child;

	static user = 'postgres';

	static async create() {
		const server = new PostgresServer();
		server.programs = await postgresPrograms();
		server.folder = await mkdtemp(join(tmpdir(), 'live-recorder-postgres-'));
		server.port = await findFreePort();
		server.owner = await unprivilegedUser();
		if (server.owner.uid !== undefined) {
			await chown(server.folder, server.owner.uid, server.owner.gid);
			await chmod(server.folder, 0o700);
		}
		await execute(
			join(server.programs, 'initdb'),
			[
				'-D',
				join(server.folder, 'data'),
				'-U',
				PostgresServer.user,
				'-A',
				'trust',
				'-E',
				'UTF8',
				'-N',
			],
			{ cwd: server.folder, ...server.owner },
		);
		await server.start();
		return server;
	}

	async start() {
		this.#child = await startProgram(
			join(this.programs, 'postgres'),
			[
				'-D',
				join(this.folder, 'data'),
				'-p',
				String(this.port),
				'-k',
				this.folder,
				'-F',
				'-h',
				'127.0.0.1',
			],
			{ port: this.port, cwd: this.folder, ...this.owner },
		);
		// It takes connections a little before it takes queries.
		const deadline = Date.now() + START_TIMEOUT_MS;
		for (;;) {
			const failure = await this.query('select 1').then(
				() => null,
				(error) => error,
			);
			if (failure === null) return;
			if (Date.now() > deadline) throw failure;
			await pause(POLL_INTERVAL_MS);
		}
	}

	async query(sql, database = 'postgres') {
		const { stdout } = await execute(
			join(this.programs, 'psql'),
			[
				'-h',
				'127.0.0.1',
				'-p',
				String(this.port),
				'-U',
				PostgresServer.user,
				'-d',
				database,
				'-Atc',
				sql,
			],
			{ cwd: this.folder, ...this.owner },
		);
		return stdout.trim();
	}

	async discard() {
		await killProgram(this.#child);
		await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}
}
