import * as fc from 'fast-check';

import type { JsonObject } from '../../formats/json';
import { parseJson } from '../../formats/parseJson';
import { decode } from '../../inbound/decode';
import { convert } from '../../outbound/convert';
import { leavesOf } from '../../outbound/leaves';
import { requestOf } from '../inbound/requests';
import { everyEvent, formatById, formats, RECEIVED_AT, sampleOf } from './everyEvent';

/** An event as a trigger makes it of bytes: what the bytes had as long numbers is among its warnings. */
function received(text: string, formatId: string) {
	const decoded = decode(requestOf(text, { headers: { 'content-type': 'application/json' } }));
	if (!decoded.ok) throw new Error(decoded.message);
	const parsed = formatById(formatId).parse(decoded.body, RECEIVED_AT);
	if (parsed.status !== 'event') return null;
	const { event } = parsed;
	const warnings = [...decoded.warnings, ...event.warnings];
	return JSON.parse(JSON.stringify({ ...event, warnings }));
}

/** Ids of 1 to 25 digits, as they stand in JSON: numbers and text. */
const ids = fc
	.stringMatching(/^[1-9]\d{0,24}$/)
	.chain((digits) => fc.constantFrom(digits, JSON.stringify(digits)));

/** Where recorders have ids of rooms and people. */
const ID =
	/(?:^|_|\.)(?:room_?id|uid|user_id|RoomId|UID|ShortId|short_room_id|admin_id|platform_live_id|parent_id|live_id|user)$/;

/** One sample for each member of each format. */
const idsInSamples = [
	...new Map(
		everyEvent.flatMap(([, { format, body }]) =>
			[...leavesOf(body).keys()]
				.filter((path) => ID.test(path))
				.map((path) => [`${format.id} ${path}`, [format, body, path] as const] as const),
		),
	),
].map(([name, [format, body, path]]) => [name, format, body, path] as const);

/** Recorders that never send an id as text: there long digits are a number, whatever an item has. */
const NUMBERS_ONLY = /^(?:bililive-recorder|blrec|ddtv|bsr\.documented)/;

/** The body's text with another literal at a path. */
function withLiteral(body: JsonObject, path: string, literal: string): string {
	const mark = '@@literal@@';
	const copy: JsonObject = structuredClone(body);
	const segments = path.split('.');
	let parent: unknown = copy;
	for (const segment of segments.slice(0, -1)) parent = Reflect.get(Object(parent), segment);
	Reflect.set(Object(parent), segments.at(-1) ?? '', mark);
	return JSON.stringify(copy).replace(JSON.stringify(mark), literal);
}

/** What stands at a path of a JSON text, as it is written there. */
function literalAt(text: string, path: string): string {
	const { value, inexact } = parseJson(text);
	const leaf = leavesOf(value).get(path);
	return typeof leaf === 'string' && !inexact.includes(path) ? JSON.stringify(leaf) : String(leaf);
}

describe('an id sent on in its own format', () => {
	it.each(idsInSamples)('keeps digits and type: %s', (_name, format, body, path) => {
		fc.assert(
			fc.property(ids, fc.boolean(), (literal, isEdited) => {
				const event = received(withLiteral(body, path, literal), format.id);
				// A format that knows a number there takes no text.
				const isText = literal.startsWith('"');
				if (event === null || (isText && NUMBERS_ONLY.test(format.id))) return;
				const edited = isEdited ? { ...event, streamer: { ...event.streamer, name: 'N' } } : event;
				const conversion = convert(edited, format);
				if (conversion.status !== 'converted') throw new Error(JSON.stringify(conversion));
				const wire = format.delivery.encode(conversion.body, conversion.numbers);
				expect(literalAt(wire, path)).toBe(literal);
			}),
			{ numRuns: 20 },
		);
	});
});

describe('a long id', () => {
	const numeric = formats.filter(({ id }) =>
		['bililive-recorder.v1', 'bililive-recorder.v2', 'blrec', 'ddtv.v3', 'ddtv.v5'].includes(id),
	);
	const roomIds = ['3546612345678901', '7520000000000000001', '1234567890123456789012345'];

	it.each(roomIds)('%s of a room goes out as a number wherever rooms are numbers', (id) => {
		const { event } = sampleOf('bsr', 'live.started');
		const { event: closed } = sampleOf('bililive-recorder.v2', 'FileClosed');
		for (const target of numeric) {
			const said = target.id === 'bililive-recorder.v1' ? closed : event;
			const longer = { ...said, format: 'other', room: { ...said.room, id } };
			const conversion = convert(longer, target);
			if (conversion.status !== 'converted')
				throw new Error(JSON.stringify([target.id, conversion]));
			const wire = target.delivery.encode(conversion.body, conversion.numbers);
			expect(wire).toMatch(new RegExp(`"(?:RoomId|room_id)": ?${id}[,}]`));
			expect(conversion.lost).not.toContain('room.id');
		}
	});

	it.each(roomIds)('%s of a streamer is no 0 and no -1', (id) => {
		const { event } = sampleOf('bsr', 'live.started');
		const longer = { ...event, streamer: { ...event.streamer, id } };
		for (const [formatId, member] of [
			['blrec', 'uid'],
			['ddtv.v3', 'uid'],
			['ddtv.v5', 'UID'],
		] as const) {
			const target = formatById(formatId);
			const conversion = convert(longer, target);
			if (conversion.status !== 'converted') throw new Error(JSON.stringify(conversion));
			const wire = target.delivery.encode(conversion.body, conversion.numbers);
			expect(wire).toMatch(new RegExp(`"${member}": ?${id}[,}]`));
			expect(conversion.lost).not.toContain('streamer.id');
		}
	});
});

describe('a room that a format can’t name', () => {
	it.each([
		['nathan', "its room ids are numbers, and 'nathan' is none"],
		[null, 'the event names no room'],
	])('%j: the message says so', (id, reason) => {
		const { event } = sampleOf('one-live-rec', 'live_start');
		const nameless = { ...event, room: { ...event.room, id } };
		for (const formatId of [
			'bililive-recorder.v2',
			'blrec',
			'ddtv.v3',
			'ddtv.v5',
			'bsr.documented',
		]) {
			const target = formatById(formatId);
			expect(convert(nameless, target)).toEqual({
				status: 'unsupported',
				message: `${target.title} can't say this 'live.started' event: ${reason}`,
			});
		}
	});
});
