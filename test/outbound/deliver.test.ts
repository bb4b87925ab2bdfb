import { mapConcurrently } from '../../outbound/concurrency';
import {
	contentsOf,
	deliver,
	type Delivery,
	type DeliveryTools,
	type NoAnswer,
} from '../../outbound/deliver';
import {
	type TargetAnswer,
	type DeliveryPolicy,
	parseUrls,
	parseWaits,
	policyOf,
	type PolicyOverrides,
} from '../../outbound/deliveryPolicy';
import type { OutgoingRequest } from '../../authentication/requests';
import type { RecorderFormat } from '../../formats/recorderFormat';
import { everyEvent, formatById, formats, sampleOf } from './everyEvent';
import vector from '../authentication/standardWebhooks.json';

const START = Date.UTC(2026, 4, 1, 12);

/** A clock that moves only when somebody waits, and a network that answers from a list. */
function simulatedNetwork(
	answers: ReadonlyArray<TargetAnswer | NoAnswer | number>,
	answerSeconds = 0.05,
) {
	let now = START;
	const requests: Array<OutgoingRequest & { second: number; timeoutSeconds: number }> = [];
	const tools: DeliveryTools = {
		now: () => now,
		isCancelled: () => false,
		sleep: async (seconds) => {
			now += seconds * 1000;
		},
		send: async (request, timeoutSeconds) => {
			requests.push({ ...request, second: (now - START) / 1000, timeoutSeconds });
			const answer = answers[Math.min(requests.length, answers.length) - 1];
			const isTimeout = typeof answer === 'object' && answer.status === null;
			now += (isTimeout ? timeoutSeconds : answerSeconds) * 1000;
			if (answer === undefined) throw new Error('No answer is planned');
			return typeof answer === 'number' ? { status: answer, headers: {}, excerpt: '' } : answer;
		},
	};
	return { requests, tools };
}

function deliveryOf(format: RecorderFormat, overrides: PolicyOverrides = {}): Delivery {
	const sample = everyEvent.find(
		([
			,
			{
				format: { id },
			},
		]) => id === format.id,
	)?.[1];
	if (sample === undefined) throw new Error(`No sample of ${format.id}`);
	return {
		contentOf: contentsOf(format.delivery, sample.body),
		identity: sample.event.id,
		authentication: { mode: 'none' },
		policy: policyOf(format.delivery, overrides),
	};
}

function successOf({ isSuccess }: DeliveryPolicy) {
	return (status: number) => isSuccess({ status, headers: {}, excerpt: '' });
}

const noAnswer: NoAnswer = { status: null, error: 'No answer' };
const url = 'http://127.0.0.1:5678/webhook/1';

