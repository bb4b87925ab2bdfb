import { HookContext } from 'n8n-core';
import type { INodeType, WorkflowActivateMode } from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import {
	AodianyunApi,
	BililiveRecorderApi,
	BlrecApi,
	BsrApi,
	type StandIn,
} from '../../e2e/recorderApis/index.cjs';
import { AodianyunTrigger } from '../../nodes/AodianyunTrigger/AodianyunTrigger.node';
import { BililiveRecorderTrigger } from '../../nodes/BililiveRecorderTrigger/BililiveRecorderTrigger.node';
import { BlrecTrigger } from '../../nodes/BlrecTrigger/BlrecTrigger.node';
import { BsrTrigger } from '../../nodes/BsrTrigger/BsrTrigger.node';
import { DdtvTrigger } from '../../nodes/DdtvTrigger/DdtvTrigger.node';
import { additionalDataOf, type Credentials, nodeOf, nodeTypesOf } from '../n8n/standIns';

const WEBHOOK_ID = '0b5c2a5e-registration';
const PRODUCTION = `http://localhost:5678/webhook/${WEBHOOK_ID}/webhook`;
const TEST = `http://localhost:5678/webhook-test/${WEBHOOK_ID}/webhook`;
const FOREIGN = 'http://elsewhere:8080/hook';

interface Recorder {
	standIn: StandIn;
	trigger: INodeType;
	credentials: Credentials;
	/** The URLs that it calls. */
	urls(): string[];
	set(urls: string[]): void;
	/** All its settings. */
	whole(): unknown;
}

const recorders: Record<string, () => Promise<Recorder>> = {
	async BililiveRecorder() {
		const standIn = await new BililiveRecorderApi().start();
		return {
			standIn,
			trigger: new BililiveRecorderTrigger(),
			credentials: { bililiveRecorderApi: { url: standIn.url, user: 'rec', password: 's3cret' } },
			urls: () => standIn.webhooks,
			set: (urls) => {
				standIn.config.optionalWebHookUrlsV2 = { hasValue: true, value: urls.join('\r\n') };
			},
			whole: () => standIn.config,
		};
	},
	async blrec() {
		const standIn = await new BlrecApi().start();
		return {
			standIn,
			trigger: new BlrecTrigger(),
			credentials: { blrecApi: { url: standIn.url, apiKey: standIn.apiKey } },
			urls: () => standIn.webhooks.map(({ url }) => String(url)),
			set: (urls) => {
				standIn.webhooks = urls.map((url) => ({ url }));
			},
			whole: () => standIn.webhooks.map(({ url }) => url),
		};
	},
	async BSR() {
		const standIn = await new BsrApi().start();
		return {
			standIn,
			trigger: new BsrTrigger(),
			credentials: { bsrApi: { url: standIn.url, authentication: 'none' } },
			urls: () => [standIn.webhookUrl].filter((url) => url !== ''),
			set: ([url = '']) => {
				standIn.webhookUrl = url;
			},
			whole: () => standIn.webhookUrl,
		};
	},
	async Aodianyun() {
		const standIn = await new AodianyunApi().start();
		return {
			standIn,
			trigger: new AodianyunTrigger(),
			credentials: { aodianyunApi: { url: standIn.url, apiKey: standIn.apiKey, adminId: '7' } },
			urls: () => [standIn.webhook?.url ?? ''].filter((url) => url !== ''),
			set: ([url = '']) => {
				const former = standIn.webhook ?? { secret: '', event: {} };
				standIn.webhook = { ...former, url, content_type: 'form' };
			},
			whole: () => standIn.webhook,
		};
	},
};

const hasOneSlot = (name: string): boolean => name === 'BSR' || name === 'Aodianyun';

