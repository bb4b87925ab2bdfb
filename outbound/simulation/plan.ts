import type { JsonObject } from '../../formats/json';
import type { EventKind } from '../../formats/recorderEvent';

/** The session a user wants to see. What is null is as in the format's samples. */
export interface SessionPlan {
	readonly roomId: string | null;
	readonly streamerName: string | null;
	readonly title: string | null;
	/** How many files the recording is split into. */
	readonly files: number;
	/** How long each file is, in the session's own time. */
	readonly fileSeconds: number;
	/** How long to wait between two events when they are sent: a session of hours in a minute. */
	readonly secondsBetweenEvents: number;
	/** The same seed and start give the same session. */
	readonly seed: string;
	/** When the stream starts, milliseconds since 1970. */
	readonly startsAt: number;
	readonly utcOffsetMinutes: number;
	/** Neighbouring events may change places, as recorders that send each from a task of its own let happen. */
	readonly shuffle: boolean;
	/** How many in a hundred events come a second time, unchanged. */
	readonly repeatPercent: number;
	/** How many in a hundred events come again as the recorder's next attempt, as after a lost answer. */
	readonly retryPercent: number;
	/** How many in a hundred events never come. */
	readonly lossPercent: number;
}

/** One request of a simulated session. */
export interface SimulatedRequest {
	/** The wait before it. */
	readonly delaySeconds: number;
	readonly format: string;
	readonly nativeType: string;
	readonly kind: EventKind;
	readonly body: JsonObject;
	/** The same for every delivery of the event. */
	readonly identity: string;
	/** What it is in the session, in words. */
	readonly note: string;
}

/** A session as a receiver gets to see it. */
export interface SimulatedSession {
	readonly requests: readonly SimulatedRequest[];
	/** The notes of events that were lost on the way. */
	readonly lost: readonly string[];
}

/** So many seconds into a session, as ISO 8601 in UTC with milliseconds. */
export function isoAt(plan: SessionPlan, second: number): string {
	return new Date(plan.startsAt + Math.round(second * 1000)).toISOString();
}
