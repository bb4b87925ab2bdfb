import type { ICredentialType, INodeProperties } from 'n8n-workflow';

/**
 * How a sender of recorder webhooks and its receiver recognise each other. The triggers check it, Live Recorder sends it.
 * The nodes test it (`testedBy`): there is no service to ask, only the fields to look at.
 */
export class LiveRecorderWebhookApi implements ICredentialType {
	name = 'liveRecorderWebhookApi';

	displayName = 'Live Recorder Webhook API';

	icon = {
		light: 'file:../nodes/LiveRecorder/liveRecorder.svg',
		dark: 'file:../nodes/LiveRecorder/liveRecorder.dark.svg',
	} as const;

	documentationUrl = 'https://github.com/live-recorder/n8n-nodes-live-recorder#authentication';

	properties: INodeProperties[] = [
		{
			displayName: 'Method',
			name: 'mode',
			type: 'options',
			options: [
				{
					name: 'Basic Auth',
					value: 'basic',
					description:
						'User and password, in the header or in the URL; what blrec and BSR can send',
				},
				{
					name: 'Header',
					value: 'header',
					description: 'A token in a header, for senders or proxies that can set one',
				},
				{
					name: 'HMAC Signature',
					value: 'hmac',
					description: 'HMAC-SHA256 of the body in a header, for a signing proxy',
				},
				{
					name: 'LiveKit Token',
					value: 'liveKitToken',
					description: 'The token that LiveKit signs its webhooks with',
				},
				{
					name: 'Owncast Signature',
					value: 'owncast',
					description: 'What Owncast signs its webhooks with, from 0.3.0 on',
				},
				{
					name: 'Query Secret',
					value: 'query',
					description: 'A secret at the end of the URL; every recorder can send it',
				},
				{
					name: 'Standard Webhooks Signature',
					value: 'standardWebhooks',
					description: 'Signed as standardwebhooks.com says, with protection from replays',
				},
				{
					name: 'Tencent Cloud Signature',
					value: 'tencentCloud',
					description: 'The sign and t in the callbacks of Tencent Cloud CSS',
				},
			],
			default: 'query',
		},
		{
			displayName: 'Parameter Name',
			name: 'name',
			type: 'string',
			default: 'key',
			description: 'The query parameter that carries the secret: ?key=… at the end of the URL',
			displayOptions: { show: { mode: ['query'] } },
		},
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			default: 'X-Webhook-Token',
			displayOptions: { show: { mode: ['header'] } },
		},
		{
			displayName: 'Header Name',
			name: 'signatureHeader',
			type: 'string',
			default: 'X-Signature-256',
			description: 'The header that carries the signature',
			displayOptions: { show: { mode: ['hmac'] } },
		},
		{
			displayName: 'Encoding',
			name: 'encoding',
			type: 'options',
			options: [
				{ name: 'Base64', value: 'base64' },
				{ name: 'Hex', value: 'hex' },
			],
			default: 'hex',
			displayOptions: { show: { mode: ['hmac'] } },
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			// The key is the issuer of the token, not a secret.
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. APIabcdefgh',
			description: 'The API key whose secret signs the webhooks',
			displayOptions: { show: { mode: ['liveKitToken'] } },
		},
		{
			displayName: 'Secret',
			name: 'secret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'16 characters or more. Letters and digits travel best in a URL. For Standard Webhooks: whsec_ and base64, or plain text.',
			displayOptions: {
				show: {
					mode: [
						'query',
						'header',
						'hmac',
						'standardWebhooks',
						'liveKitToken',
						'owncast',
						'tencentCloud',
					],
				},
			},
		},
		{
			displayName: 'Previous Secret',
			name: 'previousSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Also let in, so that a new secret can be set here before the senders have it. Empty it afterwards. Not used for sending.',
			displayOptions: {
				show: {
					mode: [
						'query',
						'header',
						'hmac',
						'standardWebhooks',
						'liveKitToken',
						'owncast',
						'tencentCloud',
					],
				},
			},
		},
		{
			displayName: 'Tolerance in Seconds',
			name: 'toleranceSeconds',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 3600 },
			default: 300,
			description: 'How far a timestamp may be off before the request counts as replayed',
			displayOptions: { show: { mode: ['standardWebhooks'] } },
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			displayOptions: { show: { mode: ['basic'] } },
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { mode: ['basic'] } },
		},
	];
}
