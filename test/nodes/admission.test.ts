import { createHmac } from 'node:crypto';

import { BililiveRecorderTrigger } from '../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node';
import { DdtvTrigger } from '../../nodes/DdtvTrigger/DdtvTrigger.node';
import { LogOncePerMinute } from '../../nodes/trigger/logOncePerMinute';
import { ManualClock } from '../inbound/manualClock';
import { startWebhookServer, type WebhookServer } from '../n8n/webhookServer';

const servers: WebhookServer[] = [];

async function start(
	settings: Parameters<typeof startWebhookServer>[1] = {},
	trigger = new BililiveRecorderTrigger(),
): Promise<WebhookServer> {
	const server = await startWebhookServer(trigger, settings);
	servers.push(server);
	return server;
}

afterEach(async () => {
	for (const server of servers.splice(0)) {
		expect(server.errors).toEqual([]);
		await server.close();
	}
});

const SECRET = 'a secret that is long enough';

function closed(id: string) {
	return {
		EventType: 'FileClosed',
		EventTimestamp: '2026-03-01T12:00:00.000+08:00',
		EventId: id,
		EventData: {
			RelativePath: '1/a.flv',
			FileSize: 1,
			Duration: 1,
			FileOpenTime: '2026-03-01T11:00:00+08:00',
			FileCloseTime: '2026-03-01T12:00:00+08:00',
			SessionId: '7f4ff6a4-8b3b-4f4b-8f11-5f9ae1a8bb47',
			RoomId: 23058,
			ShortId: 3,
			Name: 'streamer',
			Title: 'title',
			AreaNameParent: '',
			AreaNameChild: '',
			Recording: true,
			Streaming: true,
			DanmakuConnected: true,
		},
	};
}

