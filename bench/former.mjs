/**
 * The pipeline of this build against that of the former release, both in one process and in turns: the same bytes, made of the former
 * release's samples, by the same number of calls.
 */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { alternate, formatMicroseconds, median, ratios, spread, table } from './measure.mjs';
import { defaultSettings } from './pipeline.mjs';
import { fromDist, requestFor } from './payloads.mjs';

const execute = promisify(execFile);
const require = createRequire(import.meta.url);

const VERSION = '0.1.0';
const TARBALL = fileURLToPath(
	new URL(`../e2e/releases/n8n-nodes-live-recorder-${VERSION}.tgz`, import.meta.url),
);
/** Within the repository, so that it finds the same zod. */
const CACHE = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));

const ROUNDS = 60;
/** Enough for the engine to have compiled what it will compile. */
const WARMING_CALLS = 30_000;
const CALLS = 1_500;

const clock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
	sleep: () => new Promise(() => {}),
};

/** What receives in one of the two builds, and its formats by their ids. */
function buildOf(load, claimsModule) {
	const { receive } = load('inbound/receive');
	const { MemoryClaimStore } = load(claimsModule);
	const { RoomMemory } = load('inbound/roomMemory');
	const { recorders, formatsOf } = load('formats/registry');
	const formats = new Map(formatsOf(recorders).map((format) => [format.id, format]));
	return { receive, MemoryClaimStore, RoomMemory, formats };
}

/** Takes one delivery of the requests after the other; gives microseconds of processor time for each. */
function takerOf({ receive, MemoryClaimStore, RoomMemory, formats }, id, requests) {
	const settings = { ...defaultSettings([formats.get(id)]), isAddressAllowed: () => true };
	const state = {
		claims: new MemoryClaimStore(clock),
		rooms: new RoomMemory(),
		clock,
		now: clock.now,
	};
	let index = 0;
	return async (calls) => {
		const start = process.cpuUsage();
		for (let call = 0; call < calls; call++) {
			const reception = await receive(requests[index++ % requests.length], settings, state);
			if (reception.outcome !== 'event') throw new Error(JSON.stringify(reception));
			void reception.claim.keep();
		}
		const { user, system } = process.cpuUsage(start);
		return (user + system) / calls;
	};
}

/** @returns {Promise<string>} Markdown */
export async function run({ report }) {
	await mkdir(CACHE, { recursive: true });
	const folder = await mkdtemp(join(CACHE, 'former-'));
	try {
		await execute('tar', ['-xzf', TARBALL, '-C', folder]);
		const former = buildOf(
			(path) => require(join(folder, 'package', 'dist', `${path}.js`)),
			'inbound/claims',
		);
		const current = buildOf(fromDist, 'inbound/memoryClaims');
		const rows = [];
		for (const [id, format] of former.formats) {
			report(id);
			const requests = [...format.events.values()]
				.flatMap(({ samples }) => samples)
				.map((sample) => ({ ...requestFor(format, sample), addresses: ['127.0.0.1'] }));
			const takers = {
				former: takerOf(former, id, requests),
				current: takerOf(current, id, requests),
			};
			for (const take of Object.values(takers)) await take(WARMING_CALLS);
			const times = await alternate(
				{ former: () => takers.former(CALLS), current: () => takers.current(CALLS) },
				{ rounds: ROUNDS, warmUps: 3 },
			);
			rows.push([
				id,
				formatMicroseconds(median(times.former)),
				formatMicroseconds(median(times.current)),
				spread(ratios(times.former, times.current)),
			]);
		}
		return [
			`Bytes to item in process, ${VERSION} and this build in turns, of ${VERSION}'s samples. This build knows a room's sessions, goes by two clocks, bounds what it reads and keeps, and puts out more members. A speed above 1 is faster than ${VERSION}. Processor time, median of ${ROUNDS} runs of ${CALLS} deliveries; ratios are within a round.`,
			table(['Format', VERSION, 'This build', 'Speed'], rows),
		].join('\n\n');
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
