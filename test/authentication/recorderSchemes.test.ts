import { createHash, createHmac } from 'node:crypto';

import * as fc from 'fast-check';

import {
	type Authentication,
	authenticate,
	authorise,
	readAuthentication,
} from '../../authentication/schemes';
import liveKitEnded from '../fixtures/corpus/livekit-egress/recon-egress_ended-complete.json';
import owncastStarted from '../fixtures/corpus/owncast/recon-STREAM_STARTED.json';
import tencentRecorded from '../fixtures/corpus/tencent-css/docs-100-record-mp4.json';

/*
 * The schemes that one recorder brings itself, with requests as their senders sign them (their keys stand in the corpus).
 */

interface Signed {
	readonly fields: Readonly<Record<string, unknown>>;
	readonly header: string | null;
	readonly value: string;
	readonly body: string;
	/** Milliseconds. */
	readonly at: number;
}

/** The corpus says what its requests were signed with. */
function keyIn(note: string, pattern: RegExp): string {
	const key = pattern.exec(note)?.[1];
	if (key === undefined) throw new Error(`No key in ${note}`);
	return key;
}

const liveKit: Signed = {
	fields: {
		mode: 'liveKitToken',
		apiKey: 'APItestkey0001',
		secret: keyIn(liveKitEnded.note, /secret (\S+);/),
	},
	header: 'authorization',
	value: liveKitEnded.headers.Authorization,
	body: liveKitEnded.raw_body,
	at: 1_787_403_605_000,
};

const owncast: Signed = {
	fields: { mode: 'owncast', secret: keyIn(owncastStarted.note, /secret (\S+)$/) },
	header: 'owncast-signature',
	value: owncastStarted.headers['Owncast-Signature'],
	body: owncastStarted.raw_body,
	at: 1_787_421_601_000,
};

const tencent: Signed = {
	fields: { mode: 'tencentCloud', secret: keyIn(tencentRecorded.note, /key (\S+)$/) },
	header: null,
	value: '',
	body: JSON.stringify(tencentRecorded.body),
	at: 1_787_423_500_000,
};

const SIGNED: ReadonlyArray<readonly [name: string, signed: Signed]> = [
	['LiveKit', liveKit],
	['Owncast', owncast],
	['Tencent', tencent],
];

function verify(
	{ fields, header, value, body, at }: Signed,
	authentication: Authentication = readAuthentication(fields),
) {
	const headers = header === null ? {} : { [header]: value };
	return authenticate({ headers, query: {}, body: Buffer.from(body, 'utf8') }, authentication, at);
}

describe.each(SIGNED)('%s', (_name, signed) => {
	it('lets in what its sender signed', () => {
		expect(verify(signed)).toEqual({ ok: true, messageId: null });
	});

	it('lets nobody in with another secret, or with one too short', () => {
		const other = { ...signed.fields, secret: 'another-secret-of-length' };
		expect(verify({ ...signed, fields: other })).toMatchObject({ ok: false, status: 403 });
		for (const secret of ['', ' ', 'fifteen-letters', null, 7, ['x'.repeat(32)]]) {
			const fields = { ...signed.fields, secret };
			expect(verify({ ...signed, fields })).toMatchObject({ ok: false, status: 503 });
		}
	});

	it('lets nobody in hours later, or hours before', () => {
		for (const hours of [2, -2]) {
			const at = signed.at + hours * 3_600_000;
			expect(verify({ ...signed, at })).toMatchObject({ ok: false, status: 403 });
		}
	});

	it('lets the former secret in as well', () => {
		const fields = {
			...signed.fields,
			secret: 'the-new-secret-of-length',
			previousSecret: signed.fields.secret,
		};
		expect(verify({ ...signed, fields }).ok).toBe(true);
	});

	it('signs what it lets in', () => {
		const authentication = readAuthentication(signed.fields);
		const request = authorise(
			{ method: 'POST', url: 'https://n8n.example/webhook', headers: {}, body: signed.body },
			authentication,
			{ messageId: 'm', now: signed.at },
		);
		const headers = Object.fromEntries(
			Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
		);
		const received = { headers, query: {}, body: Buffer.from(request.body, 'utf8') };
		expect(authenticate(received, authentication, signed.at).ok).toBe(true);
	});

	it('lets nobody in with a proof that is changed anywhere', () => {
		const proof = signed.header === null ? signed.body : signed.value;
		fc.assert(
			fc.property(
				fc.nat(proof.length - 1),
				fc.constantFrom('0', 'A', '.', '=', ' '),
				(at, other) => {
					const changed = proof.slice(0, at) + other + proof.slice(at + 1);
					fc.pre(changed.toLowerCase() !== proof.toLowerCase());
					const request = signed.header === null ? { body: changed } : { value: changed };
					const result = verify({ ...signed, ...request });
					// Tencent's proof covers its own two members only.
					const isCovered = signed.header !== null || coversSign(signed.body, changed);
					expect(result.ok && isCovered).toBe(false);
				},
			),
		);
	});
});

