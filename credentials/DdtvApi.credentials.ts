import type { ICredentialType, INodeProperties } from 'n8n-workflow';

/** The API of DDTV 5 (APIS 4). The nodes test it (`testedBy`), to say what is wrong. */
export class DdtvApi implements ICredentialType {
	name = 'ddtvApi';

	displayName = 'DDTV API';

	icon = {
		light: 'file:../nodes/DdtvTrigger/ddtv.svg',
		dark: 'file:../nodes/DdtvTrigger/ddtv.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/live-recorder/n8n-nodes-live-recorder/blob/main/docs/connected.md#ddtv';

	properties: INodeProperties[] = [
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. http://192.168.1.10:11419',
			description: 'The address of DDTV 5 as n8n reaches it',
		},
		{
			displayName: 'Access Key ID',
			name: 'accessKeyId',
			type: 'string',
			default: 'ddtv',
			description: 'AccessKeyId in the configuration of DDTV',
		},
		{
			displayName: 'Access Key Secret',
			name: 'accessKeySecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'AccessKeySecret in the configuration of DDTV. It signs requests and is never sent.',
		},
		{
			displayName: 'Ignore SSL Issues (Insecure)',
			name: 'ignoreSslIssues',
			type: 'boolean',
			default: false,
			description:
				'Whether to accept any certificate over https, such as one you made yourself: nobody then vouches for who answers',
		},
	];
}
