import { bodyFromFields } from '../../outbound/bodyFromFields';
import { type EventField, eventFields } from '../../outbound/eventFields';
import { freshSample } from '../../outbound/freshSample';
import { eventOf, everyEvent, formatById, formats, RECEIVED_AT } from './everyEvent';

const freshness = {
	id: '11111111-2222-4333-8444-555555555555',
	now: Date.UTC(2026, 4, 1, 12),
	utcOffsetMinutes: 480,
};

const everyType = formats.flatMap((format) =>
	[...format.events.keys()].map(
		(nativeType) => [`${format.id} ${nativeType}`, format, nativeType] as const,
	),
);

/** Fields filled in as the editor does it: with what the sample has, except for what is made anew. */
function prefilled(fields: readonly EventField[]): Record<string, unknown> {
	return Object.fromEntries(
		fields
			.filter(({ madeAnew, sample }) => !madeAnew && sample !== undefined && sample !== null)
			.map(({ id, sample }) => [id, typeof sample === 'object' ? JSON.stringify(sample) : sample]),
	);
}

function fieldsOf(formatId: string, nativeType: string): readonly EventField[] {
	const fields = eventFields(formatById(formatId), nativeType);
	if (fields === null) throw new Error(`No fields of ${nativeType}`);
	return fields;
}

describe('fresh samples', () => {
	it.each(everyType)('%s: valid, of their type, without warnings', (_name, format, nativeType) => {
		const body = freshSample(format, nativeType, freshness);
		if (body === null) throw new Error('No sample');
		expect(format.parse(body, RECEIVED_AT)).toMatchObject({
			status: 'event',
			event: { nativeType, warnings: [] },
		});
	});

	it('are new events wherever the format can tell', () => {
		for (const [name, format, nativeType] of everyType) {
			const one = freshSample(format, nativeType, freshness);
			const other = freshSample(format, nativeType, {
				...freshness,
				id: '99999999-2222-4333-8444-555555555555',
				now: freshness.now + 60_000,
			});
			if (one === null || other === null) throw new Error(name);
			const [first, second] = [eventOf(format, one), eventOf(format, other)];
			// Types that nothing is built as stay as their sample is, where they have no id of their own either: DDTV v5's, which have
			// no times, and those whose identity is put together (Owncast's schedule, Tencent's exceptions).
			const isMadeAnew = JSON.stringify(one) !== JSON.stringify(other);
			if (!isMadeAnew) continue;
			expect([name, first.id]).not.toEqual([name, second.id]);
		}
	});

	it('happen when they are made', () => {
		const format = formatById('bililive-recorder.v2');
		const body = freshSample(format, 'FileClosed', freshness);
		expect(body).toMatchObject({
			EventId: freshness.id,
			EventTimestamp: '2026-05-01T20:00:00+08:00',
			EventData: { FileCloseTime: '2026-05-01T20:00:00+08:00' },
		});
	});

	it('are null for an event that the format does not have', () => {
		expect(freshSample(formatById('blrec'), 'Nothing', freshness)).toBeNull();
		expect(eventFields(formatById('blrec'), 'Nothing')).toBeNull();
	});
});

