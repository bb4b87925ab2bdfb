import type { ITriggerFunctions } from 'n8n-workflow';

import { FinishedRecordings, RoomsByNumber } from '../../apis/catchUp';
import { ApiProblem } from '../../apis/problem';
import type { ApiRecording, RecorderApi } from '../../apis/recorderApi';
import type { RecorderEvent } from '../../formats/recorderEvent';
import type { Recorder } from '../../formats/recorderFormat';
import { isoTime } from '../../formats/time';
import type { Claim, ClaimStore } from '../../inbound/claims';
import type { Clock } from '../../inbound/clock';
import { type FilterSubject, isRoomWanted } from '../../inbound/filter';
import { fileKey, recoveredKeys } from '../../inbound/finishedFiles';
import { together } from '../../inbound/noteFiles';
import { saveUntilSaved } from './ownRequest';
import { finalKind, nativeTypesOf, recoveredEvent } from './recoveredEvent';
import type { PeriodicJob } from './timer';

/** Files listed at one look; more than any window of claims holds. */
const MAX_FILES = 20_000;

/** After an answer that wasn't one, the next look waits this long at least, and twice as long each time, up to an hour. */
const LONGEST_PAUSE_MS = 3_600_000;

/** A file's own event gets this long to arrive: recorders try for seconds, BSR for two minutes at the most. */
const GRACE_MS = 120_000;

/** How long a look waits for n8n's word that it has stored a file's execution, before it goes on to the next file. */
const STORED_WITHIN_MS = 10_000;

/** What catching up needs of its trigger. */
export interface CatchUpSetting {
	readonly recorder: Recorder;
	readonly everyMinutes: number;
	/** How long a claim counts: nothing older is put out. */
	readonly claimSeconds: number;
	readonly rooms: ReadonlySet<string>;
	/** The recorder's API; throws an ApiProblem where it can't be used. */
	connect(): Promise<RecorderApi>;
	claims(): Promise<ClaimStore>;
	/** When this trigger first ran, milliseconds since 1970. */
	readonly firstRanAt: number;
	isWanted(subject: FilterSubject): boolean;
	/** What receiving does with every event, whether it starts anything or not; gives the event as it is to be put out. */
	note(event: RecorderEvent): Promise<RecorderEvent>;
	/** Starts an execution; true once n8n holds it. */
	start(event: RecorderEvent): Promise<boolean>;
	/** Has the state of the trigger saved; false where that could not be done now. */
	save(): Promise<boolean>;
}

/**
 * Looks from time to time which finished files the recorder has, and puts out those that no event told of. Shares its claims with
 * the webhooks: an event that still comes is a repeat.
 */
export class CatchUpJob implements PeriodicJob {
	private next: number;

	private failures = 0;

	/** Nothing is asked any more: with a key that was refused, asking does harm. */
	private isClosed = false;

	private readonly finished = new FinishedRecordings();

	constructor(
		private readonly context: Pick<ITriggerFunctions, 'logger' | 'getNode'>,
		private readonly setting: CatchUpSetting,
		private readonly clock: Clock,
	) {
		this.next = clock.now();
	}

	dueAt(): number | null {
		return this.isClosed ? null : this.next;
	}

	async run(): Promise<void> {
		const every = this.setting.everyMinutes * 60_000;
		const problem = await this.look().then(
			() => null,
			(error: unknown) => error,
		);
		this.failures = problem === null ? 0 : this.failures + 1;
		if (problem !== null) this.report(problem);
		const pause =
			this.failures === 0 ? every : Math.max(every, every * 2 ** Math.min(this.failures, 10));
		this.next = this.clock.now() + Math.min(pause, Math.max(every, LONGEST_PAUSE_MS));
	}

