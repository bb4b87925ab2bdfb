/** The triggers with a real Redis: connections, their ends and their limits. */

import { Redis } from 'ioredis';
import {
	type ICredentialDataDecryptedObject,
	type INodeCredentialTestResult,
	sleep as pause,
} from 'n8n-workflow';

import { claimKey, keepKey, releaseKey } from '../../inbound/redisScripts';
import { BililiveRecorderTrigger } from '../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node';
import { closeRedisConnections, testRedis } from '../../nodes/trigger/claimStores';
import { RedisConnection } from '../../nodes/trigger/redisConnection';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { startWebhookServer, type WebhookServer } from '../n8n/webhookServer';
import { until } from '../until';
import { missingForRedis, type RedisServer, startRedisServer } from './redisServer.cjs';

const PASSWORD = 'a p@ss/word';

const [closed] = loadCorpus('bililiverecorder-v2').filter(({ name }) => /closed/i.test(name));

function eventWithId(id: string): string {
	return JSON.stringify({ ...closed?.body, EventId: id });
}

const servers: WebhookServer[] = [];
let redis: RedisServer;
let tlsRedis: RedisServer;

/** A trigger that keeps its claims in Redis. */
async function start(credential: object | null, parameters: object = {}): Promise<WebhookServer> {
	const server = await startWebhookServer(new BililiveRecorderTrigger(), {
		parameters: { claimStore: 'redis', ...parameters },
		credentials: credential === null ? {} : { liveRecorderRedisApi: credential },
	});
	servers.push(server);
	return server;
}

const credentialFor = ({ port }: RedisServer, changes: object = {}) => ({
	connectBy: 'host',
	host: '127.0.0.1',
	port,
	database: 0,
	password: PASSWORD,
	keyPrefix: 'test:',
	...changes,
});

const refuse = { options: { redisUnreachable: 'refuse' } };

const describeWithRedis = missingForRedis === undefined ? describe : describe.skip;
if (missingForRedis !== undefined) {
	describe('Redis', () => {
		it.todo(`is not tested: ${missingForRedis} is not installed`);
	});
}