/** A workflow with the trigger, and its static data as n8n keeps them over restarts. */
function workflowWith(
	recorder: Recorder,
	parameters: object = {},
	credentials: Credentials = {},
	webhookId = WEBHOOK_ID,
) {
	let staticData = {};
	const all = { ...recorder.credentials, ...credentials };
	const call = async (
		method: 'checkExists' | 'create' | 'delete',
		mode: WorkflowActivateMode,
		isTest = false,
	): Promise<boolean> => {
		const node = {
			...nodeOf(recorder.trigger, {
				parameters: { registration: 'api', ...parameters },
				credentials: all,
			}),
			webhookId,
		};
		const workflow = new Workflow({
			id: 'registration',
			name: 'Test',
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: nodeTypesOf(recorder.trigger),
			staticData: structuredClone(staticData),
			settings: {},
		});
		const [description] = recorder.trigger.description.webhooks ?? [];
		if (description === undefined) throw new Error('The node has no webhook');
		const ready = workflow.getNode(node.name) ?? node;
		const context = new HookContext(
			workflow,
			ready,
			additionalDataOf(all),
			isTest ? 'manual' : 'trigger',
			mode,
			{
				httpMethod: 'POST',
				node: node.name,
				path: `${webhookId}/webhook`,
				webhookDescription: description,
				workflowId: 'registration',
				workflowExecuteAdditionalData: additionalDataOf(all),
				webhookId,
				isTest,
			},
		);
		const run = recorder.trigger.webhookMethods?.default?.[method];
		if (run === undefined) throw new Error(`The node has no ${method}`);
		const result: unknown = await Reflect.apply(run, context, []);
		if (!isTest) staticData = JSON.parse(JSON.stringify(workflow.staticData));
		return result === true;
	};
	const publish = async (mode: WorkflowActivateMode = 'activate'): Promise<void> => {
		if (!(await call('checkExists', mode))) await call('create', mode);
	};
	return {
		publish,
		restart: async () => await publish('init'),
		unpublish: async () => await call('delete', 'activate'),
		startTest: async () => {
			if (!(await call('checkExists', 'manual', true))) await call('create', 'manual', true);
		},
		endTest: async () => await call('delete', 'manual', true),
		kept: () => JSON.stringify(staticData),
	};
}

let recorder: Recorder;

