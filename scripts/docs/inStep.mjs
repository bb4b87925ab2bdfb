/** Documents that a person translates: where one language has a heading, a table's row or a block of code that the other lacks. */

const TRANSLATION = '.zh-CN.md';

/** What two languages have in common, in order: levels of headings, lines of tables with their columns, blocks of code, code in rows. */
function outlineOf(text) {
	const outline = [];
	let isCode = false;
	for (const line of text.split('\n')) {
		if (line.startsWith('```')) {
			isCode = !isCode;
			if (isCode) outline.push('block of code');
			continue;
		}
		if (isCode) continue;
		const heading = /^(#+) /.exec(line);
		if (heading !== null) outline.push(`heading of level ${heading[1].length}`);
		if (line.startsWith('| ')) outline.push(`row of ${line.split(/(?<!\\)\|/).length - 2} cells`);
		const item = /^(\s*)(?:-|\d+\.) /.exec(line);
		if (item !== null) outline.push('entry of a list');
	}
	return outline;
}

/** @param {Map<string, string>} documents text by path */
export function outOfStep(documents) {
	const complaints = [];
	for (const [file, text] of documents) {
		if (!file.endsWith(TRANSLATION)) continue;
		const original = file.replace(TRANSLATION, '.md');
		const theirs = outlineOf(documents.get(original) ?? '');
		const ours = outlineOf(text);
		const at = Array.from({ length: Math.max(theirs.length, ours.length) }).findIndex(
			(_, index) => theirs[index] !== ours[index],
		);
		if (at === -1) continue;
		const part = (outline) => outline[at] ?? 'the end';
		complaints.push(
			`${file}, part ${at + 1}: ${part(ours)}, where ${original} has ${part(theirs)}`,
		);
	}
	return complaints;
}
