import { hash } from 'node:crypto';
import type { z } from 'zod/v4';

import type { DeliveryProfile } from './delivery';
import { isJsonObject, type JsonObject, type JsonValue } from './json';
import { contentText } from './contentText';
import type { Lifecycle } from './lifecycle';
import {
	type EventKind,
	type EventWarning,
	type RecorderEvent,
	type Room,
	type RoomState,
	type Session,
	type Streamer,
} from './recorderEvent';
import { type Issue, type Validator, validatorOf } from './validation';

export type { Issue } from './validation';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

type FilledInByFormat =
	| 'id'
	| 'recorder'
	| 'format'
	| 'nativeType'
	| 'receivedAt'
	| 'room'
	| 'streamer'
	| 'session'
	| 'state'
	| 'warnings'
	| 'remembered'
	| 'raw';

/**
 * What one event type's `describe` says: its kind, when it happened, the block of its kind, and what it knows of room,
 * streamer, session and state. Members it leaves out are unknown (null in the item).
 */
export type EventDetails = DistributiveOmit<RecorderEvent, FilledInByFormat> & {
	readonly room?: Partial<Room>;
	readonly streamer?: Partial<Streamer>;
	readonly session?: Partial<Session>;
	readonly state?: Partial<RoomState>;
};

/** The {@link EventDetails} of one kind. */
export type DetailsOf<K extends EventKind> = Extract<EventDetails, { kind: K }>;

/** Choices a sender has where a RecorderEvent leaves them open. */
export interface BuildOptions {
	/** The recorder's time zone, minutes east of UTC, for formats that write local times: 480 is +08:00. */
	readonly utcOffsetMinutes: number;
}

/** What {@link defineEvent} is told about one event type. */
export interface EventSpecification<K extends EventKind, S extends z.ZodType> {
	readonly kind: K;
	/** Title Case, for lists: `File Closed`. */
	readonly title: string;
	/** One sentence for people: when the recorder sends it. */
	readonly description: string;
	/**
	 * The whole body. Members without which the event is of no use are required; everything else is `nullish()`:
	 * a wrong type there becomes a warning, a missing one nothing. Loose objects, no transforms. Made when it is first
	 * needed: most event types never come, and schemas are the heaviest part of a format.
	 */
	readonly schema: () => S;
	/** Internal chatter (configuration read, login code scanned) that nobody wants unless asked for. */
	readonly housekeeping?: boolean;
	/** Realistic payloads as the current release sends them; the first is the one shown to people. */
	readonly samples: readonly JsonObject[];
	/**
	 * What the payload says, in the words of a {@link RecorderEvent}. Local paths (`file.localPath`) are null: they follow from where
	 * n8n runs. `receivedAt` is when the request arrived, ISO 8601 in UTC with milliseconds.
	 */
	describe(payload: z.infer<S>, receivedAt: string): DetailsOf<K>;
	/**
	 * The inverse: this event type's payload for an event of its kind, null where another type fits better, or why it can't be
	 * said: `its room ids are numbers, and 'nathan' is none`.
	 */
	readonly build?: (
		event: Extract<RecorderEvent, { kind: K }>,
		options: BuildOptions,
	) => JsonObject | string | null;
}

/** What a payload of an event type says. */
export interface DescribedEvent {
	readonly ok: true;
	readonly details: EventDetails;
	/** Optional members that had another type than the format knows; they are left out. */
	readonly warnings: readonly EventWarning[];
}

/** A payload that doesn't fit its event type. */
export interface UnreadableEvent {
	readonly ok: false;
	readonly issues: readonly Issue[];
}

/** One event type of a format, its payload type folded away. */
export interface EventDefinition {
	readonly kind: EventKind;
	readonly title: string;
	readonly description: string;
	readonly schema: z.ZodType;
	readonly housekeeping: boolean;
	readonly samples: readonly JsonObject[];
	describe(body: JsonObject, receivedAt: string): DescribedEvent | UnreadableEvent;
	/** Null where another type says what happened; why not, where this one can't. */
	build(event: RecorderEvent, options: BuildOptions): JsonObject | string | null;
}

