/** Whether cost stays linear in a body's bytes, and flat in the rooms remembered. */

import {
	alternate,
	formatMicroseconds,
	median,
	ratios,
	spread,
	table,
	timeAsync,
} from './measure.mjs';
import { fromDist, requestFor } from './payloads.mjs';
import { defaultSettings, takeEvent } from './pipeline.mjs';

const ROUNDS = 15;
/** Of values, no more than half a million are taken. */
const BODY_BYTES = { text: [1_000, 100_000, 10_000_000], values: [1_000, 100_000, 2_000_000] };
const ROOMS = [1, 100, 10_000];

const { MemoryClaimStore } = fromDist('inbound/memoryClaims');
const { RoomMemory } = fromDist('inbound/roomMemory');
const { bililiveRecorderV2: format } = fromDist('formats/bililiveRecorder/v2');
const [sample] = format.events.get('FileClosed').samples;

const clock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
	sleep: () => new Promise(() => {}),
};
const newState = () => ({
	claims: new MemoryClaimStore(clock),
	rooms: new RoomMemory(),
	clock,
	now: clock.now,
});

/** The sample, made so long by members that the format doesn't know: text, or many small values. */
function bodyOf(bytes, filling) {
	const body = { ...sample, EventData: { ...sample.EventData } };
	const missing = bytes - JSON.stringify(body).length;
	if (missing <= 0) return body;
	body.EventData.More =
		filling === 'text'
			? '录'.repeat(Math.floor(missing / 3))
			: Array.from({ length: Math.floor(missing / 16) }, (_, index) => ({ n: index, b: true }));
	return body;
}

async function measureBytes(report) {
	const rows = [];
	for (const [filling, sizes] of Object.entries(BODY_BYTES)) {
		for (const bytes of sizes) {
			report(`${bytes} bytes of ${filling}`);
			const request = requestFor(format, bodyOf(bytes, filling));
			const settings = defaultSettings([format]);
			const state = newState();
			const milliseconds = bytes > 1e6 ? 1 : 10;
			const calls = bytes > 1e6 ? 1 : 20;
			const times = await alternate(
				{
					baseline: () =>
						timeAsync(async () => JSON.parse(request.body.toString()), milliseconds, calls),
					pipeline: () => timeAsync(() => takeEvent(request, settings, state), milliseconds, calls),
				},
				{ rounds: ROUNDS, warmUps: 2 },
			);
			const time = median(times.pipeline);
			rows.push([
				`${request.body.length.toLocaleString('en')} B of ${filling}`,
				formatMicroseconds(median(times.baseline)),
				formatMicroseconds(time),
				`${((time / request.body.length) * 1000).toFixed(1)} ns`,
				spread(ratios(times.pipeline, times.baseline)),
			]);
		}
	}
	return table(['Body', 'JSON.parse', 'Pipeline', 'Per byte', 'Ratio'], rows);
}

async function measureRooms(report) {
	const settings = defaultSettings([format]);
	const subjects = {};
	const states = ROOMS.map(() => newState());
	for (const [index, count] of ROOMS.entries()) {
		report(`${count} rooms`);
		const requests = Array.from({ length: count }, (_, room) =>
			requestFor(format, {
				...sample,
				EventData: { ...sample.EventData, RoomId: 100_000 + room },
			}),
		);
		for (const request of requests) await takeEvent(request, settings, states[index]);
		let next = 0;
		subjects[count] = () =>
			timeAsync(() => takeEvent(requests[next++ % count], settings, states[index]), 10);
	}
	const times = await alternate(subjects, { rounds: ROUNDS, warmUps: 2 });
	return table(
		['Rooms heard of', 'Remembered', 'Pipeline', 'Against one room', 'Static data'],
		ROOMS.map((count, index) => [
			count.toLocaleString('en'),
			states[index].rooms.size.toLocaleString('en'),
			formatMicroseconds(median(times[count])),
			spread(ratios(times[count], times[1])),
			`${states[index].rooms.serialise().length.toLocaleString('en')} B`,
		]),
	);
}

/** @returns {Promise<string>} Markdown */
export async function run({ report }) {
	return [
		`The pipeline on longer bodies, made longer by one text or by many small values in members that the format doesn't know. Processor time, median of ${ROUNDS} runs.`,
		await measureBytes(report),
		'The pipeline on events of so many rooms in turns:',
		await measureRooms(report),
	].join('\n\n');
}
