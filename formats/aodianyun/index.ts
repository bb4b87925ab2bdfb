import type { Recorder } from '../recorderFormat';
import { aodianyunFormat } from './format';

export const aodianyun: Recorder = {
	id: 'aodianyun',
	title: 'Aodianyun (奥点云)',
	documentation: 'https://www.aodianyun.com/',
	formats: [aodianyunFormat],
	setup: [
		'Have the webhook URL of your account set to this address: through the setWebHookConfig API, or by Aodianyun’s support',
		'Choose application/json or application/x-www-form-urlencoded as content type; both are understood',
		'Switch on the event types you want',
	],
	limits: [
		'Nothing but status 200 counts as delivered: a proxy in front of n8n must not turn it into 204',
		'A failed delivery is tried four times in all, 5, 20 and 60 seconds apart, then the event is gone',
		'There is no event id: deliveries of one event are told by their content, leaving out retry_times',
		'How the secret of the configuration travels is not documented: use a secret in the query of the URL',
		'A stream is known by app and stream, which are in session.id as app/stream; room.id is null where the stream belongs to no room',
		'There is no streamer: streamer.id is the account (admin_id)',
	],
};
