import type { ApiHttp } from '../../apis/http';
import { withinOneRegistration } from '../../nodes/trigger/registrationTurn';

describe('the requests of one registration', () => {
	afterEach(() => jest.restoreAllMocks());

	it('have 30 s together, each no more than it asked for', async () => {
		let now = Date.UTC(2026, 0, 1);
		jest.spyOn(Date, 'now').mockImplementation(() => now);
		const given: number[] = [];
		const answering: ApiHttp = async ({ timeoutSeconds }) => {
			given.push(timeoutSeconds);
			return { status: 200, headers: {}, text: '{}', isCut: false };
		};
		const http = withinOneRegistration(answering);
		const ask = async () =>
			await http({
				method: 'GET',
				url: 'http://127.0.0.1:9',
				headers: {},
				body: null,
				timeoutSeconds: 20,
				maxBytes: 1000,
				acceptsAnyCertificate: false,
			});
		for (const seconds of [12, 12, 5.5, 0.5]) {
			await expect(ask()).resolves.toMatchObject({ status: 200 });
			now += seconds * 1000;
		}
		await expect(ask()).resolves.toMatchObject({
			status: null,
			reason: 'timeout',
			message: 'within 30 s for all requests',
		});
		expect(given).toEqual([20, 18, 6, 1]);
	});
});
