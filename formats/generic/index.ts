import type { Recorder } from '../recorderFormat';
import { genericEvents } from './format';

export const generic: Recorder = {
	id: 'generic',
	title: 'Generic Recorder',
	documentation:
		'https://github.com/live-recorder/n8n-nodes-live-recorder/blob/main/docs/generic-recorder.md',
	formats: [genericEvents],
	setup: [
		'Have your script or recorder POST a form or JSON to the URL, e.g. curl --data-urlencode kind=file.closed --data-urlencode file.path=/rec/live.mp4 URL',
		'kind is one of the events below; file events need file.path, and everything else you know goes along, e.g. room.id or file.durationSeconds',
		'Send an id of your own with each event if the sender may repeat it later than a minute afterwards',
	],
	limits: [
		'Without an id, two equal events within a minute count as one',
		'How often a lost event is tried again is up to the sender: curl does with --retry 5 --retry-all-errors',
	],
};