	private async look(): Promise<void> {
		const { setting, clock } = this;
		const api = await setting.connect();
		const now = clock.now();
		const since = Math.max(setting.firstRanAt, now - setting.claimSeconds * 1000);
		const { recordings, isComplete } = (await api.listRecordings?.({
			room: null,
			since,
			limit: MAX_FILES,
			folder: '',
		})) ?? { recordings: [], isComplete: true };
		if (!isComplete) {
			this.context.logger.warn(
				`${this.name} could not list all recordings of ${setting.recorder.title}: some may be missed`,
			);
		}
		// After the listing: what was listed before a room stopped recording is closed.
		const rooms = (await api.listRooms?.()) ?? null;
		const graceMilliseconds = Math.min(GRACE_MS, setting.everyMinutes * 60_000);
		const finished = this.finished.among({ recordings, rooms, since, now, graceMilliseconds });
		const claims = await setting.claims();
		const known = new RoomsByNumber(rooms ?? []);
		let recovered = 0;
		for (const recording of finished) {
			if (await this.recover(recording, known, claims)) recovered++;
		}
		if (recovered > 0) {
			this.context.logger.info(
				`${this.name} caught up on ${recovered} files of ${setting.recorder.title}`,
			);
			void saveUntilSaved(async () => await setting.save(), clock);
		}
	}

	/** Puts a file out that no event told of. */
	private async recover(
		recording: ApiRecording,
		rooms: RoomsByNumber,
		claims: ClaimStore,
	): Promise<boolean> {
		const { setting, clock } = this;
		const claim = await this.claim(recording, claims);
		if (claim === null) return false;
		const kind = finalKind(setting.recorder.id, recording);
		const types = nativeTypesOf(setting.recorder, kind);
		const receivedAt = isoTime(clock.now());
		const events = types.map((type) =>
			recoveredEvent(setting.recorder, recording, rooms, type, receivedAt),
		);
		const [first] = events;
		// By the type that is chosen, where the recorder has several for the same.
		const wanted = events.find((event) =>
			setting.isWanted({ event, known: true, housekeeping: false }),
		);
		if (first === undefined || !isRoomWanted(first, setting.rooms)) {
			await claim.release();
			return false;
		}
		const event = await setting.note(wanted ?? first);
		if (wanted === undefined) {
			// It starts nothing by itself, and was noted for its live.
			claim.markStored();
			await claim.keep();
			return true;
		}
		const settled = setting.start(event).then(async (isStored) => {
			if (isStored) claim.markStored();
			await (isStored ? claim.keep() : claim.release());
			// With each file, as n8n may be killed before the last: its claim would be gone, and the file put out again.
			if (isStored) void setting.save();
			return isStored;
		});
		await Promise.race([settled, clock.sleep(STORED_WITHIN_MS)]);
		return true;
	}

	/** Claims a file; null where an event told of it, or another look has it. */
	private async claim(
		{ path, sizeBytes }: ApiRecording,
		claims: ClaimStore,
	): Promise<Claim | null> {
		const { claimSeconds, recorder } = this.setting;
		const key = fileKey(recorder.id, path);
		const result = await claims.claim(key, claimSeconds);
		if (result.status === 'unavailable') await result.claim.release();
		if (result.status !== 'new') return null;
		const others: Claim[] = [];
		for (const each of recoveredKeys(key, sizeBytes)) {
			const recovered = await claims.claim(each, claimSeconds);
			if (recovered.status === 'new') others.push(recovered.claim);
		}
		return together(result.claim, others);
	}

	private report(problem: unknown): void {
		const { title } = this.setting.recorder;
		if (!(problem instanceof ApiProblem)) {
			this.context.logger.error(`${this.name} could not catch up on ${title}`);
			return;
		}
		this.isClosed = problem.forbidsAskingAgain;
		const end = this.isClosed
			? ' Nothing is asked any more until the workflow is published again.'
			: '';
		this.context.logger.warn(
			`${this.name} could not catch up on ${title}: ${problem.message}. ${problem.advice}${end}`,
		);
	}

	private get name(): string {
		return this.context.getNode().name;
	}
}
