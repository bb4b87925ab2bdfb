/** The members of an item, from the zod schemas. */

import { eventKinds, schemaOfKind, z } from './fromDist.mjs';
import { code, table } from './markdown.mjs';

export function itemTables(words) {
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
		const rows = rowsOf(name, schema, words);
		parts.push(`${where}${words.colon}`, table(head, rows.length > 1 ? rows.slice(1) : rows));
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
