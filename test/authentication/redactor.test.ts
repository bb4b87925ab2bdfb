import { createHmac } from 'node:crypto';

import fc from 'fast-check';

import { isCredentialHeader, isCredentialParameter } from '../../authentication/credentialNames';
import { createRedactor, proofsIn, REDACTED, secretsInUrl } from '../../authentication/redactor';
import { processorMilliseconds } from '../processorTime.cjs';
import { leakOf, secretTexts, spellings } from './spelling';

function knowing(...texts: string[]) {
	return createRedactor({ texts, headers: [], parameters: [] });
}

const nobody = knowing();
const SECRET = 'c0rrect/h0rse+battery="staple" & <ñ 密码>';

describe.each(Object.entries(spellings))('a secret spelled as %s', (_name, spell) => {
	it.each(['', 'a', 'ab', 'abc', 'rec:'])('comes out of no text (after %j)', (before) => {
		const spelled = spell(SECRET, { before, after: '&x' });
		const told = knowing(SECRET).text(`You sent key=${spelled}, which is wrong`);
		expect(leakOf(SECRET, told)).toBeNull();
		expect(told).toMatch(/^You sent key=.*\*\*\*.*, which is wrong$/s);
		expect(leakOf(SECRET, `You sent ${spelled}`)).not.toBeNull();
	});

	it.each(['¡"  ¡', '密"&', '\\¡\\'])('comes out of no text, be it as odd as %j', (secret) => {
		expect(
			leakOf(secret, knowing(secret).text(`is ${spell(secret, { before: '', after: '' })}`)),
		).toBeNull();
	});

	it('comes out of no text, whatever the secret and the text', () => {
		const text = fc.string({ maxLength: 12 });
		fc.assert(
			fc.property(secretTexts, text, text, text, text, (secret, front, before, after, back) => {
				const told = knowing(secret).text(`${front}${spell(secret, { before, after })}${back}`);
				// What was there beside it may look like a secret of a few characters.
				fc.pre(leakOf(secret, `${front}|${before}|${after}|${back}`) === null);
				expect(leakOf(secret, told)).toBeNull();
			}),
			{ numRuns: 60 },
		);
	});
});

describe('bytes one by one', () => {
	const secret = 'Wire-Secret_0123456789/+"&é';
	const bytes = Buffer.from(secret, 'utf8');
	const hex = bytes.toString('hex');
	const pairs = (separator: string) => hex.replaceAll(/..(?=.)/g, `$&${separator}`);

	it.each([
		['JSON of a buffer', '{"type":"Buffer","data":***}', JSON.stringify([...bytes])],
		['JSON in lines', '{"data": ***}', JSON.stringify([...bytes], null, 2)],
		['Python', 'list: ***', `[${[...bytes].join(', ')}]`],
		['Go', '***', `[${[...bytes].join(' ')}]`],
		['Node.js', '<Buffer 41 ***>', pairs(' ')],
		['Ruby', '***', pairs(':')],
		['.NET', '***', pairs('-').toUpperCase()],
		['C', '{***}', `0x${pairs(', 0x')}`],
		['a dump', '***', hex.replaceAll(/.{4}(?=.)/g, '$& ')],
		['codes of characters', 'String.fromCharCode(***)', [...secret].map(codeOf).join(',')],
	])('are read as %s writes them', (_language, around, list) => {
		const told = knowing(secret).text(`You sent ${around.replace('***', list)} and more`);
		expect(told).toMatch(/^You sent .*\*\*\*.* and more$/s);
		expect(told).not.toMatch(/\d{2}\W+\d{2}/);
	});

	it('are left alone where they say nothing secret', () => {
		const text =
			'[87,105,114,101] at 2026-08-22 12:00:05, 7c7f3672-70ce-405a-aa12-886702ced6e5, 00:1b:44:11:3a:b7';
		expect(knowing(secret).text(text)).toBe(text);
	});

	it('cost little, however many there are', () => {
		for (const item of ['12 ', '12,', '0x12, ', '12:', '12-', 'ab,  ', '1234 ', '12:12 ', '1 ']) {
			const text = item.repeat(8000 / item.length);
			const startedAt = processorMilliseconds();
			knowing(secret).text(text);
			expect([item, processorMilliseconds() - startedAt < 5000]).toEqual([item, true]);
		}
	});
});

