import { retrySpanSeconds } from '../formats/delivery';
import type { JsonValue } from '../formats/json';
import type { RecorderEvent } from '../formats/recorderEvent';
import { isContentIdentity, type Issue, type RecorderFormat } from '../formats/recorderFormat';
import { parseAmong } from '../formats/registry';
import { isoTime } from '../formats/time';
import {
	type Claim,
	claimAll,
	type ClaimResult,
	type ClaimStore,
	type Identity,
	Patience,
} from './claims';
import type { Clock } from './clock';
import { decode } from './decode';
import { type EventFilter, isRoomWanted, isWanted } from './filter';
import { withLocalPaths } from './localPaths';
import { noteFiles, together } from './noteFiles';
import type { MapPath } from './pathMapping';
import type { InboundRequest } from './request';
import type { RoomMemory } from './roomMemory';
import type { SteadyVerdict } from './steadyLives';

/** What a trigger is set to, once its sender was let in. */
export interface ReceiveSettings {
	/** The formats this trigger takes. */
	readonly formats: readonly RecorderFormat[];
	readonly filter: EventFilter;
	/** An event of these formats that breaks its schema: put out with what is wrong, or refused with 400. */
	readonly invalid: 'output' | 'reject';
	readonly mapPath: MapPath;
	/** Finished files are noted, so that the recorder's own list of files doesn't put them out again. Left out: they are not. */
	readonly notesFiles?: boolean;
	/** Null: deliveries are not compared (test runs in the editor). */
	readonly claimSeconds: number | null;
	/** What happens to an event while the store of claims can't be reached: take it at the risk of a repeat, or 503. */
	readonly whenStoreUnavailable: 'accept' | 'refuse';
}

/** What receiving keeps between requests. */
export interface ReceiveState {
	readonly claims: ClaimStore;
	/** Null: gaps in room, streamer and session stay. */
	readonly rooms: Pick<RoomMemory, 'complete'> | null;
	/** What is made of whole lives, beside single events; left out where nothing is. */
	readonly lives?: LiveState;
	readonly clock: Clock;
}

/**
 * What became of what an event says of its live: `nothing` where it says none, or nobody wants to know; `owed` where this process
 * has it, and the store that it is for can't be reached; `unavailable` where nobody has it.
 */
export type Noting = 'noted' | 'nothing' | 'owed' | 'unavailable';

/** Whole lives: what a trigger makes of several events. */
export interface LiveState {
	/** Takes in what an event says of its live. */
	note(event: RecorderEvent): Promise<Noting>;
	/** What a steady live state makes of an event. */
	judge(event: RecorderEvent, isWanted: boolean): Promise<SteadyVerdict | 'unavailable'>;
}

/** An answer to the sender that starts no execution. */
export interface Answer {
	readonly status: 200 | 400 | 401 | 403 | 503;
	readonly headers: Readonly<Record<string, string>>;
	/** What became of the request, or the text that its sender must get instead. */
	readonly body: Outcome | string;
}

interface Outcome {
	readonly status: 'duplicate' | 'ignored' | 'noted' | 'refused';
	readonly message?: string;
	readonly issues?: readonly Issue[];
}

/** An event that breaks its schema, as it is put out. */
export interface InvalidReport {
	readonly recorder: string;
	readonly format: string;
	readonly nativeType: string | null;
	readonly receivedAt: string;
	readonly issues: readonly Issue[];
	readonly raw: JsonValue;
}

/**
 * What became of a request. Whoever gets a claim must settle it once the request is answered; `reply` is the body of that answer,
 * by the sender's format.
 */
export type Reception =
	| {
			readonly outcome: 'answered';
			readonly fate: Outcome['status'];
			readonly answer: Answer;
			readonly claim: Claim | null;
	  }
	| {
			readonly outcome: 'event';
			readonly event: RecorderEvent;
			/** False for a type newer than this package. */
			readonly known: boolean;
			readonly housekeeping: boolean;
			readonly claim: Claim | null;
			readonly reply: string;
	  }
	| {
			readonly outcome: 'invalid';
			readonly report: InvalidReport;
			readonly claim: Claim | null;
			readonly reply: string;
	  };

