import type { Recorder } from '../recorderFormat';
import { blrecFormat } from './format';

export const blrec: Recorder = {
	id: 'blrec',
	title: 'blrec',
	documentation: 'https://github.com/acgnhiki/blrec/wiki/Webhook',
	formats: [blrecFormat],
	setup: [
		'In blrec’s web page, open the settings and, at their very bottom, Webhooks',
		'Add a webhook with the URL and choose its events',
		'It is applied at once; no restart is needed',
	],
	limits: [
		'Video File Completed comes before metadata are injected or the file is converted: use Video Postprocessing Completed for the final file',
		'Video Postprocessing Completed and Postprocessing Completed both come for each video, also where nothing was processed: use one of the two',
		'Raw HLS recordings are .m4s files until they are converted',
		'File events name the room by its number only, recording events have no streamer’s name: n8n completes them from earlier events where it remembers the room',
		'Paths are absolute and as blrec’s system writes them: set a path mapping where blrec runs in a container or on another system',
		'A failed delivery is repeated for 180 seconds, then the event is gone; Retry-After is ignored',
		'A redirect (302) turns the request into an empty GET, which counts as delivered: give the final address',
		'There is no secret and no custom header: put user name and password into the URL (sent as Basic authentication) or a secret into its query',
		'The order of events is not guaranteed',
		'Error has another id for each webhook, so two webhooks that lead to the same trigger deliver it twice',
	],
};
