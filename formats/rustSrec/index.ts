import type { Recorder } from '../recorderFormat';
import { rustSrecWebhook } from './webhook';

export const rustSrec: Recorder = {
	id: 'rust-srec',
	title: 'rust-srec',
	documentation: 'https://github.com/hua0512/rust-srec',
	formats: [rustSrecWebhook],
	setup: [
		'In rust-srec, open Notifications, add a channel of type Webhook and paste the URL',
		'Set its lowest priority to Low: with the default, Normal, the events about files, the start of recordings and the end of streams are never sent',
		'Subscribe the channel to its events, a step of its own, and save',
		'Send a test: it arrives as System Started with version test',
	],
	limits: [
		'Unless its lowest priority is Low, a channel leaves out Stream Offline, Download Started and the segment events without a word',
		'A channel saved on the web page of version 0.3.0 and later may be skipped when rust-srec starts, and its test then answers “not found”: make it through the API, with "min_priority":"low"',
		'A failed delivery is tried three times in about half a minute; after ten in a row rust-srec pauses the channel for five minutes',
		'There is no event id: repeats are told by their content, whose times go to the nanosecond',
		'Events name neither platform nor room: the room ID is rust-srec’s id of the streamer',
		'Download Completed names no file: the files come with Segment Completed',
		'A short drop of the stream sends Stream Online again; a streamer that is switched off ends without Stream Offline',
		'A full disk comes as Output Path Inaccessible, not as Out of Space',
	],
};