/** Describes one event type. The payload type is that of the schema, so `describe` can't read what isn't checked. */
export function defineEvent<K extends EventKind, S extends z.ZodType>(
	specification: EventSpecification<K, S>,
): EventDefinition {
	const { kind, build } = specification;
	let schema: S | null = null;
	const schemaMadeOnce = (): S => (schema ??= specification.schema());
	let validator: Validator<z.infer<S>> | null = null;
	const isOwnKind = (event: RecorderEvent): event is Extract<RecorderEvent, { kind: K }> =>
		event.kind === kind;
	return {
		kind,
		title: specification.title,
		description: specification.description,
		get schema() {
			return schemaMadeOnce();
		},
		housekeeping: specification.housekeeping ?? false,
		samples: specification.samples,
		describe(body, receivedAt) {
			const described = (
				payload: z.infer<S>,
				warnings: readonly EventWarning[],
			): DescribedEvent => ({
				ok: true,
				details: specification.describe(payload, receivedAt),
				warnings,
			});
			validator ??= validatorOf(schemaMadeOnce());
			if (validator.fits(body)) return described(body, []);
			// Whatever makes the schema fail is cut out: if the rest is then good, only optional members were odd.
			const { mended, issues } = validator.mend(body);
			return validator.fits(mended) ? described(mended, issues) : { ok: false, issues };
		},
		build: (event, options) =>
			build !== undefined && isOwnKind(event) ? build(event, options) : null,
	};
}

/** A payload recognised, validated and put into words that are the same for all recorders. */
export interface ParsedEvent {
	readonly status: 'event';
	readonly format: RecorderFormat;
	/** Its `id` is the same for every delivery of one event, different for two events, unique within the format. */
	readonly event: RecorderEvent;
	/** False for a type newer than this package: its kind is `unknown`. */
	readonly known: boolean;
	readonly housekeeping: boolean;
}

/** From this recorder, as far as can be told, but broken. */
export interface InvalidEvent {
	readonly status: 'invalid';
	readonly format: RecorderFormat;
	readonly nativeType: string | null;
	/** As a valid event's id: the same for every delivery. */
	readonly identity: string;
	readonly issues: readonly Issue[];
}

/** An identity made of content alone, for want of an id: it comes back when the recorder says the same again. */
export function isContentIdentity(identity: string): boolean {
	return identity.startsWith(CONTENT_IDENTITY);
}

const CONTENT_IDENTITY = 'content:';

/** A native payload made from a RecorderEvent. */
export interface BuiltEvent {
	readonly ok: true;
	readonly nativeType: string;
	readonly body: JsonObject;
}

/** Why a RecorderEvent has no counterpart in a format. */
export interface Unsupported {
	readonly ok: false;
	readonly message: string;
}