describeWithRedis('a trigger with Redis', () => {
	beforeAll(async () => {
		redis = await startRedisServer({ password: PASSWORD });
		tlsRedis = await startRedisServer({ password: PASSWORD, tls: true });
		// What is loaded and compiled with the first request may take longer than a request waits for Redis.
		const server = await start(credentialFor(redis), refuse);
		await until(async () => (await server.post(eventWithId('first'))).status === 200);
		await server.close();
		servers.length = 0;
		closeRedisConnections();
	});
	afterEach(async () => {
		await Promise.all(servers.splice(0).map(async (server) => await server.close()));
		closeRedisConnections();
	});
	afterAll(async () => {
		await redis.discard();
		await tlsRedis.discard();
	});

	/** What Redis holds, by the keys' beginnings. */
	async function keys({ port }: RedisServer = redis): Promise<string[]> {
		const client = new Redis({ port, password: PASSWORD });
		const found = await client.keys('*');
		client.disconnect();
		return found;
	}

	it('notes there what it took, under the name of its workflow and node', async () => {
		const server = await start(credentialFor(redis));
		expect((await server.post(eventWithId('one'))).text).toBe('');
		expect((await server.post(eventWithId('one'))).json).toEqual({ status: 'duplicate' });
		expect(server.executions).toHaveLength(1);
		const own = (await keys()).filter((key) => key.includes(server.workflowId));
		expect(own).toHaveLength(1);
		expect(own[0]).toMatch(
			new RegExp(`^test:${server.workflowId}:trigger-node:[A-Za-z0-9_-]{43}$`),
		);
	});

	it('turns away what another process took', async () => {
		const server = await start(credentialFor(redis));
		// Another process: it shares no memory with the trigger, only the Redis.
		const other = new RedisConnection(
			{ Redis },
			{ host: '127.0.0.1', port: redis.port, password: PASSWORD },
			{ warn: () => {}, info: () => {} },
		);
		const store = other.claims(`test:${server.workflowId}:trigger-node:`);
		const claimed = await store.claim('bililive-recorder.v2:two', 3600);
		if (claimed.status !== 'new') throw new Error(claimed.status);
		await claimed.claim.keep();
		expect((await server.post(eventWithId('two'))).json).toEqual({ status: 'duplicate' });
		expect(server.executions).toHaveLength(0);
		expect((await server.post(eventWithId('three'))).text).toBe('');
		other.close();
	});

	it.each([
		['a wrong password', () => credentialFor(redis, { password: 'wr0ng-s3cret' })],
		['nobody listening', () => credentialFor(redis, { port: 1 })],
		['no credential', () => null],
		['a credential without a host', () => credentialFor(redis, { host: '' })],
		['a certificate that nobody vouches for', () => credentialFor(tlsRedis, { tls: true })],
		['no TLS where there must be', () => credentialFor(tlsRedis)],
	])('takes or refuses, as it is set, with %s', async (_title, credential) => {
		const taking = await start(credential());
		expect((await taking.post(eventWithId('any'))).status).toBe(200);
		expect((await taking.post(eventWithId('any'))).json).toEqual({ status: 'duplicate' });

		const refusing = await start(credential(), refuse);
		const answer = await refusing.post(eventWithId('any'));
		expect(answer.status).toBe(503);
		expect(answer.json?.message).toMatch(/; send it again$/);
		expect(answer.text).not.toMatch(/s3cret|p@ss/);
		expect(refusing.executions).toHaveLength(0);
	});

	it('tells the log of trouble once, and when it is over, and never a secret', async () => {
		const log: string[] = [];
		const own = await startRedisServer({ password: 'right-s3cret' });
		const connect = (password: string) =>
			new RedisConnection(
				{ Redis },
				{ host: '127.0.0.1', port: own.port, password },
				{ warn: (line) => void log.push(line), info: (line) => void log.push(line) },
			);
		const wrong = connect('wr0ng-s3cret');
		await until(() => log.length > 0);
		wrong.close();
		expect(log.splice(0)).toEqual([expect.stringMatching(/WRONGPASS/)]);

		const right = connect('right-s3cret');
		await right.eval('return 1', 0);
		await own.kill();
		await until(() => log.length > 0);
		await pause(300);
		await own.start();
		await until(() => log.length > 1);
		expect(log).toEqual([
			expect.stringMatching(/^Redis for Live Recorder triggers: /),
			'Redis for Live Recorder triggers: connected again',
		]);
		expect(log.join()).not.toContain('s3cret');
		right.close();
		await own.discard();
	});

	it('speaks TLS where the certificate is not to be verified', async () => {
		const insecure = { disableTlsVerification: true };
		for (const credential of [
			credentialFor(tlsRedis, { tls: true, ...insecure }),
			{
				connectBy: 'url',
				urlWithPassword: `rediss://:${encodeURIComponent(PASSWORD)}@localhost:${tlsRedis.port}`,
				keyPrefix: 'test:',
				...insecure,
			},
		]) {
			const server = await start(credential, refuse);
			expect((await server.post(eventWithId('tls'))).text).toBe('');
			const held = await tlsKeys();
			expect(held.some((key) => key.includes(server.workflowId))).toBe(true);
		}
	});

	async function tlsKeys(): Promise<string[]> {
		const tls = { rejectUnauthorized: false };
		const client = new Redis({ port: tlsRedis.port, password: PASSWORD, tls });
		const found = await client.keys('*');
		client.disconnect();
		return found;
	}

	it('comes back by itself when Redis does', async () => {
		const server = await start(credentialFor(redis), refuse);
		expect((await server.post(eventWithId('before'))).status).toBe(200);
		await redis.kill();
		expect((await server.post(eventWithId('meanwhile'))).status).toBe(503);
		await redis.start();
		const statuses = new Set<number>();
		await until(async () => {
			const { status } = await server.post(eventWithId('meanwhile'));
			statuses.add(status);
			return status !== 503;
		});
		expect([...statuses].at(-1)).toBe(200);
		expect(server.executions).toHaveLength(2);
	});

	it('does not wait for a Redis that is frozen until it thaws', async () => {
		const server = await start(credentialFor(redis), refuse);
		expect((await server.post(eventWithId('warm'))).status).toBe(200);
		redis.freeze();
		try {
			expect((await server.post(eventWithId('frozen'))).status).toBe(503);
		} finally {
			redis.unfreeze();
		}
	});

	it('does not wait again for a Redis that has just not answered', async () => {
		const connection = new RedisConnection(
			{ Redis },
			{ host: '127.0.0.1', port: redis.port, password: PASSWORD },
			{ warn: () => {}, info: () => {} },
		);
		expect(await connection.eval('return 1', 0)).toBe(1);
		redis.freeze();
		try {
			await expect(connection.eval('return 1', 0)).rejects.toThrow('timed out');
			await expect(connection.eval('return 1', 0)).rejects.toThrow('Redis does not answer');
			// It takes the connection, and doesn't answer on it either.
			await until(async () =>
				connection.eval('return 1', 0).then(
					() => true,
					(error: unknown) => String(error).includes('Redis closed the connection'),
				),
			);
			await expect(connection.eval('return 1', 0)).rejects.toThrow('Redis does not answer');
		} finally {
			redis.unfreeze();
			connection.close();
		}
	});

	it('makes one connection for one credential, and a new one for a changed one', async () => {
		const client = new Redis({ port: redis.port, password: PASSWORD });
		const connections = async () =>
			String(await client.client('LIST'))
				.trim()
				.split('\n').length;
		const before = await connections();
		for (let index = 0; index < 3; index++) {
			await (await start(credentialFor(redis))).post(eventWithId(`${index}`));
		}
		expect((await connections()) - before).toBe(1);
		for (let database = 1; database <= 10; database++) {
			await (await start(credentialFor(redis, { database }))).post(eventWithId('x'));
		}
		// The oldest are closed.
		await until(async () => (await connections()) - before === 8);
		closeRedisConnections();
		await until(async () => (await connections()) === before);
		client.disconnect();
	});

	it('frees the claim of a process that died, and keeps that of one that lives, in a real Redis', async () => {
		const client = new Redis({ port: redis.port, password: PASSWORD });
		const key = 'script:key';
		expect(await claimKey(client, key, 'one', 60_000, null)).toMatchObject({ state: 'new' });
		const held = await claimKey(client, key, 'two', 60_000, null);
		expect(held).toMatchObject({ state: 'pending', token: 'one' });
		expect(held.lasts).toBeGreaterThan(50_000);
		// It was renewed since: whoever thought it dead doesn't get it.
		const stale = { token: 'one', lasts: 40_000 };
		expect(await claimKey(client, key, 'two', 60_000, stale)).toMatchObject({ state: 'pending' });
		await client.pexpire(key, 30_000);
		expect(await claimKey(client, key, 'two', 60_000, stale)).toMatchObject({ state: 'new' });
		expect(await keepKey(client, key, 'one', 60_000)).toBe(false);
		await releaseKey(client, key, 'one');
		expect(await keepKey(client, key, 'two', 60_000)).toBe(true);
		expect(await keepKey(client, key, 'two', 60_000)).toBe(true);
		expect(await claimKey(client, key, 'three', 60_000, null)).toMatchObject({ state: 'repeat' });
		client.disconnect();
	});

	it.each<
		[string, (client: Redis) => Promise<unknown>, (client: Redis) => Promise<unknown>, RegExp]
	>([
		[
			'no memory left',
			async (client) => await client.config('SET', 'maxmemory', '1'),
			async (client) => await client.config('SET', 'maxmemory', '0'),
			/out of memory.*OOM/,
		],
		[
			'a replica',
			async (client) => await client.replicaof('127.0.0.1', 1),
			async (client) => await client.replicaof('NO', 'ONE'),
			/replica.*READONLY/,
		],
		[
			'rights to read only',
			async (client) => await client.acl('SETUSER', 'default', '-set'),
			async (client) => await client.acl('SETUSER', 'default', '+@all'),
			/NOPERM|may not run|ACL/,
		],
		[
			'no right to run scripts',
			async (client) => await client.acl('SETUSER', 'default', '-eval'),
			async (client) => await client.acl('SETUSER', 'default', '+@all'),
			/may not run EVAL.*NOPERM/,
		],
	])(
		'says in n8n’s log, once, what a Redis that answers with errors needs, and so does the test of the credential: %s',
		async (_title, spoil, mend, expected) => {
			const own = await startRedisServer({ password: PASSWORD });
			const client = new Redis({ port: own.port, password: PASSWORD });
			const log: string[] = [];
			const connection = new RedisConnection(
				{ Redis },
				{ host: '127.0.0.1', port: own.port, password: PASSWORD },
				{ warn: (line) => void log.push(line), info: () => {} },
			);
			const claims = connection.claims('p:');
			expect((await claims.claim('before', 60)).status).toBe('new');
			await spoil(client);
			for (let event = 0; event < 3; event++) {
				expect((await claims.claim(`event ${event}`, 60)).status).toBe('unavailable');
			}
			expect(log).toEqual([expect.stringMatching(expected)]);
			const result: INodeCredentialTestResult = await testRedis({
				id: '1',
				name: 'Redis',
				type: 'liveRecorderRedisApi',
				data: credentialFor(own),
			});
			expect(result).toEqual({ status: 'Error', message: expect.stringMatching(expected) });
			await mend(client);
			connection.close();
			client.disconnect();
			await own.discard();
		},
	);

	describe('the test of its credential', () => {
		const test = async (data: ICredentialDataDecryptedObject): Promise<INodeCredentialTestResult> =>
			await testRedis({ id: '1', name: 'Redis', type: 'liveRecorderRedisApi', data });

		it('connects', async () => {
			expect(await test(credentialFor(redis))).toEqual({
				status: 'OK',
				message: 'Connection successful',
			});
			const tls = { tls: true, disableTlsVerification: true };
			expect(await test(credentialFor(tlsRedis, tls))).toMatchObject({ status: 'OK' });
		});

		it.each([
			['a wrong password', { password: 'wr0ng-s3cret' }, /WRONGPASS|invalid/],
			['nobody listening', { port: 1 }, /ECONNREFUSED/],
			['no host', { host: '' }, /^Fill in the host$/],
		])('says what is wrong: %s', async (_title, changes, message) => {
			const result = await test(credentialFor(redis, changes));
			expect(result).toEqual({ status: 'Error', message: expect.stringMatching(message) });
			expect(result.message).not.toContain('s3cret');
		});

		it('says that a certificate is not trusted', async () => {
			expect(await test(credentialFor(tlsRedis, { tls: true }))).toEqual({
				status: 'Error',
				message: expect.stringMatching(/self.signed certificate/),
			});
		});
	});
});
