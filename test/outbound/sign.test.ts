import { createHmac } from 'node:crypto';

import { authenticate, type Authentication } from '../../inbound/authenticate';
import {
	authenticationProblem,
	authorise,
	createRedactor,
	type OutgoingRequest,
	REDACTED,
	type TargetAuthentication,
	userInfoAsHeader,
} from '../../outbound/sign';
import vector from './standardWebhooks.json';

const request: OutgoingRequest = {
	method: 'POST',
	url: 'https://example.com/hook?room=1',
	headers: { 'User-Agent': 'BililiveRecorder/2.11.2', 'Content-Type': 'application/json' },
	body: vector.body,
};
const context = { messageId: vector.id, now: vector.timestamp * 1000 + 789 };
const { plainSecret } = vector;

const authentications: ReadonlyArray<Exclude<TargetAuthentication, { mode: 'none' }>> = [
	{ mode: 'query', name: 'key', secret: `${plainSecret} &=?+/#%` },
	{ mode: 'header', name: 'X-Webhook-Token', secret: plainSecret },
	{ mode: 'header', name: 'Authorization', secret: `Bearer ${plainSecret}` },
	{ mode: 'basic', user: 'rec', password: plainSecret },
	{ mode: 'standardWebhooks', secret: vector.secret },
	{ mode: 'standardWebhooks', secret: plainSecret },
	{ mode: 'hmac', name: 'X-Signature-256', encoding: 'hex', secret: plainSecret },
	{ mode: 'hmac', name: 'X-Signature-256', encoding: 'base64', secret: plainSecret },
];

/** The request as a receiver gets it. */
function received({ url, headers, body }: OutgoingRequest) {
	return {
		headers: Object.fromEntries(
			Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
		),
		query: Object.fromEntries(new URL(url).searchParams),
		body: Buffer.from(body, 'utf8'),
		addresses: ['127.0.0.1'],
	};
}

/** What a trigger with the same credential lets in. */
function expectedBy(authentication: (typeof authentications)[number]): Authentication {
	switch (authentication.mode) {
		case 'basic':
			return authentication;
		case 'query':
			return { mode: 'query', name: authentication.name, secrets: [authentication.secret] };
		case 'header':
			return {
				mode: 'header',
				name: authentication.name,
				secrets: [authentication.secret.replace(/^Bearer /, '')],
			};
		case 'hmac': {
			const { name, encoding, secret } = authentication;
			return { mode: 'hmac', name, encoding, secrets: [secret] };
		}
		case 'standardWebhooks':
			return {
				mode: 'standardWebhooks',
				secrets: [authentication.secret],
				toleranceSeconds: 10,
			};
	}
}

describe('authorising a request', () => {
	it('signs as the Standard Webhooks vector says', () => {
		const signed = authorise(request, { mode: 'standardWebhooks', secret: vector.secret }, context);
		expect(signed.headers).toEqual({
			...request.headers,
			'webhook-id': vector.id,
			'webhook-timestamp': String(vector.timestamp),
			'webhook-signature': vector.signature,
		});
	});

	it('keeps the id and renews timestamp and signature with each attempt', () => {
		const authentication = { mode: 'standardWebhooks', secret: plainSecret } as const;
		const first = authorise(request, authentication, context);
		const second = authorise(request, authentication, { ...context, now: context.now + 5000 });
		expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
		expect(Number(second.headers['webhook-timestamp'])).toBe(vector.timestamp + 5);
		expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
	});

	it('gives an id with dots or spaces a form in which it can be signed', () => {
		const authentication = { mode: 'standardWebhooks', secret: plainSecret } as const;
		for (const messageId of ['a.b', 'a b', 'a\nb', 'é', '']) {
			const { headers } = authorise(request, authentication, { ...context, messageId });
			expect(headers['webhook-id']).toMatch(/^[\w-]{43}$/);
		}
	});

	it('signs the bytes of the body', () => {
		const body = '{"Title":"直播"}';
		const signed = authorise(
			{ ...request, body },
			{ mode: 'hmac', name: 'X-Sig', encoding: 'hex', secret: plainSecret },
			context,
		);
		const expected = createHmac('sha256', plainSecret).update(Buffer.from(body)).digest('hex');
		expect(signed.headers['X-Sig']).toBe(expected);
	});

	it('leaves a request without authentication as it is', () => {
		expect(authorise(request, { mode: 'none' }, context)).toBe(request);
	});

	it('keeps the rest of the query, and replaces a parameter of the same name', () => {
		const authentication = { mode: 'query', name: 'key', secret: plainSecret } as const;
		const url = 'https://example.com/hook?key=old&room=1';
		const signed = authorise({ ...request, url }, authentication, context);
		expect([...new URL(signed.url).searchParams]).toEqual([
			['key', plainSecret],
			['room', '1'],
		]);
	});

	it.each(authentications)('is let in by the receiving side: %j', (authentication) => {
		const signed = received(authorise(request, authentication, context));
		expect(authenticate(signed, expectedBy(authentication), context.now)).toEqual({ ok: true });
	});
});

