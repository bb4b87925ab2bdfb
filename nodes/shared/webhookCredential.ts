import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	ICredentialsDecrypted,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import type { Authentication } from '../../inbound/authenticate';

/** The credential type of `credentials/LiveRecorderWebhookApi.credentials.ts`. */
export const WEBHOOK_CREDENTIAL = 'liveRecorderWebhookApi';

/** The stored credential as the pipeline takes it. What isn't filled in is '': such an authentication lets nobody in. */
export function readWebhookCredential(data: ICredentialDataDecryptedObject): Authentication {
	const secrets = [text(data.secret), text(data.previousSecret)].filter((secret) => secret !== '');
	switch (data.mode) {
		case 'basic':
			return { mode: 'basic', user: text(data.user), password: text(data.password) };
		case 'header':
			return { mode: 'header', name: text(data.headerName), secrets };
		case 'hmac': {
			const encoding = data.encoding === 'base64' ? 'base64' : 'hex';
			return { mode: 'hmac', name: text(data.signatureHeader), encoding, secrets };
		}
		case 'standardWebhooks': {
			const tolerance = Number(data.toleranceSeconds ?? 300);
			const toleranceSeconds = Number.isFinite(tolerance) && tolerance > 0 ? tolerance : 300;
			return { mode: 'standardWebhooks', secrets, toleranceSeconds };
		}
		default:
			return { mode: 'query', name: text(data.name), secrets };
	}
}

function text(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

/** What is still missing for an authentication to let anybody in, in words; null where nothing is. */
export function missingFromAuthentication(authentication: Authentication): string | null {
	switch (authentication.mode) {
		case 'none':
			return null;
		case 'basic':
			if (authentication.user === '') return 'Fill in the user';
			if (authentication.user.includes(':')) return 'A user name cannot contain a colon';
			return authentication.password === '' ? 'Fill in the password' : null;
		case 'standardWebhooks':
			return authentication.secrets.length === 0 ? 'Fill in the secret' : null;
		default:
			if (authentication.name === '') return 'Fill in the name';
			return authentication.secrets.length === 0 ? 'Fill in the secret' : null;
	}
}

/** Tests the credential by its fields: a secret for incoming requests has no service that could confirm it. */
export async function liveRecorderWebhookTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const missing = missingFromAuthentication(readWebhookCredential(credential.data ?? {}));
	return missing === null
		? { status: 'OK', message: 'Complete. Send the same from the recorder.' }
		: { status: 'Error', message: missing };
}
