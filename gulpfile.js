const { spawn } = require('node:child_process');
const { mkdir, rm, writeFile } = require('node:fs/promises');
const { dirname, join } = require('node:path');
const { dest, series, parallel, src } = require('gulp');

const sources = require('./tsconfig.build.json').include;

/** Runs a program of this package's devDependencies and fails with it. */
function run(program, ...programArguments) {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [require.resolve(program), ...programArguments], {
			stdio: 'inherit',
		});
		child.on('error', reject);
		child.on('exit', (code) =>
			code === 0 ? resolve() : reject(new Error(`${program} ended with exit code ${code}`)),
		);
	});
}

function clean() {
	return rm('dist', { recursive: true, force: true });
}

/** With import() as require(), which alone looks where n8n keeps its packages (NODE_PATH), whatever hooks are in Node's loader. */
function compile() {
	const loading = ['--module', 'commonjs', '--moduleResolution', 'node10'];
	return run('typescript/bin/tsc', '--project', 'tsconfig.build.json', ...loading);
}

/** Icons and codex files go beside the compiled nodes, where n8n looks for them. */
function copyAssets() {
	const patterns = sources.map((pattern) => pattern.replace('*.ts', '*.{svg,node.json}'));
	return src(patterns, { base: '.', encoding: false, allowEmpty: true }).pipe(dest('dist'));
}

/** The `__schema__` files are made from the zod schemas, by the compiled nodes themselves. */
async function generateSchemas() {
	const { n8n } = require('./package.json');
	for (const node of n8n.nodes) {
		const { outputSchemas } = require(join(__dirname, node));
		for (const [path, schema] of Object.entries(outputSchemas?.() ?? {})) {
			const file = join(dirname(node), '__schema__', path);
			await mkdir(dirname(file), { recursive: true });
			await writeFile(file, JSON.stringify(schema));
		}
	}
}

exports.clean = clean;
exports.build = series(clean, parallel(compile, copyAssets), generateSchemas);
exports.default = exports.build;
