/** What n8n itself brings to a node's context, as far as nodes of this package ask for it. */
import type {
	ICredentialDataDecryptedObject,
	INode,
	INodeCredentialsDetails,
	INodeType,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { ExternalSecretsProxy } from 'n8n-core';
import { ICredentialsHelper } from 'n8n-workflow';

/** Decrypted credentials by their type. */
export type Credentials = Record<string, object>;

/** A node as it stands in a workflow. */
export function nodeOf(
	{ description }: INodeType,
	{ parameters = {}, credentials = {} }: { parameters?: object; credentials?: Credentials },
): INode {
	return {
		id: 'node',
		name: String(description.defaults.name),
		type: `n8n-nodes-live-recorder.${description.name}`,
		typeVersion: Number(description.version),
		position: [0, 0],
		parameters: { ...parameters },
		credentials: Object.fromEntries(
			Object.keys(credentials).map((type) => [type, { id: '1', name: type }]),
		),
	};
}

export function nodeTypesOf(nodeType: INodeType): INodeTypes {
	return {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
}

function notAsked(): never {
	throw new Error('A node asked n8n for something that tests have no stand-in for');
}

class StandInCredentialsHelper extends ICredentialsHelper {
	constructor(private readonly credentials: Credentials) {
		super();
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		_credentials: INodeCredentialsDetails,
		type: string,
	): Promise<ICredentialDataDecryptedObject> {
		const data = this.credentials[type];
		if (data === undefined) throw new Error('Credential not found');
		return { ...data };
	}

	async authenticate(): Promise<never> {
		return notAsked();
	}

	async preAuthentication(): Promise<undefined> {
		return undefined;
	}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<never> {
		return notAsked();
	}

	async updateCredentials(): Promise<void> {
		notAsked();
	}

	async updateCredentialsOauthTokenData(): Promise<void> {
		notAsked();
	}

	getCredentialsProperties(): never {
		return notAsked();
	}
}

export function additionalDataOf(credentials: Credentials): IWorkflowExecuteAdditionalData {
	const url = 'http://localhost:5678';
	return {
		credentialsHelper: new StandInCredentialsHelper(credentials),
		executeWorkflow: notAsked,
		getRunExecutionData: notAsked,
		getRuntimeCredential: notAsked,
		startRunnerTask: notAsked,
		externalSecretsProxy: new ExternalSecretsProxy(),
		logAiEvent: () => {},
		currentNodeExecutionIndex: 0,
		restApiUrl: `${url}/rest`,
		instanceBaseUrl: url,
		formBaseUrl: `${url}/form`,
		formWaitingBaseUrl: `${url}/form-waiting`,
		formTestBaseUrl: `${url}/form-test`,
		webhookBaseUrl: `${url}/webhook`,
		webhookWaitingBaseUrl: `${url}/webhook-waiting`,
		webhookTestBaseUrl: `${url}/webhook-test`,
		mcpBaseUrl: `${url}/mcp`,
		mcpTestBaseUrl: `${url}/mcp-test`,
		variables: {},
	};
}
