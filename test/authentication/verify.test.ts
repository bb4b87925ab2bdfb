import * as crypto from 'node:crypto';

import fc from 'fast-check';

import type { AuthenticationResult } from '../../authentication/scheme';
import { authenticate, type Authentication } from '../../authentication/schemes';
import { standardWebhookKey } from '../../authentication/standardWebhooks';
import type { InboundRequest } from '../../inbound/request';
import { requestOf } from '../inbound/requests';
import vector from './standardWebhooks.json';

jest.mock('node:crypto', () => {
	const actual = jest.requireActual<typeof import('node:crypto')>('node:crypto');
	return { ...actual, timingSafeEqual: jest.fn(actual.timingSafeEqual) };
});

const NOW = vector.timestamp * 1000;
const BODY = '{"EventId":"1"}';
const SECRET = 'correct horse battery';
const PREVIOUS = 'the old one, as long';

type Proof = Partial<Pick<InboundRequest, 'headers' | 'query'>>;

function check(authentication: Authentication, proof: Proof, body = BODY, now = NOW) {
	return authenticate(requestOf(body, proof), authentication, now);
}

function statusOf(result: AuthenticationResult): number {
	return result.ok ? 200 : result.status;
}

function basicHeader(pair: string, encoding: BufferEncoding = 'utf8'): string {
	return `Basic ${Buffer.from(pair, encoding).toString('base64')}`;
}

function basic(
	pair: string,
	encoding: BufferEncoding = 'utf8',
	change = (token: string): string => token,
): Proof {
	return { headers: { authorization: change(basicHeader(pair, encoding)) } };
}

function hmac(secret: string, encoding: 'hex' | 'base64', body = BODY): string {
	return crypto.createHmac('sha256', secret).update(body).digest(encoding);
}

function standard(
	secret: string,
	{ id = 'msg_1', timestamp = NOW / 1000, body = BODY, prefix = 'v1,' } = {},
): Record<string, string> {
	const mac = crypto
		.createHmac('sha256', standardWebhookKey(secret) ?? '')
		.update(`${id}.${timestamp}.${body}`)
		.digest('base64');
	return {
		'webhook-id': id,
		'webhook-timestamp': String(timestamp),
		'webhook-signature': `${prefix}${mac}`,
	};
}

const query: Authentication = { mode: 'query', name: 'key', secrets: [SECRET, PREVIOUS] };
const header: Authentication = { mode: 'header', name: 'X-Token', secrets: [SECRET, PREVIOUS] };
const bearer: Authentication = { mode: 'header', name: 'Authorization', secrets: [SECRET] };
const basicAuth: Authentication = { mode: 'basic', user: 'rec', password: 'pä:ss' };
const hmacHex: Authentication = {
	mode: 'hmac',
	name: 'X-Signature',
	encoding: 'hex',
	secrets: [SECRET, PREVIOUS],
};
const hmacBase64: Authentication = { ...hmacHex, encoding: 'base64' };
const WHSEC = `whsec_${Buffer.from('0123456789abcdef0123').toString('base64')}`;
const OLD_WHSEC = `whsec_${Buffer.from('fedcba98765432100000').toString('base64')}`;
const signed: Authentication = {
	mode: 'standardWebhooks',
	secrets: [WHSEC, OLD_WHSEC],
	toleranceSeconds: 300,
};

const hmacProof = { 'x-signature': hmac(SECRET, 'hex') };

