import { z } from 'zod/v4';

import type { JsonObject } from '../json';
import { amountOrNull, textOrNull } from '../payload';
import { defineEvent, defineFormat } from '../recorderFormat';
import { srsDelivery } from './delivery';
import {
	cwd,
	hookSchema,
	pageUrl,
	param,
	publishSchema,
	stream,
	streamMembers,
	tcUrl,
	unlistedSchema,
} from './schemas';
import {
	absolutePath,
	buildHook,
	DEFAULT_VHOST,
	describeRecording,
	describeRoom,
	describeSession,
} from './stream';

const sampleServer = { server_id: 'vid-3k1p0a7', service_id: 'q8z20n5d' };
const sampleVhost = { ip: '192.168.1.20', vhost: DEFAULT_VHOST, app: 'live' };
const sampleTcUrl = { tcUrl: 'rtmp://srs.example.com/live' };
const sampleName = { stream: 'studio', param: '' };
const sampleStream = { stream_url: '/live/studio', stream_id: 'vid-71m4w0e' };
const samplePublisher = '0r9w62kc';
const sampleViewer = '5v7t3m1x';

function samplePublish(action: string): JsonObject {
	return {
		...sampleServer,
		action,
		client_id: samplePublisher,
		...sampleVhost,
		...sampleTcUrl,
		...sampleName,
		...sampleStream,
	};
}

const events = {
	on_publish: defineEvent({
		kind: 'live.started',
		title: 'Publish Started',
		description: 'A client publishes a stream, and waits until SRS has its answer',
		schema: () => publishSchema('on_publish'),
		samples: [samplePublish('on_publish')],
		describe: (payload) => ({
			kind: 'live.started',
			occurredAt: null,
			room: describeRoom(payload),
			session: describeSession(payload.client_id),
		}),
		build: (event) => buildHook('on_publish', event),
	}),
	on_unpublish: defineEvent({
		kind: 'live.ended',
		title: 'Publish Ended',
		description: 'A client no longer publishes a stream',
		schema: () => publishSchema('on_unpublish'),
		samples: [samplePublish('on_unpublish')],
		describe: (payload) => ({
			kind: 'live.ended',
			occurredAt: null,
			room: describeRoom(payload),
			session: describeSession(payload.client_id),
		}),
		build: (event) => buildHook('on_unpublish', event),
	}),
	on_dvr: defineEvent({
		kind: 'file.closed',
		title: 'DVR File Closed',
		description: 'A recorded file is complete',
		schema: () =>
			hookSchema('on_dvr', {
				tcUrl: tcUrl(),
				stream: stream(),
				param: param(),
				cwd: cwd(),
				file: z.string().min(1).describe('Path of the file'),
				...streamMembers(),
			}),
		samples: [
			{
				...sampleServer,
				action: 'on_dvr',
				client_id: samplePublisher,
				...sampleVhost,
				...sampleTcUrl,
				...sampleName,
				cwd: '/usr/local/srs',
				file: './objs/nginx/html/live/studio.1786190403123.flv',
				...sampleStream,
			},
		],
		describe: (payload) => ({
			kind: 'file.closed',
			occurredAt: null,
			room: describeRoom(payload),
			session: describeSession(payload.client_id),
			file: describeRecording(payload),
		}),
		build: (event) =>
			event.file.role !== 'video'
				? null
				: buildHook('on_dvr', event, { cwd: '', file: event.file.path }),
	}),
	on_hls: defineEvent({
		kind: 'file.closed',
		title: 'HLS Segment Closed',
		description: 'A segment of the HLS stream is complete; one every few seconds',
		housekeeping: true,
		schema: () =>
			hookSchema('on_hls', {
				tcUrl: tcUrl(),
				stream: stream(),
				param: param(),
				duration: z.number().nullish().describe('Duration in seconds'),
				cwd: cwd(),
				file: z.string().min(1).describe('Path of the segment'),
				url: z.string().nullish().describe('Address of the segment, without the host'),
				m3u8: z.string().nullish().describe('Path of the playlist'),
				m3u8_url: z.string().nullish().describe('Address of the playlist, without the host'),
				seq_no: z.number().int().nullish().describe('Number of the segment'),
				...streamMembers(),
			}),
		samples: [
			{
				...sampleServer,
				action: 'on_hls',
				client_id: samplePublisher,
				...sampleVhost,
				...sampleTcUrl,
				...sampleName,
				duration: 9.97,
				cwd: '/usr/local/srs',
				file: './objs/nginx/html/live/studio-64.ts',
				url: 'live/studio-64.ts',
				m3u8: './objs/nginx/html/live/studio.m3u8',
				m3u8_url: 'live/studio.m3u8',
				seq_no: 64,
				...sampleStream,
			},
		],
		describe: (payload) => {
			const playlist = textOrNull(payload.m3u8);
			return {
				kind: 'file.closed',
				occurredAt: null,
				room: describeRoom(payload),
				session: describeSession(payload.client_id),
				file: describeRecording(payload, {
					durationSeconds: amountOrNull(payload.duration),
					relatedPaths: playlist === null ? [] : [absolutePath(textOrNull(payload.cwd), playlist)],
				}),
			};
		},
	}),
	on_connect: defineEvent({
		kind: 'unknown',
		title: 'Client Connected',
		description: 'A publisher or player connected, and waits until SRS has its answer',
		housekeeping: true,
		schema: () =>
			hookSchema('on_connect', {
				stream: z.string().nullish().describe('Name of the stream'),
				param: param(),
				tcUrl: tcUrl(),
				pageUrl: pageUrl(),
			}),
		samples: [
			{
				...sampleServer,
				action: 'on_connect',
				client_id: samplePublisher,
				...sampleVhost,
				...sampleName,
				...sampleTcUrl,
				pageUrl: '',
			},
		],
		describe: (payload) => ({ kind: 'unknown', occurredAt: null, room: describeRoom(payload) }),
	}),
	on_close: defineEvent({
		kind: 'unknown',
		title: 'Client Disconnected',
		description: 'A publisher or player disconnected',
		housekeeping: true,
		schema: () =>
			hookSchema('on_close', {
				send_bytes: z.number().int().nullish().describe('Bytes sent to the client'),
				recv_bytes: z.number().int().nullish().describe('Bytes received from the client'),
			}),
		samples: [
			{
				...sampleServer,
				action: 'on_close',
				client_id: samplePublisher,
				...sampleVhost,
				send_bytes: 3503,
				recv_bytes: 1298341120,
			},
		],
		describe: () => ({ kind: 'unknown', occurredAt: null }),
	}),
	on_play: defineEvent({
		kind: 'unknown',
		title: 'Playback Started',
		description: 'Somebody watches a stream, and waits until SRS has its answer',
		housekeeping: true,
		schema: () =>
			hookSchema('on_play', {
				stream: stream(),
				tcUrl: tcUrl(),
				param: param(),
				pageUrl: pageUrl(),
				...streamMembers(),
			}),
		samples: [
			{
				...sampleServer,
				action: 'on_play',
				client_id: sampleViewer,
				...sampleVhost,
				stream: 'studio',
				...sampleTcUrl,
				param: '',
				pageUrl: 'https://www.example.com/watch',
				...sampleStream,
			},
		],
		describe: (payload) => ({ kind: 'unknown', occurredAt: null, room: describeRoom(payload) }),
	}),
	on_stop: defineEvent({
		kind: 'unknown',
		title: 'Playback Stopped',
		description: 'Somebody no longer watches a stream; for HLS half a minute late',
		housekeeping: true,
		schema: () => publishSchema('on_stop'),
		samples: [{ ...samplePublish('on_stop'), client_id: sampleViewer }],
		describe: (payload) => ({ kind: 'unknown', occurredAt: null, room: describeRoom(payload) }),
	}),
};

