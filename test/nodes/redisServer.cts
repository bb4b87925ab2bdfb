import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type RedisServer = Awaited<ReturnType<typeof startRedisServer>>;

const isInstalled = (program: string) =>
	(process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('There is no free port');
	const { port } = address;
	server.close();
	await once(server, 'close');
	return port;
}

/** A certificate for localhost that nobody vouches for. */
function makeCertificate(folder: string): string[] {
	const key = join(folder, 'redis.key');
	const cert = join(folder, 'redis.crt');
	execFileSync(
		'openssl',
		[
			...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
			...['-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
			...['-keyout', key, '-out', cert],
		],
		{ stdio: 'ignore' },
	);
	return ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert];
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
	for (let attempt = 0; attempt < 500; attempt++) {
		if (child.exitCode !== null) break;
		const socket = connect(port, '127.0.0.1');
		const isOpen = await new Promise((resolve) => {
			socket.once('connect', () => resolve(true));
			socket.once('error', () => resolve(false));
		});
		socket.destroy();
		if (isOpen) return;
		await pause(20);
	}
	throw new Error('redis-server does not listen');
}

/** A real Redis on this machine. */
export async function startRedisServer({
	password,
	tls = false,
}: { password?: string; tls?: boolean } = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'live-recorder-redis-'));
	const port = await freePort();
	const listening = tls
		? ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no']
		: ['--port', String(port)];
	const settings = [
		...listening,
		...(tls ? makeCertificate(folder) : []),
		...['--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
		...(password === undefined ? [] : ['--requirepass', password]),
	];
	const launch = () => spawn('redis-server', settings, { stdio: 'ignore' });
	let child = launch();
	await untilListening(port, child);
	const start = async () => {
		child = launch();
		await untilListening(port, child);
	};
	/** As a crash: it loses all keys. */
	const kill = async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		const exited = once(child, 'exit');
		child.kill('SIGKILL');
		await exited;
	};
	return {
		port,
		start,
		kill,
		/** Keeps its connections and answers nothing. */
		freeze: () => void child.kill('SIGSTOP'),
		unfreeze: () => void child.kill('SIGCONT'),
		discard: async () => {
			await kill();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** The program that is not installed; undefined where all are. */
export const missingForRedis = ['redis-server', 'openssl'].find((program) => !isInstalled(program));
