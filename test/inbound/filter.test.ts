import { isWanted } from '../../inbound/filter';
import { eventOf } from './events';

function isTaken(
	events: string[],
	{
		known = true,
		housekeeping = false,
		rooms = [],
		room = {},
	}: {
		known?: boolean;
		housekeeping?: boolean;
		rooms?: string[];
		room?: { id?: string | null; shortId?: string | null };
	} = {},
): boolean {
	const event = eventOf({ kind: 'live.started', nativeType: 'StreamStarted', room });
	return isWanted(
		{ event, known, housekeeping },
		{ events: new Set(events), rooms: new Set(rooms) },
	);
}

describe('isWanted by event', () => {
	it.each([
		['all', ['*'], {}, true],
		['all, a newer type', ['*'], { known: false }, true],
		['all, housekeeping', ['*'], { housekeeping: true }, false],
		['housekeeping', ['housekeeping'], { housekeeping: true }, true],
		['housekeeping only', ['housekeeping'], {}, false],
		['its native name', ['StreamStarted'], {}, true],
		['its native name, housekeeping', ['StreamStarted'], { housekeeping: true }, true],
		['its native name, a newer type', ['StreamStarted'], { known: false }, true],
		['its kind', ['live.started'], {}, true],
		['another kind', ['live.ended'], {}, false],
		['newer types', ['unlisted'], { known: false }, true],
		['newer types, a known one', ['unlisted'], {}, false],
		['a kind, a newer type of it', ['live.started'], { known: false }, false],
		['nothing', [], {}, false],
	])('%s', (_title, events, subject, expected) => {
		expect(isTaken(events, subject)).toBe(expected);
	});
});

describe('isWanted by room', () => {
	it.each([
		['no filter', [], { id: '23058' }, true],
		['its id', ['3', '23058'], { id: '23058' }, true],
		['its short id', ['3'], { id: '23058', shortId: '3' }, true],
		['another room', ['4'], { id: '23058', shortId: '3' }, false],
		['another room, no short id', ['4'], { id: '23058', shortId: null }, false],
		['no room at all', ['4'], { id: null }, true],
	])('%s', (_title, rooms, room, expected) => {
		expect(isTaken(['*'], { rooms, room })).toBe(expected);
	});
});
