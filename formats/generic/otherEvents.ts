import { defineEvent } from '../recorderFormat';
import {
	describeChange,
	describeClip,
	describeEnvelope,
	describeError,
	describeSnapshot,
	describeStorage,
	describeVod,
} from './describe';
import { eventSchema, named, sample } from './eventType';
import * as schemas from './schemas';

/** What comes of a recording, the room, and the recorder itself. */
export const otherEvents = {
	'clip.created': defineEvent({
		...named('clip.created', 'A clip was cut from a recording'),
		schema: () => eventSchema('clip.created', { clip: schemas.clip() }),
		samples: [
			sample('clip.created', 40, {
				clip: { path: '/recordings/clips/best.mp4', title: 'Best of', durationSeconds: 31.5 },
			}),
		],
		describe: (payload) => ({
			kind: 'clip.created',
			...describeEnvelope(payload),
			clip: describeClip(payload.clip),
		}),
	}),
	'clip.deleted': defineEvent({
		...named('clip.deleted', 'A clip was deleted'),
		schema: () => eventSchema('clip.deleted', { clip: schemas.clip() }),
		samples: [sample('clip.deleted', 41, { clip: { path: '/recordings/clips/best.mp4' } })],
		describe: (payload) => ({
			kind: 'clip.deleted',
			...describeEnvelope(payload),
			clip: describeClip(payload.clip),
		}),
	}),
	'vod.created': defineEvent({
		...named('vod.created', 'A recording can be watched'),
		schema: () => eventSchema('vod.created', { vod: schemas.vod() }),
		samples: [
			sample('vod.created', 50, { vod: { url: 'https://media.example.com/studio/evening.mp4' } }),
		],
		describe: (payload) => ({
			kind: 'vod.created',
			...describeEnvelope(payload),
			vod: describeVod(payload.vod),
		}),
	}),
	'vod.uploaded': defineEvent({
		...named('vod.uploaded', 'A recording was uploaded'),
		schema: () => eventSchema('vod.uploaded', { vod: schemas.vod() }),
		samples: [
			sample('vod.uploaded', 51, { vod: { url: 'https://media.example.com/studio/evening.mp4' } }),
		],
		describe: (payload) => ({
			kind: 'vod.uploaded',
			...describeEnvelope(payload),
			vod: describeVod(payload.vod),
		}),
	}),
	'vod.transcoded': defineEvent({
		...named('vod.transcoded', 'A recording can be watched in further picture sizes'),
		schema: () => eventSchema('vod.transcoded', { vod: schemas.vod() }),
		samples: [
			sample('vod.transcoded', 52, {
				vod: { url: 'https://media.example.com/studio/evening.mp4' },
			}),
		],
		describe: (payload) => ({
			kind: 'vod.transcoded',
			...describeEnvelope(payload),
			vod: describeVod(payload.vod),
		}),
	}),
	'snapshot.created': defineEvent({
		...named('snapshot.created', 'A picture of the stream was taken'),
		schema: () => eventSchema('snapshot.created', { snapshot: schemas.snapshot() }),
		samples: [
			sample('snapshot.created', 10, {
				snapshot: { url: 'https://media.example.com/studio/10.jpg' },
			}),
		],
		describe: (payload) => ({
			kind: 'snapshot.created',
			...describeEnvelope(payload),
			snapshot: describeSnapshot(payload.snapshot),
		}),
	}),
	'room.added': defineEvent({
		...named('room.added', 'A room was added to the recorder'),
		schema: () => eventSchema('room.added', {}),
		samples: [sample('room.added', 3)],
		describe: (payload) => ({ kind: 'room.added', ...describeEnvelope(payload) }),
	}),
	'room.removed': defineEvent({
		...named('room.removed', 'A room was removed from the recorder'),
		schema: () => eventSchema('room.removed', {}),
		samples: [sample('room.removed', 4)],
		describe: (payload) => ({ kind: 'room.removed', ...describeEnvelope(payload) }),
	}),
	'room.title_changed': defineEvent({
		...named('room.title_changed', 'The title changed'),
		schema: () => eventSchema('room.title_changed', { change: schemas.change() }),
		samples: [
			sample('room.title_changed', 20, {
				change: { before: { title: 'Evening run' }, after: { title: 'Evening run, part 2' } },
			}),
		],
		describe: (payload) => ({
			kind: 'room.title_changed',
			...describeEnvelope(payload),
			change: describeChange(payload.change),
		}),
	}),
	'room.category_changed': defineEvent({
		...named('room.category_changed', 'The category changed'),
		schema: () => eventSchema('room.category_changed', { change: schemas.change() }),
		samples: [
			sample('room.category_changed', 21, { change: { after: { area: { child: 'Music' } } } }),
		],
		describe: (payload) => ({
			kind: 'room.category_changed',
			...describeEnvelope(payload),
			change: describeChange(payload.change),
		}),
	}),
	'room.updated': defineEvent({
		...named('room.updated', 'Something else about the room changed'),
		schema: () => eventSchema('room.updated', { change: schemas.change() }),
		samples: [sample('room.updated', 22)],
		describe: (payload) => ({
			kind: 'room.updated',
			...describeEnvelope(payload),
			change: describeChange(payload.change),
		}),
	}),
	'app.started': defineEvent({
		...named('app.started', 'The recorder started'),
		schema: () => eventSchema('app.started', {}),
		samples: [{ kind: 'app.started', id: 'boot-1', occurredAt: '2026-08-08T11:00:00.000Z' }],
		describe: (payload) => ({ kind: 'app.started', ...describeEnvelope(payload) }),
	}),
	'app.stopped': defineEvent({
		...named('app.stopped', 'The recorder is stopping'),
		schema: () => eventSchema('app.stopped', {}),
		samples: [{ kind: 'app.stopped', id: 'halt-1', occurredAt: '2026-08-08T23:00:00.000Z' }],
		describe: (payload) => ({ kind: 'app.stopped', ...describeEnvelope(payload) }),
	}),
	'storage.low': defineEvent({
		...named('storage.low', 'Little disk space is left'),
		schema: () => eventSchema('storage.low', { storage: schemas.storage() }),
		samples: [
			sample('storage.low', 45, { storage: { path: '/recordings', freeBytes: 1073741824 } }),
		],
		describe: (payload) => ({
			kind: 'storage.low',
			...describeEnvelope(payload),
			storage: describeStorage(payload.storage),
		}),
	}),
	error: defineEvent({
		...named('error', 'Something went wrong'),
		schema: () => eventSchema('error', { error: schemas.error() }),
		samples: [sample('error', 46, { error: { name: 'Timeout', message: 'No packet for 10 s' } })],
		describe: (payload) => ({
			kind: 'error',
			...describeEnvelope(payload),
			error: describeError(payload.error),
		}),
	}),
};
