import type { ICredentialType, INodeProperties } from 'n8n-workflow';

/**
 * The Redis in which triggers of several n8n processes note the events they have taken.
 * The nodes test it (`testedBy`), as Redis doesn't speak HTTP.
 */
export class LiveRecorderRedisApi implements ICredentialType {
	name = 'liveRecorderRedisApi';

	displayName = 'Live Recorder Redis API';

	icon = {
		light: 'file:../nodes/LiveRecorder/liveRecorder.svg',
		dark: 'file:../nodes/LiveRecorder/liveRecorder.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/live-recorder/n8n-nodes-live-recorder/blob/main/docs/reliability.md#redis';

	properties: INodeProperties[] = [
		{
			displayName: 'Connect By',
			name: 'connectBy',
			type: 'options',
			options: [
				{ name: 'Host and Port', value: 'host' },
				{ name: 'URL', value: 'url' },
			],
			default: 'host',
		},
		{
			displayName: 'URL',
			name: 'urlWithPassword',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'redis://user:password@localhost:6379/0',
			description: 'Starts with redis:// or, for TLS, rediss://',
			displayOptions: { show: { connectBy: ['url'] } },
		},
		{
			displayName: 'Host',
			name: 'host',
			type: 'string',
			default: 'localhost',
			displayOptions: { show: { connectBy: ['host'] } },
		},
		{
			displayName: 'Port',
			name: 'port',
			type: 'number',
			default: 6379,
			displayOptions: { show: { connectBy: ['host'] } },
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			description: 'Empty unless Redis has users (ACL, Redis 6 and later)',
			displayOptions: { show: { connectBy: ['host'] } },
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { connectBy: ['host'] } },
		},
		{
			displayName: 'Database Number',
			name: 'database',
			type: 'number',
			default: 0,
			displayOptions: { show: { connectBy: ['host'] } },
		},
		{
			displayName: 'TLS',
			name: 'tls',
			type: 'boolean',
			default: false,
			displayOptions: { show: { connectBy: ['host'] } },
		},
		{
			displayName: 'Disable TLS Verification (Insecure)',
			name: 'disableTlsVerification',
			type: 'boolean',
			default: false,
			description:
				'Whether to accept any certificate over TLS, such as a self-signed one: nobody then vouches for who answers',
		},
		{
			displayName: 'Key Prefix',
			name: 'keyPrefix',
			type: 'string',
			default: 'live-recorder:',
			description: 'What the names of all keys start with',
		},
	];
}
