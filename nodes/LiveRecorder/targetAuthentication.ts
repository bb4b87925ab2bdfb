import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { TargetAuthentication } from '../../outbound/sign';
import { readWebhookCredential } from '../shared/webhookCredential';

/** The stored credential as the sender uses it: one secret, the current one. */
export function targetAuthentication(data: ICredentialDataDecryptedObject): TargetAuthentication {
	const stored = readWebhookCredential({ ...data, previousSecret: '' });
	switch (stored.mode) {
		case 'none':
		case 'basic':
			return stored;
		case 'query':
		case 'header':
			return { mode: stored.mode, name: stored.name, secret: stored.secrets[0] ?? '' };
		case 'standardWebhooks':
			return { mode: 'standardWebhooks', secret: stored.secrets[0] ?? '' };
		case 'hmac': {
			const { name, encoding, secrets } = stored;
			return { mode: 'hmac', name, encoding, secret: secrets[0] ?? '' };
		}
	}
}
