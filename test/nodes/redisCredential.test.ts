import fc from 'fast-check';

import { LiveRecorderRedisApi } from '../../credentials/LiveRecorderRedisApi.credentials';
import { readRedisCredential } from '../../nodes/trigger/redisCredential';

const byHost = { connectBy: 'host', host: 'redis', port: 6379, database: 0 };
const byUrl = (urlWithPassword: string) => ({ connectBy: 'url', urlWithPassword });

describe('the credential for Redis', () => {
	it.each([
		['host and port', byHost, { host: 'redis', port: 6379, db: 0 }],
		['nothing but a host', { host: ' redis ' }, { host: 'redis', port: 6379, db: 0 }],
		[
			'all fields',
			{ ...byHost, port: 6380, database: 3, user: 'n8n', password: ' s p ', tls: true },
			{ host: 'redis', port: 6380, db: 3, username: 'n8n', password: ' s p ', tls: {} },
		],
		['a password alone', { ...byHost, password: 'pw' }, { password: 'pw' }],
		['a URL', byUrl('redis://nas.local'), { host: 'nas.local', port: 6379, db: 0 }],
		[
			'a URL with everything',
			byUrl('rediss://n8n:p%40ss%2Fword@nas.local:6380/5'),
			{ host: 'nas.local', port: 6380, db: 5, username: 'n8n', password: 'p@ss/word', tls: {} },
		],
		['a URL with a password alone', byUrl('redis://:pw@nas.local/'), { password: 'pw', db: 0 }],
		['a URL of an IPv6 address', byUrl('redis://[fd00::5]:6379'), { host: 'fd00::5' }],
		['a URL in capitals', byUrl(' REDISS://NAS.local '), { host: 'NAS.local', tls: {} }],
		[
			'TLS that is not verified',
			{ ...byHost, tls: true, disableTlsVerification: true },
			{ tls: { rejectUnauthorized: false } },
		],
		[
			'TLS by URL that is not verified',
			{ ...byUrl('rediss://nas.local'), disableTlsVerification: true },
			{ tls: { rejectUnauthorized: false } },
		],
	])('takes %s', (_title, data, options) => {
		expect(readRedisCredential({ ...data, keyPrefix: 'p:' })).toMatchObject({
			options,
			keyPrefix: 'p:',
		});
	});

	it('has neither login nor TLS where none is given, whatever else is', () => {
		for (const data of [{ ...byHost, disableTlsVerification: true }, byUrl('redis://nas.local')]) {
			const address = readRedisCredential(data);
			if (typeof address === 'string') throw new Error(address);
			expect(Object.keys(address.options).sort()).toEqual(['db', 'host', 'port']);
		}
	});

	it.each([
		['no host', { ...byHost, host: ' ' }, 'Fill in the host'],
		['a port of letters', { ...byHost, port: 'six' }, 'The port is no port number'],
		['a port too high', { ...byHost, port: 65_536 }, 'The port is no port number'],
		['half a database', { ...byHost, database: 1.5 }, 'The database is no whole number'],
		['no URL', byUrl(''), 'The URL must start with redis:// or rediss://'],
		['a web address', byUrl('https://nas'), 'The URL must start with redis:// or rediss://'],
		['a URL without a host', byUrl('redis://:secret@'), 'The URL cannot be read'],
		['a URL without anything', byUrl('redis:///0'), 'The URL names no host'],
		['a URL with a path', byUrl('redis://nas/db0'), expect.stringContaining('database number')],
		['a broken escape', byUrl('redis://u:%zz@nas'), 'The URL cannot be read'],
	])('says what is wrong with %s', (_title, data, message) => {
		expect(readRedisCredential(data)).toEqual(message);
	});

	it('reads any user and password from a URL, and never quotes them in a message', () => {
		const part = fc.string({ minLength: 4, unit: 'grapheme' });
		fc.assert(
			fc.property(part, part, (user, password) => {
				const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
				expect(readRedisCredential(byUrl(`redis://${login}@nas`))).toMatchObject({
					options: { username: user, password },
				});
				const broken = readRedisCredential(byUrl(`redis://${login}@nas:port`));
				expect(typeof broken === 'string' && !broken.includes(password)).toBe(true);
			}),
		);
	});

	it('reads every field that the form has', () => {
		const names = new LiveRecorderRedisApi().properties.map(({ name }) => name);
		expect(names.sort()).toEqual([
			'connectBy',
			'database',
			'disableTlsVerification',
			'host',
			'keyPrefix',
			'password',
			'port',
			'tls',
			'urlWithPassword',
			'user',
		]);
	});
});
