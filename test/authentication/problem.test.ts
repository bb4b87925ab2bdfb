import { createHmac } from 'node:crypto';

import type { INodeType } from 'n8n-workflow';

import {
	authenticate,
	authenticationAdvice,
	authenticationProblem,
	authorise,
	readAuthentication,
} from '../../authentication/schemes';
import { LiveRecorderWebhookApi } from '../../credentials/LiveRecorderWebhookApi.credentials';
import { LiveRecorder } from '../../nodes/LiveRecorder/LiveRecorder.node';
import { LiveRecorderTrigger } from '../../nodes/LiveRecorderTrigger/LiveRecorderTrigger.node';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { requestOf } from '../inbound/requests';
import { startWebhookServer } from '../n8n/webhookServer';
import { errorOf, shownParameters } from '../nodes/executeNode';
import { startWireReceiver } from '../nodes/wireReceiver.cjs';

/** A stored credential, as n8n gives it. */
type Stored = Record<string, unknown>;

const long = 'correct horse battery';
const base64Of = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');

/** Credentials that nobody can be let in with, nor anything be sent with, and what is wrong with them. */
const unusable: ReadonlyArray<readonly [string, Stored, RegExp]> = [
	['query: no secret', { mode: 'query', name: 'key', secret: '' }, /secret is missing/],
	['query: nothing at all', { mode: 'query' }, /name .* is missing/],
	['query: white space', { mode: 'query', name: 'key', secret: ' \t\n ' }, /secret is missing/],
	['query: invisible', { mode: 'query', name: 'key', secret: '\u200b\u2060' }, /no visible/],
	['query: a list', { mode: 'query', name: 'key', secret: [long] }, /is no text/],
	['query: an object', { mode: 'query', name: 'key', secret: { a: long } }, /is no text/],
	['query: true', { mode: 'query', name: 'key', secret: true }, /is no text/],
	['query: too large a number', { mode: 'query', name: 'key', secret: 2 ** 60 }, /is no text/],
	[
		'query: half a character',
		{ mode: 'query', name: 'key', secret: 'a\ud800' },
		/half a character/,
	],
	...['undefined', 'null', 'NaN', '[object Object]', ' [object Array]\n'].map(
		(secret): readonly [string, Stored, RegExp] => [
			`query: ${secret.trim()}`,
			{ mode: 'query', name: 'key', secret },
			/an expression that fails/,
		],
	),
	['query: no name', { mode: 'query', name: ' ', secret: long }, /name .* is missing/],
	['query: a list as name', { mode: 'query', name: ['key'], secret: long }, /name .* is missing/],
	['query: brackets', { mode: 'query', name: 'key[a]', secret: long }, /can't be read from a URL/],
	['query: a divider', { mode: 'query', name: 'a&b', secret: long }, /can't be read from a URL/],
	[
		'query: a member of all objects',
		{ mode: 'query', name: 'toString', secret: long },
		/can't be read from a URL/,
	],
	[
		'query: __proto__',
		{ mode: 'query', name: '__proto__', secret: long },
		/can't be read from a URL/,
	],
	[
		'query: only the previous one',
		{ mode: 'query', name: 'key', secret: '', previousSecret: long },
		/secret is missing/,
	],
	[
		'query: the previous is a list',
		{ mode: 'query', name: 'key', secret: long, previousSecret: ['a'] },
		/previous secret is no text/,
	],
	['header: no secret', { mode: 'header', headerName: 'X-Token', secret: '' }, /secret is missing/],
	['header: no name', { mode: 'header', headerName: '', secret: long }, /name is missing/],
	[
		'header: no such name',
		{ mode: 'header', headerName: 'not a name', secret: long },
		/valid name/,
	],
	['header: of Chinese', { mode: 'header', headerName: '密钥', secret: long }, /valid name/],
	['header: Host', { mode: 'header', headerName: 'Host', secret: long }, /another use/],
	['header: framing', { mode: 'header', headerName: 'content-length', secret: '5' }, /another use/],
	[
		'header: a line break',
		{ mode: 'header', headerName: 'X-Token', secret: 'a\r\nHost: b' },
		/can't stand/,
	],
	['header: Chinese', { mode: 'header', headerName: 'X-Token', secret: '密码' }, /can't stand/],
	[
		'header: a bearer of nothing',
		{ mode: 'header', headerName: 'Authorization', secret: 'Bearer ' },
		/is missing/,
	],
	['basic: no user', { mode: 'basic', user: '', password: long }, /user name is missing/],
	['basic: a colon', { mode: 'basic', user: 'a:b', password: long }, /colon/],
	['basic: no password', { mode: 'basic', user: 'a', password: '  ' }, /password is missing/],
	['basic: a list', { mode: 'basic', user: 'a', password: [long] }, /is no text/],
	['hmac: no secret', { mode: 'hmac', signatureHeader: 'X-S', secret: '' }, /secret is missing/],
	['hmac: no name', { mode: 'hmac', signatureHeader: '', secret: long }, /name is missing/],
	['hmac: 15 bytes', { mode: 'hmac', signatureHeader: 'X-S', secret: 'x'.repeat(15) }, /15 bytes/],
	[
		'hmac: an unknown encoding',
		{ mode: 'hmac', signatureHeader: 'X-S', encoding: 'base32', secret: long },
		/encoding/,
	],
	['signed: no secret', { mode: 'standardWebhooks', secret: '' }, /secret is missing/],
	...['whsec_', 'whsec_x', 'whsec_***', 'whsec_中文', 'whsec_====', 'whsec_ ', 'whsec_AAA='].map(
		(secret) =>
			[
				`signed: ${secret}`,
				{ mode: 'standardWebhooks', secret },
				/base64|0 bytes|2 bytes/,
			] as const,
	),
	['signed: 15 bytes', { mode: 'standardWebhooks', secret: `whsec_${base64Of(15)}` }, /15 bytes/],
	['signed: plain, 15 bytes', { mode: 'standardWebhooks', secret: 'x'.repeat(15) }, /15 bytes/],
	[
		'signed: no padding',
		{ mode: 'standardWebhooks', secret: `whsec_${base64Of(16).replace(/=+$/, '')}` },
		/base64/,
	],
	[
		'signed: alphabet for URLs',
		{ mode: 'standardWebhooks', secret: `whsec_${'-_'.repeat(16)}` },
		/base64/,
	],
	[
		'signed: a space in it',
		{ mode: 'standardWebhooks', secret: `whsec_AAAA ${base64Of(15)}` },
		/base64/,
	],
	[
		'signed: asymmetric',
		{ mode: 'standardWebhooks', secret: `whpk_${base64Of(32)}` },
		/asymmetric/,
	],
	[
		'signed: the previous is none',
		{ mode: 'standardWebhooks', secret: `whsec_${base64Of(24)}`, previousSecret: 'whsec_' },
		/previous secret has 0 bytes/,
	],
	...['abc', '', ' ', Number.NaN, 1e9, -1, 0, Infinity, '1e9', null, [300], {}, true].map(
		(toleranceSeconds) =>
			[
				`signed: a tolerance of ${JSON.stringify(toleranceSeconds)} (${String(toleranceSeconds)})`,
				{ mode: 'standardWebhooks', secret: `whsec_${base64Of(24)}`, toleranceSeconds },
				/tolerance must be/,
			] as const,
	),
	['a method of a newer version', { mode: 'jwt2', secret: long }, /method .* not known/],
	['a method that is no text', { mode: ['query'], name: 'key', secret: long }, /not known/],
	['none, which no credential is', { mode: 'none' }, /not known/],
	['a member of all objects', { mode: 'constructor' }, /not known/],
];

const usable: ReadonlyArray<readonly [string, Stored, RegExp | null]> = [
	['query', { name: 'key', secret: 'a'.repeat(16) }, null],
	['query: of 15 characters', { name: 'key', secret: '密'.repeat(15) }, /15 characters/],
	['query: a number', { mode: 'query', name: 'key', secret: 42 }, /2 characters/],
	['query: the previous is short', { name: 'key', secret: long, previousSecret: 'ab' }, /2 char/],
	['header', { mode: 'header', headerName: 'X-Token', secret: long }, null],
	[
		'header: a short bearer',
		{ mode: 'header', headerName: 'Authorization', secret: 'Bearer abcdefghij' },
		/10 characters/,
	],
	['basic', { mode: 'basic', user: 'a', password: long }, null],
	['basic: a short password', { mode: 'basic', user: 'a', password: 'b' }, /1 characters/],
	['hmac', { mode: 'hmac', signatureHeader: 'X-S', encoding: 'hex', secret: 'x'.repeat(16) }, null],
	['hmac: 16 bytes', { mode: 'hmac', signatureHeader: 'X-S', secret: '密码密码密码' }, null],
	['signed: 16 bytes', { mode: 'standardWebhooks', secret: `whsec_${base64Of(16)}` }, null],
	['signed: plain', { mode: 'standardWebhooks', secret: 'x'.repeat(16) }, null],
	[
		'signed: a tolerance as text',
		{ mode: 'standardWebhooks', secret: long, toleranceSeconds: ' 60 ' },
		null,
	],
];

/** Proofs that were taken at some time, or might be, for a credential that holds nothing. */
function guesses(stored: Stored) {
	const secret = String(stored.secret);
	const keys = ['', secret, secret.slice('whsec_'.length), 'undefined', 'null', '[object Object]'];
	const timestamp = String(Math.trunc(Date.now() / 1000));
	return keys.flatMap((key) => [
		{ query: { [String(stored.name)]: key, key }, headers: {} },
		{ query: {}, headers: { [String(stored.headerName).toLowerCase()]: key, 'x-token': key } },
		{ query: {}, headers: { authorization: `Bearer ${key}` } },
		{
			query: {},
			headers: {
				authorization: `Basic ${Buffer.from(`${stored.user}:${key}`).toString('base64')}`,
			},
		},
		...(['utf8', 'base64'] as const).map((encoding) => {
			const sign = (text: string) =>
				createHmac('sha256', Buffer.from(key, encoding)).update(text).digest();
			return {
				query: {},
				headers: {
					'x-s': sign('{}').toString('hex'),
					'webhook-id': 'msg_1',
					'webhook-timestamp': timestamp,
					'webhook-signature': `v1,${sign(`msg_1.${timestamp}.{}`).toString('base64')}`,
				},
			};
		}),
	]);
}

async function credentialTest(node: INodeType, data: Stored) {
	const test = node.methods?.credentialTest?.liveRecorderWebhookTest;
	if (test === undefined) throw new Error('The node has no test of the credential');
	// n8n gives what an expression made of a field, whatever its type says.
	const credential = { id: '1', name: 'Secret', type: 'liveRecorderWebhookApi' };
	return await Reflect.apply(test, undefined, [{ ...credential, data }]);
}

describe.each(unusable)('%s', (_title, stored, problem) => {
	const authentication = readAuthentication(stored);

	it('is said to be unusable', () => {
		expect(authenticationProblem(authentication)).toMatch(problem);
	});

	it('lets nobody in, and tells the sender nothing of why', () => {
		for (const guess of guesses(stored)) {
			const result = authenticate(requestOf('{}', guess), authentication, Date.now());
			expect(result).toEqual({ ok: false, status: 503, message: expect.any(String) });
			expect(result.ok ? '' : result.message).not.toMatch(/secret|base64|tolerance|header/i);
		}
	});

	it.each([
		['trigger', new LiveRecorderTrigger()],
		['sender', new LiveRecorder()],
	])("is refused by the credential's test of the %s", async (_name, node) => {
		const result = await credentialTest(node, stored);
		expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(problem) });
	});
});

describe.each(usable)('%s', (_title, stored, advice) => {
	const authentication = readAuthentication(stored);

	it('can be used, from both sides', () => {
		expect(authenticationProblem(authentication)).toBeNull();
		const signed = authorise(
			{ method: 'POST', url: 'http://localhost/', headers: {}, body: '{}' },
			authentication,
			{ messageId: 'msg_1', now: 0 },
		);
		const headers = Object.fromEntries(
			Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]),
		);
		const query = Object.fromEntries(new URL(signed.url).searchParams);
		const result = authenticate(requestOf('{}', { headers, query }), authentication, 0);
		expect(result).toMatchObject({ ok: true });
	});

	it('passes its test, with advice where there is any', async () => {
		const result = await credentialTest(new LiveRecorderTrigger(), stored);
		expect(result.status).toBe('OK');
		expect(authenticationAdvice(authentication) ?? '').toMatch(advice ?? /^$/);
		expect(result.message).toMatch(advice ?? /recorder\.$/);
	});
});

