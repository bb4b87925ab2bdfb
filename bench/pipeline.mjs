/** The pipeline alone, in process: from a request's bytes to an item, against JSON.parse of the same bytes. */

import {
	alternate,
	formatMicroseconds,
	median,
	ratios,
	spread,
	table,
	timeAsync,
	timeSync,
	verdict,
} from './measure.mjs';
import { formatsWithRequests, fromDist } from './payloads.mjs';

const ROUNDS = 25;
const GOAL = 4;

const { receive } = fromDist('inbound/receive');
const { decode } = fromDist('inbound/decode');
const { isWanted } = fromDist('inbound/filter');
const { MemoryClaimStore } = fromDist('inbound/memoryClaims');
const { RoomMemory } = fromDist('inbound/roomMemory');
const { unmappedPaths } = fromDist('inbound/pathMapping');

const clock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
	sleep: () => new Promise(() => {}),
};

/** The settings of a trigger that was just put on the canvas. */
export function defaultSettings(formats) {
	return {
		formats,
		authentication: { mode: 'none' },
		isAddressAllowed: () => true,
		filter: { events: new Set(['*', 'housekeeping']), rooms: new Set() },
		invalid: 'output',
		mapPath: unmappedPaths,
		// Claims that expire at once: the same bytes are a new event each time, and a claim is taken for each.
		claimSeconds: 0,
		whenStoreUnavailable: 'accept',
	};
}

/** One request through the pipeline, its claim kept; throws unless an event comes out. */
export async function takeEvent(request, settings, state) {
	const reception = await receive(request, settings, state);
	if (reception.outcome !== 'event') throw new Error(JSON.stringify(reception));
	void reception.claim.keep();
}

/** One round of a format's requests after the other. */
function cycle(values) {
	let index = 0;
	return () => values[index++ % values.length];
}

async function measureFormat({ format, requests }, all, milliseconds) {
	const settings = defaultSettings([format]);
	const anyRecorder = defaultSettings(all);
	const state = () => ({
		claims: new MemoryClaimStore(clock),
		rooms: new RoomMemory(),
		clock,
		now: clock.now,
	});
	const ownState = state();
	const anyState = state();
	const next = cycle(requests);
	const bodies = requests.map((request) => decode(request).body);
	const nextBody = cycle(bodies);
	const receivedAt = new Date().toISOString();
	const events = bodies.map((body) => format.parse(body, receivedAt).event);
	const nextEvent = cycle(events);
	const { events: wantedEvents } = settings.filter;
	const claims = new MemoryClaimStore(clock);
	const rooms = new RoomMemory();
	const nextKey = cycle(events.map(({ id }) => `${format.id}:${id}`));

	return await alternate(
		{
			// A form's text is URL-encoded JSON in one member; JSON.parse of its bytes would fail.
			baseline: () => {
				const texts = requests.map((request, index) =>
					isForm(request) ? Buffer.from(JSON.stringify(bodies[index])) : request.body,
				);
				const nextText = cycle(texts);
				return timeSync(() => JSON.parse(nextText().toString()), milliseconds);
			},
			decode: () => timeSync(() => decode(next()), milliseconds),
			parse: () =>
				timeSync(() => {
					const body = nextBody();
					return format.recognise(body) && format.parse(body, receivedAt);
				}, milliseconds),
			rooms: () => timeSync(() => rooms.complete(nextEvent()), milliseconds),
			filter: () =>
				timeSync(
					() =>
						isWanted(
							{ event: nextEvent(), known: true, housekeeping: false },
							{ events: wantedEvents, rooms: settings.filter.rooms },
						),
					milliseconds,
				),
			claim: () =>
				timeAsync(async () => {
					const { claim } = await claims.claim(nextKey(), 0);
					void claim.keep();
				}, milliseconds),
			total: () => timeAsync(() => takeEvent(next(), settings, ownState), milliseconds),
			anyRecorder: () => timeAsync(() => takeEvent(next(), anyRecorder, anyState), milliseconds),
		},
		{ rounds: ROUNDS, warmUps: 3 },
	);
}

function isForm(request) {
	return request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
}

const STAGES = {
	baseline: 'JSON.parse',
	decode: 'decode',
	parse: 'recognise, parse',
	rooms: 'rooms',
	filter: 'filter',
	claim: 'claim',
};

/** @returns {Promise<string>} Markdown */
export async function run({ report, milliseconds = 5 }) {
	const formats = formatsWithRequests();
	const all = formats.map(({ format }) => format);
	const goals = [];
	const stages = [];
	for (const entry of formats) {
		report(entry.format.id);
		const times = await measureFormat(entry, all, milliseconds);
		const own = ratios(times.total, times.baseline);
		const { requests } = entry;
		const bytes = requests.reduce((sum, { body }) => sum + body.length, 0) / requests.length;
		goals.push([
			entry.format.id,
			`${Math.round(bytes)} B`,
			formatMicroseconds(median(times.baseline)),
			formatMicroseconds(median(times.total)),
			spread(own),
			spread(ratios(times.anyRecorder, times.baseline)),
			verdict(median(own) <= GOAL),
		]);
		stages.push([
			entry.format.id,
			...Object.keys(STAGES).map((stage) => formatMicroseconds(median(times[stage]))),
			formatMicroseconds(median(times.total)),
		]);
	}
	return [
		`Bytes to item in process: decode, recognise, parse, complete from earlier events of the room, filter, claim. The bodies are all samples of a format, in turns; each delivery takes and keeps a claim. Goal: at most ${GOAL}x \`JSON.parse(bytes.toString())\` of the same bytes. Median of ${ROUNDS} runs; ratios are within a round. Aodianyun sends forms: the baseline parses the same content as JSON.`,
		table(
			[
				'Format',
				'Mean body',
				'JSON.parse',
				'Pipeline',
				'Ratio',
				'Ratio, Live Recorder Trigger',
				'Goal',
			],
			goals,
		),
		'What is left above the goal is the price of an event whatever its size: SHA-256 of its identity, a few promises, its times, the forty members of its item. Aodianyun and DDTV 5 have no event id, so their whole body is put in order and hashed, too. Longer bodies come close to JSON.parse (see Growth), and an event costs n8n itself a thousand times as much.',
		'Where the time goes, each stage measured alone, which is kinder to it than its place among the others:',
		table(['Format', ...Object.values(STAGES), 'whole pipeline'], stages),
	].join('\n\n');
}
