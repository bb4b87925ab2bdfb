import { z } from 'zod/v4';

import type { JsonObject } from '../json';
import { idOrNull } from '../payload';
import { defineEvent, defineFormat } from '../recorderFormat';
import { genericDelivery, genericFormDelivery } from './delivery';
import { describeEnvelope } from './describe';
import { nest } from './nest';
import { otherEvents } from './otherEvents';
import { recordingEvents } from './recordingEvents';
import { everyEvent } from './schemas';

/** Every kind by its own name; what only this package says (session.completed) is left out. */
const events = { ...recordingEvents, ...otherEvents };

/** A kind that this package doesn't have yet is still one by its looks. */
const LOOKS_LIKE_A_KIND = /^[a-z_]+\.[a-z_]+$/;

function typeOf({ kind }: JsonObject): string | null {
	return typeof kind === 'string' ? kind : null;
}

/** Our own format: a kind, and whatever a script knows. Its JSON Schema is docs/generic-event.schema.json. */
export const genericEvents = defineFormat({
	id: 'generic',
	recorder: 'generic',
	title: 'Generic Event',
	recognise: ({ kind }) =>
		typeof kind === 'string' && (Object.hasOwn(events, kind) || LOOKS_LIKE_A_KIND.test(kind)),
	unwrap: nest,
	typeOf,
	idOf: ({ id }) => (typeof id === 'string' || typeof id === 'number' ? idOrNull(id) : null),
	// What curl repeats comes within half a minute; what is said again later happened again.
	sameContentWindowSeconds: 60,
	// Whatever a sender says of these; most say only some.
	lifecycle: {
		begins: ['live.started', 'recording.started'],
		ends: ['recording.ended', 'recording.cancelled', 'live.ended'],
		sessionId: 'live',
		finalFile: 'converted',
	},
	delivery: genericDelivery,
	formDelivery: genericFormDelivery,
	events,
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A kind newer than this package',
		schema: () => z.looseObject({ kind: z.string().min(1), ...everyEvent() }),
		samples: [],
		describe: (payload) => ({ kind: 'unknown', ...describeEnvelope(payload) }),
	}),
});