describe('who is let in', () => {
	it('asks for the address, then for the proof, then looks at the body, and tells strangers nothing else', async () => {
		let decrypted = 0;
		const credentials = {
			get liveRecorderWebhookApi() {
				decrypted++;
				return { mode: 'query', name: 'key', secret: SECRET };
			},
		};
		const parameters = {
			authentication: 'liveRecorderWebhook',
			claimStore: 'redis',
			rooms: '={{ null }}',
			options: { ipAllowList: '192.0.2.0/24' },
		};
		const server = await start({ parameters, credentials });
		const stranger = await server.post('{');
		expect([stranger.status, decrypted]).toEqual([403, 0]);
		expect(stranger.json?.message).toContain('allow list');

		server.node.parameters = { ...parameters, options: { ipAllowList: '127.0.0.1, ::1' } };
		expect((await server.post('{')).status).toBe(401);
		expect(decrypted).toBe(1);
		expect((await server.post('{', { query: '?key=wrong' })).status).toBe(403);
		// Only who has proven itself learns that the trigger is not set up.
		expect((await server.post('{', { query: `?key=${SECRET}` })).status).toBe(503);
		server.node.parameters = { ...server.node.parameters, claimStore: 'n8n', rooms: '' };
		expect((await server.post('{', { query: `?key=${SECRET}` })).status).toBe(400);
		expect(server.log.join()).not.toContain(SECRET);
	});

	it('verifies signatures over the bytes, not over what they mean', async () => {
		const server = await start({
			parameters: { authentication: 'liveRecorderWebhook' },
			credentials: {
				liveRecorderWebhookApi: { mode: 'hmac', signatureHeader: 'X-S', secret: SECRET },
			},
		});
		const text = JSON.stringify(closed('1'), null, 3);
		const headers = { 'x-s': createHmac('sha256', SECRET).update(text).digest('hex') };
		expect((await server.post(closed('1'), { headers })).status).toBe(403);
		expect((await server.post(text, { headers })).status).toBe(200);
	});

	it('passes on headers that belong to a refusal', async () => {
		const server = await start({
			parameters: { authentication: 'liveRecorderWebhook' },
			credentials: { liveRecorderWebhookApi: { mode: 'basic', user: 'a', password: SECRET } },
		});
		const { status, headers } = await server.post(closed('1'));
		expect([status, headers['www-authenticate']]).toEqual([401, 'Basic realm="Webhook"']);
	});

	it('says why in n8n’s log, once for each reason', async () => {
		const server = await start({ parameters: { options: { ipAllowList: '10.0.0.0/99' } } });
		for (let delivery = 0; delivery < 3; delivery++) {
			const { status, json } = await server.post(closed('1'));
			expect(status).toBe(503);
			expect(json?.message).not.toContain('10.0.0.0/99');
		}
		server.node.parameters = { options: { ipAllowList: '10.0.0.0/8' } };
		for (let delivery = 0; delivery < 3; delivery++) await server.post(closed('1'));
		expect(server.log).toEqual([
			expect.stringMatching(
				/^BililiveRecorder Trigger of workflow "Test" \(workflow-\w+\) refused a delivery from [\da-f.:]+ with 503: IP Allow List: .*10\.0\.0\.0\/99/,
			),
			expect.stringMatching(/with 403: its address is not on the list$/),
		]);
	});

	/** Sends a signed message of a certain second, which is taken; `post` sends the very same again. */
	async function sendSigned(second: number) {
		const server = await start(
			{
				parameters: { authentication: 'liveRecorderWebhook' },
				credentials: { liveRecorderWebhookApi: { mode: 'standardWebhooks', secret: SECRET } },
			},
			new DdtvTrigger(),
		);
		const body = '{"cmd":"StartLiveEvent","code":40102,"message":"","data":{"UID":1,"RoomId":2}}';
		const signature = createHmac('sha256', SECRET)
			.update(`msg_1.${second}.${body}`)
			.digest('base64');
		const headers = {
			'webhook-id': 'msg_1',
			'webhook-timestamp': String(second),
			'webhook-signature': `v1,${signature}`,
		};
		const post = async () => await server.post(body, { headers });
		expect((await post()).status).toBe(200);
		expect(server.executions).toHaveLength(1);
		return { server, post };
	}

	it('takes a signed message once within its tolerance, whatever its content', async () => {
		const second = Math.trunc(Date.now() / 1000);
		const { server, post } = await sendSigned(second);
		const now = jest.spyOn(Date, 'now');
		const { now: elapsed } = performance;
		const later = jest.spyOn(performance, 'now');
		for (const seconds of [0, 31, 62, 290]) {
			const at = (second + seconds) * 1000;
			now.mockReturnValue(at);
			later.mockImplementation(() => elapsed.call(performance) + seconds * 1000);
			const answer = await post();
			expect([seconds, answer.status]).toEqual([seconds, 200]);
		}
		now.mockRestore();
		later.mockRestore();
		expect(server.executions).toHaveLength(1);
	});

	it.each([
		['within the very last of its seconds', 600.9, 600.9],
		['where the clock was set back meanwhile', 630, 600],
	])('takes a message of the future once, %s', async (_when, secondsLater, byTheClock) => {
		const second = Math.trunc(Date.now() / 1000);
		const now = jest.spyOn(Date, 'now').mockReturnValue(second * 1000);
		const { server, post } = await sendSigned(second + 300);
		const { now: elapsed } = performance;
		const later = jest
			.spyOn(performance, 'now')
			.mockImplementation(() => elapsed.call(performance) + secondsLater * 1000);
		now.mockReturnValue((second + byTheClock) * 1000);
		const answer = await post();
		now.mockRestore();
		later.mockRestore();
		expect(answer.status).toBe(200);
		expect(server.executions).toHaveLength(1);
	});
});

