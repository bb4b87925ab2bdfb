import { isJsonObject, type JsonObject, type JsonValue, type PathSegment } from '../formats/json';
import type { RecorderEvent } from '../formats/recorderEvent';
import type { RecorderFormat } from '../formats/recorderFormat';
import { editPayload } from './editPayload';
import { type Leaf, leavesOf, placedLeaves, saysTheSame } from './leaves';
import { lostPaths } from './lost';

/** A payload and the event that it came as. */
export interface Original {
	readonly body: JsonObject;
	readonly event: RecorderEvent;
}

/**
 * The payload of an event with what was edited since in it; null where another event type has to say it.
 *
 * Where an edit belongs is told by what the event type writes of the event before and after it. What that alters beside the
 * edit (a flag that follows from the platform) is taken back; what it doesn't reach (older releases had other members) is
 * looked for by its old value. The format's own reading decides each time.
 */
export function editedPayload(
	original: Original,
	event: RecorderEvent,
	format: RecorderFormat,
): JsonObject | null {
	const { body } = original;
	if (saysTheSame(comparable(event), comparable(original.event))) return body;
	if (event.kind !== original.event.kind) return null;
	const definition = format.events.get(original.event.nativeType);
	const options = { utcOffsetMinutes: utcOffsetIn(body) };
	const before = definition?.build(original.event, options) ?? null;
	const after = definition?.build(event, options) ?? null;
	const canSay = isJsonObject(before) && isJsonObject(after);
	const written = canSay ? editPayload(body, before, after) : body;
	const attempt: Attempt = { body: written, lost: lostIn(written, event, format) };
	const edits = editsOf(original.event, event);
	const kept = withoutByproducts(attempt, original.body, edits, event, format);
	return withLostEdits(kept, edits, event, format).body;
}

/** Without what is not said by anybody: how the event came, and was handed on. */
function comparable(event: RecorderEvent): unknown {
	return { ...event, raw: null, warnings: null, remembered: null };
}

interface Attempt {
	readonly body: JsonObject;
	/** What it doesn't say of the event as it is now; null where it is no such event any more. */
	readonly lost: readonly string[] | null;
}

function lostIn(
	body: JsonObject,
	event: RecorderEvent,
	format: RecorderFormat,
): readonly string[] | null {
	const parsed = format.parse(body, event.receivedAt);
	return parsed.status === 'invalid' || parsed.event.kind !== event.kind
		? null
		: lostPaths(event, event, parsed.event);
}

function losesLess(one: Attempt, other: Attempt): boolean {
	if (one.lost === null) return false;
	return other.lost === null || one.lost.length < other.lost.length;
}

interface Edit {
	readonly path: string;
	readonly old: Leaf;
	readonly now: Leaf | undefined;
}

/** Values that were there and are others now. */
function editsOf(original: RecorderEvent, event: RecorderEvent): Edit[] {
	const now = leavesOf(comparable(event));
	return [...leavesOf(comparable(original))].flatMap(([path, old]) =>
		now.get(path) === old ? [] : [{ path, old, now: now.get(path) }],
	);
}

/** Takes back what was altered, doesn't speak of what was edited, and is not missed. */
function withoutByproducts(
	attempt: Attempt,
	payload: JsonObject,
	edits: readonly Edit[],
	event: RecorderEvent,
	format: RecorderFormat,
): Attempt {
	const written = leavesAt(attempt.body);
	let best = attempt;
	for (const [key, { path, leaf }] of leavesAt(payload)) {
		const isAltered = written.has(key) && written.get(key)?.leaf !== leaf;
		const speaks = edits.some(({ old }) => speakOfTheSame(String(leaf), String(old)));
		if (!isAltered || speaks) continue;
		const body = withLeaf(best.body, path, leaf);
		const reverted = { body, lost: lostIn(body, event, format) };
		if (reverted.lost !== null && !losesLess(best, reverted)) best = reverted;
	}
	return best;
}

/** One is the other, or a part of it: a path within a message, a stream's name in the id made of it. */
function speakOfTheSame(one: string, other: string): boolean {
	return one.includes(other) || (one !== '' && other.includes(one));
}

function leavesAt(
	body: JsonObject,
): ReadonlyMap<string, { path: readonly PathSegment[]; leaf: Leaf }> {
	return new Map([...placedLeaves(body)].map((placed) => [JSON.stringify(placed.path), placed]));
}

/** Puts what is still lost where the payload has its old value: everywhere, or in one place. */
function withLostEdits(
	attempt: Attempt,
	edits: readonly Edit[],
	event: RecorderEvent,
	format: RecorderFormat,
): Attempt {
	let best = attempt;
	for (const { path, old, now } of edits) {
		if (now === undefined || best.lost?.includes(path) !== true) continue;
		const places = [...placedLeaves(best.body)].filter(({ leaf }) => String(leaf) === String(old));
		for (const chosen of [places, ...places.map((place) => [place])]) {
			const body = chosen.reduce(
				(edited, place) => withLeaf(edited, place.path, likeOld(place.leaf, now)),
				best.body,
			);
			const found = { body, lost: lostIn(body, event, format) };
			if (losesLess(found, best)) {
				best = found;
				break;
			}
		}
	}
	return best;
}

/** Of the type that the payload has there. */
function likeOld(old: Leaf, now: Leaf): Leaf {
	if (typeof old === 'string') return String(now);
	return typeof old === 'number' && String(Number(now)) === String(now) ? Number(now) : now;
}

/** A copy with another leaf; what lies beside the way to it is shared. */
function withLeaf(body: JsonObject, path: readonly PathSegment[], leaf: Leaf): JsonObject {
	const edited = valueWith(body, path, leaf);
	return isJsonObject(edited) ? edited : body;
}

function valueWith(value: JsonValue, path: readonly PathSegment[], leaf: Leaf): JsonValue {
	const [segment, ...rest] = path;
	if (segment === undefined) return leaf;
	if (Array.isArray(value)) {
		return value.map((element, index) =>
			index === segment ? valueWith(element, rest, leaf) : element,
		);
	}
	if (!isJsonObject(value)) return value;
	const child = value[segment];
	return child === undefined ? value : { ...value, [segment]: valueWith(child, rest, leaf) };
}

const LOCAL_TIME = /\d{2}:\d{2}(?:\.\d+)?([+-])(\d{2}):?(\d{2})$/;

/** The time zone that a payload is written in, minutes east of UTC. */
function utcOffsetIn(payload: JsonObject): number {
	for (const { leaf } of placedLeaves(payload)) {
		const [, sign, hours, minutes] = LOCAL_TIME.exec(String(leaf)) ?? [];
		if (sign !== undefined) return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
	}
	return 480;
}
