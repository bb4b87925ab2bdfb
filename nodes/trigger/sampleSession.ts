import type { RecorderEvent } from '../../formats/recorderEvent';
import { formatById } from '../../formats/registry';
import { isoTime } from '../../formats/time';
import { lifecycleOf } from '../../inbound/lifecycles';
import { withLocalPaths } from '../../inbound/localPaths';
import { entryOf, roomKeyOf } from '../../inbound/sessions/entry';
import { RoomSessions } from '../../inbound/sessions/roomSessions';
import type { LiveState } from '../../inbound/receive';
import type { TriggerSettings } from './triggerSettings';

/** Longer than anything is waited for. */
const LONG = 7 * 24 * 3_600_000;

/**
 * A session for a test run in the editor, so that nobody has to wait for a streamer: made of the sample events of a format. Null
 * where they make none.
 */
export function sampleSession(
	formatId: string,
	{ sessions, receiving }: Pick<TriggerSettings, 'sessions' | 'receiving'>,
	now: number,
): RecorderEvent | null {
	const format = formatById(formatId);
	if (sessions === null || format === undefined) return null;
	const rooms = new Map<string, RoomSessions>();
	for (const { samples } of format.events.values()) {
		const [sample] = samples;
		const parsed = sample === undefined ? null : format.parse(sample, isoTime(now));
		if (parsed?.status !== 'event') continue;
		const key = roomKeyOf(parsed.event);
		const entry = entryOf(parsed.event, format.lifecycle);
		if (key === null || entry === null) continue;
		const room = rooms.get(key) ?? new RoomSessions(key, lifecycleOf);
		room.note(entry, sessions.waits);
		rooms.set(key, room);
	}
	const items = [...rooms.values()].flatMap((room) =>
		room.look(now + LONG, sessions).map(({ item }) => item),
	);
	const [richest] = items.sort((a, b) => b.summary.eventIds.length - a.summary.eventIds.length);
	if (richest === undefined) return null;
	return withLocalPaths({ ...richest, receivedAt: isoTime(now) }, receiving.mapPath);
}

/** Lives in a test run: what happens leaves no trace, and a session is made of the format's samples. */
export class TestLives implements LiveState {
	private format: string | null = null;

	async note({ format }: RecorderEvent): Promise<'noted'> {
		this.format = format;
		return 'noted';
	}

	async judge(): Promise<'pass'> {
		return 'pass';
	}

	/** The session to show; null where none is wanted, or nothing has come that could be part of one. */
	sample(
		settings: Pick<TriggerSettings, 'sessions' | 'receiving'>,
		now: number,
	): RecorderEvent | null {
		return this.format === null ? null : sampleSession(this.format, settings, now);
	}
}
