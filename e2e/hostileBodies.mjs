/**
 * Bodies that a stranger might send to stop n8n: as large as n8n takes them, and made from the schemas, so that a format
 * added later is attacked where it is open: in each array and in each object that may have members of any name.
 */

import { createRequire } from 'node:module';
import { join } from 'node:path';

import { REPO_FOLDER } from './paths.mjs';

const require = createRequire(import.meta.url);
const { z } = require('zod/v4');
const { recorders } = require(join(REPO_FOLDER, 'dist/formats/registry.js'));

/** n8n's default for N8N_PAYLOAD_SIZE_MAX. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;
const VALUES = 1_000_000;
/** As many values and names as are read (formats/jsonLimits.ts), with the body around them: refused are those above. */
const VALUES_READ = 490_000;
const NAMES_READ = 9_500;
/** A little below the limit, so that the body around it fits in. */
const MOST_BYTES = MAX_BODY_BYTES - 65_536;

const listOf = (value, count) => `[${`${value},`.repeat(count - 1)}${value}]`;
const manyMembers = (count) => {
	const members = [];
	for (let index = 0; index < count; index++) members.push(`"k${index}":0`);
	return members.join(',');
};

const withoutNull = (schema) => (schema.anyOf ?? [schema]).filter(({ type }) => type !== 'null');

/** The arrays and the open objects of a schema, by their paths. */
function openPlaces(schema, path = []) {
	return withoutNull(schema).flatMap((plain) => {
		if (plain.type === 'array') return [{ path, isArray: true }];
		if (plain.type !== 'object') return [];
		const isOpen = plain.additionalProperties !== false;
		return [
			...(isOpen ? [{ path, isArray: false }] : []),
			...Object.entries(plain.properties ?? {}).flatMap(([name, member]) =>
				openPlaces(member, [...path, name]),
			),
		];
	});
}

const MARK = '@@hostile@@';

/** A sample as JSON text, its value at `path` replaced by what `change` makes of it. */
function changedAt(sample, path, change) {
	if (path.length === 0) return change(sample);
	const [name, ...rest] = path;
	const child = sample?.[name];
	const parent = typeof sample === 'object' && sample !== null ? sample : {};
	return { ...parent, [name]: changedAt(child, rest, change) };
}

/** `text` is made when it is sent: all bodies at once would fill the memory of the test itself. */
function attackOn(sample, { path, isArray }) {
	const place = path.join('.') || 'the body';
	const body = isArray
		? changedAt(sample, path, () => MARK)
		: changedAt(sample, path, (object) => ({
				...(typeof object === 'object' ? object : {}),
				[MARK]: 0,
			}));
	const text = JSON.stringify(body);
	const fill = (mark, filling) => text.replace(mark, () => filling);
	const lists = { numbers: '1', texts: '""', objects: '{}' };
	return isArray
		? Object.entries(lists).flatMap(([name, value]) =>
				[VALUES, VALUES_READ].map((count) => ({
					title: `${count} ${name} in ${place}`,
					text: () => fill(`"${MARK}"`, listOf(value, count)),
				})),
			)
		: [VALUES, NAMES_READ].map((count) => ({
				title: `${count} members in ${place}`,
				text: () => fill(`"${MARK}":0`, manyMembers(count)),
			}));
}

/** The attacks on one format: on each open place of its events, once. */
function attacksOnFormat(format) {
	const byPlace = new Map();
	for (const [nativeType, { schema, samples }] of format.events) {
		const [sample] = samples;
		if (sample === undefined) continue;
		for (const place of openPlaces(z.toJSONSchema(schema, { unrepresentable: 'any' }))) {
			const key = `${place.isArray} ${place.path.join('.')}`;
			if (!byPlace.has(key)) byPlace.set(key, { place, nativeType, sample });
		}
	}
	return [...byPlace.values()].flatMap(({ place, nativeType, sample }) =>
		attackOn(sample, place).map((attack) => ({
			...attack,
			title: `${format.id} ${nativeType}: ${attack.title}`,
			isArray: place.isArray,
		})),
	);
}

/** The attacks on each recorder, by its id: those on arrays first, as they go furthest. */
export function attacksOnRecorders() {
	return recorders.map(({ id, formats }) => ({
		recorder: id,
		attacks: formats.flatMap(attacksOnFormat).sort((a, b) => Number(b.isArray) - Number(a.isArray)),
	}));
}

const repeated = (text) => text.repeat(Math.floor(MOST_BYTES / text.length));

/** Attacks that need no schema. `sample` is an event that the trigger takes. */
export function attacksOfAnyKind(sample) {
	const asMember = (text) =>
		JSON.stringify({ ...sample, [MARK]: MARK }).replace(`"${MARK}":"${MARK}"`, () => text);
	return [
		{ title: 'a key of 15 MB', text: () => asMember(`"${repeated('k')}":1`) },
		{
			title: 'a text of 15 MB',
			text: () => asMember(`"x":"${repeated('播')}"`.slice(0, 5_000_000) + '"'),
		},
		{ title: 'a text of escapes', text: () => asMember(`"x":"${repeated('\\u64ad')}"`) },
		{ title: 'a number of 15 million digits', text: () => asMember(`"x":${repeated('9')}`) },
		{
			title: 'numbers that no double holds',
			text: () => asMember(`"x":[${repeated('12345678901234567891,')}0]`),
		},
		{ title: 'lists in lists', text: () => repeated('[') },
		// Less than the limit: n8n parses it, too, before the trigger is asked.
		{
			title: 'closed lists in lists',
			text: () => `${'['.repeat(4_000_000)}${']'.repeat(4_000_000)}`,
		},
		{
			title: 'objects in objects',
			text: () => asMember(`"x":${'{"a":'.repeat(2_000_000)}1${'}'.repeat(2_000_000)}`),
		},
		{ title: 'prototypes', text: () => asMember(`"x":[${repeated('{"__proto__":{}},')}0]`) },
		{ title: 'one key again and again', text: () => asMember(`${repeated('"x":0,')}"x":0`) },
		{ title: 'empty lists', text: () => asMember(`"x":[${repeated('[],')}0]`) },
		{ title: 'a list of numbers', text: () => `[${repeated('0,')}0]` },
		{ title: 'white space', text: () => asMember(`"x":${repeated(' ')}1`) },
		{
			title: 'a form of 1.5 million keys',
			contentType: 'application/x-www-form-urlencoded',
			text: () =>
				Array.from({ length: 1_500_000 }, (_, index) => `k${index}=1`)
					.join('&')
					.slice(0, MOST_BYTES),
		},
		{
			title: 'a form of one key again and again',
			contentType: 'application/x-www-form-urlencoded',
			text: () => repeated('a=1&'),
		},
		{
			title: 'a form of brackets',
			contentType: 'application/x-www-form-urlencoded',
			text: () => `a${repeated('[b]')}=1`,
		},
	];
}
