/**
 * Writes what the documents and examples say about formats from the formats themselves, so that
 * neither can be forgotten when one changes: `npm run docs`, after `npm run build`.
 *
 *   node scripts/docs.mjs           rewrites the generated parts
 *   node scripts/docs.mjs --check   says what is out of date, and ends with 1 if anything is
 *
 * In a document, a generated part is what stands between `<!-- generated: NAME -->` and
 * `<!-- /generated -->`. In an example, it is the pinned data of the recorder triggers.
 *
 * The formats speak English; docs/zh-CN.json has their sentences in Chinese.
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
const { eventKinds, kindTitle, schemaOfKind } = fromDist('formats/recorderEvent.js');
const { withLocalPaths } = fromDist('inbound/localPaths.js');
const { createPathMapping } = fromDist('inbound/pathMapping.js');
const { z } = createRequire(import.meta.url)('zod/v4');
const prettier = createRequire(import.meta.url)('prettier');

/** Chinese by English. Sentences nobody asks for are as wrong as sentences that are missing. */
const CHINESE_FILE = 'docs/zh-CN.json';
const chinese = new Map(
	Object.entries(JSON.parse(await readFile(join(REPO_FOLDER, CHINESE_FILE), 'utf8'))),
);
const asked = new Set();

function toChinese(sentence) {
	asked.add(sentence);
	return chinese.get(sentence) ?? sentence;
}

const WORDS = {
	'README.md': {
		event: 'Event',
		nativeType: 'In the recorder’s words',
		kind: 'Kind',
		when: 'When',
		housekeeping: 'Housekeeping, left out unless chosen',
		colon: ': ',
		comma: ', ',
		fullStop: '.',
		member: 'Member',
		type: 'Type',
		meaning: 'Meaning',
		everyItem: 'Every item',
		types: { string: 'text', time: 'time', number: 'number', object: 'object', boolean: 'boolean' },
		orNull: (type) => `${type} or null`,
		listOf: (type) => `list of ${type}`,
		blockIn: (block, kinds) => `${block}, in ${kinds}`,
		kindTitle: (title) => title,
		translate: (sentence) => sentence,
	},
	'README.zh-CN.md': {
		event: '事件',
		nativeType: '录播软件中的名称',
		kind: '种类（kind）',
		when: '说明',
		housekeeping: '内部事件，需单独勾选',
		colon: '：',
		comma: '、',
		fullStop: '。',
		member: '字段',
		type: '类型',
		meaning: '含义',
		everyItem: '每个事件都有',
		types: { string: '文本', time: '时间', number: '数字', object: '对象', boolean: '布尔' },
		orNull: (type) => `${type}或 null`,
		listOf: (type) => `${type}${type.endsWith('`') ? ' ' : ''}列表`,
		blockIn: (block, kinds) => `${block}，在 ${kinds} 里`,
		kindTitle: (title) => `${title}（${toChinese(title)}）`,
		translate: toChinese,
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
					words.translate(description),
				]);
			const chatter = events.filter(({ housekeeping }) => housekeeping);
			const head = [words.event, words.nativeType, words.kind, words.when];
			return [
				`**${format.title}** (\`${format.id}\`)`,
				table(head, rows),
				...(chatter.length === 0
					? []
					: [
							`${words.housekeeping}${words.colon}${chatter.map(({ title }) => title).join(words.comma)}${words.fullStop}`,
						]),
			].join('\n\n');
		})
		.join('\n\n');
}

