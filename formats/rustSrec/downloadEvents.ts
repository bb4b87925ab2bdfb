import { z } from 'zod/v4';

import { amountOrNull, describeFile, recordingOf } from '../payload';
import { defineEvent } from '../recorderFormat';
import {
	bodySchema,
	buildBody,
	buildRecording,
	describeEnvelope,
	LOW,
	NORMAL,
	sampleSession,
	sessionMembers,
	sizeOrNull,
	sizeSchema,
} from './envelope';

/*
 * A recording and its files (rust-srec/src/notification/events.rs at 87fc320).
 */

const segmentMembers = () => ({
	segment_index: z.number().int().nullish().describe('Number of the segment, from 0'),
	segment_path: z.string().min(1).describe('Absolute path of the file'),
	...sessionMembers(),
});

const sampleSegment = {
	segment_index: 0,
	segment_path: '/rec/Nathan/20260808/Evening run_20-00-05.flv',
	...sampleSession,
};
const sampleId = { streamer_id: sampleSession.streamer_id };

/** A duration as rust-srec writes it for people: `3h 2m 6s`. */
function spoken(seconds: number): string {
	const whole = Math.trunc(seconds);
	const [hours, minutes, rest] = [
		Math.trunc(whole / 3600),
		Math.trunc(whole / 60) % 60,
		whole % 60,
	];
	if (hours > 0) return `${hours}h ${minutes}m ${rest}s`;
	return minutes > 0 ? `${minutes}m ${rest}s` : `${rest}s`;
}

/** A size as rust-srec writes it for people: `6.00 GB`. */
function spokenSize(bytes: number): string {
	const units = ['KB', 'MB', 'GB', 'TB'];
	const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length);
	return power === 0 ? `${bytes} B` : `${(bytes / 1024 ** power).toFixed(2)} ${units[power - 1]}`;
}

