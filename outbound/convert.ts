import { formatPath, isJsonObject, type JsonObject } from '../formats/json';
import { eventKinds, type RecorderEvent, recorderEventSchema } from '../formats/recorderEvent';
import type { BuildOptions, Issue, RecorderFormat } from '../formats/recorderFormat';
import { leavesOf, saysTheSame } from './leaves';

/** A RecorderEvent in another recorder's words. */
export interface Converted {
	readonly status: 'converted';
	readonly nativeType: string;
	readonly body: JsonObject;
	/** The same for every delivery of the event. */
	readonly identity: string;
	/** Paths in the RecorderEvent whose values the body can't say, or says differently. */
	readonly lost: readonly string[];
}

/** What came of converting: a body, or why there is none. */
export type Conversion =
	| Converted
	/** The target format has no event for what happened. */
	| { readonly status: 'unsupported'; readonly message: string }
	/** What was given is no RecorderEvent. */
	| { readonly status: 'invalid'; readonly issues: readonly Issue[] };

/** Members that say how the event came here, not what happened. */
const ABOUT_THE_DELIVERY: ReadonlySet<string> = new Set([
	'id',
	'raw',
	'format',
	'recorder',
	'nativeType',
	'receivedAt',
	'warnings',
	'remembered',
]);

/** Follows from where n8n runs, not from what happened. */
const LOCAL_PATH = 'localPath';

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
	const result = recorderEventSchema.safeParse(candidate);
	if (result.success) return { ok: true, event: result.data };
	const issues = result.error.issues.map(({ path, message }) => ({
		path: formatPath(path),
		message,
	}));
	return { ok: false, issues };
}

/**
 * Any RecorderEvent as the nearest event of a format.
 *
 * An event that came in this very format and wasn't changed since goes out as it came: byte for byte the same members,
 * those included that a RecorderEvent has no place for. Everything else is built anew.
 */
export function convert(
	candidate: unknown,
	target: RecorderFormat,
	options: Partial<BuildOptions> = {},
): Conversion {
	const read = readRecorderEvent(candidate);
	if (!read.ok) return { status: 'invalid', issues: read.issues };
	const { event } = read;

	const original = unchangedOriginal(event, target);
	if (original !== null) return finish(candidate, event, original.body, original.event);

	const built = target.build(event, options);
	if (!built.ok) return { status: 'unsupported', message: built.message };
	const parsed = target.parse(built.body, event.receivedAt);
	if (parsed.status === 'invalid') {
		const reason = parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
		const message = `${target.title} can't say this '${event.kind}' event (${reason})`;
		return { status: 'unsupported', message };
	}
	return finish(candidate, event, built.body, parsed.event);
}

function finish(
	candidate: unknown,
	event: RecorderEvent,
	body: JsonObject,
	said: RecorderEvent,
): Converted {
	return {
		status: 'converted',
		nativeType: said.nativeType,
		body,
		identity: said.id,
		lost: lostPaths(candidate, event, said),
	};
}

/** The payload the event came as, where it came in this format and still says the same. */
function unchangedOriginal(
	event: RecorderEvent,
	target: RecorderFormat,
): { body: JsonObject; event: RecorderEvent } | null {
	const { raw: body, remembered } = event;
	if (event.format !== target.id || !isJsonObject(body)) return null;
	const parsed = target.parse(body, event.receivedAt);
	if (parsed.status !== 'event') return null;
	// Blocks that were completed from earlier events were never in this payload.
	const ignored: ReadonlySet<string> = new Set(['raw', 'warnings', 'remembered', ...remembered]);
	const now = comparable(event, ignored);
	const original = parsed.event;
	return saysTheSame(now, comparable(original, ignored)) ? { body, event: original } : null;
}

function comparable(event: RecorderEvent, ignored: ReadonlySet<string>): unknown {
	const members = Object.entries(event).filter(([name]) => !ignored.has(name));
	return Object.fromEntries(
		members.map(([name, member]) =>
			isJsonObject(member) ? [name, { ...member, [LOCAL_PATH]: null }] : [name, member],
		),
	);
}

function lostPaths(candidate: unknown, event: RecorderEvent, said: RecorderEvent): string[] {
	const survived = leavesOf(said);
	const lost: string[] = [];
	for (const [name, member] of Object.entries(isJsonObject(candidate) ? candidate : event)) {
		if (ABOUT_THE_DELIVERY.has(name)) continue;
		if (!(name in event)) {
			// Added by the user: no format has a place for it, so its name is enough.
			lost.push(name);
			continue;
		}
		for (const [path, leaf] of leavesOf({ [name]: member })) {
			const isLocal = path === `${name}.${LOCAL_PATH}`;
			if (!isLocal && survived.get(path) !== leaf) lost.push(path);
		}
	}
	return lost;
}
