import { z } from 'zod/v4';

import { describeFile, textOrNull } from '../payload';
import { defineEvent, type EventDefinition } from '../recorderFormat';
import {
	bodySchema,
	CRITICAL,
	describeEnvelope,
	HIGH,
	LOW,
	NORMAL,
	sampleStreamer,
	streamerMembers,
	timestamp,
} from './envelope';

/*
 * Jobs on finished files (rust-srec/src/notification/events.rs at 87fc320). What no code of that release sends stands here
 * as its type has it.
 */

const job = () => ({
	job_id: z.string().nullish().describe('Id of the job'),
	job_type: z.string().nullish().describe('remux, upload, …'),
});
const sampleJob = { job_id: '2e6b9f10-4c7d-4a38-8e52-b90d1f7c6a34', job_type: 'remux' };
const completed = () => ({
	duration_secs: z.number().nullish().describe('How long it took in seconds'),
	...job(),
	timestamp: timestamp(),
});

/** A warning or an alarm about jobs that wait. */
function queueEvent<T extends string, V extends string>(
	type: T,
	variant: V,
	wording: { title: string; description: string; priority: typeof HIGH },
	[depth, threshold, heading]: readonly [number, number, string],
): EventDefinition {
	const at = '2026-08-08T13:10:01.001';
	return defineEvent({
		kind: 'unknown',
		title: wording.title,
		description: wording.description,
		schema: () =>
			bodySchema(type, {
				[variant]: z.looseObject({
					queue_depth: z.number().int().nullish().describe('Jobs that wait'),
					threshold: z.number().int().nullish().describe('From so many on it is said'),
					timestamp: timestamp(),
				}),
			}),
		samples: [
			{
				data: { [variant]: { queue_depth: depth, threshold, timestamp: `${at}Z` } },
				description: `Depth: ${depth}, threshold: ${threshold}`,
				event_type: type,
				...wording.priority,
				streamer_id: null,
				timestamp: `${at}+00:00`,
				title: heading,
			},
		],
		describe: (body) => ({ kind: 'unknown', ...describeEnvelope(body) }),
	});
}