describe('the attempts of each recorder (FACTS, sections 1 to 9)', () => {
	const schedules: ReadonlyArray<readonly [string, readonly number[]]> = [
		['bililive-recorder.v2', [0, 1, 3]],
		['bililive-recorder.v1', [0, 1, 3]],
		['bsr', [0, 1, 2]],
		['aodianyun', [0, 5, 25, 85]],
		['blrec', [0, 1, 3, 7, 15, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180]],
		['ddtv.v3', [0]],
		['one-live-rec', [0]],
		['rust-srec', [0, 10, 30]],
		['srs', [0]],
		['generic', [0, 1, 3, 7, 15, 31]],
	];

	it.each(schedules)('%s tries at %j seconds when all answers are 500', async (id, seconds) => {
		const { requests, tools } = simulatedNetwork([500], 0);
		const [result] = await deliver(deliveryOf(formatById(id)), [url], tools);
		expect(requests.map(({ second }) => second)).toEqual(seconds);
		expect(result).toMatchObject({ delivered: false, status: 500, url });
		expect(result?.attempts.map(({ attempt }) => attempt)).toEqual(seconds.map((_, i) => i + 1));
	});

	it('blrec gives up after one attempt that took longer than its 180 seconds', async () => {
		const { requests, tools } = simulatedNetwork([noAnswer]);
		const blrec = formatById('blrec');
		await deliver(deliveryOf(blrec), [url], tools);
		expect(requests).toHaveLength(1);
		const patient = simulatedNetwork([noAnswer]);
		await deliver(deliveryOf(blrec, { attempts: 3 }), [url], patient.tools);
		expect(patient.requests).toHaveLength(3);
	});

	it('BililiveRecorder tries again after each time-out', async () => {
		const { requests, tools } = simulatedNetwork([noAnswer]);
		await deliver(deliveryOf(formatById('bililive-recorder.v2')), [url], tools);
		expect(requests.map(({ second }) => second)).toEqual([0, 101, 203]);
	});

	it('DDTV v5 takes any answer, and has one attempt', async () => {
		for (const answer of [500, 404, 302, 200]) {
			const { requests, tools } = simulatedNetwork([answer]);
			const [result] = await deliver(deliveryOf(formatById('ddtv.v5')), [url], tools);
			expect([requests.length, result?.delivered]).toEqual([1, true]);
		}
	});

	it.each([
		['bililive-recorder.v2', [200, 201, 204], [302, 304, 404, 429, 500]],
		['bsr', [200, 204], [302, 404, 500]],
		['aodianyun', [200], [201, 204, 302, 500]],
		['blrec', [200, 204, 302, 304], [400, 404, 429, 500]],
	])('%s takes %j as delivered, and not %j', (id, taken, refused) => {
		const isSuccess = successOf(policyOf(formatById(id).delivery));
		expect(taken.map((status) => isSuccess(status))).toEqual(taken.map(() => true));
		expect(refused.map((status) => isSuccess(status))).toEqual(refused.map(() => false));
	});

	it.each([
		['0', true],
		[' 0\n', true],
		['{"code":0}', true],
		['{"code": 0, "data": null}', true],
		['{"data":{},"code":0}', true],
		['', false],
		['00', false],
		['OK', false],
		['{"code":1}', false],
		['{"status":"ignored"}', false],
		['{"message":"Workflow was started"}', false],
	])('SRS reads the answer: with %j it goes on: %s', async (excerpt, goesOn) => {
		const { tools } = simulatedNetwork([{ status: 200, headers: {}, excerpt }]);
		const [result] = await deliver(deliveryOf(formatById('srs')), [url], tools);
		const told = 'Answered 200, but not with the body the recorder goes on with';
		expect(result).toMatchObject({
			delivered: goesOn,
			attempts: [{ error: goesOn ? null : told }],
		});
	});

	it.each(formats.map((format) => [format.id, format] as const))(
		'%s sends the same bytes with each attempt, except what it counts',
		async (id, format) => {
			const { requests, tools } = simulatedNetwork([500], 0);
			await deliver(deliveryOf(format, { attempts: 3 }), [url], tools);
			const bodies = requests.map(({ body }) => body);
			if (id === 'aodianyun') {
				expect(bodies.map((body) => /"retry_times":(\d)/.exec(body)?.[1])).toEqual(['1', '2', '3']);
			} else {
				expect(new Set(bodies).size).toBe(1);
			}
			expect(requests.map(({ headers }) => headers)).toEqual(
				requests.map(() => format.delivery.headers),
			);
			expect(requests[0]?.timeoutSeconds).toBe(format.delivery.timeoutSeconds);
		},
	);
});

