import { z } from 'zod/v4';

import { bytesOrNull, textOrNull } from '../payload';
import { defineEvent } from '../recorderFormat';
import {
	bodySchema,
	buildBody,
	CRITICAL,
	describeEnvelope,
	LOW,
	NORMAL,
	sampleStreamer,
	streamerMembers,
	timestamp,
} from './envelope';

/*
 * rust-srec itself: its settings, its disk, its start and its end (rust-srec/src/notification/events.rs at 87fc320). What no
 * code of that release sends stands here as its type has it.
 */

export const systemEvents = {
	config_updated: defineEvent({
		kind: 'unknown',
		title: 'Settings Updated',
		description: 'The settings of a streamer changed',
		housekeeping: true,
		schema: () =>
			bodySchema('config_updated', {
				ConfigUpdated: z.looseObject({
					...streamerMembers(),
					update_type: z.string().nullish().describe('Cookies, Headers, RetryConfig or Multiple'),
				}),
			}),
		samples: [
			{
				data: {
					ConfigUpdated: {
						...sampleStreamer,
						timestamp: '2026-08-08T13:32:00.500Z',
						update_type: 'Cookies',
					},
				},
				description: 'Update type: Cookies',
				event_type: 'config_updated',
				...LOW,
				streamer_id: sampleStreamer.streamer_id,
				timestamp: '2026-08-08T13:32:00.500+00:00',
				title: '⚙️ Config updated for Nathan',
			},
		],
		describe: (body) => ({
			kind: 'unknown',
			...describeEnvelope(body, body.data.ConfigUpdated),
		}),
	}),
	out_of_space: defineEvent({
		kind: 'storage.low',
		title: 'Out of Space',
		description: 'Less disk space is free than set; 0.5.1 and earlier never send it',
		schema: () =>
			bodySchema('out_of_space', {
				OutOfSpace: z.looseObject({
					available_bytes: z.number().int().nullish().describe('Free bytes'),
					path: z.string().nullish().describe('Folder of the recordings'),
					threshold_bytes: z.number().int().nullish().describe('Free bytes that are too few'),
					timestamp: timestamp(),
				}),
			}),
		samples: [
			{
				data: {
					OutOfSpace: {
						available_bytes: 1073741824,
						path: '/rec',
						threshold_bytes: 5368709120,
						timestamp: '2026-08-08T13:07:01.001Z',
					},
				},
				description: 'Available: 1.00 GB, Threshold: 5.00 GB',
				event_type: 'out_of_space',
				...CRITICAL,
				streamer_id: null,
				timestamp: '2026-08-08T13:07:01.001+00:00',
				title: '💾 Low disk space on /rec',
			},
		],
		describe: (body) => {
			const { OutOfSpace: space } = body.data;
			return {
				kind: 'storage.low',
				...describeEnvelope(body),
				storage: {
					path: textOrNull(space.path),
					thresholdBytes: bytesOrNull(space.threshold_bytes),
					freeBytes: bytesOrNull(space.available_bytes),
					totalBytes: null,
				},
			};
		},
		build: (event) => {
			const { path, freeBytes, thresholdBytes } = event.storage;
			const data = {
				available_bytes: freeBytes ?? 0,
				path: path ?? '',
				threshold_bytes: thresholdBytes ?? 0,
			};
			return buildBody('out_of_space', 'OutOfSpace', event, data, {
				...CRITICAL,
				title: `💾 Low disk space on ${path ?? ''}`,
				description: '',
			});
		},
	}),
	output_path_inaccessible: defineEvent({
		kind: 'error',
		title: 'Output Path Inaccessible',
		description: 'The folder of the recordings can’t be written: full, missing, read-only, …',
		schema: () =>
			bodySchema('output_path_inaccessible', {
				OutputPathInaccessible: z.looseObject({
					error_kind: z.string().nullish().describe('storage_full, not_found, read_only, …'),
					path: z.string().nullish().describe('The folder'),
					timestamp: timestamp(),
				}),
			}),
		samples: [
			{
				data: {
					OutputPathInaccessible: {
						error_kind: 'storage_full',
						path: '/mnt/nas/rec',
						timestamp: '2026-08-08T13:08:01.001Z',
					},
				},
				description: 'storage_full',
				event_type: 'output_path_inaccessible',
				...CRITICAL,
				streamer_id: null,
				timestamp: '2026-08-08T13:08:01.001+00:00',
				title: '💾 Output path inaccessible: /mnt/nas/rec',
			},
		],
		describe: (body) => {
			const { error_kind: kind, path } = body.data.OutputPathInaccessible;
			return {
				kind: 'error',
				...describeEnvelope(body),
				error: { name: textOrNull(kind), message: textOrNull(path) },
			};
		},
	}),
	gpu_unavailable: defineEvent({
		kind: 'error',
		title: 'GPU Unavailable',
		description: 'The graphics card can’t be used for encoding',
		schema: () =>
			bodySchema('gpu_unavailable', {
				GpuUnavailable: z.looseObject({
					error_kind: z.string().nullish(),
					message: z.string().nullish().describe('What went wrong'),
					timestamp: timestamp(),
				}),
			}),
		samples: [
			{
				data: {
					GpuUnavailable: {
						error_kind: 'driver',
						message: 'NVML: Driver/library version mismatch',
						timestamp: '2026-08-08T13:09:01.001Z',
					},
				},
				description: 'NVML: Driver/library version mismatch',
				event_type: 'gpu_unavailable',
				...CRITICAL,
				streamer_id: null,
				timestamp: '2026-08-08T13:09:01.001+00:00',
				title: '🎮 GPU unavailable',
			},
		],
		describe: (body) => {
			const { GpuUnavailable: trouble } = body.data;
			return {
				kind: 'error',
				...describeEnvelope(body),
				error: { name: textOrNull(trouble.error_kind), message: textOrNull(trouble.message) },
			};
		},
	}),
	system_startup: defineEvent({
		kind: 'app.started',
		title: 'System Started',
		description: 'rust-srec started; with version test, somebody tried the channel out',
		schema: () =>
			bodySchema('system_startup', {
				SystemStartup: z.looseObject({
					timestamp: timestamp(),
					version: z.string().nullish().describe('Version of rust-srec'),
				}),
			}),
		samples: [
			{
				data: { SystemStartup: { timestamp: '2026-08-08T09:00:00.000733Z', version: '0.5.1' } },
				description: 'System initialized successfully (v0.5.1)',
				event_type: 'system_startup',
				...NORMAL,
				streamer_id: null,
				timestamp: '2026-08-08T09:00:00.000733+00:00',
				title: '🚀 System started (v0.5.1)',
			},
		],
		describe: (body) => ({ kind: 'app.started', ...describeEnvelope(body) }),
		build: (event) =>
			buildBody(
				'system_startup',
				'SystemStartup',
				event,
				{ version: '' },
				{
					...NORMAL,
					title: '🚀 System started',
					description: 'System initialized successfully',
				},
			),
	}),
	system_shutdown: defineEvent({
		kind: 'app.stopped',
		title: 'System Stopping',
		description: 'rust-srec is shutting down',
		schema: () =>
			bodySchema('system_shutdown', {
				SystemShutdown: z.looseObject({
					reason: z.string().nullish().describe('Why'),
					timestamp: timestamp(),
				}),
			}),
		samples: [
			{
				data: {
					SystemShutdown: { reason: 'Signal received', timestamp: '2026-08-08T19:00:00.000733Z' },
				},
				description: 'Signal received',
				event_type: 'system_shutdown',
				...NORMAL,
				streamer_id: null,
				timestamp: '2026-08-08T19:00:00.000733+00:00',
				title: '🛑 System shutting down: Signal received',
			},
		],
		describe: (body) => ({ kind: 'app.stopped', ...describeEnvelope(body) }),
		build: (event) =>
			buildBody(
				'system_shutdown',
				'SystemShutdown',
				event,
				{ reason: '' },
				{ ...NORMAL, title: '🛑 System shutting down', description: '' },
			),
	}),
};