describe.each(Object.entries(recorders))('%s', (name, open) => {
	beforeEach(async () => {
		recorder = await open();
	});
	afterEach(async () => await recorder.standIn.stop());

	it('gets the URL when the workflow is published, and loses it, all else as it was', async () => {
		if (!hasOneSlot(name)) recorder.set([FOREIGN, 'http://b']);
		const before = structuredClone(recorder.whole());
		const workflow = workflowWith(recorder);
		await workflow.publish();
		expect(recorder.urls().filter((url) => url === PRODUCTION)).toHaveLength(1);
		await workflow.publish();
		await workflow.restart();
		expect(recorder.urls().filter((url) => url === PRODUCTION)).toHaveLength(1);
		expect(await workflow.unpublish()).toBe(true);
		if (name !== 'Aodianyun') expect(recorder.whole()).toEqual(before);
		expect(recorder.urls()).not.toContain(PRODUCTION);
	});

	it('has the test URL for as long as a test runs, beside or in place of the production URL', async () => {
		const workflow = workflowWith(recorder);
		await workflow.publish();
		await workflow.startTest();
		expect(recorder.urls()).toContain(TEST);
		expect(recorder.urls().includes(PRODUCTION)).toBe(!hasOneSlot(name));
		expect(await workflow.endTest()).toBe(true);
		expect(recorder.urls()).toEqual([PRODUCTION]);
	});

	it('gets the address and the secret that it needs, the new secret in place of the old', async () => {
		const parameters = { publicUrl: 'http://n8n:5678/', authentication: 'liveRecorderWebhook' };
		const secret = (value: string): Credentials => ({
			liveRecorderWebhookApi: { mode: 'query', name: 'key', secret: value },
		});
		await workflowWith(recorder, parameters, secret('an-old-secret-1')).publish();
		const workflow = workflowWith(recorder, parameters, secret('a-new-secret-2'));
		await workflow.publish();
		expect(recorder.urls()).toEqual([
			`http://n8n:5678/webhook/${WEBHOOK_ID}/webhook?key=a-new-secret-2`,
		]);
		expect(workflow.kept()).not.toContain('secret');
		await workflow.unpublish();
		expect(recorder.urls()).toEqual([]);
	});

	it('fails to publish when it cannot be reached, and unpublishes all the same', async () => {
		const workflow = workflowWith(recorder);
		await workflow.publish();
		await recorder.standIn.stop();
		expect(await workflow.unpublish()).toBe(true);
		await expect(workflowWith(recorder).publish()).rejects.toThrow(/cannot be reached/);
	});

	it('is asked once where it does not answer, however often n8n tries', async () => {
		const unhurried = AbortSignal.timeout.bind(AbortSignal);
		const hurried = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => unhurried(400));
		const later = jest.spyOn(Date, 'now');
		try {
			recorder.standIn.mood = 1_500;
			const workflow = workflowWith(recorder);
			await expect(workflow.publish()).rejects.toThrow(/did not answer in time \(within 20 s\)\. /);
			for (let attempt = 0; attempt < 4; attempt++) {
				expect(await workflow.unpublish()).toBe(true);
				await expect(workflow.publish()).rejects.toThrow(/in time .* is not asked again for 2\d s/);
			}
			expect(recorder.standIn.requests).toHaveLength(1);
			hurried.mockRestore();
			recorder.standIn.mood = null;
			later.mockReturnValue(Date.now() + 25_000);
			await workflow.publish();
			expect(recorder.urls()).toEqual([PRODUCTION]);
		} finally {
			hurried.mockRestore();
			later.mockRestore();
		}
	});

	it('does not answer: what it is asked for one trigger is not asked for the next', async () => {
		const unhurried = AbortSignal.timeout.bind(AbortSignal);
		const hurried = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => unhurried(400));
		try {
			recorder.standIn.mood = 1_500;
			const outcomes = await Promise.allSettled(
				['a', 'b', 'c'].map(
					async (id) => await workflowWith(recorder, {}, {}, `several-${id}`).publish(),
				),
			);
			expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
			expect(recorder.standIn.requests).toHaveLength(1);
		} finally {
			hurried.mockRestore();
		}
	});

	it('does not answer at a start of n8n: that goes on without it', async () => {
		const workflow = workflowWith(recorder);
		await workflow.publish();
		const unhurried = AbortSignal.timeout.bind(AbortSignal);
		const hurried = jest
			.spyOn(AbortSignal, 'timeout')
			.mockImplementation((milliseconds) => unhurried(milliseconds > 10_000 ? milliseconds : 400));
		try {
			recorder.standIn.mood = 1_500;
			await workflow.restart();
			// Without it, the answer would have been waited for.
			expect(recorder.standIn.requests.at(-1)).toMatchObject({ status: null });
		} finally {
			hurried.mockRestore();
		}
	});

	it('stays published when it cannot be reached at a start of n8n', async () => {
		const workflow = workflowWith(recorder);
		await workflow.publish();
		await recorder.standIn.stop();
		await expect(workflow.restart()).resolves.toBeUndefined();
		await expect(workflowWith(recorder).restart()).rejects.toThrow(/cannot be reached/);
	});

	it.each([1, 2, 3, 4].flatMap((request) => [[request, false] as const, [request, true] as const]))(
		'is killed at the request %d (done: %p): what n8n tries again ends as wanted',
		async (request, isDone) => {
			if (!hasOneSlot(name)) recorder.set([FOREIGN, 'http://b/?k=%20+%E4%B8%AD']);
			const before = structuredClone(recorder.whole());
			const foreign = recorder.urls();
			const workflow = workflowWith(recorder);
			recorder.standIn.diesAt = { request, isDone };
			await workflow.publish().catch(async () => {
				await workflow.unpublish();
				await workflow.publish();
			});
			expect([...recorder.urls()].sort()).toEqual([...foreign, PRODUCTION].sort());
			recorder.standIn.diesAt = { request, isDone };
			await workflow.unpublish();
			recorder.standIn.diesAt = null;
			// It may be left there, which n8n's log says, or be taken out; it harms no other.
			expect(recorder.urls().filter((url) => url !== PRODUCTION)).toEqual(foreign);
			await workflow.unpublish();
			if (name !== 'Aodianyun') expect(recorder.whole()).toEqual(before);
		},
	);

	it('is not asked where the URL is pasted by hand', async () => {
		const workflow = workflowWith(recorder, { registration: 'manual' });
		await workflow.publish();
		await workflow.startTest();
		await workflow.unpublish();
		expect(recorder.standIn.requests).toEqual([]);
	});

	it('says what is missing', async () => {
		const withoutCredential = { ...recorder, credentials: {} };
		await expect(workflowWith(withoutCredential).publish()).rejects.toThrow(
			/credential .* is missing/,
		);
		await expect(workflowWith(recorder, { publicUrl: 'n8n:5678' }).publish()).rejects.toThrow(
			/no address/,
		);
		const header = {
			liveRecorderWebhookApi: { mode: 'header', headerName: 'X-Token', secret: 'secret-secret-1' },
		};
		await expect(
			workflowWith(recorder, { authentication: 'liveRecorderWebhook' }, header).publish(),
		).rejects.toThrow(/cannot prove/);
	});
});

