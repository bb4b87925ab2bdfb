import { BililiveRecorderTrigger } from '../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node';
import { LiveRecorder } from '../../nodes/LiveRecorder/LiveRecorder.node';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { required } from '../inbound/requests';
import { startWebhookServer } from '../n8n/webhookServer';
import { errorOf, executeNode } from './executeNode';

const parameters = { resource: 'trigger', operation: 'status' };

const { body } = required(
	loadCorpus('bililiverecorder-v2').find(({ name }) => name.includes('recon-2.x-FileClosed')),
);

describe('Live Recorder, Trigger: Status', () => {
	it('tells what became of the deliveries to the workflow’s triggers, by memory and by what was saved', async () => {
		const server = await startWebhookServer(new BililiveRecorderTrigger());
		await server.post({ ...body, EventId: 'a' });
		await server.post({ ...body, EventId: 'a' });
		await server.post('nonsense');
		server.node.parameters = { rooms: '1' };
		await server.post({ ...body, EventId: 'b' });
		server.node.parameters = { options: { ipAllowList: '10.0.0.1' } };
		await server.post({ ...body, EventId: 'c' });

		const run = async (settings: object) =>
			(await executeNode(new LiveRecorder(), { parameters, ...settings })).map(({ json }) => json);
		const siblings = [server.node];
		const [here] = await run({ workflowId: server.workflowId, siblings });
		expect(here).toEqual({
			trigger: 'BililiveRecorder Trigger',
			lastEventAt: expect.stringMatching(/^\d{4}-.*Z$/),
			last24Hours: { events: 1, repeats: 1, ignored: 1, noted: 0, refused: 2 },
		});

		// Another process has what was saved with the last change.
		const elsewhere = { workflowId: 'another', siblings, staticData: server.staticData };
		expect(await run(elsewhere)).toMatchObject([{ last24Hours: { events: 1 } }]);
		await server.close();
	});

	it('says where it belongs when there is no trigger', async () => {
		const error = await errorOf(new LiveRecorder(), { parameters });
		expect(error.message).toBe('This workflow has no trigger of a recorder');
		expect(error.description).toContain('put this node into the workflow');
	});
});
