/** Whole lives and the steady state in n8n's own contexts: requests, the timer, what is saved, and what another process makes of it. */
import { sleep } from 'n8n-workflow';

import { BililiveRecorderTrigger } from '../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node';
import { LiveRecorder } from '../../nodes/LiveRecorder/LiveRecorder.node';
import { type PublishedTrigger, publishTrigger } from '../n8n/publishTrigger';
import { startWebhookServer, type WebhookServer } from '../n8n/webhookServer';
import { until } from '../until';
import { executeNode } from './executeNode';

const QUIET_SECONDS = 60;

const wholeLives = {
	events: ['session.completed'],
	options: { sessionWaitMinutes: QUIET_SECONDS / 60 },
};

/** The time of day, which only tests move: however long requests take, nothing becomes due meanwhile. */
let timeOfDay = Date.now();

function pass(seconds: number): void {
	timeOfDay += seconds * 1_000;
}

/** Twice as long as the timer needs to look again, in real time. */
async function timerLooks(): Promise<void> {
	await sleep(2_000);
}

beforeEach(() => {
	jest.spyOn(Date, 'now').mockImplementation(() => timeOfDay);
});

const servers: WebhookServer[] = [];
const published: PublishedTrigger[] = [];

/** A process's n8n with the trigger in it; another one goes on with what the first had saved. */
async function start(
	parameters: object = wholeLives,
	staticData: object = {},
): Promise<WebhookServer> {
	const server = await startWebhookServer(new BililiveRecorderTrigger(), {
		parameters,
		staticData,
	});
	servers.push(server);
	return server;
}

async function publish(
	server: WebhookServer,
	settings: Parameters<typeof publishTrigger>[2] = {},
): Promise<PublishedTrigger> {
	const trigger = await publishTrigger(new BililiveRecorderTrigger(), server, settings);
	published.push(trigger);
	return trigger;
}

afterEach(async () => {
	for (const trigger of published.splice(0)) await trigger.unpublish();
	for (const server of servers.splice(0)) {
		expect(server.errors).toEqual([]);
		await server.close();
	}
	jest.restoreAllMocks();
});

let number = 0;

/** The events of a live with two files. */
function liveOf(room: number): object[] {
	const session = `session-${++number}`;
	const began = Date.now() - 60_000;
	const event = (type: string, data: object = {}) => ({
		EventType: type,
		EventTimestamp: new Date(began + ++number * 10).toISOString(),
		EventId: `event-${number}`,
		EventData: {
			...data,
			RoomId: room,
			ShortId: 0,
			Name: 'Name',
			Title: 'Title',
			AreaNameParent: '',
			AreaNameChild: '',
		},
	});
	const ofSession = { SessionId: session };
	const file = (name: string) => {
		const times = { FileOpenTime: new Date(began).toISOString() };
		const of = { ...ofSession, ...times, RelativePath: `${room}/${name}` };
		const closed = { ...of, FileSize: 1, Duration: 1, FileCloseTime: times.FileOpenTime };
		return [event('FileOpening', of), event('FileClosed', closed)];
	};
	return [
		event('StreamStarted'),
		event('SessionStarted', ofSession),
		...file('a.flv'),
		...file('b.flv'),
		event('SessionEnded', ofSession),
		event('StreamEnded'),
	];
}

async function send(server: WebhookServer, events: readonly object[]): Promise<void> {
	for (const event of events) expect((await server.post(event)).json).toEqual({ status: 'noted' });
}

const files = (trigger: PublishedTrigger) =>
	trigger
		.events()
		.flat()
		.map((event) => JSON.parse(JSON.stringify(event)))
		.map(({ summary }) => summary.files.map(({ path }: { path: string }) => path));

const sessionsIn = (staticData: WebhookServer['staticData']) =>
	staticData['node:BililiveRecorder Trigger']?.sessions ?? '';

/** Entries of a live that is open, by a member that each has. */
const isOpenIn = (staticData: WebhookServer['staticData']) =>
	sessionsIn(staticData).includes('"k":');

