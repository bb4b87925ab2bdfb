import { type Lifecycle, tellsOfThePast } from '../formats/lifecycle';
import {
	type EventKind,
	eventKinds,
	type RecorderEvent,
	type Session,
} from '../formats/recorderEvent';
import { timeOf } from '../formats/time';
import { MAX_ID_LENGTH, within } from './about';
import { withoutFuture } from './plausibleTime';

/** A session that a room has or had. */
export interface KnownSession {
	readonly id: string | null;
	readonly startedAt: string | null;
	readonly endedAt: string | null;
	/** From when on events belong to it, milliseconds since 1970. */
	readonly begunAt: number;
	/** Until when, whether or not the recorder calls that its end. Null: it runs. */
	readonly overAt: number | null;
}

/** What an event says of its session, as far as it is remembered. */
type OwnSession = Pick<Session, 'id' | 'startedAt' | 'endedAt'>;

/** Sessions of a room that are kept in mind: those that follow one another by seconds overlap in what arrives. */
const KEPT = 3;

/** A live that is said to start so long after a recording of it began is the same (BililiveRecorder tells of both at once). */
const SAME_START_MILLISECONDS = 60_000;

/** An event, and when it happened: worked out where somebody asks, as it plays no part for most events amid a session. */
export class Happening {
	private moment: number | null = null;

	constructor(readonly event: RecorderEvent) {}

	/** Milliseconds since 1970: when it came where the recorder doesn't say, or names a time far ahead. */
	get at(): number {
		const { occurredAt, receivedAt } = this.event;
		this.moment ??= timeOf(withoutFuture(occurredAt, receivedAt) ?? receivedAt);
		return this.moment;
	}
}

/**
 * What is known of a room's sessions once an event was seen, oldest first: the ones given where it says nothing new. By the
 * lifecycle of the event's format, and by when things happened rather than by when they came.
 */
export function sessionsAfter(
	happening: Happening,
	known: readonly KnownSession[],
	lifecycle: Lifecycle,
): readonly KnownSession[] {
	const { event } = happening;
	const part = parts.get(event.kind);
	if (part === 'none' || (part === 'amid' && saysNothingNew(event, known, lifecycle))) return known;
	const { at } = happening;
	const session = ownSession(event);
	const own = ownOf(session, known, lifecycle);
	switch (event.kind) {
		case 'live.started':
			return begin(event.kind, { at, session, own, known, lifecycle });
		case 'recording.started':
			return begin(event.kind, { at, session, own, known, lifecycle });
		case 'live.ended':
		case 'recording.ended':
		case 'recording.cancelled': {
			const ending = own ?? (session.id === null ? runningAt(at, known) : null);
			if (isEndOfSession(event, lifecycle)) return end(at, session, ending, known);
			return ending === null ? known : withSession(known, ending, learn(ending, session));
		}
		default:
			return own === null
				? adopt(sinceWhen(event, at), session, known, lifecycle)
				: withSession(known, own, learn(own, session));
	}
}

/**
 * The event's session with its gaps filled: from the session that it names, else from the one that ran when it happened. The
 * event's own where there is nothing to fill.
 */
export function fillSession(
	happening: Happening,
	known: readonly KnownSession[],
	lifecycle: Lifecycle,
): Session {
	const { event } = happening;
	const { session, kind } = event;
	if (known.length === 0 || parts.get(kind) === 'none') return session;
	const own = ownOf(session, known, lifecycle);
	if (own !== null) {
		// A stream's name comes back in each live: only the one that ran then is meant.
		const isMeant = lifecycle.sessionId !== 'stream' || own === runningAt(happening.at, known);
		return isMeant ? merged(session, own, happening) : session;
	}
	if (session.id !== null || kind === 'live.started' || isFailedStart(event, lifecycle))
		return session;
	const running = runningAt(happening.at, known);
	if (running === null) return session;
	const isAnother =
		session.startedAt !== null &&
		running.startedAt !== null &&
		session.startedAt !== running.startedAt;
	return isAnother ? session : merged(session, running, happening);
}

function merged(session: Session, known: KnownSession, happening: Happening): Session {
	const id = session.id ?? known.id;
	const startedAt = session.startedAt ?? known.startedAt;
	const endedAt = session.endedAt ?? (isNews(known.endedAt, happening) ? known.endedAt : null);
	const isSame =
		id === session.id && startedAt === session.startedAt && endedAt === session.endedAt;
	return isSame ? session : { id, startedAt, endedAt, platformLiveId: session.platformLiveId };
}

