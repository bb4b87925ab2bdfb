import { sleep as after } from 'n8n-workflow';

import { LiveRecorder } from '../../nodes/LiveRecorder/LiveRecorder.node';
import { drive } from '../inbound/sessions/drive';
import { everyEvent, formats, sampleOf } from '../outbound/everyEvent';
import vector from '../authentication/standardWebhooks.json';
import { until } from '../until';
import { errorOf, executeNode, type ExecuteSettings, shownParameters } from './executeNode';
import {
	type Behaviour,
	startWireReceiver,
	unusedUrl,
	type WireReceiver,
} from './wireReceiver.cjs';

const receivers: WireReceiver[] = [];

async function receive(behave?: (request: { count: number; body: string }) => Behaviour) {
	const receiver = await startWireReceiver(behave);
	receivers.push(receiver);
	return receiver;
}

afterEach(async () => {
	for (const receiver of receivers.splice(0)) await receiver.close();
});

const node = new LiveRecorder();

function run(parameters: object, settings: Omit<ExecuteSettings, 'parameters'> = {}) {
	return executeNode(node, { ...settings, parameters });
}

function fail(parameters: object, settings: Omit<ExecuteSettings, 'parameters'> = {}) {
	return errorOf(node, { ...settings, parameters });
}

const bililiveRecorder = { resource: 'event', format: 'bililive-recorder.v2' };
const sending = {
	...bililiveRecorder,
	operation: 'send',
	event: 'FileClosed',
	content: 'sample',
};
const FILE_CLOSED = JSON.stringify(sampleOf('bililive-recorder.v2', 'FileClosed').body);
const quick = { waits: '0.02, 0.04' };

describe('what is on the wire', () => {
	it.each(everyEvent)('is the body and the headers of the profile: %s', async (_name, sample) => {
		const { format, nativeType, body } = sample;
		const receiver = await receive(() => ({ status: 200, body: format.answer ?? '' }));
		const [item] = await run({
			resource: 'event',
			operation: 'send',
			format: format.id,
			event: nativeType,
			content: 'json',
			body: JSON.stringify(body),
			urls: receiver.url,
		});
		const [request] = receiver.requests;
		if (request === undefined) throw new Error('Nothing was sent');
		expect(request.head.split('\r\n')[0]).toBe('POST /hook HTTP/1.1');
		expect(request.body).toBe(format.delivery.encode(body));
		const added = [
			...('Connection' in format.delivery.headers ? [] : [['Connection', 'close']]),
			['Content-Length', String(request.bytes.length)],
			['Host', receiver.host],
		];
		expect([...request.headers].sort()).toEqual(
			[...Object.entries(format.delivery.headers), ...added].sort(),
		);
		expect(item?.json).toMatchObject({
			format: format.id,
			nativeType,
			delivered: true,
			request: { method: 'POST', headers: format.delivery.headers, body: request.body },
		});
		expect(item?.pairedItem).toEqual({ item: 0 });
	});

	it('is the same bytes at 0, 1 and 3 seconds for BililiveRecorder', async () => {
		const receiver = await receive(() => ({ status: 500 }));
		const error = await fail({ ...sending, urls: receiver.url });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: 'The event could not be delivered: Answered 500',
			httpCode: '500',
			itemIndex: 0,
		});
		expect(receiver.requests.map(({ body }) => body)).toEqual(
			Array(3).fill(receiver.requests[0]?.body),
		);
		const [, second = 0, third = 0] = receiver.requests.map((request) => request.second);
		// Not how much later: that is the machine's affair. The exact waits are tested with a clock that only waiting moves.
		expect(second).toBeGreaterThan(0.95);
		expect(third - second).toBeGreaterThan(1.95);
	});
});

