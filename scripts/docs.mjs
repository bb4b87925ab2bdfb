/**
 * Writes what the documents and examples say about formats and triggers from these themselves, so that
 * neither can be forgotten when one changes: `npm run docs`, after `npm run build`.
 *
 *   node scripts/docs.mjs           rewrites the generated parts
 *   node scripts/docs.mjs --check   says what is out of date, and ends with 1 if anything is
 *
 * In a document, a generated part is what stands between `<!-- generated: NAME -->` and
 * `<!-- /generated -->`. In an example, it is the pinned data of the recorder triggers.
 *
 * The formats speak English; docs/zh-CN.json has their sentences in Chinese. Links between documents are
 * looked at, too, and whether the languages have the same headings, rows and lists.
 */

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { withPins } from './docs/examples.mjs';
import { prettier, REPO_FOLDER } from './docs/fromDist.mjs';
import { GENERIC_SCHEMA_FILE, genericSchema } from './docs/genericSchema.mjs';
import { outOfStep } from './docs/inStep.mjs';
import { shortenedLabels } from './docs/labels.mjs';
import { CHINESE_FILE, english, gapsOfChinese, simplifiedChinese } from './docs/languages.mjs';
import { brokenLinks } from './docs/links.mjs';
import { withParts } from './docs/parts.mjs';

/** Documents with generated parts, and which these are. */
const DOCUMENTS = [
	['README.md', ['recorder list', 'connected'], english],
	['README.zh-CN.md', ['recorder list', 'connected'], simplifiedChinese],
	['docs/recorders.md', ['recorders'], english],
	['docs/recorders.zh-CN.md', ['recorders'], simplifiedChinese],
	['docs/reference.md', ['kinds', 'events', 'item', 'parameters'], english],
	['docs/reference.zh-CN.md', ['kinds', 'events', 'item', 'parameters'], simplifiedChinese],
];

const isCheck = process.argv.includes('--check');
const read = async (file) => await readFile(join(REPO_FOLDER, file), 'utf8');
const filesIn = async (folder, extension) =>
	(await readdir(join(REPO_FOLDER, folder)))
		.filter((name) => name.endsWith(extension))
		.sort()
		.map((name) => (folder === '.' ? name : `${folder}/${name}`));

const complaints = [];

const wanted = new Map();
for (const [file, parts, words] of DOCUMENTS) {
	wanted.set(file, withParts(await read(file), file, parts, words));
}
wanted.set(GENERIC_SCHEMA_FILE, genericSchema());
for (const file of await filesIn('examples', '.json')) wanted.set(file, withPins(await read(file)));

const gaps = gapsOfChinese();
if (gaps.length > 0) complaints.push(`${CHINESE_FILE} needs a change:\n${gaps.join('\n')}`);

const outdated = [];
const texts = new Map();
for (const [file, unformatted] of wanted) {
	const path = join(REPO_FOLDER, file);
	const style = await prettier.resolveConfig(path);
	const text = await prettier.format(unformatted, { ...style, filepath: path });
	texts.set(file, text);
	if ((await read(file)) === text) continue;
	outdated.push(file);
	if (!isCheck) await writeFile(path, text);
}
if (isCheck && outdated.length > 0) {
	complaints.push(
		`Out of date: ${outdated.join(', ')}.\nRun \`npm run build\` and \`npm run docs\`, and look at what changed.`,
	);
}

const documents = new Map();
for (const folder of ['.', 'docs', 'examples', 'e2e', 'bench']) {
	for (const file of await filesIn(folder, '.md'))
		documents.set(file, texts.get(file) ?? (await read(file)));
}
const broken = brokenLinks(documents, REPO_FOLDER);
if (broken.length > 0) complaints.push(`Links that lead nowhere:\n  ${broken.join('\n  ')}`);

const apart = outOfStep(documents);
if (apart.length > 0) complaints.push(`Languages out of step:\n  ${apart.join('\n  ')}`);

const shortened = shortenedLabels(documents);
if (shortened.length > 0) complaints.push(`Not the editor's words:\n  ${shortened.join('\n  ')}`);

for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exitCode = 1;
else if (isCheck || outdated.length === 0) console.log('Documents are up to date.');
else console.log(`Wrote ${outdated.join(', ')}.`);