describe('a parameter that can’t be read closes the door', () => {
	it.each<[string, object]>([
		['authentication that is no choice', { authentication: '={{ "liveRecorderWebhok" }}' }],
		['authentication that is nothing', { authentication: '={{ null }}' }],
		['an allow list that is nothing', { options: { ipAllowList: '={{ null }}' } }],
		['an allow list that is empty', { options: { ipAllowList: '={{ "" }}' } }],
		['an allow list of nothing', { options: { ipAllowList: ' , ' } }],
		['an allow list without the sender', { options: { ipAllowList: '={{ ["10.0.0.1"] }}' } }],
		['an allow list that is an object', { options: { ipAllowList: '={{ ({ a: 1 }) }}' } }],
		[
			'an allow list of a variable that is not set',
			{ options: { ipAllowList: '={{ $vars.no }}' } },
		],
		['an allow list that can’t be evaluated', { options: { ipAllowList: '={{ $json( }}' } }],
		['rooms that are nothing', { rooms: '={{ null }}' }],
		['rooms that are empty', { rooms: '={{ "" }}' }],
		['an empty list of rooms', { rooms: '={{ [] }}' }],
		['rooms of white space', { rooms: ' , ' }],
		['rooms that are an object', { rooms: '={{ ({ id: 5 }) }}' }],
		['rooms with an object among them', { rooms: '={{ [5, { id: 6 }] }}' }],
		['rooms that are true', { rooms: '={{ true }}' }],
		['hours that are no number', { options: { claimHours: '={{ "a day" }}' } }],
		['hours that are nothing', { options: { claimHours: '={{ null }}' } }],
		['hours that are not a number', { options: { claimHours: '={{ 0 / 0 }}' } }],
		['repeats that are no choice', { options: { deduplicate: '={{ "no" }}' } }],
		['a store that is no choice', { claimStore: '={{ "reddis" }}' }],
		[
			'a store that is away, told neither way',
			{ claimStore: 'redis', options: { redisUnreachable: '={{ 1 }}' } },
		],
		['no events', { events: '={{ [] }}' }],
		['events that are nothing', { events: '={{ null }}' }],
		['events with an object among them', { events: '={{ [{ a: 1 }] }}' }],
		['a format of another recorder', { format: '={{ "bsr.released" }}' }],
		['outputs that are no choice', { outputMode: '={{ "many" }}' }],
		['invalid events neither way', { invalid: '={{ "drop" }}' }],
		['simplify that is no yes or no', { simplify: '={{ "please" }}' }],
		[
			'a path mapping with a number',
			{
				options: { pathMapping: { folders: [{ recorderFolder: '={{ 1 }}', localFolder: '/r' }] } },
			},
		],
	])('%s', async (_title, parameters) => {
		const server = await start({ parameters });
		const answer = await server.post(closed('1'));
		expect([503, 403]).toContain(answer.status);
		expect(server.executions).toEqual([]);
		expect(server.staticData).toEqual({});
		expect(answer.json?.message).toMatch(/not set up|allow list/);
		expect(server.log).toHaveLength(1);
	});

	it.each<[string, object, number]>([
		['rooms by number', { rooms: '={{ 23058 }}' }, 1],
		['rooms as a list of numbers', { rooms: '={{ [3] }}' }, 1],
		['another room by number', { rooms: '={{ 5 }}' }, 0],
		['other rooms as a list', { rooms: '={{ [5] }}' }, 0],
		['rooms as text', { rooms: '={{ "5, 23058" }}' }, 1],
		['hours as text', { options: { claimHours: '={{ "24" }}' } }, 1],
		['yes as text', { simplify: '={{ "true" }}' }, 1],
		['an event by itself', { events: '={{ "FileClosed" }}' }, 1],
		['another event by itself', { events: '={{ "FileOpening" }}' }, 0],
		['an allow list as a list', { options: { ipAllowList: '={{ ["127.0.0.0/8", "::1"] }}' } }, 1],
	])('but what can be read is: %s', async (_title, parameters, expected) => {
		const server = await start({ parameters });
		expect((await server.post(closed('1'))).status).toBe(200);
		expect(server.executions).toHaveLength(expected);
		expect(server.log).toEqual([]);
	});
});

describe('a test run', () => {
	it('leaves no trace in production', async () => {
		const mode = { value: 'manual' as 'manual' | 'webhook' };
		const settings = {
			get mode() {
				return mode.value;
			},
		};
		const server = await start(settings);
		await server.post(closed('1'));
		expect(server.staticData).toEqual({});
		mode.value = 'webhook';
		const bare = closed('1');
		await server.post({ ...bare, EventData: { ...bare.EventData, Name: '', Title: '' } });
		expect(server.executions).toHaveLength(2);
		expect(server.executions[1]?.[0]?.[0]?.json).toMatchObject({ remembered: [] });
	});
});

describe('LogOncePerMinute', () => {
	it('writes each reason once a minute, however many there are', async () => {
		const clock = new ManualClock();
		const log = new LogOncePerMinute(clock);
		const lines: string[] = [];
		const logger = { warn: (line: string) => void lines.push(line) };
		for (let second = 0; second < 120; second++) {
			log.warn(logger, 'a', `a ${second}`);
			await clock.advance(1_000);
		}
		expect(lines).toEqual(['a 0', 'a 60']);
		for (let reason = 0; reason < 10_000; reason++) log.warn(logger, `r${reason}`, 'line');
		await clock.advance(60_000);
		lines.length = 0;
		log.warn(logger, 'a', 'again');
		expect(lines).toEqual(['again']);
	});
});