/** What had ended before, by a time that came early, is no news of now. */
function isNews(endedAt: string | null, happening: Happening): boolean {
	return endedAt !== null && timeOf(endedAt) >= happening.at;
}

/** Kinds by which a session begins or ends. */
const BOUNDS: ReadonlySet<EventKind> = new Set<EventKind>([
	'live.started',
	'live.ended',
	'recording.started',
	'recording.ended',
	'recording.cancelled',
]);

/** Clips, videos and deletions are of back then, a room that comes or goes has no session. */
function partInSession(kind: EventKind): 'bound' | 'amid' | 'none' {
	if (BOUNDS.has(kind)) return 'bound';
	const isNone = tellsOfThePast(kind) || kind === 'room.added' || kind === 'room.removed';
	return isNone ? 'none' : 'amid';
}

const parts = new Map(eventKinds.map((kind) => [kind, partInSession(kind)]));

/** Nearly every event amid a session: it says nothing of it, or what is known. */
function saysNothingNew(
	{ session }: RecorderEvent,
	known: readonly KnownSession[],
	lifecycle: Lifecycle,
): boolean {
	if (session.id === null && session.startedAt === null) return true;
	const own = ownOf(session, known, lifecycle);
	return (
		own !== null &&
		(session.startedAt === null || session.startedAt === own.startedAt) &&
		(session.endedAt === null || session.endedAt === own.endedAt)
	);
}

/** BSR ends a recording that never began: it is nobody's. */
function isFailedStart({ kind, session }: RecorderEvent, lifecycle: Lifecycle): boolean {
	return (
		lifecycle.endsOnlyWithSession === true && session.id === null && kind.startsWith('recording.')
	);
}

/** Of a recorder that never says that a live ended, the end of its recording is that. */
function isEndOfSession({ kind, session }: RecorderEvent, { sessionId, ends }: Lifecycle): boolean {
	if (sessionId === 'recording') return session.id !== null;
	return kind === 'live.ended' || (sessionId === 'live' && !ends.includes('live.ended'));
}

/** A file that is closed was there since it was opened, and so was its session. */
function sinceWhen(event: RecorderEvent, at: number): number {
	const openedAt = 'file' in event ? event.file.openedAt : null;
	return openedAt === null ? at : Math.min(at, timeOf(openedAt));
}

function ownSession({ session, receivedAt }: RecorderEvent): OwnSession {
	return {
		id: within(session.id, MAX_ID_LENGTH),
		startedAt: withoutFuture(session.startedAt, receivedAt),
		endedAt: withoutFuture(session.endedAt, receivedAt),
	};
}

/** The session that is named, by its id or, where there are none, by its start. */
function ownOf(
	{ id, startedAt }: OwnSession,
	known: readonly KnownSession[],
	{ sessionId }: Lifecycle,
): KnownSession | null {
	if (id !== null) return newestOf(known, (session) => session.id === id);
	if (sessionId === 'recording' || startedAt === null) return null;
	return newestOf(known, (session) => session.startedAt === startedAt);
}

function newestOf(
	known: readonly KnownSession[],
	isMeant: (session: KnownSession) => boolean,
): KnownSession | null {
	for (let index = known.length - 1; index >= 0; index--) {
		const session = known[index];
		if (session !== undefined && isMeant(session)) return session;
	}
	return null;
}

/** The newest session that ran at a moment. */
function runningAt(at: number, known: readonly KnownSession[]): KnownSession | null {
	return newestOf(
		known,
		({ begunAt, overAt }) => begunAt <= at && (overAt === null || overAt >= at),
	);
}

interface Beginning {
	readonly at: number;
	readonly session: OwnSession;
	readonly own: KnownSession | null;
	readonly known: readonly KnownSession[];
	readonly lifecycle: Lifecycle;
}

