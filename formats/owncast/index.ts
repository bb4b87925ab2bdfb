import type { Recorder } from '../recorderFormat';
import { owncastWebhook } from './webhook';

export const owncast: Recorder = {
	id: 'owncast',
	title: 'Owncast',
	documentation: 'https://owncast.online/thirdparty/webhooks/',
	formats: [owncastWebhook],
	setup: [
		'In Owncast’s admin (/admin), open Integrations, then Webhooks, and choose Create Webhook',
		'Paste the URL and tick the events: Stream Started, Stream Stopped, Stream Title Updated',
		'From 0.3.0 on, Owncast shows a secret: it signs its webhooks with that',
	],
	limits: [
		'Owncast tries once, whatever the answer: what comes while n8n is down is lost',
		'It streams and doesn’t record: there are no files',
		'A receiver that hangs holds up all of its webhooks',
		'Chat and its people count as housekeeping: they come only where Housekeeping is chosen',
		'Up to 0.2 there is no signature: use a secret in the query',
	],
};
