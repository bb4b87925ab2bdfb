import type { RedisOptions } from 'ioredis';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** The credential type of `credentials/LiveRecorderRedisApi.credentials.ts`. */
export const REDIS_CREDENTIAL = 'liveRecorderRedisApi';

/** Where a Redis is and what its keys start with. */
export interface RedisAddress {
	readonly options: RedisOptions;
	readonly keyPrefix: string;
}

/** The stored credential as ioredis takes it, or what is wrong with it (which never quotes it). */
export function readRedisCredential(data: ICredentialDataDecryptedObject): RedisAddress | string {
	const keyPrefix = trimmedOrNull(data.keyPrefix) ?? '';
	const options =
		data.connectBy === 'url'
			? readUrl(trimmedOrNull(data.urlWithPassword) ?? '')
			: readFields(data);
	if (typeof options === 'string') return options;
	return {
		options:
			options.tls !== undefined && data.disableTlsVerification === true
				? { ...options, tls: { rejectUnauthorized: false } }
				: options,
		keyPrefix,
	};
}

function readFields(data: ICredentialDataDecryptedObject): RedisOptions | string {
	const host = trimmedOrNull(data.host);
	if (host === null) return 'Fill in the host';
	const port = Number(data.port ?? 6379);
	if (!Number.isInteger(port) || port < 1 || port > 65_535) return 'The port is no port number';
	const database = Number(data.database ?? 0);
	if (!Number.isInteger(database) || database < 0) return 'The database is no whole number';
	return {
		host,
		port,
		db: database,
		// Spaces may be part of a password.
		...withLogin(
			trimmedOrNull(data.user),
			typeof data.password === 'string' ? data.password : null,
		),
		...(data.tls === true ? { tls: {} } : {}),
	};
}

function readUrl(address: string): RedisOptions | string {
	if (!/^rediss?:\/\//i.test(address)) return 'The URL must start with redis:// or rediss://';
	try {
		const { protocol, hostname, port, username, password, pathname } = new URL(address);
		const database = /^\/(\d+)$/.exec(pathname)?.[1] ?? '0';
		if (hostname === '') return 'The URL names no host';
		if (!/^\/?\d*$/.test(pathname)) return 'What follows the host must be the database number';
		return {
			host: hostname.replace(/^\[|\]$/g, ''),
			port: port === '' ? 6379 : Number(port),
			db: Number(database),
			...withLogin(decodeURIComponent(username), decodeURIComponent(password)),
			...(protocol === 'rediss:' ? { tls: {} } : {}),
		};
	} catch {
		return 'The URL cannot be read';
	}
}

function withLogin(user: string | null, password: string | null): RedisOptions {
	return {
		...(user === null || user === '' ? {} : { username: user }),
		...(password === null || password === '' ? {} : { password }),
	};
}

function trimmedOrNull(value: unknown): string | null {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
