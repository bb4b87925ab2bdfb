import type { ITriggerFunctions } from 'n8n-workflow';

import { type CatchUpQuestion, FinishedRecordings } from '../../apis/catchUp';
import { ApiProblem } from '../../apis/problem';
import { inPortions } from '../../apis/portions';
import type {
	ApiRecording,
	ApiRoom,
	RecorderApi,
	RecordingList,
	RoomRef,
} from '../../apis/recorderApi';
import { RoomsByNumber } from '../../apis/roomsByNumber';
import type { RecorderEvent } from '../../formats/recorderEvent';
import { isoTime } from '../../formats/time';
import type { Clock } from '../../inbound/clock';
import { fileKey } from '../../inbound/finishedFiles';
import type { CatchUpSetting } from './catchUpSetting';
import { saveUntilSaved } from './ownRequest';
import { RecordingsOfRooms } from './recordingsOfRooms';
import { recoveredEnd } from './recoveredEvent';
import { Recovery } from './recovery';
import type { PeriodicJob } from './timer';

/** Files listed at one look; more than any window of claims holds. */
const MAX_FILES = 20_000;

/** After an answer that wasn't one, the next look waits this long at least, and twice as long each time, up to an hour. */
const LONGEST_PAUSE_MS = 3_600_000;

const NOTHING: RecordingList = { recordings: [], isComplete: true };

/** A file's own event gets this long to arrive: recorders try for seconds, BSR for two minutes at the most. */
const GRACE_MS = 120_000;

/** How long publishing waits for the first look where that tells old files from new ones. */
const FIRST_LOOK_WITHIN_MS = 10_000;

/** What is over waits for a look of its own, unless one began so short a time before. */
const RECENT_MS = 15_000;

/** By how much the clocks of n8n and a recorder may differ. */
const CLOCKS_APART_MS = 600_000;

/**
 * Looks from time to time which finished files the recorder has, and puts out those that no event told of. Shares its claims with
 * the webhooks: an event that still comes is a repeat.
 */
export class CatchUpJob implements PeriodicJob {
	/** When to look next, milliseconds since 1970. */
	private next: number;

	/** The same by {@link Clock.elapsed}: a clock that was set back must not put it off. */
	private nextElapsed: number;

	private failures = 0;

	/** The credential with which nothing is asked any more: with a key that was refused, asking does harm. */
	private refusedWith: string | null = null;

	/** The credential of the last look. */
	private credential: string | null = null;

	/** The trigger is no longer published. */
	private isStopped = false;

	private readonly finished = new FinishedRecordings();

	private readonly recovery: Recovery;

	private readonly ofRooms: RecordingsOfRooms;

	/** Since when rooms were seen not to record, milliseconds since 1970, by platform and id. */
	private idle = new Map<string, number>();

	/** The listing tells nothing of when: what it has at first was there before. */
	private hasToLearn: boolean;

	private underWay: Promise<void> | null = null;

	/** When the newest look began, by {@link Clock.elapsed}. */
	private lookedAt = -Infinity;

	constructor(
		private readonly context: Pick<ITriggerFunctions, 'logger' | 'getNode'>,
		private readonly setting: CatchUpSetting,
		private readonly clock: Clock,
	) {
		this.next = clock.now();
		this.nextElapsed = clock.elapsed();
		this.recovery = new Recovery(setting, clock);
		this.ofRooms = new RecordingsOfRooms(setting.rooms, MAX_FILES);
		this.hasToLearn = setting.isFirst;
	}

	/** To be called when the trigger is published. */
	async start(): Promise<void> {
		if (!this.hasToLearn) return;
		const api = await this.setting.connect().catch(() => null);
		if (api?.listsWithoutTimes !== true) this.hasToLearn = false;
		else await Promise.race([this.run(), this.clock.sleep(FIRST_LOOK_WITHIN_MS)]);
	}

