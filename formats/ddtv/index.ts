import type { Recorder } from '../recorderFormat';
import { ddtv3 } from './v3';
import { ddtv5 } from './v5';

export const ddtv: Recorder = {
	id: 'ddtv',
	title: 'DDTV',
	documentation: 'https://ddtv.pro/AdvancedFeatures/WebHook.html',
	formats: [ddtv5, ddtv3],
	setup: [
		'Close DDTV',
		'DDTV 5: in its configuration file set WebHookSwitch to true and WebHookAddress to the URL',
		'DDTV 3: in its configuration file set WebHookUrl to the URL',
		'Start DDTV again',
	],
	limits: [
		'Each event is sent once: what arrives while n8n is down or slower than the time-out (8 seconds in DDTV 5) is lost',
		'DDTV 5 events carry no id and no time: two equal events within half a minute count as one',
		'DDTV 5 sends everything it does, configuration reads and login steps included: housekeeping events are left out unless chosen',
		'DDTV 5 forgets its file list just before Recording End, so that event usually names no files: take them from Danmaku Saved',
		'DDTV 5 has no event for a finished video file; Danmaku Saved comes with each one where danmaku are recorded',
		'DDTV 3 sends Save Danmu Complete before the file is written: the paths come with Download End',
		'DDTV 3 sends Rec Complete for FLV recordings only, and for each part of one: Download End is the end of a recording',
		'Bodies of DDTV 5 can be large, as they carry all danmaku not yet saved',
	],
};