describe('a receiver that', () => {
	/** Sends to a receiver, and gives what the item tells of the attempts. */
	async function tell(behave: (request: { count: number }) => Behaviour, options: object = {}) {
		const receiver = await receive(behave);
		const [item] = await run({
			...sending,
			urls: receiver.url,
			options: { ...quick, neverError: true, ...options },
		});
		const [delivery] = deliveriesOf(item?.json);
		return { receiver, delivery };
	}

	it('fails twice gets a third request', async () => {
		const { delivery } = await tell(({ count }) => ({ status: count < 3 ? 500 : 200 }));
		expect(delivery).toMatchObject({
			delivered: true,
			status: 200,
			attempts: [
				{ attempt: 1, status: 500, error: 'Answered 500', waitedSeconds: 0 },
				{ attempt: 2, status: 500, error: 'Answered 500', waitedSeconds: 0.02 },
				{ attempt: 3, status: 200, error: null, waitedSeconds: 0.04 },
			],
		});
	});

	it('does not answer is given up in time', async () => {
		const { receiver, delivery } = await tell(() => 'silence', {
			timeoutSeconds: 0.2,
			attempts: 2,
		});
		expect(delivery?.attempts).toMatchObject([
			{ status: null, error: 'No answer within 0.2 s' },
			{ status: null, error: 'No answer within 0.2 s' },
		]);
		await receiver.settle();
		expect(receiver.openConnections).toBe(0);
	});

	it('answers without end is read no further than needed', async () => {
		const { receiver, delivery } = await tell(() => 'endless');
		expect(delivery).toMatchObject({ delivered: true, status: 200 });
		expect(delivery?.answer).toHaveLength(2000);
		await receiver.settle();
		expect(receiver.openConnections).toBe(0);
	});

	it('answers 204 has taken it', async () => {
		const { delivery } = await tell(() => ({ status: 204 }));
		expect(delivery).toMatchObject({ delivered: true, status: 204, answer: null });
	});

	it('redirects is not followed', async () => {
		const { receiver, delivery } = await tell(() => ({
			status: 302,
			headers: { Location: '/elsewhere?token=abc' },
		}));
		expect(receiver.requests.map(({ head }) => head.split(' ')[1])).toEqual(Array(3).fill('/hook'));
		expect(delivery?.attempts.at(-1)).toMatchObject({
			status: 302,
			error: expect.stringContaining(
				'a redirect to /elsewhere, which is not followed; the recorder',
			),
		});
	});

	it('asks to wait is given the longest wait of the schedule', async () => {
		const { delivery } = await tell(
			({ count }) => ({ status: count < 3 ? 429 : 200, headers: { 'Retry-After': '30' } }),
			{ waits: '0.02, 0.3', honourRetryAfter: true },
		);
		expect(delivery?.attempts.map(({ waitedSeconds }) => waitedSeconds)).toEqual([0, 0.3, 0.3]);
	});

	it('closes the connection is tried again', async () => {
		const { delivery } = await tell(({ count }) => (count === 1 ? 'close' : { status: 200 }));
		expect(delivery?.attempts).toMatchObject([
			{ status: null, error: 'The connection was closed without an answer' },
			{ status: 200 },
		]);
	});

	it('is not there is tried again', async () => {
		const [item] = await run({
			...sending,
			urls: await unusedUrl(),
			options: { ...quick, neverError: true },
		});
		expect(deliveriesOf(item?.json)[0]?.attempts).toMatchObject(
			Array(3).fill({ status: null, error: 'Connection refused: nothing listens there' }),
		);
	});

	it('is one of several gets it at the same time as the others', async () => {
		const good = await receive(() => ({ status: 200, body: 'ok' }));
		const bad = await receive(() => ({ status: 404, body: 'nothing here' }));
		const error = await fail(
			{ ...sending, urls: `${good.url}\n${bad.url}\n${good.url}`, options: quick },
			{},
		);
		expect(error.message).toBe('The event could not be delivered to 1 of 3 URLs: Answered 404');
		expect(error.description).toContain('It answered: nothing here');
		expect([good.requests.length, bad.requests.length]).toEqual([2, 3]);
	});
});

interface ReportedDelivery {
	url: string;
	delivered: boolean;
	status: number | null;
	answer: string | null;
	attempts: Array<{ status: number | null; error: string | null; waitedSeconds: number }>;
}