const cases: Array<[string, Authentication, Proof, number]> = [
	['nothing asked for', { mode: 'none' }, {}, 200],

	['query: good', query, { query: { key: SECRET } }, 200],
	['query: rotated secret', query, { query: { key: PREVIOUS } }, 200],
	['query: given twice, one good', query, { query: { key: ['no', SECRET] } }, 403],
	['query: given twice, both good', query, { query: { key: [SECRET, SECRET] } }, 403],
	['query: key[]=', query, { query: { key: [SECRET] } }, 403],
	['query: an empty list', query, { query: { key: [] } }, 403],
	['query: bad', query, { query: { key: 'no' } }, 403],
	['query: the beginning only', query, { query: { key: SECRET.slice(0, -1) } }, 403],
	['query: too long', query, { query: { key: `${SECRET} ` } }, 403],
	['query: other case', query, { query: { key: SECRET.toUpperCase() } }, 403],
	['query: empty', query, { query: { key: '' } }, 403],
	['query: missing', query, { query: { token: SECRET } }, 401],
	['query: key[a]=', query, { query: { key: { a: SECRET } } }, 403],
	['query: no text', query, { query: { key: null } }, 403],
	['query: inherited name', { ...query, name: 'toString' }, {}, 503],

	['header: good', header, { headers: { 'x-token': SECRET } }, 200],
	['header: rotated secret', header, { headers: { 'x-token': PREVIOUS } }, 200],
	['header: sent twice', header, { headers: { 'x-token': [SECRET, 'no'] } }, 403],
	['header: sent twice, joined', header, { headers: { 'x-token': `no, ${SECRET}` } }, 403],
	[
		'header: sent twice, both good',
		header,
		{ headers: { 'x-token': `${SECRET}, ${SECRET}` } },
		403,
	],
	['header: bad', header, { headers: { 'x-token': 'no' } }, 403],
	['header: missing', header, {}, 401],
	['header: an empty list', header, { headers: { 'x-token': [] } }, 403],
	[
		'header: Bearer is for Authorization',
		header,
		{ headers: { 'x-token': `Bearer ${SECRET}` } },
		403,
	],
	['bearer: good', bearer, { headers: { authorization: `Bearer ${SECRET}` } }, 200],
	['bearer: without the word', bearer, { headers: { authorization: SECRET } }, 200],
	['bearer: bad', bearer, { headers: { authorization: 'Bearer no' } }, 403],

	['basic: good', basicAuth, basic('rec:pä:ss'), 200],
	['basic: Latin-1, as aiohttp sends it', basicAuth, basic('rec:pä:ss', 'latin1'), 200],
	['basic: wrong password', basicAuth, basic('rec:no'), 403],
	['basic: wrong user', basicAuth, basic('me:pä:ss'), 403],
	['basic: nothing in it', basicAuth, basic(':'), 403],
	['basic: missing', basicAuth, {}, 401],
	['basic: other scheme', basicAuth, { headers: { authorization: 'Bearer abc' } }, 401],
	['basic: no base64', basicAuth, { headers: { authorization: 'Basic ***' } }, 403],
	[
		'basic: without padding',
		basicAuth,
		basic('rec:pä:ss', 'utf8', (t) => t.replace(/=+$/, '')),
		403,
	],
	['basic: padded twice', basicAuth, basic('rec:pä:ss', 'utf8', (t) => `${t}=`), 403],
	[
		'basic: with a space in it',
		basicAuth,
		basic('rec:pä:ss', 'utf8', (t) => t.replace(/^(.{9})/, '$1 ')),
		403,
	],
	[
		'basic: in the alphabet for URLs',
		{ ...basicAuth, password: '>>>???' },
		basic('rec:>>>???', 'utf8', (t) => t.replaceAll('+', '-').replaceAll('/', '_')),
		403,
	],
	['basic: sent twice', basicAuth, { headers: { authorization: [basicHeader('rec:pä:ss')] } }, 403],
	[
		'basic: what Latin-1 cannot hold is not cut short',
		{ mode: 'basic', user: 'rec', password: '密码' },
		basic('rec:密码', 'latin1'),
		403,
	],

	['hmac hex: good', hmacHex, { headers: { 'x-signature': hmac(SECRET, 'hex') } }, 200],
	[
		'hmac hex: with its prefix and in upper case',
		hmacHex,
		{ headers: { 'x-signature': ` sha256=${hmac(SECRET, 'hex').toUpperCase()} ` } },
		200,
	],
	['hmac hex: rotated secret', hmacHex, { headers: { 'x-signature': hmac(PREVIOUS, 'hex') } }, 200],
	['hmac hex: other body', hmacHex, { headers: { 'x-signature': hmac(SECRET, 'hex', '{}') } }, 403],
	['hmac hex: other secret', hmacHex, { headers: { 'x-signature': hmac('no', 'hex') } }, 403],
	['hmac hex: in base64', hmacHex, { headers: { 'x-signature': hmac(SECRET, 'base64') } }, 403],
	[
		'hmac hex: and something behind it',
		hmacHex,
		{ headers: { 'x-signature': `${hmac(SECRET, 'hex')}zz` } },
		403,
	],
	[
		'hmac hex: a digit more',
		hmacHex,
		{ headers: { 'x-signature': `${hmac(SECRET, 'hex')}0` } },
		403,
	],
	[
		'hmac hex: sent twice',
		hmacHex,
		{ headers: { 'x-signature': `${hmac(SECRET, 'hex')}, ${hmac(SECRET, 'hex')}` } },
		403,
	],
	['hmac hex: a list', hmacHex, { headers: { 'x-signature': [hmac(SECRET, 'hex')] } }, 403],
	['hmac hex: empty', hmacHex, { headers: { 'x-signature': '' } }, 403],
	['hmac hex: missing', hmacHex, {}, 401],
	['hmac base64: good', hmacBase64, { headers: { 'x-signature': hmac(SECRET, 'base64') } }, 200],
	[
		'hmac base64: without padding',
		hmacBase64,
		{ headers: { 'x-signature': hmac(SECRET, 'base64').replace('=', '') } },
		403,
	],
	[
		'hmac base64: with a space in it',
		hmacBase64,
		{ headers: { 'x-signature': hmac(SECRET, 'base64').replace(/^(.{8})/, '$1 ') } },
		403,
	],
	['hmac base64: bad', hmacBase64, { headers: { 'x-signature': hmac('no', 'base64') } }, 403],

	['signed: good', signed, { headers: standard(WHSEC) }, 200],
	['signed: rotated secret', signed, { headers: standard(OLD_WHSEC) }, 200],
	[
		'signed: plain text secret',
		{ ...signed, secrets: [SECRET] },
		{ headers: standard(SECRET) },
		200,
	],
	['signed: other secret', signed, { headers: standard('whsec_AAAA') }, 403],
	['signed: other body', signed, { headers: standard(WHSEC, { body: '{}' }) }, 403],
	['signed: another version only', signed, { headers: standard(WHSEC, { prefix: 'v1a,' }) }, 403],
	['signed: id exchanged', signed, { headers: { ...standard(WHSEC), 'webhook-id': 'x' } }, 403],
	[
		'signed: newly dated',
		signed,
		{ headers: { ...standard(WHSEC), 'webhook-timestamp': String(NOW / 1000 + 1) } },
		403,
	],
	[
		'signed: just in time',
		signed,
		{ headers: standard(WHSEC, { timestamp: NOW / 1000 - 300 }) },
		200,
	],
	['signed: replayed', signed, { headers: standard(WHSEC, { timestamp: NOW / 1000 - 301 }) }, 403],
	[
		'signed: from the future',
		signed,
		{ headers: standard(WHSEC, { timestamp: NOW / 1000 + 301 }) },
		403,
	],
	[
		'signed: time is no number',
		signed,
		{ headers: { ...standard(WHSEC), 'webhook-timestamp': '1e9' } },
		403,
	],
	['signed: without id', signed, { headers: { ...standard(WHSEC), 'webhook-id': undefined } }, 401],
	['signed: missing', signed, {}, 401],
	[
		'signed: several signatures, one good',
		signed,
		{
			headers: {
				...standard(WHSEC),
				'webhook-signature': `v1a,xyz v1,AAAA ${standard(WHSEC)['webhook-signature']}`,
			},
		},
		200,
	],
	[
		'signed: signature without padding',
		signed,
		{
			headers: {
				...standard(WHSEC),
				'webhook-signature': String(standard(WHSEC)['webhook-signature']).replace('=', ''),
			},
		},
		403,
	],
	[
		'signed: signature sent twice',
		signed,
		{
			headers: {
				...standard(WHSEC),
				'webhook-signature': `v1,AAAA, ${standard(WHSEC)['webhook-signature']}`,
			},
		},
		403,
	],
	[
		'signed: a list of timestamps',
		signed,
		{ headers: { ...standard(WHSEC), 'webhook-timestamp': [String(NOW / 1000)] } },
		403,
	],
	['signed: without a message id', signed, { headers: standard(WHSEC, { id: '' }) }, 403],
	[
		'signed: a message id of any length',
		signed,
		{ headers: standard(WHSEC, { id: 'x'.repeat(513) }) },
		403,
	],
	[
		'signed: more signatures than anybody rotates between',
		signed,
		{
			headers: {
				...standard(WHSEC),
				'webhook-signature': `${'v1,AAAA '.repeat(16)}${standard(WHSEC)['webhook-signature']}`,
			},
		},
		403,
	],
];

