import type { Recorder } from '../recorderFormat';
import { oneLiveRecWebhook } from './webhook';

export const oneLiveRec: Recorder = {
	id: 'one-live-rec',
	title: 'OneLiveRec',
	documentation: 'https://docs.oneliverec.cc/reference/webhook',
	formats: [oneLiveRecWebhook],
	setup: [
		'In OneLiveRec, open Settings, then Automation, then Webhooks',
		'Create a webhook and paste the URL, with the secret in its query',
		'Choose the events it sends, or all of them, and save',
	],
	limits: [
		'Whether and how often a failed delivery is tried again is not documented',
		'No way to send a header or a signature is documented: use a secret in the query',
		'File events name the channel but neither title nor streamer; those come from Live Start',
		'In Docker, paths start with /app/rec: use a path mapping',
		'After Transmux Finished the input file may be gone',
	],
};