function deliveriesOf(json: { deliveries?: unknown } | undefined): ReportedDelivery[] {
	return JSON.parse(JSON.stringify(json?.deliveries ?? []));
}

describe('a thousand items', () => {
	it('go to one URL a few at a time, and come back in order', async () => {
		const receiver = await receive(({ count }) => ({ status: 200, delayMs: count % 4 }));
		const items = Array.from({ length: 1000 }, (_, index) => ({ title: `Title ${index}` }));
		const template = JSON.stringify(sampleOf('bililive-recorder.v1', 'FileClosed').body);
		const output = await run(
			{
				resource: 'event',
				operation: 'send',
				format: 'bililive-recorder.v1',
				event: 'FileClosed',
				content: 'json',
				body: `={{ JSON.stringify({ ...${template}, Title: $json.title }) }}`,
				urls: receiver.url,
			},
			{ items },
		);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(output.map(({ json }) => json['body'])).toMatchObject(
			items.map(({ title }) => ({ Title: title })),
		);
		expect(receiver.requests).toHaveLength(1000);
		expect(receiver.mostConnections).toBeLessThanOrEqual(60);
		await receiver.settle();
		expect(receiver.openConnections).toBe(0);
	}, 120_000);

	it('are all read before anything goes out: a mistake in the last stops the first', async () => {
		const receiver = await receive();
		const items = Array.from({ length: 50 }, (_, index) => ({ attempts: index === 49 ? 0 : 1 }));
		const parameters = {
			...sending,
			event: 'StreamStarted',
			urls: receiver.url,
			options: { attempts: '={{ $json.attempts }}' },
		};
		const error = await fail(parameters, { items });
		expect(error).toMatchObject({ name: 'NodeOperationError', itemIndex: 49 });
		expect(receiver.requests).toHaveLength(0);

		const output = await run(parameters, { items, continueOnFail: true });
		expect(output[49]?.json['error']).toBe("'attempts' must be a whole number from 1 to 100");
		expect(receiver.requests).toHaveLength(49);
	});

	it('stop at the first that fails, and go on where the workflow does', async () => {
		const receiver = await receive();
		const refusing = await receive(() => ({ status: 400, body: 'No' }));
		const items = Array.from({ length: 50 }, (_, index) => ({ bad: index === 3 }));
		const toBoth = {
			...sending,
			event: 'StreamStarted',
			urls: `={{ $json.bad ? '${refusing.url}' : '${receiver.url}' }}`,
			options: { attempts: 1, concurrency: 2 },
		};
		const error = await fail(toBoth, { items });
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '400', itemIndex: 3 });
		expect(receiver.requests.length).toBeLessThan(10);

		const output = await run(toBoth, { items, continueOnFail: true });
		expect(output).toHaveLength(50);
		expect(output[3]).toMatchObject({
			json: {
				error: 'The event could not be delivered: Answered 400',
				delivered: false,
				deliveries: [{ url: refusing.url, status: 400, answer: 'No' }],
			},
			pairedItem: { item: 3 },
		});
		expect(output[4]?.json).toMatchObject({ delivered: true });
	});
});

