import type { Recorder } from '../recorderFormat';
import { liveStreamDvrWebhook } from './webhook';

export const liveStreamDvr: Recorder = {
	id: 'livestreamdvr',
	title: 'LiveStreamDVR',
	documentation: 'https://github.com/MrBrax/LiveStreamDVR/blob/master/docs/WEBHOOK.md',
	formats: [liveStreamDvrWebhook],
	setup: [
		'In LiveStreamDVR, open the settings, then Notifications',
		'Paste the URL into Webhook URL, with the secret in its query, and save',
	],
	limits: [
		'LiveStreamDVR tries once: what comes while n8n is down is lost',
		'It sends no header and no signature of its own: use a secret in the query',
		'Events have no time of their own, and the name of the channel is not sent',
		'Files are named without their folder: set the path mapping’s recorder folder to empty and the local one to the VOD’s',
		'Conversion may end long after the stream: raise Wait After the End (Minutes) if you use Session Completed, or the file comes late',
		'Events about channels can be megabytes long; above n8n’s body limit they are refused, harmlessly',
	],
};
