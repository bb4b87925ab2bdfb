import type { INodeProperties } from 'n8n-workflow';

import { oneOf, parameter } from './parameter';

/** Whether senders must prove who they are, by the trigger's credential. */
export const authentication = parameter(
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'options',
		options: [
			{
				name: 'None',
				value: 'none',
				description: 'Whoever knows the URL can send events',
			},
			{
				name: 'Webhook Secret',
				value: 'liveRecorderWebhook',
				description: 'A secret in the URL, a header, basic auth or a signature',
			},
		],
		default: 'none',
		description: 'How the recorder proves that it is the sender',
	},
	oneOf({ none: false, liveRecorderWebhook: true }),
);

/** Notices may have links and lists: n8n takes all other tags out. */
export const authenticationNotice: INodeProperties = {
	displayName:
		'How the secret gets into the URL, depending on the method of the credential:<ul><li>Query Secret: at its end, …/webhook?key=YOUR_SECRET</li><li>Basic Auth: in front, https://USER:PASSWORD@… Of the recorders, blrec and BSR send it.</li></ul>',
	name: 'authenticationNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { authentication: ['liveRecorderWebhook'] } },
};
