import { z } from 'zod/v4';

import { textOrNull } from '../payload';
import { defineEvent } from '../recorderFormat';
import {
	bodySchema,
	buildBody,
	buildStreamer,
	describeEnvelope,
	HIGH,
	LOW,
	NORMAL,
	CRITICAL,
	sampleSession,
	sampleStreamer,
	sessionMembers,
	streamerMembers,
} from './envelope';

/*
 * What happens to a streamer's live, and what goes wrong with it (rust-srec/src/notification/events.rs at 87fc320).
 */

const sampleId = { streamer_id: sampleStreamer.streamer_id };

export const liveEvents = {
	stream_online: defineEvent({
		kind: 'live.started',
		title: 'Stream Online',
		description: 'A streamer went live; comes again when the stream resumes after a short drop',
		schema: () =>
			bodySchema('stream_online', {
				StreamOnline: z.looseObject({
					category: z.string().nullish().describe('Category of the live'),
					...streamerMembers(),
					title: z.string().nullish().describe('Title of the live'),
				}),
			}),
		samples: [
			{
				data: {
					StreamOnline: {
						category: 'Celeste',
						...sampleStreamer,
						timestamp: '2026-08-08T12:00:03.512348917Z',
						title: 'Evening run',
					},
				},
				description: 'Evening run (Celeste)',
				event_type: 'stream_online',
				...NORMAL,
				...sampleId,
				timestamp: '2026-08-08T12:00:03.512348917+00:00',
				title: '🔴 Nathan is now live!',
			},
		],
		describe: (body) => {
			const { StreamOnline: live } = body.data;
			const described = describeEnvelope(body, live);
			const area = { parent: null, child: textOrNull(live.category) };
			return {
				kind: 'live.started',
				...described,
				room: { ...described.room, title: textOrNull(live.title), area },
			};
		},
		build: (event) => {
			const { title, area } = event.room;
			const text = title ?? '';
			const data = { category: area.child, ...buildStreamer(event), title: text };
			return buildBody('stream_online', 'StreamOnline', event, data, {
				...NORMAL,
				title: `🔴 ${event.streamer.name ?? ''} is now live!`,
				description: area.child === null ? text : `${text} (${area.child})`,
			});
		},
	}),
	stream_offline: defineEvent({
		kind: 'live.ended',
		title: 'Stream Offline',
		description: 'A streamer went offline; not sent for one that is switched off',
		schema: () =>
			bodySchema('stream_offline', {
				StreamOffline: z.looseObject({
					duration_secs: z.number().nullish().describe('Duration in seconds; so far always null'),
					...streamerMembers(),
				}),
			}),
		samples: [
			{
				data: {
					StreamOffline: {
						duration_secs: null,
						...sampleStreamer,
						timestamp: '2026-08-08T15:02:11.902Z',
					},
				},
				description: 'Stream ended',
				event_type: 'stream_offline',
				...LOW,
				...sampleId,
				timestamp: '2026-08-08T15:02:11.902+00:00',
				title: '⚫ Nathan went offline',
			},
		],
		describe: (body) => ({
			kind: 'live.ended',
			...describeEnvelope(body, body.data.StreamOffline),
		}),
		build: (event) =>
			buildBody(
				'stream_offline',
				'StreamOffline',
				event,
				{ duration_secs: null, ...buildStreamer(event) },
				{
					...LOW,
					title: `⚫ ${event.streamer.name ?? ''} went offline`,
					description: 'Stream ended',
				},
			),
	}),
	download_error: defineEvent({
		kind: 'error',
		title: 'Download Error',
		description: 'A recording broke off; rust-srec may try again',
		schema: () =>
			bodySchema('download_error', {
				DownloadError: z.looseObject({
					error_message: z.string().nullish().describe('What went wrong'),
					recoverable: z.boolean().nullish().describe('Whether it will be tried again'),
					...streamerMembers(),
				}),
			}),
		samples: [
			{
				data: {
					DownloadError: {
						error_message: 'connection reset by peer (os error 104)',
						recoverable: true,
						...sampleStreamer,
						timestamp: '2026-08-08T13:10:00.114Z',
					},
				},
				description: 'connection reset by peer (os error 104) (will retry)',
				event_type: 'download_error',
				...NORMAL,
				...sampleId,
				timestamp: '2026-08-08T13:10:00.114+00:00',
				title: '❌ Download error for Nathan',
			},
		],
		describe: (body) => {
			const { DownloadError: error } = body.data;
			return {
				kind: 'error',
				...describeEnvelope(body, error),
				error: { name: null, message: textOrNull(error.error_message) },
			};
		},
		build: (event) => {
			const parts = [event.error.name, event.error.message].filter((part) => part !== null);
			const message = parts.join(': ');
			const data = { error_message: message, recoverable: false, ...buildStreamer(event) };
			return buildBody('download_error', 'DownloadError', event, data, {
				...HIGH,
				title: `❌ Download error for ${event.streamer.name ?? ''}`,
				description: message,
			});
		},
	}),
	download_rejected: defineEvent({
		kind: 'error',
		title: 'Download Rejected',
		description: 'A recording was not begun',
		schema: () =>
			bodySchema('download_rejected', {
				DownloadRejected: z.looseObject({
					reason: z.string().nullish().describe('Why not'),
					...sessionMembers(),
				}),
			}),
		samples: [
			{
				data: {
					DownloadRejected: {
						reason: 'engine circuit breaker is open',
						...sampleSession,
						timestamp: '2026-08-08T13:31:00.500Z',
					},
				},
				description: 'engine circuit breaker is open',
				event_type: 'download_rejected',
				...HIGH,
				...sampleId,
				timestamp: '2026-08-08T13:31:00.500+00:00',
				title: '🚫 Download rejected for Nathan',
			},
		],
		describe: (body) => {
			const { DownloadRejected: rejection } = body.data;
			return {
				kind: 'error',
				...describeEnvelope(body, rejection),
				error: { name: null, message: textOrNull(rejection.reason) },
			};
		},
	}),
	fatal_error: defineEvent({
		kind: 'error',
		title: 'Fatal Error',
		description: 'A streamer can’t be recorded: not found, banned, private, …',
		schema: () =>
			bodySchema('fatal_error', {
				FatalError: z.looseObject({
					error_type: z.string().nullish().describe('NotFound, Banned, AgeRestricted, …'),
					message: z.string().nullish().describe('What went wrong'),
					...streamerMembers(),
				}),
			}),
		samples: [
			{
				data: {
					FatalError: {
						error_type: 'Banned',
						message: 'room is banned until 2026-09-01',
						...sampleStreamer,
						timestamp: '2026-08-08T13:06:01.001Z',
					},
				},
				description: 'room is banned until 2026-09-01',
				event_type: 'fatal_error',
				...CRITICAL,
				...sampleId,
				timestamp: '2026-08-08T13:06:01.001+00:00',
				title: '🚨 Fatal error for Nathan: Banned',
			},
		],
		describe: (body) => {
			const { FatalError: error } = body.data;
			return {
				kind: 'error',
				...describeEnvelope(body, error),
				error: { name: textOrNull(error.error_type), message: textOrNull(error.message) },
			};
		},
	}),
};
