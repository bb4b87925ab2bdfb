import { bililiveRecorderApi } from '../../apis/bililiveRecorder';
import { ddtvSignature } from '../../apis/ddtvSignature';
import { nodeHttp } from './nodeHttp.cjs';
import {
	aodianyun,
	bililiveRecorder,
	blrec,
	bsr,
	ddtv,
	everything,
	problemOf,
	stopStandIns,
} from './standIns';

afterEach(stopStandIns);

describe('every recorder', () => {
	const open = { aodianyun, bililiveRecorder, blrec, bsr, ddtv };

	it.each(Object.entries(open))(
		'%s answers one request when it is asked who it is',
		async (_name, start) => {
			const { api, recorder } = await start();
			await api.check();
			expect(recorder.requests).toHaveLength(1);
		},
	);

	it.each(Object.entries(open))(
		'%s: a proxy’s login page, half an answer, nobody there',
		async (_name, start) => {
			const { api, recorder } = await start();
			recorder.mood = 'page';
			expect(await problemOf(api.check())).toMatchObject({
				reason: 'not the recorder',
				message: expect.stringContaining('login page'),
			});
			recorder.mood = 'cut';
			expect(await problemOf(api.check())).toMatchObject({ reason: 'closed' });
			await recorder.stop();
			const away = await problemOf(api.check());
			expect(away).toMatchObject({ reason: 'unreachable' });
			expect(away.advice).toMatch(/localhost/);
		},
	);

	it.each(Object.entries(open))('%s: an address that is none', async (_name, start) => {
		const { connect } = await start();
		for (const url of [
			'',
			'host:2356',
			'ftp://host',
			'http://user:pass@host',
			'http://host/?a=b',
		]) {
			expect(() => connect({ url })).toThrow(/address/i);
		}
	});
});

describe('BililiveRecorder', () => {
	it('wants the right password, and quotes none', async () => {
		const { connect } = await bililiveRecorder();
		const problem = await problemOf(connect({ password: 'a wrong one' }).check());
		expect(problem).toMatchObject({ reason: 'key', status: 401, forbidsAskingAgain: true });
		expect(`${problem.message} ${problem.advice}`).not.toContain('a wrong one');
		expect((await problemOf(connect({ user: '', password: '' }).check())).message).toMatch(
			/wants a user/,
		);
	});

	it('refuses host names while it has no password (412)', async () => {
		const { recorder, connect } = await bililiveRecorder();
		recorder.login = null;
		const named = { url: recorder.url.replace('127.0.0.1', 'localhost'), user: '', password: '' };
		const problem = await problemOf(connect(named).check());
		expect(problem).toMatchObject({ reason: 'key', status: 412 });
		expect(problem.advice).toContain('BREC_HTTP_BASIC_USER');
		await expect(connect({ user: '', password: '' }).check()).resolves.toMatchObject({
			version: '2.11.1',
		});
	});

	it('tells a room that it does not know from a call that it does not know', async () => {
		const { api, connect, recorder } = await bililiveRecorder();
		expect(await problemOf(api.getRoom({ id: '5', platform: null }))).toMatchObject({
			reason: 'not found',
			status: 404,
		});
		const elsewhere = connect({ url: `${recorder.url}/wrong` });
		expect(await problemOf(elsewhere.check())).toMatchObject({
			reason: 'not the recorder',
			status: 404,
		});
	});

	it('says when its file browser is off', async () => {
		const { api, recorder } = await bililiveRecorder();
		recorder.hasFileBrowser = false;
		expect(await problemOf(api.listRecordings(everything))).toMatchObject({ reason: 'disabled' });
	});
});

describe('blrec', () => {
	it('is asked once with a wrong key, and says what four requests do', async () => {
		const { recorder, connect } = await blrec();
		const problem = await problemOf(connect({ apiKey: 'wrong-key-5678' }).check());
		expect(problem).toMatchObject({ reason: 'key', status: 401, forbidsAskingAgain: true });
		expect(problem.advice).toMatch(/fourth/);
		expect(recorder.requests).toHaveLength(1);
		expect(recorder.isLockedOut).toBe(false);
	});

	it('says what a lock-out is and how it ends', async () => {
		const { recorder, api, connect } = await blrec();
		for (let attempt = 0; attempt < 3; attempt++) {
			await problemOf(connect({ apiKey: 'wrong-key-5678' }).check());
		}
		const problem = await problemOf(api.check());
		expect(problem).toMatchObject({ reason: 'locked out', status: 403, forbidsAskingAgain: true });
		expect(problem.advice).toMatch(/Restart blrec/);
		recorder.restart();
		await expect(connect().check()).resolves.toEqual({ version: null, note: null });
	});

	it('does not send a key that blrec cannot read', async () => {
		const { recorder, connect } = await blrec();
		expect(() => connect({ apiKey: '密钥密钥密钥密钥' })).toThrow(/letters/);
		expect(recorder.requests).toEqual([]);
	});

	it('asks for the webhooks alone, never for what holds a cookie or the key', async () => {
		const { recorder, api } = await blrec();
		await api.webhooks.list();
		await api.check();
		expect(recorder.requests.map(({ path }) => path)).toEqual([
			'/api/v1/settings?include=webhooks',
			'/api/v1/app/status',
		]);
	});
});

