import { recorderEventSchema } from '../../formats/recorderEvent';
import { readPersistedClaims } from '../../inbound/persistedClaims';
import { BililiveRecorderTrigger } from '../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node';
import { type CorpusEntry, loadCorpus } from '../fixtures/loadCorpus.cjs';
import { startWebhookServer, type WebhookServer } from '../n8n/webhookServer';

const corpus = [...loadCorpus('bililiverecorder-v2'), ...loadCorpus('bililiverecorder-v1')];
const [fileClosed] = loadCorpus('bililiverecorder-v2').filter(({ name }) =>
	name.includes('recon-2.x-FileClosed'),
);

const servers: WebhookServer[] = [];

async function start(
	settings: Parameters<typeof startWebhookServer>[1] = {},
): Promise<WebhookServer> {
	const server = await startWebhookServer(new BililiveRecorderTrigger(), settings);
	servers.push(server);
	return server;
}

afterEach(async () => {
	for (const server of servers.splice(0)) {
		expect(server.errors).toEqual([]);
		await server.close();
	}
});

function withId({ body }: CorpusEntry, id: string): object {
	return { ...body, EventId: id };
}

function required<T>(value: T | undefined): T {
	if (value === undefined) throw new Error('The corpus lacks an entry that this test needs');
	return value;
}

const closed = required(fileClosed);

