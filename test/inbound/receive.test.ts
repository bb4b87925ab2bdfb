import { recorderEventSchema } from '../../formats/recorderEvent';
import { unmappedPaths } from '../../inbound/pathMapping';
import { formatsOf, recorders } from '../../formats/registry';
import { type ClaimStore, UnavailableClaimStore } from '../../inbound/claims';
import { MemoryClaimStore } from '../../inbound/memoryClaims';
import { receive, type ReceiveSettings, type Reception } from '../../inbound/receive';
import { RoomMemory } from '../../inbound/roomMemory';
import { ManualClock } from './manualClock';
import { requestOf, required } from './requests';

const formats = formatsOf(recorders);
const samples = formats.flatMap((format) =>
	[...format.events].flatMap(([nativeType, { samples: bodies }]) =>
		bodies.map((body, index) => ({
			title: `${format.id} ${nativeType} ${index}`,
			format,
			nativeType,
			body,
		})),
	),
);
const sample = required(samples[0]);

function set(changes: Partial<ReceiveSettings> = {}): ReceiveSettings {
	return {
		formats,
		filter: { events: new Set(['*', 'housekeeping']), rooms: new Set() },
		invalid: 'output',
		mapPath: unmappedPaths,
		claimSeconds: 3600,
		whenStoreUnavailable: 'accept',
		...changes,
	};
}

function start(claims?: ClaimStore) {
	const clock = new ManualClock();
	const state = {
		claims: claims ?? new MemoryClaimStore(clock),
		rooms: new RoomMemory(),
		clock,
	};
	return {
		clock,
		state,
		receive: async (body: string | Buffer | object, changes: Partial<ReceiveSettings> = {}) =>
			await receive(requestOf(body), set(changes), state),
	};
}

async function keep(reception: Reception): Promise<void> {
	if (reception.outcome === 'answered') throw new Error('Expected an event');
	await reception.claim?.keep();
}

function statusOf(reception: Reception): number | string {
	return reception.outcome === 'answered' ? reception.answer.status : reception.outcome;
}

function bodyOf(reception: Reception) {
	const body = reception.outcome === 'answered' ? reception.answer.body : null;
	return typeof body === 'string' ? null : body;
}

describe('receive, for every format in the registry', () => {
	it.each(samples.map((entry) => [entry.title, entry] as const))(
		'turns %s into one event, once',
		async (_title, { body, format, nativeType }) => {
			const { receive: send } = start();
			const reception = await send(body);
			if (reception.outcome !== 'event') throw new Error(JSON.stringify(bodyOf(reception)));
			expect(reception).toMatchObject({ known: true });
			expect(reception.event).toMatchObject({
				format: format.id,
				nativeType,
				receivedAt: '2026-03-01T00:00:00.000Z',
				raw: body,
			});
			expect(recorderEventSchema.parse(reception.event)).toEqual(reception.event);
			expect(reception.reply).toBe(format.answer ?? '');
			await keep(reception);
			expect(await send(body)).toMatchObject({
				answer: { status: 200, body: format.answer ?? { status: 'duplicate' } },
			});
		},
	);

	it('recognises every format by itself among all', () => {
		for (const { body, format } of samples) {
			expect(formats.filter((candidate) => candidate.recognise(body))).toEqual([format]);
		}
	});
});

