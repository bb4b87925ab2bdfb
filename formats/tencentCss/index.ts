import type { Recorder } from '../recorderFormat';
import { tencentCssCallback } from './callback';

export const tencentCss: Recorder = {
	id: 'tencent-css',
	title: 'Tencent Cloud CSS (云直播)',
	documentation: 'https://cloud.tencent.com/document/product/267/20388',
	formats: [tencentCssCallback],
	setup: [
		'In the CSS console, open Feature Configuration, then Live Stream Callback, and create a template',
		'Paste the URL for push, stop, recording and screenshot callbacks, and set a key',
		'Bind the template to the push domain',
		'For Authentication choose Tencent Cloud Signature, with that key',
	],
	limits: [
		'Tencent tries twelve times, a minute apart, and takes nothing but 200',
		'Its signature covers only a time, not the event: whoever has seen one can send others until then; a secret in the query helps',
		'Recorded files come as addresses; of HLS the address is that of the playlist',
		'raw holds stream_param, in which the publisher’s txSecret may be',
		'Push exceptions count as housekeeping: some are mere jitter',
	],
};
