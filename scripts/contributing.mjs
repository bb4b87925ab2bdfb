/**
 * Tries out CONTRIBUTING.md: puts its code into a copy of the source, compiles it strictly, and
 * sends the example recorder's samples through. Its trigger must have all that the others have.
 * `node scripts/contributing.mjs`
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const REPO_FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));
const CONFIGURATION = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];

/** A code block whose fence names a file. */
const BLOCK = /^```ts (\S+)\n([^]*?)^```$/gm;

/** Every trigger that is compiled beside the example. */
function otherTriggers(require) {
	return require(join(REPO_FOLDER, 'package.json'))
		.n8n.nodes.map((path) => /(\w+)\.node\.js$/.exec(path)[1])
		.filter((name) => name.endsWith('Trigger'))
		.map((name) => new (require(`./nodes/${name}/${name}.node.js`)[name])());
}

/**
 * Methods, members of the description, parameters, options and credentials that the example has not and all others have. What
 * only some have follows from the recorder: several formats, an API.
 */
function lacks(example, others) {
	const has = new Set(namesIn(example));
	const [first, ...rest] = others.map((other) => new Set(namesIn(other)));
	return [...first].filter((name) => !has.has(name) && rest.every((names) => names.has(name)));
}

function namesIn(trigger) {
	const { description } = trigger;
	const { properties, credentials = [], webhooks = [] } = description;
	const options = properties.flatMap(({ name, options = [] }) =>
		name === 'options' ? options : [],
	);
	return [
		...membersOf(trigger).map((name) => `member ${name}`),
		...Object.keys(trigger.methods ?? {}).map((name) => `methods.${name}`),
		...Object.keys(description).map((name) => `description.${name}`),
		...properties.map(({ name }) => `parameter ${name}`),
		...options.map(({ name }) => `option ${name}`),
		...credentials.map(({ name }) => `credential ${name}`),
		...webhooks.map(({ name }) => `webhook ${name}`),
	];
}

function membersOf(object) {
	const names = new Set();
	for (let each = object; each !== Object.prototype; each = Object.getPrototypeOf(each)) {
		for (const name of Object.getOwnPropertyNames(each)) names.add(name);
	}
	return [...names];
}

const folder = await mkdtemp(join(tmpdir(), 'live-recorder-contributing-'));
try {
	const { include } = createRequire(import.meta.url)('../tsconfig.build.json');
	const folders = include.map((pattern) => pattern.split('/')[0]);
	for (const name of [...folders, ...CONFIGURATION]) {
		await cp(join(REPO_FOLDER, name), join(folder, name), { recursive: true });
	}
	await symlink(join(REPO_FOLDER, 'node_modules'), join(folder, 'node_modules'), 'junction');

	const text = await readFile(join(REPO_FOLDER, 'CONTRIBUTING.md'), 'utf8');
	const blocks = [...text.matchAll(BLOCK)];
	assert.equal(blocks.length, 3, 'CONTRIBUTING.md has three files');
	for (const [, file, code] of blocks) {
		await mkdir(dirname(join(folder, file)), { recursive: true });
		await writeFile(join(folder, file), code);
	}
	const registry = join(folder, 'formats', 'registry.ts');
	const source = await readFile(registry, 'utf8');
	await writeFile(
		registry,
		`import { reelkeeper } from './reelkeeper';\n${source.replace(/(recorders: readonly Recorder\[\] = \[)/, '$1 reelkeeper,')}`,
	);

	await execute(process.execPath, [
		join(REPO_FOLDER, 'node_modules', 'typescript', 'bin', 'tsc'),
		...['--project', join(folder, 'tsconfig.build.json')],
	]).catch((error) => {
		throw new Error(`The code in CONTRIBUTING.md does not compile:\n${error.stdout}`);
	});

	const require = createRequire(join(folder, 'dist', 'any.js'));
	const { formatsOf, recorders } = require('./formats/registry.js');
	const { recorderEventSchema } = require('./formats/recorderEvent.js');
	const receivedAt = '2026-05-01T14:00:00.000Z';
	const format = formatsOf(recorders).find(({ id }) => id === 'reelkeeper');
	for (const [nativeType, { kind, samples }] of format.events) {
		for (const sample of samples) {
			assert.deepEqual(
				formatsOf(recorders).filter((each) => each.recognise(sample)),
				[format],
			);
			const { event } = format.parse(sample, receivedAt);
			assert.equal(event.kind, kind);
			assert.deepEqual(recorderEventSchema.parse(event), event);
			assert.deepEqual(format.build(event), { ok: true, nativeType, body: sample });
		}
	}
	const newer = format.parse({ uid: '1', what: 'something newer' }, receivedAt);
	assert.equal(newer.event.kind, 'unknown');
	const { ReelkeeperTrigger } = require('./nodes/ReelkeeperTrigger/ReelkeeperTrigger.node.js');
	const example = new ReelkeeperTrigger();
	assert.equal(example.description.displayName, 'Reelkeeper Trigger');
	assert.deepEqual(lacks(example, otherTriggers(require)), [], 'The example lacks what all have');
	console.log('The example in CONTRIBUTING.md compiles and works.');
} finally {
	await rm(folder, { recursive: true, force: true });
}