describe('Session Completed', () => {
	it('puts a live out by the timer, once, and has it saved without another event', async () => {
		const server = await start();
		const trigger = await publish(server);
		await send(server, liveOf(1));
		pass(QUIET_SECONDS - 1);
		await timerLooks();
		expect(trigger.emitted).toEqual([]);
		pass(1);
		await until(() => trigger.emitted.length > 0);
		expect(files(trigger)).toEqual([['1/a.flv', '1/b.flv']]);
		expect(trigger.emitted[0]?.key).toMatch(/^live-recorder:workflow-.+:trigger-node:session:/);
		expect(isOpenIn(trigger.emitted[0]?.savedBefore ?? {})).toBe(true);
		await until(() => !isOpenIn(server.staticData));
		pass(2 * QUIET_SECONDS);
		await timerLooks();
		expect(trigger.emitted).toHaveLength(1);
		expect(server.executions).toHaveLength(0);

		const next = await start(wholeLives, server.staticData);
		const again = await publish(next);
		await timerLooks();
		expect(again.emitted).toEqual([]);
	});

	it('puts a live out though another workflow has a trigger of the same id', async () => {
		const server = await start();
		const trigger = await publish(server);
		const other = await start();
		const itsTrigger = await publish(other);
		await send(server, liveOf(1));
		pass(QUIET_SECONDS);
		await until(() => trigger.emitted.length > 0);
		await itsTrigger.unpublish();
		await send(server, liveOf(2));
		pass(QUIET_SECONDS);
		await until(() => trigger.emitted.length > 1);
		expect(server.executions).toHaveLength(0);
		expect(itsTrigger.emitted).toEqual([]);
		// Saved, each by its own request.
		await until(() => !isOpenIn(server.staticData));
	});

	it('goes on with an open live in the next process', async () => {
		const events = liveOf(1);
		const killed = await start();
		await publish(killed);
		await send(killed, events.slice(0, 4));

		const next = await start(wholeLives, killed.staticData);
		const trigger = await publish(next);
		await send(next, events.slice(4));
		pass(QUIET_SECONDS);
		await until(() => trigger.emitted.length > 0);
		expect(files(trigger)).toEqual([['1/a.flv', '1/b.flv']]);
	});

	it('puts out at the next start what became due meanwhile, and saves that with the publishing', async () => {
		const killed = await start();
		await send(killed, liveOf(1));
		pass(QUIET_SECONDS);

		const next = await start(wholeLives, killed.staticData);
		const trigger = await publish(next);
		expect(files(trigger)).toEqual([['1/a.flv', '1/b.flv']]);
		expect(isOpenIn(next.staticData)).toBe(false);
	});

	it('puts out again, under the same key, what was stored but not noted when the process was killed', async () => {
		const killed = await start();
		const before = await publish(killed);
		await send(killed, liveOf(1));
		pass(QUIET_SECONDS);
		await until(() => before.emitted.length > 0);
		const [first] = before.emitted;

		const next = await start(wholeLives, first?.savedBefore);
		const trigger = await publish(next);
		await until(() => trigger.emitted.length > 0);
		const [second] = trigger.emitted;
		const withoutWorkflow = (key: string | undefined) => key?.replace(/workflow-[^:]+/, '');
		expect(withoutWorkflow(second?.key)).toBe(withoutWorkflow(first?.key));
		expect(second?.items[0]?.json.id).toBe(first?.items[0]?.json.id);
	});

	it('has saved what it put out though no request has come since n8n was started', async () => {
		const killed = await start();
		await send(killed, liveOf(1));
		// The next process listens where this one did: its trigger knows from what was saved.
		const url = killed.staticData['node:BililiveRecorder Trigger']?.address;
		expect(url).toBe(killed.url);

		const next = await start(wholeLives, killed.staticData);
		next.staticData['node:BililiveRecorder Trigger'] = {
			...next.staticData['node:BililiveRecorder Trigger'],
			address: next.url,
		};
		const trigger = await publish(next);
		expect(trigger.emitted).toEqual([]);
		pass(QUIET_SECONDS);
		await until(() => trigger.emitted.length > 0);
		await until(() => !isOpenIn(next.staticData));
		expect(next.executions).toEqual([]);
	});

	it('puts out with a request what is due where n8n has not called trigger() yet', async () => {
		const server = await start();
		await send(server, liveOf(1));
		pass(QUIET_SECONDS);
		await server.post(liveOf(2)[0] ?? {});
		expect(server.executions).toHaveLength(1);
	});

	it('refuses a request that only looks like its own', async () => {
		const server = await start();
		const answer = await server.post({}, { headers: { 'x-live-recorder-save': 'x'.repeat(43) } });
		expect(answer.status).toBe(400);
	});
});