describe('receive', () => {
	it.each(formats.map((format) => [format.id, format] as const))(
		'where nobody can keep what %s says of a live, refuses only whom that makes send it again',
		async (id, format) => {
			const { state } = start();
			const { body } = required(samples.find((each) => each.format.id === id));
			const lives = {
				note: async () => 'unavailable' as const,
				judge: async () => 'pass' as const,
			};
			const nothing = { events: new Set<string>(), rooms: new Set<string>() };
			const reception = await receive(requestOf(body), set({ filter: nothing }), {
				...state,
				lives,
			});
			expect(reception).toMatchObject(
				format.answer === null
					? { answer: { status: 503 } }
					: { answer: { status: 200, body: format.answer } },
			);
		},
	);

	it.each([
		['no JSON', 'hello', /not JSON/],
		['nothing', '', /no body/],
		['a list', '[]', /Not a webhook of/],
		['text', '"hello"', /Not a webhook of/],
		['an empty object', '{}', /Not a webhook of/],
		['something else', '{"object":"event","type":"charge"}', /Not a webhook of/],
	])('refuses %s', async (_title, text, message) => {
		const { receive: send } = start();
		const reception = await send(text);
		expect(reception).toMatchObject({ answer: { status: 400, body: { status: 'refused' } } });
		expect(bodyOf(reception)?.message).toMatch(message);
		expect(bodyOf(reception)?.issues?.length ?? 0).toBeLessThanOrEqual(40);
	});

	it('makes no guess where two formats fit', async () => {
		const { receive: send } = start();
		const both = { ...sample.format, title: 'Another' };
		const reception = await send(sample.body, { formats: [sample.format, both] });
		expect(bodyOf(reception)?.issues).toEqual([
			{ path: '', message: `Fits several: ${sample.format.title}, Another` },
		]);
	});

	it('puts out an event that breaks its schema, once, or refuses it', async () => {
		const { receive: send } = start();
		const broken = { EventType: 'FileClosed', EventId: 'x', EventData: { RoomId: 'one' } };
		const reception = await send(broken);
		expect(reception).toMatchObject({
			outcome: 'invalid',
			report: {
				recorder: 'bililive-recorder',
				format: 'bililive-recorder.v2',
				nativeType: 'FileClosed',
				receivedAt: '2026-03-01T00:00:00.000Z',
				raw: broken,
			},
		});
		await keep(reception);
		expect(bodyOf(await send(broken))).toEqual({ status: 'duplicate' });
		expect(statusOf(await send({ ...broken, EventId: 'y' }))).toBe('invalid');

		const refused = bodyOf(await send(broken, { invalid: 'reject' }));
		expect(refused?.message).toBe('Not a valid FileClosed of BililiveRecorder Webhook V2');
		expect(refused?.issues).toEqual(
			expect.arrayContaining([expect.objectContaining({ path: 'EventData.RoomId' })]),
		);
	});

	it('names an event without a type as what it is', async () => {
		const { receive: send } = start();
		const nameless = { ...sample.format, recognise: () => true };
		const reception = await send({}, { formats: [nameless], invalid: 'reject' });
		expect(bodyOf(reception)?.message).toBe(`Not a valid event of ${sample.format.title}`);
	});

	it('passes on an event of a newer type', async () => {
		const { receive: send } = start();
		const newer = { EventType: 'PkStarted', EventId: 'x', EventData: { RoomId: 1 } };
		expect(await send(newer)).toMatchObject({
			outcome: 'event',
			known: false,
			event: { kind: 'unknown', nativeType: 'PkStarted' },
		});
	});

	it('leaves alone what nobody wants, without a claim', async () => {
		const { receive: send, state } = start();
		const filter = { events: new Set<string>(), rooms: new Set<string>() };
		expect(bodyOf(await send(sample.body, { filter }))).toEqual({ status: 'ignored' });
		expect(statusOf(await send(sample.body))).toBe('event');
		expect(state.rooms.size).toBe(1);
	});

	it('warns of bytes that are no UTF-8', async () => {
		const { receive: send } = start();
		const text = JSON.stringify({ ...sample.body, Extra: '?' });
		const [before, after] = text.split('"?"');
		const bytes = Buffer.concat([
			Buffer.from(`${before}"`),
			Buffer.from([0xff]),
			Buffer.from(`"${after}`),
		]);
		expect(await send(bytes)).toMatchObject({
			event: { warnings: [{ path: '', message: expect.stringContaining('UTF-8') }] },
		});
	});

	it('fills in from earlier events only where it has a memory', async () => {
		const { receive: send, state } = start();
		const body = { EventType: 'New', EventId: '1', EventData: { RoomId: 1, Name: 'Name' } };
		await send(body);
		const bare = { EventType: 'New', EventId: '2', EventData: { RoomId: 1 } };
		expect(await send(bare)).toMatchObject({ event: { streamer: { name: 'Name' } } });
		const without = await receive(requestOf({ ...bare, EventId: '3' }), set(), {
			...state,
			rooms: null,
		});
		expect(without).toMatchObject({ event: { streamer: { name: null }, remembered: [] } });
	});
});

