import { LiveRecorder } from '../../nodes/LiveRecorder/LiveRecorder.node';
import vector from '../authentication/standardWebhooks.json';
import { leakOf, spellings } from '../authentication/spelling';
import { errorOf, executeNode, shownParameters } from './executeNode';
import { startWireReceiver, type WireReceiver } from './wireReceiver.cjs';

/**
 * A target that writes back what it was sent: whatever the node says afterwards, in its items or its error, holds no secret.
 */

const node = new LiveRecorder();
const secret = `${vector.plainSecret}/+"&`;
const base64Key = vector.secret.slice('whsec_'.length);

const receivers: WireReceiver[] = [];

afterEach(async () => {
	for (const receiver of receivers.splice(0)) await receiver.close();
});

async function start(behave: Parameters<typeof startWireReceiver>[0]): Promise<WireReceiver> {
	const receiver = await startWireReceiver(behave);
	receivers.push(receiver);
	return receiver;
}

/** Credentials, and what is secret about them beside what is on the wire. */
const credentials: ReadonlyArray<readonly [string, Record<string, unknown>, readonly string[]]> = [
	['query', { mode: 'query', name: 'k', secret }, [secret]],
	['header', { mode: 'header', headerName: 'X-Token', secret }, [secret]],
	['basic', { mode: 'basic', user: 'rec', password: secret }, [secret]],
	['hmac', { mode: 'hmac', signatureHeader: 'X-Sig', encoding: 'hex', secret }, [secret]],
	['signed', { mode: 'standardWebhooks', secret: vector.secret }, [vector.secret, base64Key]],
];

/** What proves a request on the wire. */
function proofsOf({ head }: WireReceiver['requests'][number]): string[] {
	return head
		.split('\r\n')
		.filter((line) => /^(?:x-token|x-sig|authorization|webhook-signature):/i.test(line))
		.map((line) => line.replace(/^[^:]+: *(?:Basic |v1,)?/, ''));
}

interface Run {
	readonly parameters: Record<string, unknown>;
	readonly credential?: Record<string, unknown>;
}

/** What the node says: its item where it goes on all the same, and its error. */
async function sayings({ parameters, credential }: Run): Promise<string[]> {
	const settings = {
		parameters: shownParameters(node, {
			operation: 'send',
			format: 'bililive-recorder.v2',
			event: 'SessionStarted',
			content: 'sample',
			authentication: credential === undefined ? 'none' : 'liveRecorderWebhook',
			options: { attempts: 1 },
			...parameters,
		}),
		credentials: credential === undefined ? {} : { liveRecorderWebhookApi: credential },
	};
	const output = await executeNode(node, { ...settings, continueOnFail: true });
	const error = await errorOf(node, settings);
	return [JSON.stringify(output), error.message, String(error.description), error.everything];
}

function expectNoLeak(texts: readonly string[], secrets: readonly string[]): void {
	for (const text of texts) {
		for (const each of secrets) expect(leakOf(each, text)).toBeNull();
	}
}