	/**
	 * Looks now, so that what is over is complete, unless that was done just before or the recorder gave no answer last time.
	 *
	 * @returns whether it looked
	 */
	async lookFirst(): Promise<boolean> {
		if (this.underWay !== null) {
			await this.underWay;
			return true;
		}
		const isRecent = this.clock.elapsed() - this.lookedAt < RECENT_MS;
		if (this.failures > 0 || isRecent) return false;
		await this.run();
		return true;
	}

	stop(): void {
		this.isStopped = true;
	}

	dueAt(): number | null {
		return Math.min(this.next, this.clock.now() + this.nextElapsed - this.clock.elapsed());
	}

	async run(): Promise<void> {
		this.underWay ??= this.lookAndReport().finally(() => (this.underWay = null));
		await this.underWay;
	}

	private async lookAndReport(): Promise<void> {
		this.lookedAt = this.clock.elapsed();
		const every = this.setting.everyMinutes * 60_000;
		if (await this.isRefused()) {
			this.lookAgainAfter(every);
			return;
		}
		const problem = await this.look().then(
			() => null,
			(error: unknown) => error,
		);
		this.failures = problem === null ? 0 : this.failures + 1;
		if (problem !== null) this.report(problem);
		const pause =
			this.failures === 0 ? every : Math.max(every, every * 2 ** Math.min(this.failures, 10));
		this.lookAgainAfter(Math.min(pause, Math.max(every, LONGEST_PAUSE_MS)));
	}

	private lookAgainAfter(milliseconds: number): void {
		this.next = this.clock.now() + milliseconds;
		this.nextElapsed = this.clock.elapsed() + milliseconds;
	}

	/** Whether the credential is still the one that was refused. Asks n8n, not the recorder. */
	private async isRefused(): Promise<boolean> {
		this.credential = await this.setting.credentialMark().catch(() => null);
		if (this.refusedWith === null) return false;
		if (this.credential === null || this.credential === this.refusedWith) return true;
		this.refusedWith = null;
		return false;
	}

	private async look(): Promise<void> {
		const { setting, clock } = this;
		const api = await setting.connect();
		const now = clock.now();
		const since = this.earliest(now);
		if (setting.aheadMilliseconds() === null) await askAnything(api);
		const aheadMilliseconds = setting.aheadMilliseconds() ?? 0;
		const { recordings, isComplete } = await this.list(api, since + aheadMilliseconds);
		if (this.isStopped) return;
		if (!isComplete) {
			this.context.logger.warn(
				`${this.name} could not list all recordings of ${setting.recorder.title}: some may be missed`,
			);
		}
		// After the listing: what was listed before a room stopped recording is closed.
		const rooms = (await api.listRooms?.()) ?? null;
		const graceMilliseconds = Math.min(GRACE_MS, setting.everyMinutes * 60_000);
		this.forget(recordings, isComplete);
		const finished = this.finished.among({
			recordings,
			rooms,
			since,
			now,
			aheadMilliseconds,
			graceMilliseconds,
		});
		const claims = await setting.claims();
		const known = new RoomsByNumber(rooms ?? []);
		let recovered = 0;
		const ends = new Map<string, string>();
		for await (const recording of inPortions(finished, setting.breathe)) {
			if (this.isStopped) break;
			const event = await this.recovery.recover(recording, known, claims);
			if (event === null) continue;
			recovered++;
			if (event.room.id === null) continue;
			ends.set(nameOf(event.room), event.occurredAt ?? isoTime(now));
		}
		if (!this.isStopped)
			await this.noteEnds(rooms ?? [], ends, { now, aheadMilliseconds, graceMilliseconds });
		if (recovered > 0) {
			this.context.logger.info(
				`${this.name} caught up on ${recovered} files of ${setting.recorder.title}`,
			);
			void saveUntilSaved(async () => await setting.save(), clock);
		}
	}