function begin(
	kind: 'live.started' | 'recording.started',
	{ at, session, own, known, lifecycle }: Beginning,
): readonly KnownSession[] {
	const newest = known.at(-1);
	const isOfRecordings = lifecycle.sessionId === 'recording';
	if (kind === 'live.started' && isOfRecordings && session.id === null) {
		// What ran until then is over, told or not; but a recording may be told of before the live it is of.
		return known.map((each) =>
			each.overAt === null && each.begunAt + SAME_START_MILLISECONDS < at
				? { ...each, overAt: at - 1 }
				: each,
		);
	}
	if (own !== null && (lifecycle.sessionId !== 'stream' || isStillThat(own, at, session))) {
		const isAgain = own.overAt !== null && own.overAt <= at;
		const learnt = learn(own, session);
		return withSession(known, own, isAgain ? { ...learnt, endedAt: null, overAt: null } : learnt);
	}
	const isWithin =
		newest !== undefined && newest.overAt === null && session.id === null && newest.begunAt <= at;
	if (isWithin) {
		const isSameLive =
			session.startedAt === null
				? kind === 'recording.started' || newest.begunAt + SAME_START_MILLISECONDS >= at
				: kind === 'recording.started' || isStartOf(newest, session.startedAt);
		if (isSameLive) {
			return newest.startedAt === null ? withSession(known, newest, learn(newest, session)) : known;
		}
	}
	return added(known, session, at);
}

/** Is this the start of a session of which it was not known yet, as something in it was told of before? */
function isStartOf({ startedAt, begunAt }: KnownSession, start: string): boolean {
	return startedAt === null && begunAt + SAME_START_MILLISECONDS >= timeOf(start);
}

/** Of a stream that is named the same in each live: is this start that of the one known? */
function isStillThat(
	{ startedAt, overAt }: KnownSession,
	at: number,
	session: OwnSession,
): boolean {
	if (session.startedAt !== null && startedAt !== null) return session.startedAt === startedAt;
	return overAt === null || overAt >= at;
}

function end(
	at: number,
	session: OwnSession,
	ending: KnownSession | null,
	known: readonly KnownSession[],
): readonly KnownSession[] {
	if (ending === null) {
		if (session.id === null) return known;
		return added(known, session, at, at);
	}
	const { begunAt, overAt, endedAt } = ending;
	// That it was over was only concluded, from the next live: now it is said when.
	if (overAt !== null && endedAt === null && begunAt <= at && at < overAt) {
		return withSession(known, ending, { ...learn(ending, session), overAt: at });
	}
	// It began again since: the end is that of the time before.
	if (begunAt > at || (overAt !== null && overAt >= at)) {
		return withSession(known, ending, learn(ending, { ...session, endedAt: null }));
	}
	return withSession(known, ending, { ...learn(ending, session), overAt: at });
}

/** A session that an event names in passing. */
function adopt(
	at: number,
	session: OwnSession,
	known: readonly KnownSession[],
	{ sessionId }: Lifecycle,
): readonly KnownSession[] {
	if (session.id !== null) return added(known, session, at);
	if (session.startedAt === null || sessionId === 'recording') return known;
	const newest = known.at(-1);
	const startedAt = timeOf(session.startedAt);
	const isNewer = newest === undefined || startedAt > newest.begunAt;
	return isNewer ? added(known, session, startedAt) : known;
}

function added(
	known: readonly KnownSession[],
	session: OwnSession,
	at: number,
	overAt: number | null = null,
): readonly KnownSession[] {
	const startedAt = session.startedAt === null ? at : timeOf(session.startedAt);
	const fresh: KnownSession = { ...session, begunAt: Math.min(startedAt, at), overAt };
	return [...known, fresh].sort((a, b) => a.begunAt - b.begunAt).slice(-KEPT);
}

/** A session with what is newly said of it: the one given where that is nothing. A start that is known stays. */
function learn(known: KnownSession, session: OwnSession): KnownSession {
	const { startedAt } = session;
	const isSame =
		(session.id === null || known.id !== null) &&
		(startedAt === null || startedAt === known.startedAt) &&
		(session.endedAt === null || session.endedAt === known.endedAt);
	if (isSame) return known;
	return {
		id: known.id ?? session.id,
		startedAt: known.startedAt ?? startedAt,
		endedAt: session.endedAt ?? known.endedAt,
		begunAt: startedAt === null ? known.begunAt : Math.min(known.begunAt, timeOf(startedAt)),
		overAt: known.overAt,
	};
}

function withSession(
	known: readonly KnownSession[],
	before: KnownSession,
	after: KnownSession,
): readonly KnownSession[] {
	const isSame =
		before === after ||
		(before.id === after.id &&
			before.startedAt === after.startedAt &&
			before.endedAt === after.endedAt &&
			before.begunAt === after.begunAt &&
			before.overAt === after.overAt);
	return isSame ? known : known.map((session) => (session === before ? after : session));
}
