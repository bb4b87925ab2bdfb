import { isJsonObject, type JsonObject, type JsonValue } from '../../formats/json';
import type { RecorderEvent } from '../../formats/recorderEvent';
import { convert } from '../../outbound/convert';
import { leavesOf } from '../../outbound/leaves';
import { loadWholeCorpus } from '../fixtures/loadCorpus.cjs';
import { eventOf, everyEvent, formats, RECEIVED_AT } from './everyEvent';

/** Captured and sample payloads, with what they say. */
const payloads = [
	...everyEvent.map(([name, { format, body, event }]) => ({ name, format, body, event })),
	...loadWholeCorpus().flatMap(({ name, body }) => {
		const format = formats.find((candidate) => candidate.recognise(body));
		if (format?.parse(body, RECEIVED_AT).status !== 'event' || !isJsonObject(body)) return [];
		return [{ name: `corpus ${name}`, format, body, event: eventOf(format, body) }];
	}),
];

const ABOUT =
	/^(?:id|kind|recorder|format|nativeType|receivedAt|occurredAt|warnings|remembered|raw)\b/;

/** Values that the format tells apart, not the user: another one is another event. */
const TELLS = /(?:^|\.)(?:role|localPath|\w+LocalPaths?)(?:\[\d+\])?$/;

/** The part that DDTV 5 saves: which of the listed files is meant follows from it. */
const DDTV_PART = 'LiveChatListener.File';

/** A word or a number in place of a boolean. */
const LIVE_STATUS = /\bstatus$|\blive_status(?:\.Value)?$/;

function withLeaf(event: RecorderEvent, path: string, value: unknown): JsonObject {
	const copy: JsonObject = JSON.parse(JSON.stringify(event));
	const segments = path.split(/[.[\]]+/).filter((segment) => segment !== '');
	let parent: JsonValue = copy;
	for (const segment of segments.slice(0, -1)) parent = Reflect.get(Object(parent), segment);
	Reflect.set(Object(parent), segments.at(-1) ?? '', value);
	return copy;
}

function changed(path: string, leaf: string | number | boolean): string | number | boolean {
	if (typeof leaf === 'number') return leaf + 1;
	if (typeof leaf === 'boolean') return !leaf;
	if (/^\d{4}-\d\d-\d\dT/.test(leaf)) return leaf.replace(/\d{4}/, '2032');
	if (/^\d+$/.test(leaf)) return `${Number(leaf) + 1}`.padStart(leaf.length, '0');
	return /[pP]ath|paths\[/.test(path) ? leaf.replace(/(?=[^\\/]*$)/, 'edited-') : `${leaf} edited`;
}

describe('one edit of an event in its own format', () => {
	it.each(payloads.map((payload) => [payload.name, payload] as const))('%s', (_name, payload) => {
		const { format, body, event } = payload;
		for (const [path, leaf] of leavesOf(event)) {
			if (ABOUT.test(path) || TELLS.test(path)) continue;
			const value = changed(path, leaf);
			const conversion = convert(withLeaf(event, path, value), format);
			const place = [path, leaf, value];
			if (conversion.status !== 'converted')
				throw new Error(JSON.stringify([...place, conversion]));
			const [before, after] = [leavesOf(body), leavesOf(conversion.body)];
			const altered = [...before].filter(([name, old]) => after.get(name) !== old);
			const added = [...after.keys()].filter((name) => !before.has(name));
			// Nothing is altered but what said the old value; what could not be said is told.
			const said = eventOf(format, conversion.body);
			const survived = leavesOf(said).get(path) === value;
			expect([place, survived || conversion.lost.includes(path)]).toEqual([place, true]);
			const foreign = altered.filter(
				([name, old]) =>
					!speaksOf(old, leaf, path) &&
					!name.endsWith(DDTV_PART) &&
					!(path === 'state.live' && LIVE_STATUS.test(name)),
			);
			expect([place, foreign]).toEqual([place, []]);
			// Aodianyun names a member after the height of the picture.
			if (!path.endsWith('.height')) expect([place, added]).toEqual([place, []]);
			expect(said.nativeType).toBe(event.nativeType);
		}
	});
});

function speaksOf(rawLeaf: unknown, leaf: unknown, path: string): boolean {
	const text = String(rawLeaf).replaceAll('\\/', '/');
	const old = String(leaf);
	if (text.includes(old) || (text !== '' && old.includes(text))) return true;
	if (path.endsWith('.height')) return true;
	return typeof leaf === 'string' && /^\d{4}-/.test(leaf) ? path.includes('At') : false;
}