describe('a target that echoes', () => {
	it.each(credentials)('the whole request, by %s', async (_mode, credential, secrets) => {
		const receiver = await start(({ head, body }) => ({
			status: 500,
			body: `${head}\n\n${body}\n${JSON.stringify({ head })}\n${encodeURIComponent(head)}`.slice(
				-7900,
			),
		}));
		const said = await sayings({ parameters: { urls: receiver.url }, credential });
		expectNoLeak(said, [...secrets, ...receiver.requests.flatMap(proofsOf)]);
		expect(said[0]).toContain('Answered 500');
	});

	it.each(credentials)('the proof in any spelling, by %s', async (_mode, credential, secrets) => {
		let proof = '';
		const receiver = await start((request) => {
			const [header] = proofsOf({ ...request, bytes: Buffer.alloc(0), second: 0, headers: [] });
			proof = header ?? secrets[0] ?? '';
			const lines = Object.entries(spellings).map(
				([name, spell]) =>
					`${name}: ${spell(proof, { before: 'rec:', after: '' })} ${spell(secrets[0] ?? '', { before: 'a', after: 'bc' })}`,
			);
			return { status: 500, body: lines.slice(request.count % 2 === 1 ? 0 : 14).join('\n') };
		});
		const urls = Array.from({ length: 2 }, () => receiver.url).join('\n');
		const said = await sayings({ parameters: { urls }, credential });
		expectNoLeak(said, [...secrets, proof]);
	});

	it.each(credentials)(
		'nothing of it where the answer is cut, by %s',
		async (_mode, credential, secrets) => {
			const [known = ''] = secrets;
			const cuts = [2000, 8000].flatMap((cut) =>
				[1, Math.trunc(known.length / 2), known.length - 1].map((part) => cut - part),
			);
			for (const before of cuts) {
				const receiver = await start(() => ({
					status: 500,
					body: `${'é'.repeat(Math.trunc(before / 8) * 4)}${'x'.repeat(before % 8)}${known} and more ${'y'.repeat(9000)}`,
				}));
				const [items = ''] = await sayings({ parameters: { urls: receiver.url }, credential });
				expect([before, leakOf(known, items)]).toEqual([before, null]);
			}
		},
	);

	it('the user info, token and fragment of its URL', async () => {
		const receiver = await start(({ head }) => ({
			status: 403,
			body: `${head}\nrec:${secret} ${JSON.stringify(secret)} wrong token first-token-1, also second-token-2 third-token-3 fourth-4`,
		}));
		const urls = `http://rec:${encodeURIComponent(secret)}@${receiver.host}/hook?room=1&token=first-token-1&sig=second-token-2&code=fourth-4#access_token=third-token-3`;
		const said = await sayings({ parameters: { urls } });
		const tokens = ['first-token-1', 'second-token-2', 'third-token-3', 'fourth-4'];
		expectNoLeak(said, [secret, ...tokens, ...receiver.requests.flatMap(proofsOf)]);
		expect(said[0]).toContain('room=1&token=***&sig=***&code=***#access_token=***');
	});

	it('user info and tokens in where it redirects to', async () => {
		const { host } = await start(() => ({ status: 200 }));
		const locations = [
			`http://rec:${encodeURIComponent(secret)}@${host}/next?token=first-token-1#access_token=third-token-3`,
			`//rec:${encodeURIComponent(secret)}@${host}/next`,
			`/next/${Buffer.from(secret).toString('base64url')}`,
			`http://other:other-password@${host}/next`,
			`/${'x'.repeat(290)}/${encodeURIComponent(secret)}`,
		];
		for (const location of locations) {
			const receiver = await start(() => ({ status: 302, headers: { location } }));
			const said = await sayings({
				parameters: { urls: receiver.url },
				credential: { mode: 'query', name: 'k', secret },
			});
			expectNoLeak(said, [secret, 'first-token-1', 'third-token-3', 'other-password']);
			expect(said[0]).toContain('a redirect to ');
		}
	});

	it.each([
		['convert', { operation: 'convert', delivery: 'send' }],
		[
			'simulate',
			{
				resource: 'session',
				operation: 'simulate',
				delivery: 'send',
				files: 1,
				secondsBetweenEvents: 0,
			},
		],
	])('to %s, too', async (_operation, parameters) => {
		const [recorderEvent] = await executeNode(node, {
			parameters: shownParameters(node, {
				operation: 'parse',
				recorder: 'any',
				rawBody: await sampleBody(),
			}),
		});
		const receiver = await start(({ head, body }) => ({ status: 500, body: `${head}\n${body}` }));
		const credential = { mode: 'hmac', signatureHeader: 'X-Sig', encoding: 'hex', secret };
		const said = await sayings({
			parameters: {
				urls: `${receiver.url}?token=first-token-1`,
				recorderEvent: JSON.stringify(recorderEvent?.json),
				...parameters,
			},
			credential,
		});
		const proofs = receiver.requests.flatMap(proofsOf);
		expect(proofs.length).toBeGreaterThan(0);
		expectNoLeak(said, [secret, 'first-token-1', ...proofs]);
	});

	it('and nothing is reachable: the URL in the error holds no secret', async () => {
		const said = await sayings({
			parameters: {
				urls: `http://rec:${encodeURIComponent(secret)}@127.0.0.1:9/hook?token=first-token-1`,
			},
		});
		expectNoLeak(said, [secret, 'first-token-1']);
	});

	it('is left alone where there is nothing to take out', async () => {
		const receiver = await start(() => ({ status: 200, body: 'ok: 42 % of {"a":"\\u0041"}' }));
		const [output] = await executeNode(node, {
			parameters: shownParameters(node, {
				operation: 'send',
				format: 'bililive-recorder.v2',
				event: 'SessionStarted',
				content: 'sample',
				urls: receiver.url,
			}),
		});
		expect(output?.json).toMatchObject({
			deliveries: [{ url: receiver.url, answer: 'ok: 42 % of {"a":"\\u0041"}' }],
		});
	});
});

async function sampleBody(): Promise<string> {
	const [built] = await executeNode(node, {
		parameters: shownParameters(node, {
			operation: 'build',
			format: 'bililive-recorder.v2',
			event: 'FileClosed',
			content: 'sample',
		}),
	});
	return JSON.stringify(built?.json.body);
}