describe('in n8n', () => {
	const [sample] = loadCorpus('bililiverecorder-v2');
	const tried = unusable.filter((_row, index) => index % 4 === 0);

	it.each(tried)('a trigger answers 503: %s', async (_title, stored) => {
		const server = await startWebhookServer(new LiveRecorderTrigger(), {
			parameters: { authentication: 'liveRecorderWebhook' },
			credentials: { liveRecorderWebhookApi: stored },
		});
		const answer = await server.post(sample?.text ?? '', { query: '?key=' });
		await server.close();
		expect([answer.status, server.executions, server.errors]).toEqual([503, [], []]);
		expect(answer.text).not.toMatch(/secret|base64|tolerance|credential/i);
	});

	it.each(tried)('nothing is sent: %s', async (_title, stored, problem) => {
		const receiver = await startWireReceiver();
		const node = new LiveRecorder();
		const error = await errorOf(node, {
			parameters: shownParameters(node, {
				operation: 'send',
				format: 'bililive-recorder.v2',
				event: 'SessionStarted',
				content: 'sample',
				urls: receiver.url,
				authentication: 'liveRecorderWebhook',
			}),
			credentials: { liveRecorderWebhookApi: stored },
		});
		await receiver.close();
		expect(error.message).toMatch(problem);
		expect(receiver.requests).toEqual([]);
	});
});

describe('the credential type', () => {
	it('has every field that is read, and its defaults lack no more than the secret', () => {
		const { properties } = new LiveRecorderWebhookApi();
		const defaults = Object.fromEntries(
			properties.map(({ name, default: value }) => [name, value]),
		);
		const [mode] = properties;
		const modes = mode?.options?.map((option) => ('value' in option ? option.value : null)) ?? [];
		expect(modes.length).toBeGreaterThan(4);
		for (const value of modes) {
			const stored = {
				...defaults,
				mode: value,
				user: 'rec',
				apiKey: 'key',
				secret: long,
				password: long,
			};
			expect([value, authenticationProblem(readAuthentication(stored))]).toEqual([value, null]);
			const problem = authenticationProblem(readAuthentication({ ...defaults, mode: value }));
			expect(problem).toMatch(/(secret|user name|key) is missing/i);
		}
	});
});