describe('BililiveRecorder Trigger in an n8n-core WebhookContext', () => {
	it.each(corpus.map((entry) => [entry.name, entry] as const))(
		'puts out one valid RecorderEvent for %s',
		async (_name, { text, body }) => {
			const server = await start();
			const answer = await server.post(text);
			expect([answer.status, answer.text]).toEqual([200, '']);
			expect(server.executions).toHaveLength(1);
			const [event, invalid] = required(server.executions[0]);
			expect(invalid).toEqual([]);
			const item = required(event?.[0]).json;
			expect(recorderEventSchema.parse(item)).toEqual(item);
			expect(item).toMatchObject({ warnings: [], remembered: [], raw: body });
		},
	);

	it('normalises a closed file', async () => {
		const server = await start({
			parameters: {
				options: {
					pathMapping: { folders: [{ recorderFolder: '', localFolder: '/mnt/rec/' }] },
				},
			},
		});
		await server.post(closed.text);
		const item = required(server.executions[0]?.[0]?.[0]).json;
		expect(item).toMatchObject({
			id: '98f85267-e08c-4f15-ad9a-1fc463d42b0c',
			kind: 'file.closed',
			recorder: 'bililive-recorder',
			format: 'bililive-recorder.v2',
			nativeType: 'FileClosed',
			occurredAt: '2023-05-14T09:52:54.946Z',
			room: {
				id: '23058',
				shortId: '3',
				platform: 'bilibili',
				title: '哔哩哔哩音悦台',
				url: 'https://live.bilibili.com/23058',
				coverUrl: null,
				area: { parent: '生活', child: '影音馆' },
			},
			streamer: { id: null, name: '3号直播间', avatarUrl: null },
			session: {
				id: '7c7f3672-70ce-405a-aa12-886702ced6e5',
				startedAt: null,
				endedAt: null,
				platformLiveId: null,
			},
			file: {
				path: '23058-3号直播间/录制-23058-20210514-175250-哔哩哔哩音悦台.flv',
				localPath: '/mnt/rec/23058-3号直播间/录制-23058-20210514-175250-哔哩哔哩音悦台.flv',
				name: '录制-23058-20210514-175250-哔哩哔哩音悦台.flv',
				extension: 'flv',
				role: 'video',
				sizeBytes: 816412,
				durationSeconds: 4.992,
				openedAt: '2023-05-14T09:52:50.524Z',
				closedAt: '2023-05-14T09:52:54.946Z',
				danmakuPath: '23058-3号直播间/录制-23058-20210514-175250-哔哩哔哩音悦台.xml',
			},
		});
	});

	it('starts one execution for eight deliveries at once, and answers 200 to all', async () => {
		const server = await start();
		const answers = await Promise.all(Array.from({ length: 8 }, () => server.post(closed.text)));
		expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
		expect(answers.filter(({ json }) => json?.status === 'duplicate')).toHaveLength(7);
		expect(server.executions).toHaveLength(1);
	});

	it('persists every claim, in sequence and at once', async () => {
		const server = await start();
		for (let index = 0; index < 30; index++) await server.post(withId(closed, `sequence-${index}`));
		await Promise.all(
			Array.from({ length: 40 }, (_, index) => server.post(withId(closed, `at-once-${index}`))),
		);
		expect(server.executions).toHaveLength(70);
		const persisted = server.staticData['node:BililiveRecorder Trigger']?.claims;
		expect([...readPersistedClaims(String(persisted))]).toHaveLength(70);

		const restarted = await start({ staticData: server.staticData });
		await Promise.all(
			Array.from({ length: 40 }, async (_, index) => {
				const answer = await restarted.post(withId(closed, `at-once-${index}`));
				expect(answer.json).toEqual({ status: 'duplicate' });
			}),
		);
		expect((await restarted.post(withId(closed, 'new'))).text).toBe('');
		expect(restarted.executions).toHaveLength(1);
	});

	it('takes the retry as new when n8n could not store the execution', async () => {
		const server = await start({
			holdExecution: async () => {
				throw new Error('attempt to write a readonly database');
			},
		});
		expect((await server.post(closed.text)).status).toBe(500);
		expect(server.errors.splice(0)).toHaveLength(1);
		server.holdExecution = async () => {};
		expect((await server.post(closed.text)).text).toBe('');
		expect((await server.post(closed.text)).json).toEqual({ status: 'duplicate' });
		expect(server.executions).toHaveLength(1);
	});

	it('leaves alone what others keep in the static data', async () => {
		const others = { global: { cursor: [1, { at: 2 }] }, 'node:Schedule Trigger': { last: '5' } };
		const server = await start({
			staticData: { ...others, 'node:BililiveRecorder Trigger': { note: { by: 'an expression' } } },
		});
		await server.post(withId(closed, 'first'));
		await server.post(withId(closed, 'second'));
		expect(server.staticData).toMatchObject({
			...others,
			'node:BililiveRecorder Trigger': {
				note: { by: 'an expression' },
				nodeId: 'trigger-node',
				claims: expect.stringMatching(/./),
				rooms: expect.stringMatching(/./),
				sessions: '[]',
				steadyLives: '[]',
			},
		});
	});

	it('goes by its parameters as they are when a request comes', async () => {
		const server = await start();
		await server.post(withId(closed, 'first'));
		server.node.parameters = { rooms: '999999' };
		expect((await server.post(withId(closed, 'second'))).json).toEqual({ status: 'ignored' });
		server.node.parameters = { options: { ipAllowList: 'nonsense' } };
		expect((await server.post(withId(closed, 'second'))).status).toBe(503);
		server.node.parameters = { simplify: true };
		await server.post(withId(closed, 'second'));
		const items = server.executions.map(([event]) => required(event?.[0]).json);
		expect(items.map((item) => 'raw' in item)).toEqual([true, false]);
	});

	it('evaluates a parameter that is an expression for each request', async () => {
		const server = await start({
			parameters: {
				simplify: '={{ $now.toMillis() % 2 === 0 }}',
				options: { deduplicate: 'pass' },
			},
		});
		const seen = new Set<boolean>();
		for (let count = 0; count < 200 && seen.size < 2; count++) {
			await server.post(closed.text);
			const [event] = required(server.executions.at(-1));
			seen.add('raw' in required(event?.[0]).json);
		}
		expect([...seen].sort()).toEqual([false, true]);
	});

	it('never drops repeats in a test run of the editor', async () => {
		const server = await start({ mode: 'manual' });
		for (let index = 0; index < 3; index++) await server.post(closed.text);
		expect(server.executions).toHaveLength(3);
		expect(server.staticData).toEqual({});
	});

	describe('authentication by query secret', () => {
		const secret = 'correct horse';
		const secured = {
			parameters: { authentication: 'liveRecorderWebhook', options: { includeRequest: true } },
			credentials: { liveRecorderWebhookApi: { mode: 'query', name: 'key', secret } },
		};

		it.each([
			['missing', '', 401],
			['wrong', '?key=correct%20house', 403],
			['empty', '?key=', 403],
			['another parameter', '?token=correct%20horse', 401],
		])('refuses a request whose secret is %s', async (_name, query, status) => {
			const server = await start(secured);
			const answer = await server.post(closed.text, { query });
			expect(answer.status).toBe(status);
			expect(answer.json?.status).toBe('refused');
			expect(answer.text).not.toContain(secret);
			expect(server.executions).toEqual([]);
		});

		it('lets the right one in, and keeps it out of the item', async () => {
			const server = await start(secured);
			const query = '?key=correct%20horse&source=nas';
			expect((await server.post(closed.text, { query })).status).toBe(200);
			const item = required(server.executions[0]?.[0]?.[0]).json;
			expect(item.request).toMatchObject({ query: { source: 'nas' } });
			expect(JSON.stringify(item)).not.toMatch(/correct.horse/);
		});

		it('lets nobody in while the credential is missing or empty', async () => {
			const { parameters } = secured;
			const missing = await start({ parameters });
			expect((await missing.post(closed.text, { query: '?key=' })).status).toBe(503);
			const empty = await start({
				parameters,
				credentials: { liveRecorderWebhookApi: { mode: 'query', name: 'key', secret: '' } },
			});
			expect((await empty.post(closed.text, { query: '?key=' })).status).toBe(503);
			expect([...missing.executions, ...empty.executions]).toEqual([]);
		});
	});

	describe('what is no valid event', () => {
		it.each([
			['no JSON', 'EventType=FileClosed', 400],
			['an empty body', '', 400],
			['JSON of another kind', JSON.stringify({ hello: 'world' }), 400],
			['an array', '[1,2]', 400],
			['a number', '42', 400],
		])('refuses %s', async (_name, body, status) => {
			const server = await start();
			const answer = await server.post(body);
			expect(answer.status).toBe(status);
			expect(answer.json?.message).toEqual(expect.any(String));
			expect(server.executions).toEqual([]);
		});

		it('says what a foreign body lacks', async () => {
			const server = await start();
			const answer = await server.post({ EventType: 'FileClosed', data: {} });
			expect(answer.json?.issues).toContainEqual({
				path: 'EventData',
				message: 'BililiveRecorder Webhook V2: Invalid input: expected object, received undefined',
			});
		});

		const broken = { ...closed.body, EventData: { RoomId: 'room', RelativePath: 'a.flv' } };

		it('puts a broken event out on Invalid, once', async () => {
			const server = await start();
			await server.post(broken);
			expect((await server.post(broken)).json).toEqual({ status: 'duplicate' });
			expect(server.executions).toHaveLength(1);
			const [event, invalid] = required(server.executions[0]);
			expect(event).toEqual([]);
			expect(required(invalid?.[0]).json).toMatchObject({
				recorder: 'bililive-recorder',
				nativeType: 'FileClosed',
				issues: [{ path: 'EventData.RoomId', message: expect.any(String) }],
				raw: broken,
			});
		});

		it('refuses a broken event where that is chosen', async () => {
			const server = await start({ parameters: { invalid: 'reject' } });
			const answer = await server.post(broken);
			expect(answer.status).toBe(400);
			expect(answer.json?.issues?.[0]?.path).toBe('EventData.RoomId');
			expect(server.executions).toEqual([]);
		});

		it('passes an event of a newer type on as unknown', async () => {
			const server = await start();
			await server.post({ ...closed.body, EventType: 'PkStarted' });
			expect(required(server.executions[0]?.[0]?.[0]).json).toMatchObject({
				kind: 'unknown',
				nativeType: 'PkStarted',
				room: { id: '23058' },
			});
		});
	});

	describe('choices', () => {
		it('answers events that are not chosen without an execution', async () => {
			const server = await start({ parameters: { events: ['FileOpening'] } });
			expect((await server.post(closed.text)).json).toEqual({ status: 'ignored' });
			expect(server.executions).toEqual([]);
		});

		it.each([
			['23058', 1],
			['3', 1],
			['1, 3', 1],
			['4', 0],
		])('with rooms %s starts %d executions', async (rooms, count) => {
			const server = await start({ parameters: { rooms } });
			await server.post(closed.text);
			expect(server.executions).toHaveLength(count);
		});

		it('takes one version where that is chosen', async () => {
			const [v1] = loadCorpus('bililiverecorder-v1');
			const server = await start({ parameters: { format: 'bililive-recorder.v2' } });
			expect((await server.post(required(v1).text)).status).toBe(400);
			expect((await server.post(closed.text)).status).toBe(200);
		});

		it('has an output per group', async () => {
			const server = await start({ parameters: { outputMode: 'group' } });
			await server.post(closed.text);
			// Live, Recording, File, Other, Invalid
			expect(required(server.executions[0]).map((items) => items.length)).toEqual([0, 0, 1, 0, 0]);
		});

		it('has an output per chosen event, Invalid first', async () => {
			const server = await start({
				parameters: { outputMode: 'event', events: ['FileOpening', 'FileClosed', '*'] },
			});
			await server.post(closed.text);
			await server.post({ ...closed.body, EventType: 'SessionEnded', EventId: 'ended' });
			expect(server.executions.map((outputs) => outputs.map((items) => items.length))).toEqual([
				[0, 0, 1, 0],
				[0, 0, 0, 1],
			]);
		});

		it('simplifies', async () => {
			const server = await start({ parameters: { simplify: true } });
			await server.post(closed.text);
			const item = required(server.executions[0]?.[0]?.[0]).json;
			expect(Object.keys(item).length).toBeLessThanOrEqual(10);
			expect(item).toMatchObject({ kind: 'file.closed', roomTitle: '哔哩哔哩音悦台' });
		});
	});
});
