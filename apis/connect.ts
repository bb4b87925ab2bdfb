import { aodianyunApi } from './aodianyun';
import { bililiveRecorderApi } from './bililiveRecorder';
import { blrecApi } from './blrec';
import { bsrApi } from './bsr';
import type { ConnectionFields } from './connection';
import { ddtvApi } from './ddtv';
import type { ApiHttp } from './http';
import type { RecorderApi } from './recorderApi';

/** A recorder that has an API, and what opens it. */
export interface ConnectedRecorder {
	/** As in `formats/registry.ts`. */
	readonly id: string;
	readonly title: string;
	/** The credential type. */
	readonly credential: string;
	/** @throws ApiProblem where a field can't be used */
	connect(fields: ConnectionFields, http: ApiHttp): RecorderApi;
}

/** Every recorder that has an API. */
export const connectedRecorders: readonly ConnectedRecorder[] = [
	{
		id: 'aodianyun',
		title: 'Aodianyun (奥点云)',
		credential: 'aodianyunApi',
		connect: (fields, http) => aodianyunApi(fields, http),
	},
	{
		id: 'bililive-recorder',
		title: 'BililiveRecorder (录播姬)',
		credential: 'bililiveRecorderApi',
		connect: bililiveRecorderApi,
	},
	{ id: 'blrec', title: 'blrec', credential: 'blrecApi', connect: blrecApi },
	{
		id: 'bsr',
		title: 'BSR (bili-shadowreplay)',
		credential: 'bsrApi',
		connect: bsrApi,
	},
	{
		id: 'ddtv',
		title: 'DDTV 5',
		credential: 'ddtvApi',
		connect: (fields, http) => ddtvApi(fields, http),
	},
];

/** Fields that make every API, if of nobody: to see what it has. */
const NOWHERE: ConnectionFields = { url: 'http://localhost' };

const nobody: ApiHttp = async () => ({ status: null, reason: 'unreachable', message: 'nobody' });

/** What a recorder's API can do. */
export function abilitiesOf(recorder: ConnectedRecorder): ReadonlySet<string> {
	return new Set(Object.keys(recorder.connect(NOWHERE, nobody)));
}

/** The recorders whose API has the given member. */
export function recordersThatCan(ability: keyof RecorderApi): ConnectedRecorder[] {
	return connectedRecorders.filter((recorder) => abilitiesOf(recorder).has(ability));
}