function codeOf(character: string): number {
	return character.charCodeAt(0);
}

describe('known secrets', () => {
	it('all go, wherever they stand and however often', () => {
		const told = knowing('first-secret', 'second-secret').text(
			'first-secret,second-secret;first-secretfirst-secret Zmlyc3Qtc2VjcmV0 Zmlyc3Qtc2VjcmV0',
		);
		expect(told).toBe('***,***;*** *** ***');
	});

	it('leave the rest as it is', () => {
		const text = 'Grüße 直播 100% +1 &amp; "a\\nb" %7B%zz \ud800 eyes {"a":[1,2]}';
		expect(knowing('another').text(text)).toBe(text);
		expect(nobody.text(text)).toBe(text);
		expect(knowing('').text(text)).toBe(text);
	});

	it('are short ones, too', () => {
		expect(knowing('ab').text('a b ab %61b')).toBe('a b *** ***');
		expect(knowing('x').text('xyz')).toBe('***yz');
	});

	it('count where the text ends before they do', () => {
		const told = knowing('0123456789abcdef').text('The key was 0123456789ab');
		expect(told).toBe('The key was ***');
		expect(knowing('0123456789abcdef').text('The key was 0123456')).toContain('0123456');
		expect(knowing('0123456789abcdef').text('0123456789abcde… is wrong')).toBe('***… is wrong');
	});

	it('count backwards, in capitals and in small letters', () => {
		const secret = 'Correct-Horse-密码';
		const backwards = '码密-esroH-tcerroC';
		for (const turned of [backwards, secret.toUpperCase(), secret.toLowerCase()]) {
			expect(knowing(secret).text(`It is ${turned}, it says`)).toBe('It is ***, it says');
			const escaped = encodeURIComponent(turned);
			expect(knowing(secret).text(`It is ${escaped}, it says`)).toBe('It is ***, it says');
		}
		// What is as short may be a word.
		expect(knowing('Star').text('star, rats')).toBe('star, rats');
	});

	it('count as the bytes that they are in base64 or hex', () => {
		const mac = createHmac('sha256', 'key').update('body').digest();
		for (const known of [mac.toString('hex'), mac.toString('base64')]) {
			for (const seen of ['hex', 'base64', 'base64url'] as const) {
				const spelled = mac.toString(seen).replace(/=+$/, '');
				expect(knowing(known).text(`expected ${spelled}.`)).toBe('expected ***.');
			}
		}
		const whsec = `whsec_${mac.toString('base64')}`;
		expect(knowing(whsec).text(mac.toString('hex'))).toBe(REDACTED);
	});

	it('count in UTF-16 and UTF-32, in lines of base64 and in other escapes', () => {
		const words = ['s3cr3t-Key', 'With+Chars=9'].join('/');
		const inUtf16 = Buffer.from(words, 'utf16le');
		const long = Buffer.from(`${'x'.repeat(50)}${words}`).toString('base64');
		const escaped = (before: string, radix: number, after: string) =>
			[...words].map((each) => `${before}${each.charCodeAt(0).toString(radix)}${after}`).join('');
		for (const spelled of [
			inUtf16.toString('utf8'),
			Buffer.from(inUtf16).swap16().toString('utf8'),
			[...words].join('\0\0\0'),
			inUtf16.toString('base64'),
			inUtf16.toString('hex'),
			long.replace(/.{76}/g, '$&\r\n'),
			JSON.stringify(long.replace(/.{76}/g, '$&\n')),
			escaped('&#', 10, ''),
			escaped('&#x', 16, ''),
			escaped('\\u{', 16, '}'),
		]) {
			const text = knowing(words).text(`before ${spelled} after`);
			expect(text).toMatch(/^before .*\*\*\*.* after$/s);
			expect(text).not.toContain(spelled.slice(-9, -2));
		}
	});

	it('are looked for in a text of any kind without stalling', () => {
		const texts = [
			'A'.repeat(16_000),
			'0'.repeat(16_000),
			'%41'.repeat(5_000),
			'\\u0041'.repeat(2_500),
			'&#65;'.repeat(3_000),
			'?key='.repeat(3_000),
			'?a='.repeat(5_000),
			'://'.repeat(5_000),
			'%3a%2f%2f'.repeat(1_800),
			'%3A%2F%2Fu'.repeat(22_000),
			'+%5c&amp;%2b\\u0025'.repeat(900),
			'Bearer '.repeat(2_300),
			'eyJ'.repeat(5_000),
			Buffer.from(Buffer.from('%41\\u0041'.repeat(900)).toString('base64')).toString('base64'),
		];
		for (const text of texts) {
			const startedAt = processorMilliseconds();
			knowing(SECRET, 'AAAB').text(text);
			expect([text.slice(0, 20), processorMilliseconds() - startedAt < 10_000]).toEqual([
				text.slice(0, 20),
				true,
			]);
		}
	});

	it('never make it throw', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (secret, text) => {
				expect(typeof knowing(secret).text(text)).toBe('string');
			}),
		);
	});
});

