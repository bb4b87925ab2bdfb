import type { Breathe } from '../../apis/portions';
import type { RecorderApi } from '../../apis/recorderApi';
import type { RecorderEvent } from '../../formats/recorderEvent';
import type { Recorder } from '../../formats/recorderFormat';
import type { ClaimStore } from '../../inbound/claims';
import type { FilterSubject } from '../../inbound/filter';
import type { ListedFiles } from '../../inbound/listedFiles';

/** What catching up needs of its trigger. */
export interface CatchUpSetting {
	readonly recorder: Recorder;
	readonly everyMinutes: number;
	/** How long a claim counts: nothing older is put out. */
	readonly claimSeconds: number;
	readonly rooms: ReadonlySet<string>;
	/** The recorder's API; throws an ApiProblem where it can't be used. */
	connect(): Promise<RecorderApi>;
	/** What tells the credential as it is now from what it was; never the credential itself. */
	credentialMark(): Promise<string>;
	/** By how much the recorder's clock is ahead of n8n's, milliseconds; null before it answered. */
	aheadMilliseconds(): number | null;
	claims(): Promise<ClaimStore>;
	/** When this trigger first ran, milliseconds since 1970; never later than now. */
	firstRanAt(): number;
	/** It never ran before: what a listing without times has by now is not to be put out. */
	readonly isFirst: boolean;
	/** What of listings without times was dealt with. */
	readonly listed: ListedFiles;
	/** Since when no claim was forgotten before its time, milliseconds since 1970; null: ever since. */
	claimsSince(): number | null;
	isWanted(subject: FilterSubject): boolean;
	/**
	 * Counts an event for the live that it belongs to, as receiving does, whether it starts anything or not; false where that can't be
	 * done now.
	 */
	noteForLive(event: RecorderEvent): Promise<boolean>;
	/** The event as it is to be put out. */
	complete(event: RecorderEvent): RecorderEvent;
	/**
	 * Counts the end of a recording that no event told of, if that is known to run.
	 *
	 * @param isSure a file of it was just recovered
	 * @param since when its room was first seen not to record, milliseconds since 1970 by n8n's clock
	 */
	noteEnd(event: RecorderEvent, isSure: boolean, since: number): Promise<void>;
	/** Starts an execution; true once n8n holds it. */
	start(event: RecorderEvent): Promise<boolean>;
	readonly breathe: Breathe;
	/** Has the state of the trigger saved; false where that could not be done now. */
	save(): Promise<boolean>;
}
