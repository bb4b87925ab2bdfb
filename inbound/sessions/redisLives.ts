import { randomBytes } from 'node:crypto';

import type { RecorderEvent } from '../../formats/recorderEvent';
import type { Lifecycle } from '../../formats/lifecycle';
import type { LiveState, Noting } from '../receive';
import { readHeldEnd, type SteadyVerdict, writeHeldEnd } from '../steadyLives';
import { entryOf, roomKeyOf } from './entry';
import { quietAfter } from './lives';
import { readCompleted, readEntry, writeEntry } from './persistedEntry';
import { RoomSessions, SAME_CONTENT_MILLISECONDS, type SessionSettings } from './roomSessions';
import type { SessionCompleted } from './sessionItem';
import {
	CLAIM_ROOM,
	DUE_ENDS,
	JUDGE_END,
	JUDGE_START,
	LOOK_AT_ROOM,
	NOTE,
	RELEASE_END,
	SETTLE_ROOM,
	UNLOCK_ROOM,
} from './redisLivesScripts';
import type { UntilKnown } from './untilKnown';

/** As much of a Redis client as lives need. */
export interface LivesRedis {
	eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** Nothing is waited for longer than a day; what nobody looks after any more goes by itself. */
const EXPIRY_SECONDS = String(3 * 24 * 3_600);

/** A room that is being put out is left alone by other processes for so long. */
const LEASE_MILLISECONDS = 60_000;

/** Something that is over, in the hands of whoever asked. Settling it twice does nothing. */
export interface DueLive {
	readonly event: RecorderEvent | SessionCompleted;
	/** n8n has stored the execution. */
	settle(): Promise<void>;
	/** n8n doesn't have it. */
	putBack(): void;
}

/**
 * Lives that several processes share: whoever receives an event notes it in Redis, before it answers; the one process that has
 * the timer puts out what is over.
 */
export class RedisLives implements LiveState {
	/** Rooms and ends that this process is putting out. */
	private readonly underWay = new Set<string>();

	/**
	 * @param prefix what sets this node's lives apart from all else in that Redis
	 * @param sessions null where whole lives aren't wanted
	 * @param interruption how soon a start withdraws an end, milliseconds
	 */
	constructor(
		private readonly redis: LivesRedis,
		private readonly prefix: string,
		private readonly sessions: SessionSettings | null,
		private readonly interruption: number,
		private readonly lifecycleOf: (format: string) => Lifecycle,
		private readonly untilKnown: UntilKnown,
	) {}

	async note(event: RecorderEvent, wait: number | null = null): Promise<Noting> {
		if (this.sessions === null) return 'nothing';
		const key = roomKeyOf(event);
		const entry = entryOf(event, this.lifecycleOf(event.format), wait);
		if (key === null || entry === null) return 'nothing';
		const lookAt = entry.arrivedAt + quietAfter(entry, this.sessions.waits);
		const text = writeEntry(entry, JSON.stringify(entry.about));
		const keys = [this.keyOf('room', key), this.keyOf('due'), this.keyOf('seen', key)];
		const identity = `${entry.kind} ${entry.format} ${entry.id}`;
		const same = entry.isTimed ? '' : String(SAME_CONTENT_MILLISECONDS);
		const values = [text, key, String(lookAt), EXPIRY_SECONDS];
		values.push(identity, String(entry.arrivedAt), same);
		const told = await this.untilKnown.tell({
			length: text.length,
			tell: async () => (await this.run(NOTE, keys, ...values)) !== null,
		});
		return told === 'known' ? 'noted' : told === 'owed' ? 'owed' : 'unavailable';
	}

