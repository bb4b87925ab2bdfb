import type { ICredentialType, INodeProperties } from 'n8n-workflow';

/** The API of BililiveRecorder's CLI and Docker editions (APIS 1). The nodes test it (`testedBy`), to say what is wrong. */
export class BililiveRecorderApi implements ICredentialType {
	name = 'bililiveRecorderApi';

	displayName = 'BililiveRecorder API';

	icon = {
		light: 'file:../nodes/BililiveRecorderTrigger/bililiveRecorder.svg',
		dark: 'file:../nodes/BililiveRecorderTrigger/bililiveRecorder.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/live-recorder/n8n-nodes-live-recorder/blob/main/docs/connected.md#bililiverecorder';

	properties: INodeProperties[] = [
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. http://192.168.1.10:2356',
			description:
				'The address of BililiveRecorder as n8n reaches it. Its CLI and Docker editions have one; the Windows program doesn’t.',
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			description: 'What BREC_HTTP_BASIC_USER is set to',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'What BREC_HTTP_BASIC_PASS is set to. Without it, BililiveRecorder refuses most callers.',
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
