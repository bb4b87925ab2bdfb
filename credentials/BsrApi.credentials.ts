import type { ICredentialType, INodeProperties } from 'n8n-workflow';

/** The API of BSR's headless edition (APIS 3), and the login of a proxy in front of it. The nodes test it (`testedBy`), to say what is wrong. */
export class BsrApi implements ICredentialType {
	name = 'bsrApi';

	displayName = 'BSR API';

	icon = {
		light: 'file:../nodes/BsrTrigger/bsr.svg',
		dark: 'file:../nodes/BsrTrigger/bsr.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/live-recorder/n8n-nodes-live-recorder/blob/main/docs/connected.md#bsr';

	properties: INodeProperties[] = [
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. http://192.168.1.10:3000',
			description:
				'The address of BSR, or of the proxy in front of it, as n8n reaches it. The headless edition has one; the desktop program doesn’t.',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{ name: 'Basic Auth', value: 'basic' },
				{ name: 'Header', value: 'header' },
				{ name: 'None', value: 'none' },
			],
			default: 'none',
			description:
				'What a proxy in front of BSR asks for. BSR itself asks nobody: whoever reaches its port reads its keys and files.',
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			displayOptions: { show: { authentication: ['basic'] } },
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { authentication: ['basic'] } },
		},
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			default: 'Authorization',
			displayOptions: { show: { authentication: ['header'] } },
		},
		{
			displayName: 'Header Value',
			name: 'headerToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { authentication: ['header'] } },
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