describe('credentials', () => {
	const secret = vector.plainSecret;
	const modes: ReadonlyArray<readonly [string, object, RegExp]> = [
		['query', { mode: 'query', name: 'key', secret }, /^POST \/hook\?key=correct\+horse\+battery/],
		['header', { mode: 'header', headerName: 'X-Token', secret }, /X-Token: correct horse/],
		['basic', { mode: 'basic', user: 'rec', password: secret }, /Authorization: Basic cmVjOmNv/],
		[
			'hmac',
			{ mode: 'hmac', signatureHeader: 'X-Sig', encoding: 'hex', secret },
			/X-Sig: [0-9a-f]{64}/,
		],
		['standardWebhooks', { mode: 'standardWebhooks', secret }, /webhook-signature: v1,/],
	];

	it.each(modes)('%s reach the target and nothing else', async (_mode, credential, proof) => {
		const receiver = await receive(({ body }) => ({ status: 500, body: `${secret} ${body}` }));
		const parameters = {
			...sending,
			urls: receiver.url,
			authentication: 'liveRecorderWebhook',
			options: { ...quick, attempts: 2 },
		};
		const settings = { credentials: { liveRecorderWebhookApi: credential } };
		const error = await fail(parameters, settings);
		expect(receiver.requests).toHaveLength(2);
		expect(receiver.requests[0]?.head).toMatch(proof);
		expect(error.everything).not.toContain(secret);
		const output = await run(parameters, { ...settings, continueOnFail: true });
		expect(JSON.stringify(output)).not.toContain(secret);
		expect(JSON.stringify(output)).not.toContain(encodeURIComponent(secret));
		expect(JSON.stringify(output)).toContain('***');
	});

	it('that are not complete are an error that says so', async () => {
		const error = await fail(
			{ ...sending, urls: 'http://127.0.0.1:9/', authentication: 'liveRecorderWebhook' },
			{ credentials: { liveRecorderWebhookApi: { mode: 'query', name: 'key', secret: '' } } },
		);
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: 'The secret is missing: complete the credential',
		});
	});
});

