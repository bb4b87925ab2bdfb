import { recorderEventSchema } from '../../formats/recorderEvent';
import { formatsOf, recorders } from '../../formats/registry';
import type { Recorder } from '../../formats/recorderFormat';
import { AodianyunTrigger } from '../../nodes/AodianyunTrigger/AodianyunTrigger.node';
import { BililiveRecorderTrigger } from '../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node';
import { BlrecTrigger } from '../../nodes/BlrecTrigger/BlrecTrigger.node';
import { BsrTrigger } from '../../nodes/BsrTrigger/BsrTrigger.node';
import { DdtvTrigger } from '../../nodes/DdtvTrigger/DdtvTrigger.node';
import { BiliLiveToolsTrigger } from '../../nodes/BiliLiveToolsTrigger/BiliLiveToolsTrigger.node';
import { LiveKitEgressTrigger } from '../../nodes/LiveKitEgressTrigger/LiveKitEgressTrigger.node';
import { LiveStreamDvrTrigger } from '../../nodes/LiveStreamDvrTrigger/LiveStreamDvrTrigger.node';
import { OwncastTrigger } from '../../nodes/OwncastTrigger/OwncastTrigger.node';
import { TencentCssTrigger } from '../../nodes/TencentCssTrigger/TencentCssTrigger.node';
import { GenericRecorderTrigger } from '../../nodes/GenericRecorderTrigger/GenericRecorderTrigger.node';
import { LiveRecorderTrigger } from '../../nodes/LiveRecorderTrigger/LiveRecorderTrigger.node';
import { OneLiveRecTrigger } from '../../nodes/OneLiveRecTrigger/OneLiveRecTrigger.node';
import { RustSrecTrigger } from '../../nodes/RustSrecTrigger/RustSrecTrigger.node';
import { SrsTrigger } from '../../nodes/SrsTrigger/SrsTrigger.node';
import { type CorpusEntry, corpusFolders, loadCorpus } from '../fixtures/loadCorpus.cjs';
import { startWebhookServer, type WebhookServer } from '../n8n/webhookServer';

const triggerOf = new Map([
	['bililive-recorder', new BililiveRecorderTrigger()],
	['bsr', new BsrTrigger()],
	['one-live-rec', new OneLiveRecTrigger()],
	['aodianyun', new AodianyunTrigger()],
	['blrec', new BlrecTrigger()],
	['ddtv', new DdtvTrigger()],
	['bililive-tools', new BiliLiveToolsTrigger()],
	['livekit-egress', new LiveKitEgressTrigger()],
	['livestreamdvr', new LiveStreamDvrTrigger()],
	['owncast', new OwncastTrigger()],
	['tencent-css', new TencentCssTrigger()],
	['rust-srec', new RustSrecTrigger()],
	['srs', new SrsTrigger()],
	['generic', new GenericRecorderTrigger()],
]);

/** The recorder whose format a folder of the corpus holds. */
function recorderOfFolder(folder: string): string {
	const body = loadCorpus(folder)[0]?.body ?? null;
	const [format, ...others] = formatsOf(recorders).filter((each) => each.recognise(body));
	if (format === undefined || others.length > 0) throw new Error(`${folder} is not one format's`);
	return format.recorder;
}

/** Deliveries of different payloads must not be taken for repeats of one another, nor complete one another. */
const independent = {
	events: ['*', 'housekeeping'],
	options: { deduplicate: 'pass', remember: false },
};

const servers: WebhookServer[] = [];

async function startServer(trigger: LiveRecorderTrigger, parameters: object = independent) {
	const server = await startWebhookServer(trigger, { parameters });
	servers.push(server);
	return server;
}

afterAll(async () => {
	for (const server of servers.splice(0)) await server.close();
});

async function itemOf(server: WebhookServer, { text, headers }: CorpusEntry) {
	const before = server.executions.length;
	const contentType = headers['Content-Type'] ?? 'application/json';
	const answer = await server.post(text, { headers: { 'content-type': contentType } });
	expect(answer.status).toBe(200);
	expect(server.executions).toHaveLength(before + 1);
	const item = server.executions.at(-1)?.[0]?.[0]?.json;
	return { ...item, receivedAt: null };
}

