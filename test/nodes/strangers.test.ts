import { createHmac } from 'node:crypto';

import { BililiveRecorderTrigger } from '../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node';
import { leakOf, spellings } from '../authentication/spelling';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { rawRequest } from '../n8n/rawRequest.cjs';
import { startWebhookServer, type WebhookServer } from '../n8n/webhookServer';

/** What somebody tries who knows the URL, but not the secret; or knows the secret, and reads what comes out. */

const SECRET = ['c0rrect', 'h0rse', 'battery'].join('-');
const [sample] = loadCorpus('bililiverecorder-v2');
const BODY = sample?.text ?? '';
const JSON_TYPE = 'Content-Type: application/json';

const servers: WebhookServer[] = [];

async function start(
	credential: Record<string, unknown> | null,
	options: Record<string, unknown> = {},
	proxyHops = 0,
): Promise<WebhookServer> {
	const server = await startWebhookServer(new BililiveRecorderTrigger(), {
		parameters: {
			...(credential === null ? {} : { authentication: 'liveRecorderWebhook' }),
			options: { deduplicate: 'pass', ...options },
		},
		...(credential === null ? {} : { credentials: { liveRecorderWebhookApi: credential } }),
		...(proxyHops === 0 ? {} : { proxyHops }),
	});
	servers.push(server);
	return server;
}

afterEach(async () => {
	for (const server of servers.splice(0)) {
		expect(server.errors).toEqual([]);
		await server.close();
	}
});

interface Attack {
	readonly query?: string;
	readonly headers?: readonly string[];
	readonly body?: string;
}

async function statusOf(server: WebhookServer, { query = '', headers = [], body = BODY }: Attack) {
	const answer = await rawRequest(
		server.url,
		`/webhook${query}`,
		[...(headers.some((line) => /^content-type:/i.test(line)) ? [] : [JSON_TYPE]), ...headers],
		body,
	);
	return answer.status;
}

const basicLine = (pair: string): string =>
	`Authorization: Basic ${Buffer.from(pair).toString('base64')}`;
const mac = (key: string, text = BODY) => createHmac('sha256', key).update(text).digest();