describe('a delivery', () => {
	const delivery = deliveryOf(formatById('bililive-recorder.v2'));

	it('tells of every attempt', async () => {
		const { tools } = simulatedNetwork([
			noAnswer,
			{ status: 503, headers: {}, excerpt: 'Busy' },
			{ status: 200, headers: {}, excerpt: 'Welcome' },
		]);
		expect(await deliver(delivery, [url], tools)).toEqual([
			{
				url,
				delivered: true,
				status: 200,
				answer: 'Welcome',
				attempts: [
					{
						attempt: 1,
						at: '2026-05-01T12:00:00.000Z',
						status: null,
						durationMs: 100_000,
						error: 'No answer',
						waitedSeconds: 0,
					},
					{
						attempt: 2,
						at: '2026-05-01T12:01:41.000Z',
						status: 503,
						durationMs: 50,
						error: 'Answered 503',
						waitedSeconds: 1,
					},
					{
						attempt: 3,
						at: '2026-05-01T12:01:43.050Z',
						status: 200,
						durationMs: 50,
						error: null,
						waitedSeconds: 2,
					},
				],
			},
		]);
	});

	// FACTS section 9: BililiveRecorder and blrec post again on 307, and lose the event on 302.
	const lost = '; the recorder would go there without the body: the event would be lost';
	const posted = '; the recorder would post it again there';
	it.each([
		...[301, 302, 303].map((status) => [status, lost] as const),
		...[307, 308].map((status) => [status, posted] as const),
	])(
		'has not delivered to who answers %i, and says what the recorder would do',
		async (status, fate) => {
			const location = 'https://example.com/login?token=abc';
			const answer = { status, headers: { location }, excerpt: '' };
			const reason = `Answered ${status}, a redirect to https://example.com/login, which is not followed`;
			for (const format of formats) {
				const { requests, tools } = simulatedNetwork([answer], 0);
				const [result] = await deliver(deliveryOf(format), [url], tools);
				expect([format.id, result?.delivered]).toEqual([format.id, false]);
				expect(result?.attempts).toHaveLength(requests.length);
				const known = format.delivery.followsRedirects === true ? fate : '';
				for (const { error } of result?.attempts ?? []) expect(error).toBe(`${reason}${known}`);
			}
			expect(
				formats.filter(({ delivery: { followsRedirects } }) => followsRedirects).length,
			).toBeGreaterThan(5);
		},
	);

	it('takes a redirect for success only where the user says so', async () => {
		const answer = { status: 302, headers: { location: '/taken' }, excerpt: '' };
		const { tools } = simulatedNetwork([answer]);
		const wished = deliveryOf(formatById('blrec'), { successCodes: '302' });
		expect(await deliver(wished, [url], tools)).toMatchObject([{ delivered: true, status: 302 }]);
	});

	it.each([
		['blrec', 304, true],
		['blrec', 302, true],
		['ddtv.v5', 304, true],
		['bililive-recorder.v2', 304, false],
	])('to %s a bare %i is delivered: %p', async (id, status, delivered) => {
		const { tools } = simulatedNetwork([status], 0);
		expect(await deliver(deliveryOf(formatById(id)), [url], tools)).toMatchObject([{ delivered }]);
	});

	it.each([
		['2', [0, 2, 4]],
		['60', [0, 2, 4]],
		['0', [0, 1, 3]],
		['1', [0, 1, 3]],
		['Fri, 01 May 2026 12:00:02 GMT', [0, 2, 4]],
		['Fri, 01 May 2020 12:00:02 GMT', [0, 1, 3]],
		['soon', [0, 1, 3]],
		['-5', [0, 1, 3]],
	])('honours Retry-After: %s up to the longest wait', async (retryAfter, seconds) => {
		const headers = { 'retry-after': retryAfter };
		const { requests, tools } = simulatedNetwork([{ status: 429, headers, excerpt: '' }], 0);
		const patient = deliveryOf(formatById('bililive-recorder.v2'), { honourRetryAfter: true });
		await deliver(patient, [url], tools);
		expect(requests.map(({ second }) => second)).toEqual(seconds);
	});

	it.each([{}, { honourRetryAfter: false }])(
		'ignores Retry-After, as the recorders do: %j',
		async (wish) => {
			const headers = { 'retry-after': '2' };
			const { requests, tools } = simulatedNetwork([{ status: 429, headers, excerpt: '' }], 0);
			await deliver(deliveryOf(formatById('bililive-recorder.v2'), wish), [url], tools);
			expect(requests.map(({ second }) => second)).toEqual([0, 1, 3]);
		},
	);

	it('goes to all URLs, to each with attempts of its own', async () => {
		const { tools } = simulatedNetwork([200]);
		const urls = ['http://a.example/', 'http://b.example/', 'http://a.example/'];
		const send: DeliveryTools['send'] = async (request) => ({
			status: request.url.includes('b.example') ? 500 : 200,
			headers: {},
			excerpt: '',
		});
		const results = await deliver(delivery, urls, { ...tools, send });
		expect(results.map((result) => [result.url, result.delivered, result.attempts.length])).toEqual(
			[
				['http://a.example/', true, 1],
				['http://b.example/', false, 3],
				['http://a.example/', true, 1],
			],
		);
	});

	it('ends when it is cancelled', async () => {
		const { requests, tools } = simulatedNetwork([500]);
		let isCancelled = false;
		const [result] = await deliver(delivery, [url], {
			...tools,
			isCancelled: () => isCancelled,
			sleep: async () => {
				isCancelled = true;
			},
		});
		expect([requests.length, result?.delivered]).toEqual([1, false]);
	});

	it('signs each attempt anew under one id, and shows no secret', async () => {
		const { requests, tools } = simulatedNetwork([
			{ status: 500, headers: {}, excerpt: `You signed with ${vector.secret}` },
		]);
		const authentication = {
			mode: 'standardWebhooks',
			secrets: [vector.secret],
			toleranceSeconds: 300,
		} as const;
		const [result] = await deliver({ ...delivery, authentication }, [url], tools);
		const all = (name: string) => new Set(requests.map(({ headers }) => headers[name]));
		expect(all('webhook-id')).toEqual(new Set([delivery.identity]));
		expect(all('webhook-timestamp').size).toBe(3);
		expect(all('webhook-signature').size).toBe(3);
		expect(JSON.stringify(result)).not.toContain(vector.secret);
		expect(result?.answer).toBe('You signed with ***');
	});
});

