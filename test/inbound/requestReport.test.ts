import fc from 'fast-check';

import type { Authentication } from '../../authentication/schemes';
import type { InboundRequest } from '../../inbound/request';
import { reportRequest } from '../../inbound/requestReport';
import { leakOf, secretTexts, spellings } from '../authentication/spelling';
import { requestOf } from './requests';

const SECRET = 'c0rrect h0rse+b@ttery/staple';
const PREVIOUS = 'previous=secret&one';

const everyWay: ReadonlyArray<readonly [string, Authentication]> = [
	['query', { mode: 'query', name: 'k', secrets: [SECRET, PREVIOUS] }],
	['header', { mode: 'header', name: 'X-Rec', secrets: [SECRET, PREVIOUS] }],
	['bearer', { mode: 'header', name: 'Authorization', secrets: [`Bearer ${SECRET}`, PREVIOUS] }],
	['basic', { mode: 'basic', user: 'rec', password: SECRET }],
	['hmac', { mode: 'hmac', name: 'X-Rec', encoding: 'hex', secrets: [SECRET, PREVIOUS] }],
	['signed', { mode: 'standardWebhooks', secrets: [SECRET, PREVIOUS], toleranceSeconds: 300 }],
];

function reported(
	others: Partial<InboundRequest>,
	authentication: Authentication = { mode: 'none' },
) {
	return reportRequest(requestOf('{}', others), authentication);
}

