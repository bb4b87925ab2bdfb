import { Workflow } from 'n8n-workflow';

import { BililiveRecorderTrigger } from '../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node';
import type { Clock } from '../../inbound/clock';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { required } from '../inbound/requests';
import { startWebhookServer, type WebhookServer } from '../n8n/webhookServer';

/*
 * Static data as n8n keeps it: loaded with each request, saved whole, under the names of nodes.
 */

const servers: WebhookServer[] = [];

async function start(staticData: object = {}): Promise<WebhookServer> {
	const server = await startWebhookServer(new BililiveRecorderTrigger(), { staticData });
	servers.push(server);
	return server;
}

afterEach(async () => {
	jest.restoreAllMocks();
	for (const server of servers.splice(0)) {
		expect(server.errors).toEqual([]);
		await server.close();
	}
});

const { body } = required(
	loadCorpus('bililiverecorder-v2').find(({ name }) => name.includes('recon-2.x-FileClosed')),
);

function event(id: string) {
	return { ...body, EventId: id };
}

const duplicate = { status: 'duplicate' };

describe('a trigger that is renamed', () => {
	it('knows after a restart what it took under its former name, and leaves no copy behind', async () => {
		const before = await start();
		await before.post(event('1'));
		await before.post(event('2'));

		const restarted = await start(before.staticData);
		restarted.node.name = 'From the recorder';
		expect((await restarted.post(event('1'))).json).toEqual(duplicate);
		await restarted.post(event('3'));
		expect(Object.keys(restarted.staticData)).toEqual(['node:From the recorder']);

		const again = await start(restarted.staticData);
		again.node.name = 'From the recorder';
		for (const id of ['1', '2', '3']) {
			expect((await again.post(event(id))).json).toEqual(duplicate);
		}
	});

	it('takes nothing over from another node, nor from one that still has the name', async () => {
		const before = await start();
		await before.post(event('1'));
		const data = required(before.staticData['node:BililiveRecorder Trigger']);
		const server = await start({ 'node:Another': { ...data, nodeId: 'another-node' } });
		expect((await server.post(event('1'))).text).toBe('');
		expect(Object.keys(server.staticData).sort()).toEqual([
			'node:Another',
			'node:BililiveRecorder Trigger',
		]);
	});
});

describe('n8n, where it fails before it stores anything', () => {
	it('answers 500, and the retry is taken as new', async () => {
		const server = await start();
		const failing = jest.spyOn(Workflow.prototype, 'overrideStaticData');
		failing.mockImplementationOnce(() => {
			throw new Error('Out of order');
		});
		expect((await server.post(event('1'))).status).toBe(500);
		expect(server.errors.splice(0)).toHaveLength(1);
		expect((await server.post(event('1'))).text).toBe('');
		expect(server.executions).toHaveLength(1);
	});
});

describe('claims that another node’s save has undone', () => {
	it('are saved again with the next request, whatever becomes of it', async () => {
		const server = await start();
		await server.post(event('1'));
		const whenItsExecutionBegan = { ...server.staticData };
		await server.post(event('2'));
		// At the end of an execution n8n saves what was loaded at its start.
		server.staticData = { ...whenItsExecutionBegan, global: { cursor: '5' } };

		const { now } = performance;
		jest.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + 6_000);
		expect((await server.post(event('2'))).json).toEqual(duplicate);
		expect(server.staticData).toMatchObject({ global: { cursor: '5' } });

		const restarted = await start(server.staticData);
		for (const id of ['1', '2']) {
			expect((await restarted.post(event(id))).json).toEqual(duplicate);
		}
	});

	it('and not with each of many: what is up to date is left alone', async () => {
		const server = await start();
		await server.post(event('1'));
		const saved = server.staticData;
		const { now } = performance;
		jest.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + 6_000);
		expect((await server.post(event('1'))).json).toEqual(duplicate);
		expect(server.staticData).toBe(saved);
	});
});

describe('n8n 1, which saves static data before it stores the execution', () => {
	it('does not turn a retry away when it was killed in between', async () => {
		jest.resetModules();
		jest.doMock('n8n-workflow', () => {
			const ofN8n2 = Object.entries(jest.requireActual<object>('n8n-workflow'));
			return Object.fromEntries(
				ofN8n2.filter(([name]) => name !== 'webhookDescriptionIsNativelyResolvable'),
			);
		});
		const { BililiveRecorderTrigger: OnN8n1 } = jest.requireActual<{
			BililiveRecorderTrigger: typeof BililiveRecorderTrigger;
		}>('../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node');
		// What this n8n saves a little after its answers, it is killed before.
		const { systemClock } = jest.requireActual<{ systemClock: Clock }>(
			'../../nodes/trigger/nodeState',
		);
		jest.spyOn(systemClock, 'sleep').mockImplementation(async () => await new Promise(() => {}));
		const first = await startWebhookServer(new OnN8n1());
		servers.push(first);
		await first.post(event('1'));
		await first.post(event('2'));

		// Killed after the second was saved, before it was stored.
		const restarted = await startWebhookServer(new OnN8n1(), { staticData: first.staticData });
		servers.push(restarted);
		expect((await restarted.post(event('1'))).json).toEqual(duplicate);
		expect((await restarted.post(event('2'))).text).toBe('');
		jest.dontMock('n8n-workflow');
	});
});
