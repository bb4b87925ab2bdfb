import { lifecycleOf } from '../../inbound/lifecycles';
import { withLocalPaths } from '../../inbound/localPaths';
import type { LiveState } from '../../inbound/receive';
import { entryOf, roomKeyOf } from '../../inbound/sessions/entry';
import type { RecorderEvent } from '../../formats/recorderEvent';
import type { StateParts } from './nodeState';
import type { TriggerSettings } from './triggerSettings';

/** Something that is to be put out without a request of its own, in the hands of whoever asked. Settling it twice does nothing. */
export interface DueItem {
	readonly event: RecorderEvent;
	/** The same for the same item, whichever process puts it out. */
	readonly key: string;
	/** n8n holds the execution. */
	markStored(): void;
	/** n8n doesn't. */
	putBack(): void;
}

type LiveParts = Pick<StateParts, 'sessions' | 'steadyLives'>;
type LiveSettings = Pick<TriggerSettings, 'sessions' | 'interruption' | 'receiving'>;

/** Does a trigger make something of whole lives? */
export function watchesLives({ sessions, interruption }: LiveSettings): boolean {
	return sessions !== null || interruption > 0;
}

/**
 * What receiving makes of whole lives, in this process's memory.
 *
 * @param wait what the request of a simulated event says of how long to wait for further ones, milliseconds
 */
export function livesInMemory(
	{ sessions, steadyLives }: LiveParts,
	{ sessions: wanted, interruption }: LiveSettings,
	wait: number | null = null,
): LiveState {
	return {
		note: async (event) => {
			if (wanted === null) return 'nothing';
			const key = roomKeyOf(event);
			const entry = entryOf(event, lifecycleOf(event.format), wait);
			if (key === null || entry === null) return 'nothing';
			sessions.note(key, entry, wanted.waits);
			return 'noted';
		},
		judge: async (event, isWanted) => steadyLives.judge(event, interruption, isWanted),
	};
}

/** When something may be due; null where nothing is open. */
export function dueAt({ sessions, steadyLives }: LiveParts): number | null {
	const times = [sessions.dueAt, steadyLives.dueAt].filter((at) => at !== null);
	return times.length === 0 ? null : Math.min(...times);
}

/** What is due at a moment. It counts as put out in this process unless it is put back. */
export function takeDue(
	{ sessions, steadyLives }: LiveParts,
	{ sessions: wanted, receiving: { mapPath } }: LiveSettings,
	now: number,
): DueItem[] {
	const completed = wanted === null ? [] : sessions.due(now, wanted);
	const ended = steadyLives.due(now);
	return [
		...completed.map(({ item, markStored, putBack }) => ({
			event: withLocalPaths(item, mapPath),
			key: item.id,
			markStored,
			putBack,
		})),
		...ended.map(({ event, markStored, putBack }) => ({
			event,
			key: `held:${event.id}`,
			markStored,
			putBack,
		})),
	];
}