export const pipelineEvents = {
	pipeline_started: defineEvent({
		kind: 'unknown',
		title: 'Pipeline Started',
		description: 'A job on a finished file began',
		housekeeping: true,
		schema: () =>
			bodySchema('pipeline_started', {
				PipelineStarted: z.looseObject({ ...job(), ...streamerMembers() }),
			}),
		samples: [
			{
				data: {
					PipelineStarted: {
						...sampleJob,
						streamer_id: sampleStreamer.streamer_id,
						timestamp: '2026-08-08T13:00:07.100Z',
					},
				},
				description: `Job ID: ${sampleJob.job_id}`,
				event_type: 'pipeline_started',
				...LOW,
				streamer_id: sampleStreamer.streamer_id,
				timestamp: '2026-08-08T13:00:07.100+00:00',
				title: '⚙️ Started remux job',
			},
		],
		describe: (body) => ({
			kind: 'unknown',
			...describeEnvelope(body, body.data.PipelineStarted),
		}),
	}),
	pipeline_completed: defineEvent({
		kind: 'unknown',
		title: 'Pipeline Completed',
		description: 'A job on a finished file is done; names no file',
		housekeeping: true,
		schema: () =>
			bodySchema('pipeline_completed', {
				PipelineCompleted: z.looseObject({
					...completed(),
					output_path: z.string().nullish().describe('Path of the file; so far always null'),
				}),
			}),
		samples: [
			{
				data: {
					PipelineCompleted: {
						duration_secs: 42.125,
						...sampleJob,
						output_path: null,
						timestamp: '2026-08-08T13:00:49.225Z',
					},
				},
				description: 'Completed in 42s',
				event_type: 'pipeline_completed',
				...LOW,
				streamer_id: null,
				timestamp: '2026-08-08T13:00:49.225+00:00',
				title: '✅ Completed remux job',
			},
		],
		describe: (body) => ({ kind: 'unknown', ...describeEnvelope(body) }),
	}),
	'pipeline_completed:output': defineEvent({
		kind: 'file.processed',
		title: 'Pipeline Completed With a File',
		description: 'A job on a finished file is done; 0.5.1 and earlier never name its file',
		schema: () =>
			bodySchema('pipeline_completed', {
				PipelineCompleted: z.looseObject({
					...completed(),
					output_path: z.string().min(1).describe('Path of the file'),
				}),
			}),
		samples: [
			{
				data: {
					PipelineCompleted: {
						duration_secs: 42.5,
						...sampleJob,
						output_path: '/rec/Nathan/20260808/Evening run_20-00-05.mp4',
						timestamp: '2026-08-08T13:00:49.226Z',
					},
				},
				description: 'Completed in 42s',
				event_type: 'pipeline_completed',
				...LOW,
				streamer_id: null,
				timestamp: '2026-08-08T13:00:49.226+00:00',
				title: '✅ Completed remux job',
			},
		],
		describe: (body) => ({
			kind: 'file.processed',
			...describeEnvelope(body),
			file: describeFile(body.data.PipelineCompleted.output_path),
		}),
	}),
	pipeline_failed: defineEvent({
		kind: 'error',
		title: 'Pipeline Failed',
		description: 'A job on a finished file failed',
		schema: () =>
			bodySchema('pipeline_failed', {
				PipelineFailed: z.looseObject({
					error_message: z.string().nullish().describe('What went wrong'),
					...job(),
					timestamp: timestamp(),
				}),
			}),
		samples: [
			{
				data: {
					PipelineFailed: {
						error_message: 'exit status: 1: Failed to copy: 403 Forbidden',
						...sampleJob,
						timestamp: '2026-08-08T13:05:00.001Z',
					},
				},
				description: 'exit status: 1: Failed to copy: 403 Forbidden',
				event_type: 'pipeline_failed',
				...HIGH,
				streamer_id: null,
				timestamp: '2026-08-08T13:05:00.001+00:00',
				title: '❌ Failed remux job',
			},
		],
		describe: (body) => {
			const { PipelineFailed: failure } = body.data;
			return {
				kind: 'error',
				...describeEnvelope(body),
				error: { name: textOrNull(failure.job_type), message: textOrNull(failure.error_message) },
			};
		},
	}),
	pipeline_cancelled: defineEvent({
		kind: 'unknown',
		title: 'Pipeline Cancelled',
		description: 'A job on a finished file was cancelled',
		schema: () =>
			bodySchema('pipeline_cancelled', {
				PipelineCancelled: z.looseObject({
					...job(),
					pipeline_id: z.string().nullish(),
					timestamp: timestamp(),
				}),
			}),
		samples: [
			{
				data: {
					PipelineCancelled: {
						...sampleJob,
						pipeline_id: null,
						timestamp: '2026-08-08T13:05:01.001Z',
					},
				},
				description: `Job ID: ${sampleJob.job_id}`,
				event_type: 'pipeline_cancelled',
				...NORMAL,
				streamer_id: null,
				timestamp: '2026-08-08T13:05:01.001+00:00',
				title: '⏹️ Cancelled remux job',
			},
		],
		describe: (body) => ({ kind: 'unknown', ...describeEnvelope(body) }),
	}),
	pipeline_queue_warning: queueEvent(
		'pipeline_queue_warning',
		'PipelineQueueWarning',
		{
			title: 'Pipeline Queue Warning',
			description: 'Many jobs wait',
			priority: HIGH,
		},
		[104, 100, '⚠️ Pipeline queue is filling'],
	),
	pipeline_queue_critical: queueEvent(
		'pipeline_queue_critical',
		'PipelineQueueCritical',
		{
			title: 'Pipeline Queue Critical',
			description: 'Far too many jobs wait',
			priority: CRITICAL,
		},
		[203, 200, '🚨 Pipeline queue is critical'],
	),
};