	private async list(api: RecorderApi, since: number): Promise<RecordingList> {
		const of = async (room: RoomRef | null): Promise<RecordingList> =>
			(this.isStopped
				? null
				: await api.listRecordings?.({ room, since, limit: MAX_FILES, folder: '' })) ?? NOTHING;
		// Whose listing tells of no rooms tells only whose recordings it was asked for.
		if (api.listRooms !== undefined || this.setting.rooms.size === 0) return await of(null);
		return await this.ofRooms.look(of);
	}

	/** Nothing that was finished before may be put out: of that, nobody knows any more what was. Milliseconds since 1970. */
	private earliest(now: number): number {
		const { claimSeconds, claimsSince } = this.setting;
		const firstRanAt = this.setting.firstRanAt();
		const window = claimSeconds * 1000;
		const forgotten = claimsSince();
		const since = now - window + Math.min(CLOCKS_APART_MS, window / 2);
		if (forgotten === null) return Math.max(firstRanAt, since);
		// In a storm of events all of what is remembered is of the last minutes.
		const apart = Math.min(CLOCKS_APART_MS, (now - forgotten) / 10);
		return Math.max(firstRanAt, since, forgotten + apart);
	}

	/** Brings what is known of listings without times up to date. */
	private forget(recordings: readonly ApiRecording[], isComplete: boolean): void {
		const { listed, recorder } = this.setting;
		const timeless = recordings.filter(({ modifiedAt }) => modifiedAt === null);
		if (isComplete) listed.keepOnly(timeless.map(({ path }) => fileKey(recorder.id, path)));
		if (!this.hasToLearn) return;
		this.hasToLearn = false;
		for (const { path, state } of timeless) {
			if (state === 'finished') listed.add(fileKey(recorder.id, path));
		}
	}

	/** Counts the ends of rooms that record no more: their event may have been missed with the files. */
	private async noteEnds(
		rooms: readonly ApiRoom[],
		ends: ReadonlyMap<string, string>,
		at: Pick<CatchUpQuestion, 'now' | 'aheadMilliseconds' | 'graceMilliseconds'>,
	): Promise<void> {
		const { now, aheadMilliseconds, graceMilliseconds } = at;
		const idleBefore = this.idle;
		this.idle = new Map();
		for await (const room of inPortions(rooms, this.setting.breathe)) {
			if (this.isStopped) return;
			if (room.recording !== false) continue;
			// Set back, the clock must not lengthen it.
			const since = Math.min(idleBefore.get(nameOf(room)) ?? now, now);
			this.idle.set(nameOf(room), since);
			const ended = ends.get(nameOf(room));
			if (ended === undefined && now - since < graceMilliseconds) continue;
			// By the recorder's clock, as the live's other times are.
			const endedAt = ended ?? isoTime(since + aheadMilliseconds);
			const end = recoveredEnd(this.setting.recorder, room, endedAt, isoTime(this.clock.now()));
			if (end !== null) await this.setting.noteEnd(end, ended !== undefined, since);
		}
	}

	private report(problem: unknown): void {
		const { title } = this.setting.recorder;
		if (!(problem instanceof ApiProblem)) {
			this.context.logger.error(`${this.name} could not catch up on ${title}`);
			return;
		}
		if (problem.forbidsAskingAgain) this.refusedWith = this.credential ?? '';
		const end = problem.forbidsAskingAgain
			? ' Nothing is asked any more until the credential is changed, or the workflow is published again.'
			: '';
		this.context.logger.warn(
			`${this.name} could not catch up on ${title}: ${problem.message}. ${problem.advice}${end}`,
		);
	}

	private get name(): string {
		return this.context.getNode().name;
	}
}

/** A room; the same id may be another's on another platform. */
function nameOf({ platform, id }: Pick<RecorderEvent['room'], 'platform' | 'id'>): string {
	return `${platform?.toLowerCase() ?? ''}:${id}`;
}

/** Has a recorder answer, which tells its clock. What it answers is not needed: a release of which that is not known lists as well. */
async function askAnything(api: RecorderApi): Promise<void> {
	await api.check().catch((error: unknown) => {
		if (!(error instanceof ApiProblem && error.reason === 'not the recorder')) throw error;
	});
}
