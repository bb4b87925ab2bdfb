import { createHash } from 'node:crypto';

import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	ICredentialsDecrypted,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { type ConnectedRecorder, connectedRecorders } from '../../apis/connect';
import { KeyGate } from '../../apis/keyGate';
import { ApiProblem } from '../../apis/problem';
import type { RecorderApi } from '../../apis/recorderApi';
import { apiHttpOf, apiHttpOfTest, type RequestingContext } from './apiHttp';

/** More different credentials than anybody has. */
const MAX_GATES = 100;

/**
 * What is known of each key, by a hash of its credential: for as long as the process lives, so that a workflow that runs every
 * hour doesn't add up to a lock-out. Testing the credential forgives.
 */
const gates = new Map<string, KeyGate>();

function gateOf({ id }: ConnectedRecorder, data: ICredentialDataDecryptedObject): KeyGate {
	const key = createHash('sha256')
		.update(JSON.stringify([id, data]))
		.digest('base64url');
	const gate = gates.get(key) ?? new KeyGate();
	gates.delete(key);
	gates.set(key, gate);
	for (const oldest of gates.keys()) {
		if (gates.size <= MAX_GATES) break;
		gates.delete(oldest);
	}
	return gate;
}

/** A recorder's API, by its credential. Everything but a recorder that locks out may be tried with a refused key again. */
export function connectTo(
	recorder: ConnectedRecorder,
	data: ICredentialDataDecryptedObject,
	context: RequestingContext,
): RecorderApi {
	const gate = recorder.locksOut === true ? gateOf(recorder, data) : new KeyGate();
	if (gate.closedBy !== null) {
		const { reason, message, status } = gate.closedBy;
		const advice =
			'It was refused before and is not sent again by itself. Correct the credential, or test it to try again.';
		throw new ApiProblem(reason, message, advice, status);
	}
	return recorder.connect(data, apiHttpOf(context), { gate });
}

/** Tests the credential of a recorder's API with one request. */
async function testOf(
	context: ICredentialTestFunctions,
	recorder: ConnectedRecorder,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const data = credential.data ?? {};
	const gate = gateOf(recorder, data);
	gate.forgive();
	try {
		const api = recorder.connect(data, apiHttpOfTest(context), { gate });
		const { version, note } = await api.check();
		const found = `Connected to ${recorder.title}${version === null ? '' : ` ${version}`}`;
		return { status: 'OK', message: note === null ? found : `${found}. ${note}` };
	} catch (error) {
		const message =
			error instanceof ApiProblem ? `${error.message}. ${error.advice}` : 'It could not be tested';
		return { status: 'Error', message };
	}
}

/** The tests of the credentials, by the names under which node descriptions give them in `testedBy`. */
export const apiCredentialTests = Object.fromEntries(
	connectedRecorders.map((recorder) => [
		`${recorder.credential}Test`,
		async function (this: ICredentialTestFunctions, credential: ICredentialsDecrypted) {
			return await testOf(this, recorder, credential);
		},
	]),
);
