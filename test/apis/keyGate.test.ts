import { KeyGate } from '../../apis/keyGate';
import { blrecApi } from '../../apis/blrec';
import { ApiProblem } from '../../apis/problem';
import { nodeHttp } from './nodeHttp.cjs';
import { blrec, problemOf, stopStandIns } from './standIns';

afterEach(stopStandIns);

it('lets a wrong key out once, however many ask at once', async () => {
	const { recorder } = await blrec();
	const gate = new KeyGate();
	const wrong = blrecApi({ url: recorder.url, apiKey: 'wrong-key-5678' }, nodeHttp, { gate });
	const problems = await Promise.all(
		Array.from({ length: 10 }, () => problemOf(wrong.listRooms())),
	);
	expect(new Set(problems.map(({ reason }) => reason))).toEqual(new Set(['key']));
	expect(recorder.requests).toHaveLength(1);
	gate.forgive();
	await problemOf(wrong.listRooms());
	expect(recorder.requests).toHaveLength(2);
	expect(recorder.isLockedOut).toBe(false);
});

it('lets everything out once the key has proved good, whatever else is refused', async () => {
	const { recorder, api } = await blrec();
	recorder.addTask(1);
	await problemOf(api.splitFile({ id: '1', platform: null }));
	await Promise.all(Array.from({ length: 10 }, () => api.listRooms()));
	expect(recorder.requests).toHaveLength(12);
});

it('who waits while another gets no answer does not wait for one of its own, and may ask again later', async () => {
	const gate = new KeyGate();
	const timeout = new ApiProblem('timeout', 'no answer', '');
	let asked = 0;
	const ask = async () =>
		await gate.pass(async () => {
			asked++;
			await Promise.resolve();
			throw timeout;
		});
	const problems = await Promise.all(Array.from({ length: 10 }, () => problemOf(ask())));
	expect(problems).toEqual(Array.from({ length: 10 }, () => timeout));
	expect(asked).toBe(1);
	expect(await problemOf(ask())).toBe(timeout);
	expect(asked).toBe(2);
});
