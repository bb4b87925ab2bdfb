/** Links from one document to another, or to one of its own headings, that lead nowhere. */

import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { anchorOf } from './markdown.mjs';

const withoutCode = (text) => text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');

function anchorsOf(text) {
	const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
		heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1'),
	);
	const named = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name]) => name);
	return new Set([...headings.map(anchorOf), ...named]);
}

/** @param {Map<string, string>} documents text by path, relative to `folder` */
export function brokenLinks(documents, folder) {
	const anchors = new Map([...documents].map(([file, text]) => [file, anchorsOf(text)]));
	const broken = [];
	for (const [file, text] of documents) {
		for (const [, target] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
			if (/^[a-z]+:/.test(target)) continue;
			const [path, anchor] = target.split('#');
			const targetFile = path === '' ? file : normalize(join(dirname(file), path));
			const isThere = path === '' || existsSync(join(folder, targetFile));
			const known = anchors.get(targetFile);
			const isAnchorThere =
				anchor === undefined || known === undefined || known.has(decodeURIComponent(anchor));
			if (!isThere || !isAnchorThere) broken.push(`${file}: ${target}`);
		}
	}
	return broken;
}
