import type { Recorder } from '../recorderFormat';
import { liveKitEgressWebhook } from './webhook';

export const liveKitEgress: Recorder = {
	id: 'livekit-egress',
	title: 'LiveKit Egress',
	documentation: 'https://docs.livekit.io/home/server/webhooks/',
	formats: [liveKitEgressWebhook],
	setup: [
		'On your own server, add the URL to livekit.yaml: webhook: { api_key: YOUR_KEY, urls: [URL] }',
		'In LiveKit Cloud, open the project’s Settings, then Webhooks, paste the URL and choose a signing key',
		'For Authentication choose LiveKit Token, with the secret of that API key',
	],
	limits: [
		'LiveKit tries five times within 15 seconds; events that waited over 30 seconds are dropped',
		'Answers from 400 to 428 count as delivered there: an event that is refused does not come again',
		'Paths are those in the storage; where it has an address, recording.files has it as url',
		'Rooms are known by their name; web egress has none',
	],
};
