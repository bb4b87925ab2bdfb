/** What whole lives cost: per event, and with a thousand rooms live at once. */

import { fileURLToPath } from 'node:url';

import { measureInChild } from './inChildProcess.mjs';
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
const ROOMS = 1_000;
const FILES = 20;
const RUNS = 3;

const { MemoryClaimStore } = fromDist('inbound/memoryClaims');
const { RoomMemory } = fromDist('inbound/roomMemory');
const { SessionBook } = fromDist('inbound/sessions/sessionBook');
const { lifecycleOf } = fromDist('inbound/lifecycles');
const { livesInMemory } = fromDist('nodes/trigger/triggerLives');
const { SteadyLives } = fromDist('inbound/steadyLives');
const { bililiveRecorderV2: format } = fromDist('formats/bililiveRecorder/v2');
const [sample] = format.events.get('FileClosed').samples;

const clock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
	sleep: () => new Promise(() => {}),
};

const SETTINGS = {
	sessions: {
		waits: { quiet: 300_000, giveUp: 3_600_000 },
		atLeast: { seconds: null, bytes: null },
	},
	interruption: 0,
};

/** Events of so many files in each of so many rooms, one room after the other: each is a new one for its session. */
function requestsOf(rooms, files) {
	return Array.from({ length: rooms * files }, (_, index) =>
		requestFor(format, {
			...sample,
			EventId: `event-${index}`,
			EventData: {
				...sample.EventData,
				RoomId: 100_000 + (index % rooms),
				SessionId: `session-${index % rooms}`,
				RelativePath: `rec/${index % rooms}-${Math.floor(index / rooms)}.flv`,
			},
		}),
	);
}

async function measureEvent(report) {
	report('an event');
	const settings = defaultSettings([format]);
	const requests = requestsOf(100, FILES);
	const subject = (isOn, isSaved) => {
		let next = 0;
		let state;
		let parts;
		return () =>
			timeAsync(async () => {
				if (next % requests.length === 0) {
					parts = { sessions: new SessionBook(lifecycleOf), steadyLives: new SteadyLives() };
					state = { claims: new MemoryClaimStore(clock), rooms: new RoomMemory(), clock };
					if (isOn) state.lives = livesInMemory(parts, SETTINGS);
				}
				await takeEvent(requests[next++ % requests.length], settings, state);
				if (isSaved) parts.sessions.serialise();
			}, 10);
	};
	const times = await alternate(
		{ off: subject(false, false), on: subject(true, false), saved: subject(true, true) },
		{ rounds: ROUNDS, warmUps: 2 },
	);
	const row = (title, name) => [
		title,
		formatMicroseconds(median(times[name])),
		spread(ratios(times[name], times.off)),
	];
	return table(
		['Session Completed', 'Pipeline', 'Against off'],
		[
			row('off', 'off'),
			row('on', 'on'),
			row('on, and written as static data after each event', 'saved'),
		],
	);
}

const distFile = (path) => fileURLToPath(new URL(`../dist/${path}.js`, import.meta.url));

