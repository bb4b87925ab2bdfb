import type { WebhookSettings } from '../../apis/webhookSettings';
import { aodianyun, bililiveRecorder, blrec, bsr, problemOf, stopStandIns } from './standIns';

afterEach(stopStandIns);

const OURS = 'http://n8n:5678/webhook/7e1f/webhook?key=new-secret';
const OLD = 'http://n8n:5678/webhook/7e1f/webhook?key=old-secret';
const FOREIGN = 'http://elsewhere:8080/hook?token=of-somebody';

const isOurs = (url: string): boolean => url.startsWith('http://n8n:5678/webhook/7e1f/webhook');

/** Each recorder with a list: how its settings are set up, and what they are, whole. */
const lists = {
	bililiveRecorder: async (text: string | null) => {
		const { recorder, api } = await bililiveRecorder();
		recorder.config.optionalWebHookUrlsV2 = { hasValue: text !== null, value: text };
		return {
			settings: api.webhooks,
			whole: () => recorder.config,
			urls: () => recorder.webhooks,
			recorder,
		};
	},
};

describe('BililiveRecorder', () => {
	it.each([
		['nothing set', null],
		['set to nothing', ''],
		['one URL', FOREIGN],
		['a line end behind it', `${FOREIGN}\n`],
		['Windows line ends, blank lines and spaces', `  ${FOREIGN} \r\n\r\n\r\nhttp://b\r\n`],
		['a URL twice', `${FOREIGN}\n${FOREIGN}`],
		['text that is no URL', 'ftp://x\rnot a url'],
	])(
		'adds and takes out a URL, and all else is as it was, byte for byte: %s',
		async (_case, text) => {
			const { settings, whole, urls } = await lists.bililiveRecorder(text);
			const before = structuredClone(whole());
			await settings.add(OURS, isOurs, false);
			expect(urls().filter((url) => url === OURS)).toHaveLength(1);
			expect({ ...whole(), optionalWebHookUrlsV2: null }).toEqual({
				...before,
				optionalWebHookUrlsV2: null,
			});
			await settings.remove(isOurs, null);
			expect(whole()).toEqual(before);
		},
	);

	it('writes nothing when the URL is there already', async () => {
		const { settings, recorder } = await lists.bililiveRecorder(`${FOREIGN}\n${OURS}`);
		await settings.add(OURS, isOurs, false);
		expect(recorder.requests.map(({ method }) => method)).toEqual(['GET']);
	});

	it('puts the new secret in place of the old one, and one line in place of two', async () => {
		const { settings, urls } = await lists.bililiveRecorder(`${OLD}\n${FOREIGN}\n${OLD}`);
		await settings.add(OURS, isOurs, false);
		expect([...urls()].sort()).toEqual([FOREIGN, OURS].sort());
	});

	it('writes it again when another writer took it out in between', async () => {
		const { settings, recorder, urls } = await lists.bililiveRecorder(null);
		const { answer } = recorder as unknown as { answer: (call: unknown) => Promise<void> };
		let isFirst = true;
		Object.assign(recorder, {
			answer: async (call: { request: { method: string } }) => {
				await answer.call(recorder, call);
				if (call.request.method !== 'POST' || !isFirst) return;
				isFirst = false;
				recorder.config.optionalWebHookUrlsV2 = { hasValue: true, value: FOREIGN };
			},
		});
		await settings.add(OURS, isOurs, false);
		expect(urls()).toEqual([OURS, FOREIGN]);
	});

	it('writes nothing over settings that it cannot read', async () => {
		const { settings, recorder } = await lists.bililiveRecorder(null);
		recorder.config.optionalWebHookUrlsV2 = { hasValue: true, value: ['a list'] };
		expect((await problemOf(settings.add(OURS, isOurs, false))).reason).toBe('version');
		expect(recorder.requests.map(({ method }) => method)).toEqual(['GET']);
	});
});

