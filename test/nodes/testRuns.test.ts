/** A test run in the editor: what `webhook()` received is what `trigger()` puts out, as n8n takes the latter's. */
import { TriggerContext } from 'n8n-core';
import type { INodeExecutionData, ITriggerResponse } from 'n8n-workflow';

import { BililiveRecorderTrigger } from '../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node';
import { additionalDataOf } from '../n8n/standIns';
import { startWebhookServer, type WebhookServer } from '../n8n/webhookServer';

let server: WebhookServer;

beforeEach(async () => {
	server = await startWebhookServer(new BililiveRecorderTrigger(), {
		parameters: { events: ['file.closed'] },
		mode: 'manual',
	});
});

afterEach(async () => await server.close());

/** What n8n does once a test run's request has come: it runs `trigger()`, then what that gives back. */
async function putOut(): Promise<INodeExecutionData[][]> {
	const emitted: INodeExecutionData[][][] = [];
	const workflow = server.createWorkflow();
	const context = new TriggerContext(
		workflow,
		workflow.getNode(server.node.name) ?? server.node,
		additionalDataOf({}),
		'manual',
		'manual',
		(items) => void emitted.push(items),
	);
	const { trigger } = new BililiveRecorderTrigger();
	const response: ITriggerResponse = await Reflect.apply(trigger, context, []);
	await response.manualTriggerFunction?.();
	expect(emitted).toHaveLength(1);
	return emitted[0] ?? [];
}

const fileClosed = (id: string) =>
	JSON.stringify({
		EventType: 'FileClosed',
		EventTimestamp: '2026-03-01T12:00:00+08:00',
		EventId: id,
		EventData: { RelativePath: `${id}.flv`, RoomId: 1, SessionId: 's' },
	});

const idsOf = (outputs: INodeExecutionData[][]) => outputs.flat().map(({ json }) => json.id);

it('puts out what it received, once', async () => {
	await server.post(fileClosed('a'));
	expect(idsOf(await putOut())).toEqual(['a']);
	expect(idsOf(await putOut())).toEqual([]);
});

it('puts out what the last request brought', async () => {
	await server.post(fileClosed('a'));
	await server.post(fileClosed('b'));
	expect(idsOf(await putOut())).toEqual(['b']);
});

it('puts out nothing for a request that started nothing', async () => {
	await server.post('{}');
	expect(idsOf(await putOut())).toEqual([]);
});
