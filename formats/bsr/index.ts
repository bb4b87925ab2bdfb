import type { Recorder } from '../recorderFormat';
import { bsrDocumented } from './documented';
import { bsrReleased } from './released';

export const bsr: Recorder = {
	id: 'bsr',
	title: 'BSR (bili-shadowreplay)',
	documentation:
		'https://github.com/Xinrea/bili-shadowreplay/blob/main/docs/usage/features/webhook.md',
	formats: [bsrReleased, bsrDocumented],
	setup: [
		'In BSR 2.12.0 or later, open Settings',
		'Paste the URL into Webhook; BSR takes one URL only',
		'Save; no restart is needed',
	],
	limits: [
		'A failed delivery is tried three times in all, one second apart, then the event is gone',
		'BSR can send no header of your own: use a secret in the query, or user name and password in the URL',
		'Recording events name no file: recordings are in cache/<platform>/<room id>/<live id>/',
		'The files of clips are relative to BSR’s output folder',
		'Recording Ended is also sent where a recording could not be started, and may repeat for one live id',
		'Live Started usually comes before there is a live id, and on bilibili Live Ended after it is gone',
		'Clip Deleted is sent before the file is deleted, Archive Deleted after',
		'The order of events is not guaranteed',
	],
};
