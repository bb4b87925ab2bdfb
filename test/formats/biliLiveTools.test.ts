import { biliLiveToolsCustom } from '../../formats/biliLiveTools/custom';
import { biliLiveToolsEvents } from '../../formats/biliLiveTools/events';
import type { RecorderEvent } from '../../formats/recorderEvent';
import { formatsOf, parseAmong, recorders } from '../../formats/registry';
import notification from '../fixtures/corpus/_not-wire/bililive-tools-allInOne-live_start.json';
import { loadCorpus } from '../fixtures/loadCorpus.cjs';
import { eventOf, parsed, RECEIVED_AT } from './parsing';

const corpus = [...loadCorpus('bililive-tools'), ...loadCorpus('bililive-tools-custom')];

function bodyOf(file: string) {
	const found = corpus.find((entry) => entry.file === `${file}.json`);
	if (found === undefined) throw new Error(`The corpus has no ${file}`);
	return found.body;
}

const KINDS: ReadonlyArray<readonly [file: string, kind: string]> = [
	['recon-record_start', 'recording.started'],
	['edge-record_start-minimal', 'recording.started'],
	['docs-live_start', 'recording.started'],
	['recon-record_end', 'recording.ended'],
	['recon-file_created', 'file.opened'],
	['recon-file_completed', 'file.closed'],
	['recon-task-end', 'unknown'],
	['recon-task-error', 'error'],
	['edge-unlisted-type', 'unknown'],
];

const CUSTOM_KINDS: ReadonlyArray<readonly [file: string, kind: string]> = [
	['recon-custom-FileOpening', 'file.opened'],
	['recon-custom-FileClosed', 'file.closed'],
	['docs-FileClosed', 'file.closed'],
	['edge-custom-missing-title', 'file.opened'],
	['recon-custom-FileError', 'error'],
];

describe('biliLive-tools', () => {
	test.each(corpus)('$name is told apart', ({ body }) => {
		const result = parseAmong(body, formatsOf(recorders), RECEIVED_AT);
		if (result.status !== 'event') throw new Error(JSON.stringify(result));
		expect(result.format).toBe('filePath' in body ? biliLiveToolsCustom : biliLiveToolsEvents);
		expect(result.event.warnings).toEqual([]);
	});

	it('takes no notification for an event', () => {
		const result = parseAmong(notification.body, formatsOf(recorders), RECEIVED_AT);
		expect(result.status).toBe('unrecognised');
	});

	test.each(KINDS)('%s is %s', (file, kind) => {
		expect(eventOf(biliLiveToolsEvents, bodyOf(file)).kind).toBe(kind);
	});

	test.each(CUSTOM_KINDS)('custom: %s is %s', (file, kind) => {
		expect(eventOf(biliLiveToolsCustom, bodyOf(file)).kind).toBe(kind);
	});

	it('says what is recorded, with every digit of the live’s id', () => {
		expect(eventOf(biliLiveToolsEvents, bodyOf('recon-record_start'))).toMatchObject({
			id: '0b0f4b0e-3c5e-4a3c-9a0f-3a7c6a1f0001',
			occurredAt: '2026-08-22T12:00:04.900Z',
			room: {
				id: '22637261',
				platform: 'bilibili',
				title: '【杂谈】随便聊聊',
				url: 'https://live.bilibili.com/22637261',
				coverUrl: null,
			},
			streamer: { name: '嘉然今天吃什么', avatarUrl: null },
			session: { id: '589034512345678901' },
		});
	});

	it('keeps tasks apart from what is of use to recording', () => {
		expect(parsed(biliLiveToolsEvents, bodyOf('recon-task-start')).housekeeping).toBe(true);
		expect(eventOf(biliLiveToolsEvents, bodyOf('recon-task-error'))).toMatchObject({
			error: { name: 'ffmpeg', message: 'ffmpeg exited with code 1' },
		});
	});

	it('knows no time without an offset', () => {
		const event = eventOf(biliLiveToolsCustom, bodyOf('docs-FileClosed'));
		if (event.kind !== 'file.closed') throw new Error(event.kind);
		expect(event).toMatchObject({
			occurredAt: null,
			room: { id: '93589' },
			file: { closedAt: null, danmakuPath: 'D:\\aa.xml', coverPath: 'D:\\aa.jpg' },
		});
	});

	it('is fed by any recorder: a file of another one goes out as its receiver wants it', () => {
		const event = eventOf(biliLiveToolsCustom, bodyOf('recon-custom-FileClosed'));
		const built = biliLiveToolsCustom.build({ ...event, recorder: 'blrec' });
		if (!built.ok) throw new Error(built.message);
		expect(built.body).toEqual({
			event: 'FileClosed',
			filePath: '/record/a.ts',
			roomId: '22637261',
			time: '2026-08-22T13:00:06.400Z',
			title: '【杂谈】随便聊聊',
			username: '嘉然今天吃什么',
			platform: 'bilibili',
			software: 'blrec',
			danmuPath: '/record/a.xml',
			coverPath: '/record/a.jpg',
		});
	});

	it('gets the file’s name and the room’s id where nobody said title and name: it refuses empty ones', () => {
		const event = eventOf(biliLiveToolsCustom, bodyOf('recon-custom-FileClosed'));
		const { room, streamer } = event;
		for (const nothing of [null, '']) {
			const built = biliLiveToolsCustom.build({
				...event,
				room: { ...room, title: nothing },
				streamer: { ...streamer, name: nothing },
			});
			if (!built.ok) throw new Error(built.message);
			expect(built.body).toMatchObject({ title: 'a.ts', username: '22637261' });
		}
	});

	it('says why it can’t be told of a processed file, of a file without a room, of what is no video', () => {
		const event = eventOf(biliLiveToolsCustom, bodyOf('recon-custom-FileClosed'));
		if (event.kind !== 'file.closed') throw new Error(event.kind);
		const refusals: ReadonlyArray<readonly [RecorderEvent, string]> = [
			[
				{ ...event, kind: 'file.processed' },
				"can't say this 'file.processed' event: its receiver does nothing with a file whose opening and closing it was not told of, by the same path. Give it file.opened and file.closed",
			],
			[
				{ ...event, room: { ...event.room, id: null } },
				"can't say this 'file.closed' event: its room has no ID",
			],
			[
				{ ...event, file: { ...event.file, role: 'danmaku' } },
				"can't say this 'file.closed' event: its receiver takes videos alone",
			],
		];
		for (const [refused, message] of refusals) {
			expect(biliLiveToolsCustom.build(refused)).toEqual({
				ok: false,
				message: `biliLive-tools Custom Webhook ${message}`,
			});
		}
	});
});
