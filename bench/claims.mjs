/** Claims: what one costs, and what many leave behind in memory and in n8n's static data. */

import { fileURLToPath } from 'node:url';

import { measureInChild } from './inChildProcess.mjs';
import { formatMicroseconds, median, spread, table } from './measure.mjs';
import { fromDist } from './payloads.mjs';

const SEEN = [1_000, 100_000, 10_000_000];
const RUNS = { 1_000: 5, 100_000: 5, 10_000_000: 1 };

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

/** Claims so many different events; the last thousand are timed, then each is claimed again. */
const program = (seen) => `
const { MemoryClaimStore } = require(${JSON.stringify(`${DIST}/inbound/memoryClaims.js`)});
const clock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
	sleep: () => new Promise(() => {}),
};
const store = new MemoryClaimStore(clock);
const key = (index) => 'bililive-recorder.v2:' + String(index).padStart(36, '0');
async function claimAll(from, to) {
	const start = process.cpuUsage();
	let repeats = 0;
	for (let index = from; index < to; index++) {
		const result = await store.claim(key(index), 259200);
		if (result.status === 'new') await result.claim.keep();
		else repeats++;
	}
	const { user, system } = process.cpuUsage(start);
	return { microseconds: (user + system) / (to - from), repeats };
}
(async () => {
	// Compiled first, on claims of another store's kind of key.
	await claimAll(1e9, 1e9 + 2000);
	gc();
	const heapBefore = process.memoryUsage().heapUsed;
	await claimAll(0, ${seen} - 1000);
	const fresh = await claimAll(${seen} - 1000, ${seen});
	const repeated = await claimAll(${seen} - 1000, ${seen});
	gc();
	print({
		fresh: fresh.microseconds,
		repeated: repeated.microseconds,
		repeats: repeated.repeats,
		heapBytes: process.memoryUsage().heapUsed - heapBefore,
		remembered: store.size,
		persisted: store.serialise().length,
	});
})();
`;

/** What the trigger writes to static data for one more event, with full memories. */
function staticDataBytes() {
	const { MemoryClaimStore } = fromDist('inbound/memoryClaims');
	const { RoomMemory } = fromDist('inbound/roomMemory');
	const { bililiveRecorderV2 } = fromDist('formats/bililiveRecorder/v2');
	const claims = new MemoryClaimStore({
		now: () => Date.now(),
		elapsed: () => performance.now(),
		sleep: async () => {},
	});
	const rooms = new RoomMemory();
	const [sample] = bililiveRecorderV2.events.get('FileClosed').samples;
	for (let index = 0; index < 1000; index++) {
		const body = { ...sample, EventData: { ...sample.EventData, RoomId: 20_000 + index } };
		const { event } = bililiveRecorderV2.parse(body, new Date().toISOString());
		rooms.complete(event);
		void claims.claim(String(index), 3600).then(async ({ claim }) => await claim.keep());
	}
	return { claims, rooms };
}

/** @returns {Promise<string>} Markdown */
export async function run({ report }) {
	const rows = [];
	for (const seen of SEEN) {
		const runs = [];
		for (let run = 0; run < RUNS[seen]; run++) {
			report(`${seen.toLocaleString('en')} claims, run ${run + 1} of ${RUNS[seen]}`);
			runs.push(await measureInChild(program(seen)));
		}
		const of = (name) => runs.map((result) => result[name]);
		rows.push([
			seen.toLocaleString('en'),
			`${spread(of('fresh'))} µs`,
			`${spread(of('repeated'))} µs`,
			`${(median(of('heapBytes')) / 1e6).toFixed(1)} MB`,
			median(of('remembered')).toLocaleString('en'),
			`${median(of('persisted')).toLocaleString('en')} B`,
			String(RUNS[seen]),
		]);
	}
	const { claims, rooms } = staticDataBytes();
	await new Promise((resolve) => setImmediate(resolve));
	const claimBytes = Buffer.byteLength(claims.serialise());
	const roomBytes = Buffer.byteLength(rooms.serialise());
	const start = process.cpuUsage();
	for (let count = 0; count < 1000; count++) claims.serialise();
	const { user, system } = process.cpuUsage(start);
	return [
		'A claim taken and kept, by the in-process store; each line in fresh processes, processor time of the last thousand claims. Memory is the heap after collecting garbage. Claims beyond the two generations of 20,000 are forgotten, oldest first.',
		table(
			['Claims seen', 'New claim', 'Repeat', 'Memory', 'Remembered', 'Static data', 'Runs'],
			rows,
		),
		`With full memories an accepted event has n8n write ${claimBytes.toLocaleString('en')} B of claims and ${roomBytes.toLocaleString('en')} B of rooms, whatever was seen before; a repeat or an ignored event writes nothing. Serialising the claims takes ${formatMicroseconds((user + system) / 1000)}.`,
	].join('\n\n');
}