describe('receive and its claims', () => {
	it('takes a message once, though its event may come again', async () => {
		const { clock, state } = start();
		const message = { key: 'message:1', windowSeconds: 600 };
		const settings = set();
		const ddtv = required(samples.find(({ format }) => format.id === 'ddtv.v5'));
		const send = async (key = message.key) =>
			await receive(requestOf(ddtv.body), settings, state, { ...message, key });
		const first = await send();
		expect(statusOf(first)).toBe('event');
		await keep(first);
		for (const seconds of [0, 31, 31, 228]) {
			await clock.advance(seconds * 1000);
			expect(bodyOf(await send())).toEqual({ status: 'duplicate' });
		}
		// Another message of the same content is another event by now.
		const second = await send('message:2');
		expect(statusOf(second)).toBe('event');
		await keep(second);
		// One that came while the event still counted is none, then and later.
		expect(bodyOf(await send('message:3'))).toEqual({ status: 'duplicate' });
		await clock.advance(60_000);
		expect(bodyOf(await send('message:3'))).toEqual({ status: 'duplicate' });
	});

	it('takes a message again whose event was not taken', async () => {
		const { state } = start();
		const message = { key: 'message:1', windowSeconds: 600 };
		for (let attempt = 0; attempt < 3; attempt++) {
			const reception = await receive(requestOf(sample.body), set(), state, message);
			if (reception.outcome !== 'event') throw new Error('Expected an event');
			await reception.claim?.release();
		}
	});

	it('knows an event that breaks its schema as it knows others: by its id, or by its content for as long as a retry may take', async () => {
		const { clock, receive: send } = start();
		const publish = required(
			samples.find(
				({ nativeType, format }) =>
					format.recorder === 'aodianyun' && nativeType.endsWith(':StartPublish'),
			),
		);
		const broken = (tries: number) => ({
			...publish.body,
			started_at: undefined,
			retry_times: tries,
		});
		const aodianyun = formats.filter(({ recorder }) => recorder === 'aodianyun');
		const first = await send(broken(0), { formats: aodianyun });
		expect(statusOf(first)).toBe('invalid');
		await keep(first);
		expect(bodyOf(await send(broken(1), { formats: aodianyun }))).toEqual({
			status: 'duplicate',
		});
		await clock.advance(24 * 3_600_000);
		expect(statusOf(await send(broken(0), { formats: aodianyun, claimSeconds: 72 * 3600 }))).toBe(
			'invalid',
		);
	});

	it('compares nothing where it is told so', async () => {
		const { receive: send } = start();
		for (let delivery = 0; delivery < 3; delivery++) {
			expect(await send(sample.body, { claimSeconds: null })).toMatchObject({
				outcome: 'event',
				claim: null,
			});
		}
	});

	it('takes the retry of an event that n8n could not store', async () => {
		const { receive: send } = start();
		const first = await send(sample.body);
		if (first.outcome !== 'event') throw new Error('Expected an event');
		await first.claim?.release();
		expect(statusOf(await send(sample.body))).toBe('event');
	});

	it('asks a repeat to come back while the first delivery is open', async () => {
		const { clock, receive: send } = start();
		await send(sample.body);
		const repeat = send(sample.body);
		await clock.advance(60_000);
		expect(await repeat).toMatchObject({
			answer: { status: 503, body: { message: expect.stringContaining('still open') } },
		});
	});

	it('tells one event in two formats, and two events in one, apart', async () => {
		const { receive: send } = start();
		const outcomes: unknown[] = [];
		for (const { body } of samples) outcomes.push(statusOf(await send(body)));
		const events = outcomes.filter((outcome) => outcome === 'event');
		const identities = new Set(
			samples.map(({ format, body }) => {
				const parsed = format.parse(body, '2026-08-08T12:00:01.000Z');
				return parsed.status === 'event' ? `${format.id}:${parsed.event.id}` : '';
			}),
		);
		expect(events.length).toBeGreaterThanOrEqual(identities.size);
	});

	it('compares by content only for as long as a retry may take, where content may come back', async () => {
		const timeless = required(
			samples.find(({ format, body }) => {
				const parsed = format.parse(body, '2026-08-08T12:00:01.000Z');
				const isByContent = parsed.status === 'event' && parsed.event.id.startsWith('content:');
				return isByContent && format.sameContentWindowSeconds !== null;
			}),
		);
		const seconds = required(timeless.format.sameContentWindowSeconds);
		const { clock, receive: send } = start();
		await keep(await send(timeless.body));
		await clock.advance(seconds * 1000 - 1);
		expect(bodyOf(await send(timeless.body))).toEqual({ status: 'duplicate' });
		await clock.advance(1);
		expect(statusOf(await send(timeless.body))).toBe('event');
	});

	it('never compares for longer than it is told', async () => {
		const { clock, receive: send } = start();
		await keep(await send(sample.body, { claimSeconds: 5 }));
		await clock.advance(5_000);
		expect(statusOf(await send(sample.body, { claimSeconds: 5 }))).toBe('event');
	});

	it('takes an event while the store is away, or refuses it, as it is told', async () => {
		const { receive: send } = start(new UnavailableClaimStore('No client'));
		const taken = await send(sample.body);
		expect(taken).toMatchObject({ outcome: 'event' });
		expect(taken.outcome === 'event' && taken.claim !== null).toBe(true);
		expect(await send(sample.body, { whenStoreUnavailable: 'refuse' })).toMatchObject({
			answer: { status: 503, body: { status: 'refused', message: 'No client; send it again' } },
		});
	});

	it('gives back the claim of an event that it refuses', async () => {
		const release = jest.fn(async () => {});
		const claim = { markStored: () => {}, keep: async () => {}, release };
		const { receive: send } = start({
			claim: async () => ({ status: 'unavailable', reason: 'Away', claim }),
		});
		await send(sample.body, { whenStoreUnavailable: 'refuse' });
		expect(release).toHaveBeenCalledTimes(1);
	});
});
