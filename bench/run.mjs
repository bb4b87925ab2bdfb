/**
 * `npm run bench`, or `npm run bench -- pipeline claims` for some parts: measures, prints, and writes `RESULTS.md`. Parts
 * that were not run keep what they had there. Nothing here fails because something is slow.
 */

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';

import { installN8n, NEWEST_N8N_VERSION } from '../e2e/n8nInstall.mjs';
import { runMain, step, UserFacingError } from '../e2e/progress.mjs';

const RESULTS = new URL('RESULTS.md', import.meta.url);
const DIST = new URL('../dist/nodes', import.meta.url);

const PARTS = {
	pipeline: { title: 'The pipeline alone', needsN8n: false },
	former: { title: 'Against the former release', needsN8n: false },
	claims: { title: 'Claims', needsN8n: false },
	growth: { title: 'Growth', needsN8n: false },
	sessions: { title: 'Whole lives', needsN8n: false },
	loading: { title: 'Loading', needsN8n: true },
	sending: { title: 'Sending', needsN8n: true },
	n8n: { title: 'In a real n8n', needsN8n: true },
};

const PREFACE = `# Benchmarks

Written by \`npm run bench\`. Figures are of one run on one machine, which other programs may have used meanwhile: compared
things are measured in turns, a ratio is taken within each round, and what is given is the median, with quartiles in
brackets. Times called processor time leave out what other programs took. No test asserts any of it.
`;

/** Each section of an earlier RESULTS.md by its heading. */
async function readSections() {
	if (!existsSync(RESULTS)) return new Map();
	const text = await readFile(RESULTS, 'utf8');
	return new Map(
		text
			.split(/^(?=## )/m)
			.slice(1)
			.map((section) => [/^## (.*)$/m.exec(section)[1], section.trimEnd()]),
	);
}

async function describeMachine({ needsN8n }) {
	const processors = cpus();
	const parts = [
		new Date().toISOString().slice(0, 10),
		`${processors.length} cores (${processors[0].model.trim()})`,
		`${Math.round(totalmem() / 2 ** 30)} GB`,
		`Node.js ${process.version}`,
	];
	if (needsN8n) {
		const { folder } = await installN8n(NEWEST_N8N_VERSION);
		const own = new URL(
			`file://${folder}/node_modules/node-${process.platform}-${process.arch}/package.json`,
		);
		const nodeVersion = existsSync(own) ? JSON.parse(await readFile(own, 'utf8')).version : null;
		parts.push(
			`n8n ${NEWEST_N8N_VERSION}${nodeVersion === null ? '' : ` on Node.js v${nodeVersion}`}, SQLite`,
		);
	}
	return `Measured on ${parts.join(', ')}.`;
}

await runMain(async () => {
	const names = process.argv.slice(2);
	const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
	if (unknown.length > 0) {
		throw new UserFacingError(
			`There is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`,
		);
	}
	if (!existsSync(DIST)) {
		throw new UserFacingError('There is no dist folder. Run `npm run build` first.');
	}
	const sections = await readSections();
	for (const [name, part] of Object.entries(PARTS)) {
		if (names.length > 0 && !names.includes(name)) continue;
		const { run } = await import(`./${name}.mjs`);
		const machine = await describeMachine(part);
		const content = await step(part.title, async (report) => {
			return await run({ version: NEWEST_N8N_VERSION, report });
		});
		const section = `## ${part.title}\n\n${machine}\n\n${content}`;
		console.log(`\n${section}\n`);
		sections.set(part.title, section);
		const ordered = Object.values(PARTS)
			.map(({ title }) => sections.get(title))
			.filter((text) => text !== undefined);
		await writeFile(RESULTS, `${[PREFACE.trimEnd(), ...ordered].join('\n\n')}\n`);
	}
});
