import type { ApiRecording } from '../../apis/recorderApi';
import type { RoomsByNumber } from '../../apis/roomsByNumber';
import type { RecorderEvent } from '../../formats/recorderEvent';
import { isoTime } from '../../formats/time';
import type { Claim, ClaimStore } from '../../inbound/claims';
import type { Clock } from '../../inbound/clock';
import { isRoomWanted } from '../../inbound/filter';
import { fileKey, recoveredKeys } from '../../inbound/finishedFiles';
import { together } from '../../inbound/noteFiles';
import type { CatchUpSetting } from './catchUpSetting';
import { recoveredEvents } from './recoveredEvent';

/** How long a look waits for n8n's word that it has stored a file's execution, before it goes on to the next file. */
const STORED_WITHIN_MS = 10_000;

/** Puts out files that a listing has and no event told of. */
export class Recovery {
	constructor(
		private readonly setting: CatchUpSetting,
		private readonly clock: Clock,
	) {}

	/** Puts a file out that no event told of; null where one did, or n8n did not take it. */
	async recover(
		recording: ApiRecording,
		rooms: RoomsByNumber,
		claims: ClaimStore,
	): Promise<RecorderEvent | null> {
		const { setting, clock } = this;
		const { recorder, listed } = setting;
		const key = fileKey(recorder.id, recording.path);
		const isTimeless = recording.modifiedAt === null;
		if (isTimeless && listed.has(key)) return null;
		const claim = await this.claim(key, recording, claims);
		if (claim === 'repeat' && isTimeless) listed.add(key);
		if (claim === null || claim === 'repeat') return null;
		const events = recoveredEvents(recorder, recording, rooms, isoTime(clock.now()));
		const [first] = events;
		// By the type that is chosen, where the recorder has several for the same.
		const wanted = events.find((event) =>
			setting.isWanted({ event, known: true, housekeeping: false }),
		);
		if (first === undefined || !isRoomWanted(first, setting.rooms)) {
			await claim.release();
			return null;
		}
		for (const kind of new Set(events.map((event) => event.kind))) {
			const event = events.find((candidate) => candidate.kind === kind);
			const isOfLive = kind !== 'recording.ended' || recording.state === 'finished';
			if (event === undefined || !isOfLive || (await setting.noteForLive(event))) continue;
			await claim.release();
			return null;
		}
		if (wanted === undefined) {
			// It starts nothing by itself, and was noted for its live.
			claim.markStored();
			await claim.keep();
			if (isTimeless) listed.add(key);
			return first;
		}
		const settled = setting.start(setting.complete(wanted)).then(async (isStored) => {
			if (isStored) claim.markStored();
			await (isStored ? claim.keep() : claim.release());
			if (isStored && isTimeless) listed.add(key);
			// With each file, as n8n may be killed before the last: its claim would be gone, and the file put out again.
			if (isStored) void setting.save();
			return isStored;
		});
		await Promise.race([settled, clock.sleep(STORED_WITHIN_MS)]);
		return first;
	}

	/** Claims a file: a repeat where an event told of it, null where another look has it. */
	private async claim(
		key: string,
		{ sizeBytes }: ApiRecording,
		claims: ClaimStore,
	): Promise<Claim | 'repeat' | null> {
		const { claimSeconds } = this.setting;
		const result = await claims.claim(key, claimSeconds);
		if (result.status === 'unavailable') await result.claim.release();
		if (result.status === 'repeat') return 'repeat';
		if (result.status !== 'new') return null;
		const others: Claim[] = [];
		for (const each of recoveredKeys(key, sizeBytes)) {
			const recovered = await claims.claim(each, claimSeconds);
			if (recovered.status === 'new') others.push(recovered.claim);
		}
		return together(result.claim, others);
	}
}
