import fc from 'fast-check';

import { MAX_NAMES, MAX_VALUES } from '../../formats/jsonLimits';
import { KEPT_AS_TEXT } from '../../formats/parseJson';
import { decode, MAX_DEPTH, MAX_FIELDS } from '../../inbound/decode';
import { headerValue } from '../../inbound/request';
import { processorMilliseconds } from '../processorTime.cjs';
import { heapInUse } from './mutations.cjs';
import { requestOf } from './requests';

const FORM = 'application/x-www-form-urlencoded';

function decoded(body: string | Buffer, contentType = 'application/json') {
	return decode(requestOf(body, { headers: { 'content-type': contentType } }));
}

function nested(levels: number, open = '[', close = ']'): string {
	return open.repeat(levels) + '0' + close.repeat(levels);
}

describe('decode', () => {
	it.each([
		['an object', '{"a":[1,"二"]}', { a: [1, '二'] }],
		['a byte order mark before it', '\ufeff{"a":1}', { a: 1 }],
		['a member named __proto__', '{"__proto__":{"x":1},"a":1}', { a: 1 }],
		['no object', 'null', null],
	])('reads %s', (_title, text, body) => {
		expect(decoded(text)).toEqual({ ok: true, body, warnings: [] });
	});

	it('keeps integers beyond a double as text, and says where', () => {
		const text = '{"a":{"id":7281947362518364712},"b":[1,-98765432109876543210],"c":"9e999"}';
		expect(decoded(text)).toEqual({
			ok: true,
			body: { a: { id: '7281947362518364712' }, b: [1, '-98765432109876543210'], c: '9e999' },
			warnings: ['a.id', 'b[1]'].map((path) => ({ path, message: KEPT_AS_TEXT })),
		});
	});

	it('lists only the first of many such integers, however deep', () => {
		const many = decoded(`[${Array(10_000).fill('9007199254740993').join(',')}]`);
		expect(many.ok && many.warnings).toHaveLength(50);
		const started = processorMilliseconds();
		decoded(nested(100_000).replace('0', '9007199254740993'));
		expect(processorMilliseconds() - started).toBeLessThan(1000);
	});

	it("gives a form's values without the form: who keeps one keeps no more than that", () => {
		const kept: unknown[] = [];
		const before = heapInUse();
		for (let index = 0; index < 20; index++) {
			const form = `room.id=a-room-of-many-letters-${index}&pad=${'z'.repeat(900_000)}`;
			const { body } = Object.assign({ body: null }, decoded(form, FORM));
			kept.push(Reflect.get(Object(body), 'room.id'));
		}
		expect(heapInUse() - before).toBeLessThan(5_000_000);
		expect(kept).toContain('a-room-of-many-letters-19');
	});

	it('counts names that share a hash (FNV-1a) as the different names they are', () => {
		// Either part of each pair leads to the same state of the hash.
		const pairs = [
			'axantw ymhqlv',
			'mxrfcl envpgd',
			'virgtp yaeezh',
			'ltnche htdhkq',
			'zrzjxy lqspzo',
			'hbknib qybtca',
			'zvtfay evwokv',
			'ufxzgm dryemh',
			'fdfbzu itlbdh',
			'lnxyws ziusui',
			'vjhqdc owmtsj',
			'ybbsiu jloucm',
			'twryam jsumta',
			'gmwfyv nxygaw',
		].map((pair) => pair.split(' '));
		const names = pairs.reduce(
			(before, pair) => before.flatMap((name) => pair.map((part) => name + part)),
			[''],
		);
		expect(names.length).toBeGreaterThan(MAX_NAMES);
		const members = names.map((name) => `"${name}":0`);
		expect(decoded(`{${members.join(',')}}`)).toMatchObject({
			ok: false,
			message: `The body has more than ${MAX_NAMES} names of members`,
		});
	});

	it.each(['', 'text/plain', 'application/octet-stream', 'application/json; charset=utf-8'])(
		'reads JSON whatever the content type says: %j',
		(contentType) => {
			expect(decoded('{"a":1}', contentType)).toMatchObject({ ok: true, body: { a: 1 } });
		},
	);

	it('reads a body without a content type', () => {
		expect(decode(requestOf('{"a":1}', { headers: {} }))).toMatchObject({
			ok: true,
			body: { a: 1 },
		});
	});

	it.each([
		['room_id=1&event_value=%7B%22a%22%3A1%7D', { room_id: '1', event_value: '{"a":1}' }],
		['a=1&a=2', { a: '1' }],
		['a=b+c&%E4%BA%8C=', { a: 'b c', 二: '' }],
		['__proto__=1&constructor=2', { constructor: '2' }],
		['{"a":1}', { '{"a":1}': '' }],
	])('reads the form %j', (text, body) => {
		const result = decoded(text, 'application/x-www-form-urlencoded; charset=UTF-8');
		expect(result).toEqual({ ok: true, body, warnings: [] });
		expect(Reflect.get({}, 'polluted')).toBeUndefined();
	});

	it.each([
		['', 'application/json', /no body/],
		['a=1', 'multipart/form-data; boundary=x', /multipart/],
		['', 'multipart/form-data; boundary=x', /multipart/],
		['{"a":', 'application/json', /not JSON/],
		['<xml/>', 'text/xml', /not JSON/],
		['{"a":1}x', 'application/json', /not JSON/],
		['\ufeff', 'application/json', /not JSON/],
	])('refuses %j as %s', (text, contentType, message) => {
		const result = decoded(text, contentType);
		expect(result.ok ? '' : result.message).toMatch(message);
	});

	it('keeps what it says about a broken body short', () => {
		const result = decoded(`{"${'secret'.repeat(1000)}`);
		expect(result.ok ? '' : result.message.length).toBeLessThan(300);
	});

	it('says which bodies had bytes that are no UTF-8', () => {
		const broken = Buffer.concat([
			Buffer.from('{"a":"'),
			Buffer.from([0xc3, 0x28]),
			Buffer.from('"}'),
		]);
		expect(decoded(broken)).toEqual({
			ok: true,
			body: { a: '\ufffd(' },
			warnings: [{ path: '', message: expect.stringContaining('UTF-8') }],
		});
		// The character itself may also be meant.
		expect(decoded('{"a":"\ufffd"}')).toMatchObject({ warnings: [] });
		expect(decoded('\ufeff{"a":"\ufffd"}')).toMatchObject({ warnings: [] });
	});

	it.each([
		['arrays', nested(MAX_DEPTH), nested(MAX_DEPTH + 1)],
		['objects', nested(MAX_DEPTH, '{"a":', '}'), nested(MAX_DEPTH + 1, '{"a":', '}')],
		['null at the bottom', nested(MAX_DEPTH).replace('0', 'null'), nested(MAX_DEPTH + 1)],
	])('takes %s up to the depth that is allowed and no further', (_title, allowed, tooDeep) => {
		expect(decoded(allowed).ok).toBe(true);
		expect(decoded(tooDeep)).toMatchObject({ ok: false, message: expect.stringMatching(/deep/) });
	});

	it.each([
		['values', `[${'1,'.repeat(8_000_000)}1]`, `more than ${MAX_VALUES} values`],
		['objects', `[${'{},'.repeat(5_000_000)}{}]`, `more than ${MAX_VALUES} values`],
		['levels', nested(5_000_000), `more than ${MAX_VALUES} values`],
		[
			'members',
			`{${Array.from({ length: 1_000_000 }, (_, index) => `"${index}":1`).join(',')}}`,
			`more than ${MAX_NAMES} names of members`,
		],
	])('counts the %s of 16 MB before it reads them', (_what, text, message) => {
		const startedAt = processorMilliseconds();
		expect(decoded(text)).toEqual({ ok: false, message: `The body has ${message}` });
		expect(processorMilliseconds() - startedAt).toBeLessThan(2000);
	});

	it('takes as many as may be, and texts of any content', () => {
		const text = JSON.stringify('[{,'.repeat(1_000_000));
		expect(decoded(`[${text},"\\\\"${',"{"'.repeat(MAX_VALUES - 4)}]`).ok).toBe(true);
		expect(decoded(`[${text},"\\\\"${',"{"'.repeat(MAX_VALUES)}]`).ok).toBe(false);
	});

	it.each([
		['fields', 'a=1&'.repeat(MAX_FIELDS), `The form has more than ${MAX_FIELDS} fields`],
		['fields of 16 MB', 'a=1&'.repeat(4_000_000), 'The form has more than 1000000 characters'],
		['spaces', `a=${'+'.repeat(16_000_000)}`, 'The form has more than 1000000 characters'],
	])('counts the %s of a form before it reads them', (_what, form, message) => {
		const startedAt = processorMilliseconds();
		expect(decoded(form, FORM)).toEqual({ ok: false, message });
		expect(processorMilliseconds() - startedAt).toBeLessThan(2000);
		expect(decoded('a=1&'.repeat(MAX_FIELDS - 1), FORM).ok).toBe(true);
	});

	it('neither hangs nor exhausts the stack over millions of levels or elements', () => {
		const startedAt = processorMilliseconds();
		expect(decoded('['.repeat(2_000_000)).ok).toBe(false);
		expect(decoded(nested(1_000_000)).ok).toBe(false);
		expect(decoded(`[${'[],'.repeat(240_000)}{}]`).ok).toBe(true);
		expect(decoded(`[${'null,'.repeat(490_000)}null]`).ok).toBe(true);
		expect(processorMilliseconds() - startedAt).toBeLessThan(15_000);
	});

	it('never throws, and what it reads is what JSON.parse reads', () => {
		fc.assert(
			fc.property(fc.json(), (text) => {
				const result = decoded(text);
				if (!result.ok) expect(result.message).toMatch(/deep/);
				else if (!/\d{16}|\d[eE]|__proto__/.test(text))
					expect(result.body).toEqual(JSON.parse(text));
			}),
		);
		const anything = fc.uint8Array({ maxLength: 300 });
		fc.assert(
			fc.property(
				anything,
				fc.constantFrom('', 'application/x-www-form-urlencoded'),
				(bytes, type) => {
					expect(typeof decoded(Buffer.from(bytes), type).ok).toBe('boolean');
				},
			),
		);
	});
});

describe('a request', () => {
	it('has headers by any case of their name', () => {
		const request = requestOf('', {
			headers: { 'x-a': 'one', 'x-b': ['two', 'three'], 'x-c': [] },
		});
		expect(['X-A', 'x-b', 'X-C', 'x-d'].map((name) => headerValue(request, name))).toEqual([
			'one',
			'two',
			null,
			null,
		]);
	});
});
