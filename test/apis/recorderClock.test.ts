import type { ApiHttp } from '../../apis/http';
import { RecorderClock } from '../../apis/recorderClock';

const NOW = Date.UTC(2026, 4, 1, 20);
const MINUTE = 60_000;

const request = {
	method: 'GET' as const,
	url: 'http://recorder',
	headers: {},
	body: null,
	timeoutSeconds: 1,
	maxBytes: 1,
	acceptsAnyCertificate: false,
};

function answering(headers: Record<string, string>): ApiHttp {
	return async () => ({ status: 200, headers, text: '', isCut: false });
}

const dated = (ahead: number) => answering({ date: new Date(NOW + ahead).toUTCString() });

it.each<[string, ApiHttp, number | null]>([
	['two hours ahead', dated(120 * MINUTE), 120 * MINUTE],
	['two hours behind', dated(-120 * MINUTE), -120 * MINUTE],
	['about right', dated(-40_000), 0],
	['off by more than a day', dated(25 * 60 * MINUTE), 0],
	['not told', answering({}), 0],
	['no time', answering({ date: 'yesterday' }), 0],
	[
		'of nobody',
		async () => ({ status: null, reason: 'unreachable', message: 'Connection refused' }),
		null,
	],
])('a clock that is %s', async (_what, http, ahead) => {
	const clock = new RecorderClock(() => NOW);
	expect(clock.aheadMilliseconds).toBeNull();
	const answer = await http(request);
	expect(await clock.watch(http)(request)).toEqual(answer);
	expect(clock.aheadMilliseconds).toBe(ahead);
});