describe('what is secret by where it stands', () => {
	it.each([
		['https://rec:pass@host/hook', 'https://***@host/hook'],
		['https://rec:p@ss@host/hook', 'https://***@host/hook'],
		['https:\\/\\/rec:pass@host\\/hook', 'https:\\/\\/***@host\\/hook'],
		['next=https%3A%2F%2Frec%3Apass%40host%2F', 'next=https%3A%2F%2F***%40host%2F'],
		['redis://:pass@host', 'redis://***@host'],
		['see https://host/@rec and a@b.c', 'see https://host/@rec and a@b.c'],
		['/hook?token=abc&room=1', '/hook?token=***&room=1'],
		['/hook?room=1&sig=abc#access_token=def', '/hook?room=1&sig=***#access_token=***'],
		['/cb?code=abc&state=1', '/cb?code=***&state=1'],
		['/cb?a=/b?token=abc', '/cb?a=/b?token=***'],
		['/cb?to=%2Fb%3Fx%3D1%26token%3Dabc%26y%3D2', '/cb?to=%2Fb%3Fx%3D1%26token%3D***%26y%3D2'],
		['/cb?token=a%26b%3Dc&y=2', '/cb?token=***&y=2'],
		['/hook?X-Amz-Signature=abc&X-Amz-Date=1', '/hook?X-Amz-Signature=***&X-Amz-Date=1'],
		['/hook?acc%65ssToken=abc', '/hook?acc%65ssToken=***'],
		['"/hook?token=abc"', '"/hook?token=***"'],
		['token=abc&x=1', 'token=***&x=1'],
		['{"u":"/h?a=1\\u0026token=abc"}', '{"u":"/h?a=1\\u0026token=***"}'],
		['/h?a=1&amp;token=abc', '/h?a=1&amp;token=***'],
		['/hook?codec=avc&monkeys=2&author=me', '/hook?codec=avc&monkeys=2&author=me'],
		['Authorization: Bearer abcDEF123', 'Authorization: Bearer ***'],
		['Authorization: Basic cmVjOnBhc3M=', 'Authorization: Basic ***'],
		['Basic authentication, bearer authorisation', 'Basic authentication, bearer authorisation'],
		['jwt eyJhbGciOiJI.eyJzdWIiOiI.c2ln!', 'jwt ***!'],
	])('%s', (text, told) => {
		expect(nobody.text(text)).toBe(told);
	});

	it('are parameters by the name that is set, however it is spelled', () => {
		const redactor = createRedactor({ texts: [], headers: [], parameters: ['k'] });
		expect(redactor.text('/hook?k=abc&%6B=def&kk=1')).toBe('/hook?k=***&%6B=***&kk=1');
	});

	it('are headers by their names', () => {
		const redactor = createRedactor({ texts: [], headers: ['X-Sig'], parameters: [] });
		expect(redactor.headers({ 'x-sig': 'a', Authorization: 'b', Accept: 'c' })).toEqual({
			'x-sig': REDACTED,
			Authorization: REDACTED,
			Accept: 'c',
		});
	});
});