describe('blrec', () => {
	it('adds and takes out a URL, and every other keeps its switches', async () => {
		const { recorder, api } = await blrec();
		await api.webhooks.add(FOREIGN, () => false, false);
		recorder.webhooks = recorder.webhooks.map((webhook) => ({
			...webhook,
			videoFileCreated: false,
			newer: 1,
		}));
		const before = { ...recorder.webhooks[0] };
		Reflect.deleteProperty(before, 'newer');
		await api.webhooks.add(OURS, isOurs, false);
		await api.webhooks.add(OURS, isOurs, false);
		expect(recorder.webhooks).toEqual([
			before,
			expect.objectContaining({ url: OURS, liveBegan: true }),
		]);
		await api.webhooks.remove(isOurs, null);
		expect(recorder.webhooks).toEqual([before]);
	});

	it('says so when there is no room for one more', async () => {
		const { recorder, api } = await blrec();
		recorder.webhooks = Array.from({ length: 49 }, (_, index) => ({ url: `http://x/${index}` }));
		const problem = await problemOf(api.webhooks.add(OURS, isOurs, false));
		expect([problem.reason, problem.message]).toEqual([
			'refused',
			'blrec refused: Too many webhooks',
		]);
		expect(recorder.webhooks).toHaveLength(49);
	});
});

/** The recorders that have one place for a URL. */
const slots: Record<
	string,
	() => Promise<{ settings: WebhookSettings; slot: { url: string }; whole: () => unknown }>
> = {
	async BSR() {
		const { recorder, api } = await bsr();
		const slot = {
			get url() {
				return recorder.webhookUrl;
			},
			set url(url: string) {
				recorder.webhookUrl = url;
			},
		};
		return { settings: api.webhooks, slot, whole: () => recorder.webhookUrl };
	},
	async Aodianyun() {
		const { recorder, api } = await aodianyun();
		recorder.webhook = {
			url: '',
			content_type: 'form',
			secret: 'of-somebody',
			event: { 'sys/notify/lss': '1' },
		};
		const slot = {
			get url() {
				return recorder.webhook?.url ?? '';
			},
			set url(url: string) {
				Object.assign(recorder.webhook ?? {}, { url });
			},
		};
		return { settings: api.webhooks, slot, whole: () => recorder.webhook };
	},
};

describe.each(Object.entries(slots))('%s, with one place for a URL', (_name, open) => {
	it('takes an empty place and leaves it empty', async () => {
		const { settings, slot, whole } = await open();
		const before = structuredClone(whole());
		expect(await settings.add(OURS, isOurs, false)).toEqual({ replaced: null });
		expect(slot.url).toBe(OURS);
		await settings.remove(isOurs, null);
		expect(whole()).toEqual(before);
	});

	it('fails where somebody else’s URL is, says whose without its secret, and changes nothing', async () => {
		const { settings, slot } = await open();
		slot.url = FOREIGN;
		const problem = await problemOf(settings.add(OURS, isOurs, false));
		expect(problem.reason).toBe('occupied');
		expect(problem.message).toContain('http://elsewhere:8080/hook');
		expect(problem.message).not.toContain('of-somebody');
		expect(slot.url).toBe(FOREIGN);
	});

	it('replaces it where that is wanted, and puts it back afterwards', async () => {
		const { settings, slot } = await open();
		slot.url = FOREIGN;
		const { replaced } = await settings.add(OURS, isOurs, true);
		expect([slot.url, replaced]).toEqual([OURS, FOREIGN]);
		await settings.remove(isOurs, replaced);
		expect(slot.url).toBe(FOREIGN);
	});

	it('leaves alone what somebody has put there meanwhile', async () => {
		const { settings, slot } = await open();
		await settings.add(OURS, isOurs, false);
		slot.url = FOREIGN;
		await settings.remove(isOurs, 'http://former');
		expect(slot.url).toBe(FOREIGN);
	});

	it('knows its own place by an old secret', async () => {
		const { settings, slot } = await open();
		slot.url = OLD;
		expect(await settings.add(OURS, isOurs, false)).toEqual({ replaced: null });
		expect(slot.url).toBe(OURS);
	});
});

describe('Aodianyun', () => {
	it('was never told a URL: takes ours, with all its events', async () => {
		const { recorder, api } = await aodianyun();
		recorder.webhook = null;
		await api.webhooks.add(OURS, isOurs, false);
		expect(recorder.webhook).toMatchObject({ url: OURS, event: { 'sys/notify/live_dvr': '1' } });
	});

	it('has events in a form that is not known: they are left alone', async () => {
		const { recorder, api } = await aodianyun();
		const event = Object(['sys/notify/lss']);
		recorder.webhook = { url: '', content_type: 'form', secret: '', event };
		const before = structuredClone(recorder.webhook);
		expect((await problemOf(api.webhooks.add(OURS, isOurs, false))).reason).toBe('version');
		expect(recorder.webhook).toEqual(before);
	});
});