/**
 * The way of a request whose sender was let in, from bytes to an event: decode, parse, local paths, filter, claim. The filter
 * comes before the claim, so that events nobody wants take no room among the claims.
 * Never throws over what a sender sends.
 *
 * @param message the message itself, where its proof says that it is one: its replay is a repeat
 */
export async function receive(
	request: InboundRequest,
	settings: ReceiveSettings,
	state: ReceiveState,
	message: Identity | null = null,
): Promise<Reception> {
	const decoded = decode(request);
	if (!decoded.ok) return refused(400, decoded.message);
	const { body } = decoded;

	const receivedAt = isoTime(state.clock.now());
	const parsed = parseAmong(body, settings.formats, receivedAt);
	if (parsed.status === 'unrecognised') {
		return refused(400, unrecognisedMessage(settings.formats), parsed.issues);
	}
	if (parsed.status === 'invalid') {
		const { format, nativeType, issues, identity } = parsed;
		if (settings.invalid === 'reject') {
			return refused(400, `Not a valid ${nativeType ?? 'event'} of ${format.title}`, issues);
		}
		// What makes a content this event's alone, such as its time, may be what is missing: it may well come again.
		const window = format.sameContentWindowSeconds ?? retrySpanSeconds(format.delivery);
		const invalid = identityOf(`invalid:${format.id}`, identity, window, settings);
		const result = await claim(message, invalid, state);
		const claimed = consequence(result, settings, format);
		if (claimed.status === 'answered') return claimed.reception;
		const { recorder, id } = format;
		const report = { recorder, format: id, nativeType, receivedAt, issues, raw: body };
		return { outcome: 'invalid', report, claim: claimed.claim, reply: format.answer ?? '' };
	}

	if (!isRoomWanted(parsed.event, settings.filter.rooms)) return answered('ignored', parsed.format);
	// Awaited only where there is something to wait for: each wait is a turn of the loop that all events would pay for.
	const noted = state.lives === undefined ? 'nothing' : await state.lives.note(parsed.event);
	const located = withLocalPaths(parsed.event, settings.mapPath);
	const completed = state.rooms?.complete(located) ?? located;
	const event =
		decoded.warnings.length === 0
			? completed
			: { ...completed, warnings: [...decoded.warnings, ...completed.warnings] };
	const { format, known, housekeeping } = parsed;
	const isAway = noted === 'owed' || noted === 'unavailable';
	if (isAway && settings.whenStoreUnavailable === 'refuse') return unavailable();
	if (!isWanted({ event, known, housekeeping }, settings.filter)) {
		// Who goes by the answer's body never sends again: a refusal gains nothing, and SRS would turn the stream away for it.
		if (noted === 'unavailable' && format.answer === null) return unavailable();
		if (state.lives !== undefined) await state.lives.judge(event, false);
		const files = settings.notesFiles ? await fileClaims(event, settings, state) : [];
		const claimOfFiles = files === 'recovered' ? null : asOne(files);
		const isNoted = noted === 'noted' || noted === 'owed';
		return answered(isNoted ? 'noted' : 'ignored', format, claimOfFiles);
	}
	const { id, sameContentWindowSeconds } = format;
	const identity = identityOf(id, parsed.event.id, sameContentWindowSeconds, settings);
	const claiming = claim(message, identity, state);
	const result = claiming instanceof Promise ? await claiming : claiming;
	const claimed = consequence(result, settings, format);
	if (claimed.status === 'answered') return claimed.reception;
	const files = settings.notesFiles ? await fileClaims(event, settings, state) : [];
	if (files === 'recovered') return answered('duplicate', format, claimed.claim);
	const taken = claimed.claim === null ? null : together(claimed.claim, files);
	const verdict = state.lives === undefined ? 'pass' : await state.lives.judge(event, true);
	// It was taken, though it starts nothing (yet): what is delivered again is a repeat.
	if (verdict === 'hold') return answered('noted', format, taken);
	if (verdict === 'leave_out') return answered('ignored', format, taken);
	const reply = format.answer ?? '';
	return { outcome: 'event', event, known, housekeeping, claim: taken, reply };
}