/** Which recorder says which kind. */
function kindTable(words) {
	const kinds = eventKinds.filter((kind) => kind !== 'unknown');
	const says = (recorder, kind) =>
		formatsOf([recorder]).some((format) =>
			[...format.events.values()].some((event) => event.kind === kind),
		);
	return table(
		[words.kind, ...recorders.map(({ title }) => title.replace(/ \(.*/, ''))],
		kinds.map((kind) => [
			`${code(kind)} ${words.kindTitle(kindTitle(kind))}`,
			...recorders.map((recorder) => (says(recorder, kind) ? '✓' : '')),
		]),
	);
}

/** The members of an item, from the zod schemas. */
function itemTables(words) {
	const schemas = eventKinds.map((kind) => [
		kind,
		z.toJSONSchema(schemaOfKind(kind), { unrepresentable: 'any' }),
	]);
	const [, first] = schemas[0];
	const isCommon = (name) => schemas.every(([, schema]) => name in schema.properties);
	const common = Object.keys(first.properties).filter(isCommon);
	const head = [words.member, words.type, words.meaning];
	const parts = [
		`${words.everyItem}${words.colon}`,
		table(
			head,
			common.flatMap((name) => rowsOf(name, first.properties[name], words)),
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
		const where = words.blockIn(code(name), kinds.map(code).join(words.comma));
		parts.push(`${where}${words.colon}`, table(head, rowsOf(name, schema, words).slice(1)));
	}
	return parts.join('\n\n');
}

function rowsOf(path, schema, words) {
	const plain = withoutNull(schema);
	const meaning =
		path === 'kind'
			? 'What happened, by the table of kinds above'
			: (plain.description ?? schema.description ?? '');
	const rows = [
		[code(path), typeOf(schema, words), meaning === '' ? '' : words.translate(meaning)],
	];
	const members = plain.type === 'array' ? withoutNull(plain.items ?? {}) : plain;
	const prefix = plain.type === 'array' ? `${path}[]` : path;
	for (const [name, member] of Object.entries(members.properties ?? {})) {
		rows.push(...rowsOf(`${prefix}.${name}`, member, words));
	}
	return rows;
}

function withoutNull(schema) {
	const choices = schema.anyOf?.filter(({ type }) => type !== 'null');
	return choices?.length === 1 ? choices[0] : schema;
}

function typeOf(schema, words) {
	const plain = withoutNull(schema);
	const type = typeWithoutNull(plain, words);
	return plain === schema ? type : words.orNull(type);
}

function typeWithoutNull(schema, words) {
	if (schema.const !== undefined) return words.types.string;
	if (schema.enum !== undefined) return schema.enum.map(code).join(words.comma);
	if (schema.format === 'date-time') return words.types.time;
	if (schema.type === 'array') return words.listOf(typeOf(schema.items ?? {}, words));
	if (schema.type === undefined) return words.types.object;
	return words.types[schema.type === 'integer' ? 'number' : schema.type];
}

function code(text) {
	return `\`${text}\``;
}

function table(head, rows) {
	const escape = (cell) => String(cell).replaceAll('|', '\\|').replaceAll('<', '&lt;');
	const line = (cells) => `| ${cells.map(escape).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const sentenceOf = (sentence, words) => `${escapeText(words.translate(sentence))}${words.fullStop}`;
const list = (sentences, words) =>
	sentences.map((sentence) => `- ${sentenceOf(sentence, words)}`).join('\n');
const steps = (sentences, words) =>
	sentences.map((sentence, index) => `${index + 1}. ${sentenceOf(sentence, words)}`).join('\n');
const escapeText = (text) => text.replaceAll('<', '&lt;');

/** What a marker's name stands for. */
function generate(name, words) {
	const [what, id] = name.split(' ');
	if (what === 'kinds') return kindTable(words);
	if (what === 'item') return itemTables(words);
	const recorder = recorders.find((each) => each.id === id);
	if (recorder === undefined) throw new Error(`There is no recorder '${id}' (marker '${name}')`);
	if (what === 'events') return eventTables(recorder, words);
	if (what === 'setup') return steps(recorder.setup, words);
	if (what === 'limits') return list(recorder.limits, words);
	throw new Error(`Nothing is known of the marker '${name}'`);
}

async function documentWithParts(file) {
	const text = await readFile(join(REPO_FOLDER, file), 'utf8');
	for (const recorder of recorders) {
		for (const part of ['setup', 'limits', 'events']) {
			if (!text.includes(`<!-- generated: ${part} ${recorder.id} -->`)) {
				throw new Error(`${file} has no ${part} of ${recorder.id}: add its marker`);
			}
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
			const parsed = format.parse(sample, RECEIVED_AT);
			if (parsed.status === 'event') items.push({ json: withLocalPaths(parsed.event, mapPath) });
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

	const untranslated = [...asked].filter((sentence) => !chinese.has(sentence));
	const unused = [...chinese.keys()].filter((sentence) => !asked.has(sentence));
	if (untranslated.length > 0 || unused.length > 0) {
		const report = [
			...untranslated.map((sentence) => `  missing: ${sentence}`),
			...unused.map((sentence) => `  no longer said: ${sentence}`),
		];
		console.error(`${CHINESE_FILE} needs a change:\n${report.join('\n')}`);
		process.exitCode = 1;
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