describe('authenticate', () => {
	beforeEach(() => jest.mocked(crypto.timingSafeEqual).mockClear());

	it.each(cases)('%s', (_title, authentication, proof, status) => {
		expect(statusOf(check(authentication, proof))).toBe(status);
	});

	it.each(cases.filter(([, { mode }, , status]) => mode !== 'none' && [200, 403].includes(status)))(
		'compares in constant time: %s',
		(_title, authentication, proof, status) => {
			check(authentication, proof);
			const { calls } = jest.mocked(crypto.timingSafeEqual).mock;
			if (status === 200) expect(calls.length).toBeGreaterThan(0);
			for (const [a, b] of calls) expect([a.byteLength, b.byteLength]).toEqual([32, 32]);
		},
	);

	it.each([
		['query', query, { query: { key: SECRET } }, { query: { key: 'x' } }],
		['header', header, { headers: { 'x-token': SECRET } }, { headers: { 'x-token': 'x' } }],
		['basic', basicAuth, basic('rec:pä:ss'), basic('x:y')],
		[
			'hmac',
			hmacHex,
			{ headers: { 'x-signature': hmac(SECRET, 'hex') } },
			{ headers: { 'x-signature': '00' } },
		],
		['signed', signed, { headers: standard(WHSEC) }, { headers: standard('whsec_AAAA') }],
	])(
		'compares as much for a right proof as for a wrong one: %s',
		(_mode, authentication, right, wrong) => {
			check(authentication, right);
			const forRight = jest.mocked(crypto.timingSafeEqual).mock.calls.length;
			jest.mocked(crypto.timingSafeEqual).mockClear();
			check(authentication, wrong);
			expect(jest.mocked(crypto.timingSafeEqual).mock.calls).toHaveLength(forRight);
		},
	);

	it('verifies the vector that Standard Webhooks publishes', () => {
		const authentication: Authentication = {
			mode: 'standardWebhooks',
			secrets: [vector.secret],
			toleranceSeconds: 300,
		};
		const headers = {
			'webhook-id': vector.id,
			'webhook-timestamp': String(vector.timestamp),
			'webhook-signature': vector.signature,
		};
		expect(check(authentication, { headers }, vector.body)).toEqual({
			ok: true,
			messageId: vector.id,
		});
		expect(statusOf(check(authentication, { headers }, `${vector.body} `))).toBe(403);
	});

	it('takes no signature of one message for another that is divided elsewhere', () => {
		const now = Math.trunc(NOW / 1000);
		// A streamer's title, in a message that was signed: as a form it would be an event of its own.
		const body = `{"title":"x.${now}.event=file.closed&path=/etc/passwd&z=","room":1}`;
		const headers = standard(WHSEC, { id: 'msg_7', body });
		expect(check(signed, { headers }, body).ok).toBe(true);
		const from = body.indexOf('event=');
		const id = `msg_7.${now}.${body.slice(0, from - `.${now}.`.length)}`;
		const forged = { ...headers, 'webhook-id': id };
		expect(statusOf(check(signed, { headers: forged }, body.slice(from)))).toBe(403);
	});

	it('gives the id of a message where it is part of what was signed', () => {
		expect(check(signed, { headers: standard(WHSEC, { id: 'msg_7' }) })).toEqual({
			ok: true,
			messageId: 'msg_7',
		});
		const withId = { ...hmacProof, 'webhook-id': 'msg_7' };
		expect(check(hmacHex, { headers: withId })).toEqual({ ok: true, messageId: null });
	});

	it('asks for basic auth as browsers and clients understand it', () => {
		expect(check(basicAuth, {})).toMatchObject({
			headers: { 'WWW-Authenticate': 'Basic realm="Webhook"' },
		});
	});

	it('says no secret, neither its own nor the one it was given', () => {
		for (const [, authentication, proof] of cases) {
			const result = check(authentication, proof);
			const told = JSON.stringify(result);
			for (const secret of [SECRET, PREVIOUS, 'pä:ss', WHSEC, OLD_WHSEC, 'battery']) {
				expect(told).not.toContain(secret);
			}
			for (const value of Object.values({ ...proof.headers, ...proof.query })) {
				if (typeof value === 'string' && value.length > 10) expect(told).not.toContain(value);
			}
		}
	});

	it('takes every secret as it is and no other', () => {
		const text = fc
			.string({ unit: 'grapheme', minLength: 1 })
			.filter((secret) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(secret));
		fc.assert(
			fc.property(text, text, (secret, guess) => {
				const authentication: Authentication = { mode: 'query', name: 'k', secrets: [secret] };
				expect(check(authentication, { query: { k: secret } }).ok).toBe(true);
				expect(check(authentication, { query: { k: guess } }).ok).toBe(guess === secret);
			}),
		);
	});

	it('takes every signed body of any bytes, and none with a byte changed', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (bytes, place) => {
				const body = Buffer.from(bytes);
				const signature = crypto.createHmac('sha256', SECRET).update(body).digest('hex');
				const headers = { 'x-signature': signature };
				expect(authenticate(requestOf(body, { headers }), hmacHex, NOW).ok).toBe(true);
				const changed = Buffer.from(body);
				const index = place % body.length;
				changed[index] = (changed[index] ?? 0) ^ 1;
				expect(authenticate(requestOf(changed, { headers }), hmacHex, NOW).ok).toBe(false);
			}),
		);
	});
});