/** Whether the two differ in what Tencent's signature is about. */
function coversSign(one: string, other: string): boolean {
	const proofOf = (text: string) => /"sign":"([^"]*)","t":(\d+)/.exec(text)?.slice(1).join();
	return proofOf(one) !== proofOf(other);
}

describe('LiveKit tokens', () => {
	const part = (value: object) => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');

	/** A token that is signed as it should be, whatever it says. */
	const signed = (header: object, claims: object): Signed => {
		const text = [header, claims].map(part).join('.');
		const { secret } = liveKit.fields;
		const signature = createHmac('sha256', String(secret)).update(text).digest('base64url');
		return { ...liveKit, value: `${text}.${signature}` };
	};
	const seconds = Math.trunc(liveKit.at / 1000);
	const claims = {
		iss: liveKit.fields.apiKey,
		exp: seconds + 300,
		sha256: createHash('sha256').update(liveKit.body).digest('base64'),
	};

	it('are refused where they are signed well, but count for years, or name another algorithm', () => {
		const header = { alg: 'HS256' };
		expect(verify(signed(header, claims))).toMatchObject({ ok: true });
		for (const exp of [seconds + 86_400, 1e300, '9999999999', null]) {
			expect(verify(signed(header, { ...claims, exp }))).toMatchObject({ status: 403 });
		}
		for (const alg of ['none', 'HS512', 'hs256', '', null, ['HS256']]) {
			expect(verify(signed({ alg }, claims))).toMatchObject({ status: 403 });
		}
	});

	it('are refused with another body, another key, and an algorithm of the sender’s choice', () => {
		expect(verify({ ...liveKit, body: `${liveKit.body} ` })).toMatchObject({ status: 403 });
		const fields = { ...liveKit.fields, apiKey: 'APIother' };
		expect(verify({ ...liveKit, fields })).toMatchObject({ status: 403 });
		const [, payload = ''] = liveKit.value.split('.');
		for (const alg of ['none', 'HS512', 'RS256']) {
			const value = `${part({ alg, typ: 'JWT' })}.${payload}.`;
			expect(verify({ ...liveKit, value })).toMatchObject({ status: 403 });
		}
	});

	it('need the API key: without one nobody is let in', () => {
		const fields = { ...liveKit.fields, apiKey: '' };
		expect(verify({ ...liveKit, fields })).toMatchObject({ status: 503 });
	});
});

it('a body larger than any of Tencent’s is not read to find out whose it is', () => {
	const withFiller = (length: number) =>
		`${tencent.body.slice(0, -1)},"x":"${'x'.repeat(length)}"}`;
	expect(verify({ ...tencent, body: withFiller(10_000) })).toMatchObject({ ok: true });
	expect(verify({ ...tencent, body: withFiller(70_000) })).toMatchObject({ status: 401 });
});

it('strange tokens and members are refused, not thrown on', () => {
	const part = (value: unknown) => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
	const nested = '['.repeat(30_000) + ']'.repeat(30_000);
	for (const t of ['{"toString":1}', '{"toString":"x"}', nested, '[1787423500]', 'null', '1e9']) {
		const body = `{"t":${t},"sign":"${'0'.repeat(32)}"}`;
		expect(verify({ ...tencent, body })).toMatchObject({ ok: false, status: 403 });
	}
	const headers = ['null', '[]', '"HS256"', '{"alg":["HS256"]}', nested].map((text) =>
		Buffer.from(text, 'utf8').toString('base64url'),
	);
	for (const header of headers) {
		const value = `${header}.${part({ iss: 'APItestkey0001' })}.AAAA`;
		expect(verify({ ...liveKit, value })).toMatchObject({ ok: false, status: 403 });
	}
	const [header = '', payload = '', signature = ''] = liveKit.value.split('.');
	for (const value of [
		'.'.repeat(4000),
		`${header}.${payload}.${signature}=`,
		`${header}.${payload}.${signature}.`,
		`${header}=.${payload}.${signature}`,
		'a'.repeat(10_000_000),
	]) {
		expect(verify({ ...liveKit, value })).toMatchObject({ ok: false, status: 403 });
	}
});
