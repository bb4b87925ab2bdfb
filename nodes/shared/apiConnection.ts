import { createHash } from 'node:crypto';

import {
	type ICredentialDataDecryptedObject,
	type ICredentialTestFunctions,
	type ICredentialsDecrypted,
	type INodeCredentialTestResult,
	sleep,
} from 'n8n-workflow';

import { type ConnectedRecorder, connectedRecorders } from '../../apis/connect';
import { field } from '../../apis/connection';
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
	/** So that each listing gets further than the one before. */
	readonly times: FileTimes;
}

/** By a hash of the credential, for as long as the process lives. */
const keys = new Map<string, KnownKey>();

/** When the next call of a key may go, by a hash of what the recorder counts calls by. */
const paces = new Map<string, Pace>();

const clock = { elapsed: () => performance.now(), sleep };

/** Lets n8n do what else there is to do. */
export const breathe = async (): Promise<void> => await sleep(0);

/** Tells one credential from another, and from what it was before it was changed; what is in it can't be told from it. */
export function credentialMark(
	{ id }: ConnectedRecorder,
	data: ICredentialDataDecryptedObject,
): string {
	return digestOf([id, data]);
}

function digestOf(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}

/** A field of a credential without what makes no difference: spaces around it, slashes at its end. */
export function plainField(data: ICredentialDataDecryptedObject, name: string): string {
	return field(data, name).replace(/\/+$/, '');
}

/** What is known by its key, or new. The oldest is forgotten where it is too much. */
function knownBy<T>(known: Map<string, T>, key: string, make: () => T): T {
	const value = known.get(key) ?? make();
	known.delete(key);
	known.set(key, value);
	for (const oldest of known.keys()) {
		if (known.size <= MAX_KEYS) break;
		known.delete(oldest);
	}
	return value;
}

function knownKey(recorder: ConnectedRecorder, data: ICredentialDataDecryptedObject): KnownKey {
	return knownBy(keys, credentialMark(recorder, data), () => ({
		gate: new KeyGate(),
		times: new FileTimes(),
	}));
}

/** The pace of all who use this key, in whatever credentials. Null where the recorder doesn't mind. */
function paceOf(
	{ id, pace }: ConnectedRecorder,
	data: ICredentialDataDecryptedObject,
): Pace | null {
	if (pace === undefined) return null;
	const fields = pace.of.map((name) => plainField(data, name));
	return knownBy(paces, digestOf([id, fields]), () => new Pace(pace, clock));
}

function toolsOf(gate: KeyGate, { times }: KnownKey, pace: Pace | null): ApiTools {
	return { gate, times, breathe, ...(pace === null ? {} : { pace }) };
}

/**
 * A recorder's API, by its credential. Everything but a recorder that locks out may be tried with a refused key again.
 *
 * @param waits whether calls wait for their turn where the recorder takes only so many; the few of somebody who looks on don't
 */
export function connectTo(
	recorder: ConnectedRecorder,
	data: ICredentialDataDecryptedObject,
	context: RequestingContext,
	http = apiHttpOf(context),
	waits = true,
): RecorderApi {
	const known = knownKey(recorder, data);
	const gate = recorder.locksOut === true ? known.gate : new KeyGate();
	if (gate.closedBy !== null) {
		const { reason, message, status } = gate.closedBy;
		const advice =
			'It was refused before and is not sent again by itself. Correct the credential, or test it to try again.';
		throw new ApiProblem(reason, message, advice, status);
	}
	return recorder.connect(data, http, toolsOf(gate, known, waits ? paceOf(recorder, data) : null));
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
		const api = recorder.connect(data, apiHttpOfTest(context), toolsOf(known.gate, known, null));
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
