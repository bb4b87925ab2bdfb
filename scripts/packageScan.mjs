/**
 * Checks the package the way n8n checks community nodes before it verifies them, without anything
 * but what is installed: `npm run scan`, after `npm run build`.
 *
 * - source and package.json are linted with n8n's rules, and so is the JavaScript of the packed
 *   tarball; comments that switch rules off don't count
 * - the tarball holds what n8n needs and nothing else
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const REPO_FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));
const fromRepo = createRequire(join(REPO_FOLDER, 'package.json'));
const COMPILED = fromRepo('./tsconfig.build.json').include;
const SOURCES = ['package.json', ...COMPILED];
const FOLDERS = COMPILED.map((pattern) => pattern.split('/')[0]);

/** What may be in the tarball, by path. */
const ALLOWED = [
	/^package\.json$/,
	/^(README|README\.zh-CN|CHANGELOG)\.md$/,
	/^LICENSE$/,
	new RegExp(`^dist/(${FOLDERS.join('|')})/.+\\.(js|d\\.ts)$`),
	/^dist\/nodes\/\w+\/\w+\.node\.json$/,
	/^dist\/(nodes|credentials)\/.+\.svg$/,
	/^dist\/nodes\/\w+\/__schema__\/v\d+\.\d+\.\d+\/.+\.json$/,
];
const REQUIRED = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];
const MAX_UNPACKED_BYTES = 4_000_000;

/** n8n's linter and its plugins, as the developer tool of n8n brings them. */
const fromN8nTool = createRequire(fromRepo.resolve('@n8n/node-cli/eslint'));
const { ESLint } = fromRepo('eslint');

async function lint(folder, patterns, config) {
	const eslint = new ESLint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: config,
		errorOnUnmatchedPattern: true,
	});
	const results = await eslint.lintFiles(patterns);
	const formatter = await eslint.loadFormatter('stylish');
	return {
		files: results.length,
		errors: results.reduce((sum, { errorCount }) => sum + errorCount, 0),
		text: await formatter.format(ESLint.getErrorResults(results)),
	};
}

async function lintSource() {
	const { config } = await import(pathToFileURL(fromN8nTool.resolve('@n8n/node-cli/eslint')).href);
	return await lint(REPO_FOLDER, SOURCES, config);
}

/** The rules for built code: those for TypeScript sources don't fit it. */
async function lintTarball(folder) {
	const { n8nCommunityNodesPlugin } = fromN8nTool('@n8n/eslint-plugin-community-nodes');
	const { rules } = fromN8nTool('eslint-plugin-n8n-nodes-base').configs.community;
	const { parser } = fromN8nTool('typescript-eslint');
	return await lint(
		folder,
		['**/*.js', 'package.json'],
		[
			n8nCommunityNodesPlugin.configs.recommended,
			{ rules: { 'no-console': 'error' } },
			{
				files: ['package.json'],
				plugins: { 'n8n-nodes-base': fromN8nTool('eslint-plugin-n8n-nodes-base') },
				languageOptions: { parser, parserOptions: { extraFileExtensions: ['.json'] } },
				rules,
			},
		],
	);
}

async function pack(folder) {
	const { stdout } = await execute(
		'npm',
		['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder],
		{ cwd: REPO_FOLDER, shell: process.platform === 'win32' },
	);
	const answer = JSON.parse(stdout);
	const [{ filename, files, size, unpackedSize }] = Array.isArray(answer)
		? answer
		: Object.values(answer);
	const unpacked = join(folder, 'package');
	await mkdir(unpacked);
	await execute('tar', ['-xzf', join(folder, filename), '-C', folder]);
	return { unpacked, files: files.map(({ path }) => path), size, unpackedSize };
}

async function contentProblems({ files, unpackedSize }) {
	const manifest = JSON.parse(await readFile(join(REPO_FOLDER, 'package.json'), 'utf8'));
	const folders = (await readdir(join(REPO_FOLDER, 'nodes'))).filter((name) =>
		existsSync(join(REPO_FOLDER, 'nodes', name, `${name}.node.ts`)),
	);
	const required = [
		...REQUIRED,
		...manifest.n8n.nodes,
		...manifest.n8n.credentials,
		...folders.map((name) => `dist/nodes/${name}/${name}.node.js`),
		...folders.map((name) => `dist/nodes/${name}/${name}.node.json`),
	];
	return [
		...files
			.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)))
			.map((file) => `${file} does not belong into the tarball`),
		...[...new Set(required)]
			.filter((file) => !files.includes(file))
			.map((file) => `${file} is missing from the tarball`),
		...folders
			.map((name) => `dist/nodes/${name}/${name}.node.js`)
			.filter((file) => !manifest.n8n.nodes.includes(file))
			.map((file) => `${file} is not listed in package.json's n8n.nodes`),
		...(unpackedSize > MAX_UNPACKED_BYTES
			? [`${unpackedSize} bytes unpacked, more than ${MAX_UNPACKED_BYTES}`]
			: []),
	];
}

async function main() {
	const dist = join(REPO_FOLDER, 'dist');
	if (!existsSync(dist) || !(await stat(dist)).isDirectory()) {
		console.error('There is no dist folder yet. Run `npm run build` first.');
		return false;
	}
	const folder = await mkdtemp(join(tmpdir(), 'live-recorder-scan-'));
	try {
		const tarball = await pack(folder);
		const problems = await contentProblems(tarball);
		console.log(
			`Tarball: ${tarball.files.length} files, ${kilobytes(tarball.size)} packed, ${kilobytes(tarball.unpackedSize)} unpacked`,
		);
		for (const problem of problems) console.error(`  ✖ ${problem}`);

		const legs = [
			['Source', await lintSource()],
			['Tarball', await lintTarball(tarball.unpacked)],
		];
		for (const [name, { files, errors, text }] of legs) {
			console.log(`${name}: ${files} files linted, ${errors} errors`);
			if (errors > 0) console.error(text);
		}
		return problems.length === 0 && legs.every(([, { errors }]) => errors === 0);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function kilobytes(bytes) {
	return `${(bytes / 1000).toFixed(1)} kB`;
}

process.exitCode = (await main()) ? 0 : 1;