describe('without the secret nobody gets in', () => {
	it.each<[string, number]>([
		['', 401],
		['?key=', 403],
		['?key', 403],
		['?key=wrong', 403],
		[`?key=wrong&key=${SECRET}`, 403],
		[`?key=${SECRET}&key=wrong`, 403],
		[`?key=${SECRET}&key=${SECRET}`, 403],
		[`?key[]=${SECRET}`, 403],
		[`?key[0]=${SECRET}`, 403],
		[`?key[a]=${SECRET}`, 403],
		[`?key[key]=${SECRET}`, 403],
		[`?key=${SECRET}&key[]=x`, 403],
		[`?key=x&key[toString]=${SECRET}`, 403],
		[`?key%5B%5D=${SECRET}`, 403],
		[`?${'key=guess&'.repeat(30)}key=${SECRET}`, 403],
		[`?${Array.from({ length: 1500 }, (_, n) => `a${n}=`).join('&')}&key=${SECRET}`, 401],
		[`?KEY=${SECRET}`, 401],
		[`?key.=${SECRET}`, 401],
		[`?__proto__[key]=${SECRET}`, 401],
		[`?constructor[prototype][key]=${SECRET}`, 401],
		[`?key%00=${SECRET}`, 401],
		[`?key=${SECRET}%00`, 403],
		[`?key=%20${SECRET}`, 403],
		[`?key=${SECRET}%0A`, 403],
		[`?key=${SECRET.toUpperCase()}`, 403],
		[`?key=%EF%BB%BF${SECRET}`, 403],
		[`;key=${SECRET}`, 401],
		[`/../webhook?key=x`, 403],
	])('query %s', async (query, status) => {
		const server = await start({ mode: 'query', name: 'key', secret: SECRET });
		expect(await statusOf(server, { query })).toBe(status);
		expect(server.executions).toEqual([]);
	});

	it.each<[string, readonly string[], number]>([
		['twice, the second right', ['X-Token: no', `X-Token: ${SECRET}`], 403],
		['twice, the first right', [`X-Token: ${SECRET}`, 'X-Token: no'], 403],
		['twice, both right', [`X-Token: ${SECRET}`, `x-token: ${SECRET}`], 403],
		['with commas', [`X-Token: no, ${SECRET}`], 403],
		['with an underscore', [`X_Token: ${SECRET}`], 401],
		['in front of its colon a space', [`X-Token : ${SECRET}`], 400],
		['folded', [`X-Token:\r\n ${SECRET}x`], 403],
		['as a bearer', [`X-Token: Bearer ${SECRET}`], 403],
		['as a cookie', [`Cookie: X-Token=${SECRET}`], 401],
	])('a header %s', async (_title, headers, status) => {
		const server = await start({ mode: 'header', headerName: 'X-Token', secret: SECRET });
		const given = await statusOf(server, { headers });
		expect([status, ...(status === 403 ? [400] : [])]).toContain(given);
		expect(server.executions).toEqual([]);
	});

	it.each<[string, readonly string[], number]>([
		['twice, the first right', [basicLine(`rec:${SECRET}`), basicLine('rec:no')], 403],
		['twice, both right', [basicLine(`rec:${SECRET}`), basicLine(`rec:${SECRET}`)], 403],
		['and a bearer', [basicLine(`rec:${SECRET}`), 'Authorization: Bearer x'], 403],
		['without padding', [basicLine(`rec:${SECRET}`).replace(/=+$/, '')], 403],
		['of a password more', [basicLine(`rec:${SECRET}\0`)], 403],
		['of no user', [basicLine(`:${SECRET}`)], 403],
		['for a proxy', [basicLine(`rec:${SECRET}`).replace('Auth', 'Proxy-Auth')], 401],
	])('basic auth %s', async (_title, headers, status) => {
		const server = await start({ mode: 'basic', user: 'rec', password: SECRET });
		// One of them must be without padding to be changed.
		expect(Buffer.from(`rec:${SECRET}`).toString('base64')).toMatch(/=$/);
		expect(await statusOf(server, { headers })).toBe(status);
		expect(server.executions).toEqual([]);
	});

	it.each<[string, readonly string[], string?]>([
		['of the empty key', [`X-Sig: ${mac('').toString('hex')}`]],
		['of another body', [`X-Sig: ${mac(SECRET, '{}').toString('hex')}`]],
		['twice', Array(2).fill(`X-Sig: ${mac(SECRET).toString('hex')}`)],
		['and something behind', [`X-Sig: ${mac(SECRET).toString('hex')}zz`]],
		['of half', [`X-Sig: ${mac(SECRET).toString('hex').slice(0, 32)}`]],
		['of nothing', ['X-Sig: sha256=']],
		['of the body with a space', [`X-Sig: ${mac(SECRET).toString('hex')}`], `${BODY} `],
	])('a signature %s', async (_title, headers, body = BODY) => {
		const credential = { mode: 'hmac', signatureHeader: 'X-Sig', secret: SECRET };
		const server = await start(credential);
		expect(await statusOf(server, { headers, body })).toBe(403);
		expect(server.executions).toEqual([]);
	});

	it.each(['whsec_', 'whsec_x', 'whsec_***', 'whsec_中文', 'whsec_AAAA', ''])(
		'the empty key signs nothing where the secret is %j',
		async (secret) => {
			const server = await start({ mode: 'standardWebhooks', secret });
			const timestamp = String(Math.trunc(Date.now() / 1000));
			for (const key of ['', 'x', secret]) {
				const signature = mac(key, `msg_1.${timestamp}.${BODY}`).toString('base64');
				const headers = [
					'webhook-id: msg_1',
					`webhook-timestamp: ${timestamp}`,
					`webhook-signature: v1,${signature}`,
				];
				expect(await statusOf(server, { headers })).toBe(503);
			}
			expect(server.executions).toEqual([]);
		},
	);

	it('a secret in the body is none', async () => {
		const server = await start({ mode: 'query', name: 'key', secret: SECRET });
		const body = `key=${SECRET}`;
		const headers = ['Content-Type: application/x-www-form-urlencoded'];
		expect(await statusOf(server, { headers, body })).toBe(401);
	});

	it('and with it, he does', async () => {
		const byQuery = await start({ mode: 'query', name: 'key', secret: SECRET });
		expect(await statusOf(byQuery, { query: `?a=1&key=${SECRET}&b[]=2` })).toBe(200);
		const byHeader = await start({ mode: 'header', headerName: 'X-Token', secret: SECRET });
		expect(await statusOf(byHeader, { headers: [`x-tOKEN:   ${SECRET}  `] })).toBe(200);
		const byBasic = await start({ mode: 'basic', user: 'rec', password: SECRET });
		expect(await statusOf(byBasic, { headers: [basicLine(`rec:${SECRET}`)] })).toBe(200);
		const bySignature = await start({ mode: 'hmac', signatureHeader: 'X-Sig', secret: SECRET });
		const headers = [`X-Sig: sha256=${mac(SECRET).toString('hex')}`];
		expect(await statusOf(bySignature, { headers })).toBe(200);
	});
});

