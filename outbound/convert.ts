import { formatPath, isJsonObject, type JsonObject } from '../formats/json';
import { eventKinds, type RecorderEvent, recorderEventSchema } from '../formats/recorderEvent';
import type { BuildOptions, Issue, RecorderFormat } from '../formats/recorderFormat';
import { MAX_ISSUES } from '../formats/validation';
import { editedPayload, type Original } from './editedPayload';
import { longNumbersOf } from './longNumbers';
import { lostOfPayload, lostPaths } from './lost';

/** A RecorderEvent in another recorder's words. */
export interface Converted {
	readonly status: 'converted';
	readonly nativeType: string;
	readonly body: JsonObject;
	/** Paths in it of texts that go out as numbers: they have more digits than JavaScript can hold. */
	readonly numbers: ReadonlySet<string>;
	/** The same for every delivery of the event. */
	readonly identity: string;
	/**
	 * Paths in the RecorderEvent whose values the body can't say or says differently, or that have none: the body needs one.
	 * Paths below `raw` where an event of the same format had to be written anew.
	 */
	readonly lost: readonly string[];
}

/** What came of converting: a body, or why there is none. */
export type Conversion =
	| Converted
	/** The target format has no event for what happened. */
	| { readonly status: 'unsupported'; readonly message: string }
	/** What was given is no RecorderEvent. */
	| { readonly status: 'invalid'; readonly issues: readonly Issue[] };

/** Checks that a value is a RecorderEvent, as every trigger puts out. */
export function readRecorderEvent(
	candidate: unknown,
):
	| { readonly ok: true; readonly event: RecorderEvent }
	| { readonly ok: false; readonly issues: readonly Issue[] } {
	if (!isJsonObject(candidate)) {
		return { ok: false, issues: [{ path: '', message: 'Expected a RecorderEvent (an object)' }] };
	}
	const { kind } = candidate;
	if (!eventKinds.some((known) => known === kind)) {
		const given = typeof kind === 'string' ? `'${kind}'` : 'nothing';
		const message = `Expected the kind of a RecorderEvent (${eventKinds.join(', ')}), got ${given}`;
		return { ok: false, issues: [{ path: 'kind', message }] };
	}
	if (isTooLarge(candidate)) {
		const message = 'Its lists have more elements than those of any RecorderEvent';
		return { ok: false, issues: [{ path: '', message }] };
	}
	const result = recorderEventSchema.safeParse(candidate);
	if (result.success) return { ok: true, event: result.data };
	const { issues } = result.error;
	const listed = issues.slice(0, MAX_ISSUES - 1).map(({ path, message }) => ({
		path: formatPath(path),
		message,
	}));
	const others = issues.length - listed.length;
	const rest = others === 0 ? [] : [{ path: '', message: `${others} more like these` }];
	return { ok: false, issues: [...listed, ...rest] };
}

/**
 * Issues that zod may make of a RecorderEvent, one for each wrong element of a list and for each member that it lacks: a million
 * take ten seconds and a gigabyte. A live of 3,000 files, more than a trigger keeps in mind, stays below.
 */
const MOST_ISSUES = 100_000;

/** About as many members as a file in a list has. */
const ISSUES_OF_AN_OBJECT = 16;

/** Whether an event would cost too much to look through. The payload is not looked at. */
function isTooLarge(event: JsonObject): boolean {
	let issues = 0;
	const pending = Object.entries(event).flatMap(([name, member]) =>
		name === 'raw' ? [] : [member],
	);
	while (pending.length > 0 && issues <= MOST_ISSUES) {
		const next = pending.pop();
		if (Array.isArray(next)) {
			issues += next.length;
			if (issues > MOST_ISSUES) break;
			for (const element of next) {
				if (typeof element === 'object' && element !== null) pending.push(element);
			}
		} else if (isJsonObject(next)) {
			issues += ISSUES_OF_AN_OBJECT;
			for (const member of Object.values(next)) {
				if (typeof member === 'object' && member !== null) pending.push(member);
			}
		}
	}
	return issues > MOST_ISSUES;
}

/**
 * Any RecorderEvent as the nearest event of a format.
 *
 * An event that came in this very format goes out as it came, with what was edited since in it: everything else is as the
 * recorder sent it, what a RecorderEvent has no place for included. Events of other formats are written anew.
 */
export function convert(
	candidate: unknown,
	target: RecorderFormat,
	options: Partial<BuildOptions> = {},
): Conversion {
	const read = readRecorderEvent(candidate);
	if (!read.ok) return { status: 'invalid', issues: read.issues };
	const { event } = read;

	const original = originalOf(event, target);
	const body = original === null ? null : editedPayload(original, event, target);
	const said = body === null ? null : parsedEvent(body, event, target);
	if (body !== null && said !== null && !('issues' in said)) {
		const numbers = new Set(longNumbersOf(candidate, body));
		return converted(body, said, lostPaths(candidate, event, said), numbers);
	}

	const built = target.build(event, options);
	if (!built.ok) return { status: 'unsupported', message: built.message };
	const saidAnew = parsedEvent(built.body, event, target);
	if ('issues' in saidAnew) {
		const reason = saidAnew.issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
		const message = `${target.title} can't say this '${event.kind}' event (${reason})`;
		return { status: 'unsupported', message };
	}
	const lost = lostPaths(candidate, event, saidAnew);
	if (original !== null) lost.push(...lostOfPayload(original.body, built.body));
	return converted(built.body, saidAnew, lost);
}

function converted(
	body: JsonObject,
	{ nativeType, id }: RecorderEvent,
	lost: readonly string[],
	numbers: ReadonlySet<string> = new Set(),
): Converted {
	return { status: 'converted', nativeType, body, numbers, identity: id, lost };
}

/** What a body says in a format. */
function parsedEvent(
	body: JsonObject,
	{ receivedAt }: RecorderEvent,
	format: RecorderFormat,
): RecorderEvent | { readonly issues: readonly Issue[] } {
	const parsed = format.parse(body, receivedAt);
	return parsed.status === 'invalid' ? parsed : parsed.event;
}

/** What the event came as, where it came in this format. */
function originalOf(event: RecorderEvent, format: RecorderFormat): Original | null {
	const { raw: body } = event;
	if (event.format !== format.id || !isJsonObject(body)) return null;
	const original = parsedEvent(body, event, format);
	return 'issues' in original ? null : { body, event: completedAs(original, event) };
}

/** An event with the gaps filled that were filled from earlier events of the room: what the payload never said is no edit. */
function completedAs(original: RecorderEvent, event: RecorderEvent): RecorderEvent {
	const { room, streamer, session } = event;
	const blocks = { room, streamer, session };
	const completed = event.remembered.map((name) => [name, filled(original[name], blocks[name])]);
	return { ...original, ...Object.fromEntries(completed) };
}

function filled(block: unknown, by: unknown): unknown {
	if (!isJsonObject(block) || !isJsonObject(by)) return block ?? by;
	return Object.fromEntries(
		Object.entries(block).map(([name, member]) => [name, filled(member, by[name])]),
	);
}