/** Asks where to forward a stream, and takes nothing for an answer but a list of addresses: no event. */
const FORWARD = 'on_forward';

/**
 * The HTTP hooks of SRS 2 to 7. Without id and time, an event is known by its content: a connection that publishes,
 * stops and publishes again says the same twice. SRS never tries again, so equal events a few seconds apart are two.
 */
export const srsHooks = defineFormat({
	id: 'srs',
	recorder: 'srs',
	title: 'SRS HTTP Hooks',
	recognise: ({ action, client_id: clientId }) =>
		typeof action === 'string' &&
		action.startsWith('on_') &&
		action !== FORWARD &&
		(typeof clientId === 'string' || typeof clientId === 'number'),
	typeOf: ({ action }) => (typeof action === 'string' ? action : null),
	idOf: () => null,
	sameContentWindowSeconds: 10,
	// A connection that publishes is one live, whatever it publishes.
	lifecycle: {
		begins: ['live.started'],
		ends: ['live.ended'],
		sessionId: 'live',
		finalFile: 'closed',
		segments: ['on_hls'],
	},
	delivery: srsDelivery,
	// The oldest form, which every version reads. Anything else, and no body too, cuts the client off.
	answer: '0',
	events,
	unlisted: defineEvent({
		kind: 'unknown',
		title: 'Other Event',
		description: 'A hook newer than this package',
		schema: unlistedSchema,
		samples: [],
		describe: (payload) => ({ kind: 'unknown', occurredAt: null, room: describeRoom(payload) }),
	}),
});
