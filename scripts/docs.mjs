/**
 * Writes what the documents and examples say about formats from the formats themselves, so that
 * neither can be forgotten when one changes: `npm run docs`, after `npm run build`.
 *
 *   node scripts/docs.mjs           rewrites the generated parts
 *   node scripts/docs.mjs --check   says what is out of date, and ends with 1 if anything is
 *
 * In a document, a generated part is what stands between `<!-- generated: NAME -->` and
 * `<!-- /generated -->`. In an example, it is the pinned data of the recorder triggers.
 */

import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPO_FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));
const EXAMPLES_FOLDER = join(REPO_FOLDER, 'examples');
const PACKAGE_PREFIX = 'n8n-nodes-live-recorder.';
const DOCUMENTS = ['README.md', 'README.zh-CN.md'];

if (!existsSync(join(REPO_FOLDER, 'dist'))) {
	console.error('There is no dist folder yet. Run `npm run build` first.');
	process.exit(1);
}
const fromDist = (path) => createRequire(import.meta.url)(join(REPO_FOLDER, 'dist', path));
const { recorders, formatsOf } = fromDist('formats/registry.js');
const { eventGroups, eventSchemas, kindTitle } = fromDist('formats/recorderEvent.js');
const { createPathMapping } = fromDist('formats/paths.js');
const { z } = createRequire(import.meta.url)('zod/v4');
const prettier = createRequire(import.meta.url)('prettier');

const WORDS = {
	'README.md': {
		event: 'Event',
		nativeType: 'In the recorder’s words',
		kind: 'Kind',
		when: 'When',
		housekeeping: 'Housekeeping, left out unless chosen',
		yes: '✓',
	},
	'README.zh-CN.md': {
		event: '事件',
		nativeType: '录播软件中的名称',
		kind: '种类（kind）',
		when: '说明（英文）',
		housekeeping: '内部事件，需单独勾选',
		yes: '✓',
	},
};

/** One recorder's events, a table per format. */
function eventTables(recorder, words) {
	return recorder.formats
		.map((format) => {
			const events = [...format.events].map(([nativeType, event]) => ({ nativeType, ...event }));
			const rows = events
				.filter(({ housekeeping }) => !housekeeping)
				.map(({ title, nativeType, kind, description }) => [
					title,
					code(nativeType),
					code(kind),
					description,
				]);
			const chatter = events.filter(({ housekeeping }) => housekeeping);
			const head = [words.event, words.nativeType, words.kind, words.when];
			return [
				`**${format.title}** (\`${format.id}\`)`,
				table(head, rows),
				...(chatter.length === 0
					? []
					: [`${words.housekeeping}: ${chatter.map(({ title }) => title).join(', ')}.`]),
			].join('\n\n');
		})
		.join('\n\n');
}