describe('each recorder', () => {
	it.each(recorders.map((recorder): [string, Recorder] => [recorder.id, recorder]))(
		'%s has a trigger',
		(id) => {
			expect(triggerOf.get(id)).toBeDefined();
		},
	);

	it.each(corpusFolders())(
		'payloads of %s give the same item through their own trigger and through Live Recorder Trigger',
		async (folder) => {
			const own = triggerOf.get(recorderOfFolder(folder));
			if (own === undefined) throw new Error(`No trigger for ${folder}`);
			const ownServer = await startServer(own);
			const anyServer = await startServer(new LiveRecorderTrigger());
			for (const entry of loadCorpus(folder)) {
				const item = await itemOf(ownServer, entry);
				expect(await itemOf(anyServer, entry)).toEqual(item);
				expect(
					recorderEventSchema.safeParse({ ...item, receivedAt: '2026-01-01T00:00:00.000Z' }).error,
				).toBeUndefined();
			}
		},
	);

	it('refuses another recorder’s payload', async () => {
		const server = await startServer(new BlrecTrigger());
		const [foreign] = loadCorpus('bsr');
		const answer = await server.post(foreign?.text ?? '');
		expect(answer.status).toBe(400);
		expect(answer.json?.message).toMatch(/^Not a webhook of /);
	});

	it('leaves housekeeping alone unless it is chosen', async () => {
		const config = loadCorpus('ddtv5').find(({ name }) => name.includes('10101'));
		const server = await startServer(new DdtvTrigger(), {});
		expect((await server.post(config?.text ?? '')).json).toEqual({ status: 'ignored' });
		const wanting = await startServer(new DdtvTrigger(), { events: ['housekeeping'] });
		await wanting.post(config?.text ?? '');
		expect(wanting.executions).toHaveLength(1);
	});

	it('completes a file event from the room’s last live', async () => {
		const server = await startServer(new OneLiveRecTrigger(), {});
		const payloads = new Map(loadCorpus('oneliverec').map((entry) => [entry.name, entry.text]));
		await server.post(payloads.get('oneliverec/recon-full-live_start.json') ?? '');
		await server.post(payloads.get('oneliverec/recon-full-video_file_finish.json') ?? '');
		expect(server.executions.at(-1)?.[0]?.[0]?.json).toMatchObject({
			kind: 'file.closed',
			room: { title: '<TITLE>', coverUrl: 'https://live.example.com/cover.jpg' },
			streamer: { name: '<USER NAME>' },
			session: { id: '<LIVE ID>' },
			remembered: ['room', 'streamer', 'session'],
		});
	});
});

it.each([...triggerOf, ['any', new LiveRecorderTrigger()] as const])(
	'%s: what is shown depends on parameters that the trigger has',
	(_id, { description: { properties } }) => {
		const names = new Set(properties.map(({ name }) => name));
		const named = properties.flatMap(({ displayOptions: { show, hide } = {} }) =>
			Object.keys({ ...show, ...hide }),
		);
		expect(named.filter((name) => !name.startsWith('@') && !names.has(name))).toEqual([]);
	},
);

it.each([...triggerOf, ['any', new LiveRecorderTrigger()] as const])(
	'%s: nobody is told to paste a URL without being told of registration, where there is one',
	(_id, { description: { properties, triggerPanel } }) => {
		const registers = properties.some(({ name }) => name === 'registration');
		if (typeof triggerPanel !== 'object') throw new Error('no texts beside the parameters');
		const { executionsHelp, activationHint } = triggerPanel;
		if (typeof executionsHelp !== 'object') throw new Error('one text for two states');
		for (const text of [...Object.values(executionsHelp), activationHint]) {
			expect(String(text).includes('Webhook Registration')).toBe(registers);
		}
		const notice = properties.find(({ name }) => name === 'setupNotice');
		expect(notice?.displayOptions).toEqual(
			registers ? { hide: { registration: ['api'] } } : undefined,
		);
	},
);