describe('a request in an item', () => {
	it('is as it came where it holds no credential', () => {
		const headers = {
			host: 'n8n.example.com',
			'user-agent': 'BililiveRecorder/2.13.0',
			'x-forwarded-for': '203.0.113.7, 10.0.0.1',
			'x-original-uri': '/webhook/0d5c8e1e-6b1d-4c55-9d43-d8a8f4c20c4a/webhook?source=nas',
			via: ['1.1 a', '1.1 b'],
		};
		const query = { source: 'nas', list: ['1', '2'], nested: { room: { id: '23058' } } };
		const received = { ...headers, missing: undefined };
		expect(reported({ headers: received, query })).toStrictEqual({ headers, query });
	});

	it("leaves out other people's credentials, and finds them again elsewhere", () => {
		const { headers, query } = reported({
			headers: {
				authorization: 'Bearer proxy-secret-1',
				cookie: 'n8n-auth=abc',
				'x-api-key': 'api-secret-2',
				'cf-access-client-id': 'client-3.access',
				'cf-access-client-secret': 'client-secret-4',
				'x-amz-security-token': 'token-5-abcdef',
				'x-original-uri': '/hook?room=1&token=token-6&sig=7&code=8',
				'x-forwarded-uri': '/hook?x=api-secret-2',
				'x-original-url': 'https://me:pass-9@host/hook?room=1',
				'x-rewrite-url': '/hook?next=%2Fa%3Fclient_secret%3Dsecret-10',
				referer: 'https://host/#access_token=token-11',
				forwarded: 'for=203.0.113.7;proto=https;secret=secret-12',
				'x-note': 'sent by Bearer token-13-abc',
			},
			query: {
				room: '1',
				token: 'token-14',
				sig: ['15', '15'],
				code: { a: '16' },
				q: 'api-secret-2',
				'api-secret-2': 'x',
				other: 'token-14',
			},
		});
		expect(headers).toEqual({
			'x-original-uri': '/hook?room=1&token=***&sig=***&code=***',
			'x-forwarded-uri': '/hook?x=***',
			'x-original-url': 'https://***@host/hook?room=1',
			'x-rewrite-url': '/hook?next=%2Fa%3Fclient_secret%3D***',
			referer: 'https://host/#access_token=***',
			forwarded: 'for=203.0.113.7;proto=https;secret=***',
			'x-note': 'sent by Bearer ***',
		});
		expect(query).toEqual({
			room: '1',
			token: '***',
			sig: '***',
			code: '***',
			q: '***',
			'***': '***',
			other: '***',
		});
	});

	it.each(everyWay)('holds nothing of its own secret: %s', (_mode, authentication) => {
		const secrets = 'secrets' in authentication ? [SECRET, PREVIOUS] : [SECRET];
		for (const [name, spell] of Object.entries(spellings)) {
			for (const secret of secrets) {
				const spelled = spell(secret, { before: 'rec:', after: '' });
				const headers = {
					'x-rec': spelled,
					authorization: spelled,
					referer: `https://host/hook?a=1&k=${spelled}`,
					'x-original-uri': `/hook?k=${spelled}&a=1`,
					'x-copy': spelled,
					[`x-${spelled}`]: 'a',
					via: ['1.1 a', `1.1 ${spelled}`],
				};
				const query = {
					k: spelled,
					copy: spelled,
					list: ['a', spelled],
					nested: { deep: { [spelled]: spelled } },
					[spelled]: '1',
				};
				const report = reported({ headers, query }, authentication);
				expect([name, leakOf(secret, JSON.stringify(report))]).toEqual([name, null]);
				expect(report.query).not.toHaveProperty('x-rec');
			}
		}
	});

	it('holds nothing of any secret, in any spelling and any place', () => {
		const place = fc.constantFrom('header', 'name', 'list', 'parameter', 'parameter name', 'deep');
		const spelling = fc.constantFrom(...Object.values(spellings));
		const text = fc.string({ maxLength: 8 });
		fc.assert(
			fc.property(
				secretTexts,
				spelling,
				place,
				text,
				text,
				(secret, spell, where, before, after) => {
					fc.pre(leakOf(secret, `${before}|${after}|x-header list nested via note`) === null);
					const spelled = `${before}${spell(secret, { before, after })}${after}`;
					const headers = {
						...(where === 'header' ? { 'x-note': spelled } : {}),
						...(where === 'name' ? { [spelled]: 'x' } : {}),
						...(where === 'list' ? { via: ['x', spelled] } : {}),
					};
					const query = {
						...(where === 'parameter' ? { note: spelled } : {}),
						...(where === 'parameter name' ? { [spelled]: 'x' } : {}),
						...(where === 'deep' ? { nested: [{ note: [spelled] }] } : {}),
					};
					const authentication: Authentication = { mode: 'query', name: 'k', secrets: [secret] };
					const report = reported({ headers, query }, authentication);
					expect(leakOf(secret, JSON.stringify(report))).toBeNull();
				},
			),
			{ numRuns: 400 },
		);
	});

	it('leaves out the parameter of the secret, and the header of the proof', () => {
		const report = reported(
			{ headers: { 'x-rec': 'wrong', via: 'a' }, query: { k: 'wrong', a: '1' } },
			{ mode: 'query', name: 'k', secrets: [SECRET] },
		);
		expect(report).toEqual({ headers: { 'x-rec': 'wrong', via: 'a' }, query: { a: '1' } });
		const byHeader: Authentication = { mode: 'header', name: 'X-Rec', secrets: [SECRET] };
		expect(reported({ headers: { 'x-rec': 'wrong', via: 'a' } }, byHeader).headers).toEqual({
			via: 'a',
		});
	});

	it('ends where a query is nested deeper than n8n reads one', () => {
		let query: Record<string, unknown> = { a: 'x' };
		for (let depth = 0; depth < 2000; depth++) query = { a: query };
		expect(JSON.stringify(reported({ query })).length).toBeLessThan(200);
	});

	it('is what it is, whatever the names', () => {
		const query = JSON.parse('{"__proto__":{"polluted":"1"},"constructor":"2","toString":"3"}');
		const report = reported({ query });
		expect(JSON.stringify(report.query)).toBe(JSON.stringify(query));
		expect(Reflect.get({}, 'polluted')).toBeUndefined();
	});
});