/** Which recorder says which kind. */
function kindTable(words) {
	const kinds = eventGroups.flatMap((group) => group.kinds).filter((kind) => kind !== 'unknown');
	const says = (recorder, kind) =>
		formatsOf([recorder]).some((format) =>
			[...format.events.values()].some((event) => event.kind === kind),
		);
	return table(
		[words.kind, ...recorders.map(({ title }) => title.replace(/ \(.*/, ''))],
		kinds.map((kind) => [
			`${code(kind)} ${kindTitle(kind)}`,
			...recorders.map((recorder) => (says(recorder, kind) ? words.yes : '')),
		]),
	);
}

/** The members of an item, from the zod schemas. */
function itemTables() {
	const schemas = Object.entries(eventSchemas).map(([kind, schema]) => [
		kind,
		z.toJSONSchema(schema, { unrepresentable: 'any' }),
	]);
	const [, first] = schemas[0];
	const isCommon = (name) => schemas.every(([, schema]) => name in schema.properties);
	const common = Object.keys(first.properties).filter(isCommon);
	const parts = [
		'Every item:',
		table(
			['Member', 'Type', 'Meaning'],
			common.flatMap((name) => rowsOf(name, first.properties[name])),
		),
	];
	const blocks = new Map();
	for (const [kind, schema] of schemas) {
		for (const name of Object.keys(schema.properties).filter((each) => !isCommon(each))) {
			const block = blocks.get(name) ?? { schema: schema.properties[name], kinds: [] };
			block.kinds.push(kind);
			blocks.set(name, block);
		}
	}
	for (const [name, { schema, kinds }] of blocks) {
		parts.push(
			`\`${name}\`, in ${kinds.map(code).join(', ')}:`,
			table(['Member', 'Type', 'Meaning'], rowsOf(name, schema).slice(1)),
		);
	}
	return parts.join('\n\n');
}

function rowsOf(path, schema) {
	const plain = withoutNull(schema);
	const meaning =
		path === 'kind'
			? 'What happened, by the table of kinds above'
			: (plain.description ?? schema.description ?? '');
	const rows = [[code(path), typeOf(schema), meaning]];
	const members = plain.type === 'array' ? withoutNull(plain.items ?? {}) : plain;
	const prefix = plain.type === 'array' ? `${path}[]` : path;
	for (const [name, member] of Object.entries(members.properties ?? {})) {
		rows.push(...rowsOf(`${prefix}.${name}`, member));
	}
	return rows;
}

function withoutNull(schema) {
	const choices = schema.anyOf?.filter(({ type }) => type !== 'null');
	return choices?.length === 1 ? choices[0] : schema;
}

function typeOf(schema) {
	const plain = withoutNull(schema);
	const orNull = plain === schema ? '' : ' or null';
	if (plain.const !== undefined) return 'text';
	if (plain.enum !== undefined) return `${plain.enum.map(code).join(', ')}${orNull}`;
	if (plain.format === 'date-time') return `time${orNull}`;
	if (plain.type === 'array') return `list of ${typeOf(plain.items ?? {})}`;
	if (plain.type === undefined) return 'object';
	return `${plain.type === 'string' ? 'text' : plain.type === 'integer' ? 'number' : plain.type}${orNull}`;
}

function code(text) {
	return `\`${text}\``;
}

function table(head, rows) {
	const escape = (cell) => String(cell).replaceAll('|', '\\|').replaceAll('<', '&lt;');
	const line = (cells) => `| ${cells.map(escape).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const list = (sentences) => sentences.map((sentence) => `- ${escapeText(sentence)}.`).join('\n');
const steps = (sentences) =>
	sentences.map((sentence, index) => `${index + 1}. ${escapeText(sentence)}.`).join('\n');
const escapeText = (text) => text.replaceAll('<', '&lt;');

/** What a marker's name stands for. */
function generate(name, words) {
	const [what, id] = name.split(' ');
	if (what === 'kinds') return kindTable(words);
	if (what === 'item') return itemTables();
	const recorder = recorders.find((each) => each.id === id);
	if (recorder === undefined) throw new Error(`There is no recorder '${id}' (marker '${name}')`);
	if (what === 'events') return eventTables(recorder, words);
	if (what === 'setup') return steps(recorder.setup);
	if (what === 'limits') return list(recorder.limits);
	throw new Error(`Nothing is known of the marker '${name}'`);
}

async function documentWithParts(file) {
	const text = await readFile(join(REPO_FOLDER, file), 'utf8');
	for (const recorder of recorders) {
		if (!text.includes(`<!-- generated: events ${recorder.id} -->`)) {
			throw new Error(`${file} has no events table for ${recorder.id}: add its marker`);
		}
	}
	return text.replaceAll(
		/(<!-- generated: (.+?) -->\n)[^]*?(<!-- \/generated -->)/g,
		(_whole, start, name, end) => `${start}\n${generate(name, WORDS[file])}\n\n${end}`,
	);
}

/** Times at which the pinned events were received: no clock, or each run would change them. */
const RECEIVED_AT = '2026-01-15T12:00:00.000Z';

/** The pinned items of an example: samples of the formats, chosen by the trigger's own events. */
function pinnedItems(trigger) {
	const { events = ['*'], options } = trigger.parameters;
	const type = trigger.type.slice(PACKAGE_PREFIX.length).replace(/Trigger$/, '');
	const own = recorders.filter(({ id }) => id.replaceAll('-', '') === type.toLowerCase());
	const mapPath = createPathMapping(options?.pathMapping?.folders ?? []);
	const isChosen = (nativeType, event) =>
		events.some((choice) => choice === '*' || choice === nativeType || choice === event.kind);

	const items = [];
	for (const recorder of own.length > 0 ? own : recorders) {
		const [format] = recorder.formats;
		for (const [nativeType, event] of format.events) {
			const [sample] = event.samples;
			if (event.housekeeping || sample === undefined || !isChosen(nativeType, event)) continue;
			const parsed = format.parse(sample);
			if (parsed.status === 'event') {
				items.push({ json: parsed.normalise({ receivedAt: RECEIVED_AT, mapPath }) });
			}
		}
	}
	return items;
}

async function exampleWithPins(file) {
	const workflow = JSON.parse(await readFile(join(REPO_FOLDER, file), 'utf8'));
	const triggers = workflow.nodes.filter(
		({ type }) => type.startsWith(PACKAGE_PREFIX) && type.endsWith('Trigger'),
	);
	workflow.pinData = Object.fromEntries(
		triggers.map((trigger) => [trigger.name, pinnedItems(trigger)]),
	);
	return JSON.stringify(workflow, null, '\t');
}

async function main() {
	const isCheck = process.argv.includes('--check');
	const examples = (await readdir(EXAMPLES_FOLDER)).filter((name) => name.endsWith('.json')).sort();
	const wanted = new Map();
	for (const file of DOCUMENTS) wanted.set(file, await documentWithParts(file));
	for (const name of examples) {
		const file = relative(REPO_FOLDER, join(EXAMPLES_FOLDER, name));
		wanted.set(file, await exampleWithPins(file));
	}

	const outdated = [];
	for (const [file, unformatted] of wanted) {
		const path = join(REPO_FOLDER, file);
		const style = await prettier.resolveConfig(path);
		const text = await prettier.format(unformatted, { ...style, filepath: path });
		if ((await readFile(path, 'utf8')) === text) continue;
		outdated.push(file);
		if (!isCheck) await writeFile(path, text);
	}
	if (isCheck && outdated.length > 0) {
		console.error(
			`Out of date: ${outdated.join(', ')}.\nRun \`npm run build\` and \`npm run docs\`, and look at what changed.`,
		);
		process.exitCode = 1;
	} else {
		console.log(
			outdated.length === 0 ? 'Documents are up to date.' : `Wrote ${outdated.join(', ')}.`,
		);
	}
}

await main();
