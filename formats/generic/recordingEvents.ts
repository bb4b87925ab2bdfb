import { defineEvent } from '../recorderFormat';
import { describeEnvelope, describeFileBlock, describeRecording } from './describe';
import { eventSchema, named, sample, samplePath } from './eventType';
import * as schemas from './schemas';

/** Lives, recordings and their files. */
export const recordingEvents = {
	'live.started': defineEvent({
		...named('live.started', 'A stream went live'),
		schema: () => eventSchema('live.started', {}),
		samples: [sample('live.started', 0)],
		describe: (payload) => ({ kind: 'live.started', ...describeEnvelope(payload) }),
	}),
	'live.ended': defineEvent({
		...named('live.ended', 'A stream ended'),
		schema: () => eventSchema('live.ended', {}),
		samples: [sample('live.ended', 59)],
		describe: (payload) => ({ kind: 'live.ended', ...describeEnvelope(payload) }),
	}),
	'recording.started': defineEvent({
		...named('recording.started', 'A recording began'),
		schema: () => eventSchema('recording.started', { recording: schemas.recording() }),
		samples: [sample('recording.started', 1)],
		describe: (payload) => ({
			kind: 'recording.started',
			...describeEnvelope(payload),
			recording: describeRecording(payload.recording),
		}),
	}),
	'recording.ended': defineEvent({
		...named('recording.ended', 'A recording ended'),
		schema: () => eventSchema('recording.ended', { recording: schemas.recording() }),
		samples: [
			sample('recording.ended', 58, {
				recording: { sizeBytes: 2147480012, durationSeconds: 3420.5 },
			}),
		],
		describe: (payload) => ({
			kind: 'recording.ended',
			...describeEnvelope(payload),
			recording: describeRecording(payload.recording),
		}),
	}),
	'recording.cancelled': defineEvent({
		...named('recording.cancelled', 'A recording was stopped before its end'),
		schema: () => eventSchema('recording.cancelled', { recording: schemas.recording() }),
		samples: [sample('recording.cancelled', 57)],
		describe: (payload) => ({
			kind: 'recording.cancelled',
			...describeEnvelope(payload),
			recording: describeRecording(payload.recording),
		}),
	}),
	'recording.deleted': defineEvent({
		...named('recording.deleted', 'A recording was deleted'),
		schema: () => eventSchema('recording.deleted', { recording: schemas.recording() }),
		samples: [sample('recording.deleted', 56)],
		describe: (payload) => ({
			kind: 'recording.deleted',
			...describeEnvelope(payload),
			recording: describeRecording(payload.recording),
		}),
	}),
	'file.opened': defineEvent({
		...named('file.opened', 'A file was opened for writing'),
		schema: () => eventSchema('file.opened', { file: schemas.file() }),
		samples: [sample('file.opened', 2, { file: { path: samplePath } })],
		describe: (payload) => ({
			kind: 'file.opened',
			...describeEnvelope(payload),
			file: describeFileBlock(payload.file),
		}),
	}),
	'file.closed': defineEvent({
		...named('file.closed', 'A file is complete'),
		schema: () => eventSchema('file.closed', { file: schemas.file() }),
		samples: [
			sample('file.closed', 30, {
				file: { path: samplePath, sizeBytes: 1073741824, durationSeconds: 1799.96 },
			}),
		],
		describe: (payload) => ({
			kind: 'file.closed',
			...describeEnvelope(payload),
			file: describeFileBlock(payload.file),
		}),
	}),
	'file.processed': defineEvent({
		...named('file.processed', 'A file was converted, or otherwise finished'),
		schema: () => eventSchema('file.processed', { file: schemas.file() }),
		samples: [
			sample('file.processed', 31, {
				file: {
					path: '/recordings/studio/2026-08-08_20-00-03.mkv',
					sizeBytes: 1073741824,
					durationSeconds: 1799.96,
					sourcePath: samplePath,
				},
			}),
		],
		describe: (payload) => ({
			kind: 'file.processed',
			...describeEnvelope(payload),
			file: describeFileBlock(payload.file),
		}),
	}),
};
