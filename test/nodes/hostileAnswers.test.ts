import { LiveRecorder } from '../../nodes/LiveRecorder/LiveRecorder.node';
import { errorOf } from './executeNode';
import { type Behaviour, startWireReceiver, type WireReceiver } from './wireReceiver.cjs';

/** What a recorder's API may answer to whoever asks: each call is one request to it alone, and nothing secret is said of it. */

const node = new LiveRecorder();
const SECRET = 'a-key-that-nobody-sees';

const receivers: WireReceiver[] = [];

afterEach(async () => {
	for (const receiver of receivers.splice(0)) await receiver.close();
});

async function start(behave?: Parameters<typeof startWireReceiver>[0]): Promise<WireReceiver> {
	const receiver = await startWireReceiver(behave);
	receivers.push(receiver);
	return receiver;
}

interface Call {
	readonly recorder: string;
	readonly parameters: object;
	credentials(url: string): Record<string, Record<string, unknown>>;
}

const withRooms = { resource: 'room', operation: 'getAll' };
const withFile = { resource: 'recording', operation: 'download', recording: 'a/b.flv' };

/** Every recorder by a call of its API, and by a download where it serves files. */
const calls: Call[] = [
	...[withRooms, withFile].map((parameters) => ({
		recorder: 'bililive-recorder',
		parameters,
		credentials: (url: string) => ({
			bililiveRecorderApi: { url, user: 'rec', password: SECRET },
		}),
	})),
	{
		recorder: 'blrec',
		parameters: withRooms,
		credentials: (url) => ({ blrecApi: { url, apiKey: SECRET } }),
	},
	...[withRooms, withFile].map((parameters) => ({
		recorder: 'bsr',
		parameters,
		credentials: (url: string) => ({
			bsrApi: { url, authentication: 'header', headerName: 'X-Token', headerToken: SECRET },
		}),
	})),
	...[withRooms, { ...withFile, recording: '/rec_file/b.mp4' }].map((parameters) => ({
		recorder: 'ddtv',
		parameters,
		credentials: (url: string) => ({
			ddtvApi: { url, accessKeyId: 'ddtv', accessKeySecret: SECRET },
		}),
	})),
	{
		recorder: 'aodianyun',
		parameters: { resource: 'recording', operation: 'getAll' },
		credentials: (url) => ({ aodianyunApi: { url, apiKey: SECRET, adminId: '1' } }),
	},
];

/** What becomes of a call of an API that always answers so. */
async function outcomeOf({ recorder, parameters, credentials }: Call, answer: Behaviour) {
	const api = await start(() => answer);
	const { everything } = await errorOf(node, {
		parameters: { ...parameters, recorder },
		credentials: credentials(api.url),
	});
	const basic = Buffer.from(`rec:${SECRET}`).toString('base64');
	expect(everything).not.toContain(SECRET);
	expect(everything).not.toContain(basic);
	return { requests: api.requests.length };
}

const named = calls.map((call) => {
	const isDownload = 'recording' in call.parameters;
	return [`${call.recorder}, ${isDownload ? 'a download' : 'a call'}`, call] as const;
});

describe.each(named)('%s', (_name, call) => {
	it.each([301, 302, 303, 307, 308])('redirected with %d: nobody else is asked', async (status) => {
		const elsewhere = await start();
		for (const location of [
			`${elsewhere.url}/login?key=x`,
			elsewhere.url.replace('http:', ''),
			'http://169.254.169.254/latest/meta-data/',
			'file:///etc/passwd',
			'/another/path',
			'\u0000',
		]) {
			const headers = { location };
			expect(await outcomeOf(call, { status, headers })).toMatchObject({ requests: 1 });
		}
		expect(elsewhere.requests).toEqual([]);
	});

	it.each<[string, Behaviour]>([
		['401', { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }],
		['401 for another kind of proof', { status: 401, headers: { 'www-authenticate': 'Digest' } }],
		['429 for a year', { status: 429, headers: { 'retry-after': '31536000' } }],
		['429 for nobody knows', { status: 429, headers: { 'retry-after': '\u00ff-1e999' } }],
		['503 until tomorrow', { status: 503, headers: { 'retry-after': '86400' } }],
		['500 with what it was sent', { status: 500, body: `{"message":"${SECRET}"}` }],
		['204', { status: 204 }],
		['a closed connection', 'close'],
		[
			'cookies',
			{
				status: 400,
				headers: { 'set-cookie': 'x'.repeat(9_000) },
				body: 'no',
			},
		],
		['headers without end', { status: 200, headers: { x: 'x'.repeat(100_000) } }],
	])('answered with %s: asked once', async (_answer, behaviour) => {
		expect(await outcomeOf(call, behaviour)).toMatchObject({ requests: 1 });
	});
});
