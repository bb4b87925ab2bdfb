/**
 * A live stream as BililiveRecorder v2 reports it, and what an ordinary network makes of it:
 * events overtake each other, requests and answers get lost and are sent again, and one URL is
 * configured twice. The shapes are those of the recorder; names and numbers are made up.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { BililiveRecorder, writeBililiveRecorderEvent } from './recorders.mjs';
import { UnreliableNetwork } from './unreliableNetwork.mjs';

const ROOM = {
	RoomId: 23058,
	ShortId: 3,
	Name: '3号直播间',
	Title: '哔哩哔哩音悦台',
	AreaNameParent: '生活',
	AreaNameChild: '影音馆',
};

const TIME_ZONE_MINUTES = 8 * 60;

/** A time as the recorder prints it: its own offset, trailing zeros of the fraction left out. */
function timestamp(milliseconds) {
	const local = new Date(milliseconds + TIME_ZONE_MINUTES * 60_000).toISOString();
	return `${local.replace(/\.?0*Z$/, '')}+08:00`;
}

/**
 * The events of one session, in the order in which they happened.
 *
 * @param {number} [startedAt] when the stream went live, in milliseconds since 1970
 */
export function recordSession(startedAt = Date.now() - 3 * 3600_000) {
	const SessionId = randomUUID();
	const stateOf = (Recording, Streaming) => ({
		...ROOM,
		Recording,
		Streaming,
		DanmakuConnected: true,
	});
	const pathOf = (openedAt) => {
		const [date, time] = timestamp(openedAt).replaceAll(/[-:]/g, '').split('T');
		return `23058-3号直播间/录制-23058-${date}-${time.slice(0, 6)}-哔哩哔哩音悦台.flv`;
	};
	const at = (seconds) => startedAt + Math.round(seconds * 1000);
	const event = (EventType, seconds, EventData) => ({
		EventType,
		EventTimestamp: timestamp(at(seconds)),
		EventId: randomUUID(),
		EventData,
	});
	const opening = (seconds) =>
		event('FileOpening', seconds, {
			SessionId,
			RelativePath: pathOf(at(seconds)),
			FileOpenTime: timestamp(at(seconds)),
			...stateOf(true, true),
		});
	const closed = (openSeconds, closeSeconds, FileSize, isStreaming = true) =>
		event('FileClosed', closeSeconds, {
			SessionId,
			RelativePath: pathOf(at(openSeconds)),
			FileSize,
			Duration: Math.round((closeSeconds - openSeconds) * 1000) / 1000,
			FileOpenTime: timestamp(at(openSeconds)),
			FileCloseTime: timestamp(at(closeSeconds)),
			...stateOf(isStreaming, isStreaming),
		});

	return [
		event('StreamStarted', 0, stateOf(false, true)),
		event('SessionStarted', 1.2, { SessionId, ...stateOf(true, true) }),
		opening(2.417),
		// Files are split every hour, and the next one is opened before the last one is closed.
		opening(3602.4),
		closed(2.417, 3602.417, 1_932_735_283),
		opening(7202.5),
		closed(3602.4, 7202.52, 1_921_114_002),
		// What is left when a stream ends: a file of almost nothing.
		closed(7202.5, 7202.56, 1404, false),
		event('SessionEnded', 7202.6, { SessionId, ...stateOf(false, false) }),
		event('StreamEnded', 7203, stateOf(false, false)),
	];
}

/** How the network treats the events of the session, in the order in which they are sent. */
const DELIVERIES = [
	{ index: 0, fates: [] },
	{ index: 2, fates: [] },
	{ index: 1, fates: ['lose request'] },
	{ index: 4, fates: ['lose answer', 'lose answer'] },
	{ index: 3, fates: ['lose answer'] },
	{ index: 7, fates: ['lose request', 'lose answer'] },
	{ index: 6, fates: [] },
	{ index: 5, fates: [], isSentTwice: true },
	{ index: 9, fates: [] },
	{ index: 8, fates: [], isSentTwice: true },
	// Someone has the recorder's log at hand and sends one event again.
	{ index: 4, fates: [] },
];

/**
 * What must come of an event of the session: how often it is sent, how many of these requests never
 * arrive, and that all that do but one are dropped as repeats.
 */
export function expectedDelivery(index) {
	const deliveries = DELIVERIES.filter((delivery) => delivery.index === index);
	const fates = deliveries.flatMap((delivery) => delivery.fates);
	const sent = fates.length + deliveries.reduce((sum, each) => sum + (each.isSentTwice ? 2 : 1), 0);
	const lost = fates.filter((fate) => fate === 'lose request').length;
	return { sent, lost, accepted: 1, repeats: sent - lost - 1 };
}

/** Deliveries start this far apart; retries take seconds, so they end up among later events. */
const INTERVAL_MS = 250;

/**
 * Sends a session to a trigger over a network that loses things.
 *
 * @param {string} url the trigger's production URL
 * @param {{ session?: object[], onDelivery?: (done: number, all: number) => void }} [options]
 * @returns {Promise<{ event: object, sent: number, lost: number, statuses: (number | null)[],
 *   accepted: number, repeats: number }[]>} one per event, in the order in which they happened
 */
export async function replaySession(url, { session = recordSession(), onDelivery } = {}) {
	const fatesLeft = new Map();
	for (const { index, fates } of DELIVERIES) {
		const { EventId } = session[index];
		fatesLeft.set(EventId, [...(fatesLeft.get(EventId) ?? []), ...fates]);
	}
	const network = await new UnreliableNetwork(
		new URL(url).origin,
		(body) => fatesLeft.get(JSON.parse(body).EventId)?.shift() ?? 'pass',
	).start();
	const urlThroughNetwork = network.urlThrough(url);
	const recorder = new BililiveRecorder({ urls: [urlThroughNetwork] });
	const recorderWithLineTwice = new BililiveRecorder({
		urls: [urlThroughNetwork, urlThroughNetwork],
	});

	try {
		let done = 0;
		const sending = [];
		for (const { index, isSentTwice = false } of DELIVERIES) {
			const sender = isSentTwice ? recorderWithLineTwice : recorder;
			sending.push(
				sender.send(writeBililiveRecorderEvent(session[index])).then(() => {
					done += 1;
					onDelivery?.(done, DELIVERIES.length);
				}),
			);
			await pause(INTERVAL_MS);
		}
		await Promise.all(sending);
	} finally {
		recorder.close();
		recorderWithLineTwice.close();
		await network.stop();
	}

	return session.map((event) => {
		const requests = network.traffic.filter(
			({ body }) => JSON.parse(body).EventId === event.EventId,
		);
		const answers = requests.map(({ answer }) => answer).filter((answer) => answer !== null);
		const isRepeat = ({ status, text }) => status === 200 && text.includes('"duplicate"');
		return {
			event,
			sent: requests.length,
			lost: requests.filter(({ fate }) => fate === 'lose request').length,
			statuses: answers.map(({ status }) => status),
			accepted: answers.filter((answer) => answer.status === 200 && !isRepeat(answer)).length,
			repeats: answers.filter(isRepeat).length,
		};
	});
}
