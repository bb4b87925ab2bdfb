const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const { existsSync, mkdtempSync, rmSync } = require('node:fs');
const { connect, createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { delimiter, join } = require('node:path');

const isInstalled = (program) =>
	(process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

async function freePort() {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address();
	server.close();
	await once(server, 'close');
	return port;
}

/** A certificate for localhost that nobody vouches for. */
function makeCertificate(folder) {
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

async function untilListening(port, child) {
	for (let attempt = 0; attempt < 500; attempt++) {
		if (child.exitCode !== null) break;
		const socket = connect(port, '127.0.0.1');
		const isOpen = await new Promise((resolve) => {
			socket.once('connect', () => resolve(true));
			socket.once('error', () => resolve(false));
		});
		socket.destroy();
		if (isOpen) return;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	throw new Error('redis-server does not listen');
}

/** A real Redis on this machine. */
exports.startRedisServer = async ({ password, tls = false } = {}) => {
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
	let child;
	const start = async () => {
		child = spawn('redis-server', settings, { stdio: 'ignore' });
		await untilListening(port, child);
	};
	const kill = async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		const exited = once(child, 'exit');
		child.kill('SIGKILL');
		await exited;
	};
	await start();
	return {
		port,
		start,
		kill,
		freeze: () => void child.kill('SIGSTOP'),
		unfreeze: () => void child.kill('SIGCONT'),
		discard: async () => {
			await kill();
			rmSync(folder, { recursive: true, force: true });
		},
	};
};

exports.missingForRedis = ['redis-server', 'openssl'].find((program) => !isInstalled(program));