describe('BSR', () => {
	it('takes a closed connection for a refusal, and does not ask again', async () => {
		const { recorder, api } = await bsr();
		const problem = await problemOf(
			api.addRoom({ id: '1', platform: 'youtube' }, { autoRecord: true }),
		);
		expect(problem).toMatchObject({
			reason: 'closed',
			message: expect.stringContaining('without saying why'),
		});
		expect(recorder.requests.filter(({ path }) => path === '/api/add_recorder')).toHaveLength(1);
	});

	it('says when it is read-only', async () => {
		const { recorder, api } = await bsr();
		recorder.isReadonly = true;
		expect(
			await problemOf(api.webhooks.add('http://n8n/webhook/x', () => false, false)),
		).toMatchObject({
			reason: 'disabled',
			status: 405,
		});
	});

	it('sends what a proxy in front of it wants', async () => {
		const { recorder, api, connect } = await bsr();
		recorder.token = 'proxy-token';
		expect(await problemOf(api.check())).toMatchObject({ reason: 'key' });
		const header = { authentication: 'header', headerName: 'X-Token', headerToken: 'proxy-token' };
		await expect(connect(header).check()).resolves.toMatchObject({ note: null });
		expect(() => connect({ ...header, headerName: 'X Token\r\n' })).toThrow(/header/);
	});
});

describe('DDTV', () => {
	// The worked examples of APIS 4.
	it.each([
		[
			{
				access_key_id: 'ddtv',
				time: '1700000000',
				room_id: '23058',
				uid: '0',
				auto_rec: 'true',
				rec_danmu: 'true',
				remind: 'false',
			},
			'54812375c7f49caeb91b2701db0be9b1017fb539',
		],
		[{ access_key_id: 'ddtv', time: '1700000000' }, '5811b655709eacdf6c35f429f3f506b758339f98'],
	])('signs as it does', (parameters, signature) => {
		expect(ddtvSignature(parameters, 'abc123')).toBe(signature);
	});

	it('does not follow where a refusal points, and names key and clock', async () => {
		const { recorder, connect } = await ddtv();
		const problem = await problemOf(connect({ accessKeySecret: 'wrong' }).check());
		expect(problem).toMatchObject({ reason: 'key', status: 401 });
		const late = connect({}, { now: () => Date.now() - 400_000 });
		expect((await problemOf(late.check())).advice).toMatch(/clocks/);
		expect(recorder.requests.map(({ path }) => path.split('?')[0])).toEqual([
			'/api/system/get_core_version',
			'/api/system/get_core_version',
		]);
	});

	it('takes code 6000 for what it is: the call worked, the login of bilibili did not', async () => {
		const { recorder, api } = await ddtv();
		recorder.addRoom(23058);
		recorder.isLoginValid = false;
		await expect(api.check()).resolves.toEqual({
			version: 'dev5.3.7',
			note: expect.stringContaining('not logged in'),
		});
		await expect(api.listRooms()).resolves.toHaveLength(1);
	});
});

describe('Aodianyun', () => {
	it('tells a wrong key from too many calls from a refusal', async () => {
		const { recorder, api, connect } = await aodianyun();
		expect(await problemOf(connect({ apiKey: 'wrong' }).check())).toMatchObject({
			reason: 'key',
			status: 401,
		});
		expect((await problemOf(connect({ adminId: '' }).check())).message).toContain(
			'admin_id is required',
		);
		recorder.remaining = 0;
		expect(await problemOf(api.check())).toMatchObject({
			reason: 'refused',
			status: 403,
			forbidsAskingAgain: false,
		});
	});
});

describe('answers', () => {
	it('are bounded in bytes', async () => {
		const { recorder, api } = await ddtv();
		for (let index = 0; index < 15_000; index++) {
			recorder.files.set(`1_room/2026_05_01/2026_05_01_20_00_00_${index}${'x'.repeat(900)}.mp4`, {
				size: 1,
				modified: 0,
			});
		}
		expect(await problemOf(api.listRecordings(everything))).toMatchObject({ reason: 'too large' });
	});

	it('are bounded in time', async () => {
		const { recorder } = await bililiveRecorder();
		recorder.mood = 1000;
		const impatient = bililiveRecorderApi(
			{ url: recorder.url, user: 'rec', password: 's3cret' },
			async (request) => await nodeHttp({ ...request, timeoutSeconds: 0.1 }),
		);
		expect(await problemOf(impatient.check())).toMatchObject({ reason: 'timeout' });
	});
});
