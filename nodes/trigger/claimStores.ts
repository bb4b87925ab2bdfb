import { createHash } from 'node:crypto';

import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	INodeCredentialTestResult,
	IWebhookFunctions,
} from 'n8n-workflow';

import { type ClaimStore, UnavailableClaimStore } from '../../inbound/claims';
import { LayeredClaimStore } from '../../inbound/layeredClaims';
import { probeClaims } from '../../inbound/redisClaims';
import { LogOncePerMinute } from './logOncePerMinute';
import { systemClock } from './nodeState';
import { readRedisCredential, REDIS_CREDENTIAL } from './redisCredential';
import { boundedOptions, loadIoredis, RedisConnection } from './redisConnection';
import { triggerKeyOf } from './triggerKey';

/** Connections by a hash of what they were made from: whoever changes a credential gets a new one. */
const connections = new Map<string, RedisConnection>();

/** More different credentials than anybody has; those of the past are closed. */
const MAX_CONNECTIONS = 8;

const log = new LogOncePerMinute(systemClock);

const NO_CLIENT = 'The Redis client (ioredis) that n8n brings along is missing';

/** As much of n8n's contexts as a shared store needs: those of `webhook` and `trigger` have it. */
export type RedisContext = Pick<
	IWebhookFunctions,
	'getCredentials' | 'getNode' | 'getWorkflow' | 'logger'
>;

/** The claims of the trigger that is receiving, in this process and in a Redis behind it. */
export async function redisClaimsOf(
	context: RedisContext,
	ownClaims: ClaimStore,
): Promise<ClaimStore> {
	return new LayeredClaimStore(ownClaims, await redisStoreOf(context), systemClock);
}

async function redisStoreOf(context: RedisContext): Promise<ClaimStore> {
	const redis = await redisOf(context);
	return typeof redis === 'string'
		? unavailable(context, redis)
		: redis.connection.claims(redis.prefix);
}

/** The Redis of a trigger, with what sets its keys apart from all else there; or why there is none. */
export async function redisOf(
	context: RedisContext,
): Promise<{ readonly connection: RedisConnection; readonly prefix: string } | string> {
	const address = await readAddress(context);
	if (typeof address === 'string') return address;
	const { options, keyPrefix } = address;
	const key = createHash('sha256').update(JSON.stringify(options)).digest('base64url');
	let connection = connections.get(key);
	if (connection === undefined) {
		const ioredis = loadIoredis();
		if (ioredis === null) return NO_CLIENT;
		connection = new RedisConnection(ioredis, options, context.logger);
		closeOldest();
	}
	// Put at the end again: the first is the one that was not used for longest.
	connections.delete(key);
	connections.set(key, connection);
	const prefix = `${keyPrefix}${triggerKeyOf(context)}:`;
	return { connection, prefix };
}

async function readAddress(context: RedisContext) {
	let data: ICredentialDataDecryptedObject;
	try {
		data = await context.getCredentials(REDIS_CREDENTIAL);
	} catch {
		return 'The credential for Redis is missing or cannot be read';
	}
	const address = readRedisCredential(data);
	return typeof address === 'string'
		? `The credential for Redis is incomplete: ${address}`
		: address;
}

function unavailable(context: RedisContext, reason: string): ClaimStore {
	const { id } = context.getWorkflow();
	const node = context.getNode();
	log.warn(context.logger, `${id} ${node.id} ${reason}`, `${node.name} (${id}): ${reason}`);
	return new UnavailableClaimStore(reason);
}

function closeOldest(): void {
	for (const [key, connection] of connections) {
		if (connections.size < MAX_CONNECTIONS) return;
		connections.delete(key);
		connection.close();
	}
}

/** Closes every connection to Redis: for tests, which end when nothing is open any more. */
export function closeRedisConnections(): void {
	for (const connection of connections.values()) connection.close();
	connections.clear();
}

/** Tests the credential: connects, and has Redis do what receiving does. */
export async function testRedis(
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const address = readRedisCredential(credential.data ?? {});
	if (typeof address === 'string') return { status: 'Error', message: address };
	const ioredis = loadIoredis();
	if (ioredis === null) return { status: 'Error', message: NO_CLIENT };
	const redis = new ioredis.Redis({
		...address.options,
		...boundedOptions,
		lazyConnect: true,
		retryStrategy: () => null,
	});
	let reason = '';
	redis.on('error', (error: Error) => {
		reason = error.message;
	});
	try {
		await redis.connect();
		const trouble = await probeClaims(redis, address.keyPrefix);
		return trouble === null
			? { status: 'OK', message: 'Connection successful' }
			: { status: 'Error', message: `Redis cannot be used: ${trouble}` };
	} catch (error) {
		if (reason === '' && error instanceof Error) reason = error.message;
		return { status: 'Error', message: `Redis cannot be used: ${reason}` };
	} finally {
		redis.disconnect();
	}
}
