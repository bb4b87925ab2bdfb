import {
	type RecorderEvent,
	recorderEventSchema,
	type Session,
	unknownSession,
} from '../formats/recorderEvent';
import type { RecorderFormat } from '../formats/recorderFormat';
import { createRandom, type Random } from './random';
import { type Cast, castOf } from './simulation/cast';
import { deliverAsPlanned, type Told } from './simulation/deliverAsPlanned';
import { isoAt, type SessionPlan, type SimulatedSession } from './simulation/plan';
import { type Scene, script } from './simulation/script';

/**
 * A whole session in a format's own words: the stream starts, files are opened and closed, the title changes, the stream
 * ends. What the format has no event for is left out. Nothing here is written per recorder: what a plan leaves open
 * (platform, area, session ids, paths) is as in the format's samples.
 */
export function simulate(format: RecorderFormat, plan: SessionPlan): SimulatedSession {
	const random = createRandom(plan.seed);
	const cast = castOf(format, plan, random);
	const told = script(cast, plan, random)
		.sort((a, b) => a.second - b.second)
		.flatMap((scene) => tell(format, plan, cast, scene, random));
	return deliverAsPlanned(format, told, plan, random);
}

/** A scene in the format's words, or nothing where it has none. */
function tell(
	format: RecorderFormat,
	plan: SessionPlan,
	cast: Cast,
	scene: Scene,
	random: Random,
): Told[] {
	// Drawn for every scene, told or not, so that formats don't differ in what follows.
	const id = random.uuid();
	const example = cast.examples.get(scene.kind);
	if (example === undefined) return [];
	const occurredAt = isoAt(plan, scene.second);
	const session: Session = {
		...unknownSession,
		id: cast.sessionId,
		startedAt: isoAt(plan, 0),
	};
	const candidate = recorderEventSchema.safeParse({
		...movedTo(example, plan, scene),
		kind: scene.kind,
		id,
		occurredAt,
		receivedAt: occurredAt,
		room: { ...cast.room, title: scene.title ?? cast.room.title },
		streamer: cast.streamer,
		session,
		warnings: [],
		remembered: [],
		raw: {},
		...scene.details,
	});
	if (!candidate.success) return [];
	const built = format.build(candidate.data, { utcOffsetMinutes: plan.utcOffsetMinutes });
	if (!built.ok) return [];
	const parsed = format.parse(built.body, occurredAt);
	if (parsed.status === 'invalid') return [];
	return [
		{
			format: format.id,
			nativeType: built.nativeType,
			kind: parsed.event.kind,
			body: built.body,
			identity: parsed.event.id,
			note: scene.note,
		},
	];
}

/** The example's own block (snapshot, vod, quality), its times moved into the session. */
function movedTo(example: RecorderEvent, plan: SessionPlan, scene: Scene): Record<string, unknown> {
	const at = isoAt(plan, scene.second);
	switch (example.kind) {
		case 'snapshot.created':
			return {
				...example,
				snapshot: { ...example.snapshot, startedAt: isoAt(plan, 0), endedAt: at, uploadedAt: at },
			};
		case 'vod.created':
			return {
				...example,
				vod: { ...example.vod, startedAt: isoAt(plan, 0), endedAt: at, uploadedAt: at },
			};
		default:
			return { ...example };
	}
}
