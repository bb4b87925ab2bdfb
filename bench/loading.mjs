/** What loading the package costs n8n: all nodes as n8n loads them, against n8n's own Webhook node. */

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installN8n } from '../e2e/n8nInstall.mjs';
import { installCommunityPackage, packPackage } from '../e2e/n8nInstance.mjs';
import { measureInChild } from './inChildProcess.mjs';
import { alternate, median, spread, table } from './measure.mjs';

const ROUNDS = 9;

/** What n8n has loaded anyway by the time it loads community packages. */
const HOST = ['n8n-workflow', 'zod', 'zod/v4'];

/** Requires a package's nodes and makes one of each, as n8n's loader does. */
const program = (packageFolder, files, preloaded) => `
const { join } = require('node:path');
for (const name of ${JSON.stringify(preloaded)}) require(name);
gc();
const heap = process.memoryUsage().heapUsed;
const start = process.cpuUsage();
const kept = [];
for (const file of ${JSON.stringify(files)}) {
	const exported = require(join(${JSON.stringify(packageFolder)}, file));
	const name = file.replace(/^.*[/]|[.].*$/g, '');
	kept.push(new exported[name]());
}
const { user, system } = process.cpuUsage(start);
gc();
print({ milliseconds: (user + system) / 1000, heapBytes: process.memoryUsage().heapUsed - heap, nodes: kept.length });
`;

/** @returns {Promise<string>} Markdown */
export async function run({ version, report }) {
	const install = await installN8n(version);
	const userFolder = await mkdtemp(join(tmpdir(), 'live-recorder-bench-'));
	try {
		const tarball = await packPackage(undefined, join(userFolder, 'packed'));
		await installCommunityPackage(userFolder, tarball);
		const ours = join(userFolder, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-live-recorder');
		const { default: manifest } = await import(join(ours, 'package.json'), {
			with: { type: 'json' },
		});
		const base = join(install.folder, 'node_modules', 'n8n-nodes-base');
		const { nodes } = manifest.n8n;
		const trigger = nodes.filter((file) => file.includes('BililiveRecorderTrigger'));
		const webhook = ['dist/nodes/Webhook/Webhook.node.js'];
		const measure = (folder, files, preloaded) => async () =>
			await measureInChild(program(folder, files, preloaded), {
				program: install.nodeProgram,
				cwd: install.folder,
				env: { ...install.environment, NODE_PATH: join(install.folder, 'node_modules') },
			});
		const subjects = {
			[`all ${nodes.length} nodes of ours`]: measure(ours, nodes, HOST),
			'BililiveRecorder Trigger alone': measure(ours, trigger, HOST),
			Webhook: measure(base, webhook, HOST),
			[`all ${nodes.length} nodes of ours, nothing loaded before`]: measure(ours, nodes, []),
			'Webhook, nothing loaded before': measure(base, webhook, []),
		};
		const results = await alternate(subjects, {
			rounds: ROUNDS,
			onRound: (round) => report(`${round} of ${ROUNDS}`),
		});
		const { size } = await stat(tarball);
		return [
			`Requiring the nodes and making one of each, in fresh processes of n8n's Node.js; n8n-workflow and zod are loaded before, as they are in n8n. Processor time; median of ${ROUNDS} runs, quartiles in brackets.`,
			table(
				['Loaded', 'Time', 'Heap'],
				Object.entries(results).map(([name, runs]) => [
					name,
					`${spread(
						runs.map(({ milliseconds }) => milliseconds),
						0,
					)} ms`,
					`${(median(runs.map(({ heapBytes }) => heapBytes)) / 1e6).toFixed(1)} MB`,
				]),
			),
			`The tarball has ${Math.round(size / 1000).toLocaleString('en')} kB.`,
		].join('\n\n');
	} finally {
		await rm(userFolder, { recursive: true, force: true });
	}
}
