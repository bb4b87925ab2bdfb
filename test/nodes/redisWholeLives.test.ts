/** Whole lives that are kept in a real Redis: what becomes of them while it is away, and of files that only the recorder's listing tells of. */

import { BililiveRecorderTrigger } from '../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node';
import { closeRedisConnections } from '../../nodes/trigger/claimStores';
import { bililiveRecorder, stopStandIns } from '../apis/standIns';
import { type PublishedTrigger, publishTrigger } from '../n8n/publishTrigger';
import type { Credentials } from '../n8n/standIns';
import { startWebhookServer, type WebhookServer } from '../n8n/webhookServer';
import { until } from '../until';
import { missingForRedis, type RedisServer, startRedisServer } from './redisServer.cjs';

const ROOM = 23058;

const describeWithRedis = missingForRedis === undefined ? describe : describe.skip;
if (missingForRedis !== undefined) {
	describe('Redis', () => {
		it.todo(`is not tested: ${missingForRedis} is not installed`);
	});
}

let number = 0;

function event(type: string, data: object = {}): object {
	return {
		EventType: type,
		EventTimestamp: new Date().toISOString(),
		EventId: `event-${++number}`,
		EventData: {
			SessionId: 'session',
			...data,
			RoomId: ROOM,
			ShortId: 0,
			Name: 'Name',
			Title: 'Title',
			AreaNameParent: '',
			AreaNameChild: '',
		},
	};
}

const path = `${ROOM}/a.flv`;
const opening = () =>
	event('FileOpening', { RelativePath: path, FileOpenTime: new Date().toISOString() });
const closed = () =>
	event('FileClosed', {
		RelativePath: path,
		FileSize: 1,
		Duration: 1,
		FileOpenTime: new Date().toISOString(),
		FileCloseTime: new Date().toISOString(),
	});

describeWithRedis('a trigger with whole lives in Redis', () => {
	let redis: RedisServer;
	let server: WebhookServer;
	let trigger: PublishedTrigger | null = null;

	beforeEach(async () => {
		redis = await startRedisServer({ password: 'secret' });
	});
	afterEach(async () => {
		await trigger?.unpublish();
		trigger = null;
		await server.close();
		closeRedisConnections();
		await redis.discard();
		await stopStandIns();
	});

	async function start(options: object = {}, others: Credentials = {}): Promise<void> {
		const credentials = {
			liveRecorderRedisApi: {
				connectBy: 'host',
				host: '127.0.0.1',
				port: redis.port,
				database: 0,
				password: 'secret',
				keyPrefix: 'test:',
			},
			...others,
		};
		const parameters = {
			events: ['session.completed'],
			claimStore: 'redis',
			options: { sessionWaitMinutes: 0.05, ...options },
		};
		server = await startWebhookServer(new BililiveRecorderTrigger(), { parameters, credentials });
		trigger = await publishTrigger(new BililiveRecorderTrigger(), server, { credentials });
	}

	const files = (): unknown =>
		JSON.parse(JSON.stringify(trigger?.events() ?? []))
			.flat()
			.map(({ summary }: { summary: { files: Array<{ path: string }> } }) =>
				summary.files.map((file) => file.path),
			);

	async function send(...events: readonly object[]): Promise<void> {
		for (const each of events) {
			expect((await server.post(each)).json).toEqual({ status: 'noted' });
		}
	}

	it('has in its item what came while Redis did not answer', async () => {
		await start();
		await send(event('SessionStarted'), opening());
		redis.freeze();
		try {
			await send(closed(), event('SessionEnded'));
		} finally {
			redis.unfreeze();
		}
		await until(() => trigger?.emitted.length === 1);
		expect(files()).toEqual([[path]]);
	});

	it('refuses what it cannot note, where it is told to, and where nothing could be kept until Redis is back', async () => {
		await start({ redisUnreachable: 'refuse' });
		await send(event('SessionStarted'));
		redis.freeze();
		try {
			expect((await server.post(opening())).status).toBe(503);
		} finally {
			redis.unfreeze();
		}
		const withoutCredential = await startWebhookServer(new BililiveRecorderTrigger(), {
			parameters: { events: ['session.completed'], claimStore: 'redis' },
		});
		expect((await withoutCredential.post(opening())).status).toBe(503);
		await withoutCredential.close();
	});

	it('refuses nothing for want of a Redis that has nothing to keep of it', async () => {
		server = await startWebhookServer(new BililiveRecorderTrigger(), {
			parameters: {
				events: ['file.closed'],
				claimStore: 'redis',
				options: { interruptionMinutes: 1 },
			},
		});
		expect((await server.post(opening())).status).toBe(200);
	});

	it('has in its item the files that only the recorder’s listing tells of', async () => {
		const { recorder } = await bililiveRecorder();
		recorder.addRoom(ROOM);
		await start(
			{ checkMinutes: 0.02 },
			{ bililiveRecorderApi: { url: recorder.url, user: 'rec', password: 's3cret' } },
		);
		await send(event('SessionStarted'), opening());
		recorder.files.set(path, { size: 10, modified: Date.now() });
		await until(() => server.log.some((line) => /caught up on 1 file/.test(line)));
		await send(event('SessionEnded'));
		await until(() => trigger?.emitted.length === 1);
		expect(files()).toEqual([[path]]);
	});
});
