import { aodianyunApi } from '../../apis/aodianyun';
import { bililiveRecorderApi } from '../../apis/bililiveRecorder';
import { blrecApi } from '../../apis/blrec';
import { bsrApi } from '../../apis/bsr';
import type { ConnectionFields } from '../../apis/connection';
import { ddtvApi } from '../../apis/ddtv';
import { ApiProblem } from '../../apis/problem';
import type { RecordingQuery } from '../../apis/recorderApi';
import type { ApiTools } from '../../apis/tools';
import {
	AodianyunApi,
	BililiveRecorderApi,
	BlrecApi,
	BsrApi,
	DdtvApi,
	type StandIn,
} from '../../e2e/recorderApis/index.cjs';
import { nodeHttp } from './nodeHttp.cjs';

const running: StandIn[] = [];

/** Ends every stand-in of a test. */
export async function stopStandIns(): Promise<void> {
	await Promise.all(running.splice(0).map(async (standIn) => await standIn.stop()));
}

async function started<T extends StandIn>(standIn: T): Promise<T> {
	await standIn.start();
	running.push(standIn);
	return standIn;
}

/** A stand-in and the API that speaks to it; `with` connects with other fields. */
export async function bililiveRecorder() {
	const recorder = await started(new BililiveRecorderApi());
	const connect = (fields: ConnectionFields = {}, http = nodeHttp) =>
		bililiveRecorderApi({ url: recorder.url, user: 'rec', password: 's3cret', ...fields }, http);
	return { recorder, api: connect(), connect };
}

export async function blrec() {
	const recorder = await started(new BlrecApi());
	const connect = (fields: ConnectionFields = {}) =>
		blrecApi({ url: recorder.url, apiKey: recorder.apiKey, ...fields }, nodeHttp);
	return { recorder, api: connect(), connect };
}

export async function bsr() {
	const recorder = await started(new BsrApi());
	const connect = (fields: ConnectionFields = {}) =>
		bsrApi({ url: recorder.url, authentication: 'none', ...fields }, nodeHttp);
	return { recorder, api: connect(), connect };
}

export async function ddtv() {
	const recorder = await started(new DdtvApi());
	const connect = (fields: ConnectionFields = {}, tools: ApiTools = {}) =>
		ddtvApi(
			{ url: recorder.url, accessKeyId: 'ddtv', accessKeySecret: 'abc123', ...fields },
			nodeHttp,
			tools,
		);
	return { recorder, api: connect(), connect };
}

export async function aodianyun() {
	const recorder = await started(new AodianyunApi());
	const connect = (fields: ConnectionFields = {}, tools: ApiTools = {}) =>
		aodianyunApi(
			{ url: recorder.url, apiKey: recorder.apiKey, adminId: '7', ...fields },
			nodeHttp,
			tools,
		);
	return { recorder, api: connect(), connect };
}

/** Everything there is. */
export const everything: RecordingQuery = { room: null, since: null, limit: 100_000, folder: '' };

/** The problem that something ends in. */
export async function problemOf(attempt: Promise<unknown>): Promise<ApiProblem> {
	const outcome: unknown = await attempt.then(
		() => 'it worked',
		(error: unknown) => error,
	);
	if (outcome instanceof ApiProblem) return outcome;
	throw new Error(`No problem of an API: ${String(outcome)}`);
}