describe('a policy', () => {
	const { delivery: profile } = formatById('bililive-recorder.v2');

	it.each<[PolicyOverrides, readonly number[]]>([
		[{}, [1, 2]],
		[{ attempts: 1 }, []],
		[{ attempts: 2 }, [1]],
		[{ attempts: 5 }, [1, 2, 2, 2]],
		[{ waitsSeconds: [10] }, [10]],
		[{ waitsSeconds: [0.5], attempts: 3 }, [0.5, 0.5]],
		[{ waitsSeconds: [] }, []],
	])('of %j waits %j', (overrides, waits) => {
		expect(policyOf(profile, overrides).waitsSeconds).toEqual(waits);
	});

	it('repeats a second where the recorder has no wait', () => {
		const single = policyOf(formatById('ddtv.v3').delivery, { attempts: 3 });
		expect(single.waitsSeconds).toEqual([1, 1]);
	});

	it('takes the status codes it is given', () => {
		const isSuccess = successOf(policyOf(profile, { successCodes: '200, 204 ,300-399' }));
		expect([200, 204, 300, 399].every(isSuccess)).toBe(true);
		expect([201, 299, 400, 500].some(isSuccess)).toBe(false);
		for (const successCodes of ['', ' , ', '2xx', '20', '200-', '200;204']) {
			expect(() => policyOf(profile, { successCodes })).toThrow(RangeError);
		}
	});

	it('reads waits', () => {
		expect(parseWaits('1, 2.5 ,0')).toEqual([1, 2.5, 0]);
		expect(parseWaits(' ')).toEqual([]);
		for (const text of ['-1', 'a', '1;2', '99999']) {
			expect(() => parseWaits(text)).toThrow(RangeError);
		}
	});
});

describe('URLs', () => {
	it('come one on each line, a line given twice twice', () => {
		expect(parseUrls(' http://a/1\r\n\r\nhttps://b/2?x=1\nhttp://a/1 ')).toEqual({
			ok: true,
			urls: ['http://a/1', 'https://b/2?x=1', 'http://a/1'],
		});
	});

	it.each([
		'',
		'\n',
		'example.com',
		'/webhook',
		'ftp://example.com',
		'http://a\nfile:///etc/passwd',
	])('are refused: %j', (text) => {
		expect(parseUrls(text).ok).toBe(false);
	});
});

describe('working on many at a time', () => {
	const breathe = async () => await Promise.resolve();

	it('keeps their order and the limit', async () => {
		let running = 0;
		let most = 0;
		const items = Array.from({ length: 100 }, (_, index) => index);
		const double = async (item: number) => {
			most = Math.max(most, ++running);
			for (let turn = -1; turn < (item * 7) % 5; turn++) await Promise.resolve();
			running--;
			return item * 2;
		};
		const results = await mapConcurrently(items, 7, double, breathe);
		expect(results).toEqual(items.map((item) => item * 2));
		expect(most).toBe(7);
	});

	it('begins nothing after a failure, and throws the first', async () => {
		const begun: number[] = [];
		const failFromTheSecondOn = async (item: number) => {
			begun.push(item);
			await Promise.resolve();
			if (item > 0) throw new Error(`failed at ${item}`);
			return item;
		};
		const work = mapConcurrently([0, 1, 2, 3, 4, 5], 2, failFromTheSecondOn, breathe);
		await expect(work).rejects.toThrow('failed at 1');
		expect(begun).toEqual([0, 1]);
	});

	it('throws only when all that was begun has ended', async () => {
		let ended = 0;
		const work = mapConcurrently(
			[0, 1, 2, 3],
			3,
			async (item) => {
				if (item === 0) throw new Error('failed at once');
				for (let turn = 0; turn < 20; turn++) await Promise.resolve();
				ended++;
			},
			breathe,
		);
		await expect(work).rejects.toThrow('failed at once');
		expect(ended).toBe(2);
	});

	it('goes on beside one that takes for ever: a slow target holds up nobody else', async () => {
		let free = (): void => {};
		const slow = new Promise<void>((resolve) => (free = resolve));
		const done: number[] = [];
		const work = mapConcurrently(
			[0, 1, 2, 3, 4, 5, 6, 7],
			3,
			async (item) => {
				if (item === 0) await slow;
				done.push(item);
			},
			breathe,
		);
		for (let turn = 0; turn < 100; turn++) await Promise.resolve();
		expect(done).toEqual([1, 2, 3, 4, 5, 6, 7]);
		free();
		await work;
	});

	it('one at a time is one after the other, without a breath between', async () => {
		const seen: string[] = [];
		await mapConcurrently(
			['a', 'b', 'c'],
			1,
			async (item) => {
				seen.push(`${item} begins`);
				await Promise.resolve();
				seen.push(`${item} ends`);
			},
			async () => void seen.push('breath'),
		);
		expect(seen).toEqual(['a', 'b', 'c'].flatMap((item) => [`${item} begins`, `${item} ends`]));
	});

	it('has nothing to do with nothing', async () => {
		expect(await mapConcurrently([], 5, async () => 1, breathe)).toEqual([]);
	});
});

describe('what a sample is on the wire', () => {
	it('has the number formats of BililiveRecorder', () => {
		const { format, body } = sampleOf('bililive-recorder.v2', 'FileClosed');
		expect(
			format.delivery.encode({ ...body, EventData: { FileSize: 5, Duration: 3600 } }),
		).toContain('{"FileSize":5,"Duration":3600.0}');
	});
});