describe('from an address that is not on the list nobody gets in', () => {
	it.each<[number, string, string | null, number]>([
		[0, '127.0.0.0/8', null, 200],
		[0, '10.0.0.0/8', null, 403],
		[0, '10.0.0.0/8', '10.0.0.1', 403],
		[1, '10.0.0.0/8', '10.0.0.1', 200],
		[1, '10.0.0.0/8', '10.0.0.1, 203.0.113.66', 403],
		[2, '10.0.0.0/8', '203.0.113.66, 10.0.0.5', 403],
		[2, '203.0.113.0/24', '203.0.113.66, 10.0.0.5', 200],
		[2, '10.0.0.0/8', '10.0.0.9, 203.0.113.66, 10.0.0.5', 403],
		[2, '127.0.0.0/8', '203.0.113.66, 10.0.0.5', 403],
		[1, '10.0.0.0/8', '010.0.0.1', 403],
		[1, '10.0.0.0/8', '10.0.0.1 ', 200],
		[1, '10.0.0.0/8', '::ffff:10.0.0.1', 200],
		[1, '10.0.0.0/8', 'unknown', 403],
		[1, '10.0.0.0/8', '10.0.0.1:80', 403],
		[1, '10.0.0.0/8', '10.0.0.1%0', 403],
	])('%d proxies, list %s, X-Forwarded-For: %s', async (hops, ipAllowList, forwarded, status) => {
		const server = await start(null, { ipAllowList }, hops);
		const headers = forwarded === null ? [] : [`X-Forwarded-For: ${forwarded}`];
		expect(await statusOf(server, { headers })).toBe(status);
		expect(server.executions).toHaveLength(status === 200 ? 1 : 0);
	});

	it.each([
		'={{ null }}',
		'={{ undefined }}',
		'={{ $vars.unset }}',
		"={{ '' }}",
		"={{ ' , ' }}",
		'={{ [] }}',
		"={{ [''] }}",
		'={{ {} }}',
		'={{ 10 }}',
		'={{ true }}',
		' , ',
		'10.0.0.0/0',
		'127.0.0.1;',
		'={{ [["127.0.0.1"]] }}',
	])('nor anybody else, where the list is %s', async (ipAllowList) => {
		const server = await start(null, { ipAllowList });
		const answer = await server.post(BODY);
		expect([answer.status, server.executions]).toEqual([503, []]);
		expect(answer.text).not.toMatch(/10\.0|address|list/i);
	});

	it.each(['={{ ["10.0.0.1", "127.0.0.1"] }}', '={{ "127.0.0.1" }}', '127.0.0.1，10.0.0.1'])(
		'but those on it do, where it is %s',
		async (ipAllowList) => {
			const server = await start(null, { ipAllowList });
			expect((await server.post(BODY)).status).toBe(200);
		},
	);
});

describe('what comes out with Include Request', () => {
	const credentials: ReadonlyArray<readonly [string, Record<string, unknown>, Attack]> = [
		['query', { mode: 'query', name: 'k', secret: SECRET }, { query: `?k=${SECRET}` }],
		[
			'header',
			{ mode: 'header', headerName: 'X-Rec', secret: SECRET },
			{ headers: [`X-Rec: ${SECRET}`] },
		],
		[
			'basic',
			{ mode: 'basic', user: 'rec', password: SECRET },
			{ headers: [basicLine(`rec:${SECRET}`)] },
		],
		[
			'hmac',
			{ mode: 'hmac', signatureHeader: 'X-Sig', secret: SECRET },
			{ headers: [`X-Sig: ${mac(SECRET).toString('hex')}`] },
		],
	];

	it.each(credentials)(
		'is no secret, whatever proxies add: %s',
		async (_mode, credential, proof) => {
			const server = await start(credential, { includeRequest: true });
			const signature = mac(SECRET).toString('hex');
			const added = Object.values(spellings).flatMap((spell, index) => {
				const spelled = spell(SECRET, { before: 'rec:', after: '' });
				// A header has one line: the breaks that quoted-printable makes in one that is too long are none.
				const line = spelled.replaceAll('=\r\n', '').replace(/[^\x20-\x7e]/g, '');
				return [
					`X-Copy-${index}: ${line}`,
					`X-Uri-${index}: /hook?a=1&k=${line}`,
					`X-List: ${line}`,
				];
			});
			const query = `${proof.query ?? '?a=1'}&copy=${encodeURIComponent(SECRET)}&deep[a][]=${SECRET}&${SECRET}=1`;
			const headers = [
				...(proof.headers ?? []),
				...added,
				`X-Original-URI: /webhook${query}`,
				`Referer: https://rec:${SECRET}@host/`,
				`X-Seen: ${signature} ${mac(SECRET).toString('base64')}`,
				'X-Api-Key: somebody-elses-key',
				'CF-Access-Client-Secret: somebody-elses-secret',
				'X-Forwarded-Uri: /a?token=somebody-elses-token',
			];
			expect(await statusOf(server, { query, headers })).toBe(200);
			const [[[item] = []] = []] = server.executions;
			const told = JSON.stringify(item?.json.request);
			expect(leakOf(SECRET, told)).toBeNull();
			expect(told).not.toMatch(/somebody/);
			if ('signatureHeader' in credential) expect(leakOf(signature, told)).toBeNull();
			expect(item?.json.request).toMatchObject({
				headers: { 'x-forwarded-uri': '/a?token=***' },
				query: { copy: '***', deep: { a: ['***'] } },
			});
		},
	);
});
