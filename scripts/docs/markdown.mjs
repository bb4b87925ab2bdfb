export function code(text) {
	return `\`${text}\``;
}

export function table(head, rows) {
	const escape = (cell) => escapeText(String(cell).replaceAll('|', '\\|'));
	const line = (cells) => `| ${cells.map(escape).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function escapeText(text) {
	return text.replaceAll('<', '&lt;');
}

/** The anchor that GitHub gives to a heading. */
export function anchorOf(heading) {
	return heading
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
		.replaceAll(' ', '-');
}