describe('user name and password in a URL', () => {
	it('become a header, and leave the URL', () => {
		const url = 'https://rec:p%40ss%E4%B8%AD@example.com/hook';
		const { url: rest, headers } = userInfoAsHeader({ ...request, url });
		expect(rest).toBe('https://example.com/hook');
		const encoded = String(headers['Authorization']).slice('Basic '.length);
		expect(Buffer.from(encoded, 'base64').toString('utf8')).toBe('rec:p@ss中');
	});

	it('stay as they are where their escapes are broken', () => {
		const { headers } = userInfoAsHeader({ ...request, url: 'https://a:50%@example.com/' });
		expect(headers['Authorization']).toBe(`Basic ${Buffer.from('a:50%').toString('base64')}`);
	});
});

describe('what people get to see', () => {
	it.each(authentications)('holds no secret: %j', (authentication) => {
		const redactor = createRedactor(authentication);
		const signed = authorise(request, authentication, context);
		const seen = JSON.stringify([
			redactor.headers(signed.headers),
			redactor.url(signed.url),
			redactor.text(`You sent ${signed.url} ${JSON.stringify(signed.headers)}`),
		]);
		const secret = 'secret' in authentication ? authentication.secret : authentication.password;
		expect(seen).not.toContain(secret);
		expect(seen).not.toContain(encodeURIComponent(secret));
		if (authentication.mode === 'basic')
			expect(seen).not.toContain(signed.headers['Authorization']);
		if (authentication.mode === 'hmac') {
			expect(redactor.headers(signed.headers)[authentication.name]).toBe(REDACTED);
		}
		expect(seen).toContain('room=1');
	});

	it('holds no secret that a user wrote into the URL', () => {
		const redactor = createRedactor({ mode: 'none' });
		const url = `https://rec:${encodeURIComponent(plainSecret)}@example.com/?token=${plainSecret}&a=1`;
		const seen = redactor.url(url);
		expect(seen).toBe(`https://***:***@example.com/?token=***&a=1`);
		expect(redactor.url('no address')).toBe(REDACTED);
	});
});

describe('an authentication that is not complete', () => {
	it.each<[TargetAuthentication, RegExp | null]>([
		[{ mode: 'none' }, null],
		[{ mode: 'query', name: '', secret: 'a' }, /name/],
		[{ mode: 'query', name: 'key', secret: '' }, /secret/],
		[{ mode: 'header', name: 'not a name', secret: 'a' }, /valid name/],
		[{ mode: 'header', name: 'X-Token', secret: 'a\r\nHost: b' }, /can't stand/],
		[{ mode: 'hmac', name: 'X-Sig', encoding: 'hex', secret: '' }, /secret/],
		[{ mode: 'basic', user: '', password: 'a' }, /user name/],
		[{ mode: 'basic', user: 'a:b', password: 'a' }, /colon/],
		[{ mode: 'basic', user: 'a', password: '' }, /password/],
		[{ mode: 'standardWebhooks', secret: '' }, /secret/],
		[{ mode: 'standardWebhooks', secret: 'whsec_' }, /base64/],
	])('%j is refused, or not', (authentication, message) => {
		const problem = authenticationProblem(authentication);
		if (message === null) expect(problem).toBeNull();
		else expect(problem).toMatch(message);
	});

	it('is complete in all examples', () => {
		expect(authentications.map(authenticationProblem)).toEqual(authentications.map(() => null));
	});
});
