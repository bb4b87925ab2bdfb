import { sleep } from 'n8n-workflow';

import { connectedRecorders } from '../../apis/connect';
import { connectTo } from '../../nodes/shared/apiConnection';

it('credentials of one key of Aodianyun share its calls, and who looks on does not wait', async () => {
	const recorder = connectedRecorders.find(({ id }) => id === 'aodianyun');
	if (recorder === undefined) throw new Error('No Aodianyun');
	let asked = 0;
	const context = {
		helpers: {
			httpRequest: async () => {
				asked++;
				return { statusCode: 200, headers: {}, body: '{"Flag":100,"rows":[]}' };
			},
		},
	};
	const credential = { url: 'https://58jinrongyun.com', apiKey: 'key-of-both', adminId: '1' };
	const one = connectTo(recorder, credential, context);
	const other = connectTo(
		recorder,
		{ ...credential, url: `${credential.url}/`, adminId: '2' },
		context,
	);
	await Promise.all(Array.from({ length: 25 }, async () => await one.check()));
	const waiting = other.check();
	await sleep(0);
	expect(asked).toBe(25);
	await connectTo(recorder, credential, context, undefined, false).check();
	await connectTo(recorder, { ...credential, apiKey: 'another' }, context).check();
	expect(asked).toBe(27);
	await waiting;
	expect(asked).toBe(28);
});