describe('Send and Build', () => {
	it('take the format and the event from expressions', async () => {
		const items = everyEvent.map(([, { format, nativeType }]) => ({
			format: format.id,
			event: nativeType,
		}));
		const output = await run(
			{
				resource: 'event',
				operation: 'build',
				format: '={{ $json.format }}',
				event: '={{ $json.event }}',
				content: 'sample',
			},
			{ items },
		);
		expect(
			output.map(({ json }) => ({ format: json['format'], event: json['nativeType'] })),
		).toEqual(items);
	});

	it('write a form for Aodianyun, and for nobody else', async () => {
		const form = {
			resource: 'event',
			operation: 'build',
			content: 'sample',
			options: { asForm: true },
		};
		const event = 'sys/notify/lss_fluency';
		const [item] = await run({ ...form, format: 'aodianyun', event });
		const request = Object(item?.json['request']);
		expect(request.headers).toEqual({ 'Content-Type': 'application/x-www-form-urlencoded' });
		expect(new URLSearchParams(request.body).get('event_type')).toBe(event);
		await expect(run({ ...form, ...bililiveRecorder, operation: 'build' })).rejects.toThrow(
			/never sent as a form/,
		);
	});

	it('take typed fields', async () => {
		const [item] = await run({
			...bililiveRecorder,
			operation: 'build',
			event: 'FileOpening',
			content: 'fields',
			fields: {
				mappingMode: 'defineBelow',
				value: { 'EventData.RoomId': 7, 'EventData.RelativePath': 'a.flv', 'EventData.Name': 'N' },
			},
		});
		expect(item?.json).toMatchObject({
			nativeType: 'FileOpening',
			body: {
				EventType: 'FileOpening',
				EventId: expect.stringMatching(/^[\w-]{36}$/),
				EventData: { RelativePath: 'a.flv', RoomId: 7, Name: 'N' },
			},
			request: {
				method: 'POST',
				headers: { 'User-Agent': 'BililiveRecorder/2.11.2', 'Content-Type': 'application/json' },
				body: expect.stringMatching(/^\{"EventType":"FileOpening","EventTimestamp":"[^"]+\+08:00"/),
			},
		});
	});

	it.each([
		[{ content: 'fields', fields: { value: { 'EventData.Name': 'N' } } }, /EventData\.RoomId/],
		[{ content: 'json', body: '{"EventType":"FileClosed"}' }, /EventId.*EventData/],
		[{ content: 'json', body: '{' }, /'body' is no JSON/],
		[{ content: 'json', body: '[]' }, /Expected a JSON object/],
		[
			{
				content: 'json',
				body: JSON.stringify(sampleOf('bililive-recorder.v2', 'FileOpening').body),
			},
			/'FileOpening' event, but Event says 'FileClosed'/,
		],
		[{ event: 'FileExploded' }, /has no event 'FileExploded'/],
		[{ format: 'nothing' }, /There is no format 'nothing'/],
		[{ urls: 'example.com' }, /The URL is no absolute http or https address/],
		[{ urls: '' }, /No URL is given/],
		[{ options: { attempts: 0 } }, /'attempts' must be/],
		[{ options: { waits: 'soon' } }, /'soon' is no number of seconds/],
		[{ options: { successCodes: '2xx' } }, /'2xx' is neither/],
		[{ options: { utcOffset: 'Shanghai' } }, /'Shanghai' is no UTC offset/],
	])('say what is wrong with %j', async (parameters, message) => {
		const error = await fail({ ...sending, urls: 'http://127.0.0.1:9/', ...parameters });
		expect(error.name).toBe('NodeOperationError');
		expect(error.message).toMatch(message);
		expect(error.description).not.toBe('');
		expect(error.itemIndex).toBe(0);
	});

	it('write local times with the chosen offset', async () => {
		const [item] = await run({
			...sending,
			operation: 'build',
			options: { utcOffset: '-03:30' },
		});
		expect(item?.json['body']).toMatchObject({
			EventTimestamp: expect.stringMatching(/-03:30$/),
		});
	});

	it('keep a sample as it is where that is wished', async () => {
		const [item] = await run({ ...sending, operation: 'build', options: { keepSample: true } });
		expect(item?.json['body']).toEqual(sampleOf('bililive-recorder.v2', 'FileClosed').body);
	});
});

describe('Convert', () => {
	const { event } = sampleOf('blrec', 'VideoFileCompletedEvent');

	it('puts any RecorderEvent into another format, and tells what is lost', async () => {
		const receiver = await receive();
		const [item] = await run(
			{ ...bililiveRecorder, operation: 'convert', delivery: 'send', urls: receiver.url },
			{ items: [{ ...event, upload: 'done' }] },
		);
		expect(item?.json).toMatchObject({
			nativeType: 'FileClosed',
			lost: expect.arrayContaining(['upload']),
			delivered: true,
		});
		expect(JSON.parse(receiver.requests[0]?.body ?? '')).toEqual(item?.json['body']);
	});

	it('fails, or passes over, what has no counterpart', async () => {
		const { event: added } = sampleOf('bsr', 'recorder.added');
		const parameters = { ...bililiveRecorder, operation: 'convert' };
		const error = await fail(parameters, { items: [{ ...added }] });
		expect(error.message).toBe("BililiveRecorder Webhook V2 has no event for 'room.added'");
		const output = await run(
			{ ...parameters, noCounterpart: 'skip' },
			{ items: [{ ...added }, { ...event }] },
		);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
	});

	it('says of a whole live that no recorder has a word for it', async () => {
		const [put] = drive([{ kind: 'file.closed', at: 10, opened: 1, path: 'a.flv', session: 'A' }]);
		const session = put?.item;
		expect(session?.kind).toBe('session.completed');
		for (const format of formats) {
			const parameters = { resource: 'event', operation: 'convert', format: format.id };
			const error = await fail(parameters, { items: [{ ...session }] });
			expect(error.message).toContain("has no event for 'session.completed'");
			expect(error.description).toContain('No recorder tells of a whole live');
		}
	});

	it('names the path of what is no RecorderEvent', async () => {
		const parameters = { ...bililiveRecorder, operation: 'convert' };
		const error = await fail(parameters, { items: [{ kind: 'live.started' }] });
		expect(error.message).toMatch(/^This is no RecorderEvent: .*receivedAt: /);
	});
});

describe('Parse', () => {
	const parsing = { resource: 'event', operation: 'parse' };

	it.each(formats.map((format) => [format.id, format] as const))(
		'reads every sample of %s, as text and as an object',
		async (_id, format) => {
			const bodies = [...format.events.values()].flatMap(({ samples }) => samples);
			const asText = bodies.map((body) => ({ body: format.delivery.encode(body) }));
			const asObject = bodies.map((body) => ({ body }));
			const output = await run(parsing, { items: [...asText, ...asObject] });
			expect(output).toHaveLength(2 * bodies.length);
			for (const { json } of output) expect(json['format']).toBe(format.id);
		},
	);

	it('keeps every digit of long ids', async () => {
		const { body } = sampleOf('bsr', 'recorder.added');
		const text = JSON.stringify(body).replace(/"room_id":"\d+"/, '"room_id":12345678901234567890');
		const [item] = await run({ ...parsing, rawBody: text });
		expect(item?.json['room']).toMatchObject({ id: '12345678901234567890' });
	});

	it('reads a form', async () => {
		const value = encodeURIComponent('{"cmd":"StartPublish","app":"live","stream":"a"}');
		const rawBody = `room_id=1&started_at=1483683506&event_type=sys%2Fnotify%2Flss&event_value=${value}`;
		const [item] = await run({ ...parsing, rawBody });
		expect(item?.json).toMatchObject({ kind: 'live.started', format: 'aodianyun' });
	});

	it('says where n8n finds the file, by the path mapping', async () => {
		const { body } = sampleOf('bililive-recorder.v2', 'FileClosed');
		const folders = [{ recorderFolder: '', localFolder: '/mnt/rec' }];
		const items = [{ body }];
		const [mapped] = await run({ ...parsing, options: { pathMapping: { folders } } }, { items });
		const [unmapped] = await run(parsing, { items });
		const path = '23058-3号直播间/录制-23058-20210514-175250-哔哩哔哩音悦台.flv';
		expect(mapped?.json['file']).toMatchObject({ path, localPath: `/mnt/rec/${path}` });
		expect(unmapped?.json['file']).toMatchObject({ path, localPath: null });
	});

	it('fails with what is wrong, or reports it', async () => {
		const rawBody = { EventType: 'FileClosed', EventId: 'a', EventData: { RelativePath: 'a.flv' } };
		const parameters = { ...parsing, recorder: 'any', rawBody };
		const error = await fail({ ...parsing, rawBody: JSON.stringify(rawBody) });
		expect(error.message).toMatch(/^The body is no valid recorder event: EventData\.RoomId: /);
		const [item] = await run({
			...parameters,
			rawBody: JSON.stringify(rawBody),
			invalid: 'report',
		});
		expect(item?.json).toMatchObject({
			format: 'bililive-recorder.v2',
			nativeType: 'FileClosed',
			issues: [{ path: 'EventData.RoomId' }],
			body: rawBody,
		});
		for (const other of ['', 'null', '[1]', '{"a":1}', '<xml/>']) {
			expect((await fail({ ...parsing, rawBody: other })).name).toBe('NodeOperationError');
		}
	});

	it('keeps to the chosen recorder', async () => {
		const { body } = sampleOf('bsr', 'recorder.added');
		const error = await fail({ ...parsing, recorder: 'blrec', rawBody: JSON.stringify(body) });
		expect(error.message).toContain('blrec Webhook: ');
	});
});

describe('Simulate', () => {
	const simulating = {
		resource: 'session',
		operation: 'simulate',
		format: 'bililive-recorder.v2',
		files: 2,
	};

	it('returns a session as items', async () => {
		const output = await run({
			...simulating,
			roomId: '4711',
			options: { seed: 'a', start: '2026-05-01T20:00:00' },
		});
		expect(output.map(({ json }) => json['nativeType'])).toEqual([
			'StreamStarted',
			'SessionStarted',
			'FileOpening',
			'FileClosed',
			'FileOpening',
			'FileClosed',
			'SessionEnded',
			'StreamEnded',
		]);
		expect(output[0]?.json['body']).toMatchObject({
			EventTimestamp: '2026-05-02T04:00:00+08:00',
			EventData: { RoomId: 4711 },
		});
		expect(output.every(({ pairedItem }) => JSON.stringify(pairedItem) === '{"item":0}')).toBe(
			true,
		);
	});

	it('sends it at the chosen pace, in its order', async () => {
		const receiver = await receive();
		const output = await run({
			...simulating,
			delivery: 'send',
			urls: receiver.url,
			secondsBetweenEvents: 0.05,
		});
		expect(output).toHaveLength(8);
		expect(receiver.requests.map(({ body }) => JSON.parse(body))).toEqual(
			output.map(({ json }) => json['body']),
		);
		expect(receiver.requests.at(-1)?.second).toBeGreaterThan(0.3);
	});

	it('stops when the execution is cancelled', async () => {
		const receiver = await receive();
		const cancel = new AbortController();
		const running = run(
			{ ...simulating, delivery: 'send', urls: receiver.url, secondsBetweenEvents: 3600 },
			{ signal: cancel.signal },
		);
		await until(() => receiver.requests.length > 0 && receiver.openConnections === 0);
		await after(300);
		cancel.abort();
		expect(await running).toHaveLength(1);
		expect(receiver.requests).toHaveLength(1);
	});

	it.each([
		[{ files: 0 }, /'files' must be from 1 to 500/],
		[{ minutesPerFile: 'long' }, /'minutesPerFile' must be a number/],
		[{ options: { lossPercent: 101 } }, /'lossPercent' must be from 0 to 100/],
		[{ options: { start: 'tomorrow' } }, /'tomorrow' is no time/],
		[{ options: { lossPercent: 100 } }, /Nothing is left/],
	])('says what is wrong with %j', async (parameters, message) => {
		expect((await fail({ ...simulating, ...parameters })).message).toMatch(message);
	});
});

describe('the editor', () => {
	it('shows an event list for each format, and what each operation needs', () => {
		for (const format of formats) {
			const shown = shownParameters(node, { operation: 'send', format: format.id });
			expect(format.events.has(String(shown['event']))).toBe(true);
		}
		const names = (parameters: object) => Object.keys(shownParameters(node, parameters)).sort();
		expect(names({ operation: 'parse' })).toEqual(
			['invalid', 'operation', 'options', 'rawBody', 'recorder', 'resource'].sort(),
		);
		expect(names({ operation: 'convert' })).not.toContain('urls');
		expect(names({ operation: 'convert', delivery: 'send' })).toContain('urls');
		expect(names({ resource: 'session' })).toContain('secondsBetweenEvents');
	});

	// The editor leaves out what is as by default: in a workflow saved with 0.1.0 the resource is missing, or the operation.
	it.each([
		[{}, 'send', ['fields', 'urls', 'event']],
		[{ operation: 'build' }, 'build', ['fields', 'event']],
		[{ operation: 'convert' }, 'convert', ['recorderEvent', 'delivery']],
		[{ operation: 'parse' }, 'parse', ['rawBody']],
		[{ resource: 'session' }, 'simulate', ['roomId', 'delivery']],
	])('opens what 0.1.0 saved as %j', (saved, operation, parameters) => {
		const shown = shownParameters(node, { ...saved, content: 'fields' });
		expect(shown['operation']).toBe(operation);
		for (const name of parameters) expect(shown).toHaveProperty(name);
	});

	it('runs what 0.1.0 saved without a resource', async () => {
		const [item] = await run({ operation: 'parse' }, { items: [{ body: FILE_CLOSED }] });
		expect(item?.json).toMatchObject({ kind: 'file.closed' });
	});

	it('has typed fields for every event', async () => {
		const { getEventFields } = node.methods.resourceMapping;
		for (const format of formats) {
			for (const event of format.events.keys()) {
				const chosen: Record<string, string> = { format: format.id, event };
				const context = { getCurrentNodeParameter: (name: string) => chosen[name] };
				const { fields } = await Reflect.apply(getEventFields, context, []);
				const ids = fields.map(({ id }: { id: string }) => id);
				expect(new Set(ids).size).toBe(ids.length);
			}
		}
		const nothing = { getCurrentNodeParameter: () => '={{ $json.format }}' };
		expect(await Reflect.apply(getEventFields, nothing, [])).toMatchObject({ fields: [] });
	});
});
