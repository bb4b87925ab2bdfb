import type { Recorder } from '../recorderFormat';
import { bililiveRecorderV1 } from './v1';
import { bililiveRecorderV2 } from './v2';

export const bililiveRecorder: Recorder = {
	id: 'bililive-recorder',
	title: 'BililiveRecorder (录播姬)',
	documentation: 'https://rec.danmuji.org/reference/webhook/',
	formats: [bililiveRecorderV2, bililiveRecorderV1],
	setup: [
		'In BililiveRecorder, open Settings, then Webhook',
		'Paste the URL on a line of its own into Webhook V2',
		'Save; no restart is needed',
	],
	limits: [
		'Addresses whose host ends with one of a few names (bilibili.com, qq.com, baidu.com, google.com, …) are skipped without a word',
		'A failed delivery is tried three times in all, within about three seconds, then the event is gone',
		'A redirect (302) turns the request into an empty GET: give the final address',
		'User name and password in the URL are not sent: use a secret in the query',
		'The order of events is not guaranteed, and Stream Ended may never come',
	],
};
