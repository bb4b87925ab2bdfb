import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import type { RecorderEvent } from '../recorderEvent';

/** Members that say how an event came here: a sender has none of them. */
const ABOUT_THE_DELIVERY: ReadonlySet<string> = new Set([
	'id',
	'kind',
	'recorder',
	'format',
	'nativeType',
	'occurredAt',
	'receivedAt',
	'warnings',
	'remembered',
	'raw',
]);

/** What follows from a path, or from where n8n runs. */
const DERIVED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
	[
		'file',
		new Set([
			'name',
			'extension',
			'localPath',
			'sourceLocalPath',
			'danmakuLocalPath',
			'coverLocalPath',
		]),
	],
	['clip', new Set(['localPath', 'coverLocalPath'])],
]);

/** A RecorderEvent as a sender says it: what is known, and nothing that isn't. */
export function buildBody(event: RecorderEvent): JsonObject {
	const blocks: Array<[string, JsonValue]> = [];
	for (const [name, member] of Object.entries(event)) {
		if (ABOUT_THE_DELIVERY.has(name)) continue;
		const known = knownOf(member, DERIVED.get(name) ?? NOTHING);
		if (known !== null) blocks.push([name, known]);
	}
	return {
		kind: event.kind,
		id: event.id,
		...(event.occurredAt === null ? {} : { occurredAt: event.occurredAt }),
		...Object.fromEntries(blocks),
	};
}

const NOTHING: ReadonlySet<string> = new Set();

/** Null for what is not known, for lists, and for objects that hold nothing else. */
function knownOf(value: unknown, leftOut: ReadonlySet<string>): JsonValue {
	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
		return value;
	}
	if (!isJsonObject(value)) return null;
	const members = Object.entries(value).flatMap(([name, member]): Array<[string, JsonValue]> => {
		const known = leftOut.has(name) ? null : knownOf(member, NOTHING);
		return known === null ? [] : [[name, known]];
	});
	return members.length === 0 ? null : Object.fromEntries(members);
}
