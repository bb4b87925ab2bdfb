import type { ICredentialType, INodeProperties } from 'n8n-workflow';

/** The API of Aodianyun's finance platform (APIS 5). The nodes test it (`testedBy`), to say what is wrong. */
export class AodianyunApi implements ICredentialType {
	name = 'aodianyunApi';

	displayName = 'Aodianyun API';

	icon = {
		light: 'file:../nodes/AodianyunTrigger/aodianyun.svg',
		dark: 'file:../nodes/AodianyunTrigger/aodianyun.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/live-recorder/n8n-nodes-live-recorder/blob/main/docs/connected.md#aodianyun';

	properties: INodeProperties[] = [
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: 'https://58jinrongyun.com',
			required: true,
			placeholder: 'e.g. https://58jinrongyun.com',
			description: 'The address of the platform, up to /api',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Issued by the vendor; it has the rights of an administrator',
		},
		{
			displayName: 'Admin ID',
			name: 'adminId',
			type: 'string',
			default: '',
			description: 'The administrator whose company it is',
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
