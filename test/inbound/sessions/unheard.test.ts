import { entryOf, roomKeyOf } from '../../../inbound/sessions/entry';
import { SessionBook } from '../../../inbound/sessions/sessionBook';
import { lifecycleOf } from '../../../inbound/lifecycles';
import { eventFrom, MINUTE, ORIGIN, settings, type Told } from './drive';

/* Whether a room has a live that runs on, for all that is known: the recorder's API knows better. */

function isUnheard(told: readonly Told[], since: number): boolean {
	const book = new SessionBook(lifecycleOf);
	let key = '';
	for (const each of told) {
		const event = eventFrom({ format: 'blrec', ...each });
		key = roomKeyOf(event) ?? '';
		const entry = entryOf(event, lifecycleOf(event.format));
		if (entry !== null) book.note(key, entry, settings.waits);
	}
	return book.runsUnheardSince(key, ORIGIN + since * 1000, settings.waits);
}

const begun: Told = { kind: 'recording.started', at: 0 };
const file: Told = { kind: 'file.processed', at: 10 * MINUTE, path: '/a.flv' };

it.each([
	['that began', [begun], true],
	['with a file', [begun, file], true],
	['that ended', [begun, file, { kind: 'recording.ended', at: 11 * MINUTE }], false],
	['that was heard of since', [begun, { ...file, at: 30 * MINUTE }], false],
	['of which there is nothing', [], false],
] as const)('a live %s', (_case, told, expected) => {
	expect(isUnheard(told, 20 * MINUTE)).toBe(expected);
});