/** What {@link defineFormat} is told about a recorder's webhook format. */
export interface FormatSpecification {
	/** Stable, goes into `RecorderEvent.format`: `bililive-recorder.v2`. */
	readonly id: string;
	/** Goes into `RecorderEvent.recorder`: `bililive-recorder`. */
	readonly recorder: string;
	/** For people: `BililiveRecorder Webhook V2`. */
	readonly title: string;
	/** Every event type, by its name in {@link typeOf}. */
	readonly events: Readonly<Record<string, EventDefinition>>;
	/** What a well-formed event of a type not in `events` looks like; its kind is `unknown`. */
	readonly unlisted: EventDefinition;
	/** Cheap and unambiguous: is this body this format's, whatever its event type? Looks at shape, not at validity. */
	recognise(body: JsonObject): boolean;
	/** The event type's name in `events`; null where the body names none. */
	typeOf(body: JsonObject): string | null;
	/** The recorder's event id; null where it sends none: then the content is the identity. */
	idOf(body: JsonObject): string | null;
	/** Members at the top of the body that change from one delivery of an event to the next (`retry_times`). */
	readonly changesOnRetry?: readonly string[];
	/**
	 * For a recorder that sends one event in several encodings (JSON within a text member, numbers as text): the body as
	 * `typeOf`, `idOf`, the schemas and the content identity are to see it. Pure and total: what can't be unwrapped stays
	 * as it is, for the schema to say what is wrong with it. `recognise` and `raw` have the body as it was sent.
	 */
	readonly unwrap?: (body: JsonObject) => JsonObject;
	/**
	 * Without event id and time, two equal bodies may be two events. This many seconds apart they are.
	 * Null: an identity never comes back for another event.
	 */
	readonly sameContentWindowSeconds?: number;
	/** How the recorder tells of a whole live. */
	readonly lifecycle: Lifecycle;
	readonly delivery: DeliveryProfile;
	/** The same as a form, for a recorder that can be set to send one. */
	readonly formDelivery?: DeliveryProfile;
	/**
	 * For a sender that reads the answer: the body that, with status 200, has it go on. It gets it for every event of its own that
	 * isn't refused: taken, not wanted, repeated or invalid.
	 */
	readonly answer?: string;
	/** Why it can't tell of some kind that one would look for in it, and what to give it instead. */
	readonly unsaid?: Readonly<Partial<Record<EventKind, string>>>;
}

/** One recorder's webhook format: all that the nodes, the sender, the simulator and the documents derive from. */
export interface RecorderFormat {
	readonly id: string;
	readonly recorder: string;
	readonly title: string;
	readonly events: ReadonlyMap<string, EventDefinition>;
	/** How the recorder tells of a whole live. */
	readonly lifecycle: Lifecycle;
	readonly delivery: DeliveryProfile;
	/** The same as a form; null where the recorder sends none. */
	readonly formDelivery: DeliveryProfile | null;
	/** The body that the sender must be answered with; null: any will do. */
	readonly answer: string | null;
	readonly sameContentWindowSeconds: number | null;
	recognise(body: JsonValue): boolean;
	/** Never throws, whatever the body. `receivedAt`: ISO 8601 in UTC with milliseconds. */
	parse(body: JsonValue, receivedAt: string): ParsedEvent | InvalidEvent;
	/** The inverse of parsing: this format's nearest event. Written anew from the event's own members, never from `raw`. */
	build(event: RecorderEvent, options?: Partial<BuildOptions>): BuiltEvent | Unsupported;
}

