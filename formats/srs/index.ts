import type { Recorder } from '../recorderFormat';
import { srsHooks } from './hooks';

export const srs: Recorder = {
	id: 'srs',
	title: 'SRS',
	documentation: 'https://ossrs.io/lts/en-us/docs/v6/doc/http-callback',
	formats: [srsHooks],
	setup: [
		'In the vhost of srs.conf, add http_hooks { enabled on; on_dvr URL; on_unpublish URL; } with the URL, then reload SRS',
		'Recording needs dvr { enabled on; dvr_plan session; dvr_path …; } in the same vhost',
		'Add on_publish URL only if n8n may stand in the way of every stream: SRS waits for its answer and cuts the publisher off when n8n is down, slow or refuses',
		'A secret goes into the query of the URL: SRS sends no header and no signature',
	],
	limits: [
		'SRS never tries again: while n8n is down, what on_dvr and on_unpublish say is lost',
		'With on_publish, on_connect or on_play set, no client gets in while n8n is down: SRS waits up to 30 seconds for each answer',
		'SRS goes on only if it is answered 200 with the body 0; the trigger answers so for events that are not wanted, repeated or invalid, too, and refuses only a wrong secret or address, and what you set it to refuse',
		'Events have no time and no ID: occurredAt is empty, and two equal events within 10 seconds count as one',
		'File events name neither size nor duration; HLS segments (on_hls) have their duration and are housekeeping',
		'What SRS transcodes or ingests itself comes as events of a stream of its own, from 127.0.0.1',
		'The payload in raw has the query of the publishing URL (param), with the encoder’s secret if it has one',
		'Dynamic forwarding (on_forward) and on_hls_notify are no events: do not give them the URL',
		'SRS 2 cuts the query off the URL, so that no secret reaches n8n: use the IP Allow List',
	],
};