describe('a simulated session', () => {
	const simulating = {
		resource: 'session',
		operation: 'simulate',
		format: 'bililive-recorder.v2',
		delivery: 'send',
		secondsBetweenEvents: 0,
		roomId: '4711',
		files: 2,
	};
	const A_FEW_SECONDS = 8;
	const aDay = { events: ['session.completed'], options: { sessionWaitMinutes: 24 * 60 } };
	const simulate = async (server: WebhookServer, options: object) =>
		await executeNode(new LiveRecorder(), {
			parameters: { ...simulating, urls: server.url, options },
		});

	it('is complete in seconds, each time, where Simulate is told to complete it', async () => {
		const server = await start(aDay);
		const trigger = await publish(server);
		await simulate(server, { completeSession: true });
		pass(A_FEW_SECONDS);
		await until(() => trigger.emitted.length > 0);
		await simulate(server, { completeSession: true });
		pass(A_FEW_SECONDS);
		await until(() => trigger.emitted.length > 1);
		const sessions = trigger.events().flat();
		expect(sessions).toMatchObject([
			{ summary: { reason: 'ended', missing: [] } },
			{ summary: { reason: 'ended', missing: [] } },
		]);
		expect(files(trigger).map((each) => each.length)).toEqual([2, 2]);
	});

	it('is complete in seconds though all was lost that ends it', async () => {
		const server = await start(aDay);
		const trigger = await publish(server);
		const headers = { 'X-Live-Recorder-Session-Wait': '0.1' };
		for (const event of liveOf(1).slice(0, 4)) await server.post(event, { headers });
		pass(A_FEW_SECONDS);
		await until(() => trigger.emitted.length > 0);
		expect(trigger.events().flat()).toMatchObject([
			{ summary: { reason: 'gave_up', files: [{ path: '1/a.flv' }] } },
		]);
	});

	it.each([
		['Simulate is not told to', undefined],
		['the header says nonsense', '-1'],
		['it says more than the trigger waits', '999999'],
	])('waits as it is set where %s', async (_title, header) => {
		const server = await start(wholeLives);
		const trigger = await publish(server);
		const headers = header === undefined ? {} : { 'X-Live-Recorder-Session-Wait': header };
		for (const event of liveOf(1)) await server.post(event, { headers });
		pass(QUIET_SECONDS - 1);
		await timerLooks();
		expect(trigger.emitted).toEqual([]);
		pass(1);
		await until(() => trigger.emitted.length > 0);
	});
});

describe('Ignore Interruptions', () => {
	const INTERRUPTION_SECONDS = 60;
	const steady = {
		events: ['StreamStarted', 'StreamEnded'],
		options: { interruptionMinutes: INTERRUPTION_SECONDS / 60 },
	};
	const now = (type: string) => ({
		...Object.fromEntries(Object.entries(liveOf(1)[0] ?? {})),
		EventType: type,
		EventId: `now-${++number}`,
		EventTimestamp: new Date(timeOfDay).toISOString(),
	});

	it('holds an end back, and puts it out as it was when its time is over', async () => {
		const server = await start(steady);
		const trigger = await publish(server);
		const ended = now('StreamEnded');
		const answer = await server.post(ended);
		expect(answer.status).toBe(200);
		expect(server.executions).toHaveLength(0);
		pass(INTERRUPTION_SECONDS - 1);
		await timerLooks();
		expect(trigger.emitted).toEqual([]);
		pass(1);
		await until(() => trigger.emitted.length > 0);
		expect(trigger.events()[0]?.[0]).toMatchObject({
			kind: 'live.ended',
			id: ended.EventId,
			occurredAt: ended.EventTimestamp,
		});
	});

	it('leaves out an end with the start that follows it, in the next process, too', async () => {
		const killed = await start(steady);
		await publish(killed);
		await killed.post(now('StreamEnded'));

		const next = await start(steady, killed.staticData);
		const trigger = await publish(next);
		expect((await next.post(now('StreamStarted'))).json).toEqual({ status: 'ignored' });
		pass(2 * INTERRUPTION_SECONDS);
		await timerLooks();
		expect(trigger.emitted).toEqual([]);
		expect(next.executions).toEqual([]);
	});

	it('puts out at the next start an end whose time ran out meanwhile', async () => {
		const killed = await start(steady);
		await killed.post(now('StreamEnded'));
		pass(INTERRUPTION_SECONDS);

		const trigger = await publish(await start(steady, killed.staticData));
		expect(trigger.events().flat()).toMatchObject([{ kind: 'live.ended' }]);
	});
});
