import type { JsonObject, JsonValue, PathSegment } from '../../formats/json';
import { formatsOf, parseAmong, recorders } from '../../formats/registry';
import { convert } from '../../outbound/convert';
import { leavesOf, placedLeaves } from '../../outbound/leaves';
import { everyEvent, formatById, RECEIVED_AT, sampleOf } from '../outbound/everyEvent';
import { eventOf } from './parsing';

const formats = formatsOf(recorders);

/** Where a recorder's own members stand in its bodies, and its type. */
const PLACES: ReadonlyArray<readonly [format: string, type: string, content: string]> = [
	['bililive-recorder.v2', 'EventType', 'EventData'],
	['bsr', 'event', 'payload'],
	['bsr.documented', 'event', 'payload'],
	['one-live-rec', 'type', 'data'],
	['aodianyun', 'event_type', 'event_value'],
	['blrec', 'type', 'data'],
	['ddtv.v5', 'code', 'data'],
	['ddtv.v3', 'type', 'room_Info'],
	['bililive-tools.events', 'type', 'data'],
	['livestreamdvr', 'action', 'data'],
	['owncast', 'type', 'eventData'],
	['rust-srec', 'event_type', 'data'],
	['livekit-egress', 'event', 'egressInfo'],
];

function firstBodyOf(format: string): JsonObject {
	const found = everyEvent.find(([, sample]) => sample.format.id === format);
	if (found === undefined) throw new Error(`No sample of ${format}`);
	return found[1].body;
}

describe('a type newer than this package, whatever it says', () => {
	const contents: readonly JsonValue[] = [null, [], [1], {}];
	it.each(PLACES)('%s passes it on', (format, type, content) => {
		const body = firstBodyOf(format);
		const newType =
			typeof body[type] === 'number' ? 99_999 : format === 'bsr.documented' ? 'room.seen' : 'seen';
		for (const value of contents) {
			const newer = { ...body, [type]: newType, [content]: value };
			const parsed = parseAmong(newer, formats, RECEIVED_AT);
			expect([value, parsed]).toMatchObject([
				value,
				{ status: 'event', known: false, format: { id: format }, event: { kind: 'unknown' } },
			]);
		}
	});

	it('is BililiveRecorder’s without its data, too', () => {
		const { EventData, ...envelope } = firstBodyOf('bililive-recorder.v2');
		expect(EventData).toBeDefined();
		expect(parseAmong({ ...envelope, EventType: 'Later' }, formats, RECEIVED_AT)).toMatchObject({
			event: { kind: 'unknown', format: 'bililive-recorder.v2' },
		});
	});

	it.each(PLACES)('%s: a known type without its data is invalid', (format, _type, content) => {
		const body = firstBodyOf(format);
		const { status } = parseAmong({ ...body, [content]: [1] }, formats, RECEIVED_AT);
		// DDTV and OneLiveRec say of most events that their data may be missing; so does LiveKit of rooms.
		if (!/^(?:ddtv|livekit|one)/.test(format)) expect(status).toBe('invalid');
	});

	it.each([
		{ event: 'order.paid', payload: { x: 1 } },
		{ event: 'order.paid', payload: null, id: 'a' },
		{ event: 'order.paid', payload: [], timestamp: '2026-03-01' },
	])('%j is nobody’s', (body) => {
		expect(parseAmong(body, formats, RECEIVED_AT).status).toBe('unrecognised');
	});
});

