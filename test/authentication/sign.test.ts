import { createHmac } from 'node:crypto';

import type { OutgoingRequest } from '../../authentication/requests';
import {
	authenticate,
	type Authentication,
	authenticationProblem,
	authorise,
} from '../../authentication/schemes';
import { userInfoAsHeader } from '../../outbound/userInfo';
import vector from './standardWebhooks.json';

const request: OutgoingRequest = {
	method: 'POST',
	url: 'https://example.com/hook?room=1',
	headers: { 'User-Agent': 'BililiveRecorder/2.11.2', 'Content-Type': 'application/json' },
	body: vector.body,
};
const context = { messageId: vector.id, now: vector.timestamp * 1000 + 789 };
const { plainSecret } = vector;

const authentications: readonly Authentication[] = [
	{ mode: 'query', name: 'key', secrets: [`${plainSecret} &=?+/#%`] },
	{ mode: 'header', name: 'X-Webhook-Token', secrets: [plainSecret] },
	{ mode: 'header', name: 'Authorization', secrets: [`Bearer ${plainSecret}`] },
	{ mode: 'basic', user: 'rec', password: plainSecret },
	{ mode: 'standardWebhooks', secrets: [vector.secret], toleranceSeconds: 10 },
	{ mode: 'standardWebhooks', secrets: [plainSecret], toleranceSeconds: 10 },
	{ mode: 'hmac', name: 'X-Signature-256', encoding: 'hex', secrets: [plainSecret] },
	{ mode: 'hmac', name: 'X-Signature-256', encoding: 'base64', secrets: [plainSecret] },
];

/** The request as a receiver gets it. */
function received({ url, headers, body }: OutgoingRequest) {
	return {
		headers: Object.fromEntries(
			Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
		),
		query: Object.fromEntries(new URL(url).searchParams),
		body: Buffer.from(body, 'utf8'),
	};
}

function standard(secret: string): Authentication {
	return { mode: 'standardWebhooks', secrets: [secret], toleranceSeconds: 10 };
}

describe('authorising a request', () => {
	it('signs as the Standard Webhooks vector says', () => {
		const signed = authorise(request, standard(vector.secret), context);
		expect(signed.headers).toEqual({
			...request.headers,
			'webhook-id': vector.id,
			'webhook-timestamp': String(vector.timestamp),
			'webhook-signature': vector.signature,
		});
	});

	it('keeps the id and renews timestamp and signature with each attempt', () => {
		const authentication = standard(plainSecret);
		const first = authorise(request, authentication, context);
		const second = authorise(request, authentication, { ...context, now: context.now + 5000 });
		expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
		expect(Number(second.headers['webhook-timestamp'])).toBe(vector.timestamp + 5);
		expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
	});

	it('gives an id with dots or spaces a form in which it can be signed', () => {
		const authentication = standard(plainSecret);
		for (const messageId of ['a.b', 'a b', 'a\nb', 'é', '']) {
			const { headers } = authorise(request, authentication, { ...context, messageId });
			expect(headers['webhook-id']).toMatch(/^[\w-]{43}$/);
		}
	});

	it('signs the bytes of the body', () => {
		const body = '{"Title":"直播"}';
		const signed = authorise(
			{ ...request, body },
			{ mode: 'hmac', name: 'X-Sig', encoding: 'hex', secrets: [plainSecret] },
			context,
		);
		const expected = createHmac('sha256', plainSecret).update(Buffer.from(body)).digest('hex');
		expect(signed.headers['X-Sig']).toBe(expected);
	});

	it('leaves a request without authentication as it is', () => {
		expect(authorise(request, { mode: 'none' }, context)).toBe(request);
	});

	it('keeps the rest of the query, and replaces a parameter of the same name', () => {
		const authentication = { mode: 'query', name: 'key', secrets: [plainSecret] } as const;
		const url = 'https://example.com/hook?key=old&room=1';
		const signed = authorise({ ...request, url }, authentication, context);
		expect([...new URL(signed.url).searchParams]).toEqual([
			['key', plainSecret],
			['room', '1'],
		]);
	});

	it.each(authentications)('is let in by the receiving side: %j', (authentication) => {
		const signed = received(authorise(request, authentication, context));
		expect(authenticationProblem(authentication)).toBeNull();
		expect(authenticate(signed, authentication, context.now)).toMatchObject({ ok: true });
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
