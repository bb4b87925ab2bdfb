import type { RecorderEvent } from '../../formats/recorderEvent';

/** An event with nothing known but what a test says. */
export function eventOf(
	known: {
		kind?: 'live.started' | 'live.ended' | 'unknown';
		recorder?: string;
		nativeType?: string;
		room?: Partial<RecorderEvent['room']>;
		streamer?: Partial<RecorderEvent['streamer']>;
		session?: Partial<RecorderEvent['session']>;
	} = {},
): RecorderEvent {
	return {
		id: 'event',
		kind: known.kind ?? 'unknown',
		recorder: known.recorder ?? 'bsr',
		format: 'bsr',
		nativeType: known.nativeType ?? 'native',
		occurredAt: null,
		receivedAt: '2026-03-01T11:00:00.000Z',
		room: {
			id: '1',
			shortId: null,
			platform: 'bilibili',
			title: null,
			url: null,
			coverUrl: null,
			area: { parent: null, child: null },
			...known.room,
		},
		streamer: { id: null, name: null, avatarUrl: null, ...known.streamer },
		session: { id: null, startedAt: null, endedAt: null, platformLiveId: null, ...known.session },
		state: { live: null, recording: null, danmakuConnected: null },
		warnings: [],
		remembered: [],
		raw: {},
	};
}
