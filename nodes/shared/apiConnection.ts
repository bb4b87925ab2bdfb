import { createHash } from 'node:crypto';

import {
	type ICredentialDataDecryptedObject,
	type ICredentialTestFunctions,
	type ICredentialsDecrypted,
	type INodeCredentialTestResult,
	sleep,
} from 'n8n-workflow';

import { type ConnectedRecorder, connectedRecorders } from '../../apis/connect';
import { FileTimes } from '../../apis/fileTimes';
import { KeyGate } from '../../apis/keyGate';
import { Pace } from '../../apis/pace';
import { ApiProblem } from '../../apis/problem';
import type { RecorderApi } from '../../apis/recorderApi';
import type { ApiTools } from '../../apis/tools';
import { apiHttpOf, apiHttpOfTest, type RequestingContext } from './apiHttp';

/** More different credentials than anybody has. */
const MAX_KEYS = 100;

/** What is known of a key. */
interface KnownKey {
	/** So that a workflow that runs every hour doesn't add up to a lock-out. Testing the credential forgives. */
	readonly gate: KeyGate;
	/** So that several workflows together don't ask too often; undefined where the recorder doesn't mind. */
	readonly pace: Pace | undefined;
	/** So that each listing gets further than the one before. */
	readonly times: FileTimes;
}

/** By a hash of the credential, for as long as the process lives. */
const keys = new Map<string, KnownKey>();

const clock = { elapsed: () => performance.now(), sleep };

const breathe = async (): Promise<void> => await sleep(0);

/** Tells one credential from another, and from what it was before it was changed; what is in it can't be told from it. */
export function credentialMark(
	{ id }: ConnectedRecorder,
	data: ICredentialDataDecryptedObject,
): string {
	return createHash('sha256')
		.update(JSON.stringify([id, data]))
		.digest('base64url');
}

function knownKey(recorder: ConnectedRecorder, data: ICredentialDataDecryptedObject): KnownKey {
	const { pace } = recorder;
	const key = credentialMark(recorder, data);
	const known = keys.get(key) ?? {
		gate: new KeyGate(),
		pace: pace === undefined ? undefined : new Pace(pace, clock),
		times: new FileTimes(),
	};
	keys.delete(key);
	keys.set(key, known);
	for (const oldest of keys.keys()) {
		if (keys.size <= MAX_KEYS) break;
		keys.delete(oldest);
	}
	return known;
}

function toolsOf(gate: KeyGate, { pace, times }: KnownKey): ApiTools {
	return { gate, times, breathe, ...(pace === undefined ? {} : { pace }) };
}

/** A recorder's API, by its credential. Everything but a recorder that locks out may be tried with a refused key again. */
export function connectTo(
	recorder: ConnectedRecorder,
	data: ICredentialDataDecryptedObject,
	context: RequestingContext,
	http = apiHttpOf(context),
): RecorderApi {
	const known = knownKey(recorder, data);
	const gate = recorder.locksOut === true ? known.gate : new KeyGate();
	if (gate.closedBy !== null) {
		const { reason, message, status } = gate.closedBy;
		const advice =
			'It was refused before and is not sent again by itself. Correct the credential, or test it to try again.';
		throw new ApiProblem(reason, message, advice, status);
	}
	return recorder.connect(data, http, toolsOf(gate, known));
}

/** Tests the credential of a recorder's API with one request. */
async function testOf(
	context: ICredentialTestFunctions,
	recorder: ConnectedRecorder,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const data = credential.data ?? {};
	const known = knownKey(recorder, data);
	known.gate.forgive();
	try {
		const api = recorder.connect(data, apiHttpOfTest(context), toolsOf(known.gate, known));
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
