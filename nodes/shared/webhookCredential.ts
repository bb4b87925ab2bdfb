import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import {
	authenticationAdvice,
	authenticationProblem,
	readAuthentication,
} from '../../authentication/schemes';

/** The credential type of `credentials/LiveRecorderWebhookApi.credentials.ts`. */
export const WEBHOOK_CREDENTIAL = 'liveRecorderWebhookApi';

/** Tests the credential by its fields: a secret for incoming requests has no service that could confirm it. */
export async function liveRecorderWebhookTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const authentication = readAuthentication(credential.data ?? {});
	const problem = authenticationProblem(authentication);
	if (problem !== null) return { status: 'Error', message: problem };
	const advice = authenticationAdvice(authentication);
	return {
		status: 'OK',
		message: `Complete. Send the same from the recorder.${advice === null ? '' : ` ${advice}.`}`,
	};
}