	async judge(event: RecorderEvent, isWanted: boolean): Promise<SteadyVerdict | 'unavailable'> {
		const key = roomKeyOf(event);
		const isOfLive = event.kind === 'live.started' || event.kind === 'live.ended';
		if (key === null || !isOfLive || this.interruption <= 0) return 'pass';
		const receivedAt = Date.parse(event.receivedAt);
		const at = Math.min(Date.parse(event.occurredAt ?? event.receivedAt), receivedAt);
		const keys = [this.keyOf('state', key), this.keyOf('ends')];
		const common = [String(at), String(this.interruption), key, EXPIRY_SECONDS];
		const answer =
			event.kind === 'live.started'
				? await this.run(JUDGE_START, keys, ...common)
				: await this.judgeEnd(event, keys, common, receivedAt, isWanted);
		return answer === 'hold' || answer === 'leave_out' || answer === 'pass'
			? answer
			: 'unavailable';
	}

	private async judgeEnd(
		event: RecorderEvent,
		keys: readonly string[],
		common: readonly string[],
		receivedAt: number,
		isWanted: boolean,
	): Promise<unknown> {
		const text = isWanted ? writeHeldEnd(event) : '';
		if (text === null) return 'pass';
		return await this.run(JUDGE_END, keys, ...common, String(receivedAt), text);
	}

	/** Whether a room's live runs, for all that is known, and nothing was heard of it from a moment on: milliseconds since 1970. */
	async runsUnheardSince(key: string, moment: number): Promise<boolean> {
		if (this.sessions === null) return false;
		const keys = [this.keyOf('room', key), this.keyOf('done', key)];
		const [written, completed] = listOf(await this.run(LOOK_AT_ROOM, keys));
		const { room } = this.roomFrom(key, listOf(written), completed, this.sessions);
		return room.runsUnheardSince(moment, this.sessions.waits);
	}

	/** A room as Redis has it. An entry is null where its text is none. */
	private roomFrom(
		key: string,
		texts: readonly unknown[],
		completed: unknown,
		{ waits }: SessionSettings,
	) {
		const room = new RoomSessions(key, this.lifecycleOf);
		const entries = texts.map((text) =>
			readEntry(typeof text === 'string' ? parse(text) : null, []),
		);
		room.takeOver(
			[],
			listOf(completed)
				.map(readCompleted)
				.filter((live) => live !== null),
		);
		for (const entry of entries) if (entry !== null) room.note(entry, waits);
		return { room, entries };
	}

	/** What is over at a moment, and isn't being put out by anybody. */
	async due(now: number): Promise<DueLive[]> {
		return [...(await this.dueSessions(now)), ...(await this.dueEnds(now))];
	}

	private async dueSessions(now: number): Promise<DueLive[]> {
		if (this.sessions === null) return [];
		const token = randomBytes(12).toString('base64url');
		const over: DueLive[] = [];
		for (;;) {
			const keys = [
				this.keyOf('due'),
				this.keyOf('room', ''),
				this.keyOf('done', ''),
				this.keyOf('lock', ''),
			];
			const found = await this.run(
				CLAIM_ROOM,
				keys,
				String(now),
				token,
				String(LEASE_MILLISECONDS),
			);
			if (!Array.isArray(found)) return over;
			const [key, written, completed, score]: unknown[] = found;
			if (typeof key !== 'string' || !Array.isArray(written)) return over;
			// It takes n8n longer than the lease: the room stays with this process.
			if (this.underWay.has(`room ${key}`)) continue;
			const texts = written.filter((text) => typeof text === 'string');
			over.push(...(await this.look(key, texts, completed, String(score), token, now)));
		}
	}

	/** Has Redis told what became of something that was put out: until it knows, it would be put out again. */
	private async settle(underWay: string, script: string, keys: string[], values: string[]) {
		const tell = async () => {
			if ((await this.run(script, keys, ...values)) === null) return false;
			this.underWay.delete(underWay);
			return true;
		};
		const length = values.reduce((sum, value) => sum + value.length, 0);
		if ((await this.untilKnown.tell({ length, tell })) === 'lost') this.underWay.delete(underWay);
	}