/** A thousand rooms live at once, in a process of its own; times of the clock stand still while nothing comes. */
const thousandRooms = `
const { SessionBook } = require(${JSON.stringify(distFile('inbound/sessions/sessionBook'))});
const { lifecycleOf } = require(${JSON.stringify(distFile('inbound/lifecycles'))});
const HOUR = 3_600_000;
const settings = ${JSON.stringify(SETTINGS.sessions)};
const about = (room) => ({
	room: { id: String(room), shortId: null, platform: 'bilibili', title: 'Title of room ' + room, url: 'https://live.bilibili.com/' + room, coverUrl: null, area: { parent: 'Games', child: 'Other' } },
	streamer: { id: null, name: 'Streamer ' + room, avatarUrl: null },
});
const file = (room, index, step, openedAt, closedAt) => ({
	path: room + '-streamer/record-' + room + '-20260301-120000-' + index + '.flv', step, role: 'video', sizeBytes: closedAt === null ? null : 1e9,
	durationSeconds: closedAt === null ? null : 3600, openedAt, closedAt, sourcePath: null, danmakuPath: null, coverPath: null,
});
const book = new SessionBook(lifecycleOf);
let number = 0;
const note = (room, kind, at, files = []) => {
	const entry = { id: 'e' + ++number, kind, format: 'bililive-recorder.v2', happenedAt: at, arrivedAt: at, isTimed: true, sessionId: 's' + room, startedAt: null, about: about(room), files, wait: null, sizeBytes: null, durationSeconds: null };
	book.note(JSON.stringify(['bililive-recorder', 'bilibili', String(room)]), entry, settings.waits);
};
const processor = () => { const { user, system } = process.cpuUsage(); return user + system; };
const timed = (work) => { const start = processor(); work(); return processor() - start; };
const START = Date.UTC(2026, 2, 1);
gc();
const heapBefore = process.memoryUsage().heapUsed;
const hours = [];
for (let room = 0; room < ${ROOMS}; room++) note(room, 'recording.started', START);
for (let hour = 0; hour < ${FILES}; hour++) {
	const opened = START + hour * HOUR;
	const closed = opened + HOUR;
	const before = number;
	const noting = timed(() => {
		for (let room = 0; room < ${ROOMS}; room++) note(room, 'file.opened', opened + room, [file(room, hour, 'opened', opened, null)]);
		for (let room = 0; room < ${ROOMS}; room++) note(room, 'file.closed', closed + room, [file(room, hour, 'closed', opened, closed)]);
	});
	// Once all five minutes each room is looked at: that is what an hour of the timer comes to at the most.
	const looking = timed(() => { for (let at = opened; at < closed; at += 1_000) book.due(at, settings); });
	let written = 0;
	const saving = timed(() => { for (let room = 0; room < 200; room++) { note(room, 'room.updated', closed + room); written = book.serialise().length; } });
	gc();
	hours.push({ noting: noting / (2 * ${ROOMS}), looking: looking / (2 * ${ROOMS}), saving: saving / 200, written, heap: (process.memoryUsage().heapUsed - heapBefore) / number });
}
const end = START + ${FILES} * HOUR;
for (let room = 0; room < ${ROOMS}; room++) note(room, 'recording.ended', end);
let over = [];
const putting = timed(() => { over = book.due(end + settings.waits.quiet + ${ROOMS}, settings); });
print({ hours, items: over.length, files: over[0].item.summary.files.length, putting: putting / over.length });
`;

async function measureRooms(report) {
	const runs = [];
	for (let run = 1; run <= RUNS; run++) {
		report(`${ROOMS} rooms, run ${run} of ${RUNS}`);
		runs.push(await measureInChild(thousandRooms));
	}
	const at = (hour, member) => runs.map(({ hours }) => hours[hour][member]);
	const marks = [0, 4, 9, FILES - 1];
	const row = (hour) => [
		hour + 1,
		formatMicroseconds(median(at(hour, 'noting'))),
		spread(ratios(at(hour, 'noting'), at(0, 'noting'))),
		formatMicroseconds(median(at(hour, 'looking'))),
		formatMicroseconds(median(at(hour, 'saving'))),
		`${Math.round(median(at(hour, 'heap')))} B`,
		`${median(at(hour, 'written')).toLocaleString('en')} B`,
	];
	const [{ items, files }] = runs;
	return [
		table(
			[
				'File of each room',
				'Noting an event',
				'Against the first file',
				'The timer, per event',
				'Writing static data',
				'Memory per event so far',
				'Static data',
			],
			marks.map(row),
		),
		`Then all are over at once: ${items.toLocaleString('en')} items of ${files} files each, ${formatMicroseconds(median(runs.map(({ putting }) => putting)))} per item.`,
	].join('\n\n');
}

/** @returns {Promise<string>} Markdown */
export async function run({ report }) {
	return [
		`The pipeline with and without whole lives, on the File Closed events of 100 rooms in turns, ${FILES} in each. Processor time, median of ${ROUNDS} runs.`,
		await measureEvent(report),
		`${ROOMS.toLocaleString('en')} rooms live at once, ${FILES} files of an hour each, in a fresh process; processor time, median of ${RUNS} runs. Memory is the heap after collecting garbage. Static data holds the rooms heard of last, 128 KiB of them.`,
		await measureRooms(report),
	].join('\n\n');
}