describe.each(Object.entries(recorders).filter(([name]) => hasOneSlot(name)))(
	'%s, with one slot',
	(_name, open) => {
		beforeEach(async () => {
			recorder = await open();
			recorder.set([FOREIGN]);
		});
		afterEach(async () => await recorder.standIn.stop());

		it('is not taken from somebody else', async () => {
			const workflow = workflowWith(recorder);
			await expect(workflow.publish()).rejects.toThrow(/elsewhere:8080/);
			await expect(workflow.startTest()).rejects.toThrow(/elsewhere:8080/);
			expect(recorder.urls()).toEqual([FOREIGN]);
			expect(await workflow.unpublish()).toBe(true);
			expect(recorder.urls()).toEqual([FOREIGN]);
		});

		it('is taken where that is ticked, and given back, after a restart, too', async () => {
			const workflow = workflowWith(recorder, { replaceForeign: true });
			await workflow.publish();
			await workflow.restart();
			expect(recorder.urls()).toEqual([PRODUCTION]);
			await workflow.unpublish();
			expect(recorder.urls()).toEqual([FOREIGN]);
		});
	},
);

describe.each(['BililiveRecorder', 'blrec'])('%s, of several workflows at once', (name) => {
	beforeEach(async () => {
		recorder = (await recorders[name]?.()) ?? recorder;
	});
	afterEach(async () => await recorder.standIn.stop());

	it('loses no URL, keeps none that was taken out, and leaves those of others', async () => {
		const FOREIGN_ONES = [FOREIGN, 'http://b/?c=%E4%B8%AD&#x'];
		recorder.set(FOREIGN_ONES);
		const workflowOf = (id: string) => workflowWith(recorder, {}, {}, `0b5c2a5e-${id}`);
		const leaving = ['u1', 'u2', 'u3', 'u4'].map(workflowOf);
		for (const workflow of leaving) await workflow.publish();
		const coming = ['p1', 'p2', 'p3', 'p4'];
		await Promise.all([
			...leaving.map(async (workflow) => await workflow.unpublish()),
			...coming.map(async (id) => await workflowOf(id).publish()),
		]);
		const wanted = coming.map((id) => `http://localhost:5678/webhook/0b5c2a5e-${id}/webhook`);
		expect([...recorder.urls()].sort()).toEqual([...FOREIGN_ONES, ...wanted].sort());
	});
});

it('is not offered where the API has no call for it', () => {
	const names = (trigger: INodeType) => trigger.description.properties.map(({ name }) => name);
	expect(names(new DdtvTrigger())).not.toContain('registration');
	expect(names(new BlrecTrigger())).toContain('registration');
	expect(names(new BlrecTrigger())).not.toContain('replaceForeign');
	expect(names(new BsrTrigger())).toContain('replaceForeign');
});
