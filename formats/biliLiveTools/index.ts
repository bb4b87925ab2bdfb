import type { Recorder } from '../recorderFormat';
import { biliLiveToolsCustom } from './custom';
import { biliLiveToolsEvents } from './events';

export const biliLiveTools: Recorder = {
	id: 'bililive-tools',
	title: 'biliLive-tools',
	documentation:
		'https://github.com/renmu123/biliLive-tools/blob/master/docs/features/external-event.md',
	formats: [biliLiveToolsEvents, biliLiveToolsCustom],
	setup: [
		'In biliLive-tools (3.16 or newer), open the settings, then the event subscription (事件订阅)',
		'Paste the URL, with the secret in its query',
		'Switch it on and save',
	],
	limits: [
		'biliLive-tools tries once, for ten seconds: what comes while n8n is down is lost',
		'It sends no header and no signature of its own: use a secret in the query',
		'File Completed comes after the conversion to mp4 but names the original, which may be gone',
		'Files come without size and duration',
		'Its custom webhook refuses files without a title or a streamer’s name: the file’s name and the room’s id are sent in their place',
		'Its custom webhook does nothing before a file’s opening and closing were both told, and takes no processed files: give it File Opened and File Closed',
	],
};
