import { isJsonObject, type JsonObject } from '../json';
import { textOrNull } from '../payload';
import { defineEvent, defineFormat } from '../recorderFormat';
import { credentialEvents } from './credentialEvents';
import { rustSrecDelivery } from './delivery';
import { downloadEvents } from './downloadEvents';
import { describeEnvelope, unlistedSchema } from './envelope';
import { liveEvents } from './liveEvents';
import { pipelineEvents } from './pipelineEvents';
import { systemEvents } from './systemEvents';

function recognise({ event_type: type, data, priority, timestamp }: JsonObject): boolean {
	return (
		typeof type === 'string' &&
		data !== undefined &&
		(typeof priority === 'number' || typeof priority === 'string') &&
		typeof timestamp === 'string'
	);
}

/** pipeline_completed is two events: a job that names the file it made, and one that doesn't. */
function typeOf({ event_type: type, data }: JsonObject): string | null {
	if (typeof type !== 'string') return null;
	if (type !== 'pipeline_completed' || !isJsonObject(data)) return type;
	const { PipelineCompleted: job } = data;
	const path = isJsonObject(job) ? job.output_path : null;
	return typeof path === 'string' && path !== '' ? `${type}:output` : type;
}

/** What a type newer than this package says of the streamer: its data is within one member, named after it. */
function aboutIn(data: Readonly<Record<string, unknown>>) {
	const [variant] = Object.values(data);
	if (!isJsonObject(variant)) return {};
	const { streamer_id: id, streamer_name: name, session_id: session } = variant;
	return { streamer_id: text(id), streamer_name: text(name), session_id: text(session) };
}

function text(value: unknown): string | null {
	return textOrNull(typeof value === 'string' ? value : null);
}

/**
 * rust-srec's webhook, versions 0.1 to 0.5. Every delivery of an event is the same bytes, and its times go to the nanosecond:
 * without an event id, the content is the identity.
 */
export const rustSrecWebhook = defineFormat({
	id: 'rust-srec',
	recorder: 'rust-srec',
	title: 'rust-srec Webhook',
	recognise,
	typeOf,
	idOf: () => null,
	lifecycle: {
		begins: ['live.started', 'recording.started'],
		ends: ['recording.ended', 'recording.cancelled'],
		sessionId: 'recording',
		finalFile: 'closed',
	},
	delivery: rustSrecDelivery,
	events: {
		...liveEvents,
		...downloadEvents,
		...pipelineEvents,
		...systemEvents,
		...credentialEvents,
	},
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A type newer than this package',
		schema: unlistedSchema,
		samples: [],
		describe: (body) => ({ kind: 'unknown', ...describeEnvelope(body, aboutIn(body.data ?? {})) }),
	}),
});