describe("a URL's secrets", () => {
	it.each([
		['https://rec:p%40ss@host/', ['p@ss', 'rec:p@ss']],
		['https://rec@host/', []],
		['https://a:50%@host/', ['50%', 'a:50%']],
		['https://host/?token=abcd&room=1&auth=1', ['abcd']],
		['https://host/?a=1#access_token=abcd&b=2', ['abcd']],
		['https://host/#/route?sig=abcd', ['abcd']],
		['no address', []],
	])('%s', (url, texts) => {
		expect(secretsInUrl(url)).toEqual({ texts, headers: [], parameters: [] });
	});
});

describe("a request's proofs", () => {
	it.each([
		[{ Authorization: 'Basic cmVjOnBhc3N3b3Jk' }, 'cmVjOnBhc3N3b3Jk'],
		[{ Authorization: 'Bearer abcdefgh' }, 'abcdefgh'],
		[{ Signature: 'sha256=0123456789abcdef' }, '0123456789abcdef'],
		[{ Signature: 'v1,AAAAAAAA v1,BBBBBBBB' }, 'BBBBBBBB'],
		[{ Signature: 't=1700000000.s=0123456789abcdef' }, '0123456789abcdef'],
		[{ Signature: ['abcdefgh'] }, 'abcdefgh'],
	])('%j', (headers, proof) => {
		expect(proofsIn(headers, () => true).texts).toContain(proof);
		expect(proofsIn(headers, () => false).texts).toEqual([]);
	});

	it('are no more of a request than anybody sends, the whole values first', () => {
		const many = Array.from({ length: 1000 }, (_, index) => `proof-${1000 + index}`).join(' ');
		const { texts } = proofsIn({ cookie: many, 'x-token': 'another-proof' }, () => true);
		expect(texts).toHaveLength(200);
		expect(texts.slice(0, 3)).toEqual([many, 'another-proof', 'proof-1000']);
	});
});

describe('names of credentials', () => {
	it.each([
		'authorization',
		'proxy-authorization',
		'x-forwarded-authorization',
		'cookie',
		'set-cookie',
		'x-api-key',
		'api-key',
		'apikey',
		'x-auth-token',
		'x-access-token',
		'x-amz-security-token',
		'x-amzn-oidc-data',
		'x-amzn-oidc-accesstoken',
		'x-goog-iap-jwt-assertion',
		'x-goog-api-key',
		'x-goog-channel-token',
		'x-serverless-authorization',
		'x-ms-client-principal',
		'x-ms-token-aad-access-token',
		'ocp-apim-subscription-key',
		'cf-access-client-id',
		'cf-access-client-secret',
		'cf-access-jwt-assertion',
		'cf-access-token',
		'x-forwarded-access-token',
		'x-forwarded-client-cert',
		'ssl-client-cert',
		'x-hub-signature',
		'x-hub-signature-256',
		'stripe-signature',
		'webhook-signature',
		'owncast-signature',
		'x-gitlab-token',
		'x-telegram-bot-api-secret-token',
		'x-csrf-token',
		'x-xsrf-token',
		'x-vault-token',
		'x-plex-token',
		'x-emby-authorization',
		'private-token',
		'x-sig',
		'x-webhook-secret',
		'x-session-id',
		'x-password',
	])('header %s', (name) => {
		expect(isCredentialHeader(name)).toBe(true);
		expect(isCredentialHeader(name.toUpperCase())).toBe(true);
	});

	it.each([
		'host',
		'user-agent',
		'accept',
		'content-type',
		'content-length',
		'x-forwarded-for',
		'x-forwarded-proto',
		'x-real-ip',
		'x-original-uri',
		'referer',
		'forwarded',
		'cf-connecting-ip',
		'cf-ray',
		'traceparent',
		'x-request-id',
		'webhook-id',
		'webhook-timestamp',
		'x-design',
	])('no credential: header %s', (name) => {
		expect(isCredentialHeader(name)).toBe(false);
	});

	it.each(
		'key token sig sign signature code secret pass password passwd pwd auth api_key apiKey access_key_id accessKeyId access_token client_secret X-Amz-Credential X-Goog-Signature sid jwt otp SAMLResponse authToken'.split(
			' ',
		),
	)('parameter %s', (name) => {
		expect(isCredentialParameter(name)).toBe(true);
	});

	it.each('room source codec author design monkeys keyword page q t id name'.split(' '))(
		'no credential: parameter %s',
		(name) => {
			expect(isCredentialParameter(name)).toBe(false);
		},
	);
});
