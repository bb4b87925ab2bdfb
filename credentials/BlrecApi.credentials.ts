import type { ICredentialType, INodeProperties } from 'n8n-workflow';

/** The API of blrec (APIS 2). The nodes test it (`testedBy`), to say what is wrong. */
export class BlrecApi implements ICredentialType {
	name = 'blrecApi';

	displayName = 'Blrec API';

	icon = {
		light: 'file:../nodes/BlrecTrigger/blrec.svg',
		dark: 'file:../nodes/BlrecTrigger/blrec.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/live-recorder/n8n-nodes-live-recorder/blob/main/docs/connected.md#blrec';

	properties: INodeProperties[] = [
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. http://192.168.1.10:2233',
			description: 'The address of blrec as n8n reaches it',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'What blrec was started with as --api-key or BLREC_API_KEY; empty if without. A wrong one locks n8n out at the fourth request.',
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
