import { owncast } from '../../formats/owncast';
import { owncastWebhook } from '../../formats/owncast/webhook';
import { formatsOf, parseAmong, recorders } from '../../formats/registry';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { eventOf, parsed, RECEIVED_AT } from './parsing';

const KIND_OF_TYPE: Readonly<Record<string, string>> = {
	STREAM_STARTED: 'live.started',
	STREAM_STOPPED: 'live.ended',
	STREAM_TITLE_UPDATED: 'room.title_changed',
};

const corpus = loadCorpus('owncast');

function entry(name: string) {
	const found = corpus.find(({ file }) => file === `${name}.json`);
	if (found === undefined) throw new Error(`The corpus has no ${name}`);
	return found;
}

describe('Owncast', () => {
	test.each(corpus)('$name is told apart, and is what its type says', ({ body }) => {
		const result = parseAmong(body, formatsOf(recorders), RECEIVED_AT);
		if (result.status !== 'event') throw new Error(JSON.stringify(result));
		expect(result.format).toBe(owncastWebhook);
		expect(result.event.kind).toBe(KIND_OF_TYPE[String(body.type)] ?? 'unknown');
		expect(result.event.warnings).toEqual([]);
	});

	it('says who is live, since when, and where', () => {
		const event = eventOf(owncastWebhook, entry('recon-STREAM_STARTED').body);
		expect(event).toMatchObject({
			id: 'hJ3kLm2Vg',
			occurredAt: '2026-08-22T18:00:01.123Z',
			room: {
				id: 'https://stream.example.org',
				platform: 'owncast',
				title: 'Speedrun sunday',
				url: 'https://stream.example.org',
			},
			streamer: { name: 'Retro Corner' },
			session: { startedAt: '2026-08-22T18:00:01.123Z' },
		});
	});

	it('takes the events of old versions, which don’t say where', () => {
		const event = eventOf(owncastWebhook, entry('recon-v0.1-STREAM_STARTED').body);
		expect(event.room).toMatchObject({ id: null, url: null, title: 'Sunday' });
	});

	it('says when a title is empty, and invents no former one', () => {
		const event = eventOf(owncastWebhook, entry('edge-STREAM_TITLE_UPDATED-offline-empty').body);
		if (event.kind !== 'room.title_changed') throw new Error(event.kind);
		expect(event.change).toEqual({
			before: null,
			after: { title: null, area: { parent: null, child: null } },
		});
	});

	it.each(['CHAT', 'USER_JOINED', 'USER_PARTED', 'NAME_CHANGE', 'VISIBILITY-UPDATE'])(
		'counts %s as housekeeping',
		(type) => {
			expect(parsed(owncastWebhook, entry(`recon-${type}`).body).housekeeping).toBe(true);
		},
	);

	it('tells the steps of one scheduled event apart', () => {
		const ids = corpus
			.filter(({ body }) => body.type === 'SCHEDULED_EVENTS')
			.map(({ body }) => eventOf(owncastWebhook, body).id);
		expect(new Set(ids).size).toBe(3);
	});

	it('refuses a stream event without an id: two of them could not be told apart', () => {
		const body = { type: 'STREAM_STARTED', eventData: { name: 'Retro Corner' } };
		expect(owncastWebhook.parse(body, RECEIVED_AT).status).toBe('invalid');
	});

	it('writes as Go does', () => {
		const { body, text } = entry('recon-STREAM_STARTED');
		expect(owncastWebhook.delivery.encode(body)).not.toContain('&');
		expect(JSON.parse(owncastWebhook.delivery.encode(body))).toEqual(JSON.parse(text));
		expect(owncast.limits.length).toBeGreaterThan(0);
	});
});