describe('fields', () => {
	it('have the members, types and required marks of the schema', () => {
		const fields = fieldsOf('bililive-recorder.v2', 'FileClosed');
		expect(fields.map(({ id }) => id)).toEqual([
			'EventTimestamp',
			'EventId',
			'EventData.SessionId',
			'EventData.RelativePath',
			'EventData.FileSize',
			'EventData.Duration',
			'EventData.FileOpenTime',
			'EventData.FileCloseTime',
			'EventData.RoomId',
			'EventData.ShortId',
			'EventData.Name',
			'EventData.Title',
			'EventData.AreaNameParent',
			'EventData.AreaNameChild',
			'EventData.Recording',
			'EventData.Streaming',
			'EventData.DanmakuConnected',
		]);
		expect(fields.find(({ id }) => id === 'EventData.RoomId')).toMatchObject({
			type: 'number',
			required: true,
			description: 'Room number',
			madeAnew: false,
			sample: 23058,
		});
		expect(fields.filter(({ madeAnew }) => madeAnew).map(({ id }) => id)).toEqual([
			'EventTimestamp',
			'EventId',
			'EventData.FileOpenTime',
			'EventData.FileCloseTime',
		]);
	});

	it.each(everyType)('%s: prefilled, they give the sample', (_name, format, nativeType) => {
		const fields = eventFields(format, nativeType) ?? [];
		const template = freshSample(format, nativeType, freshness);
		if (template === null) throw new Error('No sample');
		const filled = bodyFromFields(template, fields, prefilled(fields));
		if (!filled.ok) throw new Error(JSON.stringify(filled.issues));
		expect(format.parse(filled.body, RECEIVED_AT)).toMatchObject({
			status: 'event',
			event: { nativeType, warnings: [] },
		});
		expect(Object.keys(filled.body)).toEqual(Object.keys(template));
	});

	it('keep the order of the wire, whatever order they are given in', () => {
		const format = formatById('bililive-recorder.v2');
		const template = freshSample(format, 'FileClosed', freshness);
		if (template === null) throw new Error('No sample');
		const fields = fieldsOf('bililive-recorder.v2', 'FileClosed');
		const filled = bodyFromFields(template, fields, {
			'EventData.Title': 'T',
			'EventData.RoomId': '7',
			'EventData.RelativePath': 'a.flv',
			'EventData.Recording': 'true',
		});
		if (!filled.ok) throw new Error(JSON.stringify(filled.issues));
		expect(format.delivery.encode(filled.body)).toBe(
			`{"EventType":"FileClosed","EventTimestamp":"2026-05-01T20:00:00+08:00","EventId":"${freshness.id}",` +
				'"EventData":{"RelativePath":"a.flv","FileOpenTime":"2026-05-01T19:59:55.578+08:00",' +
				'"FileCloseTime":"2026-05-01T20:00:00+08:00","RoomId":7,"Title":"T","Recording":true}}',
		);
	});

	it('reach into JSON that is kept as text', () => {
		const aodianyun = formatById('aodianyun');
		const fields = fieldsOf('aodianyun', 'sys/notify/lss:StartPublish');
		const template = {
			room_id: 1,
			started_at: 1,
			event_type: 'sys/notify/lss',
			event_value: '{"cmd":"StartPublish","app":"live","stream":"a","time":""}',
		};
		const filled = bodyFromFields(template, fields, {
			room_id: 1,
			'event_value.app': 'other',
			'event_value.stream': 'b',
		});
		if (!filled.ok) throw new Error(JSON.stringify(filled.issues));
		expect(filled.body.event_value).toBe('{"cmd":"StartPublish","app":"other","stream":"b"}');
		expect(aodianyun.parse(filled.body, RECEIVED_AT).status).toBe('event');
	});

	it('say which value is wrong', () => {
		const format = formatById('one-live-rec');
		const template = freshSample(format, 'title_change', freshness);
		if (template === null) throw new Error('No sample');
		const fields = fieldsOf('one-live-rec', 'title_change');
		const filled = bodyFromFields(template, fields, {
			'data.new_live_info.categories': 'not JSON',
			'data.platform': { a: 1 },
			'data.nothing': 1,
		});
		if (filled.ok) throw new Error('It was taken');
		expect(filled.issues).toEqual(
			expect.arrayContaining([
				{ path: 'data.nothing', message: 'This event has no such field' },
				{ path: 'data.platform', message: 'Expected text' },
				{ path: 'data.new_live_info.categories', message: 'Expected a JSON array' },
			]),
		);
	});

	it('never reach a prototype', () => {
		const [, sample] = everyEvent[0] ?? [];
		if (sample === undefined) throw new Error('No sample');
		const fields = eventFields(sample.format, sample.nativeType) ?? [];
		const given = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}');
		const filled = bodyFromFields(sample.body, fields, given);
		expect(filled.ok).toBe(false);
		expect(Reflect.has({}, 'polluted')).toBe(false);
	});
});

describe('what the schema can’t list', () => {
	const transcoded = 'sys/notify/upload_dvr:transcoded';
	const template = freshSample(formatById('aodianyun'), transcoded, freshness);
	const fill = (values: Record<string, unknown>) => {
		if (template === null) throw new Error('No sample');
		return bodyFromFields(template, fieldsOf('aodianyun', transcoded), values);
	};

	it('is given in one field, and nothing of the sample goes out beside it', () => {
		const renditions = { m3u8_480: 'https://example.com/480.m3u8', m3u8Size_480: 7 };
		expect(fill({ 'event_value.url': 'u', 'event_value.*': renditions })).toMatchObject({
			ok: true,
			body: { event_value: { url: 'u', ...renditions } },
		});
		const without = fill({ 'event_value.url': 'u' });
		if (!without.ok) throw new Error(JSON.stringify(without.issues));
		expect(without.body['event_value']).toEqual({ url: 'u' });
	});

	it('can’t stand for what has a field of its own', () => {
		const filled = fill({ 'event_value.url': 'u', 'event_value.*': { url: 'other', a: 1 } });
		expect(filled).toMatchObject({ ok: true, body: { event_value: { url: 'u', a: 1 } } });
	});

	it('counts the attempts from one, as the document says', () => {
		expect(fill({ 'event_value.url': 'u' })).toMatchObject({ ok: true, body: { retry_times: 1 } });
	});
});

describe('long numbers', () => {
	const fields = fieldsOf('blrec', 'LiveBeganEvent');
	const format = formatById('blrec');
	const fill = (value: unknown) => {
		const template = freshSample(format, 'LiveBeganEvent', freshness);
		if (template === null) throw new Error('No sample');
		return bodyFromFields(template, fields, {
			'data.room_info.room_id': value,
			'data.room_info.title': '7520000000000000001',
		});
	};

	it('keep their digits and their type', () => {
		const filled = fill('7520000000000000001');
		if (!filled.ok) throw new Error(JSON.stringify(filled.issues));
		const wire = format.delivery.encode(filled.body, new Set(filled.numbers));
		expect(wire).toContain('"room_id": 7520000000000000001');
		expect(wire).toContain('"title": "7520000000000000001"');
	});

	it('are refused where digits are lost already', () => {
		expect(fill(Number('7520000000000000001'))).toMatchObject({
			ok: false,
			issues: [{ path: 'data.room_info.room_id', message: expect.stringContaining('lost digits') }],
		});
	});
});