describe('Aodianyun, which gives no types', () => {
	const { body } = sampleOf('aodianyun', 'sys/notify/lss:StartPublish');
	const aodianyun = formatById('aodianyun');

	it('takes a stream and a file that are called by numbers, digit for digit', () => {
		const started = { ...body, event_value: { cmd: 'StartPublish', app: 7, stream: 1042 } };
		expect(eventOf(aodianyun, started)).toMatchObject({ session: { id: '7/1042' }, warnings: [] });
		const uploaded = sampleOf('aodianyun', 'sys/notify/upload_dvr:uploaded').body;
		const value = { user: 13830, filename: 123, url: 'http://example.com/1.mp4', uptime: 1 };
		expect(eventOf(aodianyun, { ...uploaded, event_value: value })).toMatchObject({
			vod: { filename: '123', ownerId: '13830' },
			warnings: [],
		});
		const text = `{"cmd":"StartPublish","app":"live","stream":12345678901234567890}`;
		expect(eventOf(aodianyun, { ...body, event_value: text })).toMatchObject({
			session: { id: 'live/12345678901234567890' },
		});
	});

	it.each([
		['', 'a/b'],
		['live', 'a/b'],
		['', '1042'],
	])('keeps the app %j and the stream %j through an edit', (app, stream) => {
		const value = { cmd: 'StartPublish', app, stream, time: '' };
		const event = eventOf(aodianyun, { ...body, event_value: value });
		const edited = { ...event, room: { ...event.room, id: '4711' } };
		expect(convert(edited, aodianyun)).toMatchObject({
			body: { room_id: 4711, event_value: value },
			lost: [],
		});
	});
});

describe('OneLiveRec', () => {
	it.each([
		['video_file_create', 'path'],
		['video_file_finish', 'path'],
		['video_transmux_finish', 'output'],
	])('%s without its %s is invalid', (type, member) => {
		const { format, body } = sampleOf('one-live-rec', type);
		const { data, ...rest } = body;
		const said: JsonObject = JSON.parse(JSON.stringify(data));
		const { [member]: path, ...without } = said;
		expect(path).toBeDefined();
		const all = [
			rest,
			{ ...rest, data: null },
			{ ...rest, data: {} },
			{ ...rest, data: without },
			{ ...rest, data: { ...said, [member]: null } },
			{ ...rest, data: { ...said, [member]: '' } },
		];
		for (const broken of all) {
			expect(format.recognise(broken)).toBe(true);
			expect(format.parse(broken, RECEIVED_AT).status).toBe('invalid');
		}
	});
});

describe('a backslash', () => {
	it.each([
		['/rec/a\\b.flv', 'a\\b.flv'],
		['D:\\rec\\b.flv', 'b.flv'],
		['rec\\b.flv', 'b.flv'],
	])('%s is the file %s', (path, name) => {
		const { format, body } = sampleOf('blrec', 'VideoFileCompletedEvent');
		const closed = eventOf(format, { ...body, data: { room_id: 1, path } });
		expect(closed).toMatchObject({ file: { path, name, extension: 'flv' } });
	});
});

describe('a body with one member emptied', () => {
	it.each(everyEvent)(
		'%s names no file of no name, and no time that it does not say',
		(_name, sample) => {
			const { format, body } = sample;
			for (const { path } of placedLeaves(body)) {
				for (const empty of ['', null, 0, false, undefined]) {
					const parsed = format.parse(emptied(body, path, empty), RECEIVED_AT);
					if (parsed.status === 'invalid') continue;
					const said = leavesOf({ ...parsed.event, raw: null });
					const place = [path, empty];
					for (const name of ['file.path', 'clip.path', 'recording.paths[0]']) {
						expect([...place, name, said.get(name)]).not.toEqual([...place, name, '']);
					}
					// What is made up of nothing is 1970, or now.
					const invented = [...said].filter(
						([name, leaf]) =>
							name !== 'receivedAt' &&
							typeof leaf === 'string' &&
							(leaf.startsWith('1970-01-01T00:00') || leaf === RECEIVED_AT),
					);
					expect([place, invented]).toEqual([place, []]);
				}
			}
		},
	);
});

function emptied(body: JsonObject, path: readonly PathSegment[], value: unknown): JsonObject {
	const copy = structuredClone(body);
	let parent: unknown = copy;
	for (const segment of path.slice(0, -1)) parent = Reflect.get(Object(parent), segment);
	const last = path.at(-1) ?? '';
	if (value === undefined) Reflect.deleteProperty(Object(parent), last);
	else Reflect.set(Object(parent), last, value);
	return copy;
}