	private async look(
		key: string,
		texts: readonly string[],
		completed: unknown,
		score: string,
		token: string,
		now: number,
	): Promise<DueLive[]> {
		const settings = this.sessions;
		if (settings === null) return [];
		const { room, entries } = this.roomFrom(key, texts, completed, settings);
		const over = room.look(now, settings);
		/** What Redis is to be told of this look. */
		const looked = () => {
			const kept = new Set(
				room.openEntries.map((entry) => `${entry.kind} ${entry.id} ${entry.arrivedAt}`),
			);
			const gone = texts.filter((_text, index) => {
				const entry = entries[index];
				return (
					entry === null ||
					entry === undefined ||
					!kept.has(`${entry.kind} ${entry.id} ${entry.arrivedAt}`)
				);
			});
			const next = Number.isFinite(room.nextLook) ? String(Math.max(room.nextLook, now)) : '';
			const keys = [
				this.keyOf('due'),
				this.keyOf('room', key),
				this.keyOf('done', key),
				this.keyOf('lock', key),
				this.keyOf('seen', key),
			];
			const values = [key, token, score, next, JSON.stringify(room.putOut), EXPIRY_SECONDS];
			return { keys, values: [...values, ...gone] };
		};
		if (over.length === 0) {
			const { keys, values } = looked();
			// Told later, it would undo what was put out by then. Should it fail, the lease ends by itself, and it is looked at again.
			await this.run(SETTLE_ROOM, keys, ...values);
			return [];
		}
		let undecided = over.length;
		let isAnyStored = false;
		this.underWay.add(`room ${key}`);
		const decide = async () => {
			if (--undecided > 0) return;
			if (isAnyStored) {
				const { keys, values } = looked();
				await this.settle(`room ${key}`, SETTLE_ROOM, keys, values);
				return;
			}
			this.underWay.delete(`room ${key}`);
			// Should that fail, the lease ends by itself.
			await this.run(UNLOCK_ROOM, [this.keyOf('lock', key)], token);
		};
		return over.map(({ item, markStored, putBack }) => {
			const once = decidedOnce(decide);
			return {
				event: item,
				settle: async () =>
					await once(() => {
						markStored();
						isAnyStored = true;
					}),
				putBack: () => void once(putBack),
			};
		});
	}

	private async dueEnds(now: number): Promise<DueLive[]> {
		if (this.interruption <= 0) return [];
		const found = await this.run(
			DUE_ENDS,
			[this.keyOf('ends'), this.keyOf('state', '')],
			String(now),
		);
		const due: DueLive[] = [];
		for (const each of listOf(found)) {
			const [key, text]: unknown[] = Array.isArray(each) ? each : [];
			if (typeof key !== 'string' || typeof text !== 'string' || this.underWay.has(key)) continue;
			const settle = async () => {
				const keys = [this.keyOf('ends'), this.keyOf('state', key)];
				await this.settle(key, RELEASE_END, keys, [key, text]);
			};
			const event = readHeldEnd(text);
			if (event === null) {
				await settle();
				continue;
			}
			this.underWay.add(key);
			due.push({ event, settle, putBack: () => this.underWay.delete(key) });
		}
		return due;
	}

	private keyOf(what: string, room?: string): string {
		return `${this.prefix}lives:${what}${room === undefined ? '' : `:${room}`}`;
	}

	/** Null where Redis can't be reached; the connection says why by itself. */
	private async run(
		script: string,
		keys: readonly string[],
		...values: string[]
	): Promise<unknown> {
		try {
			return (await this.redis.eval(script, keys.length, ...keys, ...values)) ?? 'nothing';
		} catch {
			return null;
		}
	}
}

/** What is done with something once, whatever it is, and never again. */
function decidedOnce(then: () => Promise<void>): (first: () => void) => Promise<void> {
	let isDecided = false;
	return async (first) => {
		if (isDecided) return;
		isDecided = true;
		first();
		await then();
	};
}

function listOf(value: unknown): unknown[] {
	if (typeof value === 'string') return listOf(parse(value));
	return Array.isArray(value) ? value : [];
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