export const downloadEvents = {
	download_started: defineEvent({
		kind: 'recording.started',
		title: 'Download Started',
		description: 'A recording began',
		schema: () =>
			bodySchema('download_started', { DownloadStarted: z.looseObject(sessionMembers()) }),
		samples: [
			{
				data: {
					DownloadStarted: { ...sampleSession, timestamp: '2026-08-08T12:00:05.120033411Z' },
				},
				description: `Session: ${sampleSession.session_id}`,
				event_type: 'download_started',
				...LOW,
				...sampleId,
				timestamp: '2026-08-08T12:00:05.120033411+00:00',
				title: '⬇️ Started recording Nathan',
			},
		],
		describe: (body) => {
			const described = describeEnvelope(body, body.data.DownloadStarted);
			return {
				kind: 'recording.started',
				...described,
				session: { ...described.session, startedAt: described.occurredAt },
				recording: recordingOf(),
			};
		},
		build: (event) =>
			buildBody('download_started', 'DownloadStarted', event, buildRecording(event), {
				...LOW,
				title: `⬇️ Started recording ${event.streamer.name ?? ''}`,
				description: `Session: ${event.session.id ?? event.id}`,
			}),
	}),
	segment_started: defineEvent({
		kind: 'file.opened',
		title: 'Segment Started',
		description: 'A file was opened for writing; one recording may have several',
		schema: () =>
			bodySchema('segment_started', { SegmentStarted: z.looseObject(segmentMembers()) }),
		samples: [
			{
				data: {
					SegmentStarted: { ...sampleSegment, timestamp: '2026-08-08T12:00:05.980112007Z' },
				},
				description: `Path: ${sampleSegment.segment_path}`,
				event_type: 'segment_started',
				...LOW,
				...sampleId,
				timestamp: '2026-08-08T12:00:05.980112007+00:00',
				title: '📼 Segment 0 started for Nathan',
			},
		],
		describe: (body) => {
			const { SegmentStarted: segment } = body.data;
			const described = describeEnvelope(body, segment);
			const openedAt = described.occurredAt;
			return {
				kind: 'file.opened',
				...described,
				file: describeFile(segment.segment_path, { role: 'video', openedAt }),
			};
		},
		build: (event) =>
			event.file.role !== 'video'
				? null
				: buildBody(
						'segment_started',
						'SegmentStarted',
						event,
						{ segment_index: 0, segment_path: event.file.path, ...buildRecording(event) },
						{
							...LOW,
							title: `📼 Segment 0 started for ${event.streamer.name ?? ''}`,
							description: `Path: ${event.file.path}`,
						},
					),
	}),
	segment_completed: defineEvent({
		kind: 'file.closed',
		title: 'Segment Completed',
		description: 'A file is complete',
		schema: () =>
			bodySchema('segment_completed', {
				SegmentCompleted: z.looseObject({
					duration_secs: z.number().nullish().describe('Duration in seconds'),
					...segmentMembers(),
					size_bytes: sizeSchema().describe('Size in bytes'),
				}),
			}),
		samples: [
			{
				data: {
					SegmentCompleted: {
						duration_secs: 3600,
						...sampleSegment,
						size_bytes: 2147480012,
						timestamp: '2026-08-08T13:00:06.004Z',
					},
				},
				description: `Path: ${sampleSegment.segment_path}, Size: 2.00 GB, Duration: 1h 0m 0s`,
				event_type: 'segment_completed',
				...LOW,
				...sampleId,
				timestamp: '2026-08-08T13:00:06.004+00:00',
				title: '✅ Segment 0 completed for Nathan',
			},
		],
		describe: (body) => {
			const { SegmentCompleted: segment } = body.data;
			const described = describeEnvelope(body, segment);
			return {
				kind: 'file.closed',
				...described,
				file: describeFile(segment.segment_path, {
					role: 'video',
					sizeBytes: sizeOrNull(segment.size_bytes),
					durationSeconds: amountOrNull(segment.duration_secs),
					closedAt: described.occurredAt,
				}),
			};
		},
		build: (event) => {
			if (event.file.role !== 'video') return null;
			const { path } = event.file;
			const [size, duration] = [event.file.sizeBytes ?? 0, event.file.durationSeconds ?? 0];
			const data = {
				duration_secs: duration,
				segment_index: 0,
				segment_path: path,
				...buildRecording(event),
				size_bytes: size,
			};
			return buildBody('segment_completed', 'SegmentCompleted', event, data, {
				...LOW,
				title: `✅ Segment 0 completed for ${event.streamer.name ?? ''}`,
				description: `Path: ${path}, Size: ${spokenSize(size)}, Duration: ${spoken(duration)}`,
			});
		},
	}),
	download_completed: defineEvent({
		kind: 'recording.ended',
		title: 'Download Completed',
		description: 'A recording ended; names no file',
		schema: () =>
			bodySchema('download_completed', {
				DownloadCompleted: z.looseObject({
					duration_secs: z.number().nullish().describe('Duration in seconds'),
					file_size_bytes: sizeSchema().describe('Size of all files in bytes'),
					...sessionMembers(),
				}),
			}),
		samples: [
			{
				data: {
					DownloadCompleted: {
						duration_secs: 10926.4,
						file_size_bytes: 6442440036,
						...sampleSession,
						timestamp: '2026-08-08T15:02:12.334561998Z',
					},
				},
				description: 'Size: 6.00 GB, Duration: 3h 2m 6s',
				event_type: 'download_completed',
				...NORMAL,
				...sampleId,
				timestamp: '2026-08-08T15:02:12.334561998+00:00',
				title: '✅ Finished recording Nathan',
			},
		],
		describe: (body) => {
			const { DownloadCompleted: download } = body.data;
			const described = describeEnvelope(body, download);
			return {
				kind: 'recording.ended',
				...described,
				session: { ...described.session, endedAt: described.occurredAt },
				recording: recordingOf({
					sizeBytes: sizeOrNull(download.file_size_bytes),
					durationSeconds: amountOrNull(download.duration_secs),
				}),
			};
		},
		build: (event) => {
			const [size, duration] = [
				event.recording.sizeBytes ?? 0,
				event.recording.durationSeconds ?? 0,
			];
			const data = { duration_secs: duration, file_size_bytes: size, ...buildRecording(event) };
			return buildBody('download_completed', 'DownloadCompleted', event, data, {
				...NORMAL,
				title: `✅ Finished recording ${event.streamer.name ?? ''}`,
				description: `Size: ${spokenSize(size)}, Duration: ${spoken(duration)}`,
			});
		},
	}),
	download_cancelled: defineEvent({
		kind: 'recording.cancelled',
		title: 'Download Cancelled',
		description: 'A recording was stopped by its user',
		schema: () =>
			bodySchema('download_cancelled', { DownloadCancelled: z.looseObject(sessionMembers()) }),
		samples: [
			{
				data: { DownloadCancelled: { ...sampleSession, timestamp: '2026-08-08T13:30:00.500Z' } },
				description: `Session: ${sampleSession.session_id}`,
				event_type: 'download_cancelled',
				...NORMAL,
				...sampleId,
				timestamp: '2026-08-08T13:30:00.500+00:00',
				title: '⏹️ Download cancelled for Nathan',
			},
		],
		describe: (body) => ({
			kind: 'recording.cancelled',
			...describeEnvelope(body, body.data.DownloadCancelled),
			recording: recordingOf(),
		}),
		build: (event) =>
			buildBody('download_cancelled', 'DownloadCancelled', event, buildRecording(event), {
				...NORMAL,
				title: `⏹️ Download cancelled for ${event.streamer.name ?? ''}`,
				description: `Session: ${event.session.id ?? event.id}`,
			}),
	}),
};
