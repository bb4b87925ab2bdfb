import { aodianyunApi } from './aodianyun';
import { bililiveRecorderApi } from './bililiveRecorder';
import { blrecApi } from './blrec';
import { bsrApi } from './bsr';
import type { ConnectionFields } from './connection';
import { ddtvApi } from './ddtv';
import type { ApiHttp } from './http';
import type { PaceLimit } from './pace';
import type { RecorderApi } from './recorderApi';
import type { ApiTools } from './tools';

/** A recorder that has an API, and what opens it. */
export interface ConnectedRecorder {
	/** As in `formats/registry.ts`. */
	readonly id: string;
	readonly title: string;
	/** The credential type. */
	readonly credential: string;
	/** @throws ApiProblem where a field can't be used */
	connect(fields: ConnectionFields, http: ApiHttp, tools?: ApiTools): RecorderApi;
	/** It locks out who sends a wrong key too often: a refused one is not sent again by itself. */
	readonly locksOut?: true;
	/** It takes so many calls of a key and no more. */
	readonly pace?: PaceLimit & {
		/** The fields of the credential that tell one key from another. */
		readonly of: readonly string[];
	};
}

/** Every recorder that has an API. */
export const connectedRecorders: readonly ConnectedRecorder[] = [
	{
		id: 'aodianyun',
		title: 'Aodianyun (奥点云)',
		credential: 'aodianyunApi',
		connect: aodianyunApi,
		// 100 calls a minute (APIS 5), of which others with the same key have a quarter.
		pace: { perMinute: 50, burst: 25, of: ['url', 'apiKey'] },
	},
	{
		id: 'bililive-recorder',
		title: 'BililiveRecorder (录播姬)',
		credential: 'bililiveRecorderApi',
		connect: bililiveRecorderApi,
	},
	{ id: 'blrec', title: 'blrec', credential: 'blrecApi', connect: blrecApi, locksOut: true },
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
		connect: ddtvApi,
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

/** How many webhook URLs a recorder calls; null where its API doesn't set them. */
export function webhookSlotsOf(recorder: ConnectedRecorder): 'many' | 'one' | null {
	return recorder.connect(NOWHERE, nobody).webhooks?.slots ?? null;
}
