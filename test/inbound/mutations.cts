import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Numbers from 0 to 1 that come in the same order for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Values that programs trip over. */
const AWKWARD = [
	'null',
	'true',
	'{}',
	'[]',
	'""',
	'-1',
	'0',
	'-0',
	'1e400',
	'-1e-400',
	'9007199254740993',
	'99999999999999999999999999',
	'1.7976931348623157e308',
	'"\\ud800"',
	'"\\u0000"',
	'"__proto__"',
	'"../../../../etc/passwd"',
	'"C:\\\\..\\\\..\\\\x"',
	'"0001-01-01T00:00:00+00:00"',
	'"275760-09-13T00:00:00.001Z"',
	'"2024-02-30T25:61:61+99:99"',
	'"1970-01-01T00:00:00Z"',
	'{"__proto__":{"polluted":true}}',
	'{"constructor":{"prototype":{"polluted":true}}}',
	'{"toString":1,"valueOf":1,"toJSON":1,"then":1}',
	`${'['.repeat(200)}${']'.repeat(200)}`,
	`"${'播'.repeat(3000)}"`,
	`[${Array(300).fill('{"a":null}').join(',')}]`,
];

const KEYS = [
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'then',
	'toJSON',
	'',
	'0',
	'length',
];

function oneOf<T>(values: readonly T[], random: () => number): T {
	const chosen = values[Math.floor(random() * values.length)];
	if (chosen === undefined) throw new Error('There is nothing to choose from');
	return chosen;
}

/** All places of a parsed body, as setters. */
function placesOf(root: unknown): Array<{ parent: object; key: string }> {
	const places = [];
	const pending = [root];
	while (pending.length > 0) {
		const next = pending.pop();
		if (typeof next !== 'object' || next === null) continue;
		for (const [key, value] of Object.entries(next)) {
			places.push({ parent: next, key });
			pending.push(value);
		}
	}
	return places;
}

function replaceValues(text: string, random: () => number, times: number): string {
	const body: unknown = JSON.parse(text);
	const placeholders: string[] = [];
	for (let time = 0; time < times; time++) {
		const places = placesOf(body);
		if (places.length === 0) break;
		const { parent, key } = oneOf(places, random);
		const choice = random();
		if (choice < 0.15) {
			Reflect.deleteProperty(parent, key);
		} else if (choice < 0.25 && !Array.isArray(parent)) {
			const value: unknown = Reflect.get(parent, key);
			Reflect.deleteProperty(parent, key);
			Object.defineProperty(parent, oneOf(KEYS, random), {
				value,
				enumerable: true,
				configurable: true,
				writable: true,
			});
		} else {
			const mark = `@@${placeholders.length}@@`;
			placeholders.push(oneOf(AWKWARD, random));
			Reflect.set(parent, key, mark);
		}
	}
	return JSON.stringify(body).replace(
		/"@@(\d+)@@"/g,
		(_match, index) => placeholders[Number(index)] ?? '',
	);
}

function changeBytes(bytes: Buffer, random: () => number): Buffer {
	let changed: Buffer = Buffer.from(bytes);
	const times = 1 + Math.floor(random() * 4);
	for (let time = 0; time < times && changed.length > 0; time++) {
		const at = Math.floor(random() * changed.length);
		const length = Math.floor(random() * Math.min(40, changed.length - at));
		const choice = random();
		if (choice < 0.3) changed[at] = Math.floor(random() * 256);
		else if (choice < 0.5)
			changed = Buffer.concat([changed.subarray(0, at), changed.subarray(at + length)]);
		else if (choice < 0.7) {
			const slice = changed.subarray(at, at + length);
			changed = Buffer.concat([changed.subarray(0, at), slice, changed.subarray(at)]);
		} else if (choice < 0.85) changed = changed.subarray(0, at);
		else
			changed = Buffer.concat([
				changed.subarray(0, at),
				Buffer.from('\\ud800"}{[],'),
				changed.subarray(at),
			]);
	}
	return changed;
}

const CONTENT_TYPES = [
	'application/json',
	'application/json; charset=utf-8',
	'application/x-www-form-urlencoded',
	'text/plain',
	'application/octet-stream',
	'multipart/form-data; boundary=x',
	'application/xml',
];

/** A request made from a payload of the corpus: its values, its keys or its bytes changed, or sent as something else. */
export function mutate(
	texts: readonly string[],
	random: () => number,
): { body: Buffer; contentType: string } {
	const text = oneOf(texts, random);
	const kind = random();
	if (kind < 0.1) {
		const type = oneOf(CONTENT_TYPES, random);
		const fields = new URLSearchParams();
		for (const [name, value] of Object.entries(JSON.parse(text)))
			fields.append(name, String(value));
		const form = fields.toString();
		return { body: Buffer.from(random() < 0.5 ? form : text), contentType: type };
	}
	const changed = kind < 0.7 ? replaceValues(text, random, 1 + Math.floor(random() * 5)) : text;
	const bytes = Buffer.from(changed);
	return {
		body: kind < 0.45 ? bytes : changeBytes(bytes, random),
		contentType: 'application/json',
	};
}

/** Bytes of the heap that are in use once all that is unused was freed. */
export function heapInUse(): number {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc');
	collect();
	collect();
	return process.memoryUsage().heapUsed;
}

/** How many requests: LIVE_RECORDER_FUZZ, or few enough to run with all other tests. */
export const fuzzRequests = Number(process.env.LIVE_RECORDER_FUZZ ?? 500);
export const fuzzSeed = Number(process.env.LIVE_RECORDER_FUZZ_SEED ?? 20260301);