/** Describes a format once; everything a format can do follows from it. */
export function defineFormat(specification: FormatSpecification): RecorderFormat {
	const { id, recorder, unlisted } = specification;
	const events = new Map(Object.entries(specification.events));
	const changesOnRetry = new Set(specification.changesOnRetry ?? []);

	const identityOf = (body: JsonValue): string => {
		const eventId = isJsonObject(body) ? specification.idOf(body) : null;
		return eventId === null || eventId === '' || eventId.length > LONGEST_NAME
			? contentIdentity(body, changesOnRetry)
			: eventId;
	};

	const format: RecorderFormat = {
		id,
		recorder,
		title: specification.title,
		events,
		lifecycle: specification.lifecycle,
		delivery: specification.delivery,
		formDelivery: specification.formDelivery ?? null,
		answer: specification.answer ?? null,
		sameContentWindowSeconds: specification.sameContentWindowSeconds ?? null,
		recognise: (body) => isJsonObject(body) && specification.recognise(body),
		parse(body, receivedAt) {
			if (!isJsonObject(body)) return invalid(null, body, 'Expected a JSON object');
			const unwrapped = specification.unwrap?.(body) ?? body;
			const nativeType = specification.typeOf(unwrapped);
			if (nativeType !== null && nativeType.length > LONGEST_NAME) {
				return invalid(null, unwrapped, 'The event type is too long');
			}
			const definition = nativeType === null ? undefined : events.get(nativeType);
			const described = (definition ?? unlisted).describe(unwrapped, receivedAt);
			if (!described.ok) return invalid(nativeType, unwrapped, described.issues);
			if (nativeType === null) return invalid(null, unwrapped, 'The event type is missing');
			const { details, warnings } = described;
			// First what people look for first: members keep the order in which they are set.
			const envelope = {
				id: identityOf(unwrapped),
				kind: details.kind,
				recorder,
				format: id,
				nativeType,
				occurredAt: details.occurredAt,
				receivedAt,
			};
			// Assigned, not spread: V8 takes five to fifty times as long to spread into a literal that has members.
			const event = Object.assign(envelope, details, {
				room: completeRoom(details.room),
				streamer: completeStreamer(details.streamer),
				session: completeSession(details.session),
				state: completeState(details.state),
				warnings: [...warnings],
				remembered: [],
				raw: body,
			});
			const { housekeeping } = definition ?? unlisted;
			return { status: 'event', format, event, known: definition !== undefined, housekeeping };
		},
		build(event, options) {
			let reason: string | null = specification.unsaid?.[event.kind] ?? null;
			for (const [nativeType, definition] of events) {
				const body = definition.build(event, { utcOffsetMinutes: 480, ...options });
				if (isJsonObject(body)) return { ok: true, nativeType, body };
				reason ??= body;
			}
			const { title } = specification;
			const message =
				reason === null
					? `${title} has no event for '${event.kind}'`
					: `${title} can't say this '${event.kind}' event: ${reason}`;
			return { ok: false, message };
		},
	};
	return format;

	function invalid(
		nativeType: string | null,
		body: JsonValue,
		issues: string | readonly Issue[],
	): InvalidEvent {
		return {
			status: 'invalid',
			format,
			nativeType,
			// Made when somebody asks: a body that is nobody's is read by every format.
			get identity() {
				return identityOf(body);
			},
			issues: typeof issues === 'string' ? [{ path: '', message: issues }] : issues,
		};
	}
}

/** Names of events and their ids are kept and repeated; no recorder's are half as long. */
const LONGEST_NAME = 256;

function contentIdentity(body: JsonValue, changesOnRetry?: ReadonlySet<string>): string {
	return `${CONTENT_IDENTITY}${hash('sha256', contentText(body, changesOnRetry), 'base64url')}`;
}

/*
 * Member by member: copying objects of varying members one over the other takes several times as long.
 */

function completeRoom(known: Partial<Room> | undefined): Room {
	return {
		id: known?.id ?? null,
		shortId: known?.shortId ?? null,
		platform: known?.platform ?? null,
		title: known?.title ?? null,
		url: known?.url ?? null,
		coverUrl: known?.coverUrl ?? null,
		area: known?.area ?? { parent: null, child: null },
	};
}

function completeStreamer(known: Partial<Streamer> | undefined): Streamer {
	return {
		id: known?.id ?? null,
		name: known?.name ?? null,
		avatarUrl: known?.avatarUrl ?? null,
	};
}

function completeSession(known: Partial<Session> | undefined): Session {
	return {
		id: known?.id ?? null,
		startedAt: known?.startedAt ?? null,
		endedAt: known?.endedAt ?? null,
		platformLiveId: known?.platformLiveId ?? null,
	};
}

function completeState(known: Partial<RoomState> | undefined): RoomState {
	return {
		live: known?.live ?? null,
		recording: known?.recording ?? null,
		danmakuConnected: known?.danmakuConnected ?? null,
	};
}

/** A recorder and the webhook formats it speaks, newest first. */
export interface Recorder {
	/** Goes into `RecorderEvent.recorder`. */
	readonly id: string;
	/** As its users write it: `BililiveRecorder (录播姬)`. */
	readonly title: string;
	/** The recorder's own page about webhooks. */
	readonly documentation: string;
	readonly formats: readonly RecorderFormat[];
	/** Where in the recorder the trigger's URL goes, step by step, one sentence each. */
	readonly setup: readonly string[];
	/** What this recorder can't do or does in its own way, as its users need to know it. */
	readonly limits: readonly string[];
}