/** The claims on the files that an event says are finished, where files are noted. */
async function fileClaims(
	event: RecorderEvent,
	{ claimSeconds }: ReceiveSettings,
	{ claims }: ReceiveState,
): Promise<readonly Claim[] | 'recovered'> {
	if (claimSeconds === null) return [];
	const noted = await noteFiles(event, claims, claimSeconds);
	return noted === 'recovered' ? noted : noted.claims;
}

function asOne([first, ...others]: readonly Claim[]): Claim | null {
	return first === undefined ? null : together(first, others);
}

/** Issues in an answer: enough to see what was meant, few enough for a log line. */
const MAX_ISSUES = 40;

function unrecognisedMessage(formats: readonly RecorderFormat[]): string {
	const titles = [...new Set(formats.map(({ title }) => title))];
	return `Not a webhook of ${titles.join(' or ')}`;
}

/**
 * What an event is known by; null in settings that compare no deliveries. An identity made of content alone comes back for
 * another event: such a claim counts only as long as a retry may take.
 */
function identityOf(
	namespace: string,
	id: string,
	sameContentWindowSeconds: number | null,
	{ claimSeconds }: ReceiveSettings,
): Identity | null {
	if (claimSeconds === null) return null;
	const window = isContentIdentity(id) ? sameContentWindowSeconds : null;
	const windowSeconds = window === null ? claimSeconds : Math.min(window, claimSeconds);
	return { key: `${namespace}:${id}`, windowSeconds };
}

type Claimed =
	| { readonly status: 'claimed'; readonly claim: Claim | null }
	| { readonly status: 'answered'; readonly reception: Reception };

/** Claims a delivery by its message and its event; null where it is compared with no other. */
function claim(
	message: Identity | null,
	event: Identity | null,
	{ claims, clock }: ReceiveState,
): ClaimResult | Promise<ClaimResult> | null {
	if (event === null) return null;
	// Nearly every delivery: without the turns of the loop that claiming by several takes.
	if (message === null) return claims.claim(event.key, event.windowSeconds);
	return claimAll(claims, [message, event], new Patience(clock));
}

/** What a claim's result means for the delivery. */
function consequence(
	result: ClaimResult | null,
	settings: ReceiveSettings,
	format: RecorderFormat,
): Claimed {
	if (result === null) return { status: 'claimed', claim: null };
	switch (result.status) {
		case 'new':
			return { status: 'claimed', claim: result.claim };
		case 'repeat':
			return { status: 'answered', reception: answered('duplicate', format) };
		case 'pending':
			return {
				status: 'answered',
				// Who goes by the answer's body is one who waits for it and never sends again.
				reception:
					format.answer === null
						? refused(503, 'The first delivery of this event is still open; send it again')
						: answered('duplicate', format),
			};
		case 'unavailable':
			if (settings.whenStoreUnavailable === 'accept') {
				return { status: 'claimed', claim: result.claim };
			}
			void result.claim.release();
			return { status: 'answered', reception: refused(503, `${result.reason}; send it again`) };
	}
}

function answered(
	status: 'duplicate' | 'ignored' | 'noted',
	{ answer: required }: RecorderFormat,
	claim: Claim | null = null,
): Reception {
	const body = required ?? { status };
	const answer: Answer = { status: 200, headers: {}, body };
	return { outcome: 'answered', fate: status, answer, claim };
}

function unavailable(): Reception {
	return refused(503, 'The shared memory of lives (Redis) cannot be reached; send it again');
}

function refused(status: 400 | 503, message: string, issues: readonly Issue[] = []): Reception {
	const body = {
		status: 'refused' as const,
		message,
		...(issues.length === 0 ? {} : { issues: issues.slice(0, MAX_ISSUES) }),
	};
	const answer: Answer = { status, headers: {}, body };
	return { outcome: 'answered', fate: 'refused', answer, claim: null };
}
